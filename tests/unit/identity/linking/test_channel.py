import copy
import hashlib
import hmac
import pickle

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from teamchat import cbor
from teamchat.identity.errors import Fault, IdentityError, LinkingError
from teamchat.identity.linking.channel import (
    FROM_EXISTING,
    FROM_NEW,
    Channel,
    EphemeralKey,
    commitment_to,
)
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.sas import ShortAuthenticationString

ONE, OTHER = EphemeralKey(bytes([1]) * 32), EphemeralKey(bytes([2]) * 32)
CODE = LinkingCode(bytes(range(5)))
MESSAGES = (b"one", b"two", b"three")
CHANNEL = Channel(ONE.agree(OTHER.public), CODE, MESSAGES)
NONCE = bytes(24)


def test_both_have_the_same_in_common_as_another_library_has() -> None:
    assert ONE.agree(OTHER.public) == OTHER.agree(ONE.public)
    theirs = X25519PrivateKey.from_private_bytes(bytes([1]) * 32)
    assert theirs.public_key().public_bytes_raw() == ONE.public
    assert theirs.exchange(X25519PublicKey.from_public_bytes(OTHER.public)) == ONE.agree(
        OTHER.public
    )


def test_the_keys_are_those_of_hkdf() -> None:
    transcript = hashlib.sha256(b"teamchat linking transcript\x00" + cbor.encode(MESSAGES)).digest()
    assert CHANNEL.transcript == transcript

    def derived(label: bytes, length: int) -> bytes:
        made = HKDF(hashes.SHA256(), length, salt=transcript, info=label)
        return made.derive(ONE.agree(OTHER.public) + bytes(range(5)))

    expected = ShortAuthenticationString(derived(b"teamchat linking pictures\x00", 6))
    assert CHANNEL.sas == expected
    for label in (FROM_NEW, FROM_EXISTING):
        assert CHANNEL._keys[label] == derived(label, 32)


def test_everything_that_was_said_counts() -> None:
    shared = ONE.agree(OTHER.public)
    others = [
        Channel(shared, CODE, (b"One", b"two", b"three")),
        Channel(shared, CODE, (b"one", b"Two", b"three")),
        Channel(shared, CODE, (b"one", b"two", b"Three")),
        Channel(shared, CODE, (b"onet", b"wo", b"three")),
        Channel(shared, LinkingCode(bytes(5)), MESSAGES),
        Channel(bytes(32), CODE, MESSAGES),
    ]
    for other in others:
        assert other.sas != CHANNEL.sas
        assert other != CHANNEL
        for label in (FROM_NEW, FROM_EXISTING):
            with pytest.raises(LinkingError) as caught:
                other.open(label, CHANNEL.seal(label, b"text", NONCE))
            assert caught.value.fault is Fault.FORGED


def test_each_direction_has_its_own_key() -> None:
    sealed = CHANNEL.seal(FROM_NEW, b"text", NONCE)
    assert CHANNEL.open(FROM_NEW, sealed) == b"text"
    with pytest.raises(LinkingError):
        CHANNEL.open(FROM_EXISTING, sealed)


def test_a_commitment_is_a_hash_with_a_use_of_its_own() -> None:
    assert (
        commitment_to(b"three") == hashlib.sha256(b"teamchat linking commitment\x00three").digest()
    )


def test_secrets_never_print() -> None:
    for secret in (ONE, CHANNEL):
        assert repr(secret) == str(secret) == f"{type(secret).__name__}(…)"
        with pytest.raises(TypeError):
            pickle.dumps(secret)
    assert hash(ONE) == hash(EphemeralKey(bytes([1]) * 32))
    assert copy.copy(ONE) is ONE
    assert ONE == EphemeralKey(bytes([1]) * 32) != OTHER
    again = Channel(ONE.agree(OTHER.public), CODE, MESSAGES)
    assert (again == CHANNEL, hash(CHANNEL) == hash(again)) == (True, True)
    assert hmac.compare_digest(CHANNEL.transcript, again.transcript)
    with pytest.raises(IdentityError):
        EphemeralKey(bytes(31))
