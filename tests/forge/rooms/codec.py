"""Encodings that are no encodings: lengths, presences, tags, ends (RFC 9420 §2.1)."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from teamchat.mls.codec import Reader, Struct, varint
from teamchat.mls.codec import struct as _struct
from teamchat.mls.codec.varint import encode_length
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.errors import DecodeError, ValidationError
from teamchat.mls.extensions import MAX_LISTED, Extension, ExternalSender, RequiredCapabilities
from teamchat.mls.framing import content, public
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import group_info
from teamchat.mls.messages.commit import MAX_PROPOSALS, Commit
from teamchat.mls.messages.proposals import Add, PreSharedKey, ReInit
from teamchat.mls.schedule.key_names import ExternalPSKID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.tree import RatchetTree
from tests.forge.corpus import Patch, Room, Valid
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import Stages
from tests.forge.world import Docket
from tests.support.mls_corpus import structures

struct_module: Any = sys.modules[_struct.__module__]


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for name, value in _samples(stages).items():
        kind = type(value).__name__ if isinstance(value, Struct) else value[0]
        data = value.encode() if isinstance(value, Struct) else value[1]
        _sample(room, stages, name, kind, data)


def _samples(stages: Stages) -> dict[str, Any]:
    """Return one good value of each structure that comes from outside."""
    troupe = stages.four().troupe
    bob = troupe["bob"]
    crypto = SeededCrypto("samples")
    newcomer = stages.world.town.person("sampled").bundle(
        last_resort=True, extensions=(), leaf_extensions=(Extension(1, b"an id"),)
    )
    pending = troupe.commit("bob", Add(newcomer.key_package), crypto=crypto)
    assert pending.welcome is not None
    body = unwrap(pending.message)
    assert isinstance(body, PublicMessage)
    assert isinstance(body.content.content, Commit)
    letter = troupe.told("bob", b"hello", crypto)
    parent = bob.tree.parent(bob.tree.direct_path(0)[0])
    return {
        "public-message": ("MLSMessage", pending.message),
        "private-message": ("MLSMessage", letter),
        "welcome": ("MLSMessage", pending.welcome),
        "group-info": ("MLSMessage", group_info(crypto, bob)),
        "key-package": ("MLSMessage", wrap(newcomer.key_package)),
        "ratchet-tree": ("RatchetTree", bob.tree.encode()),
        "group-context": bob.context,
        "leaf-node": bob.own_leaf_node,
        "parent-node": parent,
        "commit": body.content.content,
        "external-psk": PreSharedKey(ExternalPSKID(b"an id", bytes(32))),
        "resumption-psk": PreSharedKey(
            ResumptionPSKID(ResumptionPSKUsage.APPLICATION, b"a group", 3, bytes(32))
        ),
        "reinit": ReInit(b"a group", 1, 1, (Extension(5, b"\0"),)),
        "required-capabilities": RequiredCapabilities((1, 2), (3,), (4,)),
        "external-sender": ExternalSender(bytes(32), BasicCredential(b"somebody")),
    }


Refuse = Callable[[str, str, int, int, bytes], None]


def _sample(room: Room, stages: Stages, name: str, kind: str, data: bytes) -> None:
    valid = Valid(operation="decode", input={"struct": kind, "data": data}, gives={"kind": "value"})
    scene = stages.world.bystander(f"codec-{name}", [valid])
    room.messages[name] = data
    docket = Docket(room, scene, "decode", "data", f"codec-{name}-")

    def refuse(case: str, what: str, at: int, drop: int, put: bytes) -> None:
        patch = Patch(name, at, drop, put)
        docket.refuse(case, "DecodeError", what, patch, section="2.1.2", more={"struct": kind})

    refuse("trailing", "A byte follows.", len(data), 0, b"\0")
    refuse("nothing", "There is no byte.", 0, len(data), b"")
    refuse("cut", "The last byte is missing.", len(data) - 1, 1, b"")
    headers = _headers(kind, data)
    for header in headers:
        _length(refuse, kind, data, header)
    for which, item, most, what in LONG.get(name, ()):
        header = headers[which]
        many = item * (most + 1)
        put = encode_length(len(many)) + many
        refuse(f"long-{header.at}", what, header.at, header.size + header.length, put)
    for at, byte, what in TAGS.get(name, ()):
        refuse(f"byte-{at}-{byte}", what, at, 1, bytes((byte,)))


TAGS = {
    "external-sender": ((34, 0, "The type of a credential is 0."),
                        (34, 9, "The type of a credential names nothing.")),
    "external-psk": ((0, 0, "The type of a pre-shared key is 0."),
                     (0, 3, "The type of a pre-shared key names nothing.")),
    "resumption-psk": ((1, 0, "The usage of a resumption key is 0."),
                       (1, 4, "The usage of a resumption key names nothing.")),
    "ratchet-tree": ((2, 2, "The presence of a node is 2."),),
    "commit": ((2, 0, "The type of a ProposalOrRef is 0."),
               (2, 3, "The type of a ProposalOrRef names nothing.")),
}  # fmt: skip
"""Bytes that have to be one of a few values."""


LONG = {
    "leaf-node": ((5, b"\xf1\x23", MAX_LISTED, "A leaf names 1,025 types of extension."),
                  (9, b"\xf1\x23\0", MAX_LISTED, "A leaf has 1,025 extensions.")),
    "group-context": ((-1, b"\xf1\x23\0", MAX_LISTED, "A group has 1,025 extensions."),),
    "reinit": ((1, b"\xf1\x23\0", MAX_LISTED, "A ReInit has 1,025 extensions."),),
    "required-capabilities": (
        (0, b"\xf1\x23", MAX_LISTED, "A group requires 1,025 types of extension."),),
    "commit": ((0, b"\2\0", MAX_PROPOSALS + 1, "A commit holds 2,050 proposals."),),
}  # fmt: skip
"""Vectors with more items than are read: which length header it is, an item, how many fit."""


@dataclass(frozen=True)
class Header:
    """A length header: where it is, how long it is itself, and what it announces."""

    at: int
    size: int
    length: int


def _length(refuse: Refuse, kind: str, data: bytes, header: Header) -> None:
    """Spoil one length in every way that cannot be read as anything else."""
    at, size, length = header.at, header.size, header.length
    rest = len(data) - at - size
    where = f"The length at {at}"
    longer = _longer(length)
    for name, put, what in (
        ("max", b"\xbf\xff\xff\xff", "is the greatest there is"),
        ("beyond", encode_length(rest + 1), "leads beyond the end"),
        ("prefix", b"\xff\xff\xff\xff", "begins with 0b11"),
        ("longer", longer, f"takes {len(longer)} bytes where {size} would do"),
        ("zero", b"\0", "is 0 and its content stands"),
    ):
        if length == 0 and name == "zero":
            continue
        if name == "zero" and not _malformed(kind, data[:at] + put + data[at + size :]):
            continue  # what follows happens to be another value of the same structure
        refuse(f"length-{at}-{name}", f"{where} {what}.", at, size, put)


def _malformed(kind: str, data: bytes) -> bool:
    try:
        _decoded(kind, data)
    except DecodeError:
        return True
    except ValidationError:
        return False
    return False


def _decoded(kind: str, data: bytes) -> object:
    return RatchetTree.decode(data) if kind == "RatchetTree" else structures()[kind].decode(data)


def _longer(length: int) -> bytes:
    """Write a length with more bytes than it takes."""
    if length < 1 << 6:
        return (length | 0x4000).to_bytes(2, "big")
    return (length | 0x8000_0000).to_bytes(4, "big")


def _headers(kind: str, data: bytes) -> list[Header]:
    """Return every length header of an encoding, by watching it being read."""
    with _watched() as found:
        _decoded(kind, data)
    return found


@contextmanager
def _watched() -> Iterator[list[Header]]:
    """Note every length that is read, and what is read of it."""
    found: list[Header] = []
    extent, length = struct_module._read_extent, varint.read_length

    def noted_extent(reader: Reader) -> int:
        start = reader.position
        stop: int = extent(reader)
        if not found or found[-1].at != start:
            found.append(Header(start, reader.position - start, stop - reader.position))
        return stop

    def noted_length(reader: Reader) -> int:
        start = reader.position
        announced = length(reader)
        found.append(Header(start, reader.position - start, announced))
        return announced

    framed = content, public
    struct_module._read_extent = noted_extent
    for module in framed:
        module.read_length = noted_length  # type: ignore[attr-defined]
    try:
        yield found
    finally:
        struct_module._read_extent = extent
        for module in framed:
            module.read_length = length  # type: ignore[attr-defined]
