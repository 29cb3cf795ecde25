"""Histories of a person: carried to another device of theirs, and kept for nobody else."""

import asyncio
import os
from pathlib import Path
from typing import Final

import pytest

from teamchat.server.composition import BLOBS
from teamchat.wire.history import (
    PART_BYTES,
    AskHistory,
    BeginSegment,
    EndHistory,
    HistoryArchive,
    HistoryBackup,
    HistoryTransfers,
    OfferHistory,
    SetBackup,
)
from teamchat.wire.policy import Policy
from tests.support.server import Answered, Person, RunningServer, running_server

OCTETS: Final = {"Content-Type": "application/octet-stream"}
ROOT: Final = "/v1/me/history"
OFFER: Final = OfferHistory(b"head", b"box")


async def two_devices(server: RunningServer, name: str = "mei") -> tuple[Person, Person]:
    """Return somebody's phone and laptop."""
    phone = await server.add_device(await server.invite(name))
    return phone, await further(server, phone)


async def further(server: RunningServer, of: Person) -> Person:
    """Return another device of somebody."""
    session = await server.log_in(of.user_name)
    return await server.add_device(Person(of.user, of.user_name, session.token, of.identity))


async def asked(server: RunningServer, by: Person, slot: bytes = b"slot") -> HistoryArchive:
    got = await server.call("POST", f"{ROOT}/transfers", AskHistory(slot), token=by.token)
    assert got.status == 201, got
    return got.read(HistoryArchive)


async def offered(
    server: RunningServer, by: Person, which: str, what: OfferHistory = OFFER
) -> Answered:
    return await server.call("PUT", f"{ROOT}/transfers/{which}", what, token=by.token)


async def put(server: RunningServer, by: Person, which: str, n: int, data: bytes) -> Answered:
    path = f"{ROOT}/archives/{which}/parts/{n}"
    return await server.call("PUT", path, data, token=by.token, headers=OCTETS)


async def got(server: RunningServer, by: Person, which: str, n: int) -> Answered:
    return await server.call("GET", f"{ROOT}/archives/{which}/parts/{n}", token=by.token)


async def ended(server: RunningServer, by: Person, which: str, parts: int) -> Answered:
    path = f"{ROOT}/archives/{which}/end"
    return await server.call("POST", path, EndHistory(parts), token=by.token)


async def transfers(server: RunningServer, by: Person) -> list[str]:
    found = await server.call("GET", f"{ROOT}/transfers", token=by.token)
    return [each.id for each in found.read(HistoryTransfers).transfers]


async def backup(server: RunningServer, by: Person) -> HistoryBackup:
    return (await server.call("GET", f"{ROOT}/backup", token=by.token)).read(HistoryBackup)


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "server" / BLOBS).rglob("*") if path.is_file()]


async def none_left(tmp_path: Path) -> None:
    async with asyncio.timeout(60):
        while files(tmp_path):  # noqa: ASYNC110 - the disk tells nobody
            await asyncio.sleep(0.02)


async def test_one_device_gives_and_the_other_takes(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        which = (await asked(server, laptop)).id
        assert await transfers(server, phone) == [which]
        shown = (await offered(server, phone, which)).read(HistoryArchive)
        assert (shown.maker, shown.receiver, shown.slot) == (phone.device, laptop.device, b"slot")
        parts = [os.urandom(5000), os.urandom(PART_BYTES)]
        for n, data in enumerate(parts):
            assert (await put(server, phone, which, n, data)).status == 204
        assert (await ended(server, phone, which, 2)).read(HistoryArchive).complete
        assert [(await got(server, laptop, which, n)).body for n in (0, 1)] == parts
        path = f"{ROOT}/archives/{which}"
        assert (await server.call("DELETE", path, token=laptop.token)).status == 204
        assert await transfers(server, phone) == []
        await none_left(tmp_path)
        (said,) = [each for each in await server.audited() if each[0] == "history.given"]
        assert said[1:] == (phone.user, phone.device, f'{{"receiver_id":"{laptop.device}"}}')


async def test_nobody_else_sees_gives_or_takes(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        ben, _ = await two_devices(server, "ben")
        which = (await asked(server, laptop)).id
        assert await transfers(server, ben) == []
        assert (await offered(server, ben, which)).problem == "not-found"
        await offered(server, phone, which)
        await put(server, phone, which, 0, b"part")
        for answer in (
            await put(server, ben, which, 1, b"x"),
            await put(server, laptop, which, 1, b"x"),
            await got(server, ben, which, 0),
            await got(server, phone, which, 0),
            await ended(server, ben, which, 1),
            await ended(server, laptop, which, 1),
            await server.call("DELETE", f"{ROOT}/archives/{which}", token=ben.token),
        ):
            assert answer.problem == "not-found", answer
        assert (await got(server, laptop, which, 0)).body == b"part"


async def test_a_session_without_a_device_has_no_history(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        token = (await server.invite("mei")).token
        for method, path in (("GET", "transfers"), ("GET", "backup"), ("DELETE", "backup")):
            answer = await server.call(method, f"{ROOT}/{path}", token=token)
            assert answer.problem == "no-device"


async def test_parts_come_in_turn_and_may_be_repeated(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        which = (await asked(server, laptop)).id
        await offered(server, phone, which)
        assert (await put(server, phone, which, 1, b"two")).problem == "conflict"
        assert (await put(server, phone, which, 0, b"one")).status == 204
        assert (await put(server, phone, which, 0, b"one")).status == 204
        assert (await put(server, phone, which, 0, b"another")).problem == "conflict"
        assert (await ended(server, phone, which, 2)).problem == "conflict"
        assert (await ended(server, phone, which, 1)).status == 200
        assert (await ended(server, phone, which, 1)).status == 200
        assert (await put(server, phone, which, 1, b"two")).problem == "conflict"
        assert len(files(tmp_path)) == 1


async def test_only_one_device_gives_and_not_to_itself(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        tablet = await further(server, phone)
        which = (await asked(server, laptop)).id
        own = await offered(server, laptop, which)
        assert (own.problem, own.reason) == ("conflict", "history-given-already")
        assert (await offered(server, phone, which)).status == 200
        assert (await offered(server, phone, which)).status == 200
        assert (await offered(server, phone, which, OfferHistory(b"h", b"b"))).problem == "conflict"
        assert (await offered(server, tablet, which)).problem == "conflict"


async def test_asking_again_is_a_new_wish(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        first = (await asked(server, laptop)).id
        await offered(server, phone, first)
        await put(server, phone, first, 0, b"part")
        second = (await asked(server, laptop, b"another")).id
        assert await transfers(server, phone) == [second]
        assert (await put(server, phone, first, 1, b"part")).problem == "not-found"
        await none_left(tmp_path)


async def test_sizes_are_bounded(tmp_path: Path) -> None:
    async with running_server(tmp_path, history_person_bytes=10_096) as server:
        phone, laptop = await two_devices(server)
        which = (await asked(server, laptop)).id
        await offered(server, phone, which)
        assert (await put(server, phone, which, 0, b"x" * (PART_BYTES + 1))).problem == "too-large"
        assert (await put(server, phone, which, 0, b"")).problem == "too-large"
        assert (await put(server, phone, which, 0, b"x" * 6_000)).status == 204
        assert (await put(server, phone, which, 1, b"x" * 4_097)).problem == "storage-full"
        assert (await put(server, phone, which, 1, b"x" * 500)).status == 204
        assert len(files(tmp_path)) == 2
        long = await server.call(
            "POST", f"{ROOT}/transfers", AskHistory(b"x" * 1537), token=laptop.token
        )
        assert long.problem == "invalid"


async def test_a_disk_that_is_nearly_full_takes_no_part(tmp_path: Path) -> None:
    async with running_server(tmp_path, blobs_free_bytes=2**52) as server:
        phone, laptop = await two_devices(server)
        which = (await asked(server, laptop)).id
        await offered(server, phone, which)
        assert (await put(server, phone, which, 0, b"x")).problem == "storage-full"
        assert files(tmp_path) == []


@pytest.mark.parametrize("gone", ["giver", "receiver"])
async def test_what_a_removed_device_was_about_goes_with_it(tmp_path: Path, gone: str) -> None:
    async with running_server(tmp_path) as server:
        phone, laptop = await two_devices(server)
        which = (await asked(server, laptop)).id
        await offered(server, phone, which)
        await put(server, phone, which, 0, b"part")
        ended_one, other = (phone, laptop) if gone == "giver" else (laptop, phone)
        path = f"/v1/me/devices/{ended_one.device}"
        assert (await server.call("DELETE", path, token=other.token)).status == 204
        assert await transfers(server, other) == []
        await none_left(tmp_path)


async def test_a_backup_is_its_manifest_and_finished_segments(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_history_backup=True) as server:
        phone, laptop = await two_devices(server)
        assert (await backup(server, phone)).version == 0
        which = await segment(server, phone, b"one")
        set_ = SetBackup(1, b"manifest", (which,))
        made = await server.call("PUT", f"{ROOT}/backup", set_, token=phone.token)
        shown = made.read(HistoryBackup)
        assert (shown.version, shown.manifest) == (1, b"manifest")
        assert [(each.id, each.expires) for each in shown.segments] == [(which, 0)]
        assert await backup(server, laptop) == shown
        assert (await got(server, laptop, which, 0)).body == b"one"
        again = await server.call("PUT", f"{ROOT}/backup", set_, token=laptop.token)
        assert again.problem == "conflict"
        kept = await server.call("DELETE", f"{ROOT}/archives/{which}", token=phone.token)
        assert kept.problem == "conflict"

        other = await segment(server, laptop, b"two")
        later = SetBackup(2, b"later", (other,))
        await server.call("PUT", f"{ROOT}/backup", later, token=laptop.token)
        assert [each.id for each in (await backup(server, phone)).segments] == [other]
        assert (await server.call("DELETE", f"{ROOT}/backup", token=phone.token)).status == 204
        assert await backup(server, laptop) == HistoryBackup(0, b"", 0, ())
        assert [x[0] for x in await server.audited()].count("history.backup_removed") == 1
        await none_left(tmp_path)


async def test_a_backup_names_only_what_is_there_and_finished(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_history_backup=True) as server:
        phone, laptop = await two_devices(server)
        ben, _ = await two_devices(server, "ben")
        begun = await server.call(
            "POST", f"{ROOT}/backup/segments", BeginSegment(b"head"), token=phone.token
        )
        unfinished = begun.read(HistoryArchive).id
        theirs = await segment(server, ben, b"bens")
        wished = (await asked(server, laptop)).id
        for which in (unfinished, theirs, wished):
            wanted = SetBackup(1, b"manifest", (which,))
            answer = await server.call("PUT", f"{ROOT}/backup", wanted, token=phone.token)
            assert answer.problem == "conflict"
        assert (await got(server, laptop, theirs, 0)).problem == "not-found"


async def test_no_backup_where_the_organisation_wants_none(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_history_for_new_devices="30") as server:
        phone, _ = await two_devices(server)
        answer = await server.call(
            "POST", f"{ROOT}/backup/segments", BeginSegment(b"head"), token=phone.token
        )
        assert (answer.problem, answer.reason) == ("forbidden", "no-history-backup")
        wanted = SetBackup(1, b"manifest", ())
        answer = await server.call("PUT", f"{ROOT}/backup", wanted, token=phone.token)
        assert answer.problem == "forbidden"
        told = (await server.call("GET", "/v1/me/policy", token=phone.token)).read(Policy)
        assert (told.history_for_new_devices, told.history_backup) == ("30", False)


async def test_everything_goes_with_the_person(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_history_backup=True) as server:
        phone, laptop = await two_devices(server)
        which = await segment(server, phone, b"one")
        wanted = SetBackup(1, b"manifest", (which,))
        await server.call("PUT", f"{ROOT}/backup", wanted, token=phone.token)
        await asked(server, laptop)
        path = f"/v1/admin/users/{phone.user}"
        gone = await server.call("DELETE", path, token=server.admin_token)
        assert gone.status == 204, gone
        await none_left(tmp_path)


async def segment(server: RunningServer, by: Person, data: bytes) -> str:
    """Write a segment of one part and finish it."""
    begun = await server.call(
        "POST", f"{ROOT}/backup/segments", BeginSegment(b"head"), token=by.token
    )
    which = begun.read(HistoryArchive).id
    assert (await put(server, by, which, 0, data)).status == 204
    assert (await ended(server, by, which, 1)).status == 200
    return which


async def test_who_asks_or_removes_a_backup_again_and_again_is_stopped(tmp_path: Path) -> None:
    async with running_server(
        tmp_path, limits_rate_factor=1.0, policy_history_backup=True
    ) as server:
        phone, laptop = await two_devices(server)
        for _ in range(10):
            which = (await asked(server, laptop)).id
            await offered(server, phone, which)
            await put(server, phone, which, 0, b"x")
            assert (await ended(server, phone, which, 1)).status == 200
        wanted, path = SetBackup(1, b"manifest", ()), f"{ROOT}/backup"
        for _ in range(10):
            assert (await server.call("PUT", path, wanted, token=phone.token)).status == 200
            assert (await server.call("DELETE", path, token=phone.token)).status == 204
        wish = AskHistory(b"slot")
        refused = await server.call("POST", f"{ROOT}/transfers", wish, token=laptop.token)
        assert refused.problem == "too-many-requests"
        refused = await server.call("PUT", path, wanted, token=phone.token)
        assert refused.problem == "too-many-requests"
        events = [each[0] for each in await server.audited()]
        assert events.count("history.given") == 10
        assert events.count("history.backup_removed") == 10
