"""`teamchat verify-web` against a real server, and against ones that give something else."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from teamchat.cli.failure import Exit
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.client.invitation import read_invitation
from teamchat.identity import statements
from teamchat.identity.statements import WebBuilt
from teamchat.transparency import TLogProof
from teamchat.wire.web_build import WebBuild
from tests.support import web_client
from tests.support.desk import Desk
from tests.support.fake_doors import FakeDoors
from tests.support.hostile_proxy import stolen_key
from tests.support.lying_web import LyingWeb, lying_web
from tests.support.server import RunningServer, running_server
from tests.support.tlog import StoredLog

SCRIPT = "/assets/app-0123.js"


@asynccontextmanager
async def served(tmp_path: Path) -> AsyncIterator[tuple[RunningServer, LyingWeb]]:
    built = web_client.build(tmp_path / "built")
    async with (
        running_server(tmp_path / "server", built) as server,
        lying_web(server.url) as liar,
    ):
        yield server, liar


async def verify(url: str, *arguments: str) -> Result:
    """Run the command in a thread: the server is in this loop."""
    return await asyncio.to_thread(
        CliRunner().invoke,
        teamchat,
        ["verify-web", url, *arguments],
        obj=Invocation(FakeDoors(logged_in=False)),
    )


async def invited(server: RunningServer, tmp_path: Path) -> str:
    """Return the file of an invitation link, which nobody has used yet."""
    file = tmp_path / "invitation"
    link = server.founded.invitation.link
    file.write_text(link)
    return str(file)


async def key_of(server: RunningServer) -> str:
    promise = read_invitation(server.founded.invitation.link).promise
    assert promise is not None
    return promise.key.vkey


async def test_without_an_account_it_is_said_what_to_compare_with() -> None:
    nobody = await verify("https://chat.example")
    assert nobody.exit_code == Exit.USAGE
    said = " ".join(nobody.stderr.split())
    assert all(way in said for way in ("--link-file", "--log-key", "--manifest"))


async def test_a_server_that_hands_out_what_its_log_names(tmp_path: Path) -> None:
    async with served(tmp_path) as (server, liar):
        with_link = await verify(liar.url, "--link-file", await invited(server, tmp_path))
        assert with_link.exit_code == Exit.DONE, with_link.stderr
        assert "hands out the web client that the list of devices names" in with_link.stdout
        assert "Somebody else can be given something else" in " ".join(with_link.stderr.split())
        assert {agent[:7] for path, agent, _ in liar.asked if path == SCRIPT} == {
            "teamcha",
            "Mozilla",
        }
        assert any(cookie for path, _, cookie in liar.asked if path == SCRIPT)
        told = await verify(server.url, "--log-key", await key_of(server), "--json")
        seen = json.loads(told.stdout)
        assert (told.exit_code, seen["version"], seen["index"]) == (0, "0.1.0", 0)
        assert (seen["files"], seen["differences"]) == (len(web_client.FILES), [])
        assert seen["log_key_known"] is True


async def test_without_anything_to_compare_with_nothing_is_claimed(tmp_path: Path) -> None:
    async with served(tmp_path) as (server, _):
        assert (await verify(server.url)).exit_code == Exit.USAGE
        own = str(tmp_path / "built" / "manifest.json")
        told = await verify(server.url, "--manifest", own)
        assert told.exit_code == Exit.DONE
        assert "the same, file for file" in told.stdout
        assert "was taken from the server itself" in told.stderr


async def test_a_build_of_ones_own_that_is_another(tmp_path: Path) -> None:
    async with served(tmp_path) as (server, _):
        own = web_client.build(tmp_path / "own")
        other = web_client.manifest(sha256="0" * 64)
        (own / "manifest.json").write_text(json.dumps({**other, "version": "0.2.0"}))
        told = await verify(server.url, "--manifest", str(own / "manifest.json"))
        assert told.exit_code == Exit.DIFFERS
        assert "Your own build is version 0.2.0, the server's is version 0.1.0" in told.stderr
        assert "index.html is another file in your own build" in told.stderr
        (own / "manifest.json").write_text("{}")
        told = await verify(server.url, "--manifest", str(own / "manifest.json"))
        assert told.exit_code == Exit.DIFFERS


def _evil_script(request: web.Request, honest: web.Response) -> web.Response | None:
    assert isinstance(honest.body, bytes)
    if request.path == SCRIPT and "Content-Encoding" not in honest.headers:
        honest.body = honest.body.replace(b"1", b"2", 1)
    return honest


def _evil_to_phones(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == SCRIPT and "iPhone" in request.headers["User-Agent"]:
        return web.Response(body=b"evil()", content_type="text/javascript")
    return None


def _evil_with_cookies(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == SCRIPT and "Cookie" in request.headers:
        body = gzip.compress(b"evil()")
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})
    return None


def _packed_otherwise(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == SCRIPT and "br" in request.headers["Accept-Encoding"]:
        return web.Response(body=b"evil", headers={"Content-Encoding": "br"})
    return None


def _bomb(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == SCRIPT and "gzip" in request.headers["Accept-Encoding"]:
        body = gzip.compress(bytes(50_000_000))
        return web.Response(body=body, headers={"Content-Encoding": "gzip"})
    return None


def _more_behind(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == SCRIPT and "Content-Encoding" in honest.headers:
        assert isinstance(honest.body, bytes)
        honest.body += gzip.compress(b"evil()")
    return honest


def _other_page_at_one_address(request: web.Request, honest: web.Response) -> web.Response | None:
    return web.Response(text="evil", headers=honest.headers) if request.path == "/join" else None


def _no_policy(request: web.Request, honest: web.Response) -> web.Response | None:
    honest.headers.pop("Content-Security-Policy", "")
    return honest


def _loose_policy(request: web.Request, honest: web.Response) -> web.Response | None:
    if policy := honest.headers.get("Content-Security-Policy"):
        honest.headers["Content-Security-Policy"] = f"{policy}; script-src-elem *"
    return honest


def _sent_on(request: web.Request, honest: web.Response) -> web.Response | None:
    if request.path == "/":
        return web.Response(status=302, headers={"Location": "https://evil.example"})
    return None


def _led_on(request: web.Request, honest: web.Response) -> web.Response | None:
    honest.headers["Refresh"] = "0; url=https://evil.example"
    return honest


def _withheld(request: web.Request, honest: web.Response) -> web.Response | None:
    return web.Response(status=404) if request.path == "/sw.js" else None


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (_evil_script, "app-0123.js has other bytes than the list says (asked for plainly)"),
        (_evil_to_phones, "has other bytes than the list says (asked for as a phone)"),
        (_evil_with_cookies, "other bytes than the list says (asked for as a browser with cookies"),
        (_packed_otherwise, "comes packed in a way that the build does not have"),
        (_bomb, "app-0123.js has other bytes than the list says"),
        (_more_behind, "app-0123.js has other bytes than the list says"),
        (_other_page_at_one_address, "/join has other bytes than the list says"),
        (_no_policy, "The page / comes without the policy"),
        (_loose_policy, "The page / comes without the policy"),
        (_sent_on, "/ is in the list, but is not handed out (asked for plainly: status 302)"),
        (_led_on, "/sw.js sends the browser on to another address"),
        (_withheld, "/sw.js is in the list, but is not handed out"),
    ],
)
async def test_other_files_than_the_log_names_are_found(
    tmp_path: Path, lie: object, said: str
) -> None:
    async with served(tmp_path) as (server, liar):
        liar.lie = lie  # type: ignore[assignment]  # one of the above
        told = await verify(liar.url, "--link-file", await invited(server, tmp_path))
        assert told.exit_code == Exit.DIFFERS
        assert said in " ".join(told.stderr.split())


async def test_a_page_that_loads_what_no_manifest_names_is_found(tmp_path: Path) -> None:
    """Built so, logged so, handed out so: every byte is right, and still it loads a stranger."""
    built = web_client.build(tmp_path / "built")
    page = web_client.FILES["index.html"] + b"<script src=/v1/evil.js></script>"
    (built / "index.html").write_bytes(page)
    (built / "index.html.gz").unlink()
    import hashlib

    entry = web_client.manifest(bytes=len(page), sha256=hashlib.sha256(page).hexdigest())
    (built / "manifest.json").write_text(json.dumps(entry))
    async with running_server(tmp_path / "server", built) as server:
        told = await verify(server.url, "--log-key", await key_of(server))
        assert told.exit_code == Exit.DIFFERS
        assert "index.html refers to something that is not in the list: /v1/evil.js" in told.stderr


async def test_a_manifest_that_the_log_does_not_name_is_refused(tmp_path: Path) -> None:
    def other(request: web.Request, honest: web.Response) -> web.Response | None:
        if request.path != "/v1/web":
            return None
        assert isinstance(honest.body, bytes)
        said = msgspec.json.decode(honest.body, type=WebBuild)
        manifest = said.manifest.replace("app-0123", "app-9999")
        return web.json_response(
            text=msgspec.json.encode(msgspec.structs.replace(said, manifest=manifest)).decode()
        )

    async with served(tmp_path) as (server, liar):
        liar.lie = other
        told = await verify(liar.url, "--log-key", await key_of(server))
        assert told.exit_code == Exit.DIFFERS
        assert "names another web client than the one that the server hands out" in told.stderr


async def test_a_log_of_its_own_for_one_person_is_found(tmp_path: Path) -> None:
    """The operator signs another history, with the entry for the evil build in it."""
    async with served(tmp_path) as (server, liar):
        key = stolen_key(tmp_path / "server" / "server")
        fork = StoredLog(key=key)

        def split(request: web.Request, honest: web.Response) -> web.Response | None:
            if request.path != "/v1/web":
                return None
            assert isinstance(honest.body, bytes)
            said = msgspec.json.decode(honest.body, type=WebBuild)
            if not fork.entries:
                proof = TLogProof.decode(said.proof.encode())
                entry = statements.decode(proof.extra)
                assert isinstance(entry, WebBuilt)
                other = WebBuilt("6.6.6", bytes(32), entry.day)
                fork.append([statements.encode(other), proof.extra])
                fork.publish()
            proof = TLogProof(1, fork.inclusion(1), fork.published[-1], fork.entries[1])
            lie = WebBuild(said.manifest, said.key, proof.encode().decode(), fork.consistency(1))
            return web.json_response(text=msgspec.json.encode(lie).decode())

        link = await invited(server, tmp_path)
        honest = await verify(liar.url, "--link-file", link)
        assert honest.exit_code == Exit.DONE
        liar.lie = split
        told = await verify(liar.url, "--link-file", link)
        assert told.exit_code == Exit.DIFFERS
        assert "it tells different people different things" in " ".join(told.stderr.split())
        only_key = await verify(liar.url, "--log-key", await key_of(server))
        assert only_key.exit_code == Exit.DONE  # what a key alone cannot show, as the docs say


async def test_a_server_without_a_web_client_and_one_that_is_not_there(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        url, key = server.url, await key_of(server)
        told = await verify(url, "--log-key", key)
        assert (told.exit_code, "hands out no web client" in told.stderr) == (1, True)
        assert (await verify(url, "--log-key", "nonsense")).exit_code == Exit.USAGE
    assert (await verify(url, "--log-key", key)).exit_code == Exit.NETWORK


@pytest.mark.slow
async def test_an_account_knows_which_log_it_must_be(tmp_path: Path) -> None:
    async with served(tmp_path) as (server, liar):
        anna = Desk(server, tmp_path, "anna")
        await anna.enter()
        told = json.loads(await anna.must("verify-web", server.url, "--json"))
        seen = json.loads(await anna.must("log", "status", "--json"))
        assert (told["log_key"], told["log_key_known"]) == (seen["log_key"], True)
        assert (told["size"], told["root"]) == (seen["size"], seen["root"])
        code, _, said = await anna.run("verify-web", liar.url)
        assert code == Exit.USAGE
        assert server.url in said
