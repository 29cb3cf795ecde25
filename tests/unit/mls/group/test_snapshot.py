"""A state survives storage, in parts that change only when they must."""

from dataclasses import replace

import pytest

from teamchat.mls.codec import field_codec
from teamchat.mls.errors import DecodeError
from teamchat.mls.group import (
    ApplicationReceived,
    GroupState,
    changes,
    encrypt,
    propose_reinit,
    propose_remove,
    propose_update,
    restore,
    snapshot,
)
from teamchat.mls.group.records import KeysRecord, PastRecord, RatchetsRecord
from teamchat.mls.messages.proposals import ReInit, Remove
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import RatchetKind
from tests.support.mallory import refused
from tests.support.people import CRYPTO, NOW, Crew, founded


def lived() -> Crew:
    """Return a group with past epochs, skipped keys and pending proposals."""
    crew = founded("alice", "bob", "carol")
    for name in ("alice", "bob"):
        crew[name], _ = encrypt(CRYPTO, crew[name], b"never arrives")
        crew[name], message = encrypt(CRYPTO, crew[name], b"arrives")
        crew["carol"] = heard(crew, "carol", message)
        crew.accept("carol", crew.commit("carol"))
    for made in (propose_update(CRYPTO, crew["carol"]), propose_remove(CRYPTO, crew["carol"], 0)):
        crew["carol"] = replace(
            made.state,
            pending_proposals={**crew["carol"].pending_proposals, **made.state.pending_proposals},
            own_updates={**crew["carol"].own_updates, **made.state.own_updates},
        )
    return crew


def heard(crew: Crew, name: str, message: bytes) -> GroupState:
    received = crew.receive(name, message)
    assert isinstance(received, ApplicationReceived)
    return received.state


def test_a_state_comes_back_as_it_was() -> None:
    state = lived()["carol"]
    assert state.past
    assert state.own_updates
    assert restore(snapshot(state)) == state


def test_a_group_that_has_ended_comes_back_ended() -> None:
    crew = founded("alice", "bob")
    made = propose_reinit(CRYPTO, crew["alice"], ReInit(b"new", 1, 1, ()))
    crew["alice"] = made.state
    pending = crew.commit("alice")
    assert restore(snapshot(pending.next)) == pending.next
    assert restore(snapshot(pending.next)).reinit is not None


def test_changes_add_up() -> None:
    crew = founded("alice", "bob", "carol")
    stored = snapshot(crew["carol"])
    for step in range(8):
        before = crew["carol"]
        if step % 3 == 2:
            crew.accept("bob", crew.commit("bob"))
        else:
            crew["alice"], message = encrypt(CRYPTO, crew["alice"], b"hello")
            crew["carol"] = heard(crew, "carol", message)
        change = changes(before, crew["carol"])
        assert not change.put.keys() & change.delete
        stored = {name: part for name, part in stored.items() if name not in change.delete}
        stored |= change.put
        assert stored == snapshot(crew["carol"])
    assert restore(stored) == crew["carol"]


@pytest.mark.parametrize("size", [4, 60])
def test_a_message_changes_one_small_part(size: int) -> None:
    names = [f"m{number}" for number in range(size)]
    crew = founded(*names)
    crew["m1"], first = encrypt(CRYPTO, crew["m1"], b"first")
    crew["m1"], second = encrypt(CRYPTO, crew["m1"], b"second")
    crew["m0"] = heard(crew, "m0", first)
    before = crew["m0"]
    change = changes(before, heard(crew, "m0", second))
    assert len(change.put) == 1
    assert not change.delete
    assert sum(map(len, change.put.values())) < 200


def test_what_was_consumed_is_in_no_part() -> None:
    crew = founded("alice", "bob")
    crew["alice"], message = encrypt(CRYPTO, crew["alice"], b"once")
    bob = crew["bob"]
    key, _ = bob.secret_tree.take_key(CRYPTO, bob.suite, 0, RatchetKind.APPLICATION, 0)
    read = heard(crew, "bob", message)
    assert not any(key.key.reveal() in part for part in snapshot(read).values())
    crew["bob"] = restore(snapshot(read))
    with refused(Rule.GENERATION_UNUSED):
        heard(crew, "bob", message)


def test_missing_and_damaged_parts_are_refused() -> None:
    parts = snapshot(lived()["carol"])
    for name in parts:
        if name.startswith(("proposal:", "past:")):
            continue
        with pytest.raises(DecodeError):
            restore({other: part for other, part in parts.items() if other != name})
    with pytest.raises(DecodeError):
        restore(parts | {"group": b"\x02" + parts["group"][1:]})


@pytest.mark.parametrize("name", ["AB", "a b", "ab ", "a", "zz"])
def test_a_proposal_s_part_has_one_name(name: str) -> None:
    parts = snapshot(lived()["carol"])
    proposal = next(name for name in parts if name.startswith("proposal:"))
    with pytest.raises(DecodeError):
        restore(parts | {f"proposal:{name}": parts[proposal]})


def with_ended(parts: dict[str, bytes], ended: int) -> dict[str, bytes]:
    name = next(name for name in parts if name.startswith("past:"))
    return parts | {name: replace(PastRecord.decode(parts[name]), ended=ended).encode()}


def with_generation(parts: dict[str, bytes], generation: int) -> dict[str, bytes]:
    keys = field_codec(KeysRecord)
    for name, part in parts.items():
        record = keys.decode(part) if name.startswith("keys:") else None
        if isinstance(record, RatchetsRecord):
            application = replace(record.application, generation=generation)
            return parts | {name: keys.encode(replace(record, application=application))}
    raise AssertionError("nobody has sent anything")


def test_a_number_that_one_language_cannot_hold_is_in_no_state() -> None:
    parts = snapshot(lived()["carol"])
    for ended in (2**53 - 1, NOW):
        assert restore(with_ended(parts, ended)).past[0].ended == ended
    for ended in (2**53, 2**64 - 1):
        with pytest.raises(DecodeError):
            restore(with_ended(parts, ended))


def test_a_ratchet_ends_with_its_last_generation() -> None:
    parts = snapshot(lived()["carol"])
    for generation in (0, 2**32 - 1, 2**32):
        assert snapshot(restore(with_generation(parts, generation)))
    for generation in (2**32 + 1, 2**53 + 1, 2**64 - 1):
        with pytest.raises(DecodeError):
            restore(with_generation(parts, generation))


def test_nothing_of_a_state_prints_a_secret() -> None:
    crew = lived()
    pending = crew.commit("alice")
    state = crew["carol"]
    secrets = [
        state.signature_key,
        state.secrets.init_secret,
        *state.private_keys.values(),
        *(own.encryption_key for own in state.own_updates.values()),
    ]
    text = repr((state, pending, state.past, state.secret_tree, changes(None, state)))
    for secret in secrets:
        assert secret.reveal().hex() not in text
        assert repr(secret.reveal()) not in text
    assert Remove(0) in [sent.proposal for sent in state.pending_proposals.values()]
