"""Reading the corpus of invalid MLS messages, and doing what a case says.

The format is docs/spec/mls-invalid-corpus.md; the TypeScript client has a reader of its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from teamchat.mls.codec import Vector, field_codec
from teamchat.mls.codec.struct import Struct
from teamchat.mls.credentials import Credential
from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.errors import ValidationError
from teamchat.mls.extensions import Extension
from teamchat.mls.framing.message import unwrap
from teamchat.mls.group import (
    GroupState,
    PendingJoin,
    PSKs,
    encrypt,
    join,
    join_external,
    process,
    restore,
    snapshot,
)
from teamchat.mls.group.received import (
    ApplicationReceived,
    CommitReceived,
    ProposalReceived,
    RemovedFromGroup,
)
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle, validate_key_package
from teamchat.mls.public_group import CommitSeen, ProposalSeen, PublicGroup
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.validation import LeafRules
from tests.support.strategies.mls import all_structures

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "data" / "mls-invalid"
CRYPTO = DefaultCrypto()
_CREDENTIAL = field_codec(Credential)
_EXTENSIONS = Vector(Extension)
Json = dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """An authentication service that is a list of credentials and their keys."""

    known: frozenset[tuple[str, str]]

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        if (_CREDENTIAL.encode(credential).hex(), signature_key.hex()) not in self.known:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)

    def same_client(self, old: Credential, new: Credential) -> bool:
        return old == new


@dataclass(frozen=True)
class Entry:
    """A case, or a valid message of a scene: what is done, with what."""

    scene: str
    operation: str
    input: Json
    now: int
    authentication: str
    messages: Mapping[str, str]

    @classmethod
    def of(cls, scene: str, data: Json, messages: Mapping[str, str]) -> "Entry":
        rest = (data["operation"], data["input"], data["now"], data["authentication"])
        return cls(scene, *rest, messages)

    def given(self, name: str) -> bytes:
        """Return one input: in hex, or as a change of a message of the file."""
        found = self.optional(name)
        assert found is not None, name
        return found

    def optional(self, name: str) -> bytes | None:
        value = self.input.get(name)
        if value is None or isinstance(value, str):
            return None if value is None else bytes.fromhex(value)
        of, at = bytes.fromhex(self.messages[value["of"]]), value["at"]
        return of[:at] + bytes.fromhex(value["put"]) + of[at + value["drop"] :]

    def psks(self) -> PSKs:
        """Return the pre-shared keys that are at hand."""
        externals = dict(self.input.get("psks", []))
        return PSKs(
            {bytes.fromhex(name): Secret(bytes.fromhex(key)) for name, key in externals.items()}
        )


@cache
def shared() -> Json:
    """Return the file that all rooms share."""
    return cast("Json", json.loads((FOLDER / "scenes.json").read_text(encoding="utf-8")))


@cache
def rooms() -> dict[str, Json]:
    """Return the rooms by name."""
    own = {"scenes", "without"}
    files = sorted(path for path in FOLDER.glob("*.json") if path.stem not in own)
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


@cache
def without() -> dict[str, str]:
    """Return the rules that have no case, and why."""
    text = (FOLDER / "without.json").read_text(encoding="utf-8")
    return cast("dict[str, str]", json.loads(text)["without"])


def cases() -> list[tuple[str, Json]]:
    """Return every case with the name of its room."""
    return [(name, case) for name, room in rooms().items() for case in room["cases"]]


@cache
def authentication(name: str) -> Listed:
    """Return an authentication service."""
    return Listed(frozenset((pair[0], pair[1]) for pair in shared()["authentication"][name]))


def holds(scene: str) -> Json:
    """Return what a scene holds."""
    return cast("Json", shared()["scenes"][scene])


def member(scene: str) -> GroupState:
    """Return a member's state."""
    return restore({name: bytes.fromhex(data) for name, data in holds(scene)["parts"].items()})


def run(entry: Entry, state: object) -> Json:
    """Do what an entry says; return what came of it.

    Raises:
        MlsError: It was refused.
    """
    return OPERATIONS[entry.operation](entry, state)


def opened(scene: str) -> object:
    """Return the state of a scene, if it has one."""
    held = holds(scene)
    match held["kind"]:
        case "member":
            return member(scene)
        case "public":
            return PublicGroup.decode(bytes.fromhex(held["group"]))
        case _:
            return None


def stored(state: object) -> object:
    """Return a state as it would be stored, to see whether it is as it was."""
    match state:
        case GroupState():
            return snapshot(state)
        case PublicGroup():
            return state.encode()
        case _:
            return None


def _process(entry: Entry, state: object) -> Json:
    received = process(
        CRYPTO,
        cast("GroupState", state),
        entry.given("message"),
        authentication=authentication(entry.authentication),
        psks=entry.psks(),
        now=entry.now,
    )
    match received:
        case ApplicationReceived(_, sender, epoch, data, _):
            return {
                "kind": "application", "leaf": sender.leaf, "epoch": epoch, "data": data.hex(),
            }  # fmt: skip
        case ProposalReceived(_, _, _, ref, _):
            return {"kind": "proposal", "ref": ref.hex()}
        case CommitReceived(after):
            return {"kind": "commit", **_agreed(after)}
        case RemovedFromGroup(committer):
            return {"kind": "removed", "leaf": committer.leaf}


def _agreed(state: GroupState) -> Json:
    return {"epoch": state.epoch, "epoch_authenticator": state.epoch_authenticator.reveal().hex()}


def _encrypt(entry: Entry, state: object) -> Json:
    encrypt(CRYPTO, cast("GroupState", state), entry.given("data"))
    return {"kind": "encrypted"}


def _bundles(scene: str) -> list[KeyPackageBundle]:
    return [
        KeyPackageBundle(
            KeyPackage.decode(bytes.fromhex(each["key_package"])),
            *(
                Secret(bytes.fromhex(each[name]))
                for name in ("init_private_key", "leaf_private_key", "signature_private_key")
            ),
        )
        for each in holds(scene)["bundles"]
    ]


def _join(entry: Entry, state: object) -> Json:
    bundles = {
        each.key_package.reference(CRYPTO, cipher_suite(each.key_package.cipher_suite)): each
        for each in _bundles(entry.scene)
    }
    old = {each.group_id: each for each in map(member, entry.input.get("old_groups", []))}
    joined = join(
        CRYPTO,
        entry.given("welcome"),
        bundles,
        ratchet_tree=entry.optional("ratchet_tree"),
        psks=entry.psks(),
        authentication=authentication(entry.authentication),
        now=entry.now,
        known_groups=_known_groups(entry),
        old_groups=old.get,
    )
    return {"kind": "joined", **_agreed(joined)}


def _known_groups(entry: Entry) -> set[bytes]:
    return {bytes.fromhex(each) for each in entry.input.get("known_groups", [])}


def _join_external(entry: Entry, state: object) -> Json:
    pending: PendingJoin = join_external(
        CRYPTO,
        entry.given("group_info"),
        _bundles(entry.scene)[0],
        ratchet_tree=entry.optional("ratchet_tree"),
        resync=entry.input.get("resync"),
        authentication=authentication(entry.authentication),
        now=entry.now,
        known_groups=_known_groups(entry),
    )
    return {"kind": "joined", "epoch": pending.next.epoch}


def _validate_key_package(entry: Entry, state: object) -> Json:
    held = holds(entry.scene)
    extensions = cast(
        "tuple[Extension, ...]", _EXTENSIONS.decode(bytes.fromhex(held["extensions"]))
    )
    validate_key_package(
        CRYPTO,
        KeyPackage.decode(entry.given("key_package")),
        rules=LeafRules.of(cipher_suite(held["suite"]), extensions),
        authentication=authentication(entry.authentication),
        now=entry.now,
    )
    return {"kind": "valid"}


@cache
def structures() -> dict[str, type[Struct]]:
    """Return the structures of the wire by name."""
    return {kind.__name__: kind for kind in all_structures()}


def _decode(entry: Entry, state: object) -> Json:
    name, data = entry.input["struct"], entry.given("data")
    value: Any
    if name == "MLSMessage":
        unwrap(data)
        value = structures()[name].decode(data)
    elif name == "RatchetTree":
        value = RatchetTree.decode(data)
    else:
        value = structures()[name].decode(data)
    assert value.encode() == data
    return {"kind": "value"}


def _receive(entry: Entry, state: object) -> Json:
    seen = cast("PublicGroup", state).receive(
        CRYPTO,
        entry.given("message"),
        authentication=authentication(entry.authentication),
        now=entry.now,
    )
    match seen:
        case ProposalSeen(_, _, _, ref):
            return {"kind": "proposal", "ref": ref.hex()}
        case CommitSeen(after):
            return {"kind": "commit", "context": after.context.encode().hex()}


def _check_group_info(entry: Entry, state: object) -> Json:
    cast("PublicGroup", state).check_group_info(CRYPTO, entry.given("group_info"))
    return {"kind": "valid"}


def _from_group_info(entry: Entry, state: object) -> Json:
    group = PublicGroup.from_group_info(
        CRYPTO,
        entry.given("group_info"),
        entry.given("ratchet_tree"),
        authentication=authentication(entry.authentication),
        now=entry.now,
    )
    return {"kind": "followed", "context": group.context.encode().hex()}


OPERATIONS: Mapping[str, Callable[[Entry, object], Json]] = {
    "process": _process,
    "encrypt": _encrypt,
    "join": _join,
    "join_external": _join_external,
    "validate_key_package": _validate_key_package,
    "decode": _decode,
    "public_receive": _receive,
    "public_check_group_info": _check_group_info,
    "public_from_group_info": _from_group_info,
}
