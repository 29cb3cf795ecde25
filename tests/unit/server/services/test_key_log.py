from pathlib import Path

import pytest

from teamchat.server.services.key_log import PIECES, Piece
from teamchat.transparency import decode_bundle
from teamchat.wire.problems import Code, ProblemError
from tests.support.key_log import Writing, writing


async def begun(desk: Writing) -> int:
    return (await desk.stored()).begun


async def test_a_path_shows_the_same_however_the_log_grows(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        shown: dict[str, Piece] = {}
        for _ in range(PIECES + 10):
            await desk.append(5)
            await desk.signer.settle()
            size = (await desk.signed()).size
            place = f"{size // 256:03}.p/{size % 256}" if size % 256 else f"{size // 256 - 1:03}"
            for path in (f"tile/entries/{place}", f"tile/0/{place}"):
                shown[path] = await desk.log.piece(await begun(desk), path)
        assert len(desk.log._pieces) == PIECES
        for path, piece in shown.items():
            assert await desk.log.piece(await begun(desk), path) == piece


async def test_what_is_not_signed_yet_is_not_shown_and_then_it_is(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append(2)
        for path in ("tile/entries/000.p/2", "tile/0/000.p/2"):
            with pytest.raises(ProblemError) as caught:
                await desk.log.piece(await begun(desk), path)
            assert caught.value.code is Code.NOT_FOUND
        await desk.signer.settle()
        bundle = await desk.log.piece(await begun(desk), "tile/entries/000.p/2")
        assert list(decode_bundle(bundle.data, 2)) == await desk.entries()


@pytest.mark.parametrize("table", ["key_log_entry", "key_log_tile"])
async def test_what_is_missing_is_not_shown_as_if_it_were_whole(tmp_path: Path, table: str) -> None:
    async with writing(tmp_path) as desk:
        await desk.append(3)
        await desk.signer.settle()
        await desk.sql(f"DELETE FROM {table} WHERE n < 2")  # noqa: S608 - one of two names
        path = "tile/entries/000.p/3" if table == "key_log_entry" else "tile/0/000.p/3"
        with pytest.raises(ProblemError) as caught:
            await desk.log.piece(await begun(desk), path)
        assert caught.value.code is Code.NOT_FOUND


async def test_a_log_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append()
        await desk.signer.settle()
        for other in (0, 1, 2**53):
            with pytest.raises(ProblemError):
                await desk.log.piece(other, "tile/0/000.p/1")
            with pytest.raises(ProblemError):
                await desk.log.checkpoint(other)


async def test_nothing_is_said_in_a_log_that_is_over(tmp_path: Path) -> None:
    async with writing(tmp_path) as desk:
        await desk.append()
        await desk.sql("UPDATE key_log SET ended = 1")
        with pytest.raises(ProblemError) as caught:
            await desk.append()
        assert caught.value.code is Code.OVERLOADED
        assert len(await desk.entries()) == 1
