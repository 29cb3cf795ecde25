"""PrivateMessage: only members have a ratchet to seal with (RFC 9420 §6.3.2)."""

from dataclasses import replace

import pytest

from teamchat.mls.errors import UsageError
from teamchat.mls.framing.content import (
    ApplicationContent,
    Sender,
    SenderExternal,
    SenderNewMemberCommit,
    SenderNewMemberProposal,
)
from teamchat.mls.framing.private import seal
from teamchat.mls.group.protect import sign
from teamchat.mls.schedule.secret_tree import RatchetKind
from tests.support.mallory import PRIVATE
from tests.support.people import CRYPTO, SUITE, founded


@pytest.mark.parametrize(
    "sender", [SenderExternal(0), SenderNewMemberProposal(), SenderNewMemberCommit()]
)
def test_nobody_outside_seals_a_private_message(sender: Sender) -> None:
    state = founded("alice", "bob")["alice"]
    message = sign(CRYPTO, state, ApplicationContent(b"hello"), PRIVATE).confirmed(None)
    from_outside = replace(message, content=replace(message.content, sender=sender))
    key, _ = state.secret_tree.next_key(CRYPTO, SUITE, 0, RatchetKind.APPLICATION)
    secret = state.secrets.sender_data_secret
    assert seal(CRYPTO, SUITE, message, key, secret, 1).group_id == state.group_id
    with pytest.raises(UsageError):
        seal(CRYPTO, SUITE, from_outside, key, secret, 1)
