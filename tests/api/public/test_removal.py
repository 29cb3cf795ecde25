"""A removed device is told so, with a proof; nobody else is told anything."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from teamchat.identity import removal_question, statements
from teamchat.identity.keys import DeviceKey
from teamchat.identity.statements import Removed
from teamchat.ids import DeviceId, identifier
from teamchat.server.services.removal_proofs import RemovalProofs
from teamchat.transparency import Policy, TLogProof, VerifierKey, leaf_hash
from teamchat.wire.bodies import KeyLog
from teamchat.wire.devices import AskRemoval, RemovalProof
from teamchat.wire.problems import Code, ProblemError
from tests.support.server import Answered, Person, RunningServer, running_server


def question(person: Person, *, key: DeviceKey | None = None, ago: int = 0) -> AskRemoval:
    now = int(time.time()) - ago
    signature = removal_question.sign(key or person.device_key, device=person.device, time=now)
    return AskRemoval(person.device, now, signature)


async def ask(server: RunningServer, asked: AskRemoval) -> Answered:
    return await server.call("POST", "/v1/devices/removal-proof", asked)


async def log_key(server: RunningServer) -> VerifierKey:
    got = await server.call("GET", "/v1/keys", token=server.admin_token)
    return VerifierKey.parse(got.read(KeyLog).key)


async def remove(server: RunningServer, person: Person) -> None:
    path = f"/v1/admin/users/{person.user}/devices/{person.device}"
    assert (await server.call("DELETE", path, token=server.admin_token)).status == 204


async def test_a_removed_device_gets_a_proof_that_needs_no_trust(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        await server.add_device(await server.invite("ben"))
        await remove(server, mei)
        got = await ask(server, question(mei))
        proof = TLogProof.decode(got.read(RemovalProof).proof.encode())
        proof.verify(leaf_hash(proof.extra), Policy(await log_key(server)))
        said = statements.decode(proof.extra)
        assert isinstance(said, Removed)
        assert (said.user, said.device, said.by) == (mei.user, mei.device, "")


async def wipes(server: RunningServer) -> list[tuple[str, str, str, str]]:
    return [each for each in await server.audited() if each[0] == "device.wiped"]


async def test_that_a_device_was_given_its_proof_is_audited_once(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        await remove(server, mei)
        assert (await ask(server, question(ben))).problem == "not-found"
        assert (await ask(server, question(mei, key=ben.device_key))).problem == "invalid"
        assert await wipes(server) == []
        answers = await asyncio.gather(*(ask(server, question(mei)) for _ in range(8)))
        assert {each.status for each in answers} == {200}
        assert (await ask(server, question(mei))).status == 200
        said = [("device.wiped", mei.device, mei.device, '{"confirmed":false}')]
        assert await wipes(server) == said
        await remove(server, ben)
        assert len(await wipes(server)) == 1


async def test_a_device_is_told_though_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        await remove(server, mei)

        def full(*_: object) -> None:
            raise ProblemError(Code.STORAGE_FULL, "The server's disk is full.")

        with monkeypatch.context() as kept:
            kept.setattr(RemovalProofs, "_note", full)
            assert (await ask(server, question(mei))).status == 200
        assert await wipes(server) == []
        assert (await ask(server, question(mei))).status == 200
        assert len(await wipes(server)) == 1


async def test_so_does_the_device_of_somebody_who_was_deactivated(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        path = f"/v1/admin/users/{mei.user}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        assert (await ask(server, question(mei))).status == 200


async def test_a_device_that_was_not_removed_gets_none(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        assert (await ask(server, question(mei))).problem == "not-found"
        assert (await server.call("POST", "/v1/logout", token=mei.token)).status == 204
        assert (await ask(server, question(mei))).problem == "not-found"


async def test_nobody_asks_for_a_device_without_its_key_or_at_another_time(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        await remove(server, mei)
        stranger = Person(mei.user, "x", "", mei.identity, DeviceId(identifier(os.urandom(16))))
        for asked in (
            question(mei, key=DeviceKey(os.urandom(32))),
            question(mei, ago=2 * 86_400),
            question(mei, ago=-2 * 86_400),
            question(stranger),
        ):
            assert (await ask(server, asked)).problem == "invalid"


async def test_it_is_not_asked_without_end(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        mei = await server.add_device(await server.invite("mei"))
        await remove(server, mei)
        answers = [await ask(server, question(mei)) for _ in range(11)]
        assert {each.status for each in answers[:10]} == {200}
        assert answers[10].problem == "too-many-requests"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"device":"x"}'])
async def test_what_is_no_question_is_refused(tmp_path: Path, body: bytes) -> None:
    async with running_server(tmp_path) as server:
        headers = {"Content-Type": "application/json"}
        got = await server.call("POST", "/v1/devices/removal-proof", body, headers=headers)
        assert got.status in {400, 422}
