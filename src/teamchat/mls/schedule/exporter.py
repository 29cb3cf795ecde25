"""MLS-Exporter: secrets of the group for use outside of MLS (RFC 9420 §8.5)."""

from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import derive_secret, expand_with_label
from teamchat.mls.errors import UsageError


def export(
    crypto: CryptoProvider,
    suite: CipherSuite,
    exporter_secret: Secret,
    label: str,
    context: bytes,
    length: int,
) -> Secret:
    """Derive a secret of `length` bytes for one purpose, named by its label.

    Raises:
        UsageError: HKDF does not give that many bytes (RFC 5869 §2.3), or the label is not ASCII.
    """
    if length not in range(255 * suite.hash_length + 1):
        raise UsageError(f"{length} bytes cannot be exported")
    if not label.isascii():
        raise UsageError("a label is not ASCII")
    base = derive_secret(crypto, suite, exporter_secret, label)
    return expand_with_label(crypto, suite, base, "exported", crypto.hash(suite, context), length)
