"""The scenes that the rooms share: a few groups, whose states are stored once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from teamchat.mls.codec import Vector
from teamchat.mls.extensions import Extension
from teamchat.mls.group import GroupState, process, snapshot
from teamchat.mls.group.received import (
    ApplicationReceived,
    CommitReceived,
    ProposalReceived,
    RemovedFromGroup,
)
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.public_group import PublicGroup
from tests.forge.corpus import NOW, Case, Input, Room, Scene, Valid, Value
from tests.forge.seeded import SeededCrypto
from tests.forge.troupe import Town, Troupe

EXTENSIONS = Vector(Extension)


@dataclass
class World:
    """All people, groups and scenes of the corpus."""

    town: Town = field(default_factory=Town)
    scenes: dict[str, Scene] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def room(self, name: str) -> Room:
        """Return the room of this name, made when first asked for."""
        return self.rooms.setdefault(name, Room())

    def member(self, name: str, state: GroupState, valid: Sequence[Valid]) -> str:
        """Store a member's state, and what it accepts."""
        parts = dict(sorted(snapshot(state).items()))
        self._store(name, Scene(kind="member", holds={"parts": parts}, valid=tuple(valid)))
        return name

    def watcher(self, name: str, group: PublicGroup, valid: Sequence[Valid]) -> str:
        """Store a group as a delivery service follows it."""
        self._store(name, Scene(kind="public", holds={"group": group.encode()}, valid=tuple(valid)))
        return name

    def newcomer(
        self, name: str, bundles: Sequence[KeyPackageBundle], valid: Sequence[Valid]
    ) -> str:
        """Store the KeyPackages of one who is to join, and how it can."""
        holds = {"bundles": [_bundle(each) for each in bundles]}
        self._store(name, Scene(kind="newcomer", holds=holds, valid=tuple(valid)))
        return name

    def bystander(self, name: str, valid: Sequence[Valid], **holds: Value) -> str:
        """Store a scene without a state: what is decoded or validated alone."""
        self._store(name, Scene(kind="stateless", holds=holds, valid=tuple(valid)))
        return name

    def also(self, name: str, valid: Valid) -> None:
        """Add to what a scene accepts."""
        scene = self.scenes[name]
        self.scenes[name] = replace(scene, valid=(*scene.valid, valid))

    def _store(self, name: str, scene: Scene) -> None:
        assert name not in self.scenes, name
        self.scenes[name] = scene


def _bundle(bundle: KeyPackageBundle) -> Mapping[str, Value]:
    return {
        "key_package": bundle.key_package.encode(),
        "init_private_key": bundle.init_private_key.reveal(),
        "leaf_private_key": bundle.leaf_private_key.reveal(),
        "signature_private_key": bundle.signature_private_key.reveal(),
    }


def processed(troupe: Troupe, reader: str, message: bytes, **options: Value) -> Valid:
    """Return that a member accepts a message, and what comes of it."""
    now = options.pop("now", NOW)
    assert isinstance(now, int)
    received = process(
        SeededCrypto("valid"),
        troupe[reader],
        message,
        authentication=troupe.town.registry,
        psks=troupe.psks,
        now=now,
    )
    return Valid(
        operation="process",
        input={"message": message, **options},
        gives=outcome(received),
        now=now,
    )


def outcome(received: object) -> Mapping[str, Value]:
    """Return what of a result the corpus records."""
    match received:
        case ApplicationReceived(_, sender, epoch, data, _):
            return {"kind": "application", "leaf": sender.leaf, "epoch": epoch, "data": data}
        case ProposalReceived(_, _, _, ref, _):
            return {"kind": "proposal", "ref": ref}
        case CommitReceived(state):
            return {"kind": "commit", **agreed(state)}
        case RemovedFromGroup(committer):
            return {"kind": "removed", "leaf": committer.leaf}
        case _:
            raise TypeError(type(received).__name__)


def agreed(state: GroupState) -> Mapping[str, Value]:
    """Return what all members of an epoch share."""
    return {"epoch": state.epoch, "epoch_authenticator": state.epoch_authenticator.reveal()}


@dataclass(frozen=True)
class Docket:
    """Writes the cases of one scene and operation into a room."""

    room: Room
    scene: str
    operation: str = "process"
    part: str = "message"
    prefix: str = ""

    def refuse(
        self,
        name: str,
        broken: object,
        what: str,
        message: Value,
        *,
        section: str = "",
        now: int = NOW,
        more: Input | None = None,
    ) -> None:
        """Add one case: a message, and the rule it breaks or the error it ends in."""
        self.room.add(
            Case(
                name=self.prefix + name,
                broken=broken,  # type: ignore[arg-type]  # a Rule or the name of an error
                what=what,
                operation=self.operation,
                scene=self.scene,
                input={self.part: message, **(more or {})},
                section=section,
                now=now,
            )
        )
