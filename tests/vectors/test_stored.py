"""What a client stores: every record, byte for byte, and what is refused.

The web client reads the same file (clients/web/tests/engine/stored.test.ts), says the same of every
case and writes the same bytes. `TEAMCHAT_WRITE_VECTORS=1` writes it anew. Older devices have stored
these bytes: a record may grow at its end, and what was written before is read as before.
"""

import json
import os
from collections.abc import Iterator
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Final

import msgspec
import pytest

from teamchat.engine.record import Record
from tests.support.stored_examples import EXACT, examples, plain, records_by_name
from tests.vectors.verdicts import changes

DATA: Final = Path(__file__).parent / "data" / "stored.json"
RECORDS: Final = records_by_name()
CHANGED_BYTES: Final = 150
"""So long, or nearly, is what is changed of each class; what is longer, not at each byte."""
Case = dict[str, object]

# Each is a PlaceRecord, or ought to be: a number, bytes and a flag that may be left out.
PLACES: Final = (
    "9300c400c2", "9200c400", "9100", "90", "", "80", "c0", "00", "a0", "c400", "9200c400c2",
    "9300c400c200", "9300c400c2c1", "9300c400c0", "9300c40000", "9300a0c2", "9300c0c2",
    "93c0c400c2", "93a0c400c2", "93c2c400c2", "93ffc400c2", "93cc05c400c2", "93cd0005c400c2",
    "93ce00000005c400c2", "93cf0000000000000005c400c2", "93d0ffc400c2", "93d1ffffc400c2",
    "93d2ffffffffc400c2", "93d3ffffffffffffffffc400c2", "93cf001fffffffffffffc400c2",
    "93d3ffe0000000000001c400c2", "9300c50000c2", "9300c600000000c2", "9300c60000000001c2",
    "9300c6ffffffffc2", "9300c50001aac2", "dc000300c400c2", "dd0000000300c400c2",
    "ddffffffff00c400c2", "9300c400", "9300c4", "93d40100c400c2", "9300c70001c2",
    "9300c400c2d40100", "9400c400c2d40100", "9400c400c2ca00000000", "9400c400c29191c0",
    "9400c400c281a0a0", "9300c400c3", "9300c401", "9300d9024141c2", "9300c402ff00c3",
    "93cb4014000000000000c400c2", "93ca40a00000c400c2",
)  # fmt: skip
STRICTER: Final = {
    "a number that is not exact everywhere": "93cf0020000000000000c400c2",
    "deep, where it is skipped": "9400c400c2" + "91" * 40 + "c0",
}
"""What the web client refuses and Python takes: nobody writes it, and nothing depends on it."""


def case(name: str, data: bytes) -> Case:
    """Return what comes of reading bytes as a record, and writing it anew."""
    said: Case = {"record": name, "data": data.hex()}
    try:
        found = msgspec.msgpack.decode(data, type=RECORDS[name])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return said | {"refused": True}
    written = found.encode()
    return said if written == data else said | {"written": written.hex()}


def cases_of(name: str) -> Iterator[Case]:
    """Return the cases of one class: of this version, of older ones, and of a newer one."""
    made = [*examples(RECORDS[name])]
    for example in made:
        yield case(name, example.encode()) | {"value": plain(example)}
    fields = msgspec.msgpack.decode(min((example.encode() for example in made), key=len))
    shorter = (fields[:length] for length in range(len(fields)))
    longer = ([*fields, later] for later in (None, {"a": [1.5]}, b"\xff"))
    other = ([*fields[:at], {"a": "map"}, *fields[at + 1 :]] for at in range(len(fields)))
    for each in chain(shorter, longer, other):
        yield case(name, msgspec.msgpack.encode(each))


def changed() -> Iterator[Case]:
    """Return the verdicts over examples of which a byte was changed, or that were cut off."""
    for name, kind in RECORDS.items():
        data = min((example.encode() for example in examples(kind)), key=_distance)
        step = 1 + len(data) // CHANGED_BYTES
        told = (_verdict(name, each) for each in islice(changes(data), 0, None, step))
        runs = [[text, len([*same])] for text, same in groupby(told)]
        yield {"record": name, "data": data.hex(), "step": step, "verdicts": runs}


def _distance(data: bytes) -> int:
    return abs(len(data) - CHANGED_BYTES)


def _verdict(name: str, data: bytes) -> str:
    said = case(name, data)
    if "refused" in said:
        return "refused"
    return "inexact" if _is_inexact(data) else str(said.get("written", "same"))


def _is_inexact(data: bytes) -> bool:
    """Whether there is a number in it that not every language of a client holds."""
    try:
        return _has_inexact(msgspec.msgpack.decode(data, strict=False))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, TypeError):
        return False


def _has_inexact(value: object) -> bool:
    match value:
        case float():
            return True
        case int():
            return abs(value) > EXACT
        case list():
            return any(map(_has_inexact, value))
        case dict():
            return any(map(_has_inexact, [*value, *value.values()]))
        case _:
            return False


def make() -> dict[str, list[Case]]:
    cases = [each for name in RECORDS for each in cases_of(name)]
    cases += [case("PlaceRecord", bytes.fromhex(each)) for each in PLACES]
    stricter: list[Case] = [
        {"name": name, **case("PlaceRecord", bytes.fromhex(data))}
        for name, data in STRICTER.items()
    ]
    assert not any("refused" in each for each in stricter)
    return {"cases": cases, "changed": [*changed()], "stricter": stricter}


def _lines(made: dict[str, list[Case]]) -> str:
    parts = (
        f'"{name}": [\n' + ",\n".join(json.dumps(each) for each in cases) + "\n]"
        for name, cases in made.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def test_the_answers_are_the_same() -> None:
    made = make()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        DATA.write_text(_lines(made), encoding="ascii")
    assert json.loads(DATA.read_text(encoding="utf-8")) == made


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_comes_back(name: str) -> None:
    for example in examples(RECORDS[name]):
        assert msgspec.msgpack.decode(example.encode(), type=RECORDS[name]) == example


def test_every_intent_is_among_the_examples() -> None:
    made = (
        each for name in ("ConversationRecord", "PendingRecord") for each in examples(RECORDS[name])
    )
    said = "".join(json.dumps(plain(each)) for each in made)
    assert all(f'"{word}"' in said for word in ("lost", "group_info", "history", "device", "users"))
    intents = {each.__struct_config__.tag for each in Record.__subclasses__()} - {None}
    assert intents == set(range(1, 10))
