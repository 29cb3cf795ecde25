import copy
import pickle

import pytest

from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey, IdentityKey, verify

# RFC 8032 §7.1, TEST 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_rfc_8032() -> None:
    key = IdentityKey(SEED)
    assert key.public == PUBLIC
    assert key.sign(b"\x72") == SIGNATURE
    assert key.seed == SEED
    verify(PUBLIC, b"\x72", SIGNATURE)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, b"\x73", SIGNATURE),
        (PUBLIC, b"\x72", SIGNATURE[:-1] + b"\x01"),
        (PUBLIC, b"\x72", SIGNATURE[:-1]),
        (PUBLIC, b"\x72", b""),
        (PUBLIC[:-1], b"\x72", SIGNATURE),
        (bytes(32), b"\x72", SIGNATURE),
        (b"\x01" + bytes(31), b"\x72", b"\x01" + bytes(63)),
    ],
)
def test_a_wrong_signature(public: bytes, message: bytes, signature: bytes) -> None:
    with pytest.raises(IdentityError):
        verify(public, message, signature)


def test_secrets_never_print() -> None:
    key = DeviceKey(SEED)
    for text in (repr(key), str(key), f"{key}", repr({"key": key})):
        assert SEED.hex() not in text
        assert str(SEED)[2:-1] not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(IdentityError) as error:
        IdentityKey(SEED[:-1])
    assert SEED.hex()[:8] not in str(error.value)


def test_the_two_kinds_of_keys_are_apart() -> None:
    assert IdentityKey(SEED) == IdentityKey(SEED)
    assert hash(IdentityKey(SEED)) == hash(IdentityKey(SEED))
    assert IdentityKey(SEED) != DeviceKey(SEED)
    assert copy.copy(IdentityKey(SEED)) == IdentityKey(SEED)
