from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.ids import ConversationId
from teamchat.wire.frames import InboxItem, InboxKind
from teamchat.wire.limits import BATCH_BYTES
from tests.support.delivery import DeliveryHalf, delivery_half


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


def item(epoch: int, size: int = 1) -> InboxItem:
    return InboxItem(InboxKind.WELCOME, ConversationId("r"), 1, 1, epoch, bytes(size))


async def test_numbers_go_on_after_what_was_acknowledged(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    for epoch in range(3):
        await half.database.write(lambda c, e=epoch: half.inboxes.put(c, [(alice.device, item(e))]))  # type: ignore[misc]  # a loop variable bound
    await half.database.write(lambda c: half.inboxes.put(c, [(bob.device, item(9))]))
    first, items = await half.inboxes.read(alice.device, 1)
    assert (first, [each.epoch for each in items]) == (2, [1, 2])
    await half.cursors.acknowledge(alice.device, {}, 3)
    assert await half.inboxes.read(alice.device, 3) == (4, [])
    await half.database.write(lambda c: half.inboxes.put(c, [(alice.device, item(7))]))
    first, items = await half.inboxes.read(alice.device, 3)
    assert (first, [each.epoch for each in items]) == (4, [7])
    first, items = await half.inboxes.read(bob.device, 0)
    assert (first, len(items)) == (1, 1)


async def test_large_items_come_one_after_the_other(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    for epoch in range(2):
        await half.database.write(
            lambda c, e=epoch: half.inboxes.put(c, [(alice.device, item(e, BATCH_BYTES))])  # type: ignore[misc]  # a loop variable bound
        )
    assert [len((await half.inboxes.read(alice.device, n))[1]) for n in (0, 1)] == [1, 1]


async def test_a_restored_inbox_goes_on_behind_what_its_device_holds(half: DeliveryHalf) -> None:
    alice = await half.member(1)

    async def put(*epochs: int) -> None:
        items = [(alice.device, item(epoch)) for epoch in epochs]
        await half.database.write(lambda c: half.inboxes.put(c, items))

    async def held(up_to: int) -> tuple[int, list[int]]:
        await half.cursors.acknowledge(alice.device, {}, up_to)
        first, items = await half.inboxes.read(alice.device, up_to)
        return first, [each.epoch for each in items]

    await put(1, 2, 3)
    await half.change("UPDATE inbox_end SET restored = next")
    await put(4, 5)  # after the restore, before the device came back; it had items 4 to 6 before
    assert await held(6) == (7, [4, 5])
    assert await held(7) == (8, [5])
    await put(6)
    assert await held(8) == (9, [6])
    assert await half.sql("SELECT restored, next FROM inbox_end") == [(None, 10)]


async def test_a_restored_inbox_keeps_what_its_device_never_had(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    items = [(alice.device, item(epoch)) for epoch in (1, 2, 3)]
    await half.database.write(lambda c: half.inboxes.put(c, items))
    await half.change("UPDATE inbox_end SET restored = next")
    await half.cursors.acknowledge(alice.device, {}, 1)
    first, kept = await half.inboxes.read(alice.device, 1)
    assert (first, [each.epoch for each in kept]) == (2, [2, 3])
