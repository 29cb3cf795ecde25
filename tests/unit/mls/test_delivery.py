import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.mls.delivery import peek, welcomed
from teamchat.mls.errors import DecodeError
from teamchat.mls.framing.content import ContentType, SenderMember, WireFormat
from teamchat.mls.framing.message import wrap
from teamchat.mls.group import encrypt, group_info, propose_remove
from teamchat.mls.messages.proposals import Add
from tests.support.people import CRYPTO, founded, person

CREW = founded("alice", "bob")
STATE = CREW["alice"]


def test_the_header_of_a_public_message() -> None:
    header = peek(propose_remove(CRYPTO, CREW["bob"], 0).message)
    assert header.wire_format is WireFormat.PUBLIC_MESSAGE
    assert (header.group_id, header.epoch) == (STATE.group_id, STATE.epoch)
    assert header.content_type is ContentType.PROPOSAL
    assert header.sender == SenderMember(CREW.leaf("bob"))
    assert peek(CREW.commit("bob").message).content_type is ContentType.COMMIT


def test_the_header_of_a_private_message_names_no_sender() -> None:
    _, message = encrypt(CRYPTO, STATE, b"hello")
    header = peek(message)
    assert header.wire_format is WireFormat.PRIVATE_MESSAGE
    assert (header.group_id, header.epoch) == (STATE.group_id, STATE.epoch)
    assert header.content_type is ContentType.APPLICATION
    assert header.sender is None


def test_it_reads_no_further_than_the_header() -> None:
    _, message = encrypt(CRYPTO, STATE, b"hello" * 1000)
    assert peek(message[:40]) == peek(message)


def test_what_is_not_sent_to_a_group_has_no_header() -> None:
    package = wrap(person("carol").bundle().key_package)
    for wrong in (
        package,
        group_info(CRYPTO, STATE),
        b"",
        b"\x00\x02\x00\x01",
        b"\x00\x01\x00\x07",
    ):
        with pytest.raises(DecodeError):
            peek(wrong)


def test_version_and_wire_format_are_read_first() -> None:
    _, message = encrypt(CRYPTO, STATE, b"hello")
    for start in (b"\x00\x02\x00\x02", b"\x00\x01\x00\x03", b"\x00\x01\x00\x05"):
        with pytest.raises(DecodeError):
            peek(start + message[4:])


@given(st.binary(max_size=60))
def test_any_bytes_have_a_header_or_are_refused(data: bytes) -> None:
    for start in (b"", b"\x00\x01\x00\x01", b"\x00\x01\x00\x02"):
        try:
            header = peek(start + data)
        except DecodeError:
            continue
        assert isinstance(header.content_type, ContentType)


def test_a_welcome_says_whom_it_is_for() -> None:
    packages = [person(name).bundle().key_package for name in ("carol", "dave")]
    pending = CREW.commit("alice", *map(Add, packages))
    assert pending.welcome is not None
    references = tuple(package.reference(CRYPTO, STATE.suite) for package in packages)
    assert set(welcomed(pending.welcome)) == set(references)
    with pytest.raises(DecodeError):
        welcomed(pending.message)
