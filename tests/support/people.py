"""Alice, Bob and the others: members with keys, KeyPackages and groups, for every MLS test.

crew = founded("alice", "bob", "carol")      three members of one group
crew["alice"] = ...                          a state is a value: put the next one in place
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.crypto import CipherSuite, KeyPair, Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.errors import ValidationError
from teamchat.mls.group import (
    CommitReceived,
    GroupState,
    PendingCommit,
    RemovedFromGroup,
    commit,
    create_group,
    join,
    process,
)
from teamchat.mls.group.psk_store import NO_PSKS, PSKs
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle, create_key_package
from teamchat.mls.messages.proposals import Add, Proposal
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import Lifetime

CRYPTO = DefaultCrypto()
SUITE = cipher_suite(0x0001)
NOW = 1_800_000_000
DAY = 24 * 3600
LIFETIME = Lifetime(NOW - DAY, NOW + 60 * DAY)


@dataclass
class Registry:
    """An authentication service: it knows people by the keys they registered.

    A name is a client: "alice" may become "alice" with other keys, never "bob".
    """

    keys: set[tuple[bytes, bytes]] = field(default_factory=set)

    def register(self, name: str, signature_key: bytes) -> None:
        self.keys.add((name.encode(), signature_key))

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        if not isinstance(credential, BasicCredential):
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)
        if (credential.identity, signature_key) not in self.keys:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)

    def same_client(self, old: Credential, new: Credential) -> bool:
        return old == new


REGISTRY = Registry()


class Everyone:
    """An authentication service that believes everybody: for other people's vectors."""

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        del credential, signature_key

    def same_client(self, old: Credential, new: Credential) -> bool:
        del old, new
        return True


@dataclass(frozen=True)
class Person:
    """A client: a name, a signature key, and KeyPackages as many as asked for."""

    name: str
    suite: CipherSuite
    keys: KeyPair

    @property
    def credential(self) -> BasicCredential:
        return BasicCredential(self.name.encode())

    def bundle(self, **options: object) -> KeyPackageBundle:
        arguments: dict[str, object] = {"lifetime": LIFETIME} | options
        return create_key_package(  # type: ignore[call-overload, no-any-return, unused-ignore]
            CRYPTO,
            self.suite,
            self.credential,
            self.keys.private_key,
            **arguments,  # type: ignore[arg-type]  # the tests vary one thing at a time
        )


def person(name: str, suite: CipherSuite = SUITE) -> Person:
    """Return a client with fresh keys, known to the registry."""
    keys = CRYPTO.signature_key_pair(suite)
    REGISTRY.register(name, keys.public_key)
    return Person(name, suite, keys)


def alice() -> Person:
    return person("alice")


def bob() -> Person:
    return person("bob")


def carol() -> Person:
    return person("carol")


def by_reference(*bundles: KeyPackageBundle) -> dict[bytes, KeyPackageBundle]:
    """Return KeyPackages as `join` looks them up."""
    return {bundle.key_package.reference(CRYPTO, SUITE): bundle for bundle in bundles}


@dataclass
class Crew:
    """The members of one group, each with a state of its own, and the mail between them."""

    people: dict[str, Person]
    states: dict[str, GroupState]
    now: int = NOW
    psks: PSKs = NO_PSKS

    def __getitem__(self, name: str) -> GroupState:
        return self.states[name]

    def __setitem__(self, name: str, state: GroupState) -> None:
        self.states[name] = state

    def __iter__(self) -> Iterator[str]:
        return iter(self.states)

    def leaf(self, name: str) -> int:
        return self.states[name].own_leaf

    def commit(self, name: str, *proposals: Proposal, **options: object) -> PendingCommit:
        """Let a member make a commit. Nobody knows of it yet."""
        return commit(
            CRYPTO,
            self[name],
            proposals=proposals,
            psks=self.psks,
            authentication=REGISTRY,
            now=self.now,
            **options,  # type: ignore[arg-type]  # the tests vary one thing at a time
        )

    def accept(self, name: str, pending: PendingCommit) -> None:
        """Let everybody see a commit: its maker adopts it, the others process it."""
        for other in list(self.states):
            if other == name:
                self[other] = pending.adopt(self[other])
            else:
                self.receive_commit(other, pending.message)

    def receive_commit(self, name: str, message: bytes) -> CommitReceived | RemovedFromGroup:
        """Let one member process a commit; one who is removed is gone from the crew."""
        received = self.receive(name, message)
        assert isinstance(received, CommitReceived | RemovedFromGroup)
        if isinstance(received, CommitReceived):
            self[name] = received.state
        else:
            del self.states[name]
        return received

    def receive(self, name: str, message: bytes) -> object:
        """Let one member process a message, without keeping what comes of it."""
        return process(
            CRYPTO,
            self[name],
            message,
            authentication=REGISTRY,
            psks=self.psks,
            now=self.now,
        )

    def add(self, by: str, *names: str) -> None:
        """Let a member add people, who join."""
        newcomers = {name: person(name) for name in names}
        bundles = {name: newcomer.bundle() for name, newcomer in newcomers.items()}
        adds = [Add(bundle.key_package) for bundle in bundles.values()]
        pending = self.commit(by, *adds)
        self.accept(by, pending)
        for name, bundle in bundles.items():
            self.people[name] = newcomers[name]
            self[name] = self.join(pending, bundle)

    def join(self, pending: PendingCommit, bundle: KeyPackageBundle) -> GroupState:
        """Join by the Welcome of a commit, the tree coming beside it."""
        assert pending.welcome is not None
        return join(
            CRYPTO,
            pending.welcome,
            by_reference(bundle),
            ratchet_tree=pending.ratchet_tree,
            psks=self.psks,
            authentication=REGISTRY,
            now=self.now,
        )

    def agree(self) -> None:
        """Check that all members arrived at the same epoch."""
        states = list(self.states.values())
        for state in states:
            assert state.epoch == states[0].epoch
            assert state.epoch_authenticator == states[0].epoch_authenticator
            assert state.tree.encode() == states[0].tree.encode()


def founded(*names: str, extensions: tuple[object, ...] = ()) -> Crew:
    """Return a group whose founder, the first, has added the others in one commit."""
    founder = person(names[0])
    state = create_group(
        CRYPTO,
        group_id=CRYPTO.random(16),
        suite=SUITE,
        bundle=founder.bundle(),
        extensions=extensions,  # type: ignore[arg-type]  # any extensions a test likes
        authentication=REGISTRY,
        now=NOW,
    )
    crew = Crew({names[0]: founder}, {names[0]: state})
    if names[1:]:
        crew.add(names[0], *names[1:])
    return crew


__all__ = ["CRYPTO", "NOW", "REGISTRY", "SUITE", "Crew", "KeyPackage", "Secret", "founded"]
