"""Evidence: the words that were written, searched for in every byte the server has stored."""

import base64
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched and what was found."""

    files: int
    bytes: int
    rows: int
    found: tuple[str, ...]


def search(directory: Path, words: Iterable[str]) -> Searched:
    """Search every file below a directory, and every value of every SQLite table in it."""
    needles = {word: _spellings(word) for word in words}
    found: list[str] = []
    files = size = rows = 0
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        data = path.read_bytes()
        files, size = files + 1, size + len(data)
        found += _hits(needles, data, path.name)
        if data.startswith(b"SQLite format 3\0"):
            for table, value in _values(path):
                rows += 1
                found += _hits(needles, value, f"{path.name}, table {table}")
    return Searched(files, size, rows, tuple(found))


def _hits(needles: dict[str, set[bytes]], data: bytes, place: str) -> list[str]:
    return [
        f"{word!r} in {place}"
        for word, spellings in needles.items()
        if any(spelling in data for spelling in spellings)
    ]


def _spellings(word: str) -> set[bytes]:
    """Return the bytes a word could lie in a file as, compression and encryption aside."""
    forms = {word, unicodedata.normalize("NFD", word), word.encode("unicode_escape").decode()}
    plain = {form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")}
    coded = {_base64(each, before) for each in plain for before in range(3)}
    return plain | coded | {each.hex().encode() for each in plain}


def _base64(plain: bytes, before: int) -> bytes:
    """Return what is sure of the base64 of a text that holds `plain` after `before` bytes."""
    coded = base64.b64encode(bytes(before) + plain).rstrip(b"=")
    unsure = (before + len(plain)) % 3 != 0
    return coded[(0, 2, 3)[before] : len(coded) - unsure]


def _values(path: Path) -> Iterator[tuple[str, bytes]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - our own names
                yield table, b"\0".join(_bytes(value) for value in row)
    database.close()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
