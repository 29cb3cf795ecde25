"""Whose key is whose: pinned, noticed when it changes, asked for by name."""

import msgspec
import pytest

from teamchat.engine import directory
from teamchat.engine.events import DirectAsked, PersonVerified
from teamchat.engine.state import Leaf
from teamchat.engine.step import Step
from teamchat.ids import DeviceId, UserId
from tests.support.simulator import Peer, World


@pytest.fixture
def anna() -> Peer:
    return World().person("anna")


def stepping(peer: Peer) -> Step:
    return Step(peer.engine._held, peer.engine._surroundings)


def leaf_with(user: UserId, key: bytes) -> Leaf:
    return Leaf(1, user, DeviceId("d" * 26), key)


def test_the_first_key_is_pinned_and_another_is_noticed_once(anna: Peer) -> None:
    step, bo = stepping(anna), UserId("b" * 26)
    assert directory.holds(step, bo, b"first")
    assert directory.holds(step, bo, b"first")
    assert not directory.holds(step, bo, b"second")
    assert not directory.holds(step, bo, b"second")
    step.adopt()
    assert [each.key for each in anna.engine.alarms] == ["alarm-key-changed"]
    known = anna.engine.people[bo]
    assert (known.identity_key, known.changed_key) == (b"first", b"second")
    assert directory.changed(stepping(anna), [leaf_with(bo, b"second")]) == (bo,)
    assert directory.changed(stepping(anna), [leaf_with(bo, b"first")]) == ()


def test_each_key_of_a_person_raises_one_alarm_and_there_is_an_end(anna: Peer) -> None:
    step, bo = stepping(anna), UserId("b" * 26)
    directory.holds(step, bo, b"first")
    for key in (b"second", b"third", b"second", b"third"):
        assert not directory.holds(step, bo, key)
    step.adopt()
    assert len(anna.engine.alarms) == 2
    step = stepping(anna)
    for number in range(100):
        assert not directory.holds(step, bo, b"made up %d" % number)
    step.adopt()
    assert len(anna.engine.alarms) == directory.ALARMS
    step = stepping(anna)
    assert directory.accept(step, bo, b"made up 99") == ""
    assert not directory.holds(step, bo, b"one more")
    step.adopt()
    assert len(anna.engine.alarms) == directory.ALARMS + 1


def test_who_compared_has_the_new_key(anna: Peer) -> None:
    step, bo = stepping(anna), UserId("b" * 26)
    directory.holds(step, bo, b"first")
    directory.holds(step, bo, b"second")
    assert directory.accept(step, bo, b"first") == "error-number-changed"
    assert directory.accept(step, bo, b"second") == ""
    assert directory.changed(step, [leaf_with(bo, b"first")]) == ()
    assert directory.changed(step, [leaf_with(bo, b"third")]) == (bo,)
    known = step.person(bo)
    assert known is not None
    assert (known.identity_key, known.changed_key, known.verified) == (b"second", b"", True)
    assert directory.holds(step, bo, b"second")
    assert directory.accept(step, UserId("c" * 26)) == "error-unknown-person"


def test_the_first_key_is_that_of_the_key_directory_whatever_the_server_says(anna: Peer) -> None:
    user, identity = anna.world.server.hire("bo")
    known = msgspec.structs.replace(anna.world.server.users[user], identity_key=b"x" * 32)
    step = stepping(anna)
    directory.learn(step, known)
    found = step.person(user)
    assert found is not None
    assert found.identity_key == b""
    step.adopt()
    anna.world.identities[user] = identity
    anna.world.device(user)
    step = stepping(anna)
    directory.learn(step, known)
    directory.judge_claims(step)
    found = step.person(user)
    assert found is not None
    assert found.identity_key == identity.public
    assert found.changed_key == b"x" * 32


def test_names_are_asked_for_and_kept() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    anna.ask(lambda call: DirectAsked(call, bo.account.user))
    assert anna.engine.people[bo.account.user].name == "Bo"
    assert bo.engine.people[anna.account.user].name == "Anna"
    stranger = UserId("s" * 26)
    assert anna.refused(lambda call: PersonVerified(call, stranger)) == "error-unknown-person"
