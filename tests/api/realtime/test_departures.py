"""Who goes, who stays and who comes back: real groups on a real server."""

from dataclasses import replace
from pathlib import Path

import pytest

from teamchat.mls.errors import MlsError
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import GroupState, commit, join, join_external, process
from teamchat.mls.group.propose import propose_remove
from teamchat.mls.group.received import RemovedFromGroup
from teamchat.mls.messages.proposals import Add, Remove
from teamchat.server.services import leavers
from teamchat.wire.bodies import Conversation, Group
from teamchat.wire.frames import Nack, NackCode, Sent
from tests.support.rooms import AUTHENTICATION, CRYPTO, SUITE, Room, now, room
from tests.support.server import bundle_of


async def take_in(made: Room, name: str) -> bytes:
    """Let anna add somebody; return the commit."""
    person = made.people[name]
    bundle = bundle_of(person.certificate, person.device_key)
    state = made.states["anna"]
    pending = commit(
        CRYPTO, state, proposals=[Add(bundle.key_package)], authentication=AUTHENTICATION, now=now()
    )
    assert pending.welcome is not None
    answer = await made.lines["anna"].send(
        made.id, pending.message, group_info=pending.group_info, welcome=pending.welcome
    )
    assert isinstance(answer, Sent), answer
    made.states["anna"] = pending.adopt(state)
    made.states[name] = join(
        CRYPTO, pending.welcome, {bundle.key_package.reference(CRYPTO, SUITE): bundle},
        ratchet_tree=pending.ratchet_tree, authentication=AUTHENTICATION, now=now(),
    )  # fmt: skip
    made.lines[name] = await (await made.line(name)).sync()
    return pending.message


def heard(state: GroupState, message: bytes) -> GroupState:
    received = process(CRYPTO, state, message, authentication=AUTHENTICATION, now=now())
    assert not isinstance(received, RemovedFromGroup)
    return received.state


def leaf_of(made: Room, name: str, state: GroupState) -> int:
    certificate = made.people[name].certificate
    return next(
        each.leaf
        for each in state.members()
        if getattr(each.credential, "identity", None) == certificate
    )


async def committed(made: Room, name: str, *wishes: Remove) -> Sent | Nack:
    state = made.states[name]
    pending = commit(CRYPTO, state, proposals=wishes, authentication=AUTHENTICATION, now=now())
    answer = await made.lines[name].send(made.id, pending.message, group_info=pending.group_info)
    if isinstance(answer, Sent):
        made.states[name] = pending.adopt(state)
    return answer


async def test_a_commit_without_who_is_leaving_is_refused_and_the_next_has_them(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as made:
        added = await take_in(made, "eve")
        bo = heard(made.states["bo"], added)
        proposal = propose_remove(CRYPTO, bo, leaf_of(made, "bo", bo)).message
        said = await made.lines["bo"].send(made.id, proposal)
        assert isinstance(said, Sent)
        for _ in range(3):
            answer = await committed(made, "eve")
            assert isinstance(answer, Nack)
            assert (answer.code, answer.head) == (NackCode.STALE_EPOCH, said.seq)
        made.states["eve"] = heard(made.states["eve"], proposal)
        assert isinstance(await committed(made, "eve"), Sent)
        group = await made.server.call(
            "GET", f"/v1/conversations/{made.id}/group", token=made.people["bo"].token
        )
        assert group.status == 404


async def test_a_departure_that_nobody_can_read_stops_nobody_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leavers, "ALONE_SECONDS", 0.0)
    async with room(tmp_path) as made:
        bo = heard(made.states["bo"], await take_in(made, "eve"))
        message = unwrap(propose_remove(CRYPTO, bo, leaf_of(made, "bo", bo)).message)
        assert isinstance(message, PublicMessage)
        false = wrap(replace(message, membership_tag=bytes(32)))
        assert isinstance(await made.lines["bo"].send(made.id, false), Sent)
        with pytest.raises(MlsError):
            heard(made.states["eve"], false)
        answer = await committed(made, "eve")
        assert isinstance(answer, Nack)
        assert answer.code is NackCode.STALE_EPOCH
        assert isinstance(await committed(made, "eve"), Sent)


async def lose_bo(made: Room) -> None:
    """Let Bo's only device end, and Eve take it out."""
    await take_in(made, "eve")
    bo = made.people["bo"]
    lost = leaf_of(made, "bo", made.states["eve"])
    ended = await made.server.call("DELETE", f"/v1/me/devices/{bo.device}", token=bo.token)
    assert ended.status == 204
    assert isinstance(await committed(made, "eve", Remove(lost)), Sent)


async def members(made: Room) -> dict[str, int]:
    """Return who is a member, and with how many devices."""
    path = f"/v1/conversations/{made.id}"
    got = await made.server.call("GET", path, token=made.people["eve"].token)
    return {each.user: len(each.devices) for each in got.read(Conversation).members}


async def test_a_last_leaf_goes_and_its_person_stays_a_member_and_is_taken_in_again(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as made:
        await lose_bo(made)
        bo = made.people["bo"]
        assert (await members(made))[bo.user] == 0
        bo.token = (await made.server.log_in("bo")).token
        await made.server.add_device(bo)
        path = f"/v1/conversations/{made.id}/group"
        group = (await made.server.call("GET", path, token=bo.token)).read(Group)
        back = join_external(
            CRYPTO, group.group_info, bundle_of(bo.certificate, bo.device_key),
            ratchet_tree=group.ratchet_tree, authentication=AUTHENTICATION, now=now(),
        )  # fmt: skip
        line = await (await made.line("bo")).sync()
        answer = await line.send(made.id, back.message, group_info=back.group_info)
        assert isinstance(answer, Nack)
        assert answer.code is NackCode.FORBIDDEN
        bundle, state = bundle_of(bo.certificate, bo.device_key), made.states["eve"]
        again = commit(
            CRYPTO, state, proposals=[Add(bundle.key_package)],
            authentication=AUTHENTICATION, now=now(),
        )  # fmt: skip
        answer = await made.lines["eve"].send(
            made.id, again.message, group_info=again.group_info, welcome=again.welcome or b""
        )
        assert isinstance(answer, Sent)
        assert (await members(made))[bo.user] == 1


async def test_an_admin_removes_a_member_who_has_no_device_and_nobody_else_does(
    tmp_path: Path,
) -> None:
    async with room(tmp_path) as made:
        await lose_bo(made)
        people, call = made.people, made.server.call
        path = f"/v1/conversations/{made.id}/members"
        bo = f"{path}/{people['bo'].user}"
        assert (await call("DELETE", bo, token=people["eve"].token)).problem == "forbidden"
        eve = f"{path}/{people['eve'].user}"
        assert (await call("DELETE", eve, token=people["anna"].token)).problem == "conflict"
        stranger = await made.server.add_device(await made.server.invite("stranger"))
        assert (await call("DELETE", bo, token=stranger.token)).problem == "not-found"
        for _ in range(2):
            assert (await call("DELETE", bo, token=people["anna"].token)).status == 204
        assert people["bo"].user not in await members(made)
        kicks = [row for row in await made.server.audited() if '"cause":"kick"' in row[3]]
        assert len(kicks) == 1
