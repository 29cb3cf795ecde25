import hashlib

import pytest

from teamchat.mls.crypto import CipherSuite, Secret, default
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import SUITES
from teamchat.mls.errors import CryptoError, UsageError

CRYPTO = DefaultCrypto()


@pytest.fixture(params=SUITES.values(), ids=lambda suite: hex(suite.id))
def suite(request: pytest.FixtureRequest) -> CipherSuite:
    assert isinstance(request.param, CipherSuite)
    return request.param


def changed(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_sizes_are_as_the_suite_says(suite: CipherSuite) -> None:
    pair = CRYPTO.hpke_key_pair(suite)
    assert len(pair.public_key) == suite.kem_public_key_length
    assert len(pair.private_key) == suite.kem_private_key_length
    kem_output, _ = CRYPTO.hpke_seal(suite, pair.public_key, b"", b"")
    assert len(kem_output) == suite.kem_output_length
    assert len(CRYPTO.hash(suite, b"")) == suite.hash_length
    assert len(CRYPTO.mac(suite, Secret(b"k"), b"")) == suite.hash_length


def test_hpke_opens_what_it_sealed_and_nothing_else(suite: CipherSuite) -> None:
    pair, other = CRYPTO.hpke_key_pair(suite), CRYPTO.hpke_key_pair(suite)
    kem_output, ciphertext = CRYPTO.hpke_seal(suite, pair.public_key, b"info", b"hello")
    opened = CRYPTO.hpke_open(suite, pair.private_key, kem_output, b"info", ciphertext)
    assert opened == Secret(b"hello")
    for key, output, info, sealed in (
        (other.private_key, kem_output, b"info", ciphertext),
        (pair.private_key, changed(kem_output), b"info", ciphertext),
        (pair.private_key, kem_output[1:], b"info", ciphertext),
        (pair.private_key, kem_output, b"Info", ciphertext),
        (pair.private_key, kem_output, b"info", changed(ciphertext)),
        (pair.private_key, kem_output, b"info", b""),
    ):
        with pytest.raises(CryptoError):
            CRYPTO.hpke_open(suite, key, output, info, sealed)


def test_hpke_export_agrees_on_both_sides(suite: CipherSuite) -> None:
    pair = CRYPTO.hpke_key_pair(suite)
    kem_output, ours = CRYPTO.hpke_export_to(suite, pair.public_key, b"info", b"context", 100)
    theirs = CRYPTO.hpke_export_from(suite, pair.private_key, kem_output, b"info", b"context", 100)
    assert ours == theirs
    assert len(ours) == 100
    elsewhere = CRYPTO.hpke_export_from(
        suite, pair.private_key, kem_output, b"info", b"Context", 100
    )
    assert elsewhere != ours


def test_public_keys_that_are_none_are_refused(suite: CipherSuite) -> None:
    for wrong in (b"", b"\x01" * (suite.kem_public_key_length - 1)):
        with pytest.raises(CryptoError):
            CRYPTO.hpke_seal(suite, wrong, b"", b"")
        with pytest.raises(CryptoError):
            CRYPTO.hpke_export_to(suite, wrong, b"", b"", 32)
        with pytest.raises(CryptoError):
            CRYPTO.hpke_export_from(suite, Secret(bytes(32)), wrong, b"", b"", 32)
    good = CRYPTO.hpke_key_pair(suite).public_key
    # An all-zero X25519 key contributes nothing to the shared secret.
    zero = good[:-32] + bytes(32)
    with pytest.raises(CryptoError):
        CRYPTO.hpke_seal(suite, zero, b"", b"")
    with pytest.raises(CryptoError):
        CRYPTO.hpke_export_to(suite, zero, b"", b"", 32)


def test_points_of_low_order_are_no_keys(suite: CipherSuite) -> None:
    pair = CRYPTO.hpke_key_pair(suite)
    good = pair.public_key
    kem_output, _ = CRYPTO.hpke_export_to(suite, good, b"", b"", 32)
    with pytest.raises(CryptoError):
        CRYPTO.hpke_export_from(suite, pair.private_key, kem_output[:-32] + bytes(32), b"", b"", 32)
    CRYPTO.hpke_check_public_key(suite, good)
    assert len(default._LOW_ORDER) == 7
    for number in default._LOW_ORDER:
        for high_bit in (0, 1 << 255):
            point = (number | high_bit).to_bytes(32, "little")
            wrong = good[:-32] + point
            with pytest.raises(CryptoError):
                CRYPTO.hpke_check_public_key(suite, wrong)
            with pytest.raises(CryptoError):  # libsodium agrees that it is one
                CRYPTO.hpke_export_to(suite, wrong, b"", b"", 32)
    for wrong in (b"", good[1:], good + b"\x00"):
        with pytest.raises(CryptoError):
            CRYPTO.hpke_check_public_key(suite, wrong)


def test_what_is_no_ml_kem_key_is_refused() -> None:
    suite = SUITES[0xF00D]
    good = CRYPTO.hpke_key_pair(suite).public_key
    with pytest.raises(CryptoError):
        CRYPTO.hpke_check_public_key(suite, b"\xff" * 1184 + good[-32:])


def test_derived_keys_are_the_same_for_the_same_material(suite: CipherSuite) -> None:
    one, same, other = (
        CRYPTO.hpke_derive_key_pair(suite, Secret(material)) for material in (b"a", b"a", b"b")
    )
    assert one == same
    assert one.public_key != other.public_key


def test_aead_opens_what_it_sealed_and_nothing_else(suite: CipherSuite) -> None:
    key, nonce = Secret(bytes(suite.aead_key_length)), bytes(suite.aead_nonce_length)
    sealed = CRYPTO.aead_seal(suite, key, nonce, b"aad", b"hello")
    assert CRYPTO.aead_open(suite, key, nonce, b"aad", sealed) == b"hello"
    for aad, ciphertext in ((b"AAD", sealed), (b"aad", changed(sealed)), (b"aad", b"")):
        with pytest.raises(CryptoError):
            CRYPTO.aead_open(suite, key, nonce, aad, ciphertext)


def test_a_signature_verifies_and_nothing_else_does(suite: CipherSuite) -> None:
    pair, other = CRYPTO.signature_key_pair(suite), CRYPTO.signature_key_pair(suite)
    signature = CRYPTO.sign(suite, pair.private_key, b"message")
    CRYPTO.verify(suite, pair.public_key, b"message", signature)
    for key, message, claimed in (
        (other.public_key, b"message", signature),
        (pair.public_key, b"Message", signature),
        (pair.public_key, b"message", changed(signature)),
        (pair.public_key, b"message", b""),
        (pair.public_key, b"message", bytes(64)),
        (pair.public_key[1:], b"message", signature),
        (bytes(32), b"message", signature),
    ):
        with pytest.raises(CryptoError):
            CRYPTO.verify(suite, key, message, claimed)


def test_a_signature_is_not_read_beyond_its_end(suite: CipherSuite) -> None:
    """libsodium takes signature and message as one; the border must not move."""
    pair = CRYPTO.signature_key_pair(suite)
    signature = CRYPTO.sign(suite, pair.private_key, b"message")
    with pytest.raises(CryptoError):
        CRYPTO.verify(suite, pair.public_key, b"essage", signature + b"m")


def test_expand_makes_any_length_up_to_its_bound(suite: CipherSuite) -> None:
    key = Secret(b"k" * suite.hash_length)
    long = CRYPTO.expand(suite, key, b"info", 255 * suite.hash_length).reveal()
    assert CRYPTO.expand(suite, key, b"info", 10).reveal() == long[:10]
    with pytest.raises(UsageError):
        CRYPTO.expand(suite, key, b"info", 255 * suite.hash_length + 1)


def test_hkdf_of_rfc_5869_appendix_a_1() -> None:
    suite = SUITES[1]
    salt, material = Secret(bytes(range(13))), Secret(b"\x0b" * 22)
    key = CRYPTO.extract(suite, salt, material)
    assert key.reveal().hex().startswith("077709362c2e32df0ddc3f0dc47bba63")
    output = CRYPTO.expand(suite, key, bytes(range(0xF0, 0xFA)), 42)
    assert output.reveal().hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_base_mode_of_rfc_9180_appendix_a_1_1() -> None:
    suite = SUITES[1]
    material = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"
    receiver = CRYPTO.hpke_derive_key_pair(suite, Secret(bytes.fromhex(material)))
    assert receiver.private_key.reveal().hex() == (
        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
    )
    info = b"Ode on a Grecian Urn"
    kem_output = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    exported = CRYPTO.hpke_export_from(suite, receiver.private_key, kem_output, info, b"", 32)
    assert exported.reveal().hex() == (
        "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee"
    )


def test_our_encapsulation_is_the_library_s(suite: CipherSuite) -> None:
    """Exporting is written by hand, sealing is the library's: one must open the other's."""
    pair = CRYPTO.hpke_key_pair(suite)
    shared, kem_output = default._ENCAPSULATE[suite.kem](pair.public_key)
    ids = (suite.kem.value, suite.kdf.value, suite.aead.value)
    name, suite_id = suite.hash_name, b"HPKE" + b"".join(i.to_bytes(2, "big") for i in ids)
    context = b"\x00" + b"".join(
        default._labeled_extract(name, suite_id, b"", label, value)
        for label, value in ((b"psk_id_hash", b""), (b"info_hash", b"info"))
    )
    secret = default._labeled_extract(name, suite_id, shared, b"secret", b"")
    key, nonce = (
        default._labeled_expand(name, suite_id, secret, label, context, length)
        for label, length in (
            (b"key", suite.aead_key_length),
            (b"base_nonce", suite.aead_nonce_length),
        )
    )
    sealed = CRYPTO.aead_seal(suite, Secret(key), nonce, b"", b"hello")
    opened = CRYPTO.hpke_open(suite, pair.private_key, kem_output, b"info", sealed)
    assert opened == Secret(b"hello")


def test_x_wing_derives_its_seed_as_the_draft_says() -> None:
    suite = SUITES[0xF00D]
    pair = CRYPTO.hpke_derive_key_pair(suite, Secret(b"material"))
    assert pair.private_key.reveal() == hashlib.shake_256(b"material").digest(32)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_signature_key_has_one_length(length: int) -> None:
    key, suite = Secret(bytes(length)), SUITES[0x0001]
    with pytest.raises(UsageError):
        CRYPTO.sign(suite, key, b"hello")
    with pytest.raises(UsageError):
        CRYPTO.signature_public_key(suite, key)
