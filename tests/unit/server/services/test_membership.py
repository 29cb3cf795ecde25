from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.server.services.announcements import Joined, Left
from teamchat.wire.bodies import ConversationKind, MemberRole, SetMemberRole
from teamchat.wire.frames import InboxKind
from tests.support.delivery import DeliveryHalf, Member, delivery_half


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


async def told(half: DeliveryHalf, member: Member) -> list[InboxKind]:
    _, items = await half.inboxes.read(member.device, 0)
    return [item.kind for item in items]


async def removals(half: DeliveryHalf) -> list[tuple[object, ...]]:
    return await half.sql(
        "SELECT actor, json_extract(detail, '$.member_id'), json_extract(detail, '$.cause')"
        " FROM audit_event WHERE event = 'room.member_removed' ORDER BY n"
    )


async def test_what_is_refused_changes_nobody(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(n) for n in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    before = await half.sql("SELECT * FROM membership ORDER BY 1, 2, 3")
    half.announced.clear()
    await half.commit(bob, room, 1, add=[carol])
    await half.commit(bob, room, 1, remove=[alice])
    assert await half.sql("SELECT * FROM membership ORDER BY 1, 2, 3") == before
    assert half.announced == []
    assert await told(half, carol) == []


async def test_a_newcomer_reads_from_behind_the_commit_and_who_goes_up_to_it(
    half: DeliveryHalf,
) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    await half.commit(alice, room, 1, remove=[bob])
    spans = "SELECT from_seq, to_seq FROM membership WHERE device = :device ORDER BY 1"
    assert await half.sql(spans, device=bob.device) == [(2, 2)]
    await half.commit(alice, room, 2, add=[bob])
    assert await half.sql(spans, device=bob.device) == [(2, 2), (4, None)]
    moves = [each for each in half.announced if isinstance(each, Joined | Left)]
    assert [type(each) for each in moves if each.device == bob.device] == [Joined, Left, Joined]


async def test_who_is_removed_is_told_on_every_device_and_why_is_written_down(
    half: DeliveryHalf,
) -> None:
    alice, bob, phone, carol = [
        await half.member(user, device) for user, device in ((1, 0), (2, 0), (2, 1), (3, 0))
    ]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    await half.commit(alice, room, 1, remove=[bob])
    assert InboxKind.CONVERSATION_LEFT in await told(half, bob)
    assert await told(half, phone) == [InboxKind.CONVERSATION_LEFT]
    await half.commit(alice, room, 2, remove=[carol], by=carol)
    assert await removals(half) == [
        (alice.user, bob.user, "kick"),
        (alice.user, carol.user, "leave"),
    ]


@pytest.mark.parametrize("kind", ConversationKind)
async def test_whose_device_a_colleague_takes_out_is_written_down(
    half: DeliveryHalf, kind: ConversationKind
) -> None:
    alice, bob, phone, tablet = [
        await half.member(user, device) for user, device in ((1, 0), (2, 0), (2, 1), (2, 2))
    ]
    peer = bob if kind is ConversationKind.DIRECT else None
    room = await half.converse(alice, 0, kind, peer)
    await half.commit(alice, room, 0, add=[bob])
    await half.commit(bob, room, 1, add=[phone, tablet])
    await half.commit(bob, room, 2, remove=[tablet])  # one's own is one's own affair
    assert await removals(half) == []
    await half.change("UPDATE device SET revoked = 5 WHERE id = :id", id=phone.device)
    await half.commit(alice, room, 3, remove=[phone])
    assert await removals(half) == [(alice.user, bob.user, "device")]


async def test_who_keeps_a_device_in_the_group_stays(half: DeliveryHalf) -> None:
    alice, bob, phone = [
        await half.member(user, device) for user, device in ((1, 0), (2, 0), (2, 1))
    ]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, phone])
    await half.commit(alice, room, 1, remove=[phone])
    assert await removals(half) == [(alice.user, bob.user, "device")]
    assert await told(half, phone) == [InboxKind.WELCOME]


async def test_an_heir_is_found_only_when_no_admin_is_left(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(n) for n in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    await half.conversations.set_role(alice.actor, room, bob.user, SetMemberRole(MemberRole.ADMIN))
    await half.commit(carol, room, 1, remove=[alice], by=alice)
    roles = "SELECT person, role FROM member ORDER BY role, person"
    assert await half.sql(roles) == [(bob.user, "admin"), (carol.user, "member")]
    await half.commit(carol, room, 2, remove=[bob], by=bob)
    assert await half.sql(roles) == [(carol.user, "admin")]
    heirs = "SELECT actor, subject FROM audit_event WHERE event = 'room.role_changed' ORDER BY n"
    assert await half.sql(heirs) == [(alice.user, room), ("system", room)]
