"""The frames of the socket: what is written is read back, everything else is refused."""

import contextlib
import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.wire import frames, limits
from teamchat.wire.frames import (
    Ack,
    Batch,
    ClientFrame,
    FrameError,
    Hello,
    Item,
    Kind,
    Send,
    ServerFrame,
    Sync,
    decode_client,
    decode_server,
    encode,
)

CONVERSATION = ConversationId(identifier(bytes(16)))
DEVICE = DeviceId(identifier(bytes(range(16))))

numbers = st.integers(0, 2**48 - 1)
conversations = st.binary(min_size=16, max_size=16).map(identifier).map(ConversationId)
client_frames = st.one_of(
    st.builds(Hello, protocol=st.integers(0, 100), token=st.text(max_size=50)),
    st.builds(
        Sync,
        cursors=st.dictionaries(conversations, st.tuples(numbers, numbers), max_size=5),
        inbox=numbers,
    ),
    st.builds(
        Send,
        request=numbers,
        conversation=conversations,
        client_id=st.binary(min_size=16, max_size=16),
        body=st.binary(max_size=64),
        group_info=st.binary(max_size=8),
        welcome=st.binary(max_size=8),
    ),
    st.builds(Ack, cursors=st.dictionaries(conversations, numbers, max_size=5), inbox=numbers),
)
batches = st.builds(
    Batch,
    conversation=conversations,
    log_epoch=numbers,
    first_seq=numbers,
    items=st.lists(
        st.builds(
            Item,
            kind=st.sampled_from(Kind),
            epoch=numbers,
            sender=st.just(DEVICE),
            client_id=st.binary(min_size=16, max_size=16),
            time_ms=numbers,
            body=st.binary(max_size=64),
        ),
        max_size=4,
    ),
)


@given(client_frames)
def test_a_frame_of_a_client_is_read_back(frame: ClientFrame) -> None:
    assert decode_client(encode(frame)) == frame


@given(batches)
def test_a_batch_is_read_back(batch: Batch) -> None:
    assert decode_server(encode(batch)) == batch


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_frame_error(data: bytes) -> None:
    for decode in (decode_client, decode_server):
        with contextlib.suppress(FrameError):
            decode(data)


def test_every_frame_has_a_tag_of_its_own() -> None:
    tags = [
        frame.__struct_config__.tag
        for union in (ClientFrame, ServerFrame)
        for frame in typing.get_args(union)
    ]
    assert len(tags) == len(set(tags))
    assert {tag for tag in tags if tag >= 64} == set(frames._SERVER_TAGS)


def test_a_client_skips_a_frame_it_does_not_know_yet() -> None:
    assert decode_server(msgspec.msgpack.encode([127, "later"])) is None


def test_a_server_refuses_a_frame_it_does_not_know() -> None:
    with pytest.raises(FrameError):
        decode_client(msgspec.msgpack.encode([127, "later"]))


@pytest.mark.parametrize(
    "frame",
    [
        [2, 1, CONVERSATION, b"short", b""],
        [2, -1, CONVERSATION, bytes(16), b""],
        [2, 2**48, CONVERSATION, bytes(16), b""],
        [2, 1, CONVERSATION, bytes(16), bytes(limits.COMMIT_BYTES + 1)],
        [2, 1, CONVERSATION, bytes(16), "text"],
        [0, 1, "t" * 201],
        [4, 0],
        [],
    ],
)
def test_a_frame_out_of_bounds_is_refused(frame: list[object]) -> None:
    with pytest.raises(FrameError):
        decode_client(msgspec.msgpack.encode(frame))


def test_a_frame_is_measured_before_it_is_read() -> None:
    with pytest.raises(FrameError, match="too large"):
        decode_client(bytes(limits.FRAME_BYTES + 1))


def test_deep_nesting_is_a_frame_error() -> None:
    with pytest.raises(FrameError):
        decode_client(b"\x91" * 100_000)
    with pytest.raises(FrameError):
        decode_server(b"\x91" * 100_000)
