from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.server.services.key_packages import LOW
from teamchat.wire.bodies import AddKeyPackages, ClaimKeyPackages
from teamchat.wire.frames import InboxKind
from teamchat.wire.limits import KEY_PACKAGES
from teamchat.wire.problems import Code, ProblemError
from tests.support.delivery import DeliveryHalf, Member, delivery_half


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


async def stock(half: DeliveryHalf, member: Member, count: int, start: int = 0) -> int:
    packages = [f"{member.device} {n}".encode() for n in range(start, start + count)]
    wanted = AddKeyPackages(packages, f"{member.device} last".encode())
    return (await half.key_packages.add(member.actor, wanted)).left


async def claim(half: DeliveryHalf, by: Member, *users: Member) -> list[bytes]:
    wanted = ClaimKeyPackages([each.user for each in users])
    claimed = await half.key_packages.claim(by.actor, wanted)
    return [each.key_package for each in claimed.key_packages]


async def test_each_is_handed_out_once_and_then_the_last_resort(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    assert await stock(half, bob, 2) == 2
    handed = [await claim(half, alice, bob) for _ in range(4)]
    names = [f"{bob.device} {n}".encode() for n in (0, 1)]
    assert sorted(package for (package,) in handed[:2]) == sorted(names)
    assert handed[2] == handed[3] == [f"{bob.device} last".encode()]


async def test_what_was_handed_out_does_not_come_back(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    await stock(half, bob, 1)
    await claim(half, alice, bob)
    assert await stock(half, bob, 1) == 0
    assert await stock(half, bob, 2) == 1


async def test_one_of_every_other_device_and_who_has_none_is_named(half: DeliveryHalf) -> None:
    alice, tablet, bob = await half.member(1), await half.member(1, 1), await half.member(2)
    for each in (alice, tablet):
        await stock(half, each, 1)
    wanted = ClaimKeyPackages([alice.user, bob.user])
    claimed = await half.key_packages.claim(alice.actor, wanted)
    assert [each.device for each in claimed.key_packages] == [tablet.device]
    assert claimed.missing == [bob.user]


async def test_ended_devices_and_expired_packages_are_not_handed_out(half: DeliveryHalf) -> None:
    alice, bob, phone = await half.member(1), await half.member(2), await half.member(2, 1)
    for each in (bob, phone):
        await stock(half, each, 1)
    await half.change("UPDATE device SET revoked = 1 WHERE id = :id", id=phone.device)
    assert len(await claim(half, alice, bob)) == 1
    half.clock.advance(2_000)
    assert await claim(half, alice, bob) == []


async def test_a_low_stock_is_told_once_until_it_is_heard(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    await stock(half, bob, LOW + 1)
    await claim(half, alice, bob)
    assert await half.inboxes.read(bob.device, 0) == (1, [])
    await claim(half, alice, bob)
    await claim(half, alice, bob)
    _, items = await half.inboxes.read(bob.device, 0)
    assert [item.kind for item in items] == [InboxKind.KEY_PACKAGES_LOW]
    await half.cursors.acknowledge(bob.device, {}, 1)
    await claim(half, alice, bob)
    first, items = await half.inboxes.read(bob.device, 1)
    assert (first, len(items)) == (2, 1)


async def test_a_stock_is_bounded_and_checked(half: DeliveryHalf) -> None:
    bob = await half.member(2)
    assert await stock(half, bob, KEY_PACKAGES) == KEY_PACKAGES
    with pytest.raises(ProblemError) as full:
        await stock(half, bob, 1, KEY_PACKAGES)
    assert full.value.code is Code.CONFLICT
    with pytest.raises(ProblemError) as broken:
        await half.key_packages.add(bob.actor, AddKeyPackages([b"broken"]))
    assert broken.value.code is Code.INVALID
    assert (await half.key_packages.count(bob.actor)).left == KEY_PACKAGES


async def test_an_ended_device_stocks_nothing(half: DeliveryHalf) -> None:
    bob = await half.member(2)
    await half.change("UPDATE device SET revoked = 1 WHERE id = :id", id=bob.device)
    with pytest.raises(ProblemError) as ended:
        await stock(half, bob, 1)
    assert ended.value.code is Code.REVOKED
