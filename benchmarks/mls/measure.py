"""One group of N members: what each operation costs, in CPU seconds of this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Final, TypeVar

from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.crypto import CipherSuite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.group import (
    ApplicationReceived,
    CommitReceived,
    GroupState,
    PendingCommit,
    changes,
    commit,
    create_group,
    encrypt,
    join,
    process,
    snapshot,
)
from teamchat.mls.group import group_info as group_info_of
from teamchat.mls.key_package import KeyPackageBundle, create_key_package
from teamchat.mls.messages.proposals import Add, Proposal, Remove
from teamchat.mls.public_group import PublicGroup
from teamchat.mls.tree.nodes import Lifetime

CRYPTO: Final = DefaultCrypto()
NOW: Final = 1_800_000_000
LIFETIME: Final = Lifetime(NOW - 3600, NOW + 3600 * 24 * 28)
MESSAGE: Final = b"x" * 200
_T = TypeVar("_T")


class Everybody:
    """Believes everybody, at no cost: checking credentials is not MLS's."""

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        """Believe it."""

    def same_client(self, old: Credential, new: Credential) -> bool:
        """Tell whether the credentials are equal."""
        return old == new


EVERYBODY: Final = Everybody()


@dataclass
class Figures:
    """What was measured: CPU seconds and bytes, by what they are of."""

    suite: str
    members: int
    seconds: dict[str, float] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], _T], times: int = 1) -> _T:
        """Do the work so often, and note the least CPU seconds: what others do only adds."""
        taken: list[float] = []
        made: list[_T] = []
        for _ in range(times):
            start = time.process_time()
            made.append(work())
            taken.append(time.process_time() - start)
        self.seconds[name] = min(taken)
        return made[-1]


def measure(suite: CipherSuite, members: int) -> Figures:
    """Found a group of so many members and put it through its life."""
    figures = Figures(suite.name, members)
    bundles = [bundle(suite, f"member {index}") for index in range(members)]
    figures.time("key package", lambda: bundle(suite, "one more"), 5)
    founder, first = _found(figures, suite, bundles)
    member = _join(figures, first, bundles[-1])
    founder, member = _commits(figures, suite, founder, member)
    _messages(figures, founder, member)
    _storage(figures, founder)
    return figures


def bundle(suite: CipherSuite, name: str) -> KeyPackageBundle:
    """Make a KeyPackage for a newcomer."""
    key = CRYPTO.signature_key_pair(suite).private_key
    credential = BasicCredential(name.encode())
    return create_key_package(CRYPTO, suite, credential, key, lifetime=LIFETIME)


def _found(
    figures: Figures, suite: CipherSuite, bundles: list[KeyPackageBundle]
) -> tuple[GroupState, PendingCommit]:
    state = create_group(
        CRYPTO,
        group_id=b"benchmark",
        suite=suite,
        bundle=bundles[0],
        authentication=EVERYBODY,
        now=NOW,
    )
    adds = [Add(each.key_package) for each in bundles[1:]]
    first = figures.time("create, adding all", lambda: _commit(state, *adds))
    assert first.welcome is not None
    figures.size["welcome"] = len(first.welcome)
    figures.size["tree"] = len(first.ratchet_tree)
    return first.adopt(), first


def _join(figures: Figures, first: PendingCommit, newcomer: KeyPackageBundle) -> GroupState:
    welcome = first.welcome
    assert welcome is not None
    reference = newcomer.key_package.reference(CRYPTO, first.next.suite)
    return figures.time(
        "join",
        lambda: join(
            CRYPTO,
            welcome,
            {reference: newcomer},
            ratchet_tree=first.ratchet_tree,
            authentication=EVERYBODY,
            now=NOW,
        ),
        3,
    )


def _commits(
    figures: Figures, suite: CipherSuite, founder: GroupState, member: GroupState
) -> tuple[GroupState, GroupState]:
    newcomer = bundle(suite, "newcomer").key_package
    founder, member = _step(figures, "update", founder, member)
    founder, member = _step(figures, "add one", founder, member, Add(newcomer))
    added = max(each.leaf for each in founder.members())
    return _step(figures, "remove one", founder, member, Remove(added))


def _step(
    figures: Figures, name: str, founder: GroupState, member: GroupState, *proposals: Proposal
) -> tuple[GroupState, GroupState]:
    """Commit, and let a member and a delivery service process the commit."""
    pending = figures.time(f"{name}: commit", lambda: _commit(founder, *proposals), 3)
    figures.size[f"{name}: commit"] = len(pending.message)
    received = figures.time(f"{name}: process", lambda: _process(member, pending.message), 3)
    assert isinstance(received, CommitReceived)
    group = PublicGroup.from_group_info(
        CRYPTO,
        group_info_of(CRYPTO, founder),
        founder.tree.encode(),
        authentication=EVERYBODY,
        now=NOW,
    )
    figures.time(
        f"{name}: follow",
        lambda: group.receive(CRYPTO, pending.message, authentication=EVERYBODY, now=NOW),
        3,
    )
    founder = pending.adopt()
    assert founder.epoch_authenticator == received.state.epoch_authenticator
    return founder, received.state


def _messages(figures: Figures, sender: GroupState, receiver: GroupState) -> None:
    sending: list[float] = []
    opening: list[float] = []
    message = b""
    for _ in range(200):
        start = time.process_time()
        sender, message = encrypt(CRYPTO, sender, MESSAGE)
        between = time.process_time()
        received = _process(receiver, message)
        opening.append(time.process_time() - between)
        sending.append(between - start)
        assert isinstance(received, ApplicationReceived)
        receiver = received.state
    figures.seconds["encrypt"], figures.seconds["decrypt"] = _quietest(sending), _quietest(opening)
    figures.size["message of 200 bytes"] = len(message)


def _quietest(taken: list[float]) -> float:
    """Return the median of the batch in which the machine was least disturbed."""
    return min(median(taken[start : start + 40]) for start in range(0, len(taken), 40))


def _storage(figures: Figures, state: GroupState) -> None:
    whole = figures.time("store all", lambda: snapshot(state))
    figures.size["stored state"] = sum(map(len, whole.values()))
    after, _ = encrypt(CRYPTO, state, MESSAGE)
    last, _ = encrypt(CRYPTO, after, MESSAGE)
    changed = figures.time("store one message", lambda: changes(after, last), 20)
    figures.size["stored after a message"] = sum(map(len, changed.put.values()))


def _commit(state: GroupState, *proposals: Proposal) -> PendingCommit:
    return commit(CRYPTO, state, proposals=proposals, authentication=EVERYBODY, now=NOW)


def _process(state: GroupState, message: bytes) -> object:
    return process(CRYPTO, state, message, authentication=EVERYBODY, now=NOW)
