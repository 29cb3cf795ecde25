import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.server import doctor_key_log
from teamchat.server.findings import Finding, State
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.settings import Settings, load
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.key_log import Cosigned
from teamchat.transparency import WitnessKey
from tests.support.key_log import DATABASE, writing

pytestmark = pytest.mark.slow

NOW = 1_790_000_000
KEY = WitnessKey("witness.example/council", bytes(32))


async def written(directory: Path) -> Settings:
    """A directory of 300 entries."""
    async with writing(directory) as desk:
        await desk.append(300)
        await desk.signer.settle()
    return load(None, {}, server_data=str(directory))


def found(settings: Settings) -> list[Finding]:
    return list(doctor_key_log.examine(settings, NOW))


async def test_a_whole_directory_is_well(tmp_path: Path) -> None:
    (only,) = found(await written(tmp_path))
    assert only.state is State.WELL
    assert only.words.startswith("entries: 300, signed by chat.example/v1/keys/")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE key_log_entry SET entry = X'7b7d' WHERE n = 7", "not the one that was signed"),
        ("UPDATE key_log SET tree_hashes = zeroblob(length(tree_hashes))", "changed"),
        ("DELETE FROM key_log_entry WHERE n = 7", "an entry is missing"),
        ("UPDATE key_log_tile SET hashes = zeroblob(length(hashes)) WHERE level = 1", "a tile"),
        ("UPDATE key_log SET intended_size = 299", "does not continue"),
        ("UPDATE key_log SET signed = 'nonsense'", "changed"),
        ("UPDATE key_log SET public = zeroblob(32)", "the key of another log"),
    ],
)
async def test_what_was_changed_is_found(tmp_path: Path, statement: str, words: str) -> None:
    settings = await written(tmp_path)
    async with writing(tmp_path) as desk:
        await desk.sql(statement)
    (only,) = found(settings)
    assert only.state is State.FAILED
    assert words in only.words


def without_seed(data: Path) -> None:
    next(data.glob("*.seed")).unlink()


def without_memory(data: Path) -> None:
    next(data.glob("*.signed")).unlink()


@pytest.mark.parametrize("lose", [without_seed, without_memory])
async def test_a_file_that_is_gone_is_named(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    settings = await written(tmp_path)
    lose(tmp_path)
    (only,) = found(settings)
    assert only.state is State.FAILED
    assert "is missing" in only.words


async def test_an_old_copy_of_the_database_is_found(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    settings = await written(data)
    shutil.copy(data / DATABASE, tmp_path / "copy")
    async with writing(data) as desk:
        desk._next = 300
        await desk.append(9)
        await desk.signer.settle()
    shutil.copy(tmp_path / "copy", data / DATABASE)
    (only,) = found(settings)
    assert only.state is State.FAILED
    assert "309 entries of it were signed, and only 300 are here" in only.words
    assert "teamchat-server restore" in only.words


async def test_a_log_to_come_and_one_that_was_lost(tmp_path: Path) -> None:
    settings = await written(tmp_path)
    async with writing(tmp_path) as desk:
        await desk.sql("UPDATE key_log SET ended = 1")
    (only,) = found(settings)
    assert (only.state, only.words) == (State.WELL, "begins when the server starts")
    async with writing(tmp_path, clock=None) as desk:
        for table in ("key_log_entry", "key_log_tile", "key_log"):
            await desk.sql(f"DELETE FROM {table}")  # noqa: S608 - a fixed list
    (only,) = found(settings)
    assert only.state is State.FAILED
    assert "older than the key directory" in only.words


@pytest.mark.parametrize(
    ("cosigned", "state", "words"),
    [
        (None, State.WARNING, "has not cosigned yet"),
        ((300, NOW - 100), State.WELL, "has cosigned all of it"),
        ((299, NOW - 7200), State.WARNING, "299 of 300 entries 2 hours ago"),
        ((300, NOW - 90_000), State.WARNING, "300 of 300 entries 25 hours ago"),
    ],
)
async def test_a_witness_that_is_away_is_told(
    tmp_path: Path, cosigned: tuple[int, int] | None, state: State, words: str
) -> None:
    await written(tmp_path)
    file = tmp_path / "teamchat.toml"
    witness = f'{{url = "http://witness.example", key = "{KEY.verifier.vkey}"}}'
    file.write_text(f"[key_log]\nwitnesses = [{witness}]\n")
    if cosigned is not None:
        new = Cosigned(KEY.verifier.name, *cosigned, "a line")
        async with writing(tmp_path) as desk:
            begun = (await desk.stored()).begun
            await desk.database.write(lambda c: key_log.put_cosignature(c, begun, new))
    _, told = found(load(file, {}))
    assert (told.subject, told.state) == ("witness", state)
    assert words in told.words


async def test_a_witness_that_does_not_follow_the_log_is_not_called_away(tmp_path: Path) -> None:
    await written(tmp_path)
    file = tmp_path / "teamchat.toml"
    witness = f'{{url = "http://witness.example", key = "{KEY.verifier.vkey}"}}'
    file.write_text(f"[key_log]\nwitnesses = [{witness}]\n")
    async with writing(tmp_path) as desk:
        begun = (await desk.stored()).begun

        def refuse(connection: Connection) -> None:
            for status in (404, 500, 404):
                audit.record(
                    connection, event=Event.WITNESS_REFUSED, actor=audit.SYSTEM, subject="witness",
                    detail={"name": KEY.verifier.name, "http_status": status}, now=begun,
                )  # fmt: skip

        await desk.database.write(refuse)
    whole, told = found(load(file, {}))
    assert told.state is State.WARNING
    assert "does not follow this log" in told.words
    assert whole.words.removeprefix("entries: 300, signed by ") in told.words
