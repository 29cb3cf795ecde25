"""A history for a new member over a real server, also if the connection breaks in between."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from teamchat.client import blob_files
from teamchat.client.http import Http, OfflineError
from teamchat.server.storage.tables.governance import blob, blob_taker
from teamchat.wire.room_policy import ALL
from tests.scenarios.test_real_server import account_of, texts, until
from tests.support.server import running_server


def _left(connection: Connection) -> tuple[int, int]:
    files = connection.scalar(select(func.count()).select_from(blob))
    takers = connection.scalar(select(func.count()).select_from(blob_taker))
    return files or 0, takers or 0


@pytest.mark.parametrize("heard", [False, True])
async def test_a_gift_is_sent_once_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, heard: bool
) -> None:
    honest, cut, sent = Http.fetch, list[str](), list[object]()
    upload = blob_files.BlobFiles._upload

    async def breaks(self: Http, method: str, path: str, *rest: object, **more: object) -> bytes:
        if method == "PUT" and path.startswith("/gifts/") and len(cut) < 2:
            cut.append(path)
            if heard:
                await honest(self, method, path, *rest, **more)  # type: ignore[arg-type]
            raise OfflineError("cut")
        return await honest(self, method, path, *rest, **more)  # type: ignore[arg-type]

    async def counts(self: blob_files.BlobFiles, *rest: object) -> object:
        sent.append(rest)
        return await upload(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(blob_files, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(Http, "fetch", breaks)
    monkeypatch.setattr(blob_files.BlobFiles, "_upload", counts)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        wei = await stack.enter_async_context(account_of(server, "wei", tmp_path))
        talk = await anna.create_group("T", [], ALL)
        await anna.send_text(talk, "one")
        await anna.add(talk, [wei.profile.user])
        await until(lambda: texts(wei, talk) == ["one"])
        assert len(sent) == 1
        assert len(cut) == 2
        async with asyncio.timeout(60):
            while await server.parts.database.read(_left) != (0, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
