from pathlib import Path

import pytest

from teamchat.server.storage.log_key import LogKeyError, LogKeyFiles
from teamchat.transparency import Checkpoint, ConflictError

ORIGIN = "chat.example/v1/keys/7"
SEED = bytes(range(32))


def at(size: int, root: int = 1) -> Checkpoint:
    return Checkpoint(ORIGIN, size, bytes([root]) * 32)


def made(directory: Path) -> LogKeyFiles:
    files = LogKeyFiles(directory)
    files.make(7, SEED, at(0))
    files.adopt(7)
    return files


def test_a_key_is_in_use_from_the_moment_that_its_log_exists(tmp_path: Path) -> None:
    files = LogKeyFiles(tmp_path)
    files.make(7, SEED, at(0))
    assert files.in_use() == ()
    with pytest.raises(LogKeyError, match=r"key-log-7\.seed is missing"):
        files.key(7, ORIGIN)
    files.adopt(7)
    files.adopt(7)
    assert files.in_use() == (7,)
    assert files.key(7, ORIGIN).verifier.name == ORIGIN
    assert files.signed(7) == at(0)


def test_nobody_else_reads_the_files(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.remember(7, at(1))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {"key-log-7.seed", "key-log-7.signed"}


def test_the_memory_only_grows(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.remember(7, at(3))
    files.remember(7, at(3))
    for less in (at(2), at(3, root=2), at(0)):
        with pytest.raises(ConflictError):
            files.remember(7, less)
    with pytest.raises(ConflictError):
        files.remember(7, Checkpoint("chat.example/v1/keys/8", 4, bytes(32)))
    assert LogKeyFiles(tmp_path).signed(7) == at(3)


@pytest.mark.parametrize("suffix", ["seed", "signed"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense\n", b"A" * 10_000])
def test_a_file_that_is_missing_or_damaged_is_named(
    tmp_path: Path, suffix: str, content: bytes | None
) -> None:
    files = made(tmp_path)
    path = tmp_path / f"key-log-7.{suffix}"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(LogKeyError, match=path.name) as caught:
        files.key(7, ORIGIN) if suffix == "seed" else files.signed(7)
    assert "nonsense" not in str(caught.value)


def test_nothing_is_remembered_for_a_log_without_its_key(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.seed_path(7).unlink()
    with pytest.raises(LogKeyError, match="missing"):
        files.remember(7, at(1))


def test_the_files_of_other_logs_go_and_nothing_else(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.make(8, SEED, at(0))
    files.adopt(8)
    files.make(9, SEED, at(0))
    (tmp_path / "teamchat.db").touch()
    files.forget_others(8)
    assert {path.name for path in tmp_path.iterdir()} == {
        "teamchat.db", "key-log-8.signed", "key-log-8.seed"
    }  # fmt: skip
