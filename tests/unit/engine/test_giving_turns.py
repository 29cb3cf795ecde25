"""Who is remembered as new, and when it is whose turn."""

from dataclasses import replace

import pytest

from teamchat.engine import giving_turns, title_turns
from teamchat.engine.events import GroupAsked
from teamchat.engine.governing import Said
from teamchat.engine.records import Arrived
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, UserId
from teamchat.wire.room_policy import ALL
from tests.support.simulator import Peer, World

Team = tuple[Peer, Peer, ConversationId]


@pytest.fixture(scope="module")
def team() -> Team:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    users = (bo.account.user, cem.account.user)
    return anna, bo, ConversationId(anna.ask(lambda call: GroupAsked(call, "T", users, ALL)))


def remembered(team: Team, by: UserId, *, mine: bool = False) -> tuple[Arrived, ...]:
    """Return who is remembered if Bo came just now, with a commit of somebody."""
    anna, bo, talk = team
    step = Step(anna.engine._held, anna.engine._surroundings)
    state = step.known(talk)
    before = [leaf for leaf in state.roster if leaf.user != bo.account.user]
    said = Said(by, state.record.seq, 5)
    after = giving_turns.remember(step, state, before, frozenset(), said, mine=mine)
    return tuple(each for each in after.record.arrived if each not in state.record.arrived)


def test_who_is_added_is_remembered_with_their_devices(team: Team) -> None:
    anna, bo, _ = team
    (fresh,) = remembered(team, anna.account.user, mine=True)
    assert fresh.users == (bo.account.user,)
    assert fresh.devices == (bo.account.device,)
    assert (fresh.mine, fresh.due_ms, fresh.time_ms) == (True, 0, 5)


def test_who_comes_in_by_themselves_is_not(team: Team) -> None:
    assert remembered(team, team[1].account.user) == ()


def test_a_turn_is_a_quarter_of_an_hour_away_at_least(team: Team) -> None:
    anna = team[0]
    (fresh,) = remembered(team, anna.account.user)
    waits = fresh.due_ms / 1000 - anna.world.clock.now()
    assert waits >= giving_turns.TURN_SECONDS
    assert waits <= giving_turns.TURN_SECONDS + giving_turns.SPREAD_SECONDS
    assert not fresh.mine


@pytest.mark.parametrize("devices", [5, 100, 5_000])
def test_later_turns_are_spread_and_have_an_end(
    team: Team, devices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _, talk = team
    monkeypatch.setattr(title_turns, "turn_of", lambda *_: giving_turns.FIRST)
    step = Step(anna.engine._held, anna.engine._surroundings)
    state = step.known(talk)
    roster = state.roster[:1] * devices
    many = replace(state, roster=roster)
    found = {giving_turns._delay(step, many, roster, anna.account.user) for _ in range(50)}
    assert min(found) >= giving_turns.FIRST * giving_turns.TURN_SECONDS
    assert max(found) <= giving_turns.LONGEST_SECONDS
    assert len(found) > 1
