"""Which senders may send what, and the key that verifies it (RFC 9420 §6.1, §12.1.8)."""

from teamchat.mls.errors import ValidationError
from teamchat.mls.extensions import Extension, external_senders
from teamchat.mls.framing.content import (
    ApplicationContent,
    FramedContent,
    ProposalContent,
    SenderExternal,
    SenderMember,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
)
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import (
    Add,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree

_FROM_OUTSIDE = (Add, Remove, PreSharedKey, ReInit, GroupContextExtensions)


def sender_key(
    content: FramedContent, tree: RatchetTree, extensions: tuple[Extension, ...]
) -> bytes:
    """Return the signature key of a content's sender, if it may send such a content.

    Tree and GroupContext extensions are those of the content's epoch.

    Raises:
        ValidationError: There is no such sender, or it may not send this.
    """
    match content.sender:
        case SenderMember(leaf_index):
            return member_key(tree, leaf_index)
        case SenderExternal(index):
            return _external_key(content, index, extensions)
        case SenderNewMemberProposal():
            return _proposing_newcomer_key(content)
        case SenderNewMemberCommit():
            return _joining_newcomer_key(content)


def member_key(tree: RatchetTree, leaf_index: int) -> bytes:
    """Return the signature key of a member.

    Raises:
        ValidationError: There is no member at this leaf.
    """
    leaf = tree.leaf(leaf_index)
    if leaf is None:
        raise ValidationError(Rule.SENDER_LEAF_NOT_BLANK, f"leaf {leaf_index}")
    return leaf.signature_key


def check_outsider_may_send(proposal: Proposal) -> None:
    """Check that an external sender may send a proposal of this type.

    Raises:
        ValidationError: It may not.
    """
    if not isinstance(proposal, _FROM_OUTSIDE):
        raise ValidationError(Rule.EXTERNAL_SENDER_PROPOSALS)


def _external_key(content: FramedContent, index: int, extensions: tuple[Extension, ...]) -> bytes:
    if not isinstance(content.content, ProposalContent):
        raise ValidationError(Rule.EXTERNAL_SENDER_PROPOSALS)
    check_outsider_may_send(content.content.proposal)
    senders = external_senders(extensions)
    if index >= len(senders):
        raise ValidationError(Rule.EXTERNAL_SENDER_KNOWN, f"sender {index}")
    return senders[index].signature_key


def _proposing_newcomer_key(content: FramedContent) -> bytes:
    match content.content:
        case ProposalContent(Add(key_package)):
            return key_package.leaf_node.signature_key
        case _:
            raise ValidationError(Rule.NEW_MEMBER_PROPOSES_ADD)


def _joining_newcomer_key(content: FramedContent) -> bytes:
    match content.content:
        case Commit(path=path) if path is not None:
            return path.leaf_node.signature_key
        case Commit():
            raise ValidationError(Rule.EXTERNAL_COMMIT_PATH)
        case ApplicationContent() | ProposalContent():
            raise ValidationError(Rule.NEW_MEMBER_COMMITS)
