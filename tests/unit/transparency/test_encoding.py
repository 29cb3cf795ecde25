import pytest

from teamchat.transparency.encoding import (
    MAX_NUMBER,
    decode_base64,
    decode_decimal,
    decode_text,
    encode_base64,
    is_line,
)
from teamchat.transparency.errors import FormatError


@pytest.mark.parametrize(
    "text", ["QR==", "QQ", "QQ=", "QQ==\n", "Q Q==", "QQ==QQ==", "-_8=", "=", "\uff51Q=="]
)
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(FormatError):
        decode_base64(text)


def test_base64_is_read_as_it_is_written() -> None:
    assert encode_base64(b"\xff\xfe\x00") == "//4A"
    assert decode_base64("//4A") == b"\xff\xfe\x00"
    assert decode_base64("") == b""


@pytest.mark.parametrize(
    "text",
    ["", "01", "00", "-1", "+1", " 1", "1\n", "1_0", "0x1", "1e3", "\uff11", "\u0663", str(2**63)],
)
def test_a_number_has_one_form(text: str) -> None:
    with pytest.raises(FormatError):
        decode_decimal(text)


def test_a_number_of_many_digits_is_refused_unread() -> None:
    with pytest.raises(FormatError):
        decode_decimal("9" * 100_000)


def test_numbers_reach_from_nought_to_the_largest_size() -> None:
    assert decode_decimal("0") == 0
    assert decode_decimal(str(MAX_NUMBER)) == MAX_NUMBER == 2**63 - 1


@pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", b"a\rb", b"a\tb", b"\x00", b"\x1b[2J"])
def test_text_is_utf_8_without_control_characters(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode_text(data)


def test_only_a_newline_ends_a_line() -> None:
    assert is_line("one\u2028line\u0085still")
    assert not is_line("two\nlines")
    assert not is_line("half a character \ud800")
    assert not is_line("")
