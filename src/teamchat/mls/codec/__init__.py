"""The presentation language of RFC 9420 §2: structures to bytes and back."""

from teamchat.mls.codec.reader import Reader
from teamchat.mls.codec.struct import (
    Codec,
    Enumerated,
    Fixed,
    Kept,
    Maybe,
    Opaque,
    Select,
    Struct,
    Vector,
    field_codec,
    struct,
    uint8,
    uint16,
    uint32,
    uint64,
)
from teamchat.mls.codec.writer import Writer

__all__ = [
    "Codec",
    "Enumerated",
    "Fixed",
    "Kept",
    "Maybe",
    "Opaque",
    "Reader",
    "Select",
    "Struct",
    "Vector",
    "Writer",
    "field_codec",
    "struct",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
