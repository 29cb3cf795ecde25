"""Answers, other texts, emojis and deletions: at all who read, in the order of the log."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from teamchat.engine.amending import EDIT_MS
from teamchat.engine.events import (
    AddAsked,
    DiscardAsked,
    EditAsked,
    Event,
    GroupAsked,
    HideAsked,
    ReactionAsked,
    Received,
    RetryAsked,
    TextWritten,
    WithdrawAsked,
)
from teamchat.engine.fold import OWN_REACTIONS, text_of
from teamchat.engine.records import Line, LineState
from teamchat.ids import ConversationId
from teamchat.wire.frames import Nack, NackCode
from teamchat.wire.room_policy import ALL, History
from tests.support.simulator import Peer, World

Office = tuple[World, Peer, Peer, ConversationId]


@pytest.fixture
def office() -> Office:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,)))
    return world, anna, bo, ConversationId(talk)


def say(peer: Peer, talk: ConversationId, text: str, answers: bytes = b"") -> Line:
    return line(peer, talk, peer.ask(lambda call: TextWritten(call, talk, text, answers)))


def line(peer: Peer, talk: ConversationId, name: str) -> Line:
    found = peer.store.line(talk, name)
    assert found is not None
    return found


def everywhere(office: Office, said: Line) -> Line:
    """Return a line, which is the same for both but for how far it has come."""
    world, anna, bo, talk = office
    world.run()
    one, other = line(anna, talk, said.id), line(bo, talk, said.id)
    texts = (text_of(one), [each.text for each in one.edits])
    assert texts == (text_of(other), [each.text for each in other.edits])
    assert one.message == other.message
    reactions = [(each.by, each.reaction, each.message) for each in one.reactions]
    assert reactions == [(each.by, each.reaction, each.message) for each in other.reactions]
    assert bool(one.withdrawn) == bool(other.withdrawn)
    return other


def test_an_answer_names_what_it_answers(office: Office) -> None:
    _, anna, bo, talk = office
    asked = say(anna, talk, "Kommst du?")
    answer = say(bo, talk, "Ja", line(bo, talk, asked.id).message)
    assert everywhere(office, answer).answers == asked.message
    assert asked.message


def test_another_text_reaches_everybody(office: Office) -> None:
    _, anna, bo, talk = office
    said = say(anna, talk, "Um 8")
    anna.ask(lambda call: EditAsked(call, said, "Um 9"))
    again = line(anna, talk, said.id)
    anna.ask(lambda call: EditAsked(call, again, "Um 10"))
    seen = everywhere(office, said)
    assert (seen.text, text_of(seen), len(seen.edits)) == ("Um 8", "Um 10", 2)
    assert not any(each.waiting for each in line(anna, talk, said.id).edits)
    assert bo.state(talk).record.unread == 1, "an edit is no news"
    assert text_of(bo.state(talk).last or said) == "Um 10"


def test_the_same_text_is_no_edit(office: Office) -> None:
    world, anna, _, talk = office
    said, head = say(anna, talk, "Um 8"), world.server.logs[talk].head
    anna.ask(lambda call: EditAsked(call, said, "Um 8"))
    assert world.server.logs[talk].head == head


def test_an_emoji_comes_and_goes(office: Office) -> None:
    _, anna, bo, talk = office
    said = say(anna, talk, "Fertig")
    theirs = line(bo, talk, said.id)
    bo.ask(lambda call: ReactionAsked(call, theirs, "👍"))
    assert [each.reaction for each in everywhere(office, said).reactions] == ["👍"]
    there = line(bo, talk, said.id)
    bo.ask(lambda call: ReactionAsked(call, there, "👍"))  # it is there already
    bo.ask(lambda call: ReactionAsked(call, there, "👍", back=True))
    assert everywhere(office, said).reactions == ()


def test_a_deletion_takes_everything_away(office: Office) -> None:
    _, anna, bo, talk = office
    said = say(anna, talk, "Geheim")
    theirs = line(bo, talk, said.id)
    bo.ask(lambda call: ReactionAsked(call, theirs, "👍"))
    here = line(anna, talk, said.id)
    anna.ask(lambda call: WithdrawAsked(call, here))
    gone = everywhere(office, said)
    assert (gone.text, gone.reactions, gone.salt) == ("", (), b"")
    assert (line(anna, talk, said.id).text, line(anna, talk, said.id).salt) == ("", b"")
    assert gone.withdrawn is not None


def test_deleting_for_oneself_tells_nobody(office: Office) -> None:
    world, anna, bo, talk = office
    said, head = say(anna, talk, "Hier nicht mehr"), world.server.logs[talk].head
    theirs = line(bo, talk, said.id)
    bo.ask(lambda call: HideAsked(call, theirs))
    assert line(bo, talk, said.id).hidden
    assert line(bo, talk, said.id).text == ""
    assert line(anna, talk, said.id).text == "Hier nicht mehr"
    assert world.server.logs[talk].head == head


def test_what_waits_is_shown_and_survives_a_kill(office: Office) -> None:
    world, anna, bo, talk = office
    said = say(anna, talk, "Um 8")
    anna.go_offline()
    anna.ask(lambda call: EditAsked(call, said, "Um 9"))
    anna.ask(lambda call: ReactionAsked(call, line(anna, talk, said.id), "👀"))
    anna.restart()
    world.run()
    waits = line(anna, talk, said.id)
    assert (waits.edits[0].waiting, waits.reactions[0].waiting) == (True, True)
    assert text_of(line(bo, talk, said.id)) == "Um 8"
    anna.come_back()
    world.advance(60)
    assert text_of(everywhere(office, said)) == "Um 9"
    done = line(anna, talk, said.id)
    assert (done.edits[0].waiting, done.reactions[0].waiting) == (False, False)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda call, said: EditAsked(call, said, "Nein"), "error-not-your-message"),
        (WithdrawAsked, "error-not-your-message"),
    ],
)
def test_only_the_author_may(office: Office, make: Callable[[int, Line], Event], key: str) -> None:
    _, anna, bo, talk = office
    said = line(bo, talk, say(anna, talk, "Meins").id)
    assert bo.refused(lambda call: make(call, said)) == key


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda call, said: EditAsked(call, said, " "), "error-text-not-sendable"),
        (lambda call, said: ReactionAsked(call, said, "x" * 65), "error-no-reaction"),
    ],
)
def test_what_cannot_be_sent_is_refused_before(
    office: Office, make: Callable[[int, Line], Event], key: str
) -> None:
    _, anna, _, talk = office
    said = say(anna, talk, "Meins")
    assert anna.refused(lambda call: make(call, said)) == key
    assert anna.state(talk).outgoing == ()


def test_an_edit_that_comes_too_late_is_refused(office: Office) -> None:
    world, anna, _, talk = office
    said = say(anna, talk, "Gestern")
    world.advance(EDIT_MS / 1000 + 60)
    assert anna.refused(lambda call: EditAsked(call, said, "Heute")) == "error-too-late-to-edit"


def test_nobody_reacts_without_an_end(office: Office) -> None:
    _, anna, _, talk = office
    said = say(anna, talk, "Viel")
    for sign in "abcdefgh"[:OWN_REACTIONS]:
        anna.ask(lambda call, sign=sign: ReactionAsked(call, line(anna, talk, said.id), sign))  # type: ignore[misc]
    full = line(anna, talk, said.id)
    assert anna.refused(lambda call: ReactionAsked(call, full, "z")) == "error-too-many-reactions"


def test_what_is_not_sent_or_gone_is_not_amended(office: Office) -> None:
    _, anna, _, talk = office
    said = say(anna, talk, "Weg")
    anna.ask(lambda call: WithdrawAsked(call, said))
    gone = line(anna, talk, said.id)
    assert anna.refused(lambda call: ReactionAsked(call, gone, "👍")) == "error-message-not-here"
    anna.go_offline()
    waits = say(anna, talk, "Wartet")
    assert waits.state is LineState.QUEUED
    assert anna.refused(lambda call: EditAsked(call, waits, "Nein")) == "error-message-not-here"


def test_a_text_that_the_server_refuses_can_be_sent_again_or_discarded(office: Office) -> None:
    _, anna, _, talk = office
    said = say(anna, talk, "Um 8")
    anna.connection = None  # the test is the server
    anna.tell(lambda call: EditAsked(call, said, "Um 9"))
    anna.world.run()
    request = max(anna.engine.desk.flights)
    anna.events.append(Received(Nack(request, NackCode.FORBIDDEN)))
    anna.world.run()
    (edit,) = line(anna, talk, said.id).edits
    assert edit.failed
    assert text_of(line(anna, talk, said.id)) == "Um 8"
    anna.ask(lambda call: RetryAsked(call, edit.id))
    assert text_of(line(anna, talk, said.id)) == "Um 9"
    anna.events.append(Received(Nack(max(anna.engine.desk.flights), NackCode.FORBIDDEN)))
    anna.world.run()
    anna.ask(lambda call: DiscardAsked(call, edit.id))
    assert line(anna, talk, said.id).edits == ()


@pytest.mark.parametrize("back", [False, True])
def test_an_emoji_that_the_server_refuses_is_as_it_was(office: Office, back: bool) -> None:  # noqa: FBT001
    _, anna, _, talk = office
    said = say(anna, talk, "Um 8")
    if back:
        anna.ask(lambda call: ReactionAsked(call, said, "👍"))
    before = line(anna, talk, said.id)
    anna.connection = None  # the test is the server
    anna.tell(lambda call: ReactionAsked(call, before, "👍", back=back))
    anna.world.run()
    assert line(anna, talk, said.id).reactions != before.reactions
    anna.events.append(Received(Nack(max(anna.engine.desk.flights), NackCode.FORBIDDEN)))
    anna.world.run()
    assert line(anna, talk, said.id).reactions == before.reactions


def test_a_deletion_that_the_server_refuses_is_said(office: Office) -> None:
    _, anna, _, talk = office
    said = say(anna, talk, "Noch da")
    anna.connection = None  # the test is the server
    anna.tell(lambda call: WithdrawAsked(call, said))
    anna.world.run()
    assert line(anna, talk, said.id).withdrawn is not None
    anna.events.append(Received(Nack(max(anna.engine.desk.flights), NackCode.FORBIDDEN)))
    anna.world.run()
    assert line(anna, talk, said.id) == said
    assert [each.key for each in anna.engine.alarms] == ["alarm-not-withdrawn"]


def test_what_a_restored_server_lost_is_done_again(office: Office) -> None:
    world, anna, bo, talk = office
    said, gone = say(anna, talk, "Um 8"), say(anna, talk, "Weg damit")
    kept = world.server.logs[talk].head
    anna.ask(lambda call: EditAsked(call, said, "Um 9"))
    anna.ask(lambda call: ReactionAsked(call, line(anna, talk, said.id), "👀"))
    anna.ask(lambda call: WithdrawAsked(call, gone))
    before = line(anna, talk, said.id)
    for peer in (anna, bo):
        peer.go_offline()
    world.server.restore_backup(talk, kept)
    late = world.device(bo.account.user)
    anna.come_back()
    world.advance(120)
    assert world.server.logs[talk].head > kept, "it was said again"
    assert not anna.state(talk).outgoing
    after = line(anna, talk, said.id)
    assert [each.text for each in after.edits] == [each.text for each in before.edits]
    assert [each.reaction for each in after.reactions] == ["👀"]
    assert late.account.device != bo.account.device
    bo.come_back()
    world.advance(120)
    assert [each.reaction for each in everywhere(office, said).reactions] == ["👀"]
    assert line(bo, talk, gone.id).text == ""


def test_newcomers_are_given_what_it_says_now_and_nothing_that_was_deleted() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    group = GroupAsked(0, "Team", (bo.account.user,), History(ALL))
    talk = ConversationId(anna.ask(lambda call: replace(group, call=call)))
    said, gone = say(anna, talk, "Um 8"), say(anna, talk, "Weg damit")
    anna.ask(lambda call: EditAsked(call, said, "Um 9"))
    theirs = line(bo, talk, said.id)
    bo.ask(lambda call: ReactionAsked(call, theirs, "👍"))
    anna.ask(lambda call: WithdrawAsked(call, gone))
    anna.ask(lambda call: AddAsked(call, talk, (cem.account.user,)))
    world.advance(120)
    seen = line(cem, talk, said.id)
    assert (text_of(seen), seen.given_by) == ("Um 9", anna.account.user)
    assert [each.reaction for each in seen.reactions] == ["👍"]
    assert cem.store.line(talk, gone.id) is None
    here = line(anna, talk, said.id)
    anna.ask(lambda call: EditAsked(call, here, "Um 10"))
    cem.ask(lambda call: ReactionAsked(call, line(cem, talk, said.id), "🎉"))
    assert text_of(line(cem, talk, said.id)) == "Um 10"
    assert [each.reaction for each in line(bo, talk, said.id).reactions] == ["👍", "🎉"]
