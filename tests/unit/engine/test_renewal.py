"""A person renews their identity key, or loses it: what contacts and own devices make of that."""

import msgspec

from teamchat.engine.events import DirectAsked, PersonVerified, Received, TextWritten
from teamchat.engine.model import Link
from teamchat.identity import statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId
from teamchat.wire.frames import Own
from teamchat.wire.recovery import PendingReset
from tests.support.simulator import Peer, World

NEW = IdentityKey(b"n" * 32)
NEWER = IdentityKey(b"o" * 32)


def enter(world: World, peer: Peer, new: IdentityKey = NEW) -> None:
    """Have this device renew the key of its person."""
    account = peer.account
    said = statements.rotate(
        world.identities[account.user], new, DeviceKey(account.device_seed),
        user=account.user, by=account.device, day="2026-11-21",
    )  # fmt: skip
    world.identities[account.user] = new
    world.server.listed[account.user] = new.public
    known = world.server.users[account.user]
    world.server.users[account.user] = msgspec.structs.replace(known, identity_key=new.public)
    world.server.enter(said)


def renew(world: World, peer: Peer, new: IdentityKey = NEW) -> None:
    enter(world, peer, new)
    world.run()


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def write(peer: Peer, talk: ConversationId, text: str) -> str:
    return peer.ask(lambda call: TextWritten(call, talk, text))


def test_colleagues_read_one_line_and_write_on(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    renew(world, bo)
    assert anna.system(talk)[-1] == "system-key-renewed"
    assert alarms(anna) == []
    known = anna.engine.people[bo.account.user]
    assert (known.identity_key, known.changed_key) == (NEW.public, b"")
    write(anna, talk, "hello")
    write(bo, talk, "moin")
    assert (anna.texts(talk), bo.texts(talk)) == (["hello", "moin"],) * 2
    anna.restart()
    world.run()
    assert anna.system(talk).count("system-key-renewed") == 1


def test_who_had_compared_is_told_and_has_to_compare_again(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    anna.ask(lambda call: PersonVerified(call, bo.account.user))
    renew(world, bo)
    assert alarms(anna) == ["notice-key-renewed"]
    assert not anna.engine.people[bo.account.user].verified
    write(anna, talk, "still sent")
    assert bo.texts(talk) == ["still sent"]


def test_two_renewals_while_away_are_one_for_whoever_comes_back(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    anna.go_offline()
    renew(world, bo)
    renew(world, bo, NEWER)
    anna.come_back()
    world.advance(70)
    assert anna.engine.people[bo.account.user].identity_key == NEWER.public
    assert anna.system(talk).count("system-key-renewed") == 1
    assert alarms(anna) == []


def test_a_device_under_the_new_key_and_somebody_who_meets_them_later(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    renew(world, bo)
    phone = world.device(bo.account.user)
    world.advance(70)
    write(anna, talk, "to both")
    assert bo.texts(talk) == ["to both"]
    carol = world.person("carol")
    later = ConversationId(carol.ask(lambda call: DirectAsked(call, bo.account.user)))
    write(carol, later, "nice to meet you")
    assert bo.texts(later) == phone.texts(later) == ["nice to meet you"]
    assert alarms(carol) == alarms(anna) == []


def test_own_other_devices_are_told_and_have_the_key(world: World, bo: Peer) -> None:
    phone = world.device(bo.account.user)
    before = alarms(phone)
    renew(world, bo)
    assert alarms(phone)[len(before) :] == ["alarm-own-key-renewed"]
    assert "alarm-own-key-renewed" not in alarms(bo)
    for peer in (bo, phone):
        assert peer.engine.desk.account.identity_key == NEW.public
        assert peer.engine.people[bo.account.user].identity_key == NEW.public
        peer.restart()
        world.run()
        assert peer.engine.desk.account.identity_key == NEW.public
    assert alarms(phone)[len(before) :] == ["alarm-own-key-renewed"]


def test_the_server_cannot_say_that_a_key_was_renewed(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    user = bo.account.user
    phone = DeviceKey(b"p" * 32)
    forged = statements.rotate(
        IdentityKey(b"f" * 32), NEW, phone, user=user, by=bo.account.device, day="2026-11-21"
    )
    world.server.enter(forged)
    world.run()
    assert anna.engine.people[user].identity_key != NEW.public
    assert "system-key-renewed" not in anna.system(talk)
    assert "alarm-own-entry-refused" in alarms(bo)
    assert "alarm-entry-refused" in alarms(anna)


def test_a_key_that_the_server_names_before_the_log_says_why_is_no_alarm(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    world.server.keys.honest.silent = True
    enter(world, bo)
    world.run()
    world.server.keys.honest.silent = False
    anna.restart()
    world.advance(120)
    assert alarms(anna) == []
    assert anna.engine.people[bo.account.user].identity_key == NEW.public


def test_a_reset_that_was_asked_for_is_an_alarm_on_each_device_once(world: World, bo: Peer) -> None:
    phone = world.device(bo.account.user)
    before = {id(each): len(alarms(each)) for each in (bo, phone)}
    world.server.resets[bo.account.user] = PendingReset(NEW.public, b"box", 1, 1_795_000_000)
    bo.engine.handle(Received(Own("reset")))
    bo.restart()
    phone.restart()
    world.run()
    for each in (bo, phone):
        told = each.engine.alarms[before[id(each)] :]
        assert [one.key for one in told] == ["alarm-own-reset-asked"]
        assert dict(told[0].arguments)["day"] == "2026-11-18"
        each.restart()
        world.run()
        assert len(each.engine.alarms) == before[id(each)] + 1
    assert bo.link is Link.ONLINE


def test_a_server_that_makes_up_times_is_not_believed(world: World, bo: Peer) -> None:
    world.server.resets[bo.account.user] = PendingReset(NEW.public, b"box", 1, 2**53)
    bo.restart()
    world.run()
    assert alarms(bo) == []
