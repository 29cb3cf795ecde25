"""The history archive (docs/spec/history-archive.md), put together a second time by hand."""

import hashlib
import json
import os
from pathlib import Path

from nacl import bindings

from teamchat.content import archive
from teamchat.content.archive import ArchiveKey, Head, Origin, Place
from teamchat.engine.history import entries
from teamchat.engine.history.entries import LineEntry, PersonEntry, RoomEntry
from teamchat.engine.model import MessageKind
from teamchat.ids import ConversationId, DeviceId, UserId, identifier

FILE = Path(__file__).parent / "data" / "history-archive.json"
ANNA = UserId(identifier(bytes(range(16))))
ROOM = ConversationId(identifier(bytes(range(16, 32))))
KEY = ArchiveKey(bytes(range(32)))
HEAD = Head(
    archive=bytes(range(64, 80)),
    origin=Origin.DEVICE,
    user=ANNA,
    device=DeviceId(identifier(bytes(range(32, 48)))),
    created=1_795_000_000,
    since_ms=0,
    lines=2,
)


def make() -> dict[str, object]:
    room = RoomEntry(
        ROOM, direct=False, title="Halle 2", peer=UserId(""), left=False, log_epoch=1, shift=0
    )
    person = PersonEntry(ANNA, "anna", "Anna", "Stuttgart", "Europe/Berlin")
    said = LineEntry(f"{HEAD.device}.00", 7, MessageKind.TEXT, ANNA, 1_795_000_000_000, "Grüße")
    told = LineEntry(
        "1.8.system-renamed.", 8, MessageKind.SYSTEM, ANNA, 1_795_000_001_000, "system-renamed",
        (("by", ANNA), ("title", "Halle 2")),
    )  # fmt: skip
    bodies = [entries.write([room, person, said]), entries.write([room, told])]
    parts, place = [], Place.first(HEAD)
    for index, body in enumerate(bodies):
        nonce = bytes(range(100 + index, 124 + index))
        part = archive.seal(KEY, HEAD, place, body, last=index == 1, nonce=nonce)
        place = place.after(part, last=index == 1)
        parts.append(part)
    return {
        "key": KEY.secret.hex(), "head": HEAD.encode().hex(),
        "parts": [part.hex() for part in parts], "contents": [body.hex() for body in bodies],
        "chain": place.chain.hex(),
    }  # fmt: skip


def case() -> dict[str, object]:
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        FILE.write_text(json.dumps(make(), indent=1) + "\n", encoding="utf-8")
    loaded = json.loads(FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_answers_stay() -> None:
    assert make() == case()


def test_another_hand_opens_it_as_it_is_specified() -> None:
    known = case()
    key, head = bytes.fromhex(str(known["key"])), bytes.fromhex(str(known["head"]))
    chain = hashlib.sha256(b"teamchat history head\x00" + head).digest()
    parts, contents = known["parts"], known["contents"]
    assert isinstance(parts, list)
    assert isinstance(contents, list)
    for index, (written, content) in enumerate(zip(parts, contents, strict=True)):
        part = bytes.fromhex(written)
        header = b"\x01" + head[3:19] + index.to_bytes(4, "big") + bytes([index == 1])
        assert part[:22] == header
        opened = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            part[46:], b"teamchat history part\x00" + header + chain, part[22:46], key
        )
        assert opened.hex() == content
        chain = hashlib.sha256(chain + part).digest()
    assert chain.hex() == known["chain"]
