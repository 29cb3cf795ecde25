"""Length headers of variable-size vectors (RFC 9420 §2.1.2).

The two highest bits of the first byte say how many bytes the length takes: 1, 2 or 4.
A length has exactly one encoding: the shortest. The fourth prefix is not a length.
"""

from teamchat.mls.codec.reader import Reader
from teamchat.mls.errors import DecodeError, UsageError

MAX_LENGTH = (1 << 30) - 1
_SHORT = 1 << 6
_MIDDLE = 1 << 14
_SHORTS = tuple(bytes((length,)) for length in range(_SHORT))


def read_length(reader: Reader) -> int:
    """Read a length header.

    Raises:
        DecodeError: The header is cut off, not the shortest, or begins with 0b11.
    """
    first = reader.take_uint(1)
    prefix = first >> 6
    if prefix == 0:
        return first
    if prefix == 3:
        raise DecodeError("a length header begins with 0b11")
    size = 1 << prefix
    length = (first & 0x3F) << (8 * (size - 1)) | reader.take_uint(size - 1)
    if length < (_SHORT if size == 2 else _MIDDLE):
        raise DecodeError(f"the length {length} is not encoded in the shortest way")
    return length


def encode_length(length: int) -> bytes:
    """Encode a length header, the shortest way.

    Raises:
        UsageError: The length does not fit into 30 bits.
    """
    if length < _SHORT:
        return _SHORTS[length]
    if length < _MIDDLE:
        return (length | 0x4000).to_bytes(2, "big")
    if length <= MAX_LENGTH:
        return (length | 0x8000_0000).to_bytes(4, "big")
    raise UsageError(f"{length} bytes are more than a vector can hold")
