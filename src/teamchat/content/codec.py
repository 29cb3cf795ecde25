"""MIMI content to bytes and back: deterministic CBOR (draft-ietf-mimi-content-08 §6, App. B).

What is read is checked against the whole CDDL and the limits of §6.2 and §6.3; what is
written is checked by reading it the same way.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from teamchat import cbor
from teamchat.content.errors import ContentError
from teamchat.content.model import (
    MAX_BYTES,
    MAX_EXTENSION_LEVELS,
    MAX_PART_LEVELS,
    MESSAGE_ID_BYTES,
    ROOM_URI,
    SALT_BYTES,
    SENDER_URI,
    Cardinality,
    Expiration,
    ExtensionKey,
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

MAX_ITEMS: Final = 4096
MAX_EXTENSION_KEY_BYTES: Final = 255
MAX_EXTENSION_BYTES: Final = 4095
_LIMITS: Final = cbor.Limits(size=MAX_BYTES, depth=16, items=MAX_ITEMS)
_MAX_KEY: Final = 2**53 - 1
_UINT8, _UINT16, _UINT32, _UINT64 = 2**8 - 1, 2**16 - 1, 2**32 - 1, 2**64 - 1


def encode(message: Message) -> bytes:
    """Return the bytes of a message.

    Raises:
        ContentError: The message breaks a rule of the draft or is too large.
    """
    extensions: dict[cbor.Key, cbor.Value] = dict(message.extensions.items())
    written: tuple[cbor.Value, ...] = (
        message.salt,
        message.replaces,
        message.topic,
        None if message.expires is None else (message.expires.relative, message.expires.seconds),
        message.in_reply_to,
        extensions,
        _written(message.part),
    )
    try:
        data = cbor.encode(written, depth=_LIMITS.depth)
    except cbor.CborError as error:
        raise ContentError(str(error)) from error
    decode(data)
    return data


def decode(data: bytes) -> Message:
    """Read a message.

    Raises:
        ContentError: It is not deterministic CBOR, breaks a rule of the draft or is too large.
    """
    try:
        value = cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise ContentError(f"not MIMI content: {error}") from error
    if not isinstance(value, tuple) or len(value) != 7:
        raise ContentError("MIMI content is an array of 7")
    salt, replaces, topic, expires, in_reply_to, extensions, part = value
    if len(_bytes(salt)) != SALT_BYTES:
        raise ContentError(f"the salt has {SALT_BYTES} bytes")
    return Message(
        salt=_bytes(salt),
        replaces=_message_id(replaces),
        topic=_bytes(topic),
        expires=_expiration(expires),
        in_reply_to=_message_id(in_reply_to),
        extensions=_extensions(extensions),
        part=_part(part, MAX_PART_LEVELS),
    )


# --- writing --------------------------------------------------------------------------


def _written(part: Part) -> tuple[cbor.Value, ...]:
    head = (part.disposition, part.language)
    match part:
        case NullPart():
            return (*head, Cardinality.NULL)
        case SinglePart():
            return (*head, Cardinality.SINGLE, part.content_type, part.content)
        case ExternalPart():
            return (
                *head, Cardinality.EXTERNAL, part.content_type, part.url, part.expires, part.size,
                part.enc_alg, part.key, part.nonce, part.aad, part.hash_alg, part.content_hash,
                part.description, part.filename,
            )  # fmt: skip
        case MultiPart():
            inner = tuple(_written(child) for child in part.parts)
            return (*head, Cardinality.MULTI, part.semantics, inner)
        case UnknownPart():
            return (*head, part.cardinality, *part.rest)


# --- reading --------------------------------------------------------------------------


def _part(value: cbor.Value, levels: int) -> Part:
    if levels == 0:
        raise ContentError(f"parts are nested more than {MAX_PART_LEVELS} levels deep")
    if not isinstance(value, tuple) or len(value) < 3:
        raise ContentError("a part is an array of at least 3")
    disposition = _uint(value[0], _UINT8)
    language = _text(value[1])
    cardinality = _uint(value[2], _UINT64)
    rest = value[3:]
    match cardinality, len(rest):
        case Cardinality.NULL, 0:
            return NullPart(disposition, language)
        case Cardinality.SINGLE, 2:
            return SinglePart(_text(rest[0]), _bytes(rest[1]), disposition, language)
        case Cardinality.EXTERNAL, 12:
            return _external(rest, disposition, language)
        case Cardinality.MULTI, 2:
            return _multi(rest, disposition, language, levels)
        case ((0 | 1 | 2 | 3), _):
            raise ContentError("a part has another number of fields than its kind")
        case _:
            return UnknownPart(cardinality, rest, disposition, language)


def _external(rest: tuple[cbor.Value, ...], disposition: int, language: str) -> ExternalPart:
    return ExternalPart(
        content_type=_text(rest[0]),
        url=_text(rest[1]),
        expires=_uint(rest[2], _UINT32),
        size=_uint(rest[3], _UINT64),
        enc_alg=_uint(rest[4], _UINT16),
        key=_bytes(rest[5]),
        nonce=_bytes(rest[6]),
        aad=_bytes(rest[7]),
        hash_alg=_uint(rest[8], _UINT8),
        content_hash=_bytes(rest[9]),
        description=_text(rest[10]),
        filename=_text(rest[11]),
        disposition=disposition,
        language=language,
    )


def _multi(rest: tuple[cbor.Value, ...], disposition: int, language: str, levels: int) -> MultiPart:
    semantics, inner = rest
    if not isinstance(inner, tuple) or len(inner) < 2:
        raise ContentError("a MultiPart has at least two parts")
    return MultiPart(
        semantics=PartSemantics(_uint(semantics, max(PartSemantics))),
        parts=tuple(_part(child, levels - 1) for child in inner),
        disposition=disposition,
        language=language,
    )


def _expiration(value: cbor.Value) -> Expiration | None:
    match value:
        case None:
            return None
        case (bool(relative), seconds):
            return Expiration(relative, _uint(seconds, _UINT32))
        case _:
            raise ContentError("an expiration is null or an array of 2")


def _extensions(value: cbor.Value) -> Mapping[ExtensionKey, cbor.Value]:
    if not isinstance(value, Mapping):
        raise ContentError("the extensions are a map")
    found: dict[ExtensionKey, cbor.Value] = {}
    for key, extension in value.items():
        if isinstance(key, bytes):
            raise ContentError("the key of an extension is a whole number or a text")
        if isinstance(key, str) and not 1 <= len(key.encode()) <= MAX_EXTENSION_KEY_BYTES:
            raise ContentError("the key of an extension is empty or too long")
        if key in {SENDER_URI, ROOM_URI}:
            _text(extension)
        _check_keys({key: None})
        _check_extension(extension)
        found[key] = extension
    return MappingProxyType(found)


def _check_extension(value: cbor.Value) -> None:
    try:
        size = len(cbor.encode(value, depth=MAX_EXTENSION_LEVELS - 1))
    except cbor.CborError as error:
        raise ContentError(f"an extension is {error}") from error
    if size > MAX_EXTENSION_BYTES:
        raise ContentError(f"an extension is larger than {MAX_EXTENSION_BYTES} bytes")
    _check_keys(value)


def _check_keys(value: cbor.Value) -> None:
    """Refuse numbers as keys that not every language holds exactly (§6.2)."""
    match value:
        case Mapping():
            if any(isinstance(key, int) and abs(key) > _MAX_KEY for key in value):
                raise ContentError("the key of an extension is too large a number")
            for inner in value.values():
                _check_keys(inner)
        case tuple():
            for inner in value:
                _check_keys(inner)
        case cbor.Tag():
            _check_keys(value.value)
        case _:
            pass


def _message_id(value: cbor.Value) -> MessageId | None:
    if value is None:
        return None
    if len(_bytes(value)) != MESSAGE_ID_BYTES:
        raise ContentError(f"a message id has {MESSAGE_ID_BYTES} bytes")
    return MessageId(_bytes(value))


def _bytes(value: cbor.Value) -> bytes:
    if not isinstance(value, bytes):
        raise ContentError("bytes are missing")
    return value


def _text(value: cbor.Value) -> str:
    if not isinstance(value, str):
        raise ContentError("a text is missing")
    return value


def _uint(value: cbor.Value, largest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
        raise ContentError("a whole number is missing or too large")
    return value
