"""What the server in memory refuses of commits that MLS allows, as the real one does.

But who may change the room policy: it lets everybody, if it is told to (`Simulator.lenient`).
"""

from collections.abc import Collection

from teamchat.identity.certificate import read_any as certificate_of
from teamchat.ids import DeviceId, UserId
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.messages.proposals import Remove
from teamchat.mls.public_group import CommitSeen
from teamchat.server.services.leavers import Leavers
from teamchat.wire.bodies import MemberRole
from teamchat.wire.frames import NackCode
from tests.support.simulated_log import Log


def refusal_of(
    log: Log, seen: CommitSeen, leavers: Leavers, ended: Collection[DeviceId]
) -> NackCode | None:
    """Refuse what takes a colleague's last leaf, or leaves in somebody who is waited for.

    Args:
        log: The conversation.
        seen: The commit.
        leavers: Who is waited for.
        ended: The devices that are none any more; those may be taken out by anybody.
    """
    devices = {
        member.leaf: certificate_of(member.credential.identity).device_id
        for member in log.group.members()
        if isinstance(member.credential, BasicCredential)
    }
    users = {
        member.leaf: certificate_of(member.credential.identity).user_id
        for member in log.group.members()
        if isinstance(member.credential, BasicCredential)
    }
    removed = {each.leaf for each in seen.removed}
    stay = {user for leaf, user in users.items() if leaf not in removed}
    for by, leaf in _removals(users, seen.proposals):
        is_admin = log.roles.get(by) is MemberRole.ADMIN
        last = users[leaf] not in stay and devices[leaf] not in ended
        if by != users[leaf] and not is_admin and last:
            return NackCode.FORBIDDEN
    if isinstance(seen.sender, SenderMember):
        ignored = {
            by
            for by, leaf in _removals(users, tuple(log.group.proposals.values()))
            if by == users[leaf] and leaf not in {*removed, seen.committer}
        }
        if leavers.are_awaited(log.id, log.group.epoch, ignored):
            leavers.refuse(log.id, log.group.epoch, ignored, users[seen.committer])
            return NackCode.STALE_EPOCH
        leavers.pass_over(log.id, ignored)
    return None


def governs_unasked(log: Log, seen: CommitSeen) -> bool:
    """Whether somebody changes the room policy who does not manage the conversation."""
    leaves = {member.leaf: member.credential for member in seen.next.members()}
    by = leaves[seen.committer]
    assert isinstance(by, BasicCredential)
    admin = log.roles.get(certificate_of(by.identity).user_id) is MemberRole.ADMIN
    return seen.next.extensions != log.group.extensions and not admin


def _removals(users: dict[int, UserId], sent: tuple[SentProposal, ...]) -> list[tuple[UserId, int]]:
    return [
        (users[each.sender.leaf_index], each.proposal.removed)
        for each in sent
        if isinstance(each.proposal, Remove) and isinstance(each.sender, SenderMember)
    ]
