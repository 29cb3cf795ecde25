"""Values of any wire structure of `teamchat.mls`, made from its own field declarations."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import fields
from typing import Annotated, Final, cast, get_args, get_origin

from hypothesis import strategies as st

import teamchat.mls
from teamchat.mls.codec import Codec, Enumerated, Fixed, Maybe, Opaque, Select, Struct, Vector
from teamchat.mls.codec.struct import UInt
from teamchat.mls.framing.content import (
    FramedContent,
    FramedContentAuthData,
    SenderMember,
)
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import CustomProposal


def all_structures() -> list[type[Struct]]:
    """Return every structure of the package."""
    for module in pkgutil.walk_packages(teamchat.mls.__path__, "teamchat.mls."):
        importlib.import_module(module.name)
    found: dict[str, type[Struct]] = {}
    waiting: list[type[Struct]] = [Struct]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            # A slotted dataclass is a copy of the class it was made of; only the copy has a codec.
            if "codec" in vars(kind) and kind.__module__.startswith("teamchat."):
                found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return [found[name] for name in sorted(found)]


_MADE: Final[dict[type[Struct], st.SearchStrategy[Struct]]] = {}
"""Each is made once: that takes longer than to draw from it."""


def structures(kind: type[Struct]) -> st.SearchStrategy[Struct]:
    """Values of one structure."""
    if kind not in _MADE:
        _MADE[kind] = _structures(kind)
    return _MADE[kind]


def _structures(kind: type[Struct]) -> st.SearchStrategy[Struct]:
    if kind is PublicMessage:
        return public_messages()
    declared = fields(kind)  # type: ignore[arg-type]  # every structure is a dataclass
    made = st.builds(kind, **{each.name: values(each.type) for each in declared})
    if kind is CustomProposal:
        return st.builds(CustomProposal, st.integers(8, 0xFFFF), st.binary(max_size=70))
    return made


def values(annotation: object) -> st.SearchStrategy[object]:
    """Values of what a field's annotation describes."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return structures(annotation)
    match _codec(annotation):
        case UInt(size=size):
            return st.integers(0, (1 << 8 * size) - 1)
        case Enumerated(enumeration=enumeration):
            return st.sampled_from(list(enumeration))
        case Opaque():
            return st.binary(max_size=70)
        case Fixed(length=length):
            return st.binary(min_size=length, max_size=length)
        case Vector(item=item):
            return st.lists(values(item), max_size=3).map(tuple)
        case Maybe(item=item):
            return st.none() | values(item)
        case Select(classes=classes):
            return st.one_of([structures(kind) for kind in classes])
        case other:
            raise AssertionError(other)


@st.composite
def public_messages(draw: Callable[[st.SearchStrategy[object]], object]) -> PublicMessage:
    """PublicMessages; which tags they have depends on their content."""
    content = cast("FramedContent", draw(structures(FramedContent)))
    tag = cast("bytes", draw(st.binary(max_size=40)))
    is_commit = isinstance(content.content, Commit)
    auth = FramedContentAuthData(tag, tag if is_commit else None)
    return PublicMessage(content, auth, tag if isinstance(content.sender, SenderMember) else None)


def _codec(annotation: object) -> Codec:
    if isinstance(annotation, Codec):
        return annotation
    assert get_origin(annotation) is Annotated, annotation
    return next(note for note in get_args(annotation)[1:] if isinstance(note, Codec))
