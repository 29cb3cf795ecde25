"""Which proposals may stand together in one commit (RFC 9420 §12.2).

Looks at the list alone and at who is a member before. What each proposal does to the
tree is checked where it is applied.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import ValidationError
from teamchat.mls.evolution.resolve import SentProposal, of_type
from teamchat.mls.extensions import GROUP_CONTEXT_TYPES, check_extensions
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.messages.commit import MAX_PROPOSALS
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import PreSharedKeyID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.tree import RatchetTree

IN_A_GROUP: Final = frozenset({ResumptionPSKUsage.APPLICATION})
"""The usages of a resumption PSK within a group's life (§12.1.4)."""

MAX_PSKS: Final = 0xFFFF
"""How many pre-shared keys can be mixed in at once: a PSKLabel counts them (§8.4)."""


def check_member_list(proposals: Sequence[SentProposal], committer: int, tree: RatchetTree) -> None:
    """Check the list of a commit by a member (§12.2).

    `committer` is the committer's leaf, `tree` the ratchet tree before the commit.

    Raises:
        ValidationError: The list is not one a member may commit.
    """
    _check_count(proposals)
    _check_targets(proposals, committer)
    _check_adds(proposals, tree)
    if len(of_type(proposals, GroupContextExtensions)) > 1:
        raise ValidationError(Rule.ONE_GROUP_CONTEXT_EXTENSIONS)
    if of_type(proposals, ExternalInit):
        raise ValidationError(Rule.EXTERNAL_INIT_PLACE)
    _check_reinit(proposals)
    _check_custom_types(proposals, tree)


def check_external_list(proposals: Sequence[SentProposal]) -> None:
    """Check the list of an external commit (§12.2).

    Raises:
        ValidationError: The list is not one a newcomer may commit.
    """
    _check_count(proposals)
    if len(of_type(proposals, ExternalInit)) != 1:
        raise ValidationError(Rule.EXTERNAL_COMMIT_ONE_INIT)
    if len(of_type(proposals, Remove)) > 1:
        raise ValidationError(Rule.EXTERNAL_COMMIT_PROPOSALS, "more than one Remove")
    allowed = (ExternalInit, Remove, PreSharedKey)
    if not all(isinstance(sent.proposal, allowed) for sent in proposals):
        raise ValidationError(Rule.EXTERNAL_COMMIT_PROPOSALS)


def check_psks(
    psks: Sequence[PreSharedKeyID],
    nonce_length: int,
    usages: frozenset[ResumptionPSKUsage] = IN_A_GROUP,
) -> None:
    """Check the pre-shared keys of a commit (§8.4, §12.1.4, §12.2).

    Raises:
        ValidationError: One is named twice, has a nonce of a wrong length, or a usage that
            has no place here; or there are too many to be counted.
    """
    if len(psks) > MAX_PSKS:
        raise ValidationError(Rule.PSK_COUNT, str(len(psks)))
    if len(set(psks)) != len(psks):
        raise ValidationError(Rule.PSK_UNIQUE)
    for psk in psks:
        if len(psk.psk_nonce) != nonce_length:
            raise ValidationError(Rule.PSK_NONCE_LENGTH)
        if isinstance(psk, ResumptionPSKID) and psk.usage not in usages:
            raise ValidationError(Rule.PSK_USAGE, psk.usage.name)


def target(sent: SentProposal) -> int | None:
    """Return the leaf that an Update or a Remove changes."""
    match sent:
        case SentProposal(SenderMember(leaf_index), Update()):
            return leaf_index
        case SentProposal(_, Remove(removed)):
            return removed
        case _:
            return None


def _check_count(proposals: Sequence[SentProposal]) -> None:
    if len(proposals) > MAX_PROPOSALS:
        raise ValidationError(Rule.PROPOSALS_BOUNDED, str(len(proposals)))


def _check_targets(proposals: Sequence[SentProposal], committer: int) -> None:
    for sent in proposals:
        if isinstance(sent.proposal, Update):
            if not isinstance(sent.sender, SenderMember):
                raise ValidationError(Rule.UPDATE_BY_MEMBER)
            if target(sent) == committer:
                raise ValidationError(Rule.COMMITTER_NOT_UPDATED)
        elif isinstance(sent.proposal, Remove) and target(sent) == committer:
            raise ValidationError(Rule.COMMITTER_NOT_REMOVED)
    counted = Counter(target(sent) for sent in proposals)
    del counted[None]
    if any(count > 1 for count in counted.values()):
        raise ValidationError(Rule.ONE_CHANGE_PER_LEAF)


def _check_adds(proposals: Sequence[SentProposal], tree: RatchetTree) -> None:
    adds = of_type(proposals, Add)
    if not adds:
        return
    keys = [add.key_package.leaf_node.signature_key for add in adds]
    if len(set(keys)) != len(keys):
        raise ValidationError(Rule.ADD_CLIENT_ONCE)
    removed = {remove.removed for remove in of_type(proposals, Remove)}
    staying = {leaf.signature_key for index, leaf in tree.leaves() if index not in removed}
    if not staying.isdisjoint(keys):
        raise ValidationError(Rule.ADD_NOT_A_MEMBER)


def _check_reinit(proposals: Sequence[SentProposal]) -> None:
    reinits = of_type(proposals, ReInit)
    if not reinits:
        return
    if len(proposals) > 1:
        raise ValidationError(Rule.REINIT_ALONE)
    if reinits[0].version < MLS10:
        raise ValidationError(Rule.REINIT_VERSION)
    check_extensions(reinits[0].extensions, GROUP_CONTEXT_TYPES)


def _check_custom_types(proposals: Sequence[SentProposal], tree: RatchetTree) -> None:
    types = {custom.proposal_type for custom in of_type(proposals, CustomProposal)}
    if not types:
        return
    removed = {remove.removed for remove in of_type(proposals, Remove)}
    for index, leaf in tree.leaves():
        if index not in removed and not types <= set(leaf.capabilities.proposals):
            raise ValidationError(Rule.PROPOSAL_TYPE_SUPPORTED, f"leaf {index}")
