"""What a conversation allows new members, who may say so, and what if somebody else does."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine import groups
from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    GroupAsked,
    HistoryGoverned,
    TextWritten,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.records import Govern
from teamchat.ids import ConversationId
from teamchat.mls.tree.nodes import DEFAULT_CAPABILITIES
from teamchat.wire import room_policy
from teamchat.wire.bodies import MemberRole
from teamchat.wire.room_policy import ALL, RoomPolicy
from tests.support.simulator import Peer, World, everyone_agrees, renew_keys


def team(size: int, history: int = 0) -> tuple[World, list[Peer], ConversationId]:
    world = World()
    peers = [world.person(f"p{number}") for number in range(size)]
    users = tuple(peer.account.user for peer in peers[1:])
    asked = peers[0].ask(lambda call: GroupAsked(call, "Team", users, history))
    return world, peers, ConversationId(asked)


def shown(peer: Peer, talk: ConversationId) -> list[tuple[str, dict[str, str]]]:
    lines = [each for each in peer.messages(talk) if each.text.startswith("system-history")]
    return [(each.text, dict(each.arguments)) for each in lines]


def history(peer: Peer, talk: ConversationId) -> int:
    held = peer.state(talk).record.policy
    return room_policy.decode(held).history if held else room_policy.NONE


def govern(peer: Peer, talk: ConversationId, days: int) -> None:
    """Let somebody commit a policy whether or not they may."""
    state = peer.state(talk)
    record = msgspec.structs.replace(state.record, intents=(Govern(days),))
    peer.engine._held.conversations[talk] = replace(state, record=record)
    peer.events.append(TimerFired(Timer(TimerKind.RETRY, talk)))
    peer.world.run()


def test_it_is_said_to_all_and_stands_in_the_group() -> None:
    _, (anna, bo, cem), talk = team(3)
    assert [history(each, talk) for each in (anna, bo, cem)] == [0, 0, 0]
    anna.ask(lambda call: HistoryGoverned(call, talk, 30))
    for peer in (anna, bo, cem):
        assert history(peer, talk) == 30
        assert groups.policy_in(peer.state(talk).held_group()) == room_policy.encode(RoomPolicy(30))
        assert [key for key, _ in shown(peer, talk)] == ["system-history-days"]
    assert shown(bo, talk)[0][1] == {"by": "P0", "days": "30"}
    assert shown(anna, talk)[0][1]["by-own"] == "yes"


def test_who_comes_later_knows_it() -> None:
    world, (anna, _), talk = team(2, history=ALL)
    dia = world.person("dia")
    anna.ask(lambda call: AddAsked(call, talk, (dia.account.user,)))
    assert history(dia, talk) == ALL
    other = world.device(dia.account.user)
    world.advance(30)
    assert history(other, talk) == ALL
    assert everyone_agrees(world, talk)


def test_the_founder_is_told_what_was_founded() -> None:
    _, (anna, bo), talk = team(2, history=7)
    assert [key for key, _ in shown(anna, talk)] == ["system-history-days"]
    assert history(bo, talk) == 7


def test_who_does_not_manage_it_changes_nothing() -> None:
    _, (_, bo), talk = team(2)
    assert bo.refused(lambda call: HistoryGoverned(call, talk, ALL)) == "error-policy-not-yours"


def test_between_two_there_is_nothing_to_say() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    assert anna.refused(lambda call: HistoryGoverned(call, talk, 3)) == "error-direct-is-two"


def test_the_same_again_is_no_commit() -> None:
    world, (anna, _), talk = team(2, history=30)
    before = world.server.logs[talk].head
    anna.ask(lambda call: HistoryGoverned(call, talk, 30))
    assert world.server.logs[talk].head == before


def test_a_server_refuses_it_from_somebody_else() -> None:
    world, (anna, bo), talk = team(2)
    before = world.server.logs[talk].head
    govern(bo, talk, ALL)
    assert world.server.logs[talk].head == before
    assert history(anna, talk) == 0


def test_if_the_server_lets_it_pass_no_other_device_follows_it() -> None:
    world, (anna, bo, cem), talk = team(3)
    world.server.lenient = True
    govern(bo, talk, ALL)
    for peer in (anna, cem):
        assert history(peer, talk) == 0
        assert peer.system(talk)[-1] == "system-policy-refused"
        assert [each.key for each in peer.engine.alarms] == ["alarm-policy-refused"]
    assert everyone_agrees(world, talk)
    bo.ask(lambda call: TextWritten(call, talk, "still here"))
    assert cem.texts(talk) == ["still here"]


def test_it_is_put_right_by_who_may() -> None:
    world, (anna, bo, cem), talk = team(3)
    world.server.lenient = True
    govern(bo, talk, ALL)
    anna.ask(lambda call: HistoryGoverned(call, talk, 0))
    assert [history(each, talk) for each in (anna, bo, cem)] == [0, 0, 0]
    assert room_policy.decode(groups.policy_in(cem.state(talk).held_group())).history == 0


def test_who_was_made_an_admin_a_moment_ago_is_followed() -> None:
    world, (anna, bo, cem), talk = team(3)
    world.server.logs[talk].roles[bo.account.user] = MemberRole.ADMIN
    govern(bo, talk, 30)
    assert [history(each, talk) for each in (anna, cem)] == [30, 30]
    assert not cem.engine.alarms


def test_who_was_an_admin_meanwhile_is_followed_by_who_was_away() -> None:
    world, (anna, bo, cem), talk = team(3)
    cem.go_offline()
    world.run()
    world.server.logs[talk].roles[bo.account.user] = MemberRole.ADMIN
    govern(bo, talk, 30)
    world.server.logs[talk].roles[bo.account.user] = MemberRole.MEMBER
    cem.come_back()
    world.advance(120)
    assert [history(each, talk) for each in (anna, cem)] == [30, 30]
    assert shown(cem, talk) == [("system-history-days", {"by": "P1", "days": "30"})]
    assert not cem.engine.alarms
    assert everyone_agrees(world, talk)


def test_a_question_that_was_cut_off_is_asked_again() -> None:
    world, (_, bo, cem), talk = team(3)
    world.server.lenient = True
    cem.reachable = False  # the connection lasts; no question is answered
    govern(bo, talk, 30)
    assert cem.state(talk).record.policy_by == bo.account.user
    cem.restart()
    cem.come_back()
    world.advance(120)
    assert history(cem, talk) == 0
    assert cem.system(talk)[-1] == "system-policy-refused"
    assert not cem.state(talk).record.policy_by


def test_one_that_is_malformed_is_followed_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo), talk = team(2, history=7)
    world.server.lenient = True
    monkeypatch.setattr(room_policy, "encode", lambda _: b"\xff")
    govern(anna, talk, ALL)
    assert history(bo, talk) == 7
    assert bo.system(talk)[-1] == "system-policy-refused"


def test_a_group_with_an_older_device_gets_no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "CAPABILITIES", DEFAULT_CAPABILITIES)
    world = World()
    bo = world.person("bo")
    monkeypatch.undo()
    anna = world.person("anna")
    users = (bo.account.user,)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    wanted = anna.refused(lambda call: HistoryGoverned(call, talk, ALL))
    assert wanted == "error-policy-not-read"
    renew_keys(world, bo, talk)  # the program was updated: the next new keys say so
    anna.ask(lambda call: HistoryGoverned(call, talk, ALL))
    assert history(bo, talk) == ALL
