"""What a person is told of custodians, and of requests to them."""

from collections.abc import Sequence

from teamchat.engine.commands import Ask, Command, Show
from teamchat.engine.events import Answered, Received
from teamchat.engine.model import AlarmRaised
from teamchat.engine.store import Table
from teamchat.identity.statements import Custodians
from teamchat.ids import SiteId, UserId, identifier
from teamchat.wire.bodies import Site, User
from teamchat.wire.custody import (
    Custody,
    CustodyRequest,
    CustodyRequests,
    OwnRequest,
    Standing,
    Verdict,
)
from teamchat.wire.frames import Own
from tests.support.simulator import Peer, World

WEI = User(UserId("w" * 26), "wei", "Wei", Site(SiteId(""), "", ""), active=True)
MADE = 1_795_000_000


def asked(commands: Sequence[Command]) -> dict[str, int]:
    return {each.query.path: each.request for each in commands if isinstance(each, Ask)}


def told(commands: Sequence[Command]) -> list[str]:
    shown = [each.change for each in commands if isinstance(each, Show)]
    return [each.alarm.key for each in shown if isinstance(each, AlarmRaised)]


def look(anna: Peer) -> dict[str, int]:
    return asked(anna.engine.handle(Received(Own("custody"))))


def own(standing: Standing, which: str = "r", made: int = MADE) -> Custody:
    return Custody("s", "d", MADE, 2, OwnRequest(which, b"", made, MADE, MADE, standing, []))


def request(which: str, verdict: Verdict) -> CustodyRequest:
    return CustodyRequest(
        which, WEI, "s", "d", 2, 1, b"", b"", b"", MADE, MADE, MADE, verdict, 0
    )  # fmt: skip


def test_a_hint_makes_the_client_look(anna: Peer) -> None:
    assert {*look(anna)} == {"/me/custody", "/custody/requests"}
    assert asked(anna.engine.handle(Received(Own("weather")))) == {}


def test_without_custodians_nothing_is_asked_at_each_connection(anna: Peer) -> None:
    assert "/me/custody" not in asked(anna.engine.handle(Received(Own(""))))


def test_who_asks_for_ones_key_is_told_once(anna: Peer) -> None:
    for expected in (["alarm-custody-requested"], []):
        number = look(anna)["/me/custody"]
        assert told(anna.engine.handle(Answered(number, own(Standing.OPEN)))) == expected
    number = look(anna)["/me/custody"]
    used = anna.engine.handle(Answered(number, own(Standing.USED)))
    assert told(used) == ["notice-custody-opened"]
    number = look(anna)["/me/custody"]
    another = anna.engine.handle(Answered(number, own(Standing.READY, "another")))
    assert told(another) == ["alarm-custody-requested"]


def test_nothing_is_told_where_nobody_asks(anna: Peer) -> None:
    number = look(anna)["/me/custody"]
    assert told(anna.engine.handle(Answered(number, Custody("", "", 0, 0)))) == []


def test_a_custodian_is_told_of_what_waits_for_them(anna: Peer) -> None:
    found = CustodyRequests([request("a", Verdict.WAITING), request("b", Verdict.DECLINED)])
    for expected in (["notice-custody-asked"], []):
        number = look(anna)["/custody/requests"]
        assert told(anna.engine.handle(Answered(number, found))) == expected


def test_a_request_that_is_settled_alarms_its_custodian_no_more(anna: Peer) -> None:
    two = CustodyRequests([request("a", Verdict.WAITING), request("b", Verdict.WAITING)])
    one = CustodyRequests([request("a", Verdict.APPROVED), request("b", Verdict.WAITING)])
    for found, left in ((two, 2), (one, 1), (CustodyRequests([]), 0)):
        number = look(anna)["/custody/requests"]
        for command in anna.engine.handle(Answered(number, found)):
            anna._perform(command)
        assert alarms(anna) == ["notice-custody-asked"] * left
        assert len(anna.store.table(Table.ALARM)) == left


def test_a_time_that_is_none_does_not_keep_the_alarm_back(anna: Peer) -> None:
    number = look(anna)["/me/custody"]
    answer = own(Standing.OPEN, made=2**48 - 1)
    assert told(anna.engine.handle(Answered(number, answer))) == ["alarm-custody-requested"]


def appointed(number: int, people: Sequence[Peer], threshold: int = 2) -> Custodians:
    users = tuple(sorted(each.account.user for each in people))
    return Custodians(identifier(bytes([number]) * 16), users, threshold, "2026-11-21")


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms if "custod" in each.key]


def test_everybody_is_told_of_custodians_and_remembers_them(
    world: World, anna: Peer, bo: Peer
) -> None:
    first, second = appointed(1, [anna, bo]), appointed(2, [anna, bo])
    none = Custodians(identifier(bytes([3]) * 16), (), 0, "2026-11-21")
    world.server.enter(first)
    world.advance(70)
    for peer in (anna, bo):
        assert alarms(peer) == ["notice-custodians"]
        peer.restart()
        assert peer.engine.desk.keys.directory.custodians == first
    world.server.enter(second)
    world.advance(70)
    assert alarms(bo) == ["notice-custodians"] * 2
    world.server.enter(none)
    world.advance(70)
    assert alarms(bo) == ["notice-custodians", "notice-custodians", "notice-custodians-none"]
    bo.restart()
    assert bo.engine.desk.keys.directory.custodians is None
    assert bo.engine.desk.keys.directory.sets == {x.which for x in (first, second, none)}


def test_a_set_that_was_there_before_is_refused_and_changes_nothing(
    world: World, anna: Peer, bo: Peer
) -> None:
    first, second = appointed(1, [anna, bo]), appointed(2, [anna, bo])
    world.server.enter(first, second)
    world.advance(70)
    bo.restart()
    world.server.enter(first)
    world.advance(70)
    assert bo.engine.desk.keys.directory.custodians == second
    assert len(bo.engine.desk.keys.refused) == 1
    assert alarms(bo) == ["notice-custodians"] * 2
