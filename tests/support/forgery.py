"""Messages that no honest member sends: whole, well-formed, and signed with a real key."""

from collections.abc import Callable
from dataclasses import replace

from teamchat.mls.crypto import Secret
from teamchat.mls.framing.content import (
    FramedContent,
    FramedContentAuthData,
    SenderMember,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group import GroupState
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import Proposal
from tests.support.people import CRYPTO, SUITE


def resigned(
    state: GroupState,
    message: bytes,
    change: Callable[[FramedContent], FramedContent],
    key: Secret | None = None,
) -> bytes:
    """A message, changed, and signed with the member's key or another."""
    body = unwrap(message)
    assert isinstance(body, PublicMessage)
    return signed(state, change(body.content), body.auth.confirmation_tag, key)


def signed(
    state: GroupState, content: FramedContent, tag: bytes | None, key: Secret | None = None
) -> bytes:
    """A content under this signature key; its membership tag is nonsense."""
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, state.context)
    signature = sign_content(CRYPTO, SUITE, key or state.signature_key, tbs)
    membership = b"?" if isinstance(content.sender, SenderMember) else None
    return wrap(PublicMessage(content, FramedContentAuthData(signature, tag), membership))


def commit_of(message: bytes) -> Commit:
    """The commit in a PublicMessage."""
    body = unwrap(message)
    assert isinstance(body, PublicMessage)
    assert isinstance(body.content.content, Commit)
    return body.content.content


def recommitted(state: GroupState, message: bytes, change: Callable[[Commit], Commit]) -> bytes:
    """A member's own commit, changed and signed again."""
    commit = change(commit_of(message))
    return resigned(state, message, lambda content: replace(content, content=commit))


def committing(state: GroupState, *proposals: Proposal) -> bytes:
    """A commit of proposals without a path, whatever the rules say."""
    commit = Commit(tuple(ProposalByValue(proposal) for proposal in proposals), None)
    sender = SenderMember(state.own_leaf)
    content = FramedContent(state.group_id, state.epoch, sender, b"", commit)
    return signed(state, content, b"tag")
