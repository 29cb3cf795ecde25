"""Histories of people: how long they stay, and what happens when two things happen at once."""

import asyncio
from pathlib import Path

import pytest

from teamchat.ids import DeviceId
from teamchat.server.composition import BLOBS
from teamchat.wire.history import PART_LEAST, OfferHistory
from teamchat.wire.problems import Code, ProblemError
from tests.support.office import Office, Worker, office

DAY = 86_400
OFFER = OfferHistory(b"head", b"box")


async def two(services: Office) -> tuple[Worker, Worker]:
    """Return two devices of one person."""
    phone = await services.worker("mei")
    await services.equip(phone)
    laptop = await services.log_in("mei")
    laptop.person.identity = phone.person.identity
    await services.equip(laptop)
    return phone, laptop


def files(tmp_path: Path) -> int:
    return sum(path.is_file() for path in tmp_path.rglob(f"{BLOBS}/*/*"))


async def test_what_nobody_takes_in_is_gone_after_a_week(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        which = (await history.ask(laptop.actor, b"slot")).id
        await history.offer(phone.actor, which, OFFER)
        await history.add(phone.actor, which, 0, b"part")
        services.clock.advance(7 * DAY - 1)
        assert len((await history.transfers(phone.actor)).transfers) == 1
        assert await history.sweep() == 0
        services.clock.advance(1)
        assert (await history.transfers(phone.actor)).transfers == ()
        with pytest.raises(ProblemError) as caught:
            await history.add(phone.actor, which, 1, b"part")
        assert caught.value.code is Code.NOT_FOUND
        assert await history.sweep() == 1
        async with asyncio.timeout(60):
            while files(tmp_path):  # noqa: ASYNC110 - the files go a little after the rows
                await asyncio.sleep(0.01)


async def test_of_two_that_send_a_part_at_once_one_is_kept(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        which = (await history.ask(laptop.actor, b"slot")).id
        await history.offer(phone.actor, which, OFFER)
        results = await asyncio.gather(
            *(history.add(phone.actor, which, 0, bytes([n])) for n in range(4)),
            return_exceptions=True,
        )
        refused = [each for each in results if isinstance(each, ProblemError)]
        assert [each.code for each in refused] == [Code.CONFLICT] * 3
        assert files(tmp_path) == 1


async def test_parts_are_swept_with_what_has_no_row_and_no_others(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        which = (await history.ask(laptop.actor, b"slot")).id
        await history.offer(phone.actor, which, OFFER)
        await history.add(phone.actor, which, 0, b"part")
        kept = await history.part(laptop.actor, which, 0)
        (kept.parent / "orphan").write_bytes(b"x")
        assert await services.services.blobs.sweep() == 1
        assert kept.read_bytes() == b"part"


async def test_a_segment_that_another_device_writes_stays(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        object.__setattr__(history._rules, "backup", True)
        theirs = (await history.begin_segment(laptop.actor, b"head")).id
        await history.begin_segment(phone.actor, b"old")
        begun = (await history.begin_segment(phone.actor, b"head")).id
        found = {each.id: each for each in (await history.backup(phone.actor)).segments}
        assert set(found) == {theirs, begun}
        assert found[theirs].maker == DeviceId(laptop.actor.device or "")


async def test_small_parts_count_as_what_they_take_and_only_the_last_is_one(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        which = (await history.ask(laptop.actor, b"slot")).id
        await history.offer(phone.actor, which, OFFER)
        await history.add(phone.actor, which, 0, b"x" * PART_LEAST)
        await history.add(phone.actor, which, 1, b"x")
        (found,) = (await history.transfers(phone.actor)).transfers
        assert found.bytes == 2 * PART_LEAST
        with pytest.raises(ProblemError) as caught:
            await history.add(phone.actor, which, 2, b"x")
        assert caught.value.code is Code.CONFLICT
        assert (await history.end(phone.actor, which, 2)).complete


async def test_nobody_has_any_number_of_archives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamchat.server.services.history.ARCHIVES", 1)
    async with office(tmp_path) as services:
        phone, laptop = await two(services)
        history = services.services.history
        await history.ask(laptop.actor, b"slot")
        await history.ask(laptop.actor, b"another")
        with pytest.raises(ProblemError) as caught:
            await history.ask(phone.actor, b"slot")
        assert caught.value.code is Code.STORAGE_FULL
