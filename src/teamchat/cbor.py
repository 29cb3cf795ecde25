"""Deterministic CBOR (RFC 8949 §4.2.1): one value, one encoding, and nothing else is read.

A reader refuses what it would not have written: longer numbers than needed, indefinite
lengths, unsorted or repeated keys, bytes behind the end. So the bytes of a value can be
hashed and signed, and two readers never understand one message differently.

Values are Python's own: None, bool, int, float, bytes, str, tuple (arrays; lists are taken
as well), dict (maps; keys are int, str or bytes), `Tag` and `Simple`.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


class CborError(ValueError):
    """The bytes are not deterministic CBOR, or the value has no encoding."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged value (RFC 8949 §3.4)."""

    number: int
    value: "Value"


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple value that is not false, true or null (RFC 8949 §3.3); 23 is undefined."""

    number: int


Key: TypeAlias = int | str | bytes
Value: TypeAlias = (
    bool
    | int
    | float
    | bytes
    | str
    | Tag
    | Simple
    | tuple["Value", ...]
    | list["Value"]
    | Mapping[Key, "Value"]
    | None
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a reader is willing to read.

    `size` is in bytes; `depth` counts arrays, maps and tags inside each other; `items`
    counts every value, so that a small message cannot become a large one in memory.
    """

    size: int = 1024 * 1024
    depth: int = 16
    items: int = 10_000


DEFAULT_LIMITS: Final = Limits()

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_FALSE, _TRUE, _NULL = 20, 21, 22
_MAX: Final = 2**64 - 1
_NAN: Final = b"\xf9\x7e\x00"
_BIGNUMS: Final = (2, 3)
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_CONSTANTS: Final = {_FALSE: False, _TRUE: True, _NULL: None}


def encode(value: Value, *, depth: int = DEFAULT_LIMITS.depth) -> bytes:
    """Return the one encoding of a value.

    Raises:
        CborError: The value is of another type, too large a number or nested too deeply.
    """
    out = bytearray()
    _write(out, value, depth)
    return bytes(out)


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Value:
    """Read one value that fills `data` exactly.

    Raises:
        CborError: The bytes are not deterministic CBOR or exceed the limits.
    """
    if len(data) > limits.size:
        raise CborError("larger than allowed")
    reader = _Reader(data, limits.items)
    value = reader.value(limits.depth)
    if reader.position != len(data):
        raise CborError("bytes behind the end of the value")
    return value


# --- writing --------------------------------------------------------------------------


def _write(out: bytearray, value: Value, depth: int) -> None:  # noqa: C901, PLR0912 - one case a type
    match value:
        case None:
            out.append(0xF6)
        case bool():
            out.append(0xF5 if value else 0xF4)
        case int() if value >= 0:
            _write_head(out, _UNSIGNED, value)
        case int():
            _write_head(out, _NEGATIVE, -1 - value)
        case float():
            out += _float(value)
        case bytes():
            _write_head(out, _BYTES, len(value))
            out += value
        case str():
            written = _utf8(value)
            _write_head(out, _TEXT, len(written))
            out += written
        case tuple() | list():
            inner = _deeper(depth)
            _write_head(out, _ARRAY, len(value))
            for item in value:
                _write(out, item, inner)
        case Mapping():
            _write_map(out, value, _deeper(depth))
        case Tag():
            _check_tag(value)
            _write_head(out, _TAG, value.number)
            _write(out, value.value, _deeper(depth))
        case Simple():
            out += _simple(value.number)
        case _:
            raise CborError(f"a {type(value).__name__} has no encoding")


def _write_head(out: bytearray, major: int, argument: int) -> None:
    if argument < 24:
        out.append(major << 5 | argument)
    elif argument <= _MAX:
        code = 24 + (argument > 0xFF) + (argument > 0xFFFF) + (argument > 0xFFFF_FFFF)
        out.append(major << 5 | code)
        out += argument.to_bytes(_WIDTHS[code], "big")
    else:
        raise CborError("the number needs more than 64 bits")


def _write_map(out: bytearray, value: Mapping[Key, Value], depth: int) -> None:
    entries = []
    for key, item in value.items():
        _check_key(key)
        written = bytearray()
        _write(written, key, depth)
        entries.append((bytes(written), item))
    _write_head(out, _MAP, len(entries))
    for encoded, item in sorted(entries, key=lambda entry: entry[0]):
        out += encoded
        _write(out, item, depth)


def _check_key(key: object) -> None:
    if isinstance(key, bool) or not isinstance(key, int | str | bytes):
        raise CborError("a key is a whole number, a text or bytes")


def _check_tag(tag: Tag) -> None:
    """Refuse a bignum that would fit into a whole number (RFC 8949 §3.4.3, §4.2.1)."""
    if tag.number in _BIGNUMS and (
        not isinstance(tag.value, bytes) or len(tag.value) <= 8 or tag.value[0] == 0
    ):
        raise CborError("a number is not in its shortest form")


def _deeper(depth: int) -> int:
    if depth <= 0:
        raise CborError("nested too deeply")
    return depth - 1


def _utf8(value: str) -> bytes:
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CborError("the text is not Unicode") from error


def _float(value: float) -> bytes:
    """Return the shortest of the three forms that keeps the value (RFC 8949 §4.2.2)."""
    if math.isnan(value):
        return _NAN
    for code, form in _FLOATS.items():
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return bytes([_SIMPLE << 5 | code]) + packed
    raise CborError("a float that fits no form")  # pragma: no cover - eight bytes fit them all


def _simple(number: int) -> bytes:
    if number in _CONSTANTS:
        raise CborError("false, true and null are values of their own")
    if 0 <= number < 24:
        return bytes([_SIMPLE << 5 | number])
    if 32 <= number < 256:
        return bytes([_SIMPLE << 5 | 24, number])
    raise CborError("no such simple value")


# --- reading --------------------------------------------------------------------------


class _Reader:
    """A cursor over bytes; every read is checked against the end and the limits."""

    __slots__ = ("_data", "_items", "position")

    def __init__(self, data: bytes, items: int) -> None:
        self._data = data
        self._items = items
        self.position = 0

    def value(self, depth: int) -> Value:
        self._items -= 1
        if self._items < 0:
            raise CborError("more values than allowed")
        first = self._take(1)[0]
        major, code = first >> 5, first & 31
        if major == _SIMPLE:
            return self._simple_or_float(code)
        return self._with_argument(major, self._argument(code), depth)

    def _with_argument(self, major: int, argument: int, depth: int) -> Value:
        match major:
            case 0:
                return argument
            case 1:
                return -1 - argument
            case 2:
                return self._take(argument)
            case 3:
                return self._text(argument)
            case 4:
                return self._array(argument, _deeper(depth))
            case 5:
                return self._map(argument, _deeper(depth))
            case _:
                tag = Tag(argument, self.value(_deeper(depth)))
                _check_tag(tag)
                return tag

    def _take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self._data):
            raise CborError("the value is cut off")
        taken = self._data[self.position : end]
        self.position = end
        return taken

    def _argument(self, code: int) -> int:
        if code < 24:
            return code
        if code not in _WIDTHS:
            raise CborError("indefinite or reserved lengths are not deterministic")
        width = _WIDTHS[code]
        argument = int.from_bytes(self._take(width), "big")
        if argument < (24 if width == 1 else 1 << 4 * width):
            raise CborError("a number is not in its shortest form")
        return argument

    def _text(self, count: int) -> str:
        try:
            return self._take(count).decode("utf-8")
        except UnicodeDecodeError as error:
            raise CborError("a text is not UTF-8") from error

    def _array(self, count: int, depth: int) -> tuple[Value, ...]:
        if count > self._items:
            raise CborError("more values than allowed")
        return tuple(self.value(depth) for _ in range(count))

    def _map(self, count: int, depth: int) -> dict[Key, Value]:
        if 2 * count > self._items:
            raise CborError("more values than allowed")
        found: dict[Key, Value] = {}
        last = b""
        for _ in range(count):
            start = self.position
            key = self.value(depth)
            written = self._data[start : self.position]
            if written <= last:
                raise CborError("keys are not in their order, or one is there twice")
            last = written
            if isinstance(key, bool) or not isinstance(key, int | str | bytes):
                raise CborError("a key is a whole number, a text or bytes")
            found[key] = self.value(depth)
        return found

    def _simple_or_float(self, code: int) -> Value:
        if code in _CONSTANTS:
            return _CONSTANTS[code]
        if code in _FLOATS:
            return self._read_float(code)
        if code < 24:
            return Simple(code)
        if code == 24:
            number = self._take(1)[0]
            if number >= 32:
                return Simple(number)
        raise CborError("a simple value is not in its shortest form")

    def _read_float(self, code: int) -> float:
        packed = self._take(_WIDTHS[code])
        value: float = struct.unpack(_FLOATS[code], packed)[0]
        if _float(value) != bytes([_SIMPLE << 5 | code]) + packed:
            raise CborError("a float is not in its shortest form")
        return value
