import stat
from pathlib import Path

import pytest

from teamchat.witness import key_file
from teamchat.witness.errors import WitnessError
from tests.support.witnessing import SEED, WITNESS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    key_file.write(tmp_path / "witness.key", WITNESS, SEED)
    return tmp_path / "witness.key"


def test_the_key_is_read_as_it_was_written(path: Path) -> None:
    assert key_file.read(path) == WITNESS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_is_one_line_with_name_and_id(path: Path) -> None:
    words = path.read_text("utf-8").split("+")
    assert words[:4] == ["PRIVATE", "KEY", WITNESS.verifier.name, WITNESS.verifier.key_id.hex()]


def test_a_key_is_never_replaced(path: Path) -> None:
    with pytest.raises(FileExistsError):
        key_file.write(path, WITNESS, SEED)


def test_without_a_key_there_is_no_witness(tmp_path: Path) -> None:
    with pytest.raises(WitnessError, match="init"):
        key_file.read(tmp_path / "witness.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_reach_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(WitnessError, match="chmod 600"):
        key_file.read(path)


def test_a_damaged_key_is_refused_and_not_shown(path: Path) -> None:
    good = path.read_bytes()
    secret = good.rpartition(b"+")[2].strip().decode()
    flipped = bytes([good[-5] ^ 1])
    for damaged in (
        b"",
        good[:-2],
        good[1:],
        good.removeprefix(b"PRIVATE+KEY+"),
        b"x" + good,
        good + b"\n",
        good[:-5] + flipped + good[-4:],
        good.replace(b"council", b"counsel"),
        good.replace(WITNESS.verifier.key_id.hex().encode(), b"00000000"),
        b"\xff" + good,
        b"x" * 2_000,
    ):
        path.write_bytes(damaged)
        with pytest.raises(WitnessError, match="damaged") as refused:
            key_file.read(path)
        assert secret not in str(refused.value)
        assert refused.value.__cause__ is None
