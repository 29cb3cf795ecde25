"""The pin: what contradicts it, and what of it is stored."""

import pytest

from teamchat.engine.key_anew import continued
from teamchat.engine.key_log import KeyLogState, Promise, disagreement, load, offered
from teamchat.engine.key_reading import OtherLogError
from teamchat.engine.store import Put, Table
from teamchat.transparency import Finding, FormatError, LogKey, SignatureError, TreeHead
from teamchat.wire.bodies import KeyLog as KeyLogBody
from tests.support.memory_store import MemoryStore
from tests.support.simulated_keys import KEY, KeyLog
from tests.support.simulator import World
from tests.support.tlog import StoredLog, checkpoint


def shown(size: int, root: bytes = bytes(32), key: LogKey = KEY) -> KeyLogBody:
    note = checkpoint(TreeHead(size, root), key).encode().decode()
    return KeyLogBody(key.verifier.name, key.verifier.vkey, note)


@pytest.fixture
def state() -> KeyLogState:
    """What somebody holds who has read a log of two."""
    world = World()
    anna, _ = world.person("anna"), world.person("bo")
    keys = anna.engine.desk.keys
    assert keys.pin is not None
    assert keys.pin.head.size == 2
    return keys


def test_size_and_root_alone_can_contradict_the_pin(state: KeyLogState) -> None:
    assert state.pin is not None
    root = state.pin.head.root
    cases = {
        shown(1): Finding.ROLLED_BACK,
        shown(0, bytes(32)): Finding.ROLLED_BACK,
        shown(2): Finding.FORKED,
        shown(2, root): None,
        shown(3): None,
    }
    for body, finding in cases.items():
        assert disagreement(state, offered(body, state)) is finding


def test_another_log_is_none_of_ours(state: KeyLogState) -> None:
    older = LogKey("chat.example/v1/keys/1", b"o" * 32)
    same_name = LogKey(KEY.verifier.name, b"o" * 32)
    for key in (older, same_name):
        with pytest.raises(OtherLogError):
            offered(shown(3, key=key), state)
    body = shown(3)
    with pytest.raises(OtherLogError):
        offered(KeyLogBody("another.example/v1/keys/1", body.key, body.checkpoint), state)


def test_what_is_no_signed_checkpoint_is_not_read(state: KeyLogState) -> None:
    body = shown(3)
    for text in ("", body.checkpoint[:-2], body.checkpoint.replace("\n3\n", "\n03\n")):
        with pytest.raises((FormatError, SignatureError)):
            offered(KeyLogBody(body.origin, body.key, text), state)
    text = body.checkpoint.replace("\n3\n", "\n4\n")
    with pytest.raises(SignatureError):
        offered(KeyLogBody(body.origin, body.key, text), state)
    with pytest.raises(FormatError):
        offered(shown(2**40), state)


def test_a_promise_comes_before_the_first_sight() -> None:
    promised = KeyLogState(promise=Promise(KEY.verifier, TreeHead(5, bytes(32))))
    assert disagreement(promised, offered(shown(4), promised)) is Finding.ROLLED_BACK
    assert disagreement(promised, offered(shown(5), promised)) is None
    with pytest.raises(OtherLogError):
        offered(shown(5, key=LogKey("chat.example/v1/keys/1799999999", b"o" * 32)), promised)


@pytest.mark.parametrize("promise", [None, Promise(KEY.verifier, TreeHead(5, bytes(32)))])
def test_a_promise_is_stored_and_nothing_is_nothing(promise: Promise | None) -> None:
    store = MemoryStore()
    assert load(store) == KeyLogState()
    store.commit([Put(Table.KEY_LOG, "pin", KeyLogState(promise=promise).record().encode())])
    assert load(store).promise == promise
    assert load(store).pin is None


def test_devices_that_a_new_log_lacks_are_none_any_more_but_were() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    before = anna.engine.desk.keys.directory
    fresh = KeyLog(stored=StoredLog(key=KEY))
    fresh.append(*world.server.keys.honest.stored.entries[1:])
    after, _ = type(before)().after(fresh.stored.entries)
    directory = continued(before, after)
    assert directory.size == 1
    assert directory.lists(bo.account.certificate)
    assert not directory.lists(anna.account.certificate)
    assert directory.has_listed(anna.account.certificate)
    assert directory.people[anna.account.user].identity_key == anna.account.identity_key
