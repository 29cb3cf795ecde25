from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.server.services.held import Held
from tests.support.delivery import DeliveryHalf, delivery_half


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


async def test_cursors_rise_and_never_beyond_what_may_be_read(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room, other = await half.converse(alice, 0), await half.converse(bob, 1)
    for _ in range(4):
        await half.say(alice, room, 0)

    async def held(seq: int) -> list[tuple[object, ...]]:
        await half.cursors.acknowledge(alice.device, {room: seq, other: 1}, 0)
        return await half.sql("SELECT delivered_seq FROM cursor")

    assert await held(2) == [(2,)]
    assert await held(1) == [(2,)]
    assert await held(5) == [(2,)]
    assert await held(4) == [(4,)]


async def test_what_the_others_hold_counts_for_each_person_s_best_device(
    half: DeliveryHalf,
) -> None:
    alice, bob, phone = await half.member(1), await half.member(2), await half.member(2, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, phone])
    for _ in range(5):
        await half.say(alice, room, 1)
    assert await half.cursors.delivered([room]) == {room: {alice.user: Held(0), bob.user: Held(1)}}
    await half.cursors.acknowledge(bob.device, {room: 3}, 0)
    await half.cursors.acknowledge(phone.device, {room: 5}, 0)
    assert (await half.cursors.delivered([room]))[room][bob.user] == Held(5)
    await half.change("UPDATE device SET revoked = 1 WHERE id = :id", id=phone.device)
    assert (await half.cursors.delivered([room]))[room][bob.user] == Held(3)


async def test_what_only_a_device_of_before_was_to_get_is_missing_until_it_does(
    half: DeliveryHalf,
) -> None:
    alice, laptop, phone = await half.member(1), await half.member(2), await half.member(2, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[laptop])
    await half.say(alice, room, 1)
    await half.commit(alice, room, 1, add=[phone])
    await half.say(alice, room, 2)

    async def held() -> Held:
        return (await half.cursors.delivered([room]))[room][laptop.user]

    await half.cursors.acknowledge(phone.device, {room: 4}, 0)
    assert await held() == Held(4, ((2, 3),))
    await half.cursors.acknowledge(laptop.device, {room: 3}, 0)
    assert await held() == Held(4)
