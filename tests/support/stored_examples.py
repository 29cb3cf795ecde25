"""Every record that a client stores, and examples of them that are always the same.

Each example of a class has other values in its places: numbers on both sides of where MessagePack
takes another form, texts and bytes of the lengths where it does, texts that other languages like
to change.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import count, cycle
from typing import Final

import msgspec
from msgspec import inspect as types

from teamchat.engine import key_records, records
from teamchat.engine.history import records as history_records
from teamchat.engine.record import Record

EXACT: Final = 2**53 - 1
"""The largest number that every language of a client holds."""
NUMBERS: Final = (
    0, 1, 127, 128, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, EXACT,
    -1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -EXACT,
)  # fmt: skip
TEXTS: Final = (
    "", "a", "x" * 31, "y" * 32, "z" * 255, "w" * 256, "Grüße 🙂", "\ufeffmark", "e\u0301", "\0",
    "\u2028\u2029\u202e", "\U0010ffff", "\ufffe\uffff", "\r\n", "__proto__", "constructor", '"\\',
)  # fmt: skip
LENGTHS: Final = (0, 1, 31, 32, 255, 256)
COUNTS: Final = (0, 1, 2, 16)
"""Of lists and maps; with 16 an array is written in another form."""
VARIANTS: Final = 8

_ROOMS: Final = (records, key_records, history_records)


def records_by_name() -> Mapping[str, type[Record]]:
    """Return every class that is stored by itself: all but the intents, which have tags."""
    return {
        name: each
        for room in _ROOMS
        for name, each in vars(room).items()
        if isinstance(each, type)
        and issubclass(each, Record)
        and each.__module__ == room.__name__
        and each is not Record
        and each.__struct_config__.tag is None
    }


def examples(kind: type[Record]) -> Iterator[Record]:
    """Return several of a class, with something in every place."""
    for variant in range(VARIANTS):
        yield _record(types.type_info(kind), _Maker(variant))


class _Maker:
    """Makes values; where in its lists it begins is another for each example."""

    def __init__(self, variant: int) -> None:
        self._numbers = cycle((*NUMBERS[3 * variant :], *NUMBERS[: 3 * variant]))
        self._texts = cycle((*TEXTS[2 * variant :], *TEXTS[: 2 * variant]))
        self._lengths = cycle((*LENGTHS[variant:], *LENGTHS[:variant]))
        self._counts = cycle((*COUNTS[variant % 4 :], *COUNTS[: variant % 4]))
        self._choice = count(variant)
        self._depth = 0

    def make(self, info: types.Type) -> object:  # noqa: PLR0911 - one case a type
        match info:
            case types.StructType():
                return _record(info, self)
            case types.IntType():
                return next(self._numbers)
            case types.StrType():
                return next(self._texts)
            case types.BytesType():
                length = next(self._lengths)
                return bytes((length + at) % 256 for at in range(length))
            case types.EnumType(cls=cls):
                values = list(cls)
                return values[next(self._choice) % len(values)]
            case types.BoolType():
                return next(self._choice) % 2 == 0
            case types.NoneType():
                return None
            case types.UnionType(types=choices):
                return self.make(choices[next(self._choice) % len(choices)])
            case _:
                return self._several(info)

    def _several(self, info: types.Type) -> object:
        match info:
            case types.VarTupleType(item_type=item):
                return tuple(self.make(item) for _ in range(self._count()))
            case types.TupleType(item_types=items):
                return tuple(self.make(each) for each in items)
            case types.DictType(key_type=key, value_type=value):
                return {self.make(key): self.make(value) for _ in range(self._count())}
            case _:
                raise TypeError(f"no example of {info}")

    def _count(self) -> int:
        return next(self._counts)


def _record(info: types.Type, maker: _Maker) -> Record:
    assert isinstance(info, types.StructType)
    made = info.cls(**{each.name: maker.make(each.type) for each in info.fields})
    assert isinstance(made, Record)
    return made


def plain(value: object) -> object:
    """Return a value as JSON can hold it: records by the names of their fields."""
    match value:
        case Enum():
            return value.value
        case msgspec.Struct():
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case bytes():
            return {"b": value.hex()}
        case Mapping():
            return {"map": [[plain(key), plain(each)] for key, each in value.items()]}
        case tuple():
            return [plain(each) for each in value]
        case _:
            return value
