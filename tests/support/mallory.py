"""What a dishonest member, server or stranger can do: messages made against the rules.

A forger holds a member's keys, so signature and tags are sound unless a test says otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from teamchat.mls.errors import CryptoError, MlsError, ValidationError
from teamchat.mls.framing.content import (
    ApplicationContent,
    FramedContent,
    FramedContentAuthData,
    ProposalContent,
    Sender,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage, membership_tag
from teamchat.mls.group.protect import PUBLIC, Framing, protect, sign
from teamchat.mls.group.state import GroupState
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.rules import Rule
from tests.support.people import CRYPTO, Person

Body = ApplicationContent | ProposalContent | Commit
PRIVATE = Framing(wire_format=WireFormat.PRIVATE_MESSAGE)
NO_TAG = bytes(32)


@contextmanager
def refused(rule: Rule) -> Iterator[None]:
    """Expect that exactly this rule is found broken."""
    with pytest.raises(MlsError) as caught:
        yield
    assert isinstance(caught.value, ValidationError | CryptoError)
    assert caught.value.rule is rule


def forged(state: GroupState, body: Body, framing: Framing = PUBLIC) -> bytes:
    """Return a message as the member of `state` could send it, whatever it says."""
    signed = sign(CRYPTO, state, body, framing)
    tag = NO_TAG if isinstance(body, Commit) else None
    return protect(CRYPTO, state, signed, tag, 1)[1]


def forged_commit(state: GroupState, *proposals: Proposal) -> bytes:
    """Return a commit of these proposals by value, without a path."""
    return forged(state, Commit(tuple(map(ProposalByValue, proposals)), None))


def stranger(
    state: GroupState, who: Person, sender: Sender, body: ProposalContent | Commit
) -> bytes:
    """Return a message from outside, signed with somebody's key."""
    content = FramedContent(state.group_id, state.epoch, sender, b"", body)
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, state.context)
    signature = sign_content(CRYPTO, state.suite, who.keys.private_key, tbs)
    tag = NO_TAG if isinstance(body, Commit) else None
    return wrap(PublicMessage(content, FramedContentAuthData(signature, tag), None))


def public(message: bytes) -> PublicMessage:
    """Open the envelope of a PublicMessage."""
    opened = unwrap(message)
    assert isinstance(opened, PublicMessage)
    return opened


def retagged(state: GroupState, message: bytes, auth: FramedContentAuthData) -> bytes:
    """Change what vouches for a member's PublicMessage, with a sound membership tag."""
    opened = public(message)
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, opened.content, state.context)
    tag = membership_tag(CRYPTO, state.suite, state.secrets.membership_key, tbs, auth)
    return wrap(PublicMessage(opened.content, auth, tag))


def unsigned(state: GroupState, message: bytes) -> bytes:
    """Take the signature off a member's PublicMessage."""
    return retagged(state, message, replace(public(message).auth, signature=b""))
