"""Deterministic CBOR: bytes that are taken, and bytes and values that are not, with the reason.

The web client reads the same file (clients/web/tests/cbor.test.ts): both languages say the same
of every case. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import math
import os
from pathlib import Path

import pytest

from teamchat import cbor
from teamchat.cbor import CborError, Limits, Simple, Tag
from tests.support.cbor_json import shown, value_of
from tests.unit.test_cbor import REFUSED, RFC_8949

DATA = Path(__file__).parent / "data" / "cbor.json"
Case = dict[str, object]
SMALL = Limits(size=64, depth=3, items=8)

TAKEN: dict[str, cbor.Value] = {
    "the largest exact number": 2**53 - 1,
    "one more": 2**53,
    "two more": 2**53 + 1,
    "the smallest exact number": -(2**53) + 1,
    "one less": -(2**53),
    "two less": -(2**53) - 1,
    "not a number": math.nan,
    "minus infinity": -math.inf,
    "the smallest half": 2.0**-24,
    "half of it": 2.0**-25,
    "the largest half below the normal ones": 1023 * 2.0**-24,
    "the smallest normal half": 2.0**-14,
    "a half with every bit": 1.9990234375,
    "one bit too many for a half": 1.99951171875,
    "as large as no half": 65536.0,
    "almost as large": 65520.0,
    "the smallest single": 2.0**-149,
    "half of that": 2.0**-150,
    "the smallest double": 5e-324,
    "larger than a single": 3.5e38,
    "a byte order mark": "\ufeffa",
    "a zero character": "a\x00b",
    "not composed": "u\u0308",
    "beyond the plane": "\U0010ffff",
    "bytes as a key": {b"\x01": 1, b"": 2},
    "every kind of key": {b"a": 0, "aa": 1, -1: 2, 100: 3, 10: 4, "b": 5, 2**60: 6, -(2**60): 7},
    "like a property": {"__proto__": {"constructor": 1}, "length": 2},
    "a tag of 64 bits": Tag(2**64 - 1, None),
    "a tag in a tag": Tag(24, Tag(1, 1.5)),
    "a negative bignum": Tag(3, bytes.fromhex("010000000000000000")),
    "no bignum": Tag(4, (-2, 3)),
    "simple 0": Simple(0),
    "simple 19": Simple(19),
    "simple 32": Simple(32),
    "256 bytes": bytes(256),
    "300 characters": "\u00e4" * 300,
    "24 items": tuple(range(24)),
    "nothing in it": ((), {}, b"", ""),
}
NOT_TAKEN = {
    "overlong slash": "62c0af",
    "beyond Unicode": "64f4908080",
    "half a character": "61c3",
    "two bytes for 24": "190018",
    "a float cut off": "fb3ff199",
    "a half cut off": "f97c",
    "a simple cut off": "f8",
    "a simple that is false": "f814",
    "simple 31": "f81f",
    "a reserved simple": "fc",
    "a tag without a value": "c1",
    "a tag that could be shorter": "d80100",
    "a bignum that is a text": "c2696161616161616161",
    "a map cut off behind a key": "a100",
    "a key is a float": "a1f93c0000",
    "a key is a tag": "a1c10000",
    "a key is a simple": "a1f000",
    "keys out of order, one of them no key": "a2f5000000",
    "an infinity as a double": "fb7ff0000000000000",
    "a NaN with a sign": "f9fe00",
    "a single that is a half": "fa7f800000",
    "a double that is a single": "fb47efffffe0000000",
}
BOUNDED = {
    "as deep as may be": "81818100",
    "an array too deep": "8181818100",
    "an empty array too deep": "81818180",
    "an empty map too deep": "818181a0",
    "a tag too deep": "c6c6c6c600",
    "as many as may be": "8700010203040506",
    "one too many": "880001020304050607",
    "one too many in a map": "a400010203040506f6",
    "too many said": "9bffffffffffffffff",
    "too many said in a map": "bbffffffffffffffff",
    "too many said in a map that is cut off": "a5",
    "longer than it is": "5bffffffffffffffff",
    "as large as may be": "583e" + "00" * 62,
    "too large": "583f" + "00" * 63,
}
WITHOUT_ENCODING: dict[str, cbor.Value] = {
    "too large": 2**64,
    "too small": -(2**64) - 1,
    "simple false": Simple(20),
    "simple 24": Simple(24),
    "simple 31": Simple(31),
    "simple 256": Simple(256),
    "simple -1": Simple(-1),
    "tag too large": Tag(2**64, 0),
    "a bignum that fits": Tag(2, bytes([255] * 8)),
    "too deep": ((((((((((((((((((),),),),),),),),),),),),),),),),),),
    "an empty array too deep": (((((((((((((((((),),),),),),),),),),),),),),),),),
}


def read(name: str, data: str, limits: Limits) -> Case:
    case: Case = {
        "name": name,
        "data": data,
        "limits": {"size": limits.size, "depth": limits.depth, "items": limits.items},
    }
    try:
        return case | {"value": shown(cbor.decode(bytes.fromhex(data), limits))}
    except CborError as error:
        return case | {"refused": str(error)}


def make() -> dict[str, list[Case]]:
    taken = {f"RFC 8949 {written}": value for value, written in RFC_8949} | TAKEN
    many = {name: cbor.encode(value).hex() for name, value in taken.items()}
    every = many | REFUSED | NOT_TAKEN
    reading = [read(name, data, cbor.DEFAULT_LIMITS) for name, data in every.items()]
    reading += [read(f"bounded: {name}", data, SMALL) for name, data in BOUNDED.items()]
    writing: list[Case] = []
    for name, value in WITHOUT_ENCODING.items():
        with pytest.raises(CborError) as refused:
            cbor.encode(value)
        writing.append({"name": name, "value": shown(value), "refused": str(refused.value)})
    return {"reading": reading, "writing": writing}


def test_the_answers_are_the_same() -> None:
    made = make()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        DATA.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    assert json.loads(DATA.read_text(encoding="utf-8")) == made


def test_the_json_of_a_value_loses_nothing() -> None:
    for value in TAKEN.values():
        assert cbor.encode(value_of(shown(value))) == cbor.encode(value)
