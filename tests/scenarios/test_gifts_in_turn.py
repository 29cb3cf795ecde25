"""Who gives new members what was said before, if who added them does not."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.content.given import LATEST_MS, MAX_FILE, Given
from teamchat.engine import giving_turns, outbox, sharing
from teamchat.engine.events import (
    AddAsked,
    HistoryGiveAsked,
    HistoryGoverned,
    RemoveAsked,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.giving_turns import FIRST, LATE_SECONDS, SPREAD_SECONDS, TURN_SECONDS
from teamchat.engine.records import Arrived
from teamchat.engine.step import Step
from teamchat.identity import statements
from teamchat.ids import BlobId, ConversationId, identifier
from teamchat.wire.room_policy import ALL, NONE
from tests.scenarios.test_history_for_new_members import (
    DAY,
    a_gift,
    add,
    given_lines,
    hand_over,
    say,
    team,
    told,
)
from tests.support.simulator import Peer, World

SAID = ["first", "second", "third"]
TURN = TURN_SECONDS + SPREAD_SECONDS
GIVEN = "system-history-given"


def manage(world: World, talk: ConversationId, of: Peer, *others: Peer) -> None:
    """Let others manage a conversation, too."""
    roles = world.server.logs[talk].roles
    for each in others:
        roles[each.account.user] = roles[of.account.user]
        each.restart()
    world.advance(10)


def add_and_vanish(world: World, peer: Peer, talk: ConversationId, *others: Peer) -> None:
    """Add somebody, and be switched off before anything was given."""
    users = tuple(each.account.user for each in others)
    peer.tell(lambda call: AddAsked(call, talk, users))
    while not any(each.mine for each in peer.state(talk).record.arrived):
        if peer.events:
            peer.step()
        elif not any(each.pump() for each in world.peers):
            raise AssertionError("nobody was added")
    peer.go_offline()
    world.run()


def name(peer: Peer) -> str:
    return peer.account.name


def owed(peer: Peer, talk: ConversationId) -> list[Arrived]:
    """Return what a device is to give, now or later."""
    return [each for each in peer.state(talk).record.arrived if each.mine or each.due_ms]


def givers(peer: Peer, talk: ConversationId) -> list[tuple[str, str]]:
    """Return who gave how many messages."""
    return [(each["by"], each["count"]) for each in told(peer, talk, GIVEN)]


@pytest.fixture
def gone() -> tuple[World, list[Peer], ConversationId, Peer]:
    """Anna has added Wei, and is switched off; then the one whose turn is next, and the last."""
    world, (anna, *others), talk = team(ALL, "anna bo cem")
    wei = world.person("wei")
    add_and_vanish(world, anna, talk, wei)
    places = {leaf.device: leaf.index for leaf in anna.state(talk).roster}
    others.sort(key=lambda peer: places[peer.account.device])
    return world, [anna, *others], talk, wei


Gone = tuple[World, list[Peer], ConversationId, Peer]


def test_the_next_one_gives_when_who_added_them_is_gone(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    world.advance(TURN_SECONDS - 1)
    assert wei.texts(talk) == []
    world.advance(SPREAD_SECONDS + 1)
    assert wei.texts(talk) == SAID
    assert given_lines(wei, talk)[0] == (name(second), "Anna", "first")
    world.advance(FIRST * TURN + 3 * SPREAD_SECONDS)
    anna.come_back()
    world.advance(600)
    for peer in (anna, second, last, wei):
        assert givers(peer, talk) == [(name(second), "3")]
        assert not owed(peer, talk)
        assert not peer.engine.alarms
    assert len(given_lines(wei, talk)) == 3
    assert list(world.server.takers.values()).count(set()) >= 1


def test_the_one_after_them_gives_if_they_are_gone_too(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    second.go_offline()
    world.advance(2 * TURN)
    assert wei.texts(talk) == SAID
    second.come_back()
    anna.come_back()
    world.advance(600)
    assert givers(last, talk) == givers(anna, talk) == givers(second, talk) == [(name(last), "3")]


def test_nobody_else_gives_if_who_added_them_does() -> None:
    world, (anna, second, last), talk = team(ALL, "anna bo cem")
    wei = world.person("wei")
    add(anna, talk, wei)
    world.advance(FIRST * TURN + 5 * SPREAD_SECONDS)
    assert givers(wei, talk) == [("Anna", "3")]
    assert len(world.server.blobs) == 1
    assert not owed(second, talk)
    assert not owed(last, talk)


def test_two_who_give_at_once_do_no_harm(gone: Gone) -> None:
    world, (_, second, last), talk, wei = gone
    world.sleep(3 * TURN)
    for peer in (second, last):
        peer.events.append(TimerFired(Timer(TimerKind.GIVING, talk)))
    world.run()
    world.advance(600)
    assert sorted(givers(wei, talk)) == sorted([(name(second), "3"), (name(last), "3")])
    assert wei.texts(talk) == SAID
    assert len(given_lines(wei, talk)) == 3
    assert len({giver for giver, _, _ in given_lines(wei, talk)}) == 1
    assert len(world.server.blobs) >= 2
    assert not wei.state(talk).record.offers


@pytest.mark.parametrize("cut", range(1, 24, 4))
def test_who_is_killed_while_they_give_goes_on(gone: Gone, cut: int) -> None:
    world, (_, second, last), talk, wei = gone
    second.kill_after = second.performed + cut
    world.advance(TURN + LATE_SECONDS)
    assert wei.texts(talk) == SAID
    world.advance(FIRST * TURN)
    assert givers(last, talk) == [(name(second), "3")]


@pytest.mark.parametrize("cut", range(1, 14, 3))
def test_who_is_killed_for_good_is_followed_by_the_next(gone: Gone, cut: int) -> None:
    world, (_, second, last), talk, wei = gone
    second.kill_after = second.performed + cut
    restart = second.restart

    def die() -> None:
        second.reachable = False
        restart()

    second.restart = die  # type: ignore[method-assign]
    world.advance(TURN)
    assert not second.reachable
    world.advance(TURN)
    assert wei.texts(talk) == SAID
    second.restart = restart  # type: ignore[method-assign]
    second.come_back()
    world.advance(600)
    assert len(given_lines(wei, talk)) == 3
    assert 1 <= len(givers(last, talk)) <= 2


def test_a_turn_survives_a_restart(gone: Gone) -> None:
    world, (_, second, _), talk, wei = gone
    before = owed(second, talk)
    world.advance(TURN_SECONDS / 2)
    second.restart()
    world.advance(1)
    assert owed(second, talk) == before
    world.advance(TURN_SECONDS / 2 + SPREAD_SECONDS)
    assert givers(wei, talk) == [(name(second), "3")]


def test_who_was_away_when_it_was_their_turn_gives_soon_after(gone: Gone) -> None:
    world, (_, second, last), talk, wei = gone
    second.go_offline()
    last.go_offline()
    world.sleep(3 * DAY)
    assert wei.texts(talk) == []
    second.come_back()
    world.advance(60 + LATE_SECONDS)
    assert wei.texts(talk) == SAID


def test_a_clock_that_is_set_back_makes_nobody_wait_for_years(gone: Gone) -> None:
    world, (_, second, _), talk, _ = gone
    world.sleep(-900 * DAY)
    second.restart()
    world.advance(1)
    (waits,) = owed(second, talk)
    longest = giving_turns.LONGEST_SECONDS + giving_turns.REST_SECONDS
    assert waits.due_ms <= world.clock.now_ms() + longest * 1000


def test_after_two_weeks_nobody_gives_in_anothers_place(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    second.go_offline()
    last.go_offline()
    world.sleep(15 * DAY)
    second.come_back()
    world.advance(2 * TURN)
    assert wei.texts(talk) == []
    assert not owed(second, talk)
    anna.come_back()
    world.advance(600)
    assert givers(wei, talk) == [("Anna", "3")]


def test_a_policy_that_changed_meanwhile_holds(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    manage(world, talk, anna, last)
    last.ask(lambda call: HistoryGoverned(call, talk, NONE))
    world.advance(FIRST * TURN)
    anna.come_back()
    world.advance(600)
    assert wei.texts(talk) == []
    for peer in (anna, second, last, wei):
        assert not told(peer, talk, GIVEN)
        assert not told(peer, talk, "system-history-refused")
    assert not owed(second, talk)


def test_who_was_removed_meanwhile_is_given_nothing(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    manage(world, talk, anna, last)
    before = len(world.server.blobs)
    last.ask(lambda call: RemoveAsked(call, talk, wei.account.user))
    world.advance(FIRST * TURN)
    assert len(world.server.blobs) == before
    assert not told(second, talk, GIVEN)
    assert not owed(second, talk)


def test_who_was_removed_and_came_again_is_given_it_once(gone: Gone) -> None:
    world, (anna, second, last), talk, wei = gone
    manage(world, talk, anna, last)
    last.ask(lambda call: RemoveAsked(call, talk, wei.account.user))
    add(last, talk, wei)
    assert wei.texts(talk) == SAID
    anna.come_back()
    world.advance(FIRST * TURN)
    assert givers(second, talk) == [(name(last), "3")]
    assert not owed(anna, talk)


@pytest.fixture
def newcomer_adds() -> tuple[World, list[Peer], ConversationId, Peer, Peer]:
    """Li came while new members saw nothing; now they see all, and Li manages the conversation."""
    world, peers, talk = team(NONE, "anna bo")
    li, wei = world.person("li"), world.person("wei")
    add(peers[0], talk, li)
    peers[0].ask(lambda call: HistoryGoverned(call, talk, ALL))
    manage(world, talk, peers[0], li)
    return world, peers, talk, li, wei


NewcomerAdds = tuple[World, list[Peer], ConversationId, Peer, Peer]


def test_who_has_nothing_to_give_leaves_it_to_the_next(newcomer_adds: NewcomerAdds) -> None:
    world, (anna, _), talk, li, wei = newcomer_adds
    add(li, talk, wei)
    assert wei.texts(talk) == []
    assert not owed(li, talk)
    world.advance(TURN)
    assert wei.texts(talk) == SAID
    world.advance(FIRST * TURN)
    assert givers(li, talk) == givers(wei, talk) == [("Anna", "3")]
    assert not li.engine.alarms
    assert not anna.engine.alarms


def test_who_has_a_part_gives_it_and_the_next_one_the_rest(newcomer_adds: NewcomerAdds) -> None:
    world, _, talk, li, wei = newcomer_adds
    say(li, talk, "hello")
    add(li, talk, wei)
    assert wei.texts(talk) == ["hello"]
    world.advance(FIRST * TURN + 5 * SPREAD_SECONDS)
    assert wei.texts(talk) == [*SAID, "hello"]
    assert givers(wei, talk) == [("Li", "1"), ("Anna", "3")]


def nonsense(giver: Peer, talk: ConversationId, to: Peer) -> Given:
    """Return a gift whose file is not there, and which is said to hold everything."""
    epoch = to.state(talk).record.welcomed
    gift = a_gift(giver.world, giver, talk, to.account.user, epoch=epoch, since_ms=1)
    return replace(gift, blob=BlobId(identifier(b"n" * 16)))


def test_who_gives_nonsense_out_of_turn_stops_nobody(
    gone: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, (_, second, last), talk, wei = gone
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    hand_over(last, talk, nonsense(last, talk, wei))
    monkeypatch.undo()
    assert [each["by"] for each in told(wei, talk, "system-history-damaged")] == [name(last)]
    world.advance(TURN)
    assert wei.texts(talk) == SAID
    assert {giver for giver, _, _ in given_lines(wei, talk)} == {name(second)}
    assert [by for by, _ in givers(second, talk)] == [name(last), name(second)]


@pytest.mark.parametrize("size", [9, MAX_FILE])
def test_many_who_give_nonsense_out_of_turn_stop_nobody(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    world, (anna, *others), talk = team(ALL, "anna bo cem dora eva")
    wei = world.person("wei")
    add_and_vanish(world, anna, talk, wei)
    places = {leaf.device: leaf.index for leaf in anna.state(talk).roster}
    first, *liars = sorted(others, key=lambda peer: places[peer.account.device])
    wei.go_offline()  # so that all of them wait at once
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    for at, liar in enumerate(liars):
        blob = BlobId(identifier(bytes([at]) * 16))
        hand_over(liar, talk, replace(nonsense(liar, talk, wei), blob=blob, size=size))
    monkeypatch.undo()
    world.advance(TURN)
    wei.come_back()
    world.advance(60)
    assert wei.texts(talk) == SAID
    assert {giver for giver, _, _ in given_lines(wei, talk)} == {name(first)}


def test_who_gives_nonsense_in_turn_is_named_and_it_is_given_again(
    gone: Gone, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, (anna, second, last), talk, wei = gone
    world.advance(TURN_SECONDS - 60)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    hand_over(last, talk, nonsense(last, talk, wei))
    monkeypatch.undo()
    last.go_offline()
    world.advance(FIRST * TURN)
    assert wei.texts(talk) == []
    assert [each["by"] for each in told(wei, talk, "system-history-damaged")] == [name(last)]
    assert [by for by, _ in givers(second, talk)] == [name(last)]
    anna.come_back()
    world.advance(60)
    anna.ask(lambda call: HistoryGiveAsked(call, talk, wei.account.user))
    assert wei.texts(talk) == SAID


def test_what_another_gave_meanwhile_is_not_sent_again(gone: Gone) -> None:
    _, (_, second, _), talk, wei = gone
    state = second.state(talk)
    (due,) = owed(second, talk)
    gift = replace(a_gift(second.world, second, talk, wei.account.user), epoch=due.epoch)

    def fits(before_ms: int) -> bool:
        arrived = (msgspec.structs.replace(due, before_ms=before_ms),)
        record = msgspec.structs.replace(state.record, arrived=arrived)
        step = Step(second.engine._held, second.engine._surroundings)
        conversation = replace(state, record=record)
        outbox.give(step, conversation, gift)
        (item,) = step.known(talk).outgoing
        return sharing.still_fits(step, conversation, item)

    assert fits(LATEST_MS)
    assert fits(gift.since_ms + 1)
    assert not fits(gift.since_ms)


# --- who comes in by themselves -----------------------------------------------------------------


def test_a_further_device_of_a_member_is_given_nothing_by_others() -> None:
    world, (anna, second), talk = team(ALL)
    phone = world.device(second.account.user, second)
    world.advance(FIRST * TURN)
    assert phone.state(talk).joined
    assert phone.texts(talk) == []  # its own person's devices give it, by another way
    assert not world.server.blobs
    assert not anna.state(talk).record.arrived or not owed(anna, talk)
    assert not told(anna, talk, GIVEN)


def test_a_member_who_lost_their_last_device_is_taken_in_and_given_it() -> None:
    world, (anna, second, last), talk = team(ALL, "anna bo cem")
    world.server.devices[last.account.device].revoked = True
    last.go_offline()
    world.peers.remove(last)
    world.server.enter(statements.Removed(last.account.user, last.account.device, "2026-09-21"))
    world.advance(10)
    again = world.device(last.account.user)
    world.advance(60)
    assert again.state(talk).record.welcomed
    assert again.texts(talk) == SAID
    assert len(givers(anna, talk)) == len(givers(second, talk)) == 1
