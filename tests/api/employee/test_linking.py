"""The mailbox where two devices meet, and the grant that registers one of them."""

import os
import time
from pathlib import Path

import msgspec
import pytest

from teamchat.ids import identifier
from teamchat.server.services import mailboxes
from teamchat.server.services.linkings import GRANT_SECONDS
from teamchat.server.services.mailboxes import MAILBOX_SECONDS
from teamchat.wire.bodies import ClaimedKeyPackages, ClaimKeyPackages, Devices, Me, Role, Session
from teamchat.wire.linking import (
    MESSAGE_BYTES,
    CloseMailbox,
    CloseOwnMailbox,
    MailboxMessages,
    OpenedMailbox,
    OpenMailbox,
    ReadMailbox,
    WaitingLinkings,
    WriteMailbox,
    WriteOwnMailbox,
)
from tests.support.clock import FakeClock
from tests.support.linking import Newcomer, ask_grant, granted, redeem
from tests.support.server import Answered, Person, ReachedServer, RunningServer, running_server

BOX = identifier(bytes(16))


class Box:
    """A mailbox, from both sides."""

    def __init__(self, server: ReachedServer, secret: str, name: str = BOX) -> None:
        self.server, self.secret, self.name = server, secret, name

    async def read(self, after: int = 0, secret: str = "") -> Answered:
        body = ReadMailbox(secret or self.secret, after)
        return await self.server.call("POST", f"/v1/linkings/{self.name}/read", body)

    async def write(self, place: int, message: bytes) -> Answered:
        body = WriteMailbox(self.secret, place, message)
        return await self.server.call("POST", f"/v1/linkings/{self.name}/messages", body)

    async def close(self, message: bytes = b"end") -> Answered:
        body = CloseMailbox(self.secret, message)
        return await self.server.call("POST", f"/v1/linkings/{self.name}/close", body)

    async def join(self, person: Person) -> Answered:
        return await self.own(person, "POST", "join")

    async def own(self, person: Person, method: str, rest: str, body: object = None) -> Answered:
        path = f"/v1/me/linkings/{self.name}/{rest}"
        return await self.server.call(method, path, body, token=person.token)


async def opened(server: ReachedServer, name: str = BOX) -> Box:
    got = await server.call("POST", "/v1/linkings", OpenMailbox(name, b"one"))
    assert got.status == 201, got
    return Box(server, got.read(OpenedMailbox).secret, name)


async def owner(server: RunningServer, name: str = "mei") -> Person:
    return await server.add_device(await server.invite(name))


def messages(got: Answered) -> list[bytes]:
    assert got.status == 200, got
    return got.read(MailboxMessages).messages


# --- mailboxes ------------------------------------------------------------------------


async def test_two_devices_meet_in_a_mailbox(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, box = await owner(server), await opened(server)
        assert messages(await box.join(mei)) == messages(await box.join(mei)) == [b"one"]
        body = WriteOwnMailbox(2, b"two")
        assert (await box.own(mei, "POST", "messages", body)).status == 204
        assert (await box.own(mei, "POST", "messages", body)).status == 204
        assert messages(await box.read(1)) == [b"two"]
        assert (await box.write(3, b"three")).status == 204
        assert messages(await box.own(mei, "GET", "messages/2")) == [b"three"]
        assert messages(await box.read(3)) == []


async def test_a_mailbox_is_of_one_device_of_one_person(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, ben, box = await owner(server), await owner(server, "ben"), await opened(server)
        without = await server.invite("eve")
        assert (await box.join(without)).problem == "no-device"
        assert (await box.own(ben, "GET", "messages/0")).problem == "not-found"
        await box.join(mei)
        got = await box.join(ben)
        assert (got.problem, got.reason) == ("conflict", "linking-code-used")
        for method, rest, body in (
            ("GET", "messages/0", None),
            ("POST", "messages", WriteOwnMailbox(2, b"two")),
            ("POST", "close", CloseOwnMailbox(b"end")),
        ):
            assert (await box.own(ben, method, rest, body)).problem == "not-found"
        assert (await box.read(secret="x" * 43)).problem == "not-found"
        assert messages(await box.read()) == [b"one"]


async def test_messages_stand_in_one_order_and_there_are_six(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, box = await owner(server), await opened(server)
        await box.join(mei)
        assert (await box.write(3, b"early")).problem == "conflict"
        for place in range(2, 7):
            assert (await box.write(place, b"x" * MESSAGE_BYTES)).status == 204
        assert (await box.write(2, b"other")).problem == "conflict"
        assert (await box.write(7, b"more")).problem == "invalid"
        assert (await box.write(6, b"x" * (MESSAGE_BYTES + 1))).problem == "invalid"
        assert len(messages(await box.read())) == 6


async def test_a_closed_mailbox_says_why_and_takes_nothing_more(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, box = await owner(server), await opened(server)
        await box.join(mei)
        assert (await box.own(mei, "POST", "close", CloseOwnMailbox(b"why"))).status == 204
        assert messages(await box.read(1)) == [b"why"]
        assert (await box.write(3, b"more")).problem == "conflict"
        assert (await box.join(mei)).reason == "linking-code-used"
        assert (await box.close(b"me too")).status == 204
        assert messages(await box.read(1)) == [b"why"]


async def test_a_code_that_nobody_used_is_gone_when_it_is_renewed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, box = await owner(server), await opened(server)
        taken = await server.call("POST", "/v1/linkings", OpenMailbox(BOX, b"other"))
        assert taken.problem == "conflict"
        assert (await box.close()).status == 204
        assert (await box.join(mei)).problem == "not-found"
        assert (await box.read()).problem == "not-found"
        await opened(server)


async def test_a_mailbox_lives_for_ten_minutes(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        mei, box = await owner(server), await opened(server)
        clock.advance(MAILBOX_SECONDS)
        assert (await box.join(mei)).problem == "not-found"
        assert (await box.write(2, b"late")).problem == "not-found"
        await opened(server)


async def test_a_device_has_one_mailbox_and_there_are_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "MAILBOXES", 2)
    async with running_server(tmp_path) as server:
        mei, box = await owner(server), await opened(server)
        other = await opened(server, identifier(os.urandom(16)))
        full = await server.call("POST", "/v1/linkings", OpenMailbox(identifier(b"x" * 16), b"1"))
        assert full.problem == "overloaded"
        await box.join(mei)
        await other.join(mei)
        assert (await box.read()).problem == "not-found"


async def test_how_often_a_code_is_tried_is_limited_by_person(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        mei = await owner(server)
        box = Box(server, "")
        tried = [(await box.join(mei)).problem for _ in range(11)]
        assert tried == ["not-found"] * 10 + ["too-many-requests"]


async def test_how_often_codes_are_made_is_limited_by_network(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=0.05) as server:
        tried = [
            (await server.call("POST", "/v1/linkings", OpenMailbox(BOX, b"one"))).status
            for _ in range(4)
        ]
        assert tried[-1] == 429


async def test_how_often_codes_are_made_is_limited_by_neighbourhood(tmp_path: Path) -> None:
    """Who has an IPv6 /48 has 65,536 networks."""

    async def tried(server: RunningServer, address: str) -> int:
        wanted = OpenMailbox(identifier(os.urandom(16)), b"one")
        headers = {"X-Forwarded-For": address}
        return (await server.call("POST", "/v1/linkings", wanted, headers=headers)).status

    settings = {"limits_rate_factor": 0.1, "server_trusted_proxies": ["127.0.0.1"]}
    async with running_server(tmp_path, clock=FakeClock(time.time()), **settings) as server:
        near = [await tried(server, f"2001:db8:1:{number:x}::1") for number in range(43)]
        assert near == [201] * 42 + [429]
        assert await tried(server, "2001:db8:2::1") == 201


# --- grants ---------------------------------------------------------------------------


async def test_a_device_is_registered_for_a_grant(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, ben, new = await owner(server), await owner(server, "ben"), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued, name="Laptop")
        assert not grant.needs_admin
        got = await redeem(server, new.redeeming(issued, grant.grant))
        assert got.status == 201, got
        session = got.read(Session)
        me = (await server.call("GET", "/v1/me", token=session.token)).read(Me)
        assert (me.user.id, me.device) == (mei.user, new.device)
        held = (await server.call("GET", "/v1/me/devices", token=mei.token)).read(Devices)
        assert {each.id: each.name for each in held.devices} == {
            mei.device: "Laptop", new.device: "Laptop 2"
        }  # fmt: skip
        claim = ClaimKeyPackages([mei.user])
        claimed = await server.call("POST", "/v1/key-packages/claim", claim, token=ben.token)
        found = claimed.read(ClaimedKeyPackages).key_packages
        assert {each.device for each in found} == {mei.device, new.device}
        added = [each for each in await server.audited() if each[0] == "device.added"]
        detail = msgspec.json.decode(added[-1][3])
        assert (added[-1][1:3], detail["vouched_by"]) == ((mei.user, new.device), mei.device)


async def test_a_grant_is_for_one_device_and_once(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, new, other = await owner(server), Newcomer(), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued)
        wrong = other.redeeming(other.vouched(mei), grant.grant)
        assert (await redeem(server, wrong)).problem == "not-found"
        assert (await redeem(server, new.redeeming(issued, "x" * 43))).problem == "not-found"
        wanted = new.redeeming(issued, grant.grant)
        first = (await redeem(server, wanted)).read(Session)
        again = (await redeem(server, wanted)).read(Session)
        assert (await server.call("GET", "/v1/me", token=first.token)).problem == "revoked"
        assert (await server.call("GET", "/v1/me", token=again.token)).status == 200
        got = await server.call("DELETE", f"/v1/me/devices/{new.device}", token=mei.token)
        assert got.status == 204
        assert (await redeem(server, wanted)).problem == "not-found"
        assert (await ask_grant(server, mei, issued)).problem == "conflict"


async def test_a_grant_has_its_time_and_the_next_one_ends_it(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        mei, new = await owner(server), Newcomer()
        issued = new.vouched(mei)
        late = await granted(server, mei, issued)
        clock.advance(GRANT_SECONDS)
        assert (await redeem(server, new.redeeming(issued, late.grant))).problem == "not-found"
        void, valid = await granted(server, mei, issued), await granted(server, mei, issued)
        assert (await redeem(server, new.redeeming(issued, void.grant))).problem == "not-found"
        assert (await redeem(server, new.redeeming(issued, valid.grant))).status == 201


async def test_nobody_asks_for_what_they_do_not_vouch_for(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, ben, new = await owner(server), await owner(server, "ben"), Newcomer()
        for asking, issued in (
            (ben, new.vouched(mei)),
            (mei, new.vouched(mei, by=ben.device)),
            (mei, mei.certificate),
            (mei, b"nonsense"),
        ):
            assert (await ask_grant(server, asking, issued)).problem == "invalid"
        without = await server.invite("eve")
        assert (await ask_grant(server, without, new.vouched(mei))).problem == "no-device"
        rejected = [each for each in await server.audited() if each[0] == "device.vouch_rejected"]
        assert [each[1] for each in rejected] == [ben.device, mei.device]


async def test_a_voucher_that_was_removed_vouches_for_nobody(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, new = await owner(server), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued)
        got = await server.call("DELETE", f"/v1/me/devices/{mei.device}", token=mei.token)
        assert got.status == 204
        assert (await redeem(server, new.redeeming(issued, grant.grant))).problem == "invalid"


async def test_there_are_so_many_devices(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_devices=2) as server:
        mei, one, two = await owner(server), Newcomer(), Newcomer()
        first, second = one.vouched(mei), two.vouched(mei)
        grant = await granted(server, mei, first)
        assert (await redeem(server, one.redeeming(first, grant.grant))).status == 201
        got = await ask_grant(server, mei, second)
        assert (got.problem, got.reason) == ("conflict", "too-many-devices")


async def test_wrong_key_packages_register_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, new, other = await owner(server), Newcomer(), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued)
        theirs = other.redeeming(other.vouched(mei), grant.grant).last_resort
        wrong = msgspec.structs.replace(new.redeeming(issued, grant.grant), last_resort=theirs)
        assert (await redeem(server, wrong)).problem == "invalid"
        assert (await redeem(server, new.redeeming(issued, grant.grant))).status == 201


# --- administrators -------------------------------------------------------------------


async def test_a_device_waits_for_an_administrator(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_linking_needs_admin=True) as server:
        mei, new = await owner(server), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued)
        assert grant.needs_admin
        wanted = new.redeeming(issued, grant.grant)
        got = await redeem(server, wanted)
        assert (got.problem, got.reason) == ("conflict", "linking-waits")
        listed = await server.call("GET", "/v1/admin/linkings", token=server.admin_token)
        (waiting,) = listed.read(WaitingLinkings).linkings
        assert (waiting.user.id, waiting.device_name) == (mei.user, "Terminal")
        path = f"/v1/admin/linkings/{waiting.id}/approval"
        assert (await server.call("POST", path, token=mei.token)).problem == "forbidden"
        assert (await server.call("POST", path, token=server.admin_token)).status == 204
        assert (await server.call("POST", path, token=server.admin_token)).problem == "not-found"
        assert (await redeem(server, wanted)).status == 201
        events = [each[0] for each in await server.audited()]
        assert [each for each in events if each.startswith("approval")] == [
            "approval.requested", "approval.granted"
        ]  # fmt: skip


async def test_the_name_that_was_approved_is_the_one_that_counts(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_linking_needs_admin=True) as server:
        mei, new = await owner(server), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued, name="Mei's work phone")
        listed = await server.call("GET", "/v1/admin/linkings", token=server.admin_token)
        (waiting,) = listed.read(WaitingLinkings).linkings
        path = f"/v1/admin/linkings/{waiting.id}/approval"
        assert (await server.call("POST", path, token=server.admin_token)).status == 204
        wanted = new.redeeming(issued, grant.grant, name="Somebody's private tablet")
        assert (await redeem(server, wanted)).status == 201
        held = (await server.call("GET", "/v1/me/devices", token=mei.token)).read(Devices)
        names = {each.id: each.name for each in held.devices}
        assert names[new.device] == waiting.device_name == "Mei's work phone"


async def test_an_administrator_declines(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_linking_needs_admin=True) as server:
        mei, new = await owner(server), Newcomer()
        issued = new.vouched(mei)
        grant = await granted(server, mei, issued)
        listed = await server.call("GET", "/v1/admin/linkings", token=server.admin_token)
        (waiting,) = listed.read(WaitingLinkings).linkings
        path = f"/v1/admin/linkings/{waiting.id}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        got = await redeem(server, new.redeeming(issued, grant.grant))
        assert got.reason == "linking-declined"


async def test_nobody_approves_their_own_or_those_above_them(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_linking_needs_admin=True) as server:
        mei, new = await owner(server), Newcomer()
        boss = await server.add_device(server.admin)
        helper = await server.invite("hana", Role.USER_MANAGER)
        await granted(server, boss, new.vouched(boss))
        await granted(server, mei, Newcomer().vouched(mei))
        listed = await server.call("GET", "/v1/admin/linkings", token=boss.token)
        waiting = listed.read(WaitingLinkings).linkings
        own, meis = sorted(waiting, key=lambda each: each.user.id == mei.user)
        path = f"/v1/admin/linkings/{own.id}/approval"
        assert (await server.call("POST", path, token=boss.token)).reason == "oneself"
        assert (await server.call("POST", path, token=helper.token)).problem == "forbidden"
        listed = await server.call("GET", "/v1/admin/linkings", token=helper.token)
        assert [each.id for each in listed.read(WaitingLinkings).linkings] == [meis.id]
