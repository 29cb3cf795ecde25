"""What the corpus is made of, and how it is written (docs/spec/mls-invalid-corpus.md)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from teamchat.mls.rules import Rule

FOLDER: Final = Path(__file__).resolve().parents[1] / "vectors" / "data" / "mls-invalid"
FORMAT: Final = 1
NOW: Final = 1_800_000_000

_CRYPTO_RULES: Final = frozenset(
    {
        Rule.CONTENT_SIGNATURE,
        Rule.CONFIRMATION_TAG,
        Rule.MEMBERSHIP_TAG,
        Rule.CONTENT_DECRYPTS,
        Rule.SENDER_DATA_DECRYPTS,
        Rule.LEAF_SIGNATURE,
        Rule.UPDATE_PATH_DECRYPTS,
        Rule.KEY_PACKAGE_SIGNATURE,
        Rule.GROUP_INFO_SIGNATURE,
        Rule.WELCOME_DECRYPTS,
    }
)
"""The rules whose breach is a signature, tag or ciphertext that does not verify."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A message of the same file, changed at one place.

    Attributes:
        of: The name of the message.
        at: Where, in bytes from the start; `drop` bytes are taken out there.
        put: What is put in instead.
    """

    of: str
    at: int
    drop: int
    put: bytes


Value = bytes | int | str | None | Patch | Sequence["Value"]
Input = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """What a scene accepts, so that a case cannot be refused for the scene's own sake."""

    operation: str
    input: Input
    gives: Mapping[str, Value]
    now: int = NOW
    authentication: str = "registry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What there is before a message arrives: the parts of a state, or a newcomer's keys."""

    kind: str
    holds: Mapping[str, object]
    valid: Sequence[Valid] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message that has to be refused.

    Attributes:
        broken: The rule it breaks, or the kind of error where no rule applies.
        section: Of RFC 9420; a rule brings its own.
    """

    name: str
    broken: Rule | str
    what: str
    operation: str
    scene: str
    input: Input
    section: str = ""
    now: int = NOW
    authentication: str = "registry"

    @property
    def error(self) -> str:
        """Which error it has to be refused with."""
        if isinstance(self.broken, str):
            return self.broken
        return "CryptoError" if self.broken in _CRYPTO_RULES else "ValidationError"


@dataclass
class Room:
    """The cases of one file, and the messages that its patches change."""

    messages: dict[str, bytes] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> None:
        """Take a case in."""
        self.cases.append(case)


def written(value: object) -> object:
    """Return a value as JSON holds it: bytes in hex, a patch as an object."""
    match value:
        case bytes():
            return value.hex()
        case Patch(of, at, drop, put):
            return {"of": of, "at": at, "drop": drop, "put": put.hex()}
        case Mapping():
            return {str(key): written(each) for key, each in value.items()}
        case str() | int() | None:
            return value
        case Iterable():
            return [written(each) for each in value]
        case _:
            raise TypeError(type(value).__name__)


def room_file(room: Room) -> str:
    """Return the file of one room."""
    cases = [_case(case) for case in room.cases]
    return _text({"format": FORMAT, "messages": written(room.messages), "cases": cases})


def scenes_file(
    scenes: Mapping[str, Scene], authentication: Mapping[str, Sequence[tuple[bytes, bytes]]]
) -> str:
    """Return the file of what the rooms share."""
    return _text(
        {
            "format": FORMAT,
            "authentication": written(authentication),
            "scenes": {name: _scene(scene) for name, scene in scenes.items()},
        }
    )


def reasons_file(reasons: Mapping[Rule, str]) -> str:
    """Return the file that says of each rule without a case why it has none."""
    return _text({"format": FORMAT, "without": {r.name: text for r, text in reasons.items()}})


def _case(case: Case) -> dict[str, object]:
    rule = case.broken if isinstance(case.broken, Rule) else None
    return {
        "name": case.name,
        "error": case.error,
        "rule": None if rule is None else rule.name,
        "section": case.section if rule is None else rule.section,
        "what": case.what,
        "scene": case.scene,
        "operation": case.operation,
        "input": written(case.input),
        "now": case.now,
        "authentication": case.authentication,
    }


def _scene(scene: Scene) -> dict[str, object]:
    valid = [
        {
            "operation": each.operation,
            "input": written(each.input),
            "now": each.now,
            "authentication": each.authentication,
            "gives": written(each.gives),
        }
        for each in scene.valid
    ]
    return {"kind": scene.kind, **{k: written(v) for k, v in scene.holds.items()}, "valid": valid}


def _text(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"
