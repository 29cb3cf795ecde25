"""Every body and frame of `teamchat.wire`, and examples of them that are always the same."""

import typing
from collections.abc import Mapping
from itertools import count

import msgspec
from msgspec import inspect as types

from teamchat.ids import identifier
from teamchat.wire import bodies, frames
from tests.support.wire_typescript import MODULES

Struct = type[msgspec.Struct]

FRAMES: Mapping[str, Struct] = {
    each.__name__: each
    for union in (frames.ClientFrame, frames.ServerFrame)
    for each in typing.get_args(union)
}
CLIENT = frozenset(each.__name__ for each in typing.get_args(frames.ClientFrame))
MANY_BYTES = 24
TEXTS = ("", "de", "anna@example.org", "Grüße 🙂\u2028\u007f\n", "a-secret_of-some-length-0")


def bodies_by_name() -> Mapping[str, Struct]:
    """Return every body, under the name that it has in both languages."""
    return {
        name: each
        for module in MODULES
        if module is not frames
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, msgspec.Struct)
        and each.__module__ == module.__name__
        and each not in {bodies.Request, bodies.Answer}
    }


def smallest(kind: Struct) -> msgspec.Struct:
    """Return one with nothing in it that can be left out."""
    return _struct(types.type_info(kind), _Maker(full=False))


def fullest(kind: Struct) -> msgspec.Struct:
    """Return one with something in every place."""
    return _struct(types.type_info(kind), _Maker(full=True))


class _Maker:
    """Makes values; no two identifiers and texts of one example are the same."""

    def __init__(self, *, full: bool) -> None:
        self.full = full
        self._next = count(1)

    def make(self, info: types.Type) -> object:  # noqa: PLR0911 - one case a type
        match info:
            case types.StructType():
                return _struct(info, self)
            case types.IntType(ge=least, le=most):
                return most if self.full else least
            case types.StrType():
                return self._text(info)
            case types.BytesType(min_length=least, max_length=most):
                room = min(MANY_BYTES, MANY_BYTES if most is None else most)
                size = max(least or 0, room if self.full else 0)
                return bytes(at % 256 for at in range(size))
            case types.EnumType(cls=cls):
                return list(cls)[-1 if self.full else 0]
            case types.BoolType():
                return self.full
            case types.NoneType():
                return None
            case types.UnionType(types=choices):
                return self.make(next(each for each in choices if self._is_wanted(each)))
            case _:
                return self._several(info)

    def _several(self, info: types.Type) -> object:
        match info:
            case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
                items = [self.make(item) for _ in range(self._number(info))]
                return tuple(items) if isinstance(info, types.VarTupleType) else items
            case types.TupleType(item_types=items):
                return tuple(self.make(each) for each in items)
            case types.DictType(key_type=key, value_type=value):
                return {self.make(key): self.make(value) for _ in range(self._number(info))}
            case types.Metadata(type=inner):
                return self.make(inner)
            case _:
                raise TypeError(f"no example of {info}")

    def _number(self, info: types.Type) -> int:
        return max(getattr(info, "min_length", None) or 0, 2 if self.full else 0)

    def _is_wanted(self, info: types.Type) -> bool:
        return isinstance(info, types.NoneType) is not self.full

    def _text(self, info: types.StrType) -> str:
        texts = (*TEXTS, identifier(next(self._next).to_bytes(16, "big")))
        fitting = [text for text in texts if _fits(text, info)]
        return fitting[-1 if self.full and info.pattern else len(fitting) // 2 if self.full else 0]


def _struct(info: types.Type, maker: _Maker) -> msgspec.Struct:
    assert isinstance(info, types.StructType)
    wanted = [each for each in info.fields if each.required or maker.full]
    made = info.cls(**{each.name: maker.make(each.type) for each in wanted})
    assert isinstance(made, msgspec.Struct)
    return made


def _fits(text: str, info: types.StrType) -> bool:
    bounds = msgspec.Meta(
        pattern=info.pattern, min_length=info.min_length, max_length=info.max_length
    )
    try:
        msgspec.convert(text, typing.Annotated[str, bounds])
    except msgspec.ValidationError:
        return False
    return True
