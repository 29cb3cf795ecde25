"""FramedContent and what its signature covers (RFC 9420 §6, §6.1)."""

from dataclasses import replace

import pytest

from teamchat.mls.errors import DecodeError
from teamchat.mls.framing.content import (
    AuthenticatedContent,
    FramedContent,
    ProposalContent,
    Sender,
    SenderExternal,
    SenderMember,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
    WireFormat,
    framed_content_tbs,
)
from teamchat.mls.group import propose_remove
from teamchat.mls.messages.proposals import Remove
from tests.support.mallory import public
from tests.support.people import CRYPTO, founded


def test_a_byte_behind_an_authenticated_content_is_refused() -> None:
    crew = founded("alice", "bob")
    whole = public(propose_remove(CRYPTO, crew["bob"], 0).message).authenticated().encode()
    assert AuthenticatedContent.decode(whole).encode() == whole
    with pytest.raises(DecodeError):
        AuthenticatedContent.decode(whole + b"\0")


@pytest.mark.parametrize(
    ("sender", "bound"),
    [
        (SenderMember(1), True),
        (SenderNewMemberCommit(), True),
        (SenderExternal(0), False),
        (SenderNewMemberProposal(), False),
    ],
)
def test_who_is_in_the_group_signs_its_context(sender: Sender, bound: bool) -> None:  # noqa: FBT001
    state = founded("alice", "bob")["alice"]
    content = FramedContent(state.group_id, state.epoch, sender, b"", ProposalContent(Remove(1)))
    other = replace(state.context, tree_hash=bytes(32))
    wire = WireFormat.PUBLIC_MESSAGE
    here = framed_content_tbs(wire, content, state.context)
    assert (here != framed_content_tbs(wire, content, other)) == bound
