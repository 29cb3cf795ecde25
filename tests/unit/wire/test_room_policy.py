import pytest

from teamchat import cbor
from teamchat.wire import room_policy
from teamchat.wire.room_policy import ALL, MAX_BYTES, MAX_DAYS, NONE, RoomPolicy, RoomPolicyError


@pytest.mark.parametrize("history", [NONE, 1, 30, MAX_DAYS, ALL])
def test_what_is_written_is_read(history: int) -> None:
    policy = RoomPolicy(history)
    assert room_policy.decode(room_policy.encode(policy)) == policy


def test_the_bytes_are_these() -> None:
    assert room_policy.encode(RoomPolicy(30)).hex() == "a167686973746f7279181e"
    assert room_policy.encode(RoomPolicy(ALL)).hex() == "a167686973746f727920"


def test_what_a_newer_client_has_put_there_stays() -> None:
    data = cbor.encode({"history": 7, "later": {"a": (1, b"x")}})
    policy = room_policy.decode(data)
    assert policy.history == 7
    changed = room_policy.encode(RoomPolicy(ALL, policy.others))
    assert cbor.decode(changed) == {"history": -1, "later": {"a": (1, b"x")}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        cbor.encode(30),
        cbor.encode({}),
        cbor.encode({"later": 1}),
        cbor.encode({"history": -2}),
        cbor.encode({"history": MAX_DAYS + 1}),
        cbor.encode({"history": 2**63}),
        cbor.encode({"history": True}),
        cbor.encode({"history": "all"}),
        cbor.encode({"history": 30.0}),
        cbor.encode({1: 30}),
        cbor.encode({"history": 30, b"x": 1}),
        cbor.encode({"history": 30}) + b"\x00",
        bytes.fromhex("a167686973746f727918001e"),
        cbor.encode({"history": 30, "later": bytes(MAX_BYTES)}),
        cbor.encode({"history": 30, "later": [[[[1]]]]}),
        cbor.encode({"history": 30, "later": [0] * 64}),
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(RoomPolicyError):
        room_policy.decode(data)


def test_one_that_nobody_would_read_is_not_written() -> None:
    with pytest.raises(RoomPolicyError):
        room_policy.encode(RoomPolicy(30, {"later": bytes(MAX_BYTES)}))
    with pytest.raises(RoomPolicyError):
        RoomPolicy(MAX_DAYS + 1)
