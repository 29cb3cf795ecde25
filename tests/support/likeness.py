"""Whether a fake looks like what it stands for: the same names, the same signatures.

A fake may have more, where a test steers it or looks into it; that is listed in its `STEERING`.
What else it has would let an interface be tested on what no account can do.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping

Fakes = Mapping[type, type]
"""Which fake stands for which class of `teamchat.client`."""


def differences(fake: type, real: type, fakes: Fakes) -> Iterator[str]:
    """Tell, sentence by sentence, where a fake is not like what it stands for."""
    steering = _steering(fake)
    names = _names(fake)
    for name in sorted(steering - names):
        yield f"STEERING names {name}, which {fake.__name__} has not"
    for name in sorted(steering & _names(real)):
        yield f"STEERING names {name}, which {real.__name__} has"
    for name in sorted(names - steering):
        if name not in _names(real):
            yield f"{real.__name__} has no {name}"
        else:
            yield from _apart(name, _member(fake, name), _member(real, name), fakes)


def _apart(name: str, mine: object, theirs: object, fakes: Fakes) -> Iterator[str]:
    if not callable(theirs):
        if callable(mine):
            yield f"{name} is called, and is only read in what it stands for"
        elif isinstance(mine, property) and isinstance(theirs, property):
            yield from _signatures_apart(name, mine.fget, theirs.fget, fakes)
    elif not callable(mine):
        yield f"{name} is read, and is called in what it stands for"
    elif inspect.iscoroutinefunction(mine) != inspect.iscoroutinefunction(theirs):
        yield f"one {name} is awaited, the other is not"
    else:
        yield from _signatures_apart(name, mine, theirs, fakes)


def _signatures_apart(name: str, mine: object, theirs: object, fakes: Fakes) -> Iterator[str]:
    assert callable(mine)
    assert callable(theirs)
    here = inspect.signature(mine, eval_str=True)
    there = inspect.signature(theirs, eval_str=True)
    here = here.replace(return_annotation=fakes.get(here.return_annotation, here.return_annotation))
    if here != there:
        yield f"{name}{here} stands for {name}{there}"


def _member(of: type, name: str) -> object:
    """Return how a class has it; None for what its objects are given when they are made."""
    return inspect.getattr_static(of, name, None)


def _names(of: type) -> frozenset[str]:
    """Return what is public of a class and of its objects."""
    found = {*dir(of)}
    for each in of.__mro__[:-1]:
        found |= {*inspect.get_annotations(each), *_given(each)}
    return frozenset(name for name in found if not name.startswith("_") and name != "STEERING")


def _given(to: type) -> Iterator[str]:
    """Go through what the methods of a class set on its objects."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(to)))):
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store):
            continue
        if ast.unparse(node.value) == "self":
            yield node.attr


def _steering(fake: type) -> frozenset[str]:
    found: set[str] = set()
    for each in fake.__mro__:
        found |= {*vars(each).get("STEERING", ())}
    return frozenset(found)
