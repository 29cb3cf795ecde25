"""Proposals that RFC 9420 does not define are preserved."""

import pytest

from teamchat.mls.codec import field_codec
from teamchat.mls.errors import DecodeError, UsageError
from teamchat.mls.messages.proposals import CustomProposal, Proposal, Remove
from teamchat.mls.messages.welcome import GroupSecrets, PathSecret

PROPOSAL = field_codec(Proposal)


def test_a_custom_proposal_is_read_and_written_back() -> None:
    data = b"\xf0\x01\x05hello"
    assert PROPOSAL.decode(data) == CustomProposal(0xF001, b"hello")
    assert PROPOSAL.encode(CustomProposal(0xF001, b"hello")) == data


def test_a_defined_type_has_its_own_class() -> None:
    assert PROPOSAL.decode(b"\x00\x03\x00\x00\x00\x07") == Remove(7)
    with pytest.raises(UsageError):
        CustomProposal(3, b"")


def test_a_proposal_that_is_cut_off_is_refused() -> None:
    for data in (b"", b"\x00", b"\x00\x03\x00", b"\xf0\x01\x05hell"):
        with pytest.raises(DecodeError):
            PROPOSAL.decode(data)


def test_what_a_welcome_seals_does_not_print() -> None:
    secrets = GroupSecrets(b"joiner", PathSecret(b"path"), ())
    assert "joiner'" not in repr(secrets)
    assert "path'" not in repr(PathSecret(b"path"))
