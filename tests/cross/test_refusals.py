"""Whatever is wrong with a message, both languages find the same thing wrong with it first.

Each seed is one group, what its members have proposed, and a dozen hostile commits. A member
and the server's view of the group judge every message, in Python and in TypeScript.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Final

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import CryptoError, MlsError, ValidationError
from teamchat.mls.group import GroupState, ProposalReceived, group_info, process, snapshot
from teamchat.mls.group.psk_store import PSKs
from teamchat.mls.messages.proposals import Remove
from teamchat.mls.public_group import ProposalSeen, PublicGroup
from tests.cross.hostile import HOUSE, Forger
from tests.cross.node import Peer, bundled
from tests.support.people import CRYPTO, NOW, REGISTRY, Crew, founded

SEEDS: Final = range(40)
COMMITS: Final = 12
NAMES: Final = ("alice", "bob", "carol", "dave", "erin")
PSKS: Final = PSKs({HOUSE: Secret(b"h" * 32)})
Verdict = list[str | None]


class Court:
    """The process over there, and whom it was told to know."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._met: set[tuple[bytes, bytes]] = set()

    def newly_met(self) -> list[Mapping[str, bytes]]:
        """Return the people who were registered since the last time."""
        new = REGISTRY.keys - self._met
        self._met |= new
        return [{"name": name, "key": key} for name, key in new]


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    with Peer(bundled("judge", tmp_path_factory.mktemp("judge"))) as running:
        yield Court(running)


class Bench:
    """Alice and a delivery service, in both languages, who judge what Bob sends."""

    def __init__(self, court: Court, state: GroupState) -> None:
        self.state = state
        self.group = PublicGroup.from_group_info(
            CRYPTO, group_info(CRYPTO, state), state.tree.encode(), authentication=REGISTRY, now=NOW
        )
        self._court = court
        court.peer.ask("begin", parts=snapshot(state), group=self.group.encode(), now=NOW)

    def judge(self, message: bytes) -> tuple[Verdict, Verdict]:
        """Return what the member and the service here say; those there must say the same."""
        ours = _verdict(lambda: self._process(message)), _verdict(lambda: self._receive(message))
        people = self._court.newly_met()
        theirs = tuple(self._court.peer.ask("judge", message=message, people=people))
        assert theirs == ours, message.hex()
        return ours

    def keep(self, message: bytes) -> bytes:
        """Remember a valid proposal on all four sides; return its reference."""
        received, seen = self._process(message), self._receive(message)
        assert isinstance(received, ProposalReceived)
        assert isinstance(seen, ProposalSeen)
        self.state, self.group = received.state, seen.next
        self._court.peer.ask("keep", message=message)
        return seen.ref

    def _process(self, message: bytes) -> object:
        return process(CRYPTO, self.state, message, authentication=REGISTRY, psks=PSKS, now=NOW)

    def _receive(self, message: bytes) -> object:
        return self.group.receive(CRYPTO, message, authentication=REGISTRY, now=NOW)


def _verdict(act: Callable[[], object]) -> Verdict:
    try:
        act()
    except MlsError as error:
        rule = error.rule if isinstance(error, ValidationError | CryptoError) else None
        return [type(error).__name__, None if rule is None else rule.name]
    return ["accepted", None]


def _crew(random: Random) -> Crew:
    """Return a group of five with some paths in its tree, and perhaps a hole."""
    crew = founded(*NAMES)
    for name in random.sample(NAMES, random.choice([0, 2, 3])):
        crew.accept(name, crew.commit(name))
    if random.random() < 0.5:
        leaving = random.choice(["dave", "erin"])
        crew.accept("alice", crew.commit("alice", Remove(crew.leaf(leaving))))
    return crew


@pytest.mark.slow
def test_both_languages_refuse_for_the_same_reason(court: Court) -> None:
    found: Counter[str | None] = Counter()
    for seed in SEEDS:
        random = Random(f"hostile {seed}")
        crew = _crew(random)
        forger, bench = Forger(random, crew), Bench(court, crew["alice"])
        references = []
        for _ in range(random.choice([0, 1, 3])):
            message = forger.proposing(random.choice(["bob", "carol"]))
            if bench.judge(message) == (["accepted", None], ["accepted", None]):
                references.append(bench.keep(message))
        for _ in range(COMMITS):
            member, service = bench.judge(forger.commit(bench.state, references))
            found.update((member[1], service[1]))
    # A forger who is always stopped at the door would show nothing.
    assert len(found) > 30, found
