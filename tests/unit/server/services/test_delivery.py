import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from teamchat.ids import DeviceId
from teamchat.server.auth.limits import Limit
from teamchat.server.services.admission import Accepted, Refused
from teamchat.server.services.announcements import InboxGrew, Joined, Left, Logged
from teamchat.server.services.leavers import TOGETHER_SECONDS
from teamchat.server.storage.queries import registration
from teamchat.wire.bodies import ConversationKind, MemberRole, SetMemberRole
from teamchat.wire.frames import InboxKind, Kind, NackCode, Send
from teamchat.wire.limits import MESSAGE_BYTES
from teamchat.wire.problems import Code, ProblemError
from tests.support.delivery import DeliveryHalf, Member, PlainLeaf, PlainMessage, delivery_half


@pytest.fixture
async def half(tmp_path: Path) -> AsyncIterator[DeliveryHalf]:
    async with delivery_half(tmp_path) as opened:
        yield opened


def code(answer: Accepted | Refused) -> NackCode:
    assert isinstance(answer, Refused), answer
    return answer.code


def seq(answer: Accepted | Refused) -> int:
    assert isinstance(answer, Accepted), answer
    return answer.seq


async def events(half: DeliveryHalf) -> list[str]:
    return [str(row[0]) for row in await half.sql("SELECT event FROM audit_event ORDER BY n")]


async def test_messages_are_numbered_in_the_order_they_are_accepted(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room = await half.converse(alice)
    answers = [await half.say(alice, room, 0) for _ in range(3)]
    assert [seq(answer) for answer in answers] == [1, 2, 3]
    logged = [each for each in half.announced if isinstance(each, Logged)]
    assert [each.seq for each in logged] == [1, 2, 3]
    assert await half.sql("SELECT next_seq FROM conversation") == [(4,)]


async def test_the_same_client_id_is_accepted_once(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room = await half.converse(alice)
    message = alice.message(room, 0)
    first = await half.send(alice, message, b"i" * 16)
    half.clock.advance(60)
    second = await half.send(alice, message, b"i" * 16)
    assert isinstance(first, Accepted)
    assert second == Accepted(first.seq, first.time_ms, duplicate=True)
    assert await half.sql("SELECT count(*) FROM message") == [(1,)]
    assert len([each for each in half.announced if isinstance(each, Logged)]) == 1


async def test_many_at_once_get_places_without_gaps(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room = await half.converse(alice)
    answers = await asyncio.gather(*(half.say(alice, room, 0) for _ in range(300)))
    assert sorted(seq(answer) for answer in answers) == list(range(1, 301))


async def test_of_two_commits_of_one_epoch_one_is_accepted(half: DeliveryHalf) -> None:
    alice, phone = await half.member(1), await half.member(1, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[phone])
    answers = await asyncio.gather(*(half.commit(each, room, 1) for each in (alice, phone)))
    won = [each for each in answers if isinstance(each, Accepted)]
    lost = [each for each in answers if isinstance(each, Refused)]
    assert [each.seq for each in won] == [2]
    assert lost == [Refused(NackCode.STALE_EPOCH, epoch=2, head=2)]


async def test_application_messages_may_be_five_epochs_old(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room = await half.converse(alice)
    for epoch in range(6):
        await half.commit(alice, room, epoch)
    assert seq(await half.say(alice, room, 6)) == 7
    assert seq(await half.say(alice, room, 1)) == 8
    assert code(await half.say(alice, room, 0)) is NackCode.STALE_EPOCH
    assert code(await half.say(alice, room, 7)) is NackCode.STALE_EPOCH


async def test_an_add_delivers_the_welcome_the_tree_and_the_log_from_there(
    half: DeliveryHalf,
) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.say(alice, room, 0)
    half.announced.clear()
    assert seq(await half.commit(alice, room, 0, add=[bob])) == 2
    first, items = await half.inboxes.read(bob.device, 0)
    assert (first, len(items)) == (1, 1)
    item = items[0]
    assert (item.kind, item.conversation, item.seq, item.epoch) == (
        InboxKind.WELCOME,
        room,
        2,
        1,
    )
    assert item.body == b"welcome " + bob.device.encode()
    assert await half.conversations.tree(bob.actor, room, 1) == b"tree"
    spans = await half.cursors.spans(bob.device)
    assert [(span.from_seq, span.to_seq) for span in spans] == [(3, None)]
    shown = await half.conversations.get(bob.actor, room)
    assert shown.joined
    assert {each.user: each.role for each in shown.members} == {
        alice.user: MemberRole.ADMIN,
        bob.user: MemberRole.MEMBER,
    }
    kinds = [type(each) for each in half.announced]
    assert kinds == [Logged, InboxGrew, Joined]
    assert await events(half) == ["room.created", "room.member_added"]


async def test_the_tree_goes_with_the_last_welcome_to_it(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    await half.cursors.acknowledge(bob.device, {}, 1)
    assert await half.conversations.tree(carol.actor, room, 1) == b"tree"
    with pytest.raises(ProblemError) as refused:
        await half.conversations.tree(bob.actor, room, 1)
    assert refused.value.code is Code.NOT_FOUND
    await half.cursors.acknowledge(carol.device, {}, 1)
    assert await half.sql("SELECT count(*) FROM tree") == [(0,)]


async def test_who_is_removed_reads_up_to_the_commit_that_removes_them(
    half: DeliveryHalf,
) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    half.announced.clear()
    assert seq(await half.commit(alice, room, 1, remove=[bob])) == 2
    assert [type(each) for each in half.announced] == [Logged, Left, InboxGrew]
    spans = await half.cursors.spans(bob.device)
    assert [(span.from_seq, span.to_seq) for span in spans] == [(2, 2)]
    assert code(await half.say(bob, room, 2)) is NackCode.UNKNOWN_CONVERSATION
    with pytest.raises(ProblemError):
        await half.conversations.get(bob.actor, room)
    _, items = await half.inboxes.read(bob.device, 1)
    assert [item.kind for item in items] == [InboxKind.CONVERSATION_LEFT]
    assert (await events(half))[-1] == "room.member_removed"


async def test_a_member_may_not_add_or_remove_others(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    assert code(await half.commit(bob, room, 1, add=[carol])) is NackCode.FORBIDDEN
    assert code(await half.commit(bob, room, 1, remove=[alice])) is NackCode.FORBIDDEN
    assert code(await half.commit(bob, room, 1, extra="extensions")) is NackCode.FORBIDDEN
    assert code(await half.commit(alice, room, 1, extra="reinit")) is NackCode.FORBIDDEN
    assert code(await half.commit(alice, room, 1, extra="psk")) is NackCode.FORBIDDEN
    assert await half.sql("SELECT epoch, next_seq FROM conversation") == [(1, 2)]
    assert (await events(half)).count("mls.commit_rejected") == 5


async def test_own_devices_come_and_go_freely(half: DeliveryHalf) -> None:
    alice, bob, phone = await half.member(1), await half.member(2), await half.member(2, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    assert seq(await half.commit(bob, room, 1, add=[phone])) == 2
    assert seq(await half.commit(bob, room, 2, remove=[phone])) == 3
    assert (await half.conversations.get(bob.actor, room)).members[0].devices


async def test_anybody_carries_out_that_somebody_leaves(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    leave = msgspec.structs.replace(bob.message(room, 1, Kind.PROPOSAL), remove=(bob.leaf,))
    assert seq(await half.send(bob, leave)) == 2
    assert seq(await half.commit(carol, room, 1, remove=[bob], by=bob)) == 3
    members = (await half.conversations.get(alice.actor, room)).members
    assert {each.user for each in members} == {alice.user, carol.user}


async def test_when_the_last_admin_leaves_somebody_becomes_one(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    leave = msgspec.structs.replace(alice.message(room, 1, Kind.PROPOSAL), remove=(alice.leaf,))
    await half.send(alice, leave)
    await half.commit(bob, room, 1, remove=[alice], by=alice)
    members = (await half.conversations.get(bob.actor, room)).members
    assert [(each.user, each.role) for each in members] == [(bob.user, MemberRole.ADMIN)]


async def test_a_direct_conversation_is_its_two_people(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    phone = await half.member(1, 1)
    room = await half.converse(alice, 0, ConversationKind.DIRECT, bob)
    assert code(await half.commit(alice, room, 0, add=[carol])) is NackCode.FORBIDDEN
    assert seq(await half.commit(alice, room, 0, add=[bob])) == 1
    assert seq(await half.commit(bob, room, 1, add=[phone])) == 2
    assert code(await half.commit(bob, room, 2, remove=[alice])) is NackCode.FORBIDDEN
    leave = msgspec.structs.replace(bob.message(room, 2, Kind.PROPOSAL), remove=(bob.leaf,))
    assert code(await half.send(bob, leave)) is NackCode.FORBIDDEN
    with pytest.raises(ProblemError) as again:
        await half.converse(bob, 1, ConversationKind.DIRECT, alice)
    assert again.value.code is Code.CONFLICT


async def test_a_device_of_a_member_joins_by_itself_and_nobody_else(half: DeliveryHalf) -> None:
    alice, phone, bob = await half.member(1), await half.member(1, 1), await half.member(2)
    room = await half.converse(alice)
    joined = await half.commit(phone, room, 0, joins=True)
    assert seq(joined) == 1
    assert [span.from_seq for span in await half.cursors.spans(phone.device)] == [2]
    stranger = await half.commit(bob, room, 1, joins=True)
    assert code(stranger) is NackCode.UNKNOWN_CONVERSATION
    sweeping = await half.commit(phone, room, 1, joins=True, remove=[alice])
    assert code(sweeping) is NackCode.FORBIDDEN
    again = await half.commit(phone, room, 1, joins=True, remove=[phone])
    assert seq(again) == 2
    assert [span.to_seq for span in await half.cursors.spans(phone.device)] == [None]


async def test_an_ended_device_is_taken_out_by_anybody_and_its_person_is_taken_in_again(
    half: DeliveryHalf,
) -> None:
    """Whoever has no leaf comes in by a member: clients know the members by their leaves alone."""
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    assert code(await half.commit(carol, room, 1, remove=[bob])) is NackCode.FORBIDDEN
    await half.change("UPDATE device SET revoked = 5 WHERE id = :id", id=bob.device)
    assert code(await half.say(bob, room, 1)) is NackCode.FORBIDDEN
    assert seq(await half.commit(carol, room, 1, remove=[bob])) == 2
    phone, dora = await half.member(2, 2), await half.member(4)
    assert code(await half.commit(phone, room, 2, joins=True)) is NackCode.FORBIDDEN
    assert code(await half.commit(carol, room, 2, add=[dora])) is NackCode.FORBIDDEN
    assert seq(await half.commit(carol, room, 2, add=[phone])) == 3


async def end(half: DeliveryHalf, member: Member) -> None:
    await half.database.write(
        lambda c: registration.revoke_device(c, member.user, member.device, now=5)
    )


async def test_nothing_is_said_in_an_epoch_that_an_ended_device_could_open(
    half: DeliveryHalf,
) -> None:
    alice, bob, carol, dora = [await half.member(each) for each in (1, 2, 3, 4)]
    room, other = await half.converse(alice), await half.converse(alice, 1)
    await half.commit(alice, room, 0, add=[bob, carol])
    before = alice.message(room, 1)
    assert seq(await half.send(alice, before, b"b" * 16)) == 2
    await end(half, bob)
    for epoch in (0, 1):
        answer = await half.say(alice, room, epoch)
        assert answer == Refused(NackCode.DEVICE_ENDED, epoch=1, head=2)
    assert code(await half.say(alice, room, 2)) is NackCode.STALE_EPOCH
    assert code(await half.say(bob, room, 1)) is NackCode.FORBIDDEN
    assert seq(await half.send(alice, before, b"b" * 16)) == 2  # it was taken before
    assert seq(await half.say(alice, other, 0)) == 1
    assert seq(await half.commit(alice, room, 1, add=[dora])) == 3  # it leaves the device in
    assert code(await half.say(alice, room, 2)) is NackCode.DEVICE_ENDED
    assert seq(await half.commit(carol, room, 2, remove=[bob])) == 4
    for epoch in (1, 2):
        assert await half.say(alice, room, epoch) == Refused(NackCode.STALE_EPOCH, epoch=3, head=4)
    assert seq(await half.say(alice, room, 3)) == 5
    assert seq(await half.commit(carol, room, 3)) == 6
    assert seq(await half.say(alice, room, 3)) == 7  # old epochs are taken as ever


async def test_whether_a_message_or_the_end_of_a_device_comes_first_nothing_slips_between(
    half: DeliveryHalf,
) -> None:
    alice, bob = [await half.member(each) for each in (1, 2)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    said = [half.say(alice, room, 1) for _ in range(40)]
    answers = await asyncio.gather(*said[:20], end(half, bob), *said[20:])
    taken = [each for each in answers if isinstance(each, Accepted)]
    refused = [each for each in answers if isinstance(each, Refused)]
    assert len(taken) + len(refused) == 40
    assert {each.code for each in refused} == {NackCode.DEVICE_ENDED}
    assert {each.head for each in refused} == {1 + len(taken)}  # none was taken after the end


async def test_who_has_left_the_company_is_no_member_when_their_device_is_out(
    half: DeliveryHalf,
) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    await half.change("UPDATE device SET revoked = 5 WHERE id = :id", id=bob.device)
    await half.change("UPDATE person SET active = 0 WHERE id = :id", id=bob.user)
    assert seq(await half.commit(carol, room, 1, remove=[bob])) == 2
    await half.change("UPDATE person SET active = 1 WHERE id = :id", id=bob.user)
    phone = await half.member(2, 2)
    assert code(await half.commit(carol, room, 2, add=[phone])) is NackCode.FORBIDDEN
    assert code(await half.commit(phone, room, 2, joins=True)) is NackCode.UNKNOWN_CONVERSATION


async def test_an_admin_who_is_absent_leaves_somebody_who_can_act(half: DeliveryHalf) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    await half.change("UPDATE device SET revoked = 5 WHERE id = :id", id=alice.device)
    assert seq(await half.commit(bob, room, 1, remove=[alice])) == 2
    dora = await half.member(4)
    assert seq(await half.commit(bob, room, 2, add=[dora])) == 3


async def test_a_commit_that_leaves_in_who_is_leaving_is_to_be_made_again(
    half: DeliveryHalf,
) -> None:
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    leave = msgspec.structs.replace(bob.message(room, 1, Kind.PROPOSAL), remove=(bob.leaf,))
    assert seq(await half.send(bob, leave)) == 2
    for member in (carol, alice):
        answer = await half.commit(member, room, 1)
        assert isinstance(answer, Refused)
        assert (answer.code, answer.epoch, answer.head) == (NackCode.STALE_EPOCH, 1, 2)
    assert seq(await half.commit(carol, room, 1, remove=[bob], by=bob)) == 3


async def test_who_cannot_be_taken_up_does_not_stop_a_group(half: DeliveryHalf) -> None:
    """The server cannot tell a proposal that every client drops from a good one."""
    alice, bob, carol = [await half.member(each) for each in (1, 2, 3)]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, carol])
    leave = msgspec.structs.replace(bob.message(room, 1, Kind.PROPOSAL), remove=(bob.leaf,))
    assert seq(await half.send(bob, leave)) == 2
    for member in (alice, carol):
        assert code(await half.commit(member, room, 1)) is NackCode.STALE_EPOCH
    half.clock.advance(TOGETHER_SECONDS)
    assert code(await half.commit(carol, room, 1, remove=[alice])) is NackCode.FORBIDDEN
    assert seq(await half.commit(alice, room, 1)) == 3
    assert seq(await half.commit(alice, room, 2, remove=[bob])) == 4


async def test_to_leave_is_said_once_in_an_epoch_and_nothing_else_is_proposed(
    half: DeliveryHalf,
) -> None:
    """Clients remember so many proposals only, and take up no other."""
    alice, bob, phone = await half.member(1), await half.member(2), await half.member(2, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob, phone])

    def proposal(by: Member, **wishes: object) -> PlainMessage:
        return msgspec.structs.replace(by.message(room, 1, Kind.PROPOSAL), **wishes)

    assert seq(await half.send(bob, proposal(bob, remove=(bob.leaf,)))) == 2
    assert seq(await half.send(bob, proposal(bob, remove=(phone.leaf,)))) == 3
    assert seq(await half.send(phone, proposal(phone, remove=(phone.leaf,)))) == 4
    again = await half.send(bob, proposal(bob, remove=(bob.leaf,), text=b"again"))
    assert isinstance(again, Refused)
    assert (again.code, again.epoch, again.head) == (NackCode.STALE_EPOCH, 1, 4)
    for by, wish in (
        (bob, {"extra": "renew"}),
        (bob, {"add": (phone.leaf,)}),
        (alice, {"remove": (bob.leaf,)}),
        (alice, {"extra": "extensions"}),
    ):
        assert code(await half.send(by, proposal(by, **wish))) is NackCode.FORBIDDEN


async def test_who_may_not_add_is_refused_before_anything_is_verified(half: DeliveryHalf) -> None:
    alice, bob, carol, tablet = [await half.member(*each) for each in ((1,), (2,), (3,), (2, 1))]
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    assert code(await half.commit(bob, room, 1, add=[carol], extra="broken")) is NackCode.FORBIDDEN
    assert code(await half.commit(bob, room, 1, add=[tablet], extra="broken")) is NackCode.INVALID
    await half.change("UPDATE device SET certificate = 'other' WHERE id = :id", id=tablet.device)
    for unknown in (tablet, replace(carol, leaf=msgspec.structs.replace(carol.leaf, device="x"))):
        answer = await half.commit(alice, room, 1, add=[unknown], extra="broken")
        assert code(answer) is NackCode.FORBIDDEN
    assert (await events(half)).count("mls.commit_rejected") == 4


async def test_a_person_has_so_many_proposals_verified_in_a_time(tmp_path: Path) -> None:
    async with delivery_half(tmp_path, rates=1) as half:
        alice, bob = await half.member(1), await half.member(2)
        room, other = await half.converse(alice), await half.converse(alice, 1)
        await half.commit(alice, room, 0, add=[bob])
        burst, per_second = Limit.PROPOSALS_BY_PERSON.rate
        many = msgspec.structs.replace(
            alice.message(room, 1, Kind.COMMIT), remove=(bob.leaf,) * burst, extra="broken"
        )
        assert code(await half.send(alice, many)) is NackCode.INVALID
        answer = await half.commit(alice, other, 0, add=[bob])
        assert isinstance(answer, Refused)
        assert (answer.code, answer.detail) == (NackCode.OVERLOADED, "too many proposals")
        assert seq(await half.commit(bob, room, 1, remove=[bob], joins=True)) == 2
        half.clock.advance(5 / per_second)
        assert seq(await half.commit(alice, other, 0, add=[bob])) == 1
        unknown = msgspec.structs.replace(
            alice.message(room, 2, Kind.COMMIT), add=(PlainLeaf(bob.user, DeviceId("x")),) * 100
        )
        assert code(await half.send(alice, unknown)) is NackCode.FORBIDDEN
        answer = await half.commit(alice, other, 1)
        assert isinstance(answer, Refused)
        assert answer.retry_ms > 90 / per_second * 1_000


async def test_whoever_joins_by_themselves_again_and_again_has_to_wait(tmp_path: Path) -> None:
    async with delivery_half(tmp_path, rates=1) as half:
        alice, *own = [await half.member(1, each) for each in range(3)]
        room = await half.converse(alice)
        most = Limit.RETURNS_BY_MEMBER.rate.burst
        for epoch in range(most):
            phone = own[epoch % 2]
            sweeping = await half.commit(phone, room, epoch, joins=True, remove=[alice])
            assert code(sweeping) is NackCode.FORBIDDEN
            assert seq(await half.commit(phone, room, epoch, joins=True)) == epoch + 1
        answer = await half.commit(own[0], room, most, joins=True)
        assert isinstance(answer, Refused)
        assert answer.code is NackCode.OVERLOADED
        assert answer.retry_ms > 60_000
        assert seq(await half.commit(alice, room, most)) == most + 1


async def test_who_is_no_admin_ends_few_epochs_so_that_others_get_their_turn(
    tmp_path: Path,
) -> None:
    """Whoever is far from the server is always a little late."""
    async with delivery_half(tmp_path, rates=1) as half:
        alice, bob, phone = await half.member(1), await half.member(2), await half.member(2, 1)
        room = await half.converse(alice)
        await half.commit(alice, room, 0, add=[bob, phone])
        burst, per_second = Limit.EPOCHS_BY_MEMBER.rate
        for epoch in range(1, burst + 1):
            assert code(await half.commit(bob, room, epoch, remove=[alice])) is NackCode.FORBIDDEN
            assert seq(await half.commit((bob, phone)[epoch % 2], room, epoch)) == epoch + 1
        for member in (bob, phone):
            answer = await half.commit(member, room, burst + 1)
            assert isinstance(answer, Refused)
            assert (answer.code, answer.detail) == (NackCode.OVERLOADED, "too many group changes")
            assert answer.retry_ms > 1_000
        for epoch in range(burst + 1, 3 * burst):
            assert seq(await half.commit(alice, room, epoch)) == epoch + 1
        half.clock.advance(1 / per_second)
        assert seq(await half.commit(bob, room, 3 * burst)) == 3 * burst + 1


async def test_an_ended_or_foreign_certificate_is_not_added(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.change("UPDATE device SET certificate = 'other' WHERE id = :id", id=bob.device)
    assert code(await half.commit(alice, room, 0, add=[bob])) is NackCode.FORBIDDEN
    carol = await half.member(3)
    await half.change("UPDATE person SET active = 0 WHERE id = :id", id=carol.user)
    assert code(await half.commit(alice, room, 0, add=[carol])) is NackCode.FORBIDDEN


async def test_nobody_sends_what_another_device_has_signed(half: DeliveryHalf) -> None:
    alice, phone = await half.member(1), await half.member(1, 1)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[phone])
    assert code(await half.send(phone, alice.message(room, 1, Kind.COMMIT))) is NackCode.FORBIDDEN


async def test_a_stranger_learns_nothing(half: DeliveryHalf) -> None:
    alice, mallory = await half.member(1), await half.member(9)
    room = await half.converse(alice)
    for kind in Kind:
        answer = await half.send(mallory, mallory.message(room, 7, kind))
        assert answer == Refused(NackCode.UNKNOWN_CONVERSATION), kind


async def test_form_and_size_are_checked_before_anything_else(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room, other = await half.converse(alice, 0), await half.converse(alice, 1)

    async def send(body: bytes, group_info: bytes = b"", welcome: bytes = b"") -> NackCode:
        wanted = Send(1, room, b"c" * 16, body, group_info, welcome)
        return code(await half.delivery.accept(alice.actor, wanted))

    plain = alice.message(room, 0)
    commit = alice.message(room, 0, Kind.COMMIT).encode()
    assert await send(b"\x00") is NackCode.INVALID
    assert await send(alice.message(other, 0).encode()) is NackCode.INVALID
    assert await send(commit) is NackCode.INVALID
    assert await send(plain.encode(), b"group info") is NackCode.INVALID
    large = msgspec.structs.replace(plain, text=bytes(MESSAGE_BYTES)).encode()
    assert await send(large) is NackCode.TOO_LARGE
    assert await half.sql("SELECT sum(next_seq) FROM conversation") == [(2,)]


async def test_a_broken_commit_is_invalid_and_noted(half: DeliveryHalf) -> None:
    alice = await half.member(1)
    room = await half.converse(alice)
    assert code(await half.commit(alice, room, 0, extra="broken")) is NackCode.INVALID
    assert (await events(half))[-1] == "mls.commit_rejected"


async def test_roles(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])

    async def change(by: Member, whom: Member, role: MemberRole) -> Code | None:
        try:
            await half.conversations.set_role(by.actor, room, whom.user, SetMemberRole(role))
        except ProblemError as error:
            return error.code
        return None

    assert await change(bob, bob, MemberRole.ADMIN) is Code.FORBIDDEN
    assert await change(alice, alice, MemberRole.MEMBER) is Code.CONFLICT
    assert await change(alice, bob, MemberRole.ADMIN) is None
    assert await change(bob, alice, MemberRole.MEMBER) is None
    assert await change(bob, await half.member(3), MemberRole.ADMIN) is Code.NOT_FOUND
    assert (await events(half)).count("room.role_changed") == 2


async def test_creating_the_same_conversation_again_changes_nothing(half: DeliveryHalf) -> None:
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.say(alice, room, 0)
    assert await half.converse(alice) == room
    with pytest.raises(ProblemError) as taken:
        await half.converse(bob)
    assert taken.value.code is Code.CONFLICT
    listed = (await half.conversations.list(alice.actor)).conversations
    assert [(each.id, each.head) for each in listed] == [(room, 1)]


async def test_messages_stop_before_the_disk_is_full_and_changes_of_groups_later(
    tmp_path: Path,
) -> None:
    free = shutil.disk_usage(Path()).free  # where `delivery_half` looks
    async with delivery_half(tmp_path, reserve=int(free * 1.5)) as half:
        alice, bob = await half.member(1), await half.member(2)
        room = await half.converse(alice)
        answer = await half.say(alice, room, 0)
        assert isinstance(answer, Refused)
        assert (answer.code, answer.retry_ms) == (NackCode.OVERLOADED, 60_000)
        assert answer.detail == "the server's disk is nearly full"
        assert seq(await half.commit(alice, room, 0, add=[bob])) == 1
        assert await half.sql("SELECT count(*) FROM message") == [(1,)]
    async with delivery_half(tmp_path, reserve=2**60) as half:
        alice = await half.member(1)
        assert code(await half.commit(alice, room, 1)) is NackCode.OVERLOADED
        with pytest.raises(ProblemError) as full:
            await half.converse(alice, 1)
        assert full.value.code is Code.STORAGE_FULL


async def test_a_person_has_one_rate_with_all_devices(tmp_path: Path) -> None:
    async with delivery_half(tmp_path, rates=1) as half:
        own = [await half.member(1, each) for each in range(4)]
        bob = await half.member(2)
        room = await half.converse(own[0])
        await half.commit(own[0], room, 0, add=[*own[1:], bob])
        taken = 0
        for member in own:
            for _ in range(Limit.SENDS_BY_DEVICE.rate.burst):
                taken += isinstance(await half.say(member, room, 1), Accepted)
        assert taken == Limit.SENDS_BY_PERSON.rate.burst - 1
        assert isinstance(await half.say(bob, room, 1), Accepted)
