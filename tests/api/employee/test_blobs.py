import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from teamchat.server.composition import BLOBS
from teamchat.wire.bodies import Blob
from tests.support.server import Answered, RunningServer, running_server

OCTETS: Final = {"Content-Type": "application/octet-stream"}


async def upload(server: RunningServer, token: str, data: bytes) -> Answered:
    return await server.call("POST", "/v1/blobs", data, token=token, headers=OCTETS)


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "server" / BLOBS).rglob("*") if path.is_file()]


async def test_what_goes_up_comes_down(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        data = os.urandom(3_000_000)
        blob = (await upload(server, mei.token, data)).read(Blob)
        assert blob.size == len(data)
        got = await server.call("GET", f"/v1/blobs/{blob.id}", token=ben.token)
        assert (got.status, got.body) == (200, data)
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert files(tmp_path)[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=990-", 206, slice(990, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=2000-", 416, slice(0, 0)),
    ],
)
async def test_a_part_of_a_file(tmp_path: Path, wanted: str, status: int, part: slice) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        data = os.urandom(1_000)
        blob = (await upload(server, mei.token, data)).read(Blob)
        path, headers = f"/v1/blobs/{blob.id}", {"Range": wanted}
        got = await server.call("GET", path, token=mei.token, headers=headers)
        assert (got.status, got.body) == (status, data[part])


async def test_only_the_owner_deletes(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        path = f"/v1/blobs/{(await upload(server, mei.token, b'x')).read(Blob).id}"
        assert (await server.call("DELETE", path, token=ben.token)).problem == "not-found"
        assert (await server.call("GET", path, token=ben.token)).body == b"x"
        assert (await server.call("DELETE", path, token=mei.token)).status == 204
        assert (await server.call("GET", path, token=ben.token)).problem == "not-found"
        assert files(tmp_path) == []


async def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    async with running_server(tmp_path, blobs_bytes=1_000) as server:
        mei = await server.add_device(await server.invite("mei"))
        assert (await upload(server, mei.token, b"x" * 1_000)).status == 201
        got = await upload(server, mei.token, b"x" * 1_001)
        assert (got.status, got.problem) == (413, "too-large")
        assert len(files(tmp_path)) == 1


async def test_a_person_has_a_quota_also_for_uploads_at_once(tmp_path: Path) -> None:
    async with running_server(tmp_path, blobs_person_bytes=2 * 4_096 + 1_000) as server:
        mei = await server.add_device(await server.invite("mei"))
        answers = await asyncio.gather(*(upload(server, mei.token, b"x" * 1_000) for _ in range(4)))
        assert sorted(got.status for got in answers) == [201, 201, 507, 507]
        assert len(files(tmp_path)) == 2
        refused = next(got for got in answers if got.status == 507)
        assert refused.problem == "storage-full"


async def test_a_nearly_full_disk_takes_no_more(tmp_path: Path) -> None:
    async with running_server(tmp_path, blobs_free_bytes=2**50) as server:
        mei = await server.add_device(await server.invite("mei"))
        assert (await upload(server, mei.token, b"x")).problem == "storage-full"


async def test_the_length_is_announced(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        headers = {**OCTETS, "Authorization": f"Bearer {mei.token}"}

        async def pieces() -> AsyncIterator[bytes]:
            yield b"x"

        async with server.http.post(
            server.url + "/v1/blobs", data=pieces(), headers=headers
        ) as got:
            assert got.status == 400
        refused = await server.call("POST", "/v1/blobs", {"a": 1}, token=mei.token)
        assert refused.problem == "unsupported-media-type"


async def raw(server: RunningServer, token: str, length: int, data: bytes) -> bytes:
    """Announce `length` bytes, send others, and close that half of the connection."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    writer.write(data)
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    return await reader.read()


async def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        await raw(server, mei.token, 600_000, b"x" * 400_000)
        async with asyncio.timeout(60):
            while files(tmp_path):  # noqa: ASYNC110 - the disk tells nobody
                await asyncio.sleep(0.02)
        assert (await upload(server, mei.token, b"x")).status == 201


async def test_an_upload_that_pauses_too_long_is_ended(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_body_seconds=0.2) as server:
        mei = await server.add_device(await server.invite("mei"))
        host, port = server.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"POST /v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mei.token}\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: 99\r\n\r\nxx".encode()
        )
        answer = await asyncio.wait_for(reader.read(12), 60)
        assert answer == b"HTTP/1.1 400"
        writer.close()
        assert files(tmp_path) == []


async def test_files_without_a_row_are_swept_at_the_next_start(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        blob = (await upload(server, mei.token, b"kept")).read(Blob)
        kept = files(tmp_path)[0]
    orphan = kept.with_name("orphan.part")
    orphan.write_bytes(b"half")
    from teamchat.clock import SystemClock
    from teamchat.server.main import serving
    from teamchat.server.settings import load

    loaded = load(None, {}, server_data=str(tmp_path / "server"), server_port=0)
    async with serving(loaded, clock=SystemClock()) as parts:
        path, size = await parts.services.blobs.find(blob.id)
        assert (path.read_bytes(), size) == (b"kept", 4)
    assert files(tmp_path) == [kept]
