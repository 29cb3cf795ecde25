import pytest

from teamchat.mls.codec import Reader
from teamchat.mls.errors import DecodeError


def test_it_reads_on_from_where_it_stands() -> None:
    reader = Reader(b"\x01\x02\x03\x04")
    assert reader.take(1) == b"\x01"
    assert reader.take_uint(2) == 0x0203
    with pytest.raises(DecodeError):
        reader.finish()
    assert reader.take(1) == b"\x04"
    reader.finish()


def test_it_never_reads_past_the_end() -> None:
    with pytest.raises(DecodeError):
        Reader(b"\x01").take(2)
    reader = Reader(b"\x01\x02")
    reader.end = 1
    with pytest.raises(DecodeError):
        reader.take_uint(2)
