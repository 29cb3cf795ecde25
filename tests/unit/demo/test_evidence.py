"""The search finds what is there: otherwise finding nothing would prove nothing."""

import base64
import sqlite3
from pathlib import Path

import pytest

from teamchat.demo.evidence import search

WORD = "Förderstraße"


@pytest.mark.parametrize(
    "stored",
    [
        WORD.encode(),
        WORD.encode("utf-16-le"),
        WORD.encode("utf-16-be"),
        WORD.encode().hex().encode(),
        base64.b64encode(WORD.encode()),
        base64.b64encode(b"1" + WORD.encode() + b"2"),
        base64.b64encode(b"12" + WORD.encode() + b"34"),
        b'{"text": "F\\xf6rderstra\\xdfe"}',
    ],
)
def test_a_word_in_a_file_is_found_however_it_is_written(tmp_path: Path, stored: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"before " + stored + b" after")
    result = search(tmp_path, [WORD, "absent"])
    assert result.found == (f"{WORD!r} in file",)
    assert result.files == 1


@pytest.mark.parametrize("value", [WORD, WORD.encode()])
def test_a_word_in_a_row_is_found(tmp_path: Path, value: object) -> None:
    path = tmp_path / "data.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE note (body)")
        database.execute("INSERT INTO note VALUES (?)", (value,))
    database.close()
    result = search(tmp_path, [WORD])
    assert f"{WORD!r} in data.db, table note" in result.found
    assert result.rows == 1


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"ciphertext")
    assert search(tmp_path, [WORD]).found == ()
