"""The groups on which most cases are played, each with a reader whose state is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from teamchat.mls.credentials import BASIC
from teamchat.mls.extensions import (
    LAST_RESORT,
    REQUIRED_CAPABILITIES,
    Extension,
    ExternalSender,
    RequiredCapabilities,
    external_senders_extension,
)
from teamchat.mls.group import CommitOptions, GroupState, encrypt, propose_remove, propose_update
from teamchat.mls.messages.proposals import ReInit, Remove
from teamchat.mls.tree.nodes import Capabilities
from tests.forge.corpus import Valid
from tests.forge.seeded import Again, SeededCrypto
from tests.forge.troupe import PLAIN, Person, Troupe
from tests.forge.world import World, processed

CUSTOM_EXTENSION = 0xF0E0
CUSTOM_PROPOSAL = 0xF0F0
REQUIRED_EXTENSION = 0xF0E1
REQUIRED_CREDENTIAL = 0xF0C0
ABLE = Capabilities(
    (1,),
    (1, 3, 0xF00D),
    (LAST_RESORT, CUSTOM_EXTENSION, REQUIRED_EXTENSION),
    (CUSTOM_PROPOSAL,),
    (BASIC, REQUIRED_CREDENTIAL),
)
"""What the members of the group with rules support."""

NEEDED = RequiredCapabilities((REQUIRED_EXTENSION,), (CUSTOM_PROPOSAL,), (REQUIRED_CREDENTIAL,))
"""What that group requires; its GroupContext has another extension besides."""


@dataclass(frozen=True)
class Stage:
    """A group, and the scene in which Alice is to refuse what the others send.

    Attributes:
        before: Its members' states in the epoch before.
    """

    troupe: Troupe
    scene: str
    before: Mapping[str, GroupState] = field(default_factory=dict)

    def crypto(self, case: str) -> SeededCrypto:
        """Return randomness for one case, so that cases do not depend on each other."""
        return SeededCrypto(f"case {self.scene} {case}")


@dataclass(frozen=True)
class Over(Stage):
    """The group that has ended, and what is written in it all the same."""

    application: bytes = b""


def spoken(troupe: Troupe, scene: str, writer: str, reader: str = "alice") -> list[Valid]:
    """Return an application message and a commit that the reader accepts."""
    crypto = SeededCrypto(f"valid {scene}")
    hello = troupe.told(writer, b"hello", crypto) if not troupe[writer].pending_proposals else None
    commit = troupe.commit(writer, crypto=crypto).message
    messages = [commit] if hello is None else [hello, commit]
    return [processed(troupe, reader, each) for each in messages]


class Stages:
    """Every stage, built when first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world

    def four(self, suite: int = 1) -> Stage:
        """Four members, all inner nodes set."""
        name = {1: "four", 3: "four-chacha", 0xF00D: "four-xwing"}[suite]
        if name not in self._fours:
            troupe = Troupe.founded(
                self.world.town, name, "alice", "bob", "carol", "dave", suite=suite
            )
            troupe.settle("dave", "alice", "carol")
            before = dict(troupe.states)
            troupe.accept("bob", troupe.commit("bob", crypto=Again(f"again {name}")))
            if suite == 0xF00D:
                _forget(troupe)
            scene = self.world.member(name, troupe["alice"], spoken(troupe, name, "bob"))
            self._fours[name] = Stage(troupe, scene, before)
        return self._fours[name]

    @cached_property
    def _fours(self) -> dict[str, Stage]:
        return {}

    @cached_property
    def ruled(self) -> Stage:
        """Three members, required capabilities, two external senders, a custom extension."""
        town = self.world.town
        warden = self.warden

        extensions = (
            Extension(REQUIRED_CAPABILITIES, NEEDED.encode()),
            external_senders_extension(
                (ExternalSender(warden.keys.public_key, warden.credential),)
            ),
            Extension(CUSTOM_EXTENSION, b"house rules"),
        )
        troupe = Troupe.founded(
            town, "ruled", "alice", "bob", "carol", extensions=extensions, capabilities=ABLE
        )
        troupe.settle("bob")
        scene = self.world.member("ruled", troupe["alice"], spoken(troupe, "ruled", "bob"))
        return Stage(troupe, scene)

    @cached_property
    def warden(self) -> Person:
        """The external sender."""
        return self.world.town.person("warden")

    @cached_property
    def pending(self) -> Stage:
        """Four members; the reader has proposals before it."""
        troupe = Troupe.founded(self.world.town, "pending", "alice", "bob", "carol", "dave")
        troupe.settle("bob")
        troupe.hear(propose_remove(troupe.crypto, troupe["carol"], troupe.leaf("dave")), "carol")
        troupe.hear(propose_update(troupe.crypto, troupe["carol"]), "carol")
        taken = troupe.commit("bob", options=CommitOptions(), crypto=SeededCrypto("pending"))
        valid = [processed(troupe, "alice", taken.message)]
        scene = self.world.member("pending", troupe["alice"], valid)
        return Stage(troupe, scene)

    @cached_property
    def holes(self) -> Stage:
        """Six members, of whom two have gone: leaf 1 and leaf 4 are blank."""
        names = "alice", "bob", "carol", "dave", "erin", "frank"
        troupe = Troupe.founded(self.world.town, "holes", *names)
        troupe.settle("carol", "frank")
        farewell = troupe.write("bob", b"farewell")
        for gone in "bob", "erin":
            troupe.accept("alice", troupe.commit("alice", Remove(troupe.leaf(gone))))
        valid = [*spoken(troupe, "holes", "frank"), processed(troupe, "alice", farewell)]
        return Stage(troupe, self.world.member("holes", troupe["alice"], valid))

    @cached_property
    def rootless(self) -> Stage:
        """Four leaves of which the left half is empty: the root is blank, and stays so."""
        troupe = Troupe.founded(self.world.town, "rootless", "alice", "bob", "carol", "dave")
        troupe.settle("alice")
        troupe.accept("carol", troupe.commit("carol", Remove(0), Remove(1)))
        valid = spoken(troupe, "rootless", "carol", "dave")
        return Stage(troupe, self.world.member("rootless", troupe["dave"], valid))

    @cached_property
    def late(self) -> Stage:
        """A reader that has gone on six epochs and read some of what was said before."""
        troupe = Troupe.founded(self.world.town, "late", "alice", "bob", "carol")
        self.letters: dict[str, bytes] = {}
        self.letters["forgotten"] = troupe.write("bob", b"too old")
        troupe.settle("bob")
        self.letters["old"] = troupe.write("carol", b"old, not read yet")
        read = troupe.write("carol", b"old, and read")
        self.letters["old read"] = read
        self._read(troupe, read)
        self.old_bob = troupe["bob"]
        troupe.settle("alice", "bob", "alice", "bob", "alice")
        for index in range(6):
            letter = troupe.write("bob", b"letter %d" % index)
            self.letters[f"letter {index}"] = letter
            if index in {0, 2}:
                self._read(troupe, letter)
        valid = [
            processed(troupe, "alice", self.letters[name])
            for name in ("old", "letter 1", "letter 3", "letter 5")
        ]
        valid.append(processed(troupe, "alice", troupe.commit("carol").message))
        return Stage(troupe, self.world.member("late", troupe["alice"], valid))

    @staticmethod
    def _read(troupe: Troupe, letter: bytes) -> None:
        received = troupe.receive("alice", letter)
        troupe.states["alice"] = received.state  # type: ignore[attr-defined]

    @cached_property
    def over(self) -> "Over":
        """A group that a ReInit has ended."""
        troupe = Troupe.founded(self.world.town, "over", "alice", "bob", "carol")
        ahead = SeededCrypto("over")
        last = troupe.write("bob", b"last words")
        reinit = ReInit(b"the next group", 1, 1, ())
        troupe.accept("carol", troupe.commit("carol", reinit))
        bob = replace(troupe["bob"], reinit=None)
        after = encrypt(ahead, bob, b"after the end")[1]
        valid = [processed(troupe, "alice", last)]
        return Over(troupe, self.world.member("over", troupe["alice"], valid), application=after)

    @cached_property
    def everything(self) -> Sequence[Stage]:
        """The group of four in each suite."""
        return [self.four(suite) for suite in (1, 3, 0xF00D)]


def _forget(troupe: Troupe) -> None:
    """Drop past epochs: large ones, and of no use here."""
    for name, state in troupe.states.items():
        troupe.states[name] = replace(state, past=())


__all__ = [
    "ABLE",
    "CUSTOM_EXTENSION",
    "CUSTOM_PROPOSAL",
    "NEEDED",
    "PLAIN",
    "REQUIRED_CREDENTIAL",
    "Stage",
    "Stages",
    "spoken",
]
