"""What new members see of what was said before: what the conversation allows, from a member."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.client import room_history
from teamchat.content import given
from teamchat.content.errors import ContentError
from teamchat.content.given import Given
from teamchat.engine import allowance, departure, giving_turns, outbox, sharing
from teamchat.engine.commands import FetchHistory, GatherHistory, Query
from teamchat.engine.events import (
    AddAsked,
    GroupAsked,
    HistoryGiveAsked,
    HistoryGoverned,
    Refused,
    RemoveAsked,
    TextWritten,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.records import Arrived, Took
from teamchat.engine.step import Step
from teamchat.ids import BlobId, ConversationId, UserId, identifier
from teamchat.wire.problems import Code
from teamchat.wire.room_policy import ALL, NONE
from tests.support.simulator import Peer, World, everyone_agrees

DAY = 24 * 3600.0


def say(peer: Peer, talk: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, talk, text))


def add(peer: Peer, talk: ConversationId, *others: Peer) -> None:
    users = tuple(each.account.user for each in others)
    peer.ask(lambda call: AddAsked(call, talk, users))


def team(history: int, names: str = "anna bo") -> tuple[World, list[Peer], ConversationId]:
    """Return a team of which Anna manages the conversation, with something said on three days."""
    world = World()
    peers = [world.person(name) for name in names.split()]
    users = tuple(each.account.user for each in peers[1:])
    talk = ConversationId(peers[0].ask(lambda call: GroupAsked(call, "Team", users, history)))
    say(peers[0], talk, "first")
    world.sleep(40 * DAY)
    say(peers[1], talk, "second")
    world.sleep(5 * DAY)
    say(peers[0], talk, "third")
    return world, peers, talk


def given_lines(peer: Peer, talk: ConversationId) -> list[tuple[str, str, str]]:
    lines = [each for each in peer.messages(talk) if each.given_by]
    return [(each.given_by_name, each.sender_name, each.text) for each in lines]


def told(peer: Peer, talk: ConversationId, key: str) -> list[dict[str, str]]:
    return [dict(each.arguments) for each in peer.messages(talk) if each.text == key]


def test_nothing_is_given_by_default() -> None:
    world, (anna, bo), talk = team(NONE)
    wei = world.person("wei")
    add(anna, talk, wei)
    say(bo, talk, "welcome")
    assert wei.texts(talk) == ["welcome"]
    assert not world.server.blobs
    assert not told(bo, talk, "system-history-given")


def test_all_of_it_is_given_by_who_added_them_and_said_to_all() -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    add(anna, talk, wei)
    say(bo, talk, "welcome")
    assert wei.texts(talk) == ["first", "second", "third", "welcome"]
    assert given_lines(wei, talk) == [
        ("Anna", "Anna", "first"), ("Anna", "Bo", "second"), ("Anna", "Anna", "third"),
    ]  # fmt: skip
    for peer in (anna, bo, wei):
        (said,) = told(peer, talk, "system-history-given")
        assert (said["by"], said["who"], said["count"]) == ("Anna", "Wei", "3")
    assert [each.text for each in wei.messages(talk)][3] == "system-added"
    assert wei.state(talk).record.unread == 1
    assert not wei.state(talk).record.offers
    assert everyone_agrees(world, talk)


def test_so_many_days_are_given() -> None:
    world, (anna, _), talk = team(30)
    wei = world.person("wei")
    add(anna, talk, wei)
    assert wei.texts(talk) == ["second", "third"]


def test_two_who_come_at_once_get_one_history() -> None:
    world, (anna, _), talk = team(ALL)
    wei, li = world.person("wei"), world.person("li")
    phone = world.device(wei.account.user)
    add(anna, talk, wei, li)
    for peer in (wei, li, phone):
        assert peer.texts(talk) == ["first", "second", "third"]
    assert len(world.server.blobs) == 1


def test_two_who_come_one_after_the_other_get_one_each() -> None:
    world, (anna, _), talk = team(ALL)
    wei, li = world.person("wei"), world.person("li")
    users = [(each.account.user,) for each in (wei, li)]
    for each in users:
        anna.tell(lambda call, each=each: AddAsked(call, talk, each))  # type: ignore[misc]
    world.run()
    assert wei.texts(talk) == li.texts(talk) == ["first", "second", "third"]
    assert len(given_lines(wei, talk)) == len(given_lines(li, talk)) == 3


def test_what_somebody_was_given_is_not_passed_on() -> None:
    world, (anna, _), talk = team(ALL)
    wei, li = world.person("wei"), world.person("li")
    add(anna, talk, wei)
    say(wei, talk, "hello")
    anna.ask(lambda call: HistoryGoverned(call, talk, 30))
    world.server.logs[talk].roles[wei.account.user] = world.server.logs[talk].roles[
        anna.account.user
    ]
    add(wei, talk, li)
    assert li.texts(talk) == ["hello"]


def test_who_was_away_in_between_keeps_their_own() -> None:
    _, (anna, bo), talk = team(ALL)
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    say(anna, talk, "while Bo was away")
    add(anna, talk, bo)
    assert bo.texts(talk) == ["first", "second", "third", "while Bo was away"]
    assert given_lines(bo, talk) == [("Anna", "Anna", "while Bo was away")]


def test_a_stricter_policy_stops_what_waits_to_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    monkeypatch.setattr(outbox, "fly", lambda *_: None)
    gift = Given(
        blob=BlobId("a" * 26), key=bytes(32), size=1, digest=bytes(32), epoch=1,
        users=(wei.account.user,), since_ms=1, until_ms=1, count=1,
    )  # fmt: skip
    step = Step(anna.engine._held, anna.engine._surroundings)
    outbox.give(step, step.known(talk), gift)
    (item,) = step.known(talk).outgoing
    assert sharing.given_of(item) == gift
    assert not sharing.still_fits(step, step.known(talk), item)  # Wei is not there
    gift = replace(gift, users=(bo.account.user,))
    step = Step(anna.engine._held, anna.engine._surroundings)
    outbox.give(step, step.known(talk), gift)
    (item,) = step.known(talk).outgoing
    assert sharing.still_fits(step, step.known(talk), item)
    record = msgspec.structs.replace(step.known(talk).record, policy=b"")
    assert not sharing.still_fits(step, replace(step.known(talk), record=record), item)


@pytest.mark.parametrize("cut", range(1, 40, 2))
def test_a_crash_of_the_giver_gives_it_once(cut: int) -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    anna.tell(lambda call: AddAsked(call, talk, (wei.account.user,)))
    anna.kill_after = anna.performed + cut
    world.run()
    world.advance(120)
    if wei.account.user not in bo.state(talk).users():
        return  # killed before it was asked for
    assert wei.texts(talk) == ["first", "second", "third"]
    assert len(told(bo, talk, "system-history-given")) == 1


@pytest.mark.parametrize("cut", range(1, 30, 2))
def test_a_crash_of_the_taker_loses_nothing(cut: int) -> None:
    world, (anna, _), talk = team(ALL)
    wei = world.person("wei")
    wei.kill_after = wei.performed + cut
    add(anna, talk, wei)
    world.advance(120)
    assert wei.texts(talk) == ["first", "second", "third"]
    assert len(given_lines(wei, talk)) == 3


def test_a_giver_without_connection_gives_it_later() -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    anna.tell(lambda call: AddAsked(call, talk, (wei.account.user,)))
    while not any(each.mine for each in anna.state(talk).record.arrived):
        if anna.events:
            anna.step()
        elif not any(peer.pump() for peer in world.peers):
            break
    anna.go_offline()
    world.run()
    anna.restart()
    world.advance(600)
    assert wei.texts(talk) == []
    anna.come_back()
    world.advance(600)
    assert wei.texts(talk) == ["first", "second", "third"]
    assert len(told(bo, talk, "system-history-given")) == 1


def test_somebody_who_manages_it_gives_in_anothers_place() -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    world.server.logs[talk].roles[bo.account.user] = world.server.logs[talk].roles[
        anna.account.user
    ]
    anna.tell(lambda call: AddAsked(call, talk, (wei.account.user,)))
    blobs, world.server.blobs = world.server.blobs, {}
    world.run()
    world.server.blobs = blobs
    bo.ask(lambda call: HistoryGiveAsked(call, talk, wei.account.user))
    names = {name for name, _, _ in given_lines(wei, talk)}
    assert names <= {"Anna", "Bo"}
    assert wei.texts(talk) == ["first", "second", "third"]


def test_giving_again_is_for_who_may_and_to_who_is_new() -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    add(anna, talk, wei)

    def give(peer: Peer, user: UserId) -> str:
        return peer.refused(lambda call: HistoryGiveAsked(call, talk, user))

    assert give(bo, wei.account.user) == "error-policy-not-yours"
    assert give(anna, anna.account.user) == "error-history-not-new"
    anna.ask(lambda call: HistoryGoverned(call, talk, NONE))
    assert give(anna, wei.account.user) == "error-history-not-allowed"


@pytest.mark.parametrize("change", ["flip", "cut", "longer", "gone"])
def test_a_file_that_was_changed_is_not_taken(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, _), talk = team(ALL)
    wei = world.person("wei")
    give = outbox.give

    def tampered(*arguments: object) -> None:
        for blob, data in list(world.server.blobs.items()):
            match change:
                case "flip":
                    world.server.blobs[blob] = data[:-1] + bytes([data[-1] ^ 1])
                case "cut":
                    world.server.blobs[blob] = data[:-1]
                case "longer":
                    world.server.blobs[blob] = bytes(1) + data
                case _:
                    del world.server.blobs[blob]
        give(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "give", tampered)
    add(anna, talk, wei)
    assert wei.texts(talk) == []
    assert "system-history-damaged" in wei.system(talk)
    assert not wei.state(talk).record.offers
    monkeypatch.undo()
    anna.ask(lambda call: HistoryGiveAsked(call, talk, wei.account.user))
    assert wei.texts(talk) == ["first", "second", "third"]


def hand_over(peer: Peer, talk: ConversationId, gift: Given) -> None:
    """Let somebody send a message that gives a history, whatever their engine thinks of it."""
    step = Step(peer.engine._held, peer.engine._surroundings)
    outbox.give(step, step.known(talk), gift)
    for command in step.adopt():
        peer._perform(command)
    peer.events.append(TimerFired(Timer(TimerKind.RETRY, talk)))
    peer.world.run()


def a_gift(world: World, peer: Peer, talk: ConversationId, *users: UserId, **said: int) -> Given:
    now = world.clock.now_ms()
    fields = {"epoch": peer.state(talk).held_group().epoch, "since_ms": now, "until_ms": now}
    return Given(
        blob=BlobId("a" * 26), key=bytes(32), digest=bytes(32), users=users,
        **{**fields, "size": 9, "count": 1, **said},
    )  # fmt: skip


def test_a_gift_against_the_policy_is_refused_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo), talk = team(NONE)
    wei = world.person("wei")
    add(anna, talk, wei)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    hand_over(bo, talk, a_gift(world, bo, talk, wei.account.user))
    for peer in (anna, wei):
        (said,) = told(peer, talk, "system-history-refused")
        assert said["by"] == "Bo"
        assert not peer.state(talk).record.offers


def test_a_gift_of_more_than_is_allowed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo), talk = team(30)
    wei = world.person("wei")
    add(anna, talk, wei)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    early = world.clock.now_ms() - 33 * sharing.DAY_MS
    hand_over(bo, talk, a_gift(world, bo, talk, wei.account.user, since_ms=early))
    assert len(told(anna, talk, "system-history-refused")) == 1
    late = world.clock.now_ms() + 3 * sharing.DAY_MS
    hand_over(bo, talk, a_gift(world, bo, talk, wei.account.user, until_ms=late))
    assert len(told(anna, talk, "system-history-refused")) == 2


def test_who_was_there_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo, cem), talk = team(ALL, "anna bo cem")
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    hand_over(bo, talk, a_gift(world, bo, talk, cem.account.user))
    hand_over(bo, talk, a_gift(world, bo, talk, anna.account.user, epoch=0))
    assert not cem.state(talk).record.offers
    assert not anna.state(talk).record.offers
    assert given.GIVEN == -2


def test_who_came_is_remembered_up_to_a_bound() -> None:
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    many = tuple(Arrived(each, (bo.account.user,), 1) for each in range(giving_turns.REMEMBERED))
    state = anna.state(talk)
    record = msgspec.structs.replace(state.record, arrived=many)
    anna.engine._held.conversations[talk] = replace(state, record=record)
    add(anna, talk, wei)
    assert len(anna.state(talk).record.arrived) == giving_turns.REMEMBERED + 1
    assert wei.texts(talk) == ["first", "second", "third"]


def test_nobody_is_forgotten_while_something_is_owed_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, (anna, _), talk = team(ALL)
    monkeypatch.setattr(giving_turns, "REMEMBERED", 2)
    came = [world.person(f"new{number}") for number in range(5)]
    waiting, carry = list[GatherHistory | FetchHistory](), anna._carry
    monkeypatch.setattr(anna, "_carry", waiting.append)  # the first file is long on its way
    for each in came:
        add(anna, talk, each)
    monkeypatch.setattr(anna, "_carry", carry)
    for errand in waiting:
        carry(errand)
    world.run()
    assert all(each.texts(talk) == ["first", "second", "third"] for each in came)
    assert not any(each.mine for each in anna.state(talk).record.arrived)
    add(anna, talk, world.person("last"))
    assert len(anna.state(talk).record.arrived) == giving_turns.REMEMBERED + 1


def test_whoever_must_be_forgotten_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo), talk = team(ALL)
    monkeypatch.setattr(giving_turns, "OWED", 2)
    came = [world.person(f"new{number}") for number in range(3)]
    monkeypatch.setattr(anna, "_carry", lambda _: None)
    for each in came:
        add(anna, talk, each)
    (alarm,) = anna.engine.alarms
    assert alarm.key == "alarm-history-not-given"
    assert dict(alarm.arguments)["who"] == came[0].account.user
    assert not bo.engine.alarms  # it is not theirs to give


def test_who_had_to_join_again_in_between_gets_it_too() -> None:
    world, (anna, _), talk = team(NONE)
    wei = world.person("wei")
    add(anna, talk, wei)
    anna.ask(lambda call: HistoryGoverned(call, talk, ALL))
    state = wei.state(talk)
    came = state.record.welcomed
    departure.lose(step := Step(wei.engine._held, wei.engine._surroundings), state, 1)
    for command in step.adopt():
        wei._perform(command)
    wei.restart()
    world.advance(60)
    assert wei.state(talk).record.since > came == wei.state(talk).record.welcomed
    arrived = (Arrived(came, (wei.account.user,), anna.state(talk).record.seq),)
    record = msgspec.structs.replace(anna.state(talk).record, arrived=arrived)
    anna.engine._held.conversations[talk] = replace(anna.state(talk), record=record)
    anna.ask(lambda call: HistoryGiveAsked(call, talk, wei.account.user))
    assert wei.texts(talk) == ["first", "second", "third"]


def test_what_waited_too_long_is_gathered_anew() -> None:
    world, (anna, bo), talk = team(30)
    wei = world.person("wei")
    add(anna, talk, wei)
    early = world.clock.now_ms() - 33 * sharing.DAY_MS
    hand_over(anna, talk, a_gift(world, anna, talk, wei.account.user, since_ms=early))
    assert not told(bo, talk, "system-history-refused")
    assert [each["count"] for each in told(bo, talk, "system-history-given")] == ["2", "2"]
    assert wei.texts(talk) == ["second", "third"]


def test_a_message_that_is_never_sent_is_told() -> None:
    world, (anna, bo), talk = team(ALL)
    step = Step(anna.engine._held, anna.engine._surroundings)
    outbox.give(step, step.known(talk), a_gift(world, anna, talk, bo.account.user))
    outbox.fail_all(step, step.known(talk))
    step.adopt()
    assert [each.key for each in anna.engine.alarms] == ["alarm-history-not-given"]


def test_a_gift_of_an_impossible_time_costs_a_line_and_not_the_account(
    monkeypatch: pytest.MonkeyPatch, unforeseen: list[str]
) -> None:
    world, (anna, bo), talk = team(ALL)
    far = given.LATEST_MS
    with pytest.raises(ContentError):
        a_gift(world, bo, talk, anna.account.user, since_ms=far, until_ms=far)
    monkeypatch.setattr(given, "LATEST_MS", 2**53)  # as if nobody had thought of it
    far = 2**53 - 2
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    gift = a_gift(world, bo, talk, anna.account.user, since_ms=far, until_ms=far)
    fan_out = world.server.fan_out

    def lie(*arguments: object) -> None:
        items = world.server.logs[talk].items
        items[-1] = msgspec.structs.replace(items[-1], time_ms=far)
        fan_out(*arguments)

    monkeypatch.setattr(world.server, "fan_out", lie)
    hand_over(bo, talk, gift)
    assert all("ValueError" in each for each in unforeseen)
    assert len(unforeseen) == len(world.peers)
    unforeseen.clear()
    assert anna.system(talk)[-1] == "system-undecryptable"
    anna.restart()
    world.advance(60)
    say(bo, talk, "and on it goes")
    assert anna.texts(talk)[-1] == "and on it goes"


def give_often(giver: Peer, talk: ConversationId, to: Peer, *blobs: str, **said: int) -> int:
    """Give somebody files that are not there; return how many of them they tried to fetch."""
    before = to.system(talk).count("system-history-damaged")
    said.setdefault("epoch", to.state(talk).record.welcomed)
    for blob in blobs:
        gift = a_gift(giver.world, giver, talk, to.account.user, **said)
        hand_over(giver, talk, replace(gift, blob=BlobId(identifier(blob.encode() * 16))))
    return to.system(talk).count("system-history-damaged") - before


@pytest.fixture
def came_lately(monkeypatch: pytest.MonkeyPatch) -> tuple[Peer, Peer, Peer, ConversationId]:
    """Who manages it and has added somebody, who does not, and who came."""
    world, (anna, bo), talk = team(ALL)
    wei = world.person("wei")
    add(anna, talk, wei)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    return anna, bo, wei, talk


Lately = tuple[Peer, Peer, Peer, ConversationId]


def test_months_later_only_who_added_them_gives(came_lately: Lately) -> None:
    anna, bo, wei, talk = came_lately
    anna.world.sleep(200 * DAY)
    say(anna, talk, "months later")
    assert give_often(bo, talk, wei, "a", "b", "c") == 0
    assert len(told(wei, talk, "system-history-not-taken")) == 3
    assert give_often(anna, talk, wei, "d") == 1


def test_a_member_cannot_make_somebody_fetch_without_end(came_lately: Lately) -> None:
    anna, bo, wei, talk = came_lately
    assert give_often(bo, talk, wei, "a", "a", "b", "c") == 1
    assert len(told(wei, talk, "system-history-not-taken")) == 2
    assert give_often(bo, talk, wei, "a") == 0
    assert give_often(anna, talk, wei, "g", "h", "i", "j") == 2  # her first was the real one
    assert len(wei.state(talk).record.took) == 1 + allowance.GIFTS


def test_nobody_uses_up_what_others_may_give(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, *others), talk = team(ALL, "anna bo cem dora eva")
    wei = world.person("wei")
    add(anna, talk, wei)
    monkeypatch.setattr(sharing, "still_fits", lambda *_: True)
    size = allowance.OTHERS_BYTES
    for each, names in zip(others, ("ab", "cd", "ef", "gh"), strict=True):
        assert give_often(each, talk, wei, *names, size=size) == 1
    assert give_often(anna, talk, wei, "i") == 1


@pytest.mark.parametrize(
    "most", [{"size": given.MAX_FILE - 2**20}, {"count": given.MAX_LINES - 1000}]
)
def test_all_gifts_of_one_giver_are_no_more_than_one_may_be(
    came_lately: Lately, most: dict[str, int]
) -> None:
    anna, _, wei, talk = came_lately
    assert give_often(anna, talk, wei, "a", "b", **most) == 1


def test_who_was_not_to_give_gives_no_more_than_a_client_does(came_lately: Lately) -> None:
    _, bo, wei, talk = came_lately
    assert room_history.MOST < allowance.OTHERS_BYTES
    assert give_often(bo, talk, wei, "a", size=allowance.OTHERS_BYTES + 1) == 0
    assert give_often(bo, talk, wei, "b", size=allowance.OTHERS_BYTES) == 1


def test_a_new_coming_begins_a_new_allowance_and_forgets_no_file(came_lately: Lately) -> None:
    anna, bo, wei, talk = came_lately
    assert give_often(bo, talk, wei, "a", "b") == 1
    anna.ask(lambda call: RemoveAsked(call, talk, wei.account.user))
    add(anna, talk, wei)
    assert give_often(bo, talk, wei, "a", "b") == 1
    many = tuple(Took(1, BlobId("q" * 26), 1, 1, expected=False) for _ in range(40))
    state = wei.state(talk)
    record = msgspec.structs.replace(state.record, took=many)
    wei.engine._held.conversations[talk] = replace(state, record=record)
    assert give_often(bo, talk, wei, "e") == 1
    assert len(wei.state(talk).record.took) == allowance.REMEMBERED + 1


GOVERNED = ["system-history-all", "system-added", "system-history-given"]


def govern_and_add(world: World, peer: Peer, talk: ConversationId) -> None:
    """Let new members see everything, and add one a little later."""
    peer.ask(lambda call: HistoryGoverned(call, talk, ALL))
    world.advance(60)
    add(peer, talk, world.person("wei"))
    world.advance(60)


def happened(peer: Peer, talk: ConversationId) -> list[tuple[str, int]]:
    lines = [each for each in peer.messages(talk) if each.kind.value == "system"]
    return [(each.text, each.time_ms) for each in lines][-len(GOVERNED) :]


def test_who_was_away_from_the_beginning_reads_it_in_order() -> None:
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    cem.go_offline()
    users = (bo.account.user, cem.account.user)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    say(anna, talk, "old")
    govern_and_add(world, anna, talk)
    cem.come_back()
    world.advance(60)
    assert [text for text, _ in happened(cem, talk)] == GOVERNED
    assert happened(cem, talk) == happened(bo, talk)


def made_an_admin(world: World, anna: Peer, bo: Peer, talk: ConversationId) -> None:
    """Only Bo hears of it."""
    roles = world.server.logs[talk].roles
    roles[bo.account.user] = roles[anna.account.user]
    bo.restart()
    world.advance(10)


@pytest.mark.parametrize("restarted", [False, True])
def test_what_depends_on_a_policy_waits_until_it_is_judged(
    monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    world, (anna, bo, cem), talk = team(NONE, "anna bo cem")
    kept: list[tuple[int, Query]] = []
    ask = cem._ask

    def keep(number: int, query: Query) -> None:
        if query.path.startswith("/conversations"):
            kept.append((number, query))
        else:
            ask(number, query)

    monkeypatch.setattr(cem, "_ask", keep)
    made_an_admin(world, anna, bo, talk)
    govern_and_add(world, bo, talk)
    assert cem.state(talk).record.policy_by == bo.account.user
    assert "system-history-refused" not in cem.system(talk)
    monkeypatch.undo()
    if restarted:
        cem.restart()
    else:
        for number, query in kept:
            cem._ask(number, query)
    world.advance(60)
    assert happened(cem, talk) == happened(bo, talk)
    assert [text for text, _ in happened(cem, talk)] == GOVERNED
    assert not cem.engine.alarms
    say(bo, talk, "and on it goes")
    assert cem.texts(talk)[-1] == "and on it goes"
    assert everyone_agrees(world, talk)


def test_a_policy_that_nobody_judges_stops_no_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    world, (anna, bo, cem), talk = team(NONE, "anna bo cem")
    ask = cem._ask

    def refuse(number: int, query: Query) -> None:
        if query.path == f"/conversations/{talk}":
            cem.events.append(Refused(number, Code.FORBIDDEN))
        elif query.path != "/conversations":
            ask(number, query)

    monkeypatch.setattr(cem, "_ask", refuse)
    made_an_admin(world, anna, bo, talk)
    govern_and_add(world, bo, talk)
    say(bo, talk, "and on it goes")
    assert cem.state(talk).record.policy_by == bo.account.user
    assert "system-history-refused" not in cem.system(talk)
    assert cem.texts(talk)[-1] == "and on it goes"
