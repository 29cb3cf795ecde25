import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from teamchat.transparency import SignatureType
from teamchat.witness import box
from teamchat.witness.errors import WitnessError
from tests.support.tlog import LOG_KEY

NAME = "witness.example/council"


def test_a_new_witness_has_a_key_of_its_own(tmp_path: Path) -> None:
    one, other = (box.make(tmp_path / name, NAME) for name in ("a", "b"))
    assert one != other
    assert (one.name, one.type) == (NAME, SignatureType.COSIGNATURE_V1)
    with box.opened(tmp_path / "a") as opened:
        assert opened.key.verifier == one
        assert opened.ledger.followed() == ()


def test_a_witness_is_never_made_over_something(tmp_path: Path) -> None:
    box.make(tmp_path / "a", NAME)
    before = sorted((each.name, each.read_bytes()) for each in (tmp_path / "a").iterdir())
    with pytest.raises(WitnessError, match="not empty"):
        box.make(tmp_path / "a", NAME)
    assert sorted((each.name, each.read_bytes()) for each in (tmp_path / "a").iterdir()) == before


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 256])
def test_a_name_that_is_none_makes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(WitnessError, match="an address without https"):
        box.make(tmp_path / "a", name)
    assert not (tmp_path / "a").exists()


def test_one_process_has_it_open(tmp_path: Path) -> None:
    box.make(tmp_path / "a", NAME)
    with (
        box.opened(tmp_path / "a"),
        pytest.raises(WitnessError, match="stop that one first"),
        box.opened(tmp_path / "a"),
    ):
        pass
    with box.opened(tmp_path / "a"):
        pass


def test_it_can_be_looked_at_while_it_is_open(tmp_path: Path) -> None:
    box.make(tmp_path / "a", NAME)
    with box.opened(tmp_path / "a") as opened, box.looked_at(tmp_path / "a") as seen:
        opened.ledger.follow(LOG_KEY.verifier)
        assert seen.ledger.followed() == opened.ledger.followed()


def test_where_none_is_there_is_none_afterwards(tmp_path: Path) -> None:
    with pytest.raises(WitnessError, match="init"), box.opened(tmp_path / "a"):
        pass
    assert not (tmp_path / "a").exists()


def test_a_key_without_its_memory_signs_nothing(tmp_path: Path) -> None:
    box.make(tmp_path / "a", NAME)
    (tmp_path / "a" / box.LEDGER).unlink()
    with pytest.raises(WitnessError, match="no longer knows"), box.opened(tmp_path / "a"):
        pass


def test_a_key_with_anothers_memory_signs_nothing(tmp_path: Path) -> None:
    for name in ("a", "b"):
        box.make(tmp_path / name, NAME)
    (tmp_path / "a" / box.LEDGER).replace(tmp_path / "b" / box.LEDGER)
    with pytest.raises(WitnessError, match="another witness"), box.opened(tmp_path / "b"):
        pass


def test_a_file_that_cannot_be_read_now_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teamchat.witness.ledger._BUSY_SECONDS", 0.0)
    box.make(tmp_path / "a", NAME)
    with closing(sqlite3.connect(tmp_path / "a" / box.LEDGER, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(WitnessError, match="disk"), box.looked_at(tmp_path / "a"):
            pass
