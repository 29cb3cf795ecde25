"""One client in one group, whichever language its core is written in.

`PythonMember` and `RemoteMember` do the same, so that a scenario need not know whom it moves.
A wish is a proposal in words: `{"kind": "remove", "leaf": 3}`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar, cast

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.errors import MlsError
from teamchat.mls.extensions import LAST_RESORT, Extension
from teamchat.mls.framing.content import WireFormat
from teamchat.mls.group import (
    ApplicationReceived,
    CommitOptions,
    CommitReceived,
    Framing,
    GroupState,
    PendingCommit,
    PendingJoin,
    ProposalReceived,
    PSKs,
    RemovedFromGroup,
    branch,
    commit,
    create_group,
    encrypt,
    export_secret,
    group_info,
    join,
    join_external,
    new_member_proposal,
    process,
    propose,
    propose_add,
    propose_update,
    reinitialize,
    restore,
    snapshot,
)
from teamchat.mls.group.propose import external_psk, resumption_psk
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    GroupContextExtensions,
    Proposal,
    ReInit,
    Remove,
)
from teamchat.mls.public_group import PublicGroup
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.tree.nodes import Capabilities
from tests.cross.node import Peer, RefusedError, data
from tests.support.people import CRYPTO, NOW, REGISTRY, Person, person

HOUSE: Final = b"house"
PSK: Final = Secret(b"the key of the house")
PSKS: Final = PSKs({HOUSE: PSK})
EXTENSION: Final = 0xF042
CUSTOM: Final = 0xF0AA
CAPABILITIES: Final = Capabilities(
    versions=(1,),
    cipher_suites=(1, 3, 0xF00D),
    extensions=(LAST_RESORT, EXTENSION),
    proposals=(CUSTOM,),
    credentials=(1,),
)
Wish = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A commit on its way."""

    message: bytes
    welcome: bytes | None
    group_info: bytes
    ratchet_tree: bytes


@dataclass(frozen=True)
class Heard:
    """What a message turned out to be."""

    type: str
    sender: int | None = None
    data: bytes = b""
    ref: bytes = b""


@dataclass(frozen=True)
class View:
    """What a member believes of its epoch: all but the leaf is the same for everybody."""

    leaf: int
    epoch: int
    context: bytes
    authenticator: bytes
    exported: bytes
    tree: bytes
    members: tuple[int, ...]


class Member(Protocol):
    """One client in one group. All that its core turns down is a RefusedError.

    Attributes:
        ours: Whether its core is one of ours; another's has gaps.
    """

    owner: Person
    ours: bool

    def key_package(self, suite: int | None = None) -> bytes: ...
    def create(self, group_id: bytes, extensions: Sequence[Wish] = ()) -> None: ...
    def join(self, welcome: bytes, ratchet_tree: bytes | None) -> None: ...
    def join_external(self, info: bytes, ratchet_tree: bytes) -> Sent: ...
    def ask_to_be_added(self, context: bytes) -> bytes: ...
    def propose(self, wish: Wish, *, private: bool = False) -> tuple[bytes, bytes]: ...
    def commit(self, *wishes: Wish, **options: bool) -> Sent: ...
    def adopt(self) -> None: ...
    def twin(self) -> "Member": ...
    def branch(self, group_id: bytes, key_packages: Sequence[bytes]) -> Sent: ...
    def reinitialize(self, suite: int, key_packages: Sequence[bytes]) -> Sent: ...
    def process(self, message: bytes) -> Heard: ...
    def encrypt(self, text: bytes) -> bytes: ...
    def view(self) -> View: ...
    def group_info(self) -> bytes: ...
    def snapshot(self) -> dict[str, bytes]: ...
    def restore(self, parts: Mapping[str, bytes]) -> None: ...


class Follower(Protocol):
    """A delivery service's view of a group."""

    def follow(self, info: bytes, ratchet_tree: bytes) -> None: ...
    def observe(self, message: bytes) -> bytes: ...


class PythonMember:
    """A client with the Python core."""

    ours = True

    def __init__(self, owner: Person, old: GroupState | None = None) -> None:
        self.owner = owner
        self._old = old
        self._bundles: list[KeyPackageBundle] = []
        self._state: GroupState | None = None
        self._pending: PendingCommit | PendingJoin | None = None

    @property
    def state(self) -> GroupState:
        assert self._state is not None
        return self._state

    def key_package(self, suite: int | None = None) -> bytes:
        return self._bundle(suite).key_package.encode()

    def _bundle(self, suite: int | None = None) -> KeyPackageBundle:
        owner = replace(self.owner, suite=cipher_suite(suite)) if suite else self.owner
        bundle = owner.bundle(capabilities=CAPABILITIES)
        self._bundles.append(bundle)
        return bundle

    def create(self, group_id: bytes, extensions: Sequence[Wish] = ()) -> None:
        self._state = create_group(
            CRYPTO,
            group_id=group_id,
            suite=self.owner.suite,
            bundle=self._bundle(),
            extensions=_extensions(extensions),
            authentication=REGISTRY,
            now=NOW,
        )
        self._bundles.clear()

    def join(self, welcome: bytes, ratchet_tree: bytes | None) -> None:
        old = self._old
        bundles = {
            bundle.key_package.reference(
                CRYPTO, cipher_suite(bundle.key_package.cipher_suite)
            ): bundle
            for bundle in self._bundles
        }
        self._state = _asked(
            lambda: join(
                CRYPTO,
                welcome,
                bundles,
                ratchet_tree=ratchet_tree,
                psks=PSKS,
                authentication=REGISTRY,
                now=NOW,
                old_groups=lambda of: old if old is not None and old.group_id == of else None,
            )
        )
        self._bundles.clear()

    def join_external(self, info: bytes, ratchet_tree: bytes) -> Sent:
        bundle = self._bundle()
        self._bundles.clear()
        return self._waits(
            lambda: join_external(
                CRYPTO,
                info,
                bundle,
                ratchet_tree=ratchet_tree,
                psks=PSKS,
                authentication=REGISTRY,
                now=NOW,
            )
        )

    def ask_to_be_added(self, context: bytes) -> bytes:
        bundle = self._bundles[-1]
        return new_member_proposal(CRYPTO, GroupContext.decode(context), bundle, now=NOW)

    def propose(self, wish: Wish, *, private: bool = False) -> tuple[bytes, bytes]:
        framing = _framing(private=private)
        proposal = None if wish["kind"] == "update" else _proposal(self.state, wish)
        if proposal is None:
            made = _asked(lambda: propose_update(CRYPTO, self.state, framing))
        elif isinstance(proposal, Add):
            package = proposal.key_package
            made = _asked(
                lambda: propose_add(
                    CRYPTO, self.state, package, framing, authentication=REGISTRY, now=NOW
                )
            )
        else:
            made = _asked(lambda: propose(CRYPTO, self.state, proposal, framing))
        self._state = made.state
        return made.message, made.ref

    def commit(self, *wishes: Wish, **options: bool) -> Sent:
        sent = self._waits(
            lambda: commit(
                CRYPTO,
                self.state,
                proposals=[_proposal(self.state, wish) for wish in wishes],
                psks=PSKS,
                authentication=REGISTRY,
                now=NOW,
                options=CommitOptions(
                    framing=_framing(private=options.get("private", False)),
                    include_pending=not options.get("alone"),
                    always_path=not options.get("light"),
                    ratchet_tree_in_welcome=options.get("tree_in_welcome", False),
                ),
            )
        )
        self._state = cast("PendingCommit", self._pending).before
        return sent

    def adopt(self) -> None:
        pending = self._pending
        assert pending is not None
        if isinstance(pending, PendingCommit):
            self._state = pending.adopt(self._state)
        else:
            self._state = pending.adopt()
        self._pending = None

    def twin(self) -> "PythonMember":
        return PythonMember(self.owner, self.state)

    def branch(self, group_id: bytes, key_packages: Sequence[bytes]) -> Sent:
        assert self._old is not None
        old, packages = self._old, list(map(KeyPackage.decode, key_packages))
        return self._waits(
            lambda: branch(
                CRYPTO, old, group_id, self._bundle(), packages, authentication=REGISTRY, now=NOW
            )
        )

    def reinitialize(self, suite: int, key_packages: Sequence[bytes]) -> Sent:
        assert self._old is not None
        old, packages = self._old, list(map(KeyPackage.decode, key_packages))
        return self._waits(
            lambda: reinitialize(
                CRYPTO, old, self._bundle(suite), packages, authentication=REGISTRY, now=NOW
            )
        )

    def process(self, message: bytes) -> Heard:
        received = _asked(
            lambda: process(
                CRYPTO, self.state, message, authentication=REGISTRY, psks=PSKS, now=NOW
            )
        )
        match received:
            case RemovedFromGroup(committer):
                return Heard("removed", committer.leaf)
            case ApplicationReceived(state, sender, _, words):
                self._state = state
                return Heard("application", sender.leaf, words)
            case ProposalReceived(state, ref=ref):
                self._state = state
                return Heard("proposal", ref=ref)
            case CommitReceived(state, committer):
                self._state = state
                return Heard("commit", committer.leaf)

    def encrypt(self, text: bytes) -> bytes:
        self._state, message = _asked(lambda: encrypt(CRYPTO, self.state, text))
        return message

    def view(self) -> View:
        state = self.state
        return View(
            state.own_leaf,
            state.epoch,
            state.context.encode(),
            state.epoch_authenticator.reveal(),
            export_secret(CRYPTO, state, "law", b"law", 32).reveal(),
            state.tree.encode(),
            tuple(state.roster),
        )

    def group_info(self) -> bytes:
        return group_info(CRYPTO, self.state)

    def snapshot(self) -> dict[str, bytes]:
        return snapshot(self.state)

    def restore(self, parts: Mapping[str, bytes]) -> None:
        self._state = _asked(lambda: restore(parts))

    def _waits(self, make: Callable[[], PendingCommit | PendingJoin]) -> Sent:
        pending = _asked(make)
        self._pending = pending
        welcome = pending.welcome if isinstance(pending, PendingCommit) else None
        return Sent(pending.message, welcome, pending.group_info, pending.ratchet_tree)


class RemoteMember:
    """A client with a core that runs in another process."""

    def __init__(
        self, peer: Peer, owner: Person, who: str | None = None, *, ours: bool = True
    ) -> None:
        self._peer = peer
        self.ours = ours
        self.owner = owner
        self._who = who or os.urandom(8).hex()
        if who is None:
            self._ask(
                "person",
                name=owner.name,
                suite=owner.suite.id,
                private_key=owner.keys.private_key.reveal(),
                public_key=owner.keys.public_key,
            )

    def key_package(self, suite: int | None = None) -> bytes:
        return data(self._ask("key_package", suite=suite))

    def create(self, group_id: bytes, extensions: Sequence[Wish] = ()) -> None:
        self._ask("create", group_id=group_id, extensions=extensions)

    def join(self, welcome: bytes, ratchet_tree: bytes | None) -> None:
        self._ask("join", welcome=welcome, ratchet_tree=ratchet_tree)

    def join_external(self, info: bytes, ratchet_tree: bytes) -> Sent:
        return _sent(self._ask("join_external", info=info, ratchet_tree=ratchet_tree))

    def ask_to_be_added(self, context: bytes) -> bytes:
        return data(self._ask("ask_to_be_added", context=context))

    def propose(self, wish: Wish, *, private: bool = False) -> tuple[bytes, bytes]:
        made = self._ask("propose", private=private, **wish)
        return data(made["message"]), data(made["ref"])

    def commit(self, *wishes: Wish, **options: bool) -> Sent:
        return _sent(self._ask("commit", proposals=wishes, **options))

    def adopt(self) -> None:
        self._ask("adopt")

    def twin(self) -> "RemoteMember":
        twin = RemoteMember(self._peer, self.owner, os.urandom(8).hex())
        self._ask("twin", twin=twin._who)
        return twin

    def branch(self, group_id: bytes, key_packages: Sequence[bytes]) -> Sent:
        packages = [{"key_package": each} for each in key_packages]
        return _sent(self._ask("branch", group_id=group_id, key_packages=packages))

    def reinitialize(self, suite: int, key_packages: Sequence[bytes]) -> Sent:
        packages = [{"key_package": each} for each in key_packages]
        return _sent(self._ask("reinitialize", suite=suite, key_packages=packages))

    def process(self, message: bytes) -> Heard:
        heard = self._ask("process", message=message)
        return Heard(
            heard["type"],
            heard.get("sender"),
            data(heard.get("data", "")),
            data(heard.get("ref", "")),
        )

    def encrypt(self, text: bytes) -> bytes:
        return data(self._ask("encrypt", data=text))

    def view(self) -> View:
        view = self._ask("view")
        return View(
            leaf=view["leaf"],
            epoch=view["epoch"],
            context=data(view["context"]),
            authenticator=data(view["authenticator"]),
            exported=data(view["exported"]),
            tree=data(view["tree"]),
            members=tuple(view["members"]),
        )

    def group_info(self) -> bytes:
        return data(self._ask("group_info"))

    def snapshot(self) -> dict[str, bytes]:
        return {name: data(part) for name, part in self._ask("snapshot").items()}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        self._ask("restore", parts=parts)

    def _ask(self, what: str, **arguments: object) -> Any:  # noqa: ANN401  # JSON
        return self._peer.ask(what, who=self._who, **arguments)


class PythonFollower:
    """A delivery service in Python."""

    def __init__(self) -> None:
        self._group: PublicGroup | None = None

    def follow(self, info: bytes, ratchet_tree: bytes) -> None:
        self._group = PublicGroup.from_group_info(
            CRYPTO, info, ratchet_tree, authentication=REGISTRY, now=NOW
        )

    def observe(self, message: bytes) -> bytes:
        group = self._group
        assert group is not None
        seen = _asked(lambda: group.receive(CRYPTO, message, authentication=REGISTRY, now=NOW))
        self._group = seen.next
        return self._group.encode()


class RemoteFollower:
    """A delivery service in another process."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._name = os.urandom(8).hex()

    def follow(self, info: bytes, ratchet_tree: bytes) -> None:
        self._peer.ask("follow", group=self._name, info=info, ratchet_tree=ratchet_tree)

    def observe(self, message: bytes) -> bytes:
        return data(self._peer.ask("observe", group=self._name, message=message))


def introduce(peer: Peer, owner: Person) -> None:
    """Let the cores of another process know a client, and the key that all are given."""
    peer.ask("register", name=owner.name, key=owner.keys.public_key)
    peer.ask("psk", psk_id=HOUSE, psk=PSK.reveal())


def stranger(name: str, suite: int) -> Person:
    """Return a new client, known to the Python cores."""
    return person(name, cipher_suite(suite))


def _asked(act: Callable[[], T]) -> T:
    try:
        return act()
    except MlsError as error:
        rule = getattr(error, "rule", None)
        raise RefusedError(
            type(error).__name__, None if rule is None else rule.name, str(error)
        ) from error


def _sent(answer: dict[str, str | None]) -> Sent:
    welcome = answer["welcome"]
    parts = (data(answer[name] or "") for name in ("message", "group_info", "ratchet_tree"))
    message, info, tree = parts
    return Sent(message, None if welcome is None else data(welcome), info, tree)


def _framing(*, private: bool) -> Framing:
    return Framing(wire_format=WireFormat.PRIVATE_MESSAGE) if private else Framing()


def _extensions(wishes: object) -> tuple[Extension, ...]:
    given = cast("Sequence[dict[str, Any]]", wishes)
    return tuple(Extension(each["type"], each["data"]) for each in given)


def _proposal(state: GroupState, wish: Wish) -> Proposal:
    given: dict[str, Any] = dict(wish)
    match given["kind"]:
        case "add":
            return Add(KeyPackage.decode(given["key_package"]))
        case "remove":
            return Remove(given["leaf"])
        case "psk":
            return external_psk(CRYPTO, state, given["psk_id"])
        case "resumption":
            return resumption_psk(CRYPTO, state, state.group_id, given["epoch"])
        case "extensions":
            return GroupContextExtensions(_extensions(given["extensions"]))
        case "reinit":
            extensions = _extensions(given.get("extensions", ()))
            return ReInit(given["group_id"], 1, given["suite"], extensions)
        case "custom":
            return CustomProposal(given["type"], given["data"])
        case other:
            raise AssertionError(f"no proposal is called {other}")
