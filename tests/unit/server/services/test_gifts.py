"""Files that a member gives to new ones: when they go."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.ids import BlobId, DeviceId, identifier
from teamchat.server import upkeep
from teamchat.server.composition import BLOBS
from teamchat.server.storage.queries.blobs import LEAST_BYTES, TAKER_BYTES
from teamchat.wire.problems import Code, ProblemError
from tests.support.companions import bring_together
from tests.support.office import Office, Worker, office

DAY = 86_400
DATA = b"sealed"


async def equipped(services: Office, *names: str) -> list[Worker]:
    """Return people with a device each, all of them in one conversation."""
    workers = [await services.worker(name) for name in names]
    for each in workers:
        await services.equip(each)
    people = [(each.actor.user, device(each)) for each in workers]
    await services.parts.database.write(lambda connection: bring_together(connection, people))
    return workers


def device(worker: Worker) -> DeviceId:
    assert worker.actor.device is not None
    return worker.actor.device


async def pieces() -> AsyncIterator[bytes]:
    yield DATA


async def given(services: Office, by: Worker, *to: Worker) -> BlobId:
    gifts = services.services.gifts
    blob = BlobId((await gifts.store(by.actor, len(DATA), pieces())).id)
    await gifts.set_takers(by.actor, blob, [device(each) for each in to])
    return blob


def files(tmp_path: Path) -> int:
    return sum(path.is_file() for path in tmp_path.rglob(f"{BLOBS}/*/*"))


async def is_gone(services: Office, blob: BlobId) -> bool:
    try:
        await services.services.blobs.find(blob)
    except ProblemError:
        return True
    return False


async def test_it_goes_when_the_last_one_has_taken_it(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben, wei = await equipped(services, "mei", "ben", "wei")
        gifts = services.services.gifts
        blob = await given(services, mei, ben, wei)
        await gifts.taken(ben.actor, blob)
        await gifts.taken(ben.actor, blob)
        assert await gifts.sweep() == 0
        assert not await is_gone(services, blob)
        await gifts.taken(wei.actor, blob)
        assert await is_gone(services, blob)
        assert files(tmp_path) == 0
        with pytest.raises(ProblemError):
            await gifts.taken(wei.actor, blob)


async def test_it_goes_after_its_time_with_the_daily_sweep(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben = await equipped(services, "mei", "ben")
        blob = await given(services, mei, ben)
        kept = await services.services.blobs.store(mei.actor, len(DATA), pieces())
        services.clock.advance(30 * DAY - 1)
        await upkeep.sweep(services.services)
        assert not await is_gone(services, blob)
        services.clock.advance(1)
        await upkeep.sweep(services.services)
        assert await is_gone(services, blob)
        assert not await is_gone(services, BlobId(kept.id))
        assert files(tmp_path) == 1


async def test_its_days_are_a_setting(tmp_path: Path) -> None:
    async with office(tmp_path, history_gift_days=2) as services:
        mei, ben = await equipped(services, "mei", "ben")
        await given(services, mei, ben)
        services.clock.advance(2 * DAY)
        assert await services.services.gifts.sweep() == 1


async def test_it_goes_when_those_who_have_not_taken_it_are_none_any_more(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben, wei = await equipped(services, "mei", "ben", "wei")
        gifts = services.services.gifts
        blob = await given(services, mei, ben, wei)
        await gifts.taken(wei.actor, blob)
        await services.services.people.deactivate(services.owner.actor, ben.actor.user)
        assert await gifts.sweep() == 1
        assert await is_gone(services, blob)


async def test_one_that_is_for_nobody_goes_after_an_hour(tmp_path: Path) -> None:
    async with office(tmp_path, blobs_person_bytes=LEAST_BYTES) as services:
        (mei,) = await equipped(services, "mei")
        gifts = services.services.gifts
        lost = BlobId((await gifts.store(mei.actor, len(DATA), pieces())).id)
        services.clock.advance(3_599)
        assert await gifts.sweep() == 0
        services.clock.advance(1)
        with pytest.raises(ProblemError):  # it counts no more, but only gifts look for such
            await services.services.blobs.store(mei.actor, len(DATA), pieces())
        again = await gifts.store(mei.actor, len(DATA), pieces())
        assert await is_gone(services, lost)
        assert files(tmp_path) == 1
        await gifts.set_takers(mei.actor, BlobId(again.id), [])
        services.clock.advance(3_600)
        assert await gifts.sweep() == 1
        assert files(tmp_path) == 0


async def test_who_it_is_for_is_said_by_who_keeps_it_alone(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben, wei = await equipped(services, "mei", "ben", "wei")
        gifts = services.services.gifts
        blob = await given(services, mei, ben)
        with pytest.raises(ProblemError) as caught:
            await gifts.set_takers(wei.actor, blob, [])
        assert caught.value.code is Code.NOT_FOUND
        with pytest.raises(ProblemError):
            await gifts.taken(wei.actor, blob)
        assert not await is_gone(services, blob)
        lasting = await services.services.blobs.store(mei.actor, len(DATA), pieces())
        with pytest.raises(ProblemError):
            await gifts.set_takers(mei.actor, BlobId(lasting.id), [device(ben)])


async def test_who_it_is_for_is_said_once(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben, wei = await equipped(services, "mei", "ben", "wei")
        gifts = services.services.gifts
        blob = await given(services, mei, ben)
        with pytest.raises(ProblemError) as caught:
            await gifts.set_takers(mei.actor, blob, [device(ben), device(wei)])
        assert caught.value.code is Code.CONFLICT
        await gifts.taken(ben.actor, blob)
        assert await is_gone(services, blob)


async def test_who_is_in_no_conversation_with_the_giver_is_left_out(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben = await equipped(services, "mei", "ben")
        (stranger,) = await equipped(services, "wei")
        gifts = services.services.gifts
        blob = await given(services, mei, ben, stranger)
        with pytest.raises(ProblemError):
            await gifts.taken(stranger.actor, blob)
        await gifts.taken(ben.actor, blob)
        assert await is_gone(services, blob)
        unknown = BlobId((await gifts.store(mei.actor, len(DATA), pieces())).id)
        await gifts.set_takers(mei.actor, unknown, [DeviceId("z" * 26)])
        services.clock.advance(3_600)
        assert await gifts.sweep() == 1


async def test_for_how_many_devices_is_limited(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1) as services:
        mei, ben = await equipped(services, "mei", "ben")
        gifts = services.services.gifts
        blobs = [await gifts.store(mei.actor, len(DATA), pieces()) for _ in range(3)]
        many = [DeviceId(identifier(os.urandom(16))) for _ in range(5_000)]
        for blob in blobs[:2]:
            await gifts.set_takers(mei.actor, BlobId(blob.id), many)
        with pytest.raises(ProblemError) as caught:
            await gifts.set_takers(mei.actor, BlobId(blobs[2].id), many)
        assert caught.value.code is Code.TOO_MANY_REQUESTS
        await given(services, ben, mei)


async def test_a_nearly_full_disk_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as services:
        mei, ben = await equipped(services, "mei", "ben")
        gifts = services.services.gifts
        blob = BlobId((await gifts.store(mei.actor, len(DATA), pieces())).id)
        usage = type(shutil.disk_usage("/"))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, 0))
        services.clock.advance(2)
        with pytest.raises(ProblemError) as caught:
            await gifts.set_takers(mei.actor, blob, [device(ben)])
        assert caught.value.code is Code.STORAGE_FULL


async def test_it_counts_for_who_gave_it_until_it_is_gone(tmp_path: Path) -> None:
    most = 2 * (LEAST_BYTES + TAKER_BYTES)
    async with office(tmp_path, blobs_person_bytes=most) as services:
        mei, ben, wei = await equipped(services, "mei", "ben", "wei")
        first, _ = [await given(services, mei, ben) for _ in range(2)]
        with pytest.raises(ProblemError) as caught:
            await given(services, mei, ben)
        assert caught.value.code is Code.STORAGE_FULL
        await services.services.gifts.taken(ben.actor, first)
        with pytest.raises(ProblemError) as caught:
            await given(services, mei, ben, wei)
        assert caught.value.code is Code.STORAGE_FULL


async def test_who_keeps_it_deletes_it_with_whom_it_was_for(tmp_path: Path) -> None:
    async with office(tmp_path) as services:
        mei, ben = await equipped(services, "mei", "ben")
        blob = await given(services, mei, ben)
        await services.services.blobs.delete(mei.actor, blob)
        assert await is_gone(services, blob)
        assert files(tmp_path) == 0
