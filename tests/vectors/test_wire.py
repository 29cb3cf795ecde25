"""Bodies and frames: every one at its smallest and fullest, and what is refused.

The web client reads the same file (clients/web/tests/wire/vectors.test.ts), says the same of every
case and writes the same bytes. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import os
from pathlib import Path

import msgspec
import pytest

from teamchat.ids import ConversationId, identifier
from teamchat.wire import frames
from tests.support import wire_verdict
from tests.support.wire_examples import CLIENT, FRAMES, fullest, smallest
from tests.support.wire_typescript import FOLDER, MARK, files

DATA = Path(__file__).parent / "data" / "wire.json"
Case = dict[str, object]
WHICH = ConversationId(identifier(bytes(16)))

# Each is a body that has one field, `left`, a number; or the field `key_package` of bytes.
NUMBERS = (
    "0", "-0", "281474976710655", "281474976710656", "-1", "1.0", "1e0", "1E0", "-0.0", "1.5",
    "01", "+1", "1.", ".5", "1e", "1e999", "18446744073709551616", "true", "null", '"1"', "[1]",
    "NaN", "Infinity", "0x1", "9007199254740993",
)  # fmt: skip
BYTES = (
    "", "AA==", "AB==", "AAA=", "AAB=", "AAAA", "AA", "A===", "====", "AA=A", "A=A=", "AA ==",
    "AA\\n==", "__==", "AAAA====", "AA==AAAA", "\\u0041A==",
)  # fmt: skip
TEXTS = (
    rb"\ud83d\ude42", rb"\ud800", rb"\udc00", rb"\ud800\u0041", rb"\u0000", b"\x00", b"\x7f",
    b"a\nb", rb"\/", rb"\x41", rb"\U0041", rb"\u00E4", rb"\u12", rb"\q", b"\xef\xbb\xbf",
    b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", rb"\\", rb"\\\"", b"\\",
)  # fmt: skip
AROUND = (
    b"", b"[]", b"null", b"{}", b'\t\r\n {"left":1} ', b'\x0b{"left":1}', b'\xef\xbb\xbf{"left":1}',
    b'{"left":1}\x00', b'{"left":1}{}', b'{"left":1,}', b'{"left" :\n1}', b"{'left':1}",
    b'{"left":1',
    b'{"left"}', b'{"left":}', b'{"left":1 "a":2}', b'{,"left":1}', b'{"\\u006ceft":1}',
    b'{"later":[1.5,{"a":null}],"left":1}', b'{"left":1,"later":[1,]}', b'{"left":1,"later":tru}',
    b'{"left":1,"later":"\\ud800"}', b'{"left":1,"constructor":{"__proto__":3}}', b'{"Left":1}',
)  # fmt: skip
STRICTER = {
    "not UTF-8, where it is skipped": ("KeyPackageCount", b'{"left":1,"later":"\xff"}'),
    "a name that is there twice": ("KeyPackageCount", b'{"left":1,"left":2}'),
    "deep, where it is skipped": (
        "KeyPackageCount", b'{"left":1,"later":' + b"[" * 40 + b"]" * 40 + b"}",
    ),
}  # fmt: skip
"""What the web client refuses and Python takes: nobody writes it, and nothing depends on it."""
FRAME_BYTES = {
    "server": (
        "924b05", "92cc4b05", "924bcc05", "924bcd0005", "924bce00000005", "924bcf0000000000000005",
        "924bd005", "924bd10005", "924bd200000005", "924bd30000000000000005", "924bd0ff", "924bff",
        "924bcf0000ffffffffffff", "924bcf0001000000000000", "924bcfffffffffffffffff",
        "924bcb4014000000000000", "924bca40a00000", "924bc3", "924bc0", "924ba135", "924bc40105",
        "924bd40100", "924b9105", "924b8105", "934b0505", "934b05c0", "934b05d40100",
        "934b05c70000", "934b05c8000100ff", "934b0581c2c2", "934b05c1", "934b05c7ff0000", "914b",
        "90", "80", "c0", "4b", "", "dc00024b05", "dd000000024b05", "dd7fffffff4b05", "924b05c0",
        "92ff05", "92cf800000000000000005", "92d3800000000000000005", "92cb405280000000000005",
        "92a14b05", "92c24b", "9200", "920005", "937fa0c0", "937fa0c1", "927fd40100", "d90141",
        "934ca141a0", "934cd90141a0", "934cda000141db00000000", "934cc40141a0", "934ca1ffa0",
        "954401020304", "9544010203c3", "9544010203c2", "95440102c303", "82400140c0",
    ),
    "client": ("9206ff", "920605", "92ff05", "924b05", "9104", "920400", "9204ce01000000",
               "9204ce01000001", "937f0000", "930600", "93060000"),
}  # fmt: skip


def body_case(name: str, data: bytes) -> Case:
    found = wire_verdict.of_body(name, data)
    case: Case = {"body": name}
    case |= {"text": data.decode()} if data.isascii() else {"data": data.hex()}
    return case | ({"refused": True} if found is None else {"written": found.decode()})


def frame_case(side: str, data: bytes) -> Case:
    found = wire_verdict.of_frame(side, data)
    said = {"refused": True} if found is None else {"written": found.hex()}
    return {"side": side, "data": data.hex(), **said}


def bodies() -> list[Case]:
    made = []
    for name, kind in wire_verdict.BODIES.items():
        least = smallest(kind)
        more = {**msgspec.to_builtins(least), "later": 1}
        several: tuple[object, ...] = (least, fullest(kind), more, {})
        made += [body_case(name, msgspec.json.encode(each)) for each in several]
    count, hello = "KeyPackageCount", "OpenedMailbox"
    made += [body_case(count, b'{"left":' + each.encode() + b"}") for each in NUMBERS]
    made += [body_case(hello, b'{"secret":"' + each + b'"}') for each in TEXTS]
    made += [body_case(count, each) for each in AROUND]
    claimed = '{"user":"%s","device":"%s","key_package":"%s"}'
    made += [
        body_case("ClaimedKeyPackage", (claimed % (WHICH, WHICH, each)).encode()) for each in BYTES
    ]
    return made


def client_frames() -> list[Case]:
    made = []
    for name, kind in FRAMES.items():
        for example in (smallest(kind), fullest(kind)):
            data = msgspec.msgpack.encode(example)
            made += [frame_case(side, data) for side in ("client", "server")]
            made.append(frame_case("client" if name in CLIENT else "server", data[:-1]))
    for side, several in FRAME_BYTES.items():
        made += [frame_case(side, bytes.fromhex(each)) for each in several]
    return made


def make() -> dict[str, list[Case]]:
    stricter: list[Case] = []
    for name, (body, data) in STRICTER.items():
        assert wire_verdict.of_body(body, data) is not None
        stricter.append({"name": name, "body": body, "data": data.hex()})
    return {"bodies": bodies(), "frames": client_frames(), "stricter": stricter}


def test_the_answers_are_the_same() -> None:
    made = make()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        DATA.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    assert json.loads(DATA.read_text(encoding="utf-8")) == made


@pytest.mark.parametrize("name", wire_verdict.BODIES)
def test_every_body_at_its_smallest_and_fullest_is_taken(name: str) -> None:
    for example in (smallest(wire_verdict.BODIES[name]), fullest(wire_verdict.BODIES[name])):
        data = msgspec.json.encode(example)
        assert msgspec.json.decode(data, type=type(example)) == example
        assert wire_verdict.of_body(name, data) is not None


def test_no_frame_is_left_out() -> None:
    tags = {kind.__struct_config__.tag for kind in FRAMES.values()}
    assert {tag for tag in tags if isinstance(tag, int) and tag >= 64} == set(frames._SERVER_TAGS)


def test_the_typescript_is_what_python_says() -> None:
    """`python -m tests.support.wire_typescript` writes it anew."""
    written = {
        path.name: path.read_text(encoding="utf-8")
        for path in FOLDER.glob("*.ts")
        if MARK in path.read_text(encoding="utf-8")
    }
    assert written == files()
