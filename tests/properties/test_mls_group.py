"""Any group that lives any life agrees (RFC 9420; the law of this package).

Up to twelve members propose, commit, lose races, write, miss and mix up messages, join and
come back by themselves. Whatever happens: all members agree on the epoch and on what they
export, every message is read by exactly those who were members, and the removed read
nothing from after their removal.
"""

from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import MlsError
from teamchat.mls.framing.content import WireFormat
from teamchat.mls.group import (
    ApplicationReceived,
    CommitOptions,
    Framing,
    GroupState,
    PendingCommit,
    ProposalMade,
    ProposalReceived,
    PSKs,
    encrypt,
    export_secret,
    group_info,
    join_external,
    process,
    propose_add,
    propose_psk,
    propose_remove,
    propose_update,
    restore,
    snapshot,
)
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add, Proposal, Remove
from tests.support.people import CRYPTO, NOW, REGISTRY, Crew, founded, person

MOST = 12
HOUSE_KEY = PSKs({b"house": Secret(b"the key of the house")})
FRAMINGS = [Framing(), Framing(wire_format=WireFormat.PRIVATE_MESSAGE)]
numbers = st.integers(min_value=0, max_value=10_000)
framings = st.sampled_from(FRAMINGS)


@dataclass
class Letter:
    """An application message on its way, and those who are to read it."""

    message: bytes
    text: bytes
    epoch: int
    readers: set[str]


class GroupLife(RuleBasedStateMachine):
    """One group, everybody in it, everybody who was."""

    letters = Bundle("letters")

    @initialize()
    def found(self) -> None:
        self.crew: Crew = founded("m0")
        self.crew.psks = HOUSE_KEY
        self.named = 1
        self.ghosts: dict[str, GroupState] = {}
        self.waiting: dict[bytes, tuple[str, KeyPackageBundle]] = {}

    def one(self, number: int) -> str:
        names = sorted(self.crew.states)
        return names[number % len(names)]

    def newcomer(self) -> tuple[str, KeyPackageBundle]:
        name = f"m{self.named}"
        self.named += 1
        self.crew.people[name] = person(name)
        bundle = self.crew.people[name].bundle()
        self.waiting[bundle.key_package.leaf_node.signature_key] = (name, bundle)
        return name, bundle

    def deliver(self, author: str, made: ProposalMade) -> None:
        self.crew[author] = made.state
        for name in self.crew:
            if name != author:
                received = self.crew.receive(name, made.message)
                assert isinstance(received, ProposalReceived)
                assert received.ref == made.ref
                self.crew[name] = received.state

    def accept(self, author: str, pending: PendingCommit) -> None:
        """The server has accepted a commit: everybody follows, the new ones join."""
        before = dict(self.crew.states)
        self.crew.accept(author, pending)
        for name in before.keys() - self.crew.states.keys():
            self.ghosts[name] = before[name]
        for member in pending.next.members():
            if member.signature_key in self.waiting:
                name, bundle = self.waiting.pop(member.signature_key)
                self.crew[name] = self.crew.join(pending, bundle)

    def room(self) -> bool:
        return len(self.crew.states) < MOST - 1

    @rule(by=numbers, framing=framings)
    @precondition(room)
    def propose_somebody(self, by: int, framing: Framing) -> None:
        name = self.one(by)
        _, bundle = self.newcomer()
        self.deliver(
            name,
            propose_add(
                CRYPTO,
                self.crew[name],
                bundle.key_package,
                framing,
                authentication=REGISTRY,
                now=NOW,
            ),
        )

    @rule(by=numbers, framing=framings)
    def propose_own_update(self, by: int, framing: Framing) -> None:
        name = self.one(by)
        self.deliver(name, propose_update(CRYPTO, self.crew[name], framing))

    @rule(by=numbers, whom=numbers, framing=framings)
    @precondition(lambda self: len(self.crew.states) > 1)
    def propose_removal(self, by: int, whom: int, framing: Framing) -> None:
        name, leaf = self.one(by), self.crew.leaf(self.one(whom))
        self.deliver(name, propose_remove(CRYPTO, self.crew[name], leaf, framing))

    @rule(by=numbers, framing=framings)
    def propose_house_key(self, by: int, framing: Framing) -> None:
        name = self.one(by)
        self.deliver(name, propose_psk(CRYPTO, self.crew[name], b"house", framing))

    @rule(by=numbers, framing=framings, light=st.booleans())
    def commit_what_is_pending(self, by: int, framing: Framing, light: bool) -> None:  # noqa: FBT001
        name = self.one(by)
        options = CommitOptions(framing=framing, always_path=not light)
        pending = self.crew.commit(name, options=options)
        self.accept(name, pending)

    @rule(by=numbers, whom=numbers, adds=st.integers(0, 3), remove=st.booleans())
    def commit_by_value(self, by: int, whom: int, adds: int, remove: bool) -> None:  # noqa: FBT001
        name, other = self.one(by), self.one(whom)
        proposals: list[Proposal] = []
        if remove and other != name:
            proposals.append(Remove(self.crew.leaf(other)))
        room = MOST - len(self.crew.states)
        proposals += [Add(self.newcomer()[1].key_package) for _ in range(min(adds, room))]
        options = CommitOptions(include_pending=False)
        self.accept(name, self.crew.commit(name, *proposals, options=options))

    @rule(first=numbers, second=numbers)
    @precondition(lambda self: len(self.crew.states) > 1)
    def race(self, first: int, second: int) -> None:
        winner, loser = self.one(first), self.one(second)
        options = CommitOptions(include_pending=False)
        won = self.crew.commit(winner, options=options)
        lost = self.crew.commit(loser, options=options)
        self.accept(winner, won)
        for name in self.crew:
            before = self.crew[name]
            try:
                self.crew.receive(name, lost.message)
            except MlsError:
                assert self.crew[name] is before
            else:
                raise AssertionError("a commit that lost was followed")

    @rule(inside=numbers)
    @precondition(room)
    def join_by_oneself(self, inside: int) -> None:
        name, bundle = self.newcomer()
        del self.waiting[bundle.key_package.leaf_node.signature_key]
        self.enter(name, bundle, self.crew[self.one(inside)])

    @rule(who=numbers, inside=numbers)
    @precondition(lambda self: len(self.crew.states) > 1)
    def come_back(self, who: int, inside: int) -> None:
        name, other = self.one(who), self.one(inside)
        if name != other:
            lost = self.crew.states.pop(name)
            self.enter(name, self.crew.people[name].bundle(), self.crew[other])
            self.ghosts[name + "'s former self"] = lost

    def enter(self, name: str, bundle: KeyPackageBundle, inside: GroupState) -> None:
        pending = join_external(
            CRYPTO,
            group_info(CRYPTO, inside),
            bundle,
            ratchet_tree=inside.tree.encode(),
            authentication=REGISTRY,
            now=NOW,
        )
        for other in list(self.crew):
            self.crew.receive_commit(other, pending.message)
        self.crew[name] = pending.adopt()

    @rule(target=letters, by=numbers, length=st.integers(0, 600), prompt=numbers)
    def write(self, by: int, length: int, prompt: int) -> Letter:
        """Write a message; those whose bit of `prompt` is set read it at once."""
        name = self.one(by)
        if self.crew[name].pending_proposals:
            self.accept(name, self.crew.commit(name))
        text = b"x" * length
        self.crew[name], message = encrypt(CRYPTO, self.crew[name], text)
        self.ghosts_read_nothing(message)
        readers = set(self.crew.states) - {name}
        letter = Letter(message, text, self.crew[name].epoch, readers)
        for place, reader in enumerate(sorted(readers)):
            if prompt >> place & 1:
                self.deliver_letter(letter, reader)
        return letter

    def ghosts_read_nothing(self, message: bytes) -> None:
        for ghost in self.ghosts.values():
            try:
                process(CRYPTO, ghost, message, authentication=REGISTRY, now=NOW)
            except MlsError:
                continue
            raise AssertionError("one who was removed has read a message")

    @rule(letter=letters, by=numbers)
    def read_in_any_order(self, letter: Letter, by: int) -> None:
        self.deliver_letter(letter, self.one(by))

    def deliver_letter(self, letter: Letter, name: str) -> None:
        state = self.crew[name]
        kept = {state.epoch, *(past.context.epoch for past in state.past)}
        try:
            received = self.crew.receive(name, letter.message)
        except MlsError:
            assert self.crew[name] is state
            assert name not in letter.readers or letter.epoch not in kept
        else:
            assert isinstance(received, ApplicationReceived)
            assert received.data == letter.text
            assert name in letter.readers
            assert letter.epoch in kept
            letter.readers.discard(name)
            self.crew[name] = received.state

    @rule(who=numbers)
    def restart(self, who: int) -> None:
        name = self.one(who)
        self.crew[name] = restore(snapshot(self.crew[name]))

    @invariant()
    def all_agree(self) -> None:
        if not hasattr(self, "crew"):
            return
        self.crew.agree()
        exported = [
            export_secret(CRYPTO, state, "law", b"", 32) for state in self.crew.states.values()
        ]
        assert all(secret == exported[0] for secret in exported)

    @invariant()
    def the_removed_do_not_agree(self) -> None:
        for ghost in getattr(self, "ghosts", {}).values():
            for state in self.crew.states.values():
                assert ghost.epoch_authenticator != state.epoch_authenticator


GroupLife.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestGroupLife = GroupLife.TestCase
