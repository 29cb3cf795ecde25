"""Values of `teamchat.wire` and of what the client stores, made from their own types."""

import functools
import inspect
import re
from collections.abc import Callable

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as types

from teamchat.ids import LENGTH as IDENTIFIER
from teamchat.ids import identifier

MANY = 3
SCALARS: dict[type, Callable[[], st.SearchStrategy[object]]] = {
    types.NoneType: st.none,
    types.BoolType: st.booleans,
    types.FloatType: lambda: st.floats(allow_nan=False, allow_infinity=False),
}


def structs(module: object, base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """Return the concrete structs of a module that derive from `base`."""
    found = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, base) and each is not base and each.__module__ == base.__module__
    ]
    return [each for each in found if not each.__subclasses__()]


@functools.cache
def values(kind: object) -> st.SearchStrategy[object]:
    """Values of a type that msgspec can read."""
    return _values(types.type_info(kind))


def _values(info: types.Type) -> st.SearchStrategy[object]:  # noqa: C901, PLR0911 - one for each type
    match info:
        case types.StructType(cls=cls, fields=fields):
            made = {each.name: _values(each.type) for each in fields}
            return st.builds(cls, **made)
        case types.IntType(ge=least, le=most):
            top = 2**53 - 1 if most is None else most
            return st.integers(-5 if least is None else least, top)
        case types.StrType():
            return _texts(info)
        case types.BytesType(min_length=least, max_length=most):
            top = min(40, 40 if most is None else most)
            return st.binary(min_size=least or 0, max_size=max(top, least or 0))
        case types.EnumType(cls=cls):
            return st.sampled_from(list(cls))
        case types.ListType(item_type=item, min_length=least):
            return st.lists(_values(item), min_size=least or 0, max_size=MANY)
        case types.VarTupleType(item_type=item):
            return st.lists(_values(item), max_size=MANY).map(tuple)
        case types.TupleType(item_types=items):
            return st.tuples(*(_values(each) for each in items))
        case types.DictType(key_type=key, value_type=value):
            return st.dictionaries(_values(key), _values(value), max_size=MANY)
        case types.UnionType(types=choices):
            return st.one_of([_values(each) for each in choices])
        case types.Metadata(type=inner):
            return _values(inner)
        case _:
            return SCALARS[type(info)]()


def _texts(info: types.StrType) -> st.SearchStrategy[object]:
    identifiers = st.binary(min_size=16, max_size=16).map(identifier)
    if info.pattern is None:
        least, most = info.min_length or 0, info.max_length or IDENTIFIER
        sizes = {"min_size": least, "max_size": min(20, most)}
        texts = st.text(st.characters(exclude_categories=["Cs"]), **sizes)
        return texts if most < IDENTIFIER else texts | identifiers
    samples = ("anna", "de", "a-secret-of-some-length", "0" * 20)
    fitting = [each for each in samples if re.search(info.pattern, each)]
    if re.search(info.pattern, identifier(bytes(16))):
        return identifiers
    return st.sampled_from([each for each in fitting if len(each) >= (info.min_length or 0)])
