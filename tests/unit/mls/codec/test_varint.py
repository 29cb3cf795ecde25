import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.mls.codec.reader import Reader
from teamchat.mls.codec.varint import MAX_LENGTH, encode_length, read_length
from teamchat.mls.errors import DecodeError, UsageError


def test_the_examples_of_section_2_1_2() -> None:
    for header, length in (("25", 37), ("7bbd", 15293), ("9d7f3e7d", 494878333)):
        assert encode_length(length) == bytes.fromhex(header)
        assert read_length(Reader(bytes.fromhex(header))) == length


@given(st.integers(0, MAX_LENGTH))
def test_a_length_is_read_as_written(length: int) -> None:
    reader = Reader(encode_length(length))
    assert read_length(reader) == length
    reader.finish()


@pytest.mark.parametrize("header", ["4000", "403f", "80000000", "80003fff"])
def test_a_length_that_could_be_shorter_is_refused(header: str) -> None:
    with pytest.raises(DecodeError):
        read_length(Reader(bytes.fromhex(header)))


@pytest.mark.parametrize("header", ["", "40", "800000", "c0", "ffffffffffffffff"])
def test_what_is_no_length_is_refused(header: str) -> None:
    with pytest.raises(DecodeError):
        read_length(Reader(bytes.fromhex(header)))


def test_a_length_beyond_30_bits_cannot_be_written() -> None:
    with pytest.raises(UsageError):
        encode_length(MAX_LENGTH + 1)
