"""deserialization.json of the MLS working group: length headers."""

from typing import TypedDict, cast

from teamchat.mls.codec.reader import Reader
from teamchat.mls.codec.varint import encode_length, read_length
from tests.support import vectors


class Case(TypedDict):
    vlbytes_header: str
    length: int


def test_every_header() -> None:
    for case in cast("list[Case]", vectors.mls("deserialization")):
        header = bytes.fromhex(case["vlbytes_header"])
        reader = Reader(header)
        assert read_length(reader) == case["length"]
        reader.finish()
        assert encode_length(case["length"]) == header
