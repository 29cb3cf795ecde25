"""The signer: three laws that no crash, no second signer and no old copy breaks."""

import asyncio
import errno
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.server.services import key_log_signer
from teamchat.server.services.announcements import KeysSigned
from teamchat.server.services.key_log_signer import BATCH, Signer
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.queries import key_log
from teamchat.transparency import Checkpoint, Intent, SignedNote
from teamchat.transparency import open_checkpoint as opened
from tests.support.key_log import DATABASE, Writing, plain_root, removal, writing

pytestmark = pytest.mark.slow


class KilledError(Exception):
    """The process ends here, as far as the signer can tell."""


async def consistent(desk: Writing) -> None:
    """What was signed is what hashlib says of the entries."""
    signed = await desk.signed()
    assert signed.root == plain_root((await desk.entries())[: signed.size])
    note = (await desk.stored()).signed
    key = desk.files.key((await desk.stored()).begun, signed.origin)
    assert opened(note, key.verifier).checkpoint == signed


async def test_what_was_appended_is_signed_and_told(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        assert await desk.append(3) == [0, 1, 2]
        assert (await desk.signed()).size == 0
        await desk.signer.settle()
        assert (await desk.signed()).size == 3
        assert desk.announced == [KeysSigned(3)]
        await desk.signer.settle()
        assert desk.announced == [KeysSigned(3)]
        await consistent(desk)


@pytest.mark.parametrize("sizes", [(1,) * 9, (255, 1, 1), (256, 256, 1), (BATCH + 300, 5)])
async def test_trees_of_every_shape_are_what_hashlib_says(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    async with writing(tmp_path) as desk:
        for size in sizes:
            await desk.append(size)
            await desk.signer.settle()
            await consistent(desk)
        assert (await desk.signed()).size == sum(sizes)


async def test_the_running_signer_signs_by_itself(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        running = asyncio.create_task(desk.signer.run())
        await desk.append()
        async with asyncio.timeout(60):
            while (await desk.signed()).size < 1:  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        running.cancel()


async def test_what_was_rolled_back_has_no_entry(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:

        def refused(connection: Connection) -> None:
            desk.log.append(connection, removal(99))
            raise KilledError

        with pytest.raises(KilledError):
            await desk.database.write(refused)
        assert await desk.append() == [0]
        assert len(await desk.entries()) == 1


STEPS = ["read", "remember", "sign", "publish"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_between_any_two_steps_leads_to_the_same_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_: object) -> None:
        raise KilledError

    where = {
        "read": ("teamchat.server.services.key_log_signer._store", die),
        "remember": ("teamchat.server.storage.log_key.LogKeyFiles.remember", die),
        "sign": ("teamchat.transparency.Intent.sign", die),
        "publish": ("teamchat.server.storage.queries.key_log.put_signed", die),
    }
    async with writing(tmp_path) as desk:
        await desk.append(5)
        with monkeypatch.context() as patched:
            patched.setattr(*where[step])
            with pytest.raises(KilledError):
                await desk.signer.settle()
        before = (await desk.stored()).intended
    async with writing(tmp_path) as desk:
        await desk.signer.settle()
        assert desk.signer.stopped == ""
        assert (await desk.signed()).size == 5
        assert step == "read" or await desk.signed() == before
        await consistent(desk)


async def test_of_two_signers_one_yields_and_there_is_one_history(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        other = desk.another()
        notes: dict[int, set[bytes]] = {}
        for round_ in range(20):
            await desk.append(1 + round_ % 3)
            await asyncio.gather(desk.signer.settle(), other.settle())
            signed = await desk.signed()
            notes.setdefault(signed.size, set()).add(signed.root)
        assert (desk.signer.stopped, other.stopped) == ("", "")
        assert all(len(roots) == 1 for roots in notes.values())
        assert (await desk.signed()).size == len(await desk.entries())
        await consistent(desk)


async def test_a_signer_that_was_overtaken_signs_nothing_old(tmp_path: Path) -> None:
    """The slow one has stored what it intends; another signs more before it does."""
    async with writing(tmp_path) as desk:
        slow, quick = desk.signer, desk.another()
        held, go = asyncio.Event(), asyncio.Event()
        remember = slow._files.remember

        class Waits(LogKeyFiles):
            def remember(self, begun: int, checkpoint: Checkpoint) -> None:
                loop.call_soon_threadsafe(held.set)
                asyncio.run_coroutine_threadsafe(go.wait(), loop).result()
                remember(begun, checkpoint)

        loop = asyncio.get_running_loop()
        slow._files = Waits(tmp_path)
        await desk.append(2)
        late = asyncio.create_task(slow.settle())
        await held.wait()
        await desk.append(2)
        await quick.settle()
        assert (await desk.signed()).size == 4
        slow._files = desk.files
        go.set()
        await late
        assert (await desk.signed()).size == 4
        assert (slow.stopped, quick.stopped) == ("", "")
        assert desk.announced == [KeysSigned(4)]
        await consistent(desk)


@pytest.mark.parametrize("further", [0, 2, 9])
async def test_a_database_that_was_copied_back_is_not_signed(tmp_path: Path, further: int) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    data.mkdir()
    async with writing(data) as desk:
        await desk.append(3)
        await desk.signer.settle()
    shutil.copy(data / DATABASE, copy)
    async with writing(data) as desk:
        await desk.append(4)
        await desk.signer.settle()
    shutil.copy(copy, data / DATABASE)
    async with writing(data) as desk:
        desk._next = 100
        if further:
            await desk.append(further)
        await desk.signer.settle()
        assert desk.signer.stopped.startswith("This database is older than the key directory: ")
        assert "teamchat-server restore" in desk.signer.stopped
        assert (await desk.signed()).size == 3
        assert desk.files.signed((await desk.stored()).begun).size == 7
        assert desk.announced == []


@pytest.mark.parametrize("change", ["tile", "entry", "tree", "key", "memory"])
async def test_what_was_changed_on_the_disk_is_not_signed_over(tmp_path: Path, change: str) -> None:
    async with writing(tmp_path) as desk:
        await desk.append(300)
        await desk.signer.settle()
        begun = (await desk.stored()).begun
        await desk.append(3)
        match change:
            case "tile":
                await desk.sql(
                    "UPDATE key_log_tile SET hashes = zeroblob(length(hashes))"
                    " WHERE level = 0 AND n = 1"
                )
            case "entry":
                await desk.sql("DELETE FROM key_log_entry WHERE n = 301")
            case "tree":
                await desk.sql("UPDATE key_log SET tree_hashes = zeroblob(length(tree_hashes))")
            case "key":
                desk.files.seed_path(begun).write_bytes(b"A" * 43 + b"=\n")
            case _:
                desk.files.signed_path(begun).unlink()
        signer = desk.another()
        await signer.settle()
        assert signer.stopped
        assert (await desk.signed()).size == 300


async def test_a_stopped_or_paused_signer_signs_nothing(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append()
        desk.signer.paused = True
        await desk.signer.settle()
        assert (await desk.signed()).size == 0
        desk.signer.paused = False
        desk.signer.stop("a reason")
        desk.signer.stop("another")
        await desk.signer.settle()
        assert desk.signer.stopped == "a reason"
        assert (await desk.signed()).size == 0


async def test_no_key_is_in_what_is_printed(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append()
        await desk.signer.settle()
        seed = desk.files.seed_path((await desk.stored()).begun).read_text().strip()
        assert isinstance((await desk.stored()).signed, SignedNote)
        assert seed not in repr(vars(desk.signer))
        assert isinstance(desk.signer, Signer)


async def test_what_is_signed_was_durable_twice_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(tmp_path) as desk:
        await desk.append(2)
        order: list[str] = []
        for owner, name in (
            (key_log_signer, "_store"), (os, "fsync"), (Path, "rename"),
            (Intent, "sign"), (key_log, "put_signed"),
        ):  # fmt: skip
            before = getattr(owner, name)

            def heard(*given: object, _name: str = name, _before: object = before) -> object:
                order.append(_name)
                assert callable(_before)
                return _before(*given)

            monkeypatch.setattr(owner, name, heard)
        await desk.signer.settle()
    assert order == ["_store", "fsync", "rename", "fsync", "sign", "put_signed"]


async def test_a_disk_that_takes_nothing_now_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(tmp_path) as desk:
        await desk.append()
        full = [OSError(errno.ENOSPC, "full")] * 3
        remember = LogKeyFiles.remember

        def refuse(files: LogKeyFiles, begun: int, checkpoint: Checkpoint) -> None:
            if full:
                raise full.pop()
            remember(files, begun, checkpoint)

        monkeypatch.setattr(LogKeyFiles, "remember", refuse)
        monkeypatch.setattr(key_log_signer, "RETRY", 0.01)
        shown = await desk.log.shown()
        assert shown.checkpoint.splitlines()[1] == "0"
        running = asyncio.create_task(desk.signer.run())
        async with asyncio.timeout(60):
            while (await desk.signed()).size < 1:  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        running.cancel()
        assert [each.message for each in caplog.records] == ["key-directory-not-signed-yet"]
        assert desk.signer.stopped == ""
