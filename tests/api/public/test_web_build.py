"""Each build is said once in the key directory, and anybody is shown the proof."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from teamchat.identity import statements
from teamchat.identity.statements import WebBuilt
from teamchat.server.routes.public import web_client as routes
from teamchat.transparency import Policy, TLogProof, VerifierKey, leaf_hash, verify_extension
from teamchat.wire.web_build import PAGES, WebBuild
from tests.support import web_client
from tests.support.server import RunningServer, running_server


async def shown(server: RunningServer, known: str = "0") -> WebBuild:
    async with server.http.get(f"{server.url}/v1/web?known={known}") as got:
        assert got.status == 200
        return msgspec.json.decode(await got.read(), type=WebBuild)


async def test_a_build_is_proved_to_who_has_no_account(tmp_path: Path) -> None:
    built = web_client.build(tmp_path / "built")
    async with running_server(tmp_path, built) as server:
        first = await shown(server)
        proof, key = TLogProof.decode(first.proof.encode()), VerifierKey.parse(first.key)
        before = proof.verify(leaf_hash(proof.extra), Policy(key)).signed.checkpoint.head
        said = statements.decode(proof.extra)
        assert isinstance(said, WebBuilt)
        assert said.version == "0.1.0"
        assert said.manifest == hashlib.sha256((built / "manifest.json").read_bytes()).digest()
        assert first.manifest.encode() == (built / "manifest.json").read_bytes()
        for name in ("anna", "wei", "mara"):
            await server.add_device(await server.enter(name, await server.create(name)))
        later = await shown(server, str(before.size))
        after = TLogProof.decode(later.proof.encode()).verify(leaf_hash(proof.extra), Policy(key))
        head = after.signed.checkpoint.head
        assert head.size > before.size
        verify_extension(before, head, later.continues)
        for none in ("0", str(head.size), str(head.size + 1), "999999999999999"):
            assert (await shown(server, none)).continues == ()


@pytest.mark.parametrize("known", ["", "-1", "1.5", "01", "x", "9" * 16])
async def test_a_size_is_a_number(tmp_path: Path, known: str) -> None:
    built = web_client.build(tmp_path / "built")
    async with (
        running_server(tmp_path, built) as server,
        server.http.get(f"{server.url}/v1/web?known={known}") as got,
    ):
        assert got.status == 422


async def test_each_build_is_said_once(tmp_path: Path) -> None:
    from teamchat.clock import SystemClock
    from teamchat.server.main import serving
    from teamchat.server.settings import load
    from tests.support.server import CHEAP, NOT_BUILT

    built = web_client.build(tmp_path / "built")
    settings = load(None, {}, server_data=str(tmp_path / "server"), server_port=0, **CHEAP)
    places = []
    for step in ("first", "again", "without", "again", "other", "other"):
        if step == "other":
            (built / "manifest.json").write_text(json.dumps(web_client.manifest(), indent=2))
        where = NOT_BUILT if step == "without" else built
        async with serving(settings, clock=SystemClock(), built=where) as parts:
            if step != "without":
                found = await parts.services.web_builds.shown(0)
                places.append(TLogProof.decode(found.proof.encode()).index)
    assert places == [0, 0, 0, 1, 1]


async def test_who_hands_out_nothing_says_nothing(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as server,
        server.http.get(f"{server.url}/v1/web") as got,
    ):
        assert got.status == 404


def test_every_address_of_a_page_is_compared() -> None:
    pages = {each.path for each in routes.routes.endpoints if each.gives is str}
    assert pages == {*PAGES}
