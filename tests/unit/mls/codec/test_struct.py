from dataclasses import FrozenInstanceError, replace
from enum import IntEnum
from typing import Annotated, Self

import pytest

from teamchat.mls.codec import (
    Enumerated,
    Fixed,
    Kept,
    Maybe,
    Opaque,
    Reader,
    Select,
    Struct,
    Vector,
    Writer,
    field_codec,
    struct,
    uint8,
    uint16,
    uint32,
)
from teamchat.mls.errors import DecodeError, UsageError


class Colour(IntEnum):
    RED = 1
    GREEN = 2


@struct
class Point(Struct):
    x: Annotated[int, uint8]
    y: Annotated[int, uint16]


@struct
class Nothing(Struct):
    pass


@struct
class Other(Struct):
    tag: Annotated[int, uint8]
    data: Annotated[bytes, Opaque()]


Shape = Annotated[Point | Nothing | Other, Select(uint8, {1: Point, 2: Nothing}, other=Other)]
Closed = Annotated[Point | Nothing, Select(uint8, {1: Point, 2: Nothing})]


@struct
class Everything(Struct):
    colour: Annotated[Colour, Enumerated(uint8, Colour)]
    fixed: Annotated[bytes, Fixed(2)]
    opaque: Annotated[bytes, Opaque()]
    points: Annotated[tuple[Point, ...], Vector(Point)]
    numbers: Annotated[tuple[int, ...], Vector(uint32)]
    maybe: Annotated[Point | None, Maybe(Point)]
    shape: Shape
    inner: Point


VALUE = Everything(
    Colour.GREEN, b"ab", b"cde", (Point(1, 2), Point(3, 4)), (7, 8), None, Nothing(), Point(5, 6)
)
WIRE = bytes.fromhex("02 6162 03636465 06 010002 030004 08 00000007 00000008 00 02 050006")


def test_a_structure_is_its_fields_in_order() -> None:
    assert VALUE.encode() == WIRE
    assert Everything.decode(WIRE) == VALUE


def test_a_structure_is_a_frozen_value() -> None:
    with pytest.raises(FrozenInstanceError):
        VALUE.colour = Colour.RED  # type: ignore[misc]
    assert replace(VALUE, maybe=Point(0, 0)).encode()[-8:-4] == b"\x01\x00\x00\x00"


def test_every_cut_and_every_surplus_is_refused() -> None:
    for length in range(len(WIRE)):
        with pytest.raises(DecodeError):
            Everything.decode(WIRE[:length])
    with pytest.raises(DecodeError):
        Everything.decode(WIRE + b"\x00")


def test_a_vector_bounds_what_is_in_it() -> None:
    points = Vector(Point)
    with pytest.raises(DecodeError):
        points.decode(b"\x02\x01\x00\x02")
    with pytest.raises(DecodeError):
        Vector(uint16).decode(b"\x03\x00\x01\x02")
    with pytest.raises(DecodeError):
        Vector(Vector(uint8)).decode(b"\x02\x02\x01\x02")
    assert Vector(Vector(uint8)).decode(b"\x03\x02\x01\x02") == ((1, 2),)


@pytest.mark.parametrize(
    ("bounded", "fits", "more"),
    [
        (Vector(uint16, most=2), b"\x04\x00\x01\x00\x02", b"\x06\x00\x01\x00\x02\x00\x03"),
        (Vector(Maybe(Nothing), most=2), b"\x02\x00\x00", b"\x03\x00\x00\x00"),
    ],
)
def test_a_vector_may_bound_how_much_is_in_it(bounded: Vector, fits: bytes, more: bytes) -> None:
    values = bounded.decode(fits)
    assert isinstance(values, tuple)
    assert bounded.encode(values) == fits
    with pytest.raises(DecodeError):
        bounded.decode(more)
    with pytest.raises(UsageError):
        bounded.encode((*values, values[0]))


def test_presence_is_zero_or_one() -> None:
    maybe = Maybe(uint8)
    assert maybe.decode(b"\x00") is None
    assert maybe.decode(b"\x01\x07") == 7
    for wrong in (b"\x02\x07", b"", b"\x00\x00", b"\x01"):
        with pytest.raises(DecodeError):
            maybe.decode(wrong)


def test_a_closed_enumeration_refuses_the_rest() -> None:
    with pytest.raises(DecodeError):
        Enumerated(uint8, Colour).decode(b"\x03")


def test_a_select_follows_its_tag() -> None:
    codec = field_codec(Shape)
    assert codec.decode(b"\x01\x05\x00\x06") == Point(5, 6)
    assert codec.decode(b"\x09\x01x") == Other(9, b"x")
    assert codec.encode(Other(9, b"x")) == b"\x09\x01x"
    with pytest.raises(DecodeError):
        field_codec(Closed).decode(b"\x09\x01x")


def test_a_value_that_does_not_fit_is_the_callers_mistake() -> None:
    for wrong in (
        Point(256, 0),
        Point(-1, 0),
        replace(VALUE, fixed=b"abc"),
        replace(VALUE, numbers=(1 << 32,)),
        replace(VALUE, shape=VALUE),  # type: ignore[arg-type]
        replace(VALUE, opaque=None),  # type: ignore[arg-type]
    ):
        with pytest.raises(UsageError):
            wrong.encode()


def test_a_field_needs_a_wire_type() -> None:
    with pytest.raises(UsageError):

        @struct
        class Wrong(Struct):
            x: int

    with pytest.raises(UsageError):
        Select(uint8, {1: Point, 2: Point})


@struct
class Remembering(Kept):
    body: Annotated[bytes, Opaque()]


def test_kept_bytes_belong_to_one_value() -> None:
    value = Remembering.decode(b"\x01a")
    assert value.encode() is value.encode()
    assert value.encode() == b"\x01a"
    assert replace(value, body=b"b").encode() == b"\x01b"
    assert value == Remembering(b"a")
    assert Vector(Remembering).encode((value, Remembering(b"b"))) == b"\x04\x01a\x01b"


@struct
class ByHand(Struct):
    number: int

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.take_uint(1) ^ 0xFF)

    def write(self, writer: Writer) -> None:
        writer.put_uint(self.number ^ 0xFF, 1)


def test_a_structure_may_read_and_write_itself() -> None:
    assert ByHand(1).encode() == b"\xfe"
    assert Vector(ByHand).decode(b"\x02\xff\xfe") == (ByHand(0), ByHand(1))
    reader = Reader(b"\x05\x00\x06\x01")
    assert Point.read(reader) == Point(5, 6)
    assert reader.position == 3
