from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.linking.messages import (
    HANDOVER_BYTES,
    MAX_BYTES,
    Account,
    Answered,
    Committed,
    Confirmed,
    Ended,
    HandedOver,
    Handover,
    LogPin,
    Message,
    Revealed,
    Witnesses,
    decode,
    decode_handover,
    encode,
    encode_handover,
)
from teamchat.identity.sealing import OVERHEAD
from teamchat.ids import DeviceId, UserId, identifier_bytes
from tests.unit.identity.linking.pair import handover
from tests.unit.identity.people import PHONE

KEY = bytes(range(32))
REVEALED = Revealed(KEY, PHONE, KEY, "Annas Telefon \N{MOBILE PHONE}")
MESSAGES: list[Message] = [
    Committed(KEY), Answered(KEY), REVEALED, Confirmed(bytes(64 + OVERHEAD)),
    HandedOver(bytes(OVERHEAD + 1)), HandedOver(bytes(HANDOVER_BYTES + OVERHEAD)),
    Ended(Fault.DIFFERENT), Ended(Fault.CANCELLED),
]  # fmt: skip
GOOD = handover(b"a certificate")


def disturbed(data: bytes) -> None:
    with pytest.raises(LinkingError) as caught:
        decode(data)
    assert caught.value.fault is Fault.DISTURBED


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: type(each).__name__)
def test_what_is_written_is_read(message: Message) -> None:
    data = encode(message)
    assert decode(data) == message
    assert len(data) <= MAX_BYTES
    disturbed(data + b"\x00")
    disturbed(data[:-1])
    disturbed(data.replace(b"\x01", b"\x18\x01", 1))


@pytest.mark.parametrize(
    "fields",
    [
        (), (1,), (1, 0, KEY), (1, 7, KEY), (2, 1, KEY), (True, 1, KEY), (1, True, KEY), (1, 1),
        (1.0, 1, KEY), (1, 1.0, KEY),
        (1, 1, KEY, 0), (1, 1, bytes(31)), (1, 1, bytes(33)), (1, 1, "a" * 32), (1, 2, bytes(31)),
        (1, 2, None), (1, 4, bytes(63 + OVERHEAD)), (1, 4, bytes(65 + OVERHEAD)), (1, 4, b""),
        (1, 5, bytes(OVERHEAD)), (1, 5, bytes(HANDOVER_BYTES + OVERHEAD + 1)), (1, 6, 0), (1, 6, 3),
        (1, 6, True), (1, 6, KEY), (1, 3, KEY, bytes(16), KEY), (1, 3, KEY, bytes(16), KEY, "a", 0),
        (1, 3, bytes(31), bytes(16), KEY, "a"), (1, 3, KEY, bytes(15), KEY, "a"),
        (1, 3, KEY, bytes(16), bytes(31), "a"), (1, 3, KEY, bytes(16), KEY, b"a"),
    ],
)  # fmt: skip
def test_what_is_no_message(fields: tuple[cbor.Value, ...]) -> None:
    disturbed(cbor.encode(fields))


@pytest.mark.parametrize("value", [1, "text", {}, {1: 1}, None, (1, (1, (1,)))])
def test_what_is_no_list_of_fields(value: cbor.Value) -> None:
    disturbed(cbor.encode(value))


@pytest.mark.parametrize(
    "name",
    [
        "", " phone", "phone ", "a" * 201, "two\nlines", "a\x00b", "a\x1b[2J", "a\u202eb",
        "a\u2028b", "a\u200bb", "\u2066a",
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_shown_as_one_line(name: str) -> None:
    """Neither from the other device nor from this one."""
    disturbed(cbor.encode((1, 3, KEY, identifier_bytes(PHONE), KEY, name)))
    with pytest.raises(LinkingError):
        encode(replace(REVEALED, name=name))


def test_a_name_may_be_in_any_script() -> None:
    for name in ("Annas Tëlefon", "安娜的手机", "هاتف", "a" * 200):
        assert decode(encode(replace(REVEALED, name=name))) == replace(REVEALED, name=name)


def test_what_cannot_be_written() -> None:
    for message in (
        Committed(b""), replace(REVEALED, device=DeviceId("phone")),
        replace(REVEALED, name="\ud800"), Confirmed(b""),
    ):  # fmt: skip
        with pytest.raises(LinkingError) as caught:
            encode(message)
        assert caught.value.fault is Fault.DISTURBED


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    disturbed(data)
    with pytest.raises(LinkingError):
        decode_handover(data)


# --- what is handed over --------------------------------------------------------------


def test_what_is_handed_over_is_read() -> None:
    assert decode_handover(encode_handover(GOOD)) == GOOD


def test_what_is_handed_over_is_bounded() -> None:
    largest = replace(
        GOOD, certificate=bytes(512), grant=bytes(512),
        log=LogPin("o" * 500, "k" * 500, "c" * 3000),
        account=Account("s" * 500, "u" * 500, "n" * 500, "o" * 500),
        witnesses=Witnesses(("k" * 150,) * 16, 16, 2**48 - 1, 2**48 - 1),
    )  # fmt: skip
    data = encode_handover(largest)
    assert len(data) <= HANDOVER_BYTES
    assert decode_handover(data) == largest


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, user=UserId("anna")), replace(GOOD, certificate=b""),
        replace(GOOD, certificate=bytes(513)), replace(GOOD, by_key=bytes(31)),
        replace(GOOD, identity_key=bytes(33)), replace(GOOD, grant=b""),
        replace(GOOD, grant=bytes(513)), replace(GOOD, log=LogPin("", "k", "c")),
        replace(GOOD, log=LogPin("o", "k\n", "c")), replace(GOOD, log=LogPin("o", "k", "")),
        replace(GOOD, log=LogPin("o", "k", "c" * 3001)),
        replace(GOOD, account=Account("", "u", "n", "o")),
        replace(GOOD, account=Account("s", "u", "n" * 501, "o")),
        replace(GOOD, account=Account("s", "u\x1b", "n", "o")),
        replace(GOOD, account=Account("s", "\udfff", "n", "o")),
        replace(GOOD, witnesses=Witnesses((), 0, 60, 0)),
        replace(GOOD, witnesses=Witnesses(("k",), 0, 60, 0)),
        replace(GOOD, witnesses=Witnesses(("k",), 2, 60, 0)),
        replace(GOOD, witnesses=Witnesses(("k",), quorum=True, maximum_age=60, since=0)),
        replace(GOOD, witnesses=Witnesses(("k",), 1, -1, 0)),
        replace(GOOD, witnesses=Witnesses(("k",), 1, 60, 2**48)),
        replace(GOOD, witnesses=Witnesses(("k",) * 17, 1, 60, 0)),
        replace(GOOD, witnesses=Witnesses(("k" * 151,), 1, 60, 0)),
        replace(GOOD, witnesses=Witnesses(("k\n",), 1, 60, 0)),
    ],
)  # fmt: skip
def test_what_is_not_handed_over(bad: Handover) -> None:
    with pytest.raises(LinkingError) as caught:
        encode_handover(bad)
    assert caught.value.fault is Fault.DISTURBED


def test_that_no_witnesses_are_required_is_handed_over_too() -> None:
    nobody = replace(GOOD, witnesses=None)
    assert decode_handover(encode_handover(nobody)) == nobody


@pytest.mark.parametrize(
    "policy", [(1, 60), (1, 60, 0), (1, 60, b"k", "k"), (1, 60, 0, b"k"), (1, 60, 0, 1, "k"), 1]
)
def test_what_is_no_policy_of_witnesses(policy: cbor.Value) -> None:
    value = cbor.decode(encode_handover(GOOD))
    assert isinstance(value, tuple)
    with pytest.raises(LinkingError):
        decode_handover(cbor.encode((*value[:-1], policy)))


def test_more_or_fewer_fields_are_refused() -> None:
    value = cbor.decode(encode_handover(GOOD))
    assert isinstance(value, tuple)
    for first in (1, 2.0, True):
        with pytest.raises(LinkingError):
            decode_handover(cbor.encode((first, *value[1:])))
    for changed in ((*value, 0), value[:-1]):
        with pytest.raises(LinkingError):
            decode_handover(cbor.encode(changed))
