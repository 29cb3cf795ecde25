import pytest

from teamchat.mls.crypto import Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.labels import (
    HPKECiphertext,
    decrypt_with_label,
    derive_secret,
    encrypt_with_label,
    equal,
    make_key_package_ref,
    make_proposal_ref,
    ref_hash,
    sign_with_label,
    verify_with_label,
)
from teamchat.mls.errors import CryptoError

CRYPTO = DefaultCrypto()
SUITE = cipher_suite(1)


def test_a_signature_holds_for_its_label_only() -> None:
    pair = CRYPTO.signature_key_pair(SUITE)
    signature = sign_with_label(CRYPTO, SUITE, pair.private_key, "One", b"content")
    verify_with_label(CRYPTO, SUITE, pair.public_key, "One", b"content", signature)
    with pytest.raises(CryptoError):
        verify_with_label(CRYPTO, SUITE, pair.public_key, "Two", b"content", signature)


def test_a_ciphertext_opens_for_its_label_and_context_only() -> None:
    pair = CRYPTO.hpke_key_pair(SUITE)
    sealed = encrypt_with_label(CRYPTO, SUITE, pair.public_key, "One", b"context", Secret(b"s"))
    assert HPKECiphertext.decode(sealed.encode()) == sealed
    opened = decrypt_with_label(CRYPTO, SUITE, pair.private_key, "One", b"context", sealed)
    assert opened == Secret(b"s")
    for label, context in (("Two", b"context"), ("One", b"Context")):
        with pytest.raises(CryptoError):
            decrypt_with_label(CRYPTO, SUITE, pair.private_key, label, context, sealed)


def test_labels_part_secrets_and_references() -> None:
    secret = Secret(b"s" * 32)
    assert derive_secret(CRYPTO, SUITE, secret, "one") != derive_secret(
        CRYPTO, SUITE, secret, "two"
    )
    references = {
        make_key_package_ref(CRYPTO, SUITE, b"x"),
        make_proposal_ref(CRYPTO, SUITE, b"x"),
        ref_hash(CRYPTO, SUITE, "else", b"x"),
    }
    assert len(references) == 3


def test_tags_are_compared_whole() -> None:
    assert equal(b"abc", b"abc")
    assert not equal(b"abc", b"ab")
