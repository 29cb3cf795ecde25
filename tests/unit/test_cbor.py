import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.cbor import CborError, Limits, Simple, Tag, decode, encode

# RFC 8949, Appendix A: those rows that are deterministic.
RFC_8949: list[tuple[cbor.Value, str]] = [
    (0, "00"), (1, "01"), (10, "0a"), (23, "17"), (24, "1818"), (25, "1819"), (100, "1864"),
    (1000, "1903e8"), (1000000, "1a000f4240"), (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"), (-18446744073709551616, "3bffffffffffffffff"),
    (Tag(2, bytes.fromhex("010000000000000000")), "c249010000000000000000"),
    (-1, "20"), (-10, "29"), (-100, "3863"), (-1000, "3903e7"),
    (0.0, "f90000"), (-0.0, "f98000"), (1.0, "f93c00"), (1.1, "fb3ff199999999999a"),
    (1.5, "f93e00"), (65504.0, "f97bff"), (100000.0, "fa47c35000"),
    (3.4028234663852886e38, "fa7f7fffff"), (1.0e300, "fb7e37e43c8800759c"),
    (5.960464477539063e-8, "f90001"), (-4.0, "f9c400"), (math.inf, "f97c00"),
    (False, "f4"), (True, "f5"), (None, "f6"), (Simple(23), "f7"), (Simple(16), "f0"),
    (Simple(255), "f8ff"), (Tag(1, 1363896240), "c11a514b67b0"),
    (Tag(23, b"\1\2\3\4"), "d74401020304"), (b"", "40"), (b"\1\2\3\4", "4401020304"),
    ("", "60"), ("a", "6161"), ('"\\', "62225c"), ("\u00fc", "62c3bc"), ("\u6c34", "63e6b0b4"),
    ("\U00010151", "64f0908591"), ((), "80"), ((1, 2, 3), "83010203"),
    ((1, (2, 3), (4, 5)), "8301820203820405"), ({}, "a0"), ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": (2, 3)}, "a26161016162820203"),
]  # fmt: skip

REFUSED = {
    "empty": "",
    "two values": "0000",
    "long 23": "1817",
    "long 255": "1900ff",
    "long 65535": "1a0000ffff",
    "long 2^32-1": "1b00000000ffffffff",
    "long length": "580161",
    "indefinite bytes": "5f4101ff",
    "indefinite text": "7f6161ff",
    "indefinite array": "9f01ff",
    "indefinite map": "bf0101ff",
    "break alone": "ff",
    "reserved length": "1c",
    "cut off number": "1a0000",
    "cut off text": "6261",
    "cut off array": "8201",
    "not UTF-8": "62c328",
    "surrogate": "63eda080",
    "unsorted keys": "a202000100",
    "keys in length-first order": "a2613100186400",
    "repeated key": "a201000100",
    "key is a list": "a18000",
    "key is true": "a1f500",
    "key is null": "a1f600",
    "long float": "fb3ff0000000000000",
    "long float of 32 bits": "fa3f800000",
    "other NaN": "f97e01",
    "wide NaN": "fa7fc00000",
    "simple in two bytes": "f814",
    "bignum that fits": "c248ffffffffffffffff",
    "bignum with a leading zero": "c24a00010000000000000000",
    "bignum that is no bytes": "c201",
}


@pytest.mark.parametrize(("value", "written"), RFC_8949)
def test_rfc_8949_appendix_a(value: cbor.Value, written: str) -> None:
    assert encode(value).hex() == written
    read = decode(bytes.fromhex(written))
    assert read == value
    assert type(read) is type(value)
    assert repr(read) == repr(value)


def test_not_a_number_has_one_form() -> None:
    odd = struct.unpack(">d", bytes.fromhex("7ff8000000000001"))[0]
    assert encode(odd).hex() == "f97e00"
    read = decode(bytes.fromhex("f97e00"))
    assert isinstance(read, float)
    assert math.isnan(read)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_deterministic_is_refused(name: str) -> None:
    with pytest.raises(CborError):
        decode(bytes.fromhex(REFUSED[name]))


def test_keys_are_sorted_by_their_bytes() -> None:
    value: dict[cbor.Key, cbor.Value] = {b"a": 0, "aa": 1, -1: 2, 100: 3, 10: 4, "b": 5}
    written = encode(value)
    assert written.hex() == "a60a0418640320024161006162056261" + "6101"
    assert decode(written) == value


@pytest.mark.parametrize(
    "value", [2**64, -(2**64) - 1, "\ud800", Simple(20), Simple(24), Simple(256), Tag(2**64, 0)]
)
def test_a_value_without_an_encoding(value: cbor.Value) -> None:
    with pytest.raises(CborError):
        encode(value)


def test_a_type_without_an_encoding() -> None:
    with pytest.raises(CborError, match="set"):
        encode({1, 2})  # type: ignore[arg-type] # that is the point
    with pytest.raises(CborError, match="key"):
        encode({True: 1})


def test_depth_is_bounded() -> None:
    assert decode(b"\x81" * 3 + b"\x00", Limits(depth=3)) == (((0,),),)
    for deep in (b"\x81" * 4 + b"\x00", b"\xc6" * 4 + b"\x00", b"\xa1\x00" * 4 + b"\x00"):
        with pytest.raises(CborError, match="deep"):
            decode(deep, Limits(depth=3))
    with pytest.raises(CborError, match="deep"):
        decode(b"\x81" * 100_000)
    value: cbor.Value = 0
    for _ in range(17):
        value = (value,)
    with pytest.raises(CborError, match="deep"):
        encode(value)


@pytest.mark.parametrize("empty", [(), {}])
def test_what_is_empty_is_as_deep_for_the_writer_as_for_the_reader(empty: cbor.Value) -> None:
    assert decode(encode((empty,), depth=2), Limits(depth=2)) == (empty,)
    with pytest.raises(CborError, match="deep"):
        encode((empty,), depth=1)
    with pytest.raises(CborError, match="deep"):
        decode(encode((empty,), depth=2), Limits(depth=1))


def test_size_and_count_are_bounded() -> None:
    with pytest.raises(CborError, match="larger"):
        decode(b"\x00" * 11, Limits(size=10))
    with pytest.raises(CborError, match="more values"):
        decode(b"\x84\x00\x00\x00\x00", Limits(items=4))
    for huge in ("9bffffffffffffffff", "bbffffffffffffffff"):
        with pytest.raises(CborError, match="more values"):
            decode(bytes.fromhex(huge))
    with pytest.raises(CborError, match="cut off"):
        decode(bytes.fromhex("5bffffffffffffffff"))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=40)
    | st.text(max_size=40)
)
KEYS = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=5) | st.binary(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=5)
        | st.builds(Tag, st.integers(4, 2**64 - 1), inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read(value: cbor.Value) -> None:
    written = encode(value, depth=64)
    assert decode(written, Limits(depth=64)) == value
    assert encode(decode(written, Limits(depth=64)), depth=64) == written


@given(st.binary(max_size=60))
def test_what_is_read_has_one_encoding(data: bytes) -> None:
    try:
        value = decode(data)
    except CborError:
        return
    assert encode(value) == data
