"""A commit that waits for the delivery service's word.

Making a commit changes nothing: whoever made it keeps the state it has until the service
has put the commit in its place, and only then adopts the next one.
"""

from dataclasses import dataclass, replace

from teamchat.mls.errors import UsageError
from teamchat.mls.group.state import GroupState, history


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCommit:
    """A commit by a member.

    Attributes:
        message: The MLSMessage with the commit.
        welcome: The MLSMessage for those it adds, to be delivered after its acceptance.
        group_info: The MLSMessage for external joiners of the new epoch, without the tree.
        ratchet_tree: The tree of the new epoch.
        base_epoch: The epoch the commit was made in.
        before: The state to keep meanwhile. For a commit in a PublicMessage it equals the
            state the commit was made from; a PrivateMessage has used up a key of it.
        created: When the commit was made, in seconds since 1970.
    """

    message: bytes
    welcome: bytes | None
    group_info: bytes
    ratchet_tree: bytes
    base_epoch: int
    before: GroupState
    next: GroupState
    created: int

    def __repr__(self) -> str:
        return f"PendingCommit(base_epoch={self.base_epoch}, {len(self.message)} bytes)"

    def adopt(self, latest: GroupState | None = None) -> GroupState:
        """Return the state of the new epoch, once the commit is accepted.

        `latest` is the state of the old epoch as it is by now, if messages were read with
        it since the commit was made: else the keys they used up would come back to life.

        Raises:
            UsageError: `latest` is of another group or epoch, or of another history.
        """
        latest = self.before if latest is None else latest
        if latest.context != self.before.context:
            raise UsageError("this commit was not made in that epoch")
        return replace(self.next, past=history(latest, self.created))


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingJoin:
    """An external commit, by one who is not a member yet. Its fields are a PendingCommit's."""

    message: bytes
    group_info: bytes
    ratchet_tree: bytes
    base_epoch: int
    next: GroupState
    created: int

    def __repr__(self) -> str:
        return f"PendingJoin(base_epoch={self.base_epoch}, {len(self.message)} bytes)"

    def adopt(self) -> GroupState:
        """Return the state of the new epoch, once the commit is accepted."""
        return self.next
