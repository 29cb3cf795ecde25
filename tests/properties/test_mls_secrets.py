"""What has done its work is gone, and no failure tells a secret (RFC 9420 §9.2, §16.8)."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import teamchat.mls
from teamchat.mls.crypto import Secret
from teamchat.mls.errors import MlsError
from teamchat.mls.group import (
    ApplicationReceived,
    GroupState,
    changes,
    encrypt,
    propose_update,
    snapshot,
)
from teamchat.mls.group.state import MAX_PAST_EPOCHS, MAX_PAST_SECONDS
from teamchat.mls.messages.proposals import Add
from teamchat.mls.schedule.epoch import EpochSecrets
from teamchat.mls.schedule.secret_tree import (
    MAX_SKIPPED,
    Branch,
    Node,
    RatchetKind,
    Ratchets,
    Sealed,
)
from tests.support.mls_corpus import Entry, cases, holds, opened, rooms, run
from tests.support.people import CRYPTO, NOW, Crew, founded, person

KEPT_OF_A_PAST_EPOCH = {"sender_data_secret", "resumption_psk"}


def held(secret: Secret, state: GroupState) -> bool:
    """Tell whether a secret is in any part that would be stored."""
    return any(secret.reveal() in part for part in snapshot(state).values())


def of_epoch(state: GroupState) -> dict[str, Secret]:
    return {name: getattr(state.secrets, name) for name in EpochSecrets.__slots__}


def secrets_of(node: Node) -> Iterator[Secret]:
    """Yield every secret of a secret tree."""
    match node:
        case Sealed(secret):
            yield secret
        case Ratchets(handshake, application):
            for ratchet in handshake, application:
                yield ratchet.secret
                for key in ratchet.skipped:
                    yield key.key
                    yield key.nonce
        case Branch(left, right):
            yield from secrets_of(left)
            yield from secrets_of(right)


@pytest.mark.parametrize("reader", ["alice", "bob"])
def test_an_epoch_that_ends_leaves_only_what_late_messages_need(reader: str) -> None:
    crew = founded("alice", "bob", "carol")
    before = crew[reader]
    crew.accept("alice", crew.commit("alice"))
    after = crew[reader]
    for name, secret in of_epoch(before).items():
        assert held(secret, before)
        assert held(secret, after) == (name in KEPT_OF_A_PAST_EPOCH), name


def test_replaced_keys_of_the_tree_are_gone() -> None:
    crew = founded("alice", "bob", "carol", "dave")
    crew.accept("bob", crew.commit("bob"))
    old = crew["bob"].private_keys
    crew.accept("bob", crew.commit("bob"))
    assert len(old) > 1
    assert not any(held(key, crew["bob"]) for key in old.values())


def test_the_keys_of_an_update_that_was_not_taken_up_are_gone() -> None:
    crew = founded("alice", "bob", "carol")
    made = propose_update(CRYPTO, crew["bob"])
    crew["bob"] = made.state
    (own,) = made.state.own_updates.values()
    assert held(own.encryption_key, crew["bob"])
    crew.accept("alice", crew.commit("alice"))
    assert not held(own.encryption_key, crew["bob"])


def test_who_has_joined_holds_no_init_key() -> None:
    crew, newcomer = founded("alice", "bob"), person("carol")
    bundle = newcomer.bundle()
    pending = crew.commit("alice", Add(bundle.key_package))
    joined = crew.join(pending, bundle)
    assert held(bundle.leaf_private_key, joined)
    assert not held(bundle.init_private_key, joined)


def letters(crew: Crew, count: int) -> list[bytes]:
    made = []
    for number in range(count):
        crew["bob"], message = encrypt(CRYPTO, crew["bob"], b"%d" % number)
        made.append(message)
    return made


def read(crew: Crew, message: bytes) -> GroupState:
    received = crew.receive("alice", message)
    assert isinstance(received, ApplicationReceived)
    crew["alice"] = received.state
    return received.state


def test_no_state_that_leaks_opens_what_was_read_before() -> None:
    """Whatever order messages come in, and over a skipped one: none of the used keys is left."""
    crew = founded("alice", "bob")
    mail = letters(crew, 6)
    fresh = crew["alice"]
    used = []
    for number in (0, 3, 5, 1):
        state = crew["alice"]
        key, _ = state.secret_tree.take_key(CRYPTO, state.suite, 1, RatchetKind.APPLICATION, number)
        used.append(key)
        after = read(crew, mail[number])
        assert not any(held(each.key, after) or held(each.nonce, after) for each in used)
    left = list(secrets_of(crew["alice"].secret_tree.root))
    assert not any(secret in left for secret in secrets_of(fresh.secret_tree.root))
    stolen = replace(crew["alice"])
    for number in (0, 3, 5, 1):
        with pytest.raises(MlsError):
            read(Crew(crew.people, {"alice": stolen}), mail[number])
    for number in (2, 4):
        read(crew, mail[number])


def test_skipped_keys_do_not_pile_up() -> None:
    crew = founded("alice", "bob")
    mail = letters(crew, MAX_SKIPPED + 40)
    state = read(crew, mail[-1])
    part = sum(len(data) for name, data in snapshot(state).items() if name.startswith("keys:"))
    assert part < MAX_SKIPPED * 48 + 1000
    with pytest.raises(MlsError):
        read(crew, mail[0])
    read(crew, mail[-2])


def test_past_epochs_go_by_number_and_by_time() -> None:
    crew = founded("alice", "bob")
    for _ in range(MAX_PAST_EPOCHS + 2):
        crew.accept("bob", crew.commit("bob"))
    names = [name for name in snapshot(crew["alice"]) if name.startswith("past:")]
    assert len(names) == MAX_PAST_EPOCHS
    old = [past.secret_tree for past in crew["alice"].past]
    before = crew["alice"]
    crew["bob"], message = encrypt(CRYPTO, crew["bob"], b"three days later")
    crew.now = NOW + MAX_PAST_SECONDS + 1
    after = read(crew, message)
    assert not after.past
    assert set(names) <= changes(before, after).delete
    for tree in old:
        assert not any(held(secret, after) for secret in secrets_of(tree.root))


def private_of(scene: str, state: object) -> list[bytes]:
    """Return the secrets that a scene's owner holds."""
    if isinstance(state, GroupState):
        return [
            state.signature_key.reveal(),
            *(key.reveal() for key in state.private_keys.values()),
            *(secret.reveal() for secret in of_epoch(state).values()),
            *(secret.reveal() for secret in secrets_of(state.secret_tree.root)),
        ]
    names = "init_private_key", "leaf_private_key", "signature_private_key"
    bundles = holds(scene).get("bundles", [])
    return [bytes.fromhex(bundle[name]) for bundle in bundles for name in names]


def told(error: BaseException) -> Iterator[str]:
    """Yield all that a log would show of a failure and of what led to it, locals aside."""
    while True:
        yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
        following = error.__cause__ or error.__context__
        if following is None:
            return
        error = following


def test_no_failure_tells_a_secret() -> None:
    """Asked of every refusal in the corpus."""
    seen = 0
    for scene in {case["scene"] for _, case in cases()}:
        state = opened(scene)
        secrets = private_of(scene, state)
        shown = [form for each in secrets for form in (each.hex(), repr(each)[2:-1])]
        for room, case in cases():
            if case["scene"] != scene or not secrets:
                continue
            with pytest.raises(MlsError) as caught:
                run(Entry.of(scene, case, rooms()[room]["messages"]), state)
            text = "\n".join(told(caught.value))
            assert not [form for form in shown if form in text], case["name"]
            seen += 1
    assert seen > 500


def test_a_secret_is_no_json() -> None:
    for value in (Secret(b"not for you"), founded("alice")["alice"]):
        with pytest.raises(TypeError):
            json.dumps(value)
        assert "not for you" not in json.dumps(value, default=str)


def test_the_core_writes_no_log() -> None:
    """What does not log cannot log a secret."""
    for path in Path(teamchat.mls.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert not {"logging", "warnings", "sys", "traceback"}.intersection(names), path
            assert called not in {"print", "breakpoint"}, path
