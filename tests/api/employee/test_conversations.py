import os
import time
from pathlib import Path

import msgspec
import pytest

from teamchat.ids import ConversationId, identifier, identifier_bytes
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.group.create import create_group
from teamchat.mls.group.info import group_info
from teamchat.server.services.certified import Certified
from teamchat.wire.bodies import (
    Conversation,
    ConversationKind,
    Conversations,
    CreateConversation,
    Group,
    MemberRole,
    SetMemberRole,
)
from tests.support.server import Answered, Person, RunningServer, bundle_of, running_server


def group_of(
    person: Person, kind: ConversationKind = ConversationKind.GROUP, peer: str | None = None
) -> CreateConversation:
    """Make a real group of one, as the first step of a conversation."""
    crypto, conversation = DefaultCrypto(), ConversationId(identifier(os.urandom(16)))
    group = create_group(
        crypto,
        group_id=identifier_bytes(conversation),
        suite=cipher_suite(1),
        bundle=bundle_of(person.certificate, person.device_key),
        authentication=Certified(),
        now=int(time.time()),
    )
    return CreateConversation(
        conversation, kind, group_info(crypto, group), group.tree.encode(), peer
    )


async def create(server: RunningServer, person: Person, wanted: CreateConversation) -> Answered:
    return await server.call("POST", "/v1/conversations", wanted, token=person.token)


async def test_a_group_is_created_listed_and_described(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        wanted = group_of(mei)
        made = (await create(server, mei, wanted)).read(Conversation)
        assert (made.id, made.epoch, made.joined) == (wanted.id, 0, True)
        assert [(each.user, each.role, each.devices) for each in made.members] == [
            (mei.user, MemberRole.ADMIN, [mei.device])
        ]
        path = f"/v1/conversations/{wanted.id}"
        listed = (await server.call("GET", "/v1/conversations", token=mei.token)).read(
            Conversations
        )
        assert listed.conversations == [made]
        assert (await server.call("GET", path, token=mei.token)).read(Conversation) == made
        group = (await server.call("GET", path + "/group", token=mei.token)).read(Group)
        assert (group.group_info, group.ratchet_tree) == (wanted.group_info, wanted.ratchet_tree)


async def test_the_same_request_again_makes_no_second_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        wanted = group_of(mei)
        first, again = await create(server, mei, wanted), await create(server, mei, wanted)
        assert (first.status, again.status) == (201, 201)
        assert first.body == again.body


async def test_what_is_not_mine_is_not_there(tmp_path: Path) -> None:
    """A foreign conversation looks like one that does not exist, for everything."""
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        eve = await server.add_device(await server.invite("eve"))
        wanted = group_of(mei)
        await create(server, mei, wanted)
        before = await server.audited()
        bodies = set()
        for which in (wanted.id, identifier(os.urandom(16))):
            path = f"/v1/conversations/{which}"
            for method, address, body in (
                ("GET", path, None),
                ("GET", path + "/group", None),
                ("GET", path + "/tree/1", None),
                ("PUT", f"{path}/members/{eve.user}", SetMemberRole(MemberRole.ADMIN)),
            ):
                got = await server.call(method, address, body, token=eve.token)
                assert (got.status, got.problem) == (404, "not-found"), address
                bodies.add(got.body)
        listed = await server.call("GET", "/v1/conversations", token=eve.token)
        assert listed.read(Conversations).conversations == []
        assert await server.audited() == before
        again = await create(server, eve, msgspec.structs.replace(group_of(eve), id=wanted.id))
        assert again.status in {409, 422}


async def test_a_group_that_is_none_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        eve = await server.add_device(await server.invite("eve"))
        good, replaced = group_of(mei), msgspec.structs.replace
        bent = bytearray(good.group_info)
        bent[-1] ^= 1
        for wanted in (
            replaced(good, group_info=b"nonsense"),
            replaced(good, ratchet_tree=b"\x00"),
            replaced(good, group_info=bytes(bent)),
            replaced(good, ratchet_tree=group_of(mei).ratchet_tree),
            replaced(good, id=identifier(os.urandom(16))),
        ):
            got = await create(server, mei, wanted)
            assert (got.status, got.problem) == (422, "invalid")
        assert (await create(server, eve, good)).status in {403, 422}
        listed = await server.call("GET", "/v1/conversations", token=mei.token)
        assert listed.read(Conversations).conversations == []
        assert (await create(server, mei, good)).status == 201


async def test_two_people_have_one_direct_conversation(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        wanted = group_of(mei, ConversationKind.DIRECT, ben.user)
        assert (await create(server, mei, wanted)).status == 201
        other = group_of(ben, ConversationKind.DIRECT, mei.user)
        assert (await create(server, ben, other)).problem == "conflict"


@pytest.mark.parametrize("epoch", ["-1", "x", "9" * 30, "1.5"])
async def test_an_epoch_that_is_none(tmp_path: Path, epoch: str) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        wanted = group_of(mei)
        await create(server, mei, wanted)
        path = f"/v1/conversations/{wanted.id}/tree/{epoch}"
        assert (await server.call("GET", path, token=mei.token)).problem == "not-found"


async def test_the_last_admin_stays_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        wanted = group_of(mei)
        await create(server, mei, wanted)
        path = f"/v1/conversations/{wanted.id}/members/{mei.user}"
        got = await server.call("PUT", path, SetMemberRole(MemberRole.MEMBER), token=mei.token)
        assert got.problem == "conflict"
