"""The psk_secret: all pre-shared keys of a commit in one (RFC 9420 §8.4)."""

from collections.abc import Sequence

from teamchat.mls.codec import field_codec
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import expand_with_label
from teamchat.mls.schedule.key_names import PreSharedKeyID

_PSK_ID = field_codec(PreSharedKeyID)


def psk_secret(
    crypto: CryptoProvider, suite: CipherSuite, psks: Sequence[tuple[PreSharedKeyID, Secret]]
) -> Secret:
    """Chain pre-shared keys in the order of their proposals; of none it is zero."""
    zero = Secret(bytes(suite.hash_length))
    chained = zero
    for index, (psk_id, psk) in enumerate(psks):
        label = _PSK_ID.encode(psk_id) + index.to_bytes(2, "big") + len(psks).to_bytes(2, "big")
        extracted = crypto.extract(suite, zero, psk)
        derived = expand_with_label(
            crypto, suite, extracted, "derived psk", label, suite.hash_length
        )
        chained = crypto.extract(suite, derived, chained)
    return chained
