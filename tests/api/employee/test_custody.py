import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from teamchat.identity import custody_key, statements
from teamchat.identity.statements import Custodians as Said
from teamchat.ids import SessionId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.services.custody import CustodyBook
from teamchat.server.storage.queries import key_log
from teamchat.wire.bodies import Role
from teamchat.wire.custody import (
    AppointCustodians,
    ApproveCustody,
    AskCustodians,
    Custodians,
    Custody,
    CustodyRequests,
    CustodyShare,
    HandedShares,
    OwnRequest,
    SetCustodianKey,
    SetCustody,
    Standing,
    TakeShares,
    Verdict,
)
from teamchat.wire.problems import Code, ProblemError
from tests.support.clock import FakeClock
from tests.support.server import Answered, Person, RunningServer, running_server

HOUR, DAY = 3_600, 86_400
SLOT, BOX, CLAIM = b"slot", b"box", b"claim".ljust(32)
ASK = AskCustodians(SLOT, sha256(CLAIM).digest())


@dataclass
class Company:
    """A server with three custodians, and Mei, who has a laptop."""

    server: RunningServer
    clock: FakeClock
    custodians: list[Person]
    mei: Person

    async def call(self, who: Person, method: str, path: str, body: object = None) -> Answered:
        return await self.server.call(method, f"/v1{path}", body, token=who.token)

    async def appoint(self, threshold: int = 2) -> str:
        users = [each.user for each in self.custodians]
        got = await self.call(
            self.server.admin, "PUT", "/admin/custodians", AppointCustodians(threshold, users)
        )
        assert got.status == 200, got
        return got.read(Custodians).set

    async def accept(self, who: Person, which: str) -> Answered:
        public_key = os.urandom(1216)
        made = custody_key.publish(
            who.device_key, user=who.user, which=which, public_key=public_key, by=who.device
        )
        return await self.call(
            who, "PUT", "/me/custodian-key",
            SetCustodianKey(which, public_key, who.device, made.signature),
        )  # fmt: skip

    async def entrust(self, which: str, shares: list[CustodyShare] | None = None) -> Answered:
        wanted = SetCustody(which, identifier(os.urandom(16)), shares or self.shares())
        return await self.call(self.mei, "PUT", "/me/custody", wanted)

    def shares(self) -> list[CustodyShare]:
        users = sorted(each.user for each in self.custodians)
        return [
            CustodyShare(user, number, b"sealed %d" % number, bytes(32))
            for number, user in enumerate(users, 1)
        ]

    async def ready(self) -> str:
        """Have everything entrusted; return the set."""
        which = await self.appoint()
        for each in self.custodians:
            assert (await self.accept(each, which)).status == 204
        assert (await self.entrust(which)).status == 200
        return which

    async def new_computer(self) -> Person:
        return Person(
            self.mei.user, "mei", (await self.server.log_in("mei")).token, self.mei.identity
        )

    async def ask(self, who: Person) -> OwnRequest:
        got = await self.call(who, "POST", "/me/custody/request", ASK)
        assert got.status == 201, got
        return got.read(OwnRequest)

    async def take(self, claim: bytes = CLAIM) -> Answered:
        """Ask for the shares; a session without a device is over after a day."""
        who = await self.new_computer()
        return await self.call(who, "POST", "/me/custody/request/shares", TakeShares(claim))

    async def approve(self, who: Person, which: str, box: bytes = BOX) -> Answered:
        path = f"/custody/requests/{which}/approval"
        return await self.call(who, "POST", path, ApproveCustody(box))

    async def events(self) -> list[str]:
        found = await self.server.audited()
        return [event for event, *_ in found if event.startswith("custod")]


@asynccontextmanager
async def company(tmp_path: Path, **settings: object) -> AsyncIterator[Company]:
    clock = FakeClock(time.time())  # key packages are made by the clock of this machine
    async with running_server(tmp_path, clock=clock, **settings) as server:
        people = [
            await server.add_device(await server.invite(name, *roles))
            for name, roles in (
                ("council", [Role.WORKS_COUNCIL]), ("dpo", [Role.DATA_PROTECTION_OFFICER]),
                ("lead", []), ("mei", []),
            )
        ]  # fmt: skip
        yield Company(server, clock, people[:3], people[3])


async def test_nobody_is_a_custodian_until_an_owner_appoints_some(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        got = (await it.call(it.mei, "GET", "/custodians")).read(Custodians)
        assert (got.set, got.custodians) == ("", [])
        assert (await it.call(it.mei, "GET", "/me/custody")).read(Custody).deposit == ""
        asked = await it.call(await it.new_computer(), "POST", "/me/custody/request", ASK)
        assert (asked.status, asked.reason) == (404, "nothing-entrusted")


@pytest.mark.parametrize(
    "role", [Role.IT_ADMIN, Role.SITE_ADMIN, Role.COMPLIANCE_OFFICER, Role.EMPLOYEE]
)
async def test_only_an_owner_appoints(tmp_path: Path, role: Role) -> None:
    async with company(tmp_path) as it:
        other = await it.server.invite("other", role)
        wanted = AppointCustodians(2, [each.user for each in it.custodians])
        for method, body in (("PUT", wanted), ("DELETE", None)):
            got = await it.call(other, method, "/admin/custodians", body)
            assert (got.status, got.problem) == (403, "forbidden")


async def test_what_cannot_be_appointed_is_refused(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        a, b, c = (each.user for each in it.custodians)
        for threshold, users, status in (
            (1, [a, b], 422), (2, [a], 422), (2, [a, a], 422), (3, [a, b], 422),
            (2, [a, identifier(bytes(16))], 422), (2, [a, b, c] * 6, 422),
        ):  # fmt: skip
            body = {"threshold": threshold, "users": users}
            got = await it.call(it.server.admin, "PUT", "/admin/custodians", body)
            assert got.status == status, (threshold, users)
        got = await it.call(it.server.admin, "DELETE", "/admin/custodians")
        assert got.status == 404


async def test_every_change_is_an_entry_of_the_key_directory_and_an_event(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        which = await it.appoint()
        assert (await it.call(it.server.admin, "DELETE", "/admin/custodians")).status == 204
        log = await it.server.parts.database.read(key_log.newest_log)
        assert log is not None
        entries = await it.server.parts.database.read(
            lambda c: key_log.log_entries(c, log.begun, first=0, count=100)
        )
        said = [x for x in map(statements.decode, entries) if isinstance(x, Said)]
        users = tuple(sorted(each.user for each in it.custodians))
        assert [(x.which == which, x.people, x.threshold) for x in said] == [
            (True, users, 2), (False, (), 0),
        ]  # fmt: skip
        assert await it.events() == ["custodians.appointed", "custodians.ended"]
        assert (await it.call(it.mei, "GET", "/custodians")).read(Custodians).set == ""


async def test_a_custodian_accepts_with_a_key_that_their_device_has_signed(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        which = await it.appoint()
        council, dpo, _ = it.custodians
        stolen = Person(council.user, "x", council.token, council.identity, dpo.device)
        assert (await it.accept(stolen, which)).problem == "invalid"
        assert (await it.accept(it.mei, which)).problem == "forbidden"
        got = await it.accept(council, identifier(bytes(16)))
        assert (got.status, got.reason) == (409, "custodians-changed")
        assert (await it.entrust(which)).reason == "custodians-not-ready"
        assert (await it.accept(council, which)).status == 204
        shown = (await it.call(it.mei, "GET", "/custodians")).read(Custodians)
        accepted = {each.user.user_name for each in shown.custodians if each.key}
        assert accepted == {"council"}


async def test_two_of_three_open_and_everything_is_written_down(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        which = await it.ready()
        council, dpo, lead = it.custodians
        computer = await it.new_computer()
        request = await it.ask(computer)
        assert request.standing is Standing.OPEN
        shown = (await it.call(council, "GET", "/custody/requests")).read(CustodyRequests)
        [seen] = shown.requests
        assert (seen.user.user_name, seen.slot, seen.verdict) == ("mei", SLOT, Verdict.WAITING)
        assert seen.sealed == next(x for x in it.shares() if x.custodian == council.user).sealed

        assert (await it.approve(council, request.id)).status == 204
        got = await it.call(lead, "POST", f"/custody/requests/{request.id}/refusal")
        assert got.status == 204
        it.clock.advance(25 * HOUR)
        early = await it.take()
        assert early.problem == "conflict", "one of three is not enough"
        assert (await it.approve(dpo, request.id)).status == 204
        own = (await it.call(it.mei, "GET", "/me/custody")).read(Custody).request
        assert own is not None
        assert own.standing is Standing.READY
        verdicts = {each.user.user_name: each.verdict for each in own.answers}
        assert verdicts == {
            "council": Verdict.APPROVED, "dpo": Verdict.APPROVED, "lead": Verdict.DECLINED,
        }  # fmt: skip

        got = await it.take()
        handed = got.read(HandedShares)
        assert (handed.set, handed.threshold) == (which, 2)
        assert {each.custodian for each in handed.shares} == {council.user, dpo.user}
        assert {each.device_key for each in handed.shares} == {
            council.device_key.public, dpo.device_key.public,
        }  # fmt: skip
        assert await it.events() == [
            "custodians.appointed", *["custodians.accepted"] * 3, "custody.entrusted",
            "custody.requested", "custody.approved", "custody.declined", "custody.approved",
            "custody.opened",
        ]  # fmt: skip
        opened = json.loads((await it.server.audited())[-1][3])
        assert opened == {
            "user_id": it.mei.user, "people": sorted([council.user, dpo.user]),
        }  # fmt: skip


async def test_what_was_opened_is_used(tmp_path: Path) -> None:
    async with company(tmp_path, custody_delay_hours=0) as it:
        await it.ready()
        council, dpo, lead = it.custodians
        computer = await it.new_computer()
        request = await it.ask(computer)
        for each in (council, dpo):
            assert (await it.approve(each, request.id)).status == 204
        taken = await it.take(b"another secret".ljust(32))
        assert taken.status == 404, "nobody else gets anything"
        for _ in range(2):  # an answer may get lost
            got = await it.take()
            assert got.status == 200
        assert (await it.events()).count("custody.opened") == 1
        assert (await it.approve(lead, request.id)).status == 404
        listed = (await it.call(lead, "GET", "/custody/requests")).read(CustodyRequests)
        assert listed.requests == []
        assert (await it.call(it.mei, "DELETE", "/me/custody/request")).status == 404


async def test_nothing_is_given_out_before_the_delay_is_over(tmp_path: Path) -> None:
    async with company(tmp_path, custody_delay_hours=48) as it:
        await it.ready()
        computer = await it.new_computer()
        request = await it.ask(computer)
        for each in it.custodians:
            await it.approve(each, request.id)
        it.clock.advance(48 * HOUR - 60)
        got = await it.take()
        assert got.problem == "conflict"
        it.clock.advance(120)
        got = await it.take()
        assert got.status == 200


async def test_the_laptop_refuses(tmp_path: Path) -> None:
    async with company(tmp_path, custody_delay_hours=0) as it:
        await it.ready()
        computer = await it.new_computer()
        request = await it.ask(computer)
        for each in it.custodians[:2]:
            await it.approve(each, request.id)
        seen = (await it.call(it.mei, "GET", "/me/custody")).read(Custody).request
        assert seen is not None
        assert (await it.call(it.mei, "DELETE", "/me/custody/request")).status == 204
        got = await it.take()
        assert got.status == 404
        [last] = [x for x in await it.server.audited() if x[0] == "custody.refused"]
        assert json.loads(last[3]) == {
            "user_id": it.mei.user, "cause": "device", "device_id": it.mei.device,
        }  # fmt: skip


async def test_only_custodians_of_the_person_answer_and_nobody_for_themselves(
    tmp_path: Path,
) -> None:
    async with company(tmp_path) as it:
        which = await it.ready()
        request = await it.ask(await it.new_computer())
        stranger = await it.server.add_device(await it.server.invite("stranger"))
        for who in (stranger, it.mei):
            assert (await it.approve(who, request.id)).status == 404
            seen = (await it.call(who, "GET", "/custody/requests")).read(CustodyRequests)
            assert seen.requests == []
        council = it.custodians[0]
        wanted = SetCustody(which, identifier(os.urandom(16)), it.shares())
        assert (await it.call(council, "PUT", "/me/custody", wanted)).status == 200
        computer = Person(
            council.user, "council", (await it.server.log_in("council")).token, council.identity
        )
        own = await it.ask(computer)
        assert (await it.approve(council, own.id)).status == 404
        no_device = await it.approve(computer, request.id)
        assert no_device.problem == "no-device"


async def test_what_somebody_has_said_stays_said(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        council = it.custodians[0]
        request = await it.ask(await it.new_computer())
        path = f"/custody/requests/{request.id}/refusal"
        assert (await it.call(council, "POST", path)).status == 204
        assert (await it.approve(council, request.id)).status == 204  # they called back
        assert (await it.approve(council, request.id)).status == 204
        assert (await it.approve(council, request.id, b"another")).reason == "custody-approved"
        assert (await it.call(council, "POST", path)).reason == "custody-approved"


async def test_what_ends_while_somebody_approves_takes_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither from a device that was removed, nor for a request whose time is over."""
    async with company(tmp_path, custody_days=3) as it:
        await it.ready()
        council, dpo, _ = it.custodians
        request = await it.ask(await it.new_computer())
        answers = it.server.parts.services.custody_answers
        actors = [
            Actor(
                user=each.user, session=SessionId("s" * 26), roles=frozenset(), device=each.device
            )
            for each in (council, dpo)
        ]
        assert (await it.call(council, "DELETE", f"/me/devices/{council.device}")).status == 204
        with pytest.raises(ProblemError) as caught:
            await answers.approve(actors[0], request.id, ApproveCustody(BOX))
        assert caught.value.code is Code.NO_DEVICE
        swept = answers._book.forget_expired

        async def just_before() -> int:
            count = await swept()
            it.clock.advance(3 * DAY)
            return count

        monkeypatch.setattr(CustodyBook, "forget_expired", lambda _: just_before())
        with pytest.raises(ProblemError) as caught:
            await answers.approve(actors[1], request.id, ApproveCustody(BOX))
        assert caught.value.code is Code.NOT_FOUND
        assert "custody.approved" not in await it.events()


async def test_other_custodians_end_what_was_entrusted_and_asked(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        computer = await it.new_computer()
        request = await it.ask(computer)
        which = await it.appoint(3)
        assert (await it.call(it.mei, "GET", "/me/custody")).read(Custody).deposit == ""
        assert (await it.approve(it.custodians[0], request.id)).status == 404
        again = await it.call(computer, "POST", "/me/custody/request", ASK)
        assert again.reason == "nothing-entrusted"
        shown = (await it.call(it.mei, "GET", "/custodians")).read(Custodians)
        assert shown.set == which
        assert [each.key for each in shown.custodians] == [None] * 3
        assert "custody.refused" in await it.events()


async def test_a_request_ends_by_itself(tmp_path: Path) -> None:
    async with company(tmp_path, custody_days=3) as it:
        await it.ready()
        computer = await it.new_computer()
        request = await it.ask(computer)
        for each in it.custodians:
            await it.approve(each, request.id)
        it.clock.advance(3 * DAY)
        got = await it.take()
        assert got.status == 404
        assert (await it.events())[-1] == "custody.expired"
        assert (await it.ask(await it.new_computer())).standing is Standing.OPEN


async def test_how_often_somebody_asks_is_limited(tmp_path: Path) -> None:
    async with company(tmp_path, limits_rate_factor=1.0) as it:
        await it.ready()
        computer = await it.new_computer()
        for _ in range(3):
            await it.ask(computer)
            assert (await it.call(computer, "DELETE", "/me/custody/request")).status == 204
        got = await it.call(computer, "POST", "/me/custody/request", ASK)
        assert got.problem == "too-many-requests"


async def test_one_request_at_a_time_and_none_by_a_device(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        await it.ask(await it.new_computer())
        for who, reason in ((await it.new_computer(), "custody-asked"), (it.mei, "")):
            got = await it.call(who, "POST", "/me/custody/request", ASK)
            assert (got.problem, got.reason) == ("conflict", reason)


async def test_what_is_withdrawn_is_gone(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        request = await it.ask(await it.new_computer())
        assert (await it.call(it.mei, "DELETE", "/me/custody")).status == 204
        assert (await it.approve(it.custodians[0], request.id)).status == 404
        assert (await it.call(it.mei, "DELETE", "/me/custody")).status == 404
        assert (await it.events())[-1] == "custody.withdrawn"


async def test_what_is_entrusted_is_one_share_for_each(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        which = await it.ready()
        good = it.shares()
        huge = {"custodian": good[0].custodian, "number": 1, "sealed": "A" * 4_000, "check": ""}
        for bad in (
            good[:2], good[::-1], [*good[:2], good[0]], [*good, good[0]],
            [CustodyShare(x.custodian, 4 - x.number, x.sealed, x.check) for x in good],
        ):  # fmt: skip
            assert (await it.entrust(which, bad)).problem == "invalid"
        body = {"set": which, "deposit": identifier(bytes(16)), "shares": [huge, huge, huge]}
        assert (await it.call(it.mei, "PUT", "/me/custody", body)).problem == "invalid"
        kept = (await it.call(it.mei, "GET", "/me/custody")).read(Custody)
        assert (kept.set, kept.threshold) == (which, 2), "what was there is still there"
        for size in (0, 1537):
            wanted = AskCustodians(bytes(size), bytes(32))
            got = await it.call(await it.new_computer(), "POST", "/me/custody/request", wanted)
            assert got.problem == "invalid"


async def test_an_approval_by_a_device_that_was_removed_counts_for_nothing(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        stolen, dpo, lead = it.custodians
        request = await it.ask(await it.new_computer())
        assert (await it.approve(stolen, request.id)).status == 204
        got = await it.call(stolen, "DELETE", f"/me/devices/{stolen.device}")
        assert got.status == 204
        assert (await it.approve(dpo, request.id)).status == 204
        it.clock.advance(25 * HOUR)
        own = (await it.call(it.mei, "GET", "/me/custody")).read(Custody).request
        assert own is not None
        assert own.standing is Standing.OPEN
        verdicts = {each.user.user_name: each.verdict for each in own.answers}
        assert verdicts == {
            "council": Verdict.WAITING, "dpo": Verdict.APPROVED, "lead": Verdict.WAITING,
        }  # fmt: skip
        [seen] = (await it.call(lead, "GET", "/custody/requests")).read(CustodyRequests).requests
        assert seen.approved == 1
        assert (await it.take()).problem == "conflict"
        assert (await it.approve(lead, request.id)).status == 204
        assert (await it.call(dpo, "DELETE", f"/me/devices/{dpo.device}")).status == 204
        assert (await it.take()).problem == "conflict"
        session = (await it.server.log_in("dpo")).token
        back = await it.server.add_device(Person(dpo.user, "dpo", session, dpo.identity))
        assert (await it.approve(back, request.id, b"another")).status == 204
        handed = (await it.take()).read(HandedShares).shares
        assert {each.custodian for each in handed} == {dpo.user, lead.user}
        assert (await it.call(back, "DELETE", f"/me/devices/{back.device}")).status == 204
        again = (await it.take()).read(HandedShares).shares
        assert again == handed, "what was given out stays so, if the answer was lost"


async def test_an_approval_is_taken_back_until_shares_were_given_out(tmp_path: Path) -> None:
    async with company(tmp_path) as it:
        await it.ready()
        council, dpo, lead = it.custodians
        request = await it.ask(await it.new_computer())
        path = f"/custody/requests/{request.id}/approval"
        assert (await it.call(council, "DELETE", path)).status == 404
        for each in (council, dpo):
            assert (await it.approve(each, request.id)).status == 204
        assert (await it.call(lead, "DELETE", path)).status == 404
        it.clock.advance(25 * HOUR)
        assert (await it.call(council, "DELETE", path)).status == 204
        assert (await it.call(council, "DELETE", path)).status == 404
        assert (await it.take()).problem == "conflict"
        [last] = [x for x in await it.server.audited() if x[0] == "custody.taken_back"]
        assert json.loads(last[3]) == {"user_id": it.mei.user, "device_id": council.device}
        assert (await it.approve(council, request.id, b"another")).status == 204
        assert (await it.take()).status == 200
        assert (await it.call(council, "DELETE", path)).status == 404


async def test_who_accepts_or_answers_again_and_again_is_stopped(tmp_path: Path) -> None:
    async with company(tmp_path, limits_rate_factor=1.0) as it:
        which = await it.ready()
        council = it.custodians[0]
        request = await it.ask(await it.new_computer())
        path = f"/custody/requests/{request.id}/approval"
        approved = []
        for _ in range(101):
            approved.append((await it.approve(council, request.id)).status)
            await it.call(council, "DELETE", path)
        assert approved == [204] * 100 + [429]
        accepted = [(await it.accept(council, which)).status for _ in range(10)]
        assert accepted == [204] * 9 + [429]
        assert (await it.events()).count("custodians.accepted") == 2 + 10
        assert (await it.events()).count("custody.approved") == 100
