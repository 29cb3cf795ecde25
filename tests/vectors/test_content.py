"""Content of messages: what is taken and what it means, and what is refused, with the reason.

The web client reads the same file (clients/web/tests/content/vectors.test.ts): both languages say
the same of every case. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import os
from dataclasses import replace
from pathlib import Path

from teamchat import cbor
from teamchat.content import archive, codec, given
from teamchat.content.archive import Origin, Place
from teamchat.content.archive_file import framed
from teamchat.content.model import (
    Cardinality,
    Disposition,
    Expiration,
    ExternalPart,
    Message,
    MessageId,
    MultiPart,
    NullPart,
    Part,
    PartSemantics,
    SinglePart,
    UnknownPart,
)
from teamchat.content.profile import ROOM, SEEN, Author, Seen
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId, identifier
from tests.support.content_verdict import of_content

DATA = Path(__file__).parent / "data" / "content-cases.json"
Case = dict[str, object]
ANNA, WEI = (UserId(identifier(bytes([n]) * 16)) for n in (1, 2))
WHERE = ConversationId(identifier(bytes([3]) * 16))
BLOB = BlobId(identifier(bytes([4]) * 16))
SALT = bytes(range(16))
ID = MessageId(b"\x01" + bytes(31))
AUTHOR = Author(ANNA, WHERE)
GIFT = given.Given(
    blob=BLOB, key=bytes(32), size=5000, digest=bytes(32), epoch=7, users=(ANNA, WEI),
    since_ms=1_790_000_000_000, until_ms=1_790_000_000_001, count=2,
)  # fmt: skip
EXPIRES = Expiration(relative=True, seconds=60)
URL = f"mimi://teamchat/b/{BLOB}"
FILE = ExternalPart("image/png", URL, filename="a.png")


def _text(content: bytes, kind: str = "text/plain;charset=utf-8", *, what: int = 1) -> SinglePart:
    return SinglePart(kind, content, what)


def _several(semantics: PartSemantics, *parts: Part) -> MultiPart:
    return MultiPart(semantics, parts)


def _nested(levels: int) -> Part:
    part: Part = _text(b"in the middle")
    for _ in range(levels - 1):
        part = MultiPart(PartSemantics.PROCESS_ALL, (part, NullPart()))
    return part


def _room(told: cbor.Value) -> SinglePart:
    return SinglePart(ROOM, cbor.encode(told), Disposition.UNSPECIFIED)


PARTS: dict[str, Part] = {
    "nothing": NullPart(),
    "text": _text("Grüße 🙂".encode()),
    "no UTF-8": _text(b"\xff"),
    "a byte order mark": _text(b"\xef\xbb\xbfa"),
    "an upper-case type": _text(b"a", " TEXT/Plain ; charset=utf-8"),
    "a type behind a byte order mark": _text(b"a", "\ufefftext/plain"),
    "a type behind another space": _text(b"a", "\u3000\x1ctext/plain\x85"),
    "a type in other letters": _text(b"a", "text/mar\u212adown"),
    "an empty type": _text(b"a", ""),
    "an image": _text(b"a", "image/png"),
    "markdown": _text(b"1 &lt; *2* &amp;lt;", "text/markdown;variant=GFM-MIMI"),
    "html": _text(b"<p>Moin <b>Wei</b><br>1 &lt; 2 <!-- no --><script>no</script>", "text/html"),
    "a preview": _text(b"x", what=Disposition.PREVIEW),
    "an unknown disposition": _text(b"x", what=99),
    "a reaction": _text("👍".encode(), what=Disposition.REACTION),
    "an empty reaction": _text(b"", what=Disposition.REACTION),
    "a long reaction": _text(b"x" * 65, what=Disposition.REACTION),
    "a reaction of several parts": MultiPart(
        PartSemantics.SINGLE_UNIT, (_text(b"a"), _text(b"b")), Disposition.REACTION
    ),
    "a title": _room({"title": "Werk 深圳"}),
    "a title of long ago": _room({"title": "a", "since": 0, "newer": [1]}),
    "a title since true": _room({"title": "a", "since": True}),
    "a title since before": _room({"title": "a", "since": -1}),
    "a title since ever": _room({"title": "a", "since": 2**53}),
    "a title since the last exact number": _room({"title": "a", "since": 2**53 - 1}),
    "a title since half past": _room({"title": "a", "since": 1.0}),
    "an empty title": _room({"title": ""}),
    "a title of spaces": _room({"title": "  "}),
    "a title of 200 characters": _room({"title": "🙂" * 200}),
    "a title of 201 characters": _room({"title": "x" * 201}),
    "a title of two lines": _room({"title": "a\nb"}),
    "a title that turns around": _room({"title": "a\u202eb"}),
    "a title newer than a Unicode": _room({"title": "\U0001fa77\U0003fffd"}),
    "a title for private use": _room({"title": "a\ue000"}),
    "a title with another space": _room({"title": "a\u00a0b"}),
    "a title that is no text": _room({"title": b"a"}),
    "a title in no map": _room(["title"]),
    "a title with keys of every kind": _room({"title": "a", 1: 2, b"since": 3}),
    "no title": _room({}),
    "no room": SinglePart(ROOM, b""),
    "a file": FILE,
    "a file with a description": ExternalPart("a/b", URL, description="seen from above"),
    "a file without words": ExternalPart("a/b", URL),
    "a large file": ExternalPart("a/b", "https://example.com/x", 1, 2**64 - 1, 2**16 - 1, b"k"),
    "a file elsewhere": ExternalPart("a/b", f"mimi://other/b/{BLOB}"),
    "a file at a bare name": ExternalPart("a/b", BLOB),
    "one of several": _several(PartSemantics.CHOOSE_ONE, _text(b"a", "x/y"), _text(b"b")),
    "one of nothing": _several(PartSemantics.CHOOSE_ONE, _text(b"a", "x/y"), FILE),
    "all of several": _several(PartSemantics.PROCESS_ALL, _text(b"a"), NullPart(), FILE),
    "several as one": _several(PartSemantics.SINGLE_UNIT, _text(b"a"), _text(b"b")),
    "nothing of several": _several(PartSemantics.PROCESS_ALL, UnknownPart(4, ()), _text(b"", "x")),
    "four levels": _nested(4),
    "a newer part": UnknownPart(4, ("x", (1, b"y"), {1: None}), 77, "zh"),
    "a part that is newer by far": UnknownPart(2**63, ()),
}
SEEN_SAID: dict[str, cbor.Value] = {
    "well": (1_790_000_000, 3, bytes(32)), "nothing": None, "bytes": b"", "too little": (1, 3),
    "a short root": (1, 3, bytes(31)), "too much": (1, 3, bytes(32), 0),
    "no size": (1, 0, bytes(32)),
    "before": (-1, 3, bytes(32)), "too large": (1, 2**53, bytes(32)), "true": (True, 3, bytes(32)),
    "a float": (1.0, 3, bytes(32)), "a text": (1, 3, "x" * 32), "a map": {1: 3},
    "far too large": (2**64 - 1, 3, bytes(32)),
}  # fmt: skip
USERS = bytes([1]) * 16
GIVEN_SAID: dict[str, cbor.Value] = {
    "nothing": None, "too little": (7, 1, 2, 2), "nobody": (7, 1, 2, 2, b""),
    "half a user": (7, 1, 2, 2, USERS + b"1"), "backwards": (7, 3, 2, 2, USERS),
    "no lines": (7, 1, 2, 0, USERS), "true": (True, 1, 2, 2, USERS),
    "a float": (7.0, 1, 2, 2, USERS), "too late": (7, 1, given.LATEST_MS, 2, USERS),
    "the last day": (7, 1, given.LATEST_MS - 1, 2, USERS),
    "too many": (7, 1, 2, 2, USERS * 201), "so many": (7, 1, 2, 2, USERS * 200),
    "another epoch": (2**53, 1, 2, 2, USERS), "before": (7, -1, 2, 2, USERS),
}  # fmt: skip
OTHER_GIFTS: dict[str, object] = {
    "nonce": b"n", "aad": b"a", "enc_alg": 1, "hash_alg": 2, "content_type": "a/b", "key": b"k",
    "content_hash": b"h", "size": 2**30 + 1, "url": "mimi://teamchat/b/x",
}  # fmt: skip
# The place of a field in the message, and what stands there instead.
FIELDS: list[tuple[int, cbor.Value]] = [
    (0, bytes(15)), (0, None), (1, bytes(31)), (1, 1), (2, None), (2, "x"), (2, b"topic"),
    (3, 0), (3, (True,)), (3, (True, 2**32)), (3, (1, 1)), (3, (True, -1)), (3, (True, True)),
    (3, (False, 2**32 - 1)), (3, (True, 1.0)), (4, b""), (4, bytes(32)), (5, None), (5, ()),
    (5, {}), (5, {1: 7}), (5, {2: b"room"}), (5, {1: "u"}), (5, {1: "u", 2: "r"}), (5, {b"x": 1}),
    (5, {"": 1}), (5, {"x" * 256: 1}), (5, {1: "u", 2: "r", "x" * 255: 1}), (5, {"ä" * 128: 1}),
    (5, {1: "u", 2: "r", 2**53 - 1: 1}), (5, {2**53: 1}), (5, {-(2**53): 1}),
    (5, {-(2**53) + 1: 1}),
    (5, {3: {2**53: 1}}), (5, {3: {b"x": {"y": 1}}}), (5, {3: ((cbor.Tag(32, (1,)),),)}),
    (5, {3: bytes(4095)}), (5, {1: "u", 2: "r", 3: bytes(4092)}), (5, {3: {1: {1: {1: {}}}}}),
    (5, {3: [[[[]]]]}), (5, {1: "u", 2: "r", 3: [[[]]]}), (5, {1: "u", 2: "r", 3: cbor.Simple(23)}),
    (5, {1: "u", 2: "r", -7: ((b"\x12", cbor.Tag(32, "http://x")),), "ours": 1.5}),
    (6, None), (6, ()), (6, (1, "")), (6, (256, "", 0)), (6, (-1, "", 0)), (6, (True, "", 0)),
    (6, (1, b"", 0)), (6, (1, "", -1)), (6, (1, "", "x")), (6, (1, "", 0, 0)), (6, (1, "", 1)),
    (6, (1, "", 1, "text/plain", "x")), (6, (1, "", 1, b"text/plain", b"x")),
    (6, (1, "", 1, "text/plain", b"x", 0)), (6, (1, "", 2, "video/mp4")), (6, (1, "", 3)),
    (6, (1, "", 3, 0, ())), (6, (1, "", 3, 0, ((1, "", 0),))), (6, (1, "", 1.0, "a", b"")),
    (6, (1, "", 3, 3, 2 * ((1, "", 0),))), (6, (1, "", 3, True, 2 * ((1, "", 0),))),
    (6, (1, "", 3, 0, {})), (6, (1, "", 2**64 - 1)), (6, (1.0, "", 0)),
]  # fmt: skip
TOO_LARGE: list[tuple[int, cbor.Value]] = [(2, 2**32), (3, -1), (4, 2**16), (8, 2**8), (3, 1.0)]
EXTERNAL: tuple[cbor.Value, ...] = ("t", "u", 1, 1, 1, b"", b"", b"", 1, b"", "", "")


def packed(message: Message) -> bytes:
    return b"\x01" + codec.encode(message)


def raw(place: int, value: cbor.Value) -> bytes:
    fields = list(cbor.decode(codec.encode(AUTHOR.text("Moin", salt=SALT))))  # type: ignore[arg-type] # an array
    fields[place] = value
    return b"\x01" + cbor.encode(fields)


def with_extension(part: Part, key: int, said: cbor.Value) -> bytes:
    return packed(AUTHOR.private(part, key, said, salt=SALT))


def plaintexts() -> dict[str, bytes]:
    made = {"empty": b"", "a newer version": b"\x02", "too large": b"\x01" + bytes(200 * 1024 + 1)}
    made |= {
        "no CBOR": b"\x01\xff",
        "no array": b"\x01\x07",
        "an array of 6": b"\x01\x86" + b"\0" * 6,
    }
    for name, part in PARTS.items():
        made[name] = packed(AUTHOR.private(part, -9, 1, salt=SALT))
        for replaces, answers in ((ID, None), (None, ID)):
            message = Message(SALT, part, replaces, b"t", EXPIRES, answers, {1: "a", 2: "b"})
            made[f"{name}, {'replacing' if replaces else 'answering'}"] = packed(message)
    made |= {
        f"seen {name}": with_extension(PARTS["text"], SEEN, said)
        for name, said in SEEN_SAID.items()
    }
    gift = given.message(AUTHOR, GIFT, salt=SALT)
    made["given"] = packed(gift)
    made |= {
        f"given {name}": with_extension(gift.part, given.GIVEN, said)
        for name, said in GIVEN_SAID.items()
    }
    made |= {f"field {n}: {at}": raw(at, value) for n, (at, value) in enumerate(FIELDS)}
    reaction = AUTHOR.reaction(ID, "👍", salt=SALT)
    made["a reaction, replacing and answering"] = packed(replace(reaction, replaces=ID))
    assert isinstance(gift.part, ExternalPart)
    for number, part in enumerate(
        replace(gift.part, **{name: said})  # type: ignore[arg-type] # each of its own type
        for name, said in OTHER_GIFTS.items()
    ):
        made[f"given otherwise {number}"] = packed(replace(gift, part=part))
    made["given again"] = packed(replace(gift, replaces=ID))
    deep: cbor.Value = (1, "", 0)
    for _ in range(4):
        deep = (1, "", 3, 2, (deep, (1, "", 0)))
    made["five levels"] = raw(6, deep)
    for number, (at, said) in enumerate(TOO_LARGE):
        large: tuple[cbor.Value, ...] = (*EXTERNAL[:at], said, *EXTERNAL[at + 1 :])
        made[f"external {at}, too large {number}"] = raw(6, (6, "", Cardinality.EXTERNAL, *large))
    for at in range(len(EXTERNAL)):
        wrong: tuple[cbor.Value, ...] = (*EXTERNAL[:at], None, *EXTERNAL[at + 1 :])
        made[f"external {at}"] = raw(6, (6, "", Cardinality.EXTERNAL, *wrong))
    return made


def make_archive() -> Case:
    """Seal an archive of two parts, of which both languages make the same bytes."""
    key = archive.ArchiveKey(bytes(range(32)))
    head = archive.Head(
        archive=bytes(range(16)), origin=Origin.ROOM, user=ANNA, device=DeviceId(WEI),
        created=1_790_000_000, since_ms=0, lines=2,
    )  # fmt: skip
    place, parts, bodies = Place.first(head), [], (b"one", b"")
    for number, body in enumerate(bodies):
        last = number == 1
        part = archive.seal(key, head, place, body, last=last, nonce=bytes([number]) * 24)
        place = place.after(part, last=last)
        parts.append(part)
    return {
        "key": key.secret.hex(), "head": head.encode().hex(), "user": ANNA, "device": WEI,
        "parts": [part.hex() for part in parts], "bodies": [body.hex() for body in bodies],
        "chain": place.chain.hex(),
        "file": b"".join(map(framed, (head.encode(), *parts))).hex(),
    }  # fmt: skip


def make() -> dict[str, object]:
    author = Author(ANNA, WHERE, Seen(1_790_000_000, 3, bytes(range(32))))
    said = {
        "text": author.text("Moin", salt=SALT, in_reply_to=ID),
        "markdown": author.markdown("1 < 2 <b>x</b> <!-- --> <?a", salt=SALT),
        "edit": author.edit(ID, "Moin!", salt=SALT, in_reply_to=ID),
        "reaction": author.reaction(ID, "👩🏽\u200d⚕️", salt=SALT),
        "deletion": author.deletion(ID, salt=SALT),
        "reaction taken back": author.deletion(ID, salt=SALT, reaction_to=ID),
        "title": author.room_title("Werk 深圳", since=17, salt=SALT),
        "files": author.files(FILE, FILE, text="Plan", salt=SALT),
        "file": author.files(FILE, salt=SALT),
        "given": given.message(author, GIFT, salt=SALT),
    }
    return {
        "author": {"user": ANNA, "conversation": WHERE, "users": [ANNA, WEI], "blob": BLOB},
        "said": {name: packed(message).hex() for name, message in said.items()},
        "archive": make_archive(),
        "cases": [
            {"name": name, "plaintext": data.hex(), **of_content(data)}
            for name, data in plaintexts().items()
            if len(data) < 10_000
        ],
    }


def test_the_answers_are_the_same() -> None:
    made = make()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        DATA.write_text(json.dumps(made, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    assert json.loads(DATA.read_text(encoding="utf-8")) == made


def test_there_are_answers_of_every_kind() -> None:
    cases = json.loads(DATA.read_text(encoding="utf-8"))["cases"]
    meanings = {case["meaning"]["type"] for case in cases if "meaning" in case}
    assert meanings == {"Text", "Edit", "Reaction", "Deletion", "RoomTitle", "Unsupported"}
    assert len({case["refused"] for case in cases if "refused" in case}) > 15
