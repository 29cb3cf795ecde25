"""GroupState: a member's view of a group in one epoch, frozen.

Every operation takes a state and returns a new one; nothing changes the one it was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from teamchat.mls.credentials import Credential
from teamchat.mls.crypto import CipherSuite, Secret
from teamchat.mls.errors import UsageError, ValidationError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import Extension
from teamchat.mls.messages.proposals import ReInit
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import EpochSecrets
from teamchat.mls.schedule.secret_tree import SecretTree
from teamchat.mls.tree import LeafNode, RatchetTree

MAX_PAST_EPOCHS: Final = 5
"""How many past epochs a state can still read messages of."""

MAX_PAST_SECONDS: Final = 2 * 24 * 3600
"""How long after its end an epoch's messages can still be read, in seconds."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member as messages show it."""

    leaf: int
    credential: Credential
    signature_key: bytes


Roster = Mapping[int, Member]
"""The members of one epoch, by leaf."""


@dataclass(frozen=True, slots=True)
class PastEpoch:
    """What is kept of an epoch that is over, to read messages that come late."""

    context: GroupContext
    roster: Roster
    sender_data_secret: Secret
    resumption_psk: Secret
    secret_tree: SecretTree
    ended: int


@dataclass(frozen=True, slots=True)
class OwnUpdate:
    """The private keys of an Update that we proposed and that awaits its commit."""

    encryption_key: Secret
    signature_key: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """One epoch of a group, as one member holds it.

    Attributes:
        own_leaf: Our leaf in the tree.
        private_keys: The HPKE private keys we hold, by node; our leaf's among them.
        pending_proposals: The proposals seen in this epoch, by ProposalRef.
        own_updates: The keys of our own pending Updates, by ProposalRef.
        past: The latest past epochs, the oldest first.
        reinit: What the group is to be replaced by; it is over when this is set.
        welcomed_by: In the epoch we joined by a Welcome, the leaf that signed it; not stored.
    """

    suite: CipherSuite
    context: GroupContext
    tree: RatchetTree
    roster: Roster
    own_leaf: int
    signature_key: Secret
    private_keys: Mapping[int, Secret]
    secrets: EpochSecrets
    secret_tree: SecretTree
    confirmation_tag: bytes
    interim_transcript_hash: bytes
    pending_proposals: Mapping[bytes, SentProposal] = field(default_factory=dict)
    own_updates: Mapping[bytes, OwnUpdate] = field(default_factory=dict)
    past: tuple[PastEpoch, ...] = ()
    reinit: ReInit | None = None
    welcomed_by: int | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        return (
            f"GroupState(group_id={self.group_id.hex()}, epoch={self.epoch}, "
            f"own_leaf={self.own_leaf}, members={len(self.roster)})"
        )

    @property
    def group_id(self) -> bytes:
        """The group's identifier."""
        return self.context.group_id

    @property
    def epoch(self) -> int:
        """The epoch's number."""
        return self.context.epoch

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The GroupContext extensions."""
        return self.context.extensions

    @property
    def epoch_authenticator(self) -> Secret:
        """Equal among members exactly when they agree on the epoch (§8.7)."""
        return self.secrets.epoch_authenticator

    @property
    def own_leaf_node(self) -> LeafNode:
        """Our leaf."""
        leaf = self.tree.leaf(self.own_leaf)
        if leaf is None:
            raise UsageError("a state without its own leaf")
        return leaf

    def members(self) -> tuple[Member, ...]:
        """Return the members in the order of their leaves."""
        return tuple(self.roster.values())

    def resumption_psks(self) -> dict[tuple[bytes, int], Secret]:
        """Return the resumption keys we hold, by group id and epoch (§8.6)."""
        held = {(self.group_id, past.context.epoch): past.resumption_psk for past in self.past}
        held[self.group_id, self.epoch] = self.secrets.resumption_psk
        return held

    def past_epoch(self, epoch: int) -> PastEpoch:
        """Return a past epoch.

        Raises:
            ValidationError: The epoch is not among those kept.
        """
        for past in self.past:
            if past.context.epoch == epoch:
                return past
        raise ValidationError(Rule.EPOCH_KNOWN, f"epoch {epoch}")

    def check_active(self) -> None:
        """Check that the group may still be used (§12.4.2).

        Raises:
            ValidationError: A commit has reinitialised it.
        """
        if self.reinit is not None:
            raise ValidationError(Rule.GROUP_REINITIALISED)


def history(state: GroupState, now: int) -> tuple[PastEpoch, ...]:
    """Return the past epochs of the state that follows `state`, which ends `now`."""
    ended = PastEpoch(
        state.context,
        state.roster,
        state.secrets.sender_data_secret,
        state.secrets.resumption_psk,
        state.secret_tree,
        now,
    )
    return recent((*state.past, ended), now)


def recent(past: tuple[PastEpoch, ...], now: int) -> tuple[PastEpoch, ...]:
    """Return the past epochs that may still be kept at `now`."""
    kept = tuple(epoch for epoch in past if now - epoch.ended <= MAX_PAST_SECONDS)
    return kept[-MAX_PAST_EPOCHS:]


def forgetting(state: GroupState, now: int) -> GroupState:
    """Return the state without the past epochs whose time is over."""
    past = recent(state.past, now)
    return state if len(past) == len(state.past) else replace(state, past=past)


def roster_of(tree: RatchetTree, before: Roster | None = None) -> Roster:
    """Return the members of a tree; the same object as `before` when nobody changed."""
    roster = {
        index: Member(index, leaf.credential, leaf.signature_key) for index, leaf in tree.leaves()
    }
    return before if before is not None and roster == before else roster
