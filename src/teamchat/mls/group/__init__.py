"""A member's group: its state, and everything a member can do (RFC 9420 §11, §12, §15).

Every operation takes a state and returns a new one. What the network still has to accept
(a commit) comes as a pending value, which the caller adopts or forgets.

One operation on a group at a time, each with the state that the last one gave, and that state
stored before the next begins. Two at once on one state would use a message key twice, or forget
that one was used: whoever keeps a state lets them wait for each other.
"""

from teamchat.mls.group.application import encrypt, export_secret
from teamchat.mls.group.commit import CommitOptions, commit
from teamchat.mls.group.create import create_group
from teamchat.mls.group.external import join_external
from teamchat.mls.group.info import group_info
from teamchat.mls.group.join import join
from teamchat.mls.group.outside import external_proposal, new_member_proposal
from teamchat.mls.group.pending import PendingCommit, PendingJoin
from teamchat.mls.group.process import process
from teamchat.mls.group.propose import (
    ProposalMade,
    propose,
    propose_add,
    propose_custom,
    propose_group_context_extensions,
    propose_psk,
    propose_reinit,
    propose_remove,
    propose_resumption_psk,
    propose_update,
)
from teamchat.mls.group.protect import Framing
from teamchat.mls.group.psk_store import NO_PSKS, PSKs, PSKStore
from teamchat.mls.group.received import (
    ApplicationReceived,
    CommitReceived,
    ProposalReceived,
    Received,
    RemovedFromGroup,
)
from teamchat.mls.group.snapshot import Changes, changes, restore, snapshot
from teamchat.mls.group.state import GroupState, Member
from teamchat.mls.group.successor import branch, reinitialize

__all__ = [
    "NO_PSKS",
    "ApplicationReceived",
    "Changes",
    "CommitOptions",
    "CommitReceived",
    "Framing",
    "GroupState",
    "Member",
    "PSKStore",
    "PSKs",
    "PendingCommit",
    "PendingJoin",
    "ProposalMade",
    "ProposalReceived",
    "Received",
    "RemovedFromGroup",
    "branch",
    "changes",
    "commit",
    "create_group",
    "encrypt",
    "export_secret",
    "external_proposal",
    "group_info",
    "join",
    "join_external",
    "new_member_proposal",
    "process",
    "propose",
    "propose_add",
    "propose_custom",
    "propose_group_context_extensions",
    "propose_psk",
    "propose_reinit",
    "propose_remove",
    "propose_resumption_psk",
    "propose_update",
    "reinitialize",
    "restore",
    "snapshot",
]
