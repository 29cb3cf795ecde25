"""Strict, canonical text: what is read here can be written in exactly one way."""

import base64
import binascii
import re
from typing import Final

from teamchat.transparency.errors import FormatError

MAX_NUMBER: Final = 2**63 - 1
"""The largest size, index or time: what fits a signed 64-bit integer, as other readers need."""
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_NO_LINE: Final = re.compile(r"[\x00-\x1f\ud800-\udfff]")
"""What a line cannot hold: control characters, and halves of characters, which have no UTF-8."""


def decode_base64(text: str) -> bytes:
    """Return the bytes of one base64 text (RFC 4648 §4).

    Raises:
        FormatError: It is not base64, or not as an encoder would have written it.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError("not base64") from error
    if encode_base64(data) != text:
        raise FormatError("not canonical base64")
    return data


def encode_base64(data: bytes) -> str:
    """Write bytes in base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def decode_decimal(text: str) -> int:
    """Return a number from 0 to 2^63 - 1, written without leading zeroes.

    Raises:
        FormatError: It is not written like that.
    """
    if not _DECIMAL.fullmatch(text) or (number := int(text)) > MAX_NUMBER:
        raise FormatError("not a decimal number below 2^63 without leading zeroes")
    return number


def decode_text(data: bytes) -> str:
    """Return UTF-8 text whose only control characters are newlines.

    Raises:
        FormatError: It is not that.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    if _CONTROL.search(text.replace("\n", "")):
        raise FormatError("a control character")
    return text


def is_line(text: str) -> bool:
    """Whether a text can stand as one line that is not empty.

    Only a newline ends a line here: U+2028 and its kind are characters like others.
    """
    return bool(text) and not _NO_LINE.search(text)
