import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.identity.certificate import MAX_BYTES, issue, read
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import IdentityKey
from teamchat.ids import UserId, identifier
from tests.unit.identity.people import ANNA, ANNAS_KEY, LAPTOP, LAPTOPS_KEY, WEIS_KEY

CERTIFICATE = issue(
    ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=1_800_000_000
)


def fields() -> list[cbor.Value]:
    value = cbor.decode(CERTIFICATE)
    assert isinstance(value, tuple)
    return list(value)


def test_a_certificate_says_whose_device_it_is() -> None:
    certificate = read(CERTIFICATE)
    assert certificate.user_id == ANNA
    assert certificate.device_id == LAPTOP
    assert certificate.identity_key == ANNAS_KEY.public
    assert certificate.device_key == LAPTOPS_KEY.public
    assert certificate.created == 1_800_000_000
    assert len(CERTIFICATE) <= 256


@pytest.mark.parametrize("at", range(len(CERTIFICATE)))
def test_every_changed_byte_is_noticed(at: int) -> None:
    changed = bytearray(CERTIFICATE)
    changed[at] ^= 1
    with pytest.raises(IdentityError):
        read(bytes(changed))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 2), (0, True), (0, "1"), (1, b""), (1, bytes(17)), (1, "anna"), (2, bytes(15)),
        (3, bytes(31)), (3, WEIS_KEY.public), (4, bytes(33)), (4, ANNAS_KEY.public), (5, -1),
        (5, 2**53), (5, True), (5, 1.0), (6, b""), (6, bytes(64)), (6, bytes(65)), (6, None),
    ],
)  # fmt: skip
def test_every_wrong_field_is_refused(place: int, value: cbor.Value) -> None:
    changed = fields()
    changed[place] = value
    with pytest.raises(IdentityError):
        read(cbor.encode(changed))


def test_more_or_fewer_fields_are_refused() -> None:
    for changed in ([*fields(), 0], fields()[:-1], []):
        with pytest.raises(IdentityError):
            read(cbor.encode(changed))


def test_another_encoding_is_refused() -> None:
    assert CERTIFICATE[:2] == b"\x87\x01"
    with pytest.raises(IdentityError):
        read(b"\x87\x18\x01" + CERTIFICATE[2:])
    with pytest.raises(IdentityError):
        read(CERTIFICATE + b"\x00")
    with pytest.raises(IdentityError):
        read(bytes(MAX_BYTES + 1))


def test_a_signature_of_another_use_is_refused() -> None:
    changed = fields()
    changed[6] = ANNAS_KEY.sign(cbor.encode(changed[:6]))
    with pytest.raises(IdentityError, match="signature"):
        read(cbor.encode(changed))


def test_what_cannot_be_issued() -> None:
    with pytest.raises(IdentityError, match="own"):
        issue(ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=ANNAS_KEY.public, created=0)
    with pytest.raises(IdentityError, match="identifier"):
        issue(
            ANNAS_KEY, user=UserId("anna"), device=LAPTOP,
            device_key=LAPTOPS_KEY.public, created=0,
        )  # fmt: skip
    with pytest.raises(IdentityError, match="time"):
        issue(ANNAS_KEY, user=ANNA, device=LAPTOP, device_key=LAPTOPS_KEY.public, created=-1)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_one_way(data: bytes) -> None:
    with pytest.raises(IdentityError):
        read(data)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_what_is_issued_is_read(seed: bytes, user: bytes) -> None:
    key = IdentityKey(seed)
    data = issue(
        key, user=UserId(identifier(user)), device=LAPTOP,
        device_key=LAPTOPS_KEY.public, created=7,
    )  # fmt: skip
    assert read(data).identity_key == key.public
