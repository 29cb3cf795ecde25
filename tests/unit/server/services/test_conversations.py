import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.ids import UserId
from teamchat.wire.bodies import ConversationKind, MemberRole, SetMemberRole
from teamchat.wire.problems import Code, ProblemError
from tests.support.delivery import DeliveryHalf, Member, delivery_half

NOBODY = UserId("a" * 26)


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


async def test_who_was_removed_learns_nothing_by_making_it_again(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(n) for n in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    await half.conversations.set_role(alice.actor, room, bob.user, SetMemberRole(MemberRole.ADMIN))
    await half.converse(alice)  # while she is in it, the same again is answered
    await half.commit(bob, room, 1, remove=[alice])
    await half.commit(bob, room, 2, add=[carol])
    for attempt in (half.converse(alice), half.converse(carol)):
        with pytest.raises(ProblemError) as caught:
            await attempt
        assert caught.value.code is Code.CONFLICT
    with pytest.raises(ProblemError) as caught:
        await half.conversations.get(alice.actor, room)
    assert caught.value.code is Code.NOT_FOUND


async def test_a_stranger_sees_lists_and_fetches_nothing(half: DeliveryHalf) -> None:
    alice, eve = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    wanted = SetMemberRole(MemberRole.ADMIN)
    for attempt in (
        half.conversations.get(eve.actor, room),
        half.conversations.group(eve.actor, room),
        half.conversations.tree(eve.actor, room, 0),
        half.conversations.set_role(eve.actor, room, eve.user, wanted),
    ):
        with pytest.raises(ProblemError) as caught:
            await attempt
        assert caught.value.code is Code.NOT_FOUND
    assert (await half.conversations.list(eve.actor)).conversations == []


async def test_a_direct_conversation_is_with_one_other_person_who_is_there(
    half: DeliveryHalf,
) -> None:
    alice, gone = await half.member(1), await half.member(2)
    await half.change("UPDATE person SET active = 0 WHERE id = :id", id=gone.user)

    async def code(peer: Member | None) -> Code:
        with pytest.raises(ProblemError) as caught:
            await half.converse(alice, kind=ConversationKind.DIRECT, peer=peer)
        return caught.value.code

    assert [await code(peer) for peer in (None, alice, gone)] == [
        Code.INVALID,
        Code.INVALID,
        Code.NOT_FOUND,
    ]
    with pytest.raises(ProblemError) as caught:
        await half.converse(alice, peer=gone)
    assert caught.value.detail == "a group has no peer"


async def test_of_two_who_begin_to_talk_at_once_one_begins(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    done = await asyncio.gather(
        half.converse(alice, 1, ConversationKind.DIRECT, bob),
        half.converse(bob, 2, ConversationKind.DIRECT, alice),
        return_exceptions=True,
    )
    assert [each.code for each in done if isinstance(each, ProblemError)] == [Code.CONFLICT]
    assert await half.sql("SELECT count(*) FROM conversation") == [(1,)]


async def test_an_ended_device_makes_none(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    await half.change("UPDATE device SET revoked = 1 WHERE id = :id", id=alice.device)
    with pytest.raises(ProblemError) as caught:
        await half.converse(alice)
    assert caught.value.code is Code.REVOKED
    assert await half.sql("SELECT count(*) FROM audit_event") == [(0,)]


async def test_roles_are_an_admins_to_give_and_one_admin_stays(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    set_role, admin, member = half.conversations.set_role, MemberRole.ADMIN, MemberRole.MEMBER
    for by, user, role, code in (
        (bob, bob.user, admin, Code.FORBIDDEN),
        (alice, NOBODY, admin, Code.NOT_FOUND),
        (alice, alice.user, member, Code.CONFLICT),
    ):
        with pytest.raises(ProblemError) as caught:
            await set_role(by.actor, room, user, SetMemberRole(role))
        assert caught.value.code is code
    for role in (admin, admin, member):
        await set_role(alice.actor, room, bob.user, SetMemberRole(role))
    changed = "SELECT count(*) FROM audit_event WHERE event = 'room.role_changed'"
    assert await half.sql(changed) == [(2,)]


async def test_of_two_admins_who_resign_at_once_one_stays(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    set_role = half.conversations.set_role
    await set_role(alice.actor, room, bob.user, SetMemberRole(MemberRole.ADMIN))
    done = await asyncio.gather(
        *(
            set_role(each.actor, room, each.user, SetMemberRole(MemberRole.MEMBER))
            for each in (alice, bob)
        ),
        return_exceptions=True,
    )
    assert [each.code for each in done if isinstance(each, ProblemError)] == [Code.CONFLICT]
