"""The laws of the wire, for every structure there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.mls.codec import Struct
from teamchat.mls.errors import DecodeError
from tests.support.strategies import mls

STRUCTURES = mls.all_structures()


def test_the_laws_are_held_against_the_whole_package() -> None:
    assert {kind.__name__ for kind in STRUCTURES} >= {
        "LeafNode",
        "KeyPackage",
        "MLSMessage",
        "PublicMessage",
        "PrivateMessage",
        "Welcome",
        "GroupInfo",
        "Commit",
    }


@pytest.mark.parametrize("kind", STRUCTURES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_what_is_written_is_read(kind: type[Struct], data: st.DataObject) -> None:
    value = data.draw(mls.structures(kind))
    encoded = value.encode()
    assert kind.decode(encoded) == value
    assert kind.decode(encoded).encode() == encoded


@pytest.mark.parametrize("kind", STRUCTURES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_changed_encoding_is_another_value_or_none(
    kind: type[Struct], data: st.DataObject
) -> None:
    encoded = bytearray(data.draw(mls.structures(kind)).encode())
    at = data.draw(st.integers(0, len(encoded)))
    encoded[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    _decode(kind, bytes(encoded))


@pytest.mark.parametrize("kind", STRUCTURES, ids=lambda kind: kind.__name__)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(kind: type[Struct], data: bytes) -> None:
    _decode(kind, data)


def _decode(kind: type[Struct], data: bytes) -> None:
    """Decode, and expect one canonical encoding: the bytes themselves."""
    try:
        value = kind.decode(data)
    except DecodeError:
        return
    assert value.encode() == data
    fields = {name: getattr(value, name) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]  # every structure is a dataclass
    assert kind(**fields).encode() == data  # and not only because it was kept
