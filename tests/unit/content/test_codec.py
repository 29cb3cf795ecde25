from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.content.codec import decode, encode
from teamchat.content.errors import ContentError
from teamchat.content.model import (
    MAX_BYTES,
    Expiration,
    ExternalPart,
    Message,
    MessageId,
    MultiPart,
    NullPart,
    Part,
    PartSemantics,
    SinglePart,
    UnknownPart,
    parts,
)

SALT = bytes(range(16))
ID = MessageId(b"\x01" + bytes(31))
PLAIN = SinglePart("text/plain;charset=utf-8", "Grüße".encode())
MESSAGE = Message(SALT, PLAIN, extensions={1: "mimi://teamchat/u/a", 2: "mimi://teamchat/r/b"})


def raw(place: int, value: cbor.Value) -> bytes:
    fields = list(cbor.decode(encode(MESSAGE)))  # type: ignore[arg-type] # it is an array
    fields[place] = value
    return cbor.encode(fields)


def nested(levels: int) -> Part:
    part: Part = PLAIN
    for _ in range(levels - 1):
        part = MultiPart(PartSemantics.PROCESS_ALL, (part, PLAIN))
    return part


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        replace(MESSAGE, replaces=ID, part=NullPart(0, "de")),
        replace(MESSAGE, topic=b"Foo", expires=Expiration(relative=True, seconds=60)),
        replace(MESSAGE, expires=Expiration(relative=False, seconds=2**32 - 1), in_reply_to=ID),
        replace(MESSAGE, part=nested(4)),
        replace(MESSAGE, part=ExternalPart("video/mp4", "u", 1, 2**64 - 1, 2**16 - 1, b"k")),
        # What a newer draft or client may say, and we do not know:
        replace(MESSAGE, part=replace(PLAIN, disposition=255)),
        replace(MESSAGE, part=UnknownPart(4, ("x", (1, b"y"), {1: None}), 77, "zh")),
        replace(MESSAGE, part=UnknownPart(2**40, ())),
        replace(MESSAGE, extensions={}),
        replace(MESSAGE, extensions={-7: ((b"\x12", cbor.Tag(32, "http://x")),), "ours": 1.5}),
        replace(MESSAGE, extensions={256: cbor.Simple(23), "x" * 255: {"a": {b"b": 1}}}),
    ],
)
def test_what_is_written_is_read(message: Message) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, bytes(15)), (0, None), (1, bytes(31)), (1, 1), (2, None), (2, "x"),
        (3, 0), (3, (True,)), (3, (True, 2**32)), (3, (1, 1)), (3, (True, -1)), (3, (True, True)),
        (4, b""), (5, None), (5, ()), (5, {1: 7}), (5, {2: b"room"}), (5, {b"x": 1}),
        (5, {"": 1}), (5, {"x" * 256: 1}), (5, {2**53: 1}), (5, {-(2**53): 1}),
        (5, {3: {2**53: 1}}), (5, {3: ((cbor.Tag(32, (1,)),),)}), (5, {3: bytes(4096)}),
        (5, {3: {1: {1: {1: {}}}}}),
        (6, None), (6, ()), (6, (1, "")), (6, (256, "", 0)), (6, (-1, "", 0)), (6, (True, "", 0)),
        (6, (1, b"", 0)), (6, (1, "", -1)), (6, (1, "", "x")), (6, (1, "", 0, 0)), (6, (1, "", 1)),
        (6, (1, "", 1, "text/plain", "x")), (6, (1, "", 1, b"text/plain", b"x")),
        (6, (1, "", 1, "text/plain", b"x", 0)), (6, (1, "", 2, "video/mp4")),
        (6, (1, "", 3, 0, ())), (6, (1, "", 3, 0, ((1, "", 0),))),
        (6, (1, "", 3, 3, 2 * ((1, "", 0),))),
        (6, (1, "", 3, True, 2 * ((1, "", 0),))), (6, (1, "", 3, 0, {})),
    ],
)  # fmt: skip
def test_what_breaks_the_draft_is_refused(place: int, value: cbor.Value) -> None:
    with pytest.raises(ContentError):
        decode(raw(place, value))


@pytest.mark.parametrize("field", range(12))
def test_every_field_of_an_external_part_is_checked(field: int) -> None:
    good: list[cbor.Value] = ["t", "u", 1, 1, 1, b"", b"", b"", 1, b"", "", ""]
    assert isinstance(decode(raw(6, (6, "", 2, *good))).part, ExternalPart)
    good[field] = None
    with pytest.raises(ContentError):
        decode(raw(6, (6, "", 2, *good)))


def test_other_shapes_are_refused() -> None:
    fields = cbor.decode(encode(MESSAGE))
    assert isinstance(fields, tuple)
    others: list[cbor.Value] = [(), fields[:-1], (*fields, 0), {}, 7]
    for value in others:
        with pytest.raises(ContentError):
            decode(cbor.encode(value))
    with pytest.raises(ContentError):
        decode(encode(MESSAGE) + b"\x00")
    with pytest.raises(ContentError):
        decode(b"\x98\x07" + encode(MESSAGE)[1:])


def test_parts_are_nested_at_most_four_levels() -> None:
    with pytest.raises(ContentError, match="levels"):
        encode(replace(MESSAGE, part=nested(5)))


def test_size_and_count_are_bounded() -> None:
    with pytest.raises(ContentError):
        encode(replace(MESSAGE, part=replace(PLAIN, content=bytes(MAX_BYTES))))
    with pytest.raises(ContentError, match="more values"):
        encode(replace(MESSAGE, part=MultiPart(PartSemantics.PROCESS_ALL, (NullPart(),) * 2000)))
    with pytest.raises(ContentError):
        decode(b"\x81" * 100_000)


def test_what_cannot_be_written() -> None:
    for wrong in (
        replace(MESSAGE, salt=b""),
        replace(MESSAGE, extensions={True: 1}),
        replace(MESSAGE, part=replace(PLAIN, language="\ud800")),
        replace(MESSAGE, part=MultiPart(PartSemantics.CHOOSE_ONE, (PLAIN,))),
    ):
        with pytest.raises(ContentError):
            encode(wrong)


def test_parts_are_counted_depth_first() -> None:
    inner = MultiPart(PartSemantics.SINGLE_UNIT, (PLAIN, NullPart()))
    whole = MultiPart(PartSemantics.CHOOSE_ONE, (inner, PLAIN))
    assert list(parts(whole)) == [whole, inner, PLAIN, NullPart(), PLAIN]


def test_a_message_that_was_read_cannot_be_changed() -> None:
    assert isinstance(decode(encode(MESSAGE)).extensions, MappingProxyType)


def test_the_key_of_a_file_does_not_print() -> None:
    assert "secret" not in repr(ExternalPart("t", "u", key=b"secret"))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(ContentError):
        decode(data)


@given(st.integers(0, len(encode(MESSAGE)) - 1), st.integers(1, 255))
def test_a_changed_byte_gives_another_message_or_none(at: int, flip: int) -> None:
    changed = bytearray(encode(MESSAGE))
    changed[at] ^= flip
    try:
        message = decode(bytes(changed))
    except ContentError:
        return
    assert message != MESSAGE
    assert encode(message) == changed
