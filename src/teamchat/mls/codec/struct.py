"""`@struct`: dataclass fields to presentation language and back (RFC 9420 §2.1).

A structure is written as the RFC writes it, once:

    @struct
    class ParentNode(Struct):
        encryption_key: Annotated[bytes, Opaque()]                    # opaque encryption_key<V>
        parent_hash: Annotated[bytes, Opaque()]
        unmerged_leaves: Annotated[tuple[int, ...], Vector(uint32)]   # uint32 x<V>

    ParentNode.decode(data)      # the whole input, or DecodeError
    node.encode()                # bytes

What may stand in the second place of `Annotated`:

    uint8 uint16 uint32 uint64   an integer (unknown values survive: GREASE)
    Opaque()                     opaque x<V>
    Fixed(n)                     opaque x[n]
    Vector(X)                    X x<V>, a tuple in Python
    Maybe(X)                     optional<X>, `X | None` in Python
    Enumerated(uint8, MyEnum)    a closed IntEnum: other values are DecodeErrors
    Select(uint8, {1: A, 2: B})  a tag followed at once by the case's structure; the tag is
                                 told from the value's class. `other=C`: a class for all
                                 other tags, which reads and writes the tag itself first.

A field may also be a Struct class alone (`leaf_node: LeafNode`) or a type alias
(`Credential = Annotated[BasicCredential | X509Credential, Select(uint16, {...})]`), and X
may be a Struct class, such an alias or one of the above. `Vector(X).encode(values)` and
`.decode(data)` work outside structures as well; `field_codec(alias)` gives an alias those.

A class that depends on its surroundings (a select on a tag far away) defines
`read(cls, reader)` and `write(self, writer)` itself. A class that derives from `Kept`
remembers the bytes it was read from or first written as, so that hashing and signing it
again costs nothing.

Every encoding is canonical: lengths are minimal, presence is 0 or 1, nothing follows the
end. So a value that was decoded encodes to exactly the bytes it came from.
"""

import struct as _pack
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from operator import attrgetter
from typing import (
    Annotated,
    ClassVar,
    Self,
    TypeVar,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
)

from teamchat.mls.codec.reader import Reader
from teamchat.mls.codec.varint import encode_length, read_length
from teamchat.mls.codec.writer import Writer
from teamchat.mls.errors import DecodeError, UsageError

_UNENCODABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError, _pack.error)
_T = TypeVar("_T")

Read = Callable[[Reader], object]
Write = Callable[[Writer, object], None]


class Codec:
    """How one type is read and written."""

    __slots__ = ("read", "write")

    def __init__(self, read: Read, write: Write) -> None:
        self.read = read
        self.write = write

    def encode(self, value: object) -> bytes:
        """Encode a value of this type.

        Raises:
            UsageError: The value does not fit the type.
        """
        writer = Writer()
        try:
            self.write(writer, value)
        except _UNENCODABLE as error:
            raise UsageError(f"a {type(value).__name__} cannot be encoded here") from error
        return bytes(writer.buffer)

    def decode(self, data: bytes) -> object:
        """Decode exactly one value.

        Raises:
            DecodeError: The bytes are not one canonical value of this type.
        """
        reader = Reader(data)
        value = self.read(reader)
        reader.finish()
        return value


class UInt(Codec):
    """An unsigned integer of `size` bytes, big endian."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        def read(reader: Reader) -> int:
            start = reader.position
            stop = start + size
            if stop > reader.end:
                raise DecodeError(f"an integer is cut off at {start}")
            reader.position = stop
            return int.from_bytes(reader.data[start:stop], "big")

        def write(writer: Writer, value: object) -> None:
            writer.buffer += cast("int", value).to_bytes(size, "big")

        super().__init__(read, write)
        self.size = size


uint8 = UInt(1)
uint16 = UInt(2)
uint32 = UInt(4)
uint64 = UInt(8)


class Enumerated(Codec):
    """A closed enumeration: a value without a name is refused."""

    __slots__ = ("enumeration",)

    def __init__(self, number: UInt, enumeration: type[IntEnum]) -> None:
        members: dict[object, IntEnum] = {int(member): member for member in enumeration}
        read_number = number.read

        def read(reader: Reader) -> IntEnum:
            value = read_number(reader)
            member = members.get(value)
            if member is None:
                raise DecodeError(f"{value} is not a {enumeration.__name__}")
            return member

        super().__init__(read, number.write)
        self.enumeration = enumeration


class Opaque(Codec):
    """`opaque x<V>`."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_read_opaque, _write_opaque)


def _read_opaque(reader: Reader) -> bytes:
    stop = _read_extent(reader)
    start = reader.position
    reader.position = stop
    return reader.data[start:stop]


def _read_extent(reader: Reader) -> int:
    """Read a length header; return where the content it announces ends."""
    start = reader.position
    if start < reader.end and (short := reader.data[start]) < 64:
        reader.position = start + 1
        stop = start + 1 + short
    else:
        length = read_length(reader)
        stop = reader.position + length
    if stop > reader.end:
        raise DecodeError(f"a length at {start} leads {stop - reader.end} bytes too far")
    return stop


def _write_opaque(writer: Writer, value: object) -> None:
    data = cast("bytes", value)
    writer.buffer += encode_length(len(data))
    writer.buffer += data


class Fixed(Codec):
    """`opaque x[length]`."""

    __slots__ = ("length",)

    def __init__(self, length: int) -> None:
        def read(reader: Reader) -> bytes:
            return reader.take(length)

        def write(writer: Writer, value: object) -> None:
            data = cast("bytes", value)
            if len(data) != length:
                raise UsageError(f"{length} bytes expected, not {len(data)}")
            writer.buffer += data

        super().__init__(read, write)
        self.length = length


class Vector(Codec):
    """`X x<V>`: a tuple of structures, integers or whatever `item` describes.

    `most` bounds how many there are: more are refused before they cost time, and not written.
    """

    __slots__ = ("item",)

    def __init__(self, item: object, *, most: int | None = None) -> None:
        self.item = item
        inner = field_codec(item)
        if isinstance(inner, UInt):
            super().__init__(*_integers(inner.size, most))
            return
        read_item, write_item = inner.read, inner.write

        def read(reader: Reader) -> tuple[object, ...]:
            stop = _read_extent(reader)
            outer, reader.end = reader.end, stop
            items: list[object] = []
            while reader.position < stop:
                if len(items) == most:
                    raise _too_large(most)
                items.append(read_item(reader))
            reader.end = outer
            return tuple(items)

        def write(writer: Writer, value: object) -> None:
            values = cast("tuple[object, ...]", value)
            _check_count(values, most)
            content = Writer()
            for each in values:
                write_item(content, each)
            _write_opaque(writer, content.buffer)

        super().__init__(read, write)


def _too_large(most: int | None) -> DecodeError:
    return DecodeError(f"more than {most} items are too large a vector")


def _check_count(values: tuple[object, ...], most: int | None) -> None:
    if most is not None and len(values) > most:
        raise UsageError(f"{len(values)} items are too large a vector: {most} may be written")


def _integers(size: int, most: int | None) -> tuple[Read, Write]:
    letter = {1: "B", 2: "H", 4: "I", 8: "Q"}[size]

    def read(reader: Reader) -> tuple[int, ...]:
        stop = _read_extent(reader)
        start = reader.position
        count, rest = divmod(stop - start, size)
        if rest:
            raise DecodeError(f"{stop - start} bytes are no vector of {size}-byte integers")
        if most is not None and count > most:
            raise _too_large(most)
        reader.position = stop
        return _pack.unpack(f">{count}{letter}", reader.data[start:stop])

    def write(writer: Writer, value: object) -> None:
        numbers = cast("tuple[int, ...]", value)
        _check_count(numbers, most)
        _write_opaque(writer, _pack.pack(f">{len(numbers)}{letter}", *numbers))

    return read, write


class Maybe(Codec):
    """`optional<X>` (§2.1.1): one byte, 0 or 1, then the value if it is there."""

    __slots__ = ("item",)

    def __init__(self, item: object) -> None:
        self.item = item
        inner = field_codec(item)
        read_item, write_item = inner.read, inner.write

        def read(reader: Reader) -> object:
            position = reader.position
            if position >= reader.end:
                raise DecodeError(f"presence is cut off at {position}")
            reader.position = position + 1
            present = reader.data[position]
            if present > 1:
                raise DecodeError(f"presence at {position} is {present}")
            return read_item(reader) if present else None

        def write(writer: Writer, value: object) -> None:
            writer.buffer.append(value is not None)
            if value is not None:
                write_item(writer, value)

        super().__init__(read, write)


class Select(Codec):
    """A tag, then the structure that the tag names: `select (tag) { case ... }`."""

    __slots__ = ("classes",)

    def __init__(
        self,
        tag: UInt,
        cases: Mapping[int, type["Struct"]],
        other: type["Struct"] | None = None,
    ) -> None:
        self.classes = (*cases.values(), *(() if other is None else (other,)))
        codecs: dict[object, Codec] = {int(key): case.codec for key, case in cases.items()}
        rest = None if other is None else other.codec
        tags = {case: int(key).to_bytes(tag.size, "big") for key, case in cases.items()}
        if len(tags) != len(cases):
            raise UsageError("two tags of a select share a class")
        read_tag = tag.read

        def read(reader: Reader) -> object:
            start = reader.position
            number = read_tag(reader)
            codec = codecs.get(number)
            if codec is not None:
                return codec.read(reader)
            if rest is None:
                raise DecodeError(f"the tag {number} at {start} names nothing")
            reader.position = start
            return rest.read(reader)

        def write(writer: Writer, value: object) -> None:
            kind = cast("type[Struct]", type(value))
            if kind is not other:
                writer.buffer += tags[kind]
            kind.codec.write(writer, value)

        super().__init__(read, write)


def field_codec(annotation: object) -> Codec:
    """Return how a field with this annotation is read and written.

    Raises:
        UsageError: The annotation says no wire type.
    """
    if isinstance(annotation, Codec):
        return annotation
    if get_origin(annotation) is Annotated:
        for note in get_args(annotation)[1:]:
            if isinstance(note, Codec):
                return note
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation.codec
    raise UsageError(f"{annotation} says no wire type")


class Struct:
    """A structure of the wire. Declare its fields, and decorate it with `@struct`."""

    __slots__ = ()
    codec: ClassVar[Codec]

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode exactly one structure.

        Raises:
            DecodeError: The bytes are not one canonical structure of this kind.
        """
        return cast("Self", cls.codec.decode(data))

    def encode(self) -> bytes:
        """Return the structure's one encoding.

        Raises:
            UsageError: A field's value does not fit its type.
        """
        return self.codec.encode(self)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read one structure from where the reader stands.

        Raises:
            DecodeError: There is none.
        """
        return cast("Self", cls.codec.read(reader))

    def write(self, writer: Writer) -> None:
        """Append the structure's encoding."""
        self.codec.write(writer, self)


class Kept(Struct):
    """A structure that remembers its encoding, because it is hashed or signed again."""

    __slots__ = ("_encoding",)
    _encoding: bytes

    def encode(self) -> bytes:
        """Return the structure's one encoding.

        Raises:
            UsageError: A field's value does not fit its type.
        """
        try:
            return self._encoding
        except AttributeError:
            writer = Writer()
            self.codec.write(writer, self)
            return bytes(writer.buffer)


@dataclass_transform(frozen_default=True)
def struct(cls: type[_T]) -> type[_T]:
    """Make a frozen, slotted dataclass of a Struct and compile how it is read and written.

    Raises:
        UsageError: A field has no wire type.
    """
    # A class body of its own for `read` and `write` wins over what its fields say.
    own = "read" in vars(cls)
    made = cast("type[_T]", dataclass(frozen=True, slots=True)(cls))
    structure = cast("type[Struct]", made)
    compiled = _by_hand(structure) if own else _by_fields(structure)
    structure.codec = _keeping(compiled) if issubclass(structure, Kept) else compiled
    return made


def _by_hand(structure: type[Struct]) -> Codec:
    return Codec(structure.read, lambda writer, value: cast("Struct", value).write(writer))


def _by_fields(structure: type[Struct]) -> Codec:
    declared = fields(structure)  # type: ignore[arg-type]  # `struct` has just made it a dataclass
    codecs = [(field.name, field_codec(field.type)) for field in declared]
    readers = tuple(codec.read for _, codec in codecs)
    writers = tuple(codec.write for _, codec in codecs)
    contents = _contents([name for name, _ in codecs])

    def read(reader: Reader) -> object:
        return structure(*[read_field(reader) for read_field in readers])

    def write(writer: Writer, value: object) -> None:
        for write_field, field in zip(writers, contents(value), strict=True):
            write_field(writer, field)

    return Codec(read, write)


def _contents(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    """Return what takes the fields out of a value; `attrgetter` is no tuple for one name."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _keeping(plain: Codec) -> Codec:
    def read(reader: Reader) -> object:
        start = reader.position
        value = plain.read(reader)
        object.__setattr__(value, "_encoding", reader.data[start : reader.position])
        return value

    def write(writer: Writer, value: object) -> None:
        kept = getattr(value, "_encoding", None)
        if kept is None:
            kept = plain.encode(value)
            object.__setattr__(value, "_encoding", kept)
        writer.buffer += kept

    return Codec(read, write)
