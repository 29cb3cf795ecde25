"""The members of a forged group: people with real keys, a state each, and honest mail."""

from dataclasses import dataclass, field

from teamchat.mls.codec import field_codec
from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.crypto import CipherSuite, KeyPair, cipher_suite
from teamchat.mls.errors import ValidationError
from teamchat.mls.extensions import Extension
from teamchat.mls.group import (
    NO_PSKS,
    CommitOptions,
    CommitReceived,
    GroupState,
    PendingCommit,
    ProposalMade,
    ProposalReceived,
    PSKStore,
    commit,
    create_group,
    encrypt,
    join,
    process,
)
from teamchat.mls.key_package import KeyPackageBundle, create_key_package
from teamchat.mls.messages.proposals import Add, Proposal
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import Lifetime
from tests.forge.corpus import NOW
from tests.forge.seeded import SeededCrypto

DAY = 24 * 3600
LIFETIME = Lifetime(NOW - DAY, NOW + 60 * DAY)
_CREDENTIAL = field_codec(Credential)
PLAIN = CommitOptions(include_pending=False)


@dataclass
class Registry:
    """An authentication service that is a list: who may hold which signature key."""

    known: list[tuple[bytes, bytes]] = field(default_factory=list)

    def register(self, credential: Credential, signature_key: bytes) -> None:
        self.known.append((_CREDENTIAL.encode(credential), signature_key))

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        if (_CREDENTIAL.encode(credential), signature_key) not in self.known:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED)

    def same_client(self, old: Credential, new: Credential) -> bool:
        return old == new


@dataclass(frozen=True)
class Person:
    """A client: a name, a suite, a signature key."""

    crypto: SeededCrypto
    suite: CipherSuite
    credential: Credential
    keys: KeyPair

    def bundle(self, **options: object) -> KeyPackageBundle:
        arguments: dict[str, object] = {"lifetime": LIFETIME} | options
        return create_key_package(
            self.crypto,
            self.suite,
            self.credential,
            self.keys.private_key,
            **arguments,  # type: ignore[arg-type]  # a case varies one thing at a time
        )


@dataclass
class Town:
    """Where the people of all groups live, and who is registered there."""

    registry: Registry = field(default_factory=Registry)

    def person(
        self,
        name: str,
        suite: int = 1,
        *,
        known: bool = True,
        credential: Credential | None = None,
    ) -> Person:
        """Return a client; the same name and suite are the same client with the same key."""
        who = credential or BasicCredential(name.encode())
        crypto = SeededCrypto(f"{suite:04x} {name}")
        keys = crypto.signature_key_pair(cipher_suite(suite))
        if known:
            self.registry.register(who, keys.public_key)
        return Person(crypto, cipher_suite(suite), who, keys)


@dataclass
class Troupe:
    """One group and its members' states."""

    town: Town
    crypto: SeededCrypto
    people: dict[str, Person]
    states: dict[str, GroupState]
    psks: PSKStore = NO_PSKS

    @classmethod
    def founded(
        cls,
        town: Town,
        name: str,
        *members: str,
        suite: int = 1,
        extensions: tuple[Extension, ...] = (),
        **options: object,
    ) -> "Troupe":
        """Return a group whose founder has added the others in one commit."""
        people = {each: town.person(f"{each} of {name}", suite) for each in members}
        crypto = SeededCrypto(f"troupe {name}")
        founder = people[members[0]]
        state = create_group(
            crypto,
            group_id=name.encode(),
            suite=cipher_suite(suite),
            bundle=founder.bundle(**options),
            extensions=extensions,
            authentication=town.registry,
            now=NOW,
        )
        troupe = cls(town, crypto, people, {members[0]: state})
        if members[1:]:
            bundles = {each: people[each].bundle(**options) for each in members[1:]}
            troupe.add(members[0], bundles)
        return troupe

    def __getitem__(self, name: str) -> GroupState:
        return self.states[name]

    def leaf(self, name: str) -> int:
        return self.states[name].own_leaf

    def commit(
        self,
        name: str,
        *proposals: Proposal,
        options: CommitOptions = PLAIN,
        crypto: SeededCrypto | None = None,
    ) -> PendingCommit:
        return commit(
            crypto or self.crypto,
            self[name],
            proposals=proposals,
            psks=self.psks,
            authentication=self.town.registry,
            now=NOW,
            options=options,
        )

    def accept(self, name: str, pending: PendingCommit) -> None:
        """Let everybody see a commit; whoever it removes is gone."""
        for other in list(self.states):
            if other == name:
                self.states[other] = pending.adopt(self[other])
                continue
            received = self.receive(other, pending.message)
            if isinstance(received, CommitReceived):
                self.states[other] = received.state
            else:
                del self.states[other]

    def settle(self, *names: str) -> None:
        """Let members commit one after the other, so that the tree fills."""
        for name in names:
            self.accept(name, self.commit(name))

    def add(self, by: str, bundles: dict[str, KeyPackageBundle]) -> PendingCommit:
        """Let a member add people, who join."""
        pending = self.commit(by, *(Add(each.key_package) for each in bundles.values()))
        self.accept(by, pending)
        for name, bundle in bundles.items():
            self.states[name] = self.joined(pending, bundle)
        return pending

    def joined(self, pending: PendingCommit, bundle: KeyPackageBundle) -> GroupState:
        assert pending.welcome is not None
        suite = pending.next.suite
        return join(
            self.crypto,
            pending.welcome,
            {bundle.key_package.reference(self.crypto, suite): bundle},
            ratchet_tree=pending.ratchet_tree,
            psks=self.psks,
            authentication=self.town.registry,
            now=NOW,
        )

    def receive(self, name: str, message: bytes) -> object:
        return process(
            self.crypto,
            self[name],
            message,
            authentication=self.town.registry,
            psks=self.psks,
            now=NOW,
        )

    def hear(self, made: ProposalMade, by: str, *names: str) -> None:
        """Let members take a proposal in."""
        self.states[by] = made.state
        for name in names or tuple(self.states):
            if name != by:
                received = self.receive(name, made.message)
                assert isinstance(received, ProposalReceived)
                self.states[name] = received.state

    def write(self, name: str, text: bytes, crypto: SeededCrypto | None = None) -> bytes:
        """Return an application message; its sender goes on."""
        self.states[name], message = encrypt(crypto or self.crypto, self[name], text)
        return message

    def told(self, name: str, text: bytes, crypto: SeededCrypto | None = None) -> bytes:
        """Return an application message whose sender does not go on: for one reader only."""
        return encrypt(crypto or self.crypto, self[name], text)[1]
