"""The running hashes over all commits of a group (RFC 9420 §8.2)."""

from teamchat.mls.codec.varint import encode_length
from teamchat.mls.crypto import CipherSuite, CryptoProvider


def confirmed_transcript_hash(
    crypto: CryptoProvider, suite: CipherSuite, interim: bytes, commit: bytes
) -> bytes:
    """Hash a commit onto the transcript.

    `interim` is the interim transcript hash of the epoch the commit was sent in, `commit`
    a ConfirmedTranscriptHashInput: wire format, content and signature.
    """
    return crypto.hash(suite, interim + commit)


def interim_transcript_hash(
    crypto: CryptoProvider, suite: CipherSuite, confirmed: bytes, confirmation_tag: bytes
) -> bytes:
    """Hash a commit's confirmation tag onto the transcript."""
    tag = encode_length(len(confirmation_tag)) + confirmation_tag
    return crypto.hash(suite, confirmed + tag)
