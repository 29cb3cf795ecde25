"""Settings as they were given: where each one stands, and one sentence if it cannot be used.

The sentence names the place, the value and what is allowed there, all from the types in
`settings`: an operator should not have to know how the server is written.
"""

import difflib
import json
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import inspect

from teamchat.errors import TeamchatError

_SHOWN: Final = 60
"""How many characters of a wrong value are repeated."""

Tables = dict[str, dict[str, object]]


class SettingsError(TeamchatError):
    """A setting cannot be used; the message names it. The operator's to mend."""


@dataclass(frozen=True, slots=True)
class Given:
    """One setting as somebody gave it; `place` says where, in words."""

    table: str
    name: str
    value: object
    place: str


def of_file(tables: Mapping[str, object], *, source: str, known: Sequence[str]) -> Iterator[Given]:
    """Yield what stands in a settings file.

    Raises:
        SettingsError: A table is unknown, or is none.
    """
    for table, section in tables.items():
        if table not in known:
            listed = ", ".join(f"[{each}]" for each in known)
            raise SettingsError(f"{source}: there is no table [{table}]; the tables are {listed}")
        if not isinstance(section, dict):
            raise SettingsError(
                f"{source}: {table} must be a table; write [{table}] and its settings below it"
            )
        for name, value in section.items():
            yield Given(table, name, value, f"{source}: {name} in [{table}]")


def of_variables(
    variables: Mapping[str, str], *, prefix: str, known: Iterable[str]
) -> Iterator[Given]:
    """Yield what stands in the environment; what names no table is somebody else's."""
    for table in known:
        begin = f"{prefix}{table.upper()}_"
        for key, value in variables.items():
            if key.startswith(begin):
                name = key.removeprefix(begin).lower()
                yield Given(table, name, value, f"{key} in the environment")


def of_options(options: Mapping[str, object], *, known: Iterable[str]) -> Iterator[Given]:
    """Yield what stands on the command line; None is not there."""
    for table in known:
        for key, value in options.items():
            if key.startswith(f"{table}_") and value is not None:
                name = key.removeprefix(f"{table}_")
                yield Given(table, name, value, f"the command line: {name} in [{table}]")


def tables_of(given: Iterable[Given], settings: type[msgspec.Struct]) -> Tables:
    """Return all that was given, by table and name; what comes later wins.

    Args:
        given: All of it; its tables are fields of `settings`.
        settings: A struct of structs, which say what is allowed.

    Raises:
        SettingsError: A name is unknown, or its value is not what is allowed there.
    """
    types = {table: _types(kind) for table, kind in _types(settings).items()}
    tables: Tables = {}
    for each in given:
        if each.name not in types[each.table]:
            raise SettingsError(_unknown(each, list(types[each.table])))
        value = _read(each, types[each.table][each.name])
        tables.setdefault(each.table, {})[each.name] = value
    return tables


def refusal(place: str, value: object, allowed: str) -> SettingsError:
    """Return the error of a value that is not allowed at its place."""
    shown = json.dumps(value, ensure_ascii=False, default=str)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    return SettingsError(f"{place} is {shown}; allowed is {allowed}")


def _types(kind: type) -> dict[str, type]:
    return typing.get_type_hints(kind, include_extras=True)


def _read(given: Given, kind: type) -> object:
    described = inspect.type_info(kind)
    value = given.value
    if isinstance(described, inspect.ListType) and isinstance(value, str):
        value = [_number(word.strip()) for word in value.split(",") if word.strip()]
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        raise refusal(given.place, given.value, _allowed(described)) from None


def _number(word: str) -> object:
    """Return the number that is written, in any base; else the word."""
    try:
        return int(word, 0)
    except ValueError:
        return word


def _allowed(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType(ge=least, le=most) if most is not None:
            return f"a whole number from {least} to {most}"
        case inspect.FloatType(gt=above, le=most):
            return f"a number above {above} and up to {most}"
        case inspect.ListType(item_type=inspect.IntType(), min_length=least, max_length=most):
            return f"a list of {least} to {most} whole numbers"
        case inspect.BoolType():
            return "true or false"
        case inspect.ListType(item_type=inspect.StructType(fields=fields), max_length=most):
            one = ", ".join(f'{each.encode_name} = "…"' for each in fields)
            return f"a list of at most {most} such as [{{{one}}}]"
        case inspect.ListType():
            return 'a list of texts, such as ["one", "two"]'
        case _:
            return "a text in quotation marks"


def _unknown(given: Given, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(given.name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"[{given.table}] has {', '.join(known)}"
    return f"{given.place} is no setting; {hint}"
