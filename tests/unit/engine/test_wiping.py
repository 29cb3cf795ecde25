"""A device that is refused erases itself only if the key directory says that it was removed."""

import os
from collections.abc import Callable

import pytest

from teamchat.engine.commands import Wipe
from teamchat.engine.events import WitnessesRequired
from teamchat.engine.model import Link
from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added, Removed, Reset, Statement
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.transparency import LogKey, SignedNote
from teamchat.wire.devices import RemovalProof
from teamchat.wire.problems import Code
from tests.support.simulated_keys import KEY, KeyLog
from tests.support.simulator import Peer, World
from tests.support.tlog import WITNESSES, StoredLog
from tests.unit.engine.test_renewal import renew

DAY = "2026-09-21"


@pytest.fixture
def phone(world: World, bo: Peer) -> Peer:
    return world.device(bo.account.user)


def refuse(world: World, peer: Peer, *said: Statement) -> None:
    """End a device at the server, and say so in the directory or not."""
    world.server.devices[peer.account.device].revoked = True
    peer.cut()
    if said:
        world.server.enter(*said)
    world.advance(70)


def removal(peer: Peer, **fields: object) -> Removed:
    return Removed(peer.account.user, peer.account.device, DAY, **fields)  # type: ignore[arg-type]


def signed(peer: Peer, by: Peer) -> Removed:
    signature = statements.sign_removal(
        DeviceKey(by.account.device_seed),
        user=peer.account.user, device=peer.account.device, by=by.account.device,
    )  # fmt: skip
    return removal(peer, by=by.account.device, signature=signature)


def reset(peer: Peer) -> Reset:
    identity, key = IdentityKey(os.urandom(32)), DeviceKey(os.urandom(32))
    device = DeviceId(identifier(os.urandom(16)))
    brought = certificate.issue(
        identity, user=peer.account.user, device=device, device_key=key.public, created=1
    )
    return Reset(peer.account.user, device, brought, DAY)


def test_what_the_company_removed_is_erased(world: World, bo: Peer, phone: Peer) -> None:
    refuse(world, phone, removal(phone))
    assert phone.wiped == Wipe("error-wiped-by-company", DAY)
    assert phone.link is Link.SIGNED_OUT
    assert bo.wiped is None
    told = [each.key for each in bo.engine.alarms]
    assert "notice-own-device-removed" in told


def test_what_another_own_device_removed_is_erased(world: World, bo: Peer, phone: Peer) -> None:
    refuse(world, phone, signed(phone, bo))
    assert phone.wiped == Wipe("error-wiped-by-owner", DAY)


def test_a_device_that_came_later_may_have_removed_it(world: World, bo: Peer, phone: Peer) -> None:
    """The lost laptop has not heard yet of the phone that removed it."""
    phone.go_offline()
    later = world.device(bo.account.user)
    phone.come_back()
    refuse(world, phone, signed(phone, later))
    assert phone.wiped == Wipe("error-wiped-by-owner", DAY)


def test_after_a_reset_the_old_devices_are_erased(world: World, bo: Peer, phone: Peer) -> None:
    refuse(world, phone, reset(phone))
    assert phone.wiped == Wipe("error-wiped-reset", DAY)


# --- the server goes on as if nothing were -------------------------------------------------------


def read_on(world: World, *said: Statement) -> None:
    """Let the directory say something, and everybody read it; the server ends no session."""
    world.server.enter(*said)
    world.advance(120)


def test_a_device_that_is_served_on_erases_itself_by_what_it_reads(
    world: World, bo: Peer, phone: Peer
) -> None:
    world.server.proves = lambda _: Code.NOT_FOUND
    read_on(world, removal(phone))
    assert phone.wiped == Wipe("error-wiped-by-company", DAY)
    assert phone.link is Link.SIGNED_OUT
    assert phone.connection is None
    assert bo.wiped is None
    assert bo.link is Link.ONLINE


def test_so_it_does_if_another_own_device_removed_it(world: World, bo: Peer, phone: Peer) -> None:
    read_on(world, signed(phone, bo))
    assert phone.wiped == Wipe("error-wiped-by-owner", DAY)


def test_so_it_does_after_a_reset(world: World, bo: Peer, phone: Peer) -> None:
    read_on(world, reset(phone))
    assert phone.wiped == bo.wiped == Wipe("error-wiped-reset", DAY)


def test_what_it_reads_and_does_not_count_erases_nothing(
    world: World, bo: Peer, phone: Peer
) -> None:
    forged = removal(phone, by=bo.account.device, signature=bytes(64))
    again = Reset(bo.account.user, bo.account.device, bo.account.certificate, DAY)
    other = world.device(bo.account.user, bo)
    read_on(world, forged, again, removal(other))
    assert other.wiped is not None
    for peer in (bo, phone):
        assert peer.wiped is None
        assert peer.link is Link.ONLINE


def test_who_leaves_by_itself_is_not_told_that_somebody_removed_it(
    world: World, phone: Peer
) -> None:
    read_on(world, signed(phone, phone))
    assert phone.wiped is None


def test_what_too_few_witnesses_have_signed_erases_nothing_yet(world: World, phone: Peer) -> None:
    keys = tuple(each.verifier.vkey for each in WITNESSES)
    honest_log = world.server.keys.honest
    honest_log.shown = lambda note: cosigned(note, 3)
    phone.ask(lambda call: WitnessesRequired(call, keys, 2, 3600))
    honest_log.shown = lambda note: cosigned(note, 1)
    read_on(world, removal(phone))
    assert phone.wiped is None
    keys_of = phone.engine.desk.keys.directory.people[phone.account.user]
    assert keys_of.devices[phone.account.device].ended  # it was read


def test_without_an_entry_nothing_is_erased(world: World, phone: Peer) -> None:
    refuse(world, phone)
    assert phone.wiped is None
    assert phone.link is Link.SIGNED_OUT


def other_log(world: World, *said: Statement) -> str:
    """Return a proof from a log with another key, under the same name."""
    key = LogKey(KEY.verifier.name, os.urandom(32))
    log = KeyLog(key, StoredLog(key=key))
    log.append(*said)
    return log.proof(len(said) - 1)


def bent(proof: str) -> str:
    lines = proof.splitlines()
    lines[3] = "A" * 43 + "="  # a hash of the inclusion proof
    return "\n".join(lines) + "\n"


Lie = Callable[[World, Peer, Peer], object]


def honest(world: World, said: Statement) -> str:
    """Let the log say something, and return the proof."""
    world.server.enter(said)
    return world.server.keys.honest.proof(world.server.keys.honest.size - 1)


LIES: dict[str, Lie] = {
    "nothing": lambda *_: Code.NOT_FOUND,
    "no proof": lambda *_: RemovalProof("removed, believe me"),
    "empty": lambda *_: RemovalProof(""),
    "another log": lambda w, phone, _: RemovalProof(other_log(w, removal(phone))),
    "another device": lambda w, _, bo: RemovalProof(honest(w, removal(bo))),
    "bent": lambda w, phone, _: RemovalProof(bent(honest(w, removal(phone)))),
    "forged": lambda w, phone, bo: RemovalProof(
        honest(w, removal(phone, by=bo.account.device, signature=bytes(64)))
    ),
    "its own coming": lambda w, phone, _: RemovalProof(
        honest(w, Added(phone.account.user, phone.account.device, phone.account.certificate, DAY))
    ),
    "a reset to the same key": lambda w, phone, bo: RemovalProof(
        honest(w, Reset(bo.account.user, bo.account.device, bo.account.certificate, DAY))
    ),
    "a reset of somebody else": lambda w, phone, _: RemovalProof(
        honest(w, reset(w.person("carol")))
    ),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_server_that_does_not_prove_it_erases_nothing(
    world: World, bo: Peer, phone: Peer, lie: Lie
) -> None:
    world.server.devices[phone.account.device].revoked = True
    answer = lie(world, phone, bo)
    world.server.proves = lambda _: answer
    phone.cut()
    world.advance(70)
    assert phone.wiped is None
    assert phone.link is Link.SIGNED_OUT


# --- entries that are true, and old --------------------------------------------------------------


def starts_anew_first(world: World, user: UserId) -> None:
    """Let the person's first device come by a reset, as after a fresh start."""
    honest = world.server.keys.honest
    append = honest.append

    def instead(*said: Statement) -> None:
        for each in said:
            if isinstance(each, Added) and each.user == user:
                honest.append = append  # type: ignore[method-assign]  # only this once
                append(before(user), Reset(user, each.device, each.certificate, DAY))
            else:
                append(each)

    honest.append = instead  # type: ignore[method-assign, assignment]


def before(user: UserId) -> Added:
    """Return the entry of a device that is lost today, under a key that is lost today."""
    identity, key = IdentityKey(os.urandom(32)), DeviceKey(os.urandom(32))
    device = DeviceId(identifier(os.urandom(16)))
    brought = certificate.issue(
        identity, user=user, device=device, device_key=key.public, created=1
    )
    return Added(user, device, brought, DAY)


def place_of_reset(world: World) -> int:
    entries = world.server.keys.honest.stored.entries
    return next(n for n, each in enumerate(entries) if isinstance(statements.decode(each), Reset))


def prove(world: World, peer: Peer, index: int) -> None:
    """Refuse a device, and show it an entry of the log."""
    world.server.devices[peer.account.device].revoked = True
    world.server.proves = lambda _: RemovalProof(world.server.keys.honest.proof(index))
    peer.cut()
    world.advance(70)


@pytest.fixture
def dora(world: World) -> Peer:
    """Somebody whose device of now came by a reset."""
    user, identity = world.server.hire("dora")
    starts_anew_first(world, user)
    world.identities[user] = identity
    return world.device(user)


@pytest.mark.parametrize("renewed", [True, False])
def test_a_reset_of_years_ago_erases_nothing_that_came_since(
    world: World, dora: Peer, *, renewed: bool
) -> None:
    tablet = world.device(dora.account.user, dora)
    if renewed:
        renew(world, dora)
    for peer in (tablet, dora):
        prove(world, peer, place_of_reset(world))
        assert peer.wiped is None
        assert peer.link is Link.SIGNED_OUT


def test_a_reset_of_years_ago_that_is_logged_again_erases_nothing(world: World, dora: Peer) -> None:
    tablet = world.device(dora.account.user, dora)
    renew(world, dora)
    honest = world.server.keys.honest
    old = statements.decode(honest.stored.entries[place_of_reset(world)])
    tablet.go_offline()
    world.server.enter(old)
    tablet.come_back()
    prove(world, tablet, honest.size - 1)
    assert tablet.wiped is None


@pytest.mark.parametrize("read", [True, False])
def test_a_second_reset_erases_what_the_first_brought(
    world: World, dora: Peer, *, read: bool
) -> None:
    tablet = world.device(dora.account.user, dora)
    renew(world, dora)
    if not read:
        for peer in (tablet, dora):
            peer.go_offline()
    world.server.enter(reset(dora))
    world.advance(10)
    for peer in (tablet, dora):
        peer.come_back()
        prove(world, peer, world.server.keys.honest.size - 1)
        assert peer.wiped == Wipe("error-wiped-reset", DAY)


def test_who_was_refused_before_it_read_its_own_entry_believes_a_removal_alone(
    world: World, dora: Peer
) -> None:
    honest = world.server.keys.honest
    old = honest.copy()
    world.server.keys.of = lambda _: old  # type: ignore[method-assign, assignment]  # nothing newer
    tablet = world.device(dora.account.user, dora)
    for said in (place_of_reset(world), honest.size - 1):
        prove(world, tablet, said)
        tablet.restart()
        assert tablet.wiped is None
    honest.append(removal(tablet))
    prove(world, tablet, honest.size - 1)
    assert tablet.wiped == Wipe("error-wiped-by-company", DAY)


def cosigned(note: SignedNote, count: int) -> SignedNote:
    keys = WITNESSES[:count]
    return note.with_signatures(*(key.sign(note.text, 1_790_000_000) for key in keys))


def test_who_requires_witnesses_is_not_shown_an_entry_alone(
    world: World, bo: Peer, phone: Peer
) -> None:
    keys = tuple(each.verifier.vkey for each in WITNESSES)
    honest_log = world.server.keys.honest
    honest_log.shown = lambda note: cosigned(note, 3)
    phone.ask(lambda call: WitnessesRequired(call, keys, 2, 3600))
    honest_log.shown = lambda note: cosigned(note, 1)
    refuse(world, phone, removal(phone))
    assert phone.wiped is None
    honest_log.shown = lambda note: cosigned(note, 2)
    phone.restart()
    world.advance(70)
    assert phone.wiped is not None


def test_it_is_asked_again_while_there_is_no_answer(world: World, phone: Peer) -> None:
    answers: list[object] = [Code.OVERLOADED, Code.INTERNAL]
    proves = world.server.removal_proof
    world.server.proves = lambda device: answers.pop(0) if answers else proves(device)
    refuse(world, phone, removal(phone))
    world.advance(200)
    assert answers == []
    assert phone.wiped is not None
