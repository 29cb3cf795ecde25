"""A server pads its log with what counts for nothing: whom it concerns is told all the same."""

from collections.abc import Callable

import pytest

from teamchat.engine.key_notes import LISTED, OF_ONE_SORT
from teamchat.identity import statements
from teamchat.identity.keys import IdentityKey
from teamchat.identity.statements import Statement
from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from tests.scenarios.test_key_directory_lies import DAY, certified, keys_of
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World

STRANGER = UserId("a" * 26)
MANY = 1_024


def numbered(number: int) -> DeviceId:
    return DeviceId(identifier(number.to_bytes(16, "big")))


def unreadable(number: int) -> bytes:
    return b"\x00" + number.to_bytes(4, "big")


def about_a_stranger(number: int) -> Statement:
    return statements.Removed(STRANGER, numbered(number), DAY)


def about_nobody(number: int) -> Statement:
    return statements.Begun(f"not at the beginning {number}", DAY)


def reset_of(world: World, peer: Peer) -> statements.Reset:
    added = certified(world, peer, IdentityKey(CRYPTO.random(32)))
    return statements.Reset(added.user, added.device, added.certificate, DAY)


@pytest.mark.parametrize("junk", [unreadable, about_a_stranger, about_nobody])
def test_a_reset_behind_what_counts_for_nothing_is_told(
    world: World, anna: Peer, bo: Peer, talk: ConversationId,
    junk: Callable[[int], Statement | bytes],
) -> None:  # fmt: skip
    phone = world.device(bo.account.user)
    world.advance(30)
    world.server.enter(*map(junk, range(MANY)), reset_of(world, bo))
    world.run()
    assert "alarm-own-reset" in keys_of(bo)
    assert "alarm-own-reset" in keys_of(phone)
    assert "alarm-key-changed" in keys_of(anna)
    assert len(anna.engine.desk.keys.refused) == LISTED


def test_devices_custodians_and_refused_entries_about_who_is_known_are_told_behind_it_too(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    people = tuple(sorted((anna.account.user, bo.account.user)))
    appointed = statements.Custodians(numbered(1), people, 2, DAY)
    added = certified(world, bo, world.identities[bo.account.user])
    forged = certified(world, bo, IdentityKey(CRYPTO.random(32)))
    world.server.enter(*map(unreadable, range(MANY)), appointed, added, forged)
    world.run()
    assert keys_of(anna) == ["notice-custodians", "alarm-entry-refused", "alarm-key-log-unfit"]
    assert keys_of(bo) == [
        "notice-custodians",
        "notice-own-device-added",
        "alarm-own-entry-refused",
        "alarm-key-log-unfit",
    ]


def test_what_nobody_can_have_entered_is_one_alarm_with_evidence(world: World, anna: Peer) -> None:
    for start in (0, 3):
        world.server.enter(*map(unreadable, range(start, start + 3)))
        world.advance(30)
    assert keys_of(anna) == ["alarm-key-log-unfit"]
    (alarm,) = anna.engine.alarms
    assert dict(alarm.arguments) == {"count": "3"}
    (finding,) = anna.engine.desk.keys.findings
    assert (finding.entry, finding.index) == (unreadable(0), 1)
    anna.restart()
    assert anna.engine.desk.keys.findings == (finding,)
    assert len(world.server.alarms) == 1


def test_more_about_oneself_than_is_shown_is_counted_and_hides_no_other_sort(
    world: World, bo: Peer
) -> None:
    """Whoever has the recovery key can add without end; the reset behind is told as ever."""
    honest = world.identities[bo.account.user]
    many = [certified(world, bo, honest) for _ in range(OF_ONE_SORT + 6)]
    world.server.enter(*many, reset_of(world, bo))
    world.run()
    told = keys_of(bo)
    assert told.count("notice-own-device-added") == OF_ONE_SORT
    assert told[-2:] == ["alarm-own-reset", "alarm-own-entries-more"]
    assert dict(bo.engine.alarms[-1].arguments) == {"count": "6"}


def test_refused_entries_about_oneself_hide_nothing_and_are_bounded(world: World, bo: Peer) -> None:
    identity = IdentityKey(CRYPTO.random(32))
    forged = [certified(world, bo, identity) for _ in range(MANY)]
    world.server.enter(*forged, certified(world, bo, world.identities[bo.account.user]))
    world.run()
    assert keys_of(bo).count("notice-own-device-added") == 1
    assert keys_of(bo).count("alarm-own-entry-refused") == 8


@pytest.mark.parametrize("after", range(1, 24, 3))
def test_nothing_is_lost_when_the_app_is_killed_while_it_reads(after: int, world: World) -> None:
    bo = world.person("bo")
    bo.go_offline()
    world.server.enter(*map(unreadable, range(MANY)), reset_of(world, bo))
    bo.come_back()
    bo.restart()
    bo.performed, bo.kill_after = 0, after
    world.advance(30)
    assert sorted(keys_of(bo)) == ["alarm-key-log-unfit", "alarm-own-reset"]
    assert sorted(each.kind for each in bo.engine.desk.keys.findings) == sorted(keys_of(bo))
