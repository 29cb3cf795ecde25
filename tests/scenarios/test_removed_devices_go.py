"""A device that is none any more: the next member takes it out before anything is said."""

from functools import partial

import pytest

from teamchat.engine.events import AddAsked, DirectAsked, GroupAsked, TextWritten
from teamchat.identity import statements
from teamchat.ids import ConversationId
from teamchat.mls.delivery import peek
from teamchat.mls.framing.content import ContentType
from teamchat.wire.frames import Item, Kind, Nack, NackCode, Send
from tests.support.simulator import Peer, World, everyone_agrees

APPLICATION = ContentType.APPLICATION
DAY = "2026-09-21"


@pytest.fixture
def phone(world: World, bo: Peer) -> Peer:
    return world.device(bo.account.user)


@pytest.fixture
def talk(anna: Peer, bo: Peer, phone: Peer) -> ConversationId:
    return ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))


def remove(world: World, peer: Peer) -> None:
    """Let the company remove a device."""
    world.server.devices[peer.account.device].revoked = True
    peer.cut()
    world.server.enter(statements.Removed(peer.account.user, peer.account.device, DAY))


def devices_in(peer: Peer, conversation: ConversationId) -> set[str]:
    return {leaf.device for leaf in peer.state(conversation).roster}


def no_commit_is_taken(world: World) -> list[Send]:
    """Let the server refuse every commit from now on; return those that it has refused."""
    honest, refused = world.server.take, list[Send]()

    def take(device: object, frame: Send) -> object:
        if frame.group_info:
            refused.append(frame)
            return Nack(frame.request, NackCode.FORBIDDEN)
        return honest(device, frame)  # type: ignore[arg-type]  # a device, as before

    world.server.take = take  # type: ignore[method-assign, assignment]  # it turns stubborn
    return refused


def test_somebody_takes_it_out_though_nobody_writes(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    remove(world, phone)
    world.advance(5)
    assert devices_in(anna, talk) == {anna.account.device, bo.account.device}
    assert everyone_agrees(world, talk) or phone.state(talk).joined
    commits = [send for _, send in world.server.received if send.group_info]
    assert len(commits) <= 3  # founding, and one or two that were quick


def test_it_is_out_before_anything_is_said(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    anna.go_offline()
    anna.ask(lambda call: TextWritten(call, talk, "written on the train"))
    remove(world, phone)
    bo.go_offline()
    anna.come_back()
    world.advance(70)
    assert phone.account.device not in devices_in(anna, talk)
    last = world.server.received[-1][1]
    assert anna.state(talk).outgoing == ()
    commit = next(s for _, s in reversed(world.server.received) if s.group_info)
    assert world.server.received.index((anna.account.device, commit)) < (
        world.server.received.index((anna.account.device, last))
    )
    bo.come_back()
    world.advance(70)
    assert bo.texts(talk) == ["written on the train"]


def test_if_the_server_does_not_let_it_out_messages_are_sent_and_that_is_told(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    refused = no_commit_is_taken(world)
    remove(world, phone)
    world.server.devices[phone.account.device].revoked = False  # and takes messages all the same
    world.advance(30)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    world.advance(600)
    assert bo.texts(talk) == ["hello"]
    assert 1 <= len(refused) < 10
    for peer in (anna, bo):  # whoever tried is told
        stays = [each for each in peer.engine.alarms if each.key == "alarm-device-stays"]
        assert len(stays) == 1


def test_who_reads_it_all_later_comes_to_the_same_group(
    world: World, anna: Peer, bo: Peer, phone: Peer
) -> None:
    """It was added on Monday and removed on Wednesday; this client reads on Friday."""
    dora = world.person("dora")
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", (dora.account.user,))))
    dora.go_offline()
    anna.ask(lambda call: AddAsked(call, team, (bo.account.user,)))
    anna.ask(lambda call: TextWritten(call, team, "monday"))
    remove(world, phone)
    world.advance(5)
    anna.ask(lambda call: TextWritten(call, team, "friday"))
    dora.come_back()
    world.advance(70)
    assert dora.texts(team) == ["monday", "friday"]
    assert [each.key for each in dora.engine.alarms] == []
    assert devices_in(dora, team) == devices_in(anna, team)


# --- the server knows before the members do ------------------------------------------------------


def end(world: World, peer: Peer) -> None:
    """A device has ended, and the key directory does not say so yet."""
    world.server.devices[peer.account.device].revoked = True
    peer.cut()


def list_end(world: World, peer: Peer) -> None:
    world.server.enter(statements.Removed(peer.account.user, peer.account.device, DAY))


def messages_of(world: World, peer: Peer) -> list[bytes]:
    return [
        send.body
        for device, send in world.server.received
        if device == peer.account.device and peek(send.body).content_type is APPLICATION
    ]


def said_before_it_is_out(world: World, talk: ConversationId, since: int) -> list[Item]:
    """Return what the log has of an epoch in which the device was in the group."""
    items = world.server.logs[talk].items[since:]
    first = next(each for each in items if each.kind is Kind.COMMIT)
    said = [each for each in items if each.kind is Kind.APPLICATION]
    return [each for each in said if each.epoch <= first.epoch]


def test_what_is_said_before_a_member_knows_waits_and_keeps_its_order(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    since = world.server.logs[talk].head
    end(world, phone)
    anna.ask(lambda call: TextWritten(call, talk, "one"))
    anna.ask(lambda call: TextWritten(call, talk, "two"))
    bo.ask(lambda call: TextWritten(call, talk, "three"))
    world.advance(20)
    assert world.server.logs[talk].head == since
    assert len(anna.state(talk).outgoing) == 2
    list_end(world, phone)
    world.advance(0)
    assert phone.account.device not in devices_in(anna, talk)  # at once: no pause is waited for
    world.advance(5)
    assert sorted(anna.texts(talk)) == ["one", "three", "two"] == sorted(bo.texts(talk))
    assert [each for each in bo.texts(talk) if each != "three"] == ["one", "two"]
    assert said_before_it_is_out(world, talk, since) == []
    assert anna.engine.alarms == ()


def test_a_server_that_refuses_without_a_reason_makes_nobody_spin(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    """It withholds, as it can by silence; nothing is taken out on its word."""
    end(world, phone)
    before = len(world.server.received)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    world.advance(3_600)
    sent = messages_of(world, anna)
    assert 10 < len(sent) < 80
    assert len(set(sent)) == 1  # no key of the ratchet is used up
    assert len(world.server.received) - before < 80
    assert phone.account.device in devices_in(anna, talk)
    world.server.devices[phone.account.device].revoked = False
    world.server.logs[talk].clear_from = 0
    world.advance(65)
    assert bo.texts(talk) == ["hello"]


def test_if_it_lets_out_nobody_and_takes_nothing_that_is_told_once_and_nothing_is_lost(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    honest = world.server.take
    refused = no_commit_is_taken(world)
    bo.go_offline()
    remove(world, phone)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    world.advance(3_600)
    assert 3 <= len(refused) < 80
    assert len(messages_of(world, anna)) < 160
    assert [each.key for each in anna.engine.alarms] == ["alarm-device-stays"]
    world.server.take = honest  # type: ignore[method-assign]
    world.advance(130)
    bo.come_back()
    world.advance(70)
    assert bo.texts(talk) == ["hello"]
    assert devices_in(bo, talk) == {anna.account.device, bo.account.device}


def test_a_sender_that_is_killed_between_refusal_and_removal_says_it_after_all(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    since = world.server.logs[talk].head
    end(world, phone)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    bo.go_offline()
    anna.restart()
    world.advance(70)
    anna.restart()
    list_end(world, phone)
    world.advance(70)
    bo.come_back()
    world.advance(70)
    assert bo.texts(talk) == ["hello"]
    assert said_before_it_is_out(world, talk, since) == []


def test_a_message_that_was_written_before_somebody_is_added_does_not_wait_for_ever(
    world: World, anna: Peer, bo: Peer, phone: Peer
) -> None:
    dora = world.person("dora")
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", (bo.account.user,))))
    bo.go_offline()
    end(world, phone)
    anna.ask(lambda call: TextWritten(call, team, "not for Dora"))
    anna.tell(lambda call: AddAsked(call, team, (dora.account.user,)))
    list_end(world, phone)
    world.advance(10)
    assert anna.state(team).outgoing == ()
    assert anna.state(team).record.intents == ()
    assert dora.account.device in devices_in(anna, team)
    assert phone.account.device not in devices_in(anna, team)
    assert dora.texts(team) == []
    bo.come_back()
    world.advance(70)
    assert bo.texts(team) == ["not for Dora"]


def test_of_two_who_wait_one_takes_it_out_and_both_are_heard(
    world: World, anna: Peer, bo: Peer, phone: Peer
) -> None:
    dora = world.person("dora")
    users = (bo.account.user, dora.account.user)
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", users)))
    world.advance(5)
    since = world.server.logs[team].head
    end(world, phone)
    for peer in (anna, bo, dora):
        name = peer.account.user_name
        peer.ask(partial(TextWritten, conversation=team, text=name))
    list_end(world, phone)
    world.advance(5)
    for peer in (anna, bo, dora):
        assert sorted(peer.texts(team)) == ["anna", "bo", "dora"]
        assert not [each for each in peer.engine.alarms if each.key.startswith("alarm-")]
    items = world.server.logs[team].items[since:]
    assert [each.kind for each in items].count(Kind.COMMIT) == 1
    assert said_before_it_is_out(world, team, since) == []


def test_between_two_what_waits_is_for_the_next_device_alone(
    world: World, anna: Peer, bo: Peer
) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    end(world, bo)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    world.peers.remove(bo)
    list_end(world, bo)
    world.advance(60)
    assert devices_in(anna, talk) == {anna.account.device}
    assert len(anna.state(talk).outgoing) == 1
    again = world.device(bo.account.user)
    world.advance(60)
    assert again.texts(talk) == ["hello"]


def test_who_is_alone_in_a_group_with_it_takes_it_out_and_goes_on(
    world: World, anna: Peer, bo: Peer
) -> None:
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", (bo.account.user,))))
    end(world, bo)
    anna.ask(lambda call: TextWritten(call, team, "hello"))
    world.peers.remove(bo)
    list_end(world, bo)
    world.advance(5)
    assert devices_in(anna, team) == {anna.account.device}
    assert anna.state(team).outgoing == ()


def test_a_device_of_ones_own_goes_before_anything_is_said(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    since = world.server.logs[talk].head
    end(world, phone)
    bo.ask(lambda call: TextWritten(call, talk, "my phone is gone"))
    anna.go_offline()
    list_end(world, phone)
    world.advance(5)
    anna.come_back()
    world.advance(70)
    assert anna.texts(talk) == ["my phone is gone"]
    assert said_before_it_is_out(world, talk, since) == []


def test_what_was_encrypted_before_the_removal_is_not_taken_after_it(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    """Old epochs are taken otherwise; this one has a reader too many."""
    since = world.server.logs[talk].head
    end(world, phone)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    anna.go_offline()
    list_end(world, phone)
    world.advance(5)
    assert phone.account.device not in devices_in(bo, talk)
    old = messages_of(world, anna)
    anna.come_back()
    world.advance(70)
    assert bo.texts(talk) == ["hello"]
    assert len({*messages_of(world, anna)} - {*old}) == 1  # encrypted once more
    assert said_before_it_is_out(world, talk, since) == []
