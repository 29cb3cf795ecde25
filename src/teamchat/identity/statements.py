"""What the key directory says: entries of the log, one encoding each (docs/spec/key-directory.md).

A statement is a value; whether it may stand where it stands is for the replay to judge
(`key_directory`). Only certificates and signed removals prove anything by themselves.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from teamchat import cbor
from teamchat.identity import keys
from teamchat.identity.certificate import MAX_BYTES as CERTIFICATE_BYTES
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, DeviceKey, IdentityKey
from teamchat.ids import PATTERN, DeviceId, UserId, identifier_bytes

VERSION: Final = 1
MAX_BYTES: Final = 4096
"""Of an entry."""
MAX_CHECKPOINT: Final = 3000
"""Characters of the checkpoint that a `Begun` names."""
MOST_CUSTODIANS: Final = 16
LEAST_CUSTODIANS: Final = 2
"""How many have to act together, at the least; and so how many there are."""
DIGEST_BYTES: Final = 32
NO_DEVICE: Final = DeviceId("")
REMOVAL: Final = b"teamchat device removal\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""
ROTATION: Final = b"teamchat identity rotation\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""
_WRITTEN: Final = re.compile(PATTERN)
_VERSION: Final = re.compile(r"[0-9A-Za-z.+-]{1,64}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Added:
    """A person has one device more.

    Attributes:
        user: Whose device it is.
        device: The device.
        certificate: Its certificate; not yet read.
        day: When, as YYYY-MM-DD in UTC.
    """

    user: UserId
    device: DeviceId
    certificate: bytes
    day: str


@dataclass(frozen=True, slots=True)
class Reset:
    """A person has lost everything: another identity key, and its first device.

    Attributes:
        user: Whose device it is.
        device: The device.
        certificate: Its certificate by the new identity key; not yet read.
        day: When, as YYYY-MM-DD in UTC.
    """

    user: UserId
    device: DeviceId
    certificate: bytes
    day: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A device is none any more.

    Attributes:
        user: Whose device it was.
        device: The device.
        day: When, as YYYY-MM-DD in UTC.
        by: Which device of the person asked for it; empty if the company removed it.
        signature: By the key of `by`; empty without one.
    """

    user: UserId
    device: DeviceId
    day: str
    by: DeviceId = NO_DEVICE
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A person has another identity key, and the one before says so; their devices stay.

    Attributes:
        user: The person.
        identity_key: The new public key.
        day: When, as YYYY-MM-DD in UTC.
        by: Which device of the person asked for it.
        former: The signature of the identity key before.
        new: The signature of the new identity key.
        signature: The signature of the device.
    """

    user: UserId
    identity_key: bytes
    day: str
    by: DeviceId
    former: bytes = field(repr=False)
    new: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Begun:
    """This log goes on where another one ended.

    Attributes:
        previous: The last known checkpoint of the other one, as a signed note.
        day: When, as YYYY-MM-DD in UTC.
    """

    previous: str
    day: str


@dataclass(frozen=True, slots=True)
class Custodians:
    """The company has appointed other custodians, or has none any more (docs/spec/custodians.md).

    Attributes:
        which: What the set is called, an identifier that no set had before.
        people: Who they are, sorted; nobody if there are none any more.
        threshold: How many of them it takes; 0 for nobody.
        day: When, as YYYY-MM-DD in UTC.
    """

    which: str
    people: tuple[UserId, ...]
    threshold: int
    day: str


@dataclass(frozen=True, slots=True)
class WebBuilt:
    """From here on the server hands out another build of the web client (docs/spec/web-build.md).

    Attributes:
        version: What it calls itself.
        manifest: The SHA-256 of its manifest.
        day: When, as YYYY-MM-DD in UTC.
    """

    version: str
    manifest: bytes
    day: str


Statement: TypeAlias = Added | Reset | Removed | Rotated | Begun | Custodians | WebBuilt


def encode(statement: Statement) -> bytes:
    """Return the entry that says this.

    Raises:
        IdentityError: A part is not what it must be.
    """
    entry = _canonical(_fields(statement))
    if _read(entry) != statement:
        raise IdentityError("a statement has a part that no reader takes")
    return entry


def decode(entry: bytes) -> Statement:
    """Read an entry.

    Raises:
        IdentityError: It is no entry that this version knows, or not encoded as it must be.
    """
    statement = _read(entry)
    if _canonical(_fields(statement)) != entry:
        raise IdentityError("an entry in another encoding")
    return statement


def sign_removal(key: DeviceKey, *, user: UserId, device: DeviceId, by: DeviceId) -> bytes:
    """Return the signature with which a person's device asks for the removal of one of theirs.

    Args:
        key: The key of `by`.
        user: The person.
        device: What is to be removed.
        by: The device that asks.

    Raises:
        IdentityError: An identifier is none.
    """
    return key.sign(_removal(user, device, by))


def verify_removal(device_key: bytes, removed: Removed) -> None:
    """Check the signature of a removal.

    Args:
        device_key: The public key of the device `removed.by`.
        removed: What is said.

    Raises:
        IdentityError: The signature is not by this key, or is for something else.
    """
    text = _removal(removed.user, removed.device, removed.by)
    keys.verify(device_key, text, removed.signature)


def rotate(
    former: IdentityKey, new: IdentityKey, key: DeviceKey, *, user: UserId, by: DeviceId, day: str
) -> Rotated:
    """Return the statement with which a person takes another identity key.

    Args:
        former: The identity key so far.
        new: The one from now on.
        key: The key of `by`.
        user: The person.
        by: A device of theirs.
        day: Today, as YYYY-MM-DD in UTC.

    Raises:
        IdentityError: An identifier is none, or the key is no other one.
    """
    if former.public == new.public:
        raise IdentityError("a rotation brings another identity key")
    text = _rotation(user, former.public, new.public, by)
    return Rotated(
        user, new.public, day, by, former.sign(text), new.sign(text), key.sign(text)
    )  # fmt: skip


def verify_rotation(former_key: bytes, device_key: bytes, rotated: Rotated) -> None:
    """Check the three signatures of a rotation.

    Args:
        former_key: The public identity key so far.
        device_key: The public key of the device `rotated.by`.
        rotated: What is said.

    Raises:
        IdentityError: One of them is not by its key, or is for something else.
    """
    text = _rotation(rotated.user, former_key, rotated.identity_key, rotated.by)
    keys.verify(former_key, text, rotated.former)
    keys.verify(rotated.identity_key, text, rotated.new)
    keys.verify(device_key, text, rotated.signature)


def day_of(seconds: int) -> str:
    """Return the day of a time, in UTC.

    Args:
        seconds: Since 1970.

    Raises:
        IdentityError: It is beyond the calendar.
    """
    try:
        return date.fromordinal(date(1970, 1, 1).toordinal() + seconds // 86400).isoformat()
    except (ValueError, OverflowError) as error:
        raise IdentityError("no such day") from error


def _removal(user: UserId, device: DeviceId, by: DeviceId) -> bytes:
    try:
        ids = identifier_bytes(user), identifier_bytes(device), identifier_bytes(by)
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error
    return REMOVAL + cbor.encode((VERSION, *ids))


def _rotation(user: UserId, former: bytes, new: bytes, by: DeviceId) -> bytes:
    try:
        fields = (VERSION, identifier_bytes(user), former, new, identifier_bytes(by))
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error
    return ROTATION + cbor.encode(fields)


def _fields(statement: Statement) -> dict[str, str | int]:
    fields: dict[str, str | int] = {"v": VERSION, "day": statement.day}
    match statement:
        case Added() | Reset():
            fields |= {
                "op": "add" if isinstance(statement, Added) else "reset",
                "user": statement.user,
                "device": statement.device,
                "certificate": _base64(statement.certificate),
            }
        case Removed():
            fields |= {"op": "remove", "user": statement.user, "device": statement.device}
            if statement.by or statement.signature:
                fields |= {"by": statement.by, "signature": _base64(statement.signature)}
        case Rotated():
            fields |= {
                "op": "rotate",
                "user": statement.user,
                "identity_key": _base64(statement.identity_key),
                "by": statement.by,
                "former": _base64(statement.former),
                "new": _base64(statement.new),
                "signature": _base64(statement.signature),
            }
        case Begun():
            fields |= {"op": "begin", "previous": statement.previous}
        case Custodians():
            fields |= {
                "op": "custodians",
                "set": statement.which,
                "people": " ".join(statement.people),
                "threshold": statement.threshold,
            }
        case WebBuilt():
            manifest = _base64(statement.manifest)
            fields |= {"op": "web", "version": statement.version, "manifest": manifest}
    return fields


def _canonical(fields: dict[str, str | int]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def _read(entry: bytes) -> Statement:
    if len(entry) > MAX_BYTES:
        raise IdentityError(f"an entry has at most {MAX_BYTES} bytes")
    try:
        fields = json.loads(entry.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise IdentityError("not an entry of the key directory") from error
    match fields:
        case {"v": 1, "op": "add" | "reset" as op, "day": str(day), "user": str(user),
              "device": str(device), "certificate": str(certificate),
              **rest} if not rest:  # fmt: skip
            kind = Added if op == "add" else Reset
            return kind(*_ids(user, device), _bytes(certificate, CERTIFICATE_BYTES), _day(day))
        case {"v": 1, "op": "remove", "day": str(day), "user": str(user), "device": str(device),
              "by": str(by), "signature": str(signature), **rest} if not rest:  # fmt: skip
            return Removed(*_ids(user, device), _day(day), _ids(user, by)[1], _signature(signature))
        case {"v": 1, "op": "remove", "day": str(day), "user": str(user), "device": str(device),
              **rest} if not rest:  # fmt: skip
            return Removed(*_ids(user, device), _day(day))
        case {"v": 1, "op": "rotate", "day": str(day), "user": str(user), "by": str(by),
              "identity_key": str(key), "former": str(former), "new": str(new),
              "signature": str(signature), **rest} if not rest:  # fmt: skip
            who, device = _ids(user, by)
            signed = _signature(former), _signature(new), _signature(signature)
            return Rotated(who, _key(key), _day(day), device, *signed)
        case {"v": 1, "op": "begin", "day": str(day), "previous": str(previous),
              **rest} if not rest and 0 < len(previous) <= MAX_CHECKPOINT:  # fmt: skip
            return Begun(previous, _day(day))
        case {"v": 1, "op": "custodians", "day": str(day), "set": str(which),
              "people": str(people), "threshold": int(threshold), **rest} if not rest:  # fmt: skip
            return _custodians(which, people, threshold, day)
        case {"v": 1, "op": "web", "day": str(day), "version": str(version),
              "manifest": str(manifest), **rest} if not rest:  # fmt: skip
            return _web_built(version, manifest, day)
        case _:
            raise IdentityError("not an entry of the key directory: other fields")


def _custodians(which: str, people: str, threshold: int, day: str) -> Custodians:
    found = people.split(" ") if people else []
    if not all(map(_WRITTEN.match, (which, *found))) or found != sorted({*found}):
        raise IdentityError("custodians are identifiers, sorted, each once")
    some = LEAST_CUSTODIANS <= threshold <= len(found) <= MOST_CUSTODIANS
    if not some and (found or threshold):
        raise IdentityError("not a number of custodians that there can be")
    return Custodians(which, tuple(map(UserId, found)), int(threshold), _day(day))


def _web_built(version: str, manifest: str, day: str) -> WebBuilt:
    digest = _bytes(manifest, DIGEST_BYTES)
    if len(digest) != DIGEST_BYTES or not _VERSION.fullmatch(version):
        raise IdentityError("not a build of the web client")
    return WebBuilt(version, digest, _day(day))


def _signature(text: str) -> bytes:
    signed = _bytes(text, SIGNATURE_BYTES)
    if len(signed) != SIGNATURE_BYTES:
        raise IdentityError(f"a signature has {SIGNATURE_BYTES} bytes")
    return signed


def _key(text: str) -> bytes:
    key = _bytes(text, PUBLIC_KEY_BYTES)
    if len(key) != PUBLIC_KEY_BYTES:
        raise IdentityError(f"a public key has {PUBLIC_KEY_BYTES} bytes")
    return key


def _ids(user: str, device: str) -> tuple[UserId, DeviceId]:
    if not _WRITTEN.match(user) or not _WRITTEN.match(device):
        raise IdentityError("not an identifier of a person and a device")
    return UserId(user), DeviceId(device)


def _day(text: str) -> str:
    try:
        if not _DAY.fullmatch(text):
            raise IdentityError("a day is written YYYY-MM-DD")
        date.fromisoformat(text)
    except ValueError as error:
        raise IdentityError("no such day") from error
    return text


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str, most: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise IdentityError("not base64") from error
    if not 1 <= len(data) <= most:
        raise IdentityError(f"between 1 and {most} bytes are expected")
    return data
