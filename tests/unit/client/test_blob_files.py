"""Files to and from a server that cuts off, refuses, or sends more than it should."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from teamchat.client import blob_files
from teamchat.client.blob_files import BlobFiles
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress
from teamchat.ids import BlobId, DeviceId
from teamchat.wire.problems import Code, ProblemError

BLOB = BlobId("a" * 26)
DEVICE = DeviceId("d" * 26)
DATA = bytes(range(256)) * 4000


@asynccontextmanager
async def files(handler: Callable[[web.Request], object]) -> AsyncIterator[BlobFiles]:
    app = web.Application(client_max_size=2**30)
    for path in ("/gifts", "/gifts/{blob}/takers", "/gifts/{blob}/taken", "/blobs/{blob}"):
        app.router.add_route("*", "/v1" + path, handler)  # type: ignore[arg-type]  # any handler
    async with TestServer(app) as server:
        url = str(server.make_url("/")).rstrip("/")
        async with Http(ServerAddress(url), "token") as http:
            yield BlobFiles(http)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blob_files, "PAUSE_SECONDS", 0.0)


async def test_what_is_given_arrives_whole_for_whom_it_is(tmp_path: Path) -> None:
    path, told, seen = tmp_path / "file", list[int](), list[bytes]()
    path.write_bytes(DATA)

    async def take(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer token"
        seen.append(await request.read())
        if request.method == "PUT":
            assert request.path == f"/v1/gifts/{BLOB}/takers"
            return web.Response(status=204)
        assert request.content_length == len(DATA)
        return web.json_response({"id": BLOB, "size": len(DATA)}, status=201)

    async with files(take) as here:
        assert await here.give(path, [DEVICE], told.append) == BLOB
    assert seen == [DATA, b'{"devices":["' + DEVICE.encode() + b'"]}']
    assert told == sorted(told)
    assert told[-1] == len(DATA)


async def test_a_full_server_is_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")

    async def refuse(request: web.Request) -> web.Response:
        body = ProblemError(Code.STORAGE_FULL, "full").body()
        return web.json_response({"code": body.code, "detail": "full", "type": body.type,
                                  "title": body.title, "status": 507}, status=507)  # fmt: skip

    async with files(refuse) as here:
        with pytest.raises(RefusedError):
            await here.give(path, [DEVICE], lambda _: None)


@pytest.mark.parametrize("hears", [3, 100])
async def test_for_whom_it_is_is_said_again_and_the_file_is_sent_once(
    hears: int, tmp_path: Path
) -> None:
    path, asked = tmp_path / "file", list[str]()
    path.write_bytes(DATA)

    async def stutter(request: web.Request) -> web.Response:
        asked.append(request.method)
        await request.read()
        if request.method == "POST":
            return web.json_response({"id": BLOB, "size": len(DATA)}, status=201)
        if request.method == "DELETE" or asked.count("PUT") == hears:
            return web.Response(status=204)
        if asked.count("PUT") % 2:
            return web.Response(status=502)
        body = ProblemError(Code.OVERLOADED, "later").body()
        return web.json_response({"code": body.code, "detail": "later", "type": body.type,
                                  "title": body.title, "status": 503}, status=503)  # fmt: skip

    async with files(stutter) as here:
        if hears == 3:
            assert await here.give(path, [DEVICE], lambda _: None) == BLOB
        else:
            with pytest.raises(OfflineError):
                await here.give(path, [DEVICE], lambda _: None)
    tries = 3 if hears == 3 else blob_files.NAMING_TRIES
    assert asked == ["POST", *["PUT"] * tries, *(["DELETE"] if hears > 3 else [])]


async def test_what_is_taken_is_said() -> None:
    asked = list[tuple[str, str]]()

    async def hear(request: web.Request) -> web.Response:
        asked.append((request.method, request.path))
        return web.Response(status=204)

    async with files(hear) as here:
        await here.taken(BLOB)
    assert asked == [("POST", f"/v1/gifts/{BLOB}/taken")]


async def test_a_download_that_is_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    path, asked = tmp_path / "file", list[int]()

    async def give(request: web.Request) -> web.StreamResponse:
        begun = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        asked.append(begun)
        rest = DATA[begun:]
        response = web.StreamResponse(status=206, headers={"Content-Length": str(len(rest))})
        await response.prepare(request)
        await response.write(rest[:300_000])
        if len(rest) > 300_000:
            assert request.transport is not None
            request.transport.close()
        return response

    async with files(give) as here:
        await here.download(BLOB, path, len(DATA), lambda _: None)
    assert path.read_bytes() == DATA
    assert len(asked) > 2
    assert asked[0] == 0
    assert asked == sorted(asked)


async def test_one_that_never_gets_anywhere_ends(tmp_path: Path) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with files(cut) as here:
        with pytest.raises(OfflineError):
            await here.download(BLOB, tmp_path / "file", 10, lambda _: None)


@pytest.mark.parametrize("size", [10, len(DATA) - 1])
async def test_no_more_is_kept_than_was_said(size: int, tmp_path: Path) -> None:
    async def give(request: web.Request) -> web.Response:
        return web.Response(body=DATA, status=200)

    async with files(give) as here:
        await here.download(BLOB, tmp_path / "file", size, lambda _: None)
    path = tmp_path / "file"
    assert not path.exists() or path.stat().st_size <= size
