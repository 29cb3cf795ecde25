"""The server comes back from a backup: what it lost of ours is sent again, and nothing twice."""

import msgspec
import pytest

from teamchat.engine import requests
from teamchat.engine.commands import Query
from teamchat.engine.events import (
    AddAsked,
    Answered,
    DirectAsked,
    GroupAsked,
    RejoinAsked,
    RemoveAsked,
    TextWritten,
)
from teamchat.engine.model import Delivery, Standing
from teamchat.engine.outbox import RETRY_SECONDS
from teamchat.engine.view import conversation_of
from teamchat.ids import ConversationId
from teamchat.wire.frames import Kind
from tests.support.simulator import Peer, World, everyone_agrees, renew_keys


def say(peer: Peer, talk: ConversationId, *texts: str) -> None:
    for text in texts:
        peer.ask(lambda call, text=text: TextWritten(call, talk, text))  # type: ignore[misc]


def restore(world: World, talk: ConversationId, head: int) -> None:
    world.server.restore_backup(talk, head)
    for peer in world.peers:
        peer.cut()


def spoken(world: World, talk: ConversationId) -> list[tuple[str, bytes]]:
    """Return who said what, as the server sees it."""
    items = world.server.logs[talk].items
    return [(each.sender, each.client_id) for each in items if each.kind is Kind.APPLICATION]


def test_what_the_backup_lacks_is_sent_again_under_its_old_name(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "kept")
    kept = world.server.logs[talk].head
    say(anna, talk, "lost 1")
    say(bo, talk, "lost 2")
    say(anna, talk, "lost 3")
    before, unread = spoken(world, talk), bo.state(talk).record.unread
    restore(world, talk, kept)
    world.advance(200)
    assert sorted(spoken(world, talk)) == sorted(before)
    for peer in (anna, bo):
        assert sorted(peer.texts(talk)) == ["kept", "lost 1", "lost 2", "lost 3"]
        assert "system-undecryptable" not in peer.system(talk)
        assert peer.state(talk).queued == 0
        assert not peer.state(talk).outgoing
    assert [x for x in bo.texts(talk) if x in {"lost 1", "lost 3"}] == ["lost 1", "lost 3"]
    assert bo.state(talk).record.unread == unread  # nothing of it is news
    own = [each for each in anna.messages(talk) if each.own and each.kind.value == "text"]
    assert {each.delivery for each in own} <= {Delivery.SENT, Delivery.DELIVERED}


def test_who_had_not_read_it_yet_reads_it_now(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "kept")
    kept = world.server.logs[talk].head
    bo.go_offline()
    say(anna, talk, "lost")
    restore(world, talk, kept)
    bo.come_back()
    world.advance(200)
    assert bo.texts(talk) == ["kept", "lost"]
    assert bo.state(talk).record.unread == 2


def test_what_others_wrote_into_the_restored_log_meanwhile_is_not_skipped(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    kept = world.server.logs[talk].head
    say(bo, talk, *(f"lost {number}" for number in range(5)))
    bo.go_offline()
    restore(world, talk, kept)
    world.advance(100)
    say(anna, talk, "new 1", "new 2")
    bo.come_back()
    world.advance(200)
    expected = sorted(["new 1", "new 2", *(f"lost {number}" for number in range(5))])
    assert sorted(anna.texts(talk)) == sorted(bo.texts(talk)) == expected
    assert "system-undecryptable" not in bo.system(talk) + anna.system(talk)
    assert len(spoken(world, talk)) == 7


def test_a_backup_that_lacks_nothing_brings_nothing_twice(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "one", "two")
    say(bo, talk, "three")
    restore(world, talk, world.server.logs[talk].head)
    head = world.server.logs[talk].head
    world.advance(200)
    assert world.server.logs[talk].head == head
    for peer in (anna, bo):
        assert peer.texts(talk) == ["one", "two", "three"]
        assert peer.system(talk)[-1] == "system-reset"
        assert peer.state(talk).record.reread == 0
    say(bo, talk, "four")
    assert anna.texts(talk)[-1] == "four"


def test_with_another_epoch_it_is_encrypted_anew(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    kept = world.server.logs[talk].head
    renew_keys(world, anna, talk)
    say(anna, talk, "in the epoch that is lost")
    say(bo, talk, "this too")
    restore(world, talk, kept)
    world.advance(400)
    assert everyone_agrees(world, talk)
    assert len(spoken(world, talk)) == 2
    fresh = world.device(bo.account.user)
    world.advance(60)
    say(fresh, talk, "all well")
    for peer in (anna, bo):
        assert sorted(peer.texts(talk)) == ["all well", "in the epoch that is lost", "this too"]


def test_what_was_on_its_way_is_sent_too(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    kept = world.server.logs[talk].head
    say(anna, talk, "lost")
    anna.go_offline()
    anna.tell(lambda call: TextWritten(call, talk, "not sent yet"))
    world.run()
    restore(world, talk, kept)
    anna.come_back()
    world.advance(200)
    assert bo.texts(talk) == ["lost", "not sent yet"]
    assert anna.texts(talk) == ["lost", "not sent yet"]


def test_a_server_that_says_it_lost_all_gets_nothing_for_those_who_came_later(
    world: World, anna: Peer, bo: Peer
) -> None:
    cem = world.person("cem")
    users = (bo.account.user,)
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    say(anna, team, "not for cem")
    anna.ask(lambda call: AddAsked(call, team, (cem.account.user,)))
    say(anna, team, "for all")
    log = world.server.logs[team]
    log.items = [msgspec.structs.replace(each, client_id=bytes(16)) for each in log.items]
    restore(world, team, log.head)
    world.advance(200)
    assert "not for cem" not in cem.texts(team)
    assert "for all" in cem.texts(team)


@pytest.mark.parametrize("kill", range(1, 26))
def test_killed_at_any_step_of_it_nothing_is_lost_or_doubled(kill: int) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    kept = world.server.logs[talk].head
    say(anna, talk, "one", "two")
    bo.go_offline()
    world.server.restore_backup(talk, kept)
    anna.cut()
    anna.kill_after = anna.performed + kill
    world.advance(200)
    anna.kill_after = None
    bo.come_back()
    world.advance(200 + RETRY_SECONDS)
    assert anna.texts(talk) == bo.texts(talk) == ["one", "two"]
    assert len(set(spoken(world, talk))) == len(spoken(world, talk)) == 2
    assert not anna.state(talk).outgoing


# --- what began after the backup was made ------------------------------------------------------


def forget(world: World, talk: ConversationId) -> None:
    """Put back a backup that is older than the conversation."""
    del world.server.logs[talk]
    for peer in world.peers:
        peer.cut()
    world.advance(60)


def standing(peer: Peer, talk: ConversationId) -> Standing:
    return conversation_of(peer.state(talk), peer.account, peer.engine.people).standing


def test_a_conversation_that_the_backup_does_not_know_is_over_and_that_is_said(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "there")
    anna.go_offline()
    say(anna, talk, "typed meanwhile")
    forget(world, talk)
    anna.come_back()
    world.advance(60)
    for peer in (anna, bo):
        assert peer.system(talk).count("system-unknown") == 1
        assert standing(peer, talk) is Standing.LEFT
        assert peer.state(talk).queued == 0
    assert anna.texts(talk) == ["there", "typed meanwhile"]
    (typed,) = (each for each in anna.messages(talk) if each.text == "typed meanwhile")
    assert typed.delivery is Delivery.FAILED
    assert anna.refused(lambda call: TextWritten(call, talk, "more")) == "error-not-a-member"
    anna.cut()
    world.advance(60)
    assert anna.system(talk).count("system-unknown") == 1


def test_two_people_begin_anew_what_the_backup_does_not_know(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    say(anna, talk, "before")
    forget(world, talk)
    again = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    assert again != talk
    say(anna, again, "after")
    world.advance(30)
    assert (bo.texts(talk), bo.texts(again)) == (["before"], ["after"])
    assert bo.ask(lambda call: DirectAsked(call, anna.account.user)) == again


def test_it_goes_on_if_the_server_knows_it_again(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    log = world.server.logs[talk]
    say(anna, talk, "before")
    forget(world, talk)
    world.server.logs[talk] = log
    for peer in (anna, bo):
        peer.cut()
    world.advance(60)
    say(anna, talk, "after")
    assert bo.texts(talk) == ["before", "after"]
    assert standing(anna, talk) is Standing.MEMBER


def test_who_was_added_after_the_backup_comes_back_when_added_again(
    world: World, anna: Peer, bo: Peer
) -> None:
    wei = world.person("wei")
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))
    kept = world.server.logs[talk].head
    anna.ask(lambda call: AddAsked(call, talk, (wei.account.user,)))
    say(wei, talk, "here")
    restore(world, talk, kept)
    world.advance(200)
    assert wei.system(talk)[-1:] == ["system-unknown"]
    anna.ask(lambda call: AddAsked(call, talk, (wei.account.user,)))
    say(wei, talk, "here again")
    world.advance(60)
    assert bo.texts(talk)[-1:] == ["here again"]
    assert standing(wei, talk) is Standing.MEMBER


def test_what_is_said_after_the_backup_stands_behind_what_was_said_before(
    world: World, anna: Peer, bo: Peer
) -> None:
    wei = world.person("wei")
    people = (bo.account.user, wei.account.user)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", people)))
    kept = world.server.logs[talk].head
    say(wei, talk, *(f"old {number}" for number in range(20)))
    anna.ask(lambda call: RemoveAsked(call, talk, wei.account.user))
    restore(world, talk, kept)
    world.advance(200)
    anna.ask(lambda call: RemoveAsked(call, talk, wei.account.user))
    anna.ask(lambda call: AddAsked(call, talk, (wei.account.user,)))
    unread = wei.state(talk).record.unread
    say(bo, talk, "new 1", "new 2")
    world.advance(30)
    assert wei.texts(talk)[-2:] == ["new 1", "new 2"]
    assert wei.state(talk).record.unread == unread + 2


# --- whether the log still leads to our group ---------------------------------------------------


@pytest.mark.parametrize("asked", [True, False])
def test_an_answer_of_a_moment_ago_makes_nobody_join_again(
    world: World, anna: Peer, bo: Peer, talk: ConversationId, *, asked: bool
) -> None:
    """The socket has brought a commit that the answer does not know of yet."""
    say(anna, talk, "one")
    held: list[Answered] = []
    ask = anna._ask

    def slow(number: int, query: Query) -> None:
        if query == requests.group(talk) and not held:
            body = world.server.answer(anna.account.device, query)
            held.append(Answered(number, body))
        else:
            ask(number, query)

    anna._ask = slow  # type: ignore[method-assign]  # on its way for a while
    if asked:
        anna.tell(lambda call: RejoinAsked(call, talk))
        world.run()
    else:
        restore(world, talk, world.server.logs[talk].head)
        world.advance(5)
    assert held
    renew_keys(world, bo, talk)
    anna.events.extend(held)
    world.advance(30)
    assert "system-rejoined" not in anna.system(talk)
    say(bo, talk, "two")
    assert anna.texts(talk) == ["one", "two"]
