"""What the source of a module says that is gone at run time: texts behind names, names of types."""

import ast
import functools
import inspect
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import ModuleType


def documented(module: ModuleType) -> Mapping[str, str]:
    """Return the texts behind the assignments of a module."""
    return _texts(_parsed(module))


def documented_fields(kind: type) -> Mapping[str, str]:
    """Return the texts behind the fields of a class and of those of ours that it is made of."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith("teamchat."):
            found |= _texts(_body(each))
    return found


def mentioned(kind: type) -> Mapping[str, frozenset[str]]:
    """Return the names in the annotation of every field of a class."""
    return {
        each.target.id: frozenset(
            name.id for name in ast.walk(each.annotation) if isinstance(name, ast.Name)
        )
        for each in _body(kind)
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    }


@functools.cache
def assigned(module: ModuleType) -> frozenset[str]:
    """Return the names that a module assigns itself."""
    return frozenset(name for each in _parsed(module) if (name := _target(each)) is not None)


def _texts(body: Sequence[ast.stmt]) -> Mapping[str, str]:
    found = {}
    for one, behind in pairwise(body):
        name, value = _target(one), behind.value if isinstance(behind, ast.Expr) else None
        if name is not None and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[name] = inspect.cleandoc(value.value)
    return found


def _target(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


def _body(kind: type) -> Sequence[ast.stmt]:
    return next(
        each.body
        for each in _parsed(sys.modules[kind.__module__])
        if isinstance(each, ast.ClassDef) and each.name == kind.__name__
    )


@functools.cache
def _parsed(module: ModuleType) -> Sequence[ast.stmt]:
    return ast.parse(inspect.getsource(module)).body
