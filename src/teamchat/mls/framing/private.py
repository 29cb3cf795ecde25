"""PrivateMessage: content and sender, encrypted (RFC 9420 §6.3)."""

from typing import Annotated

from teamchat.mls.codec import Fixed, Reader, Struct, struct, uint32
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import expand_with_label
from teamchat.mls.errors import CryptoError, UsageError, ValidationError
from teamchat.mls.framing.content import (
    CONTENT_CLASSES,
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    SenderMember,
    WireFormat,
)
from teamchat.mls.framing.private_message import (
    PrivateContentAAD,
    PrivateMessage,
    SenderDataAAD,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import MessageKey

PADDING_MULTIPLE = 256
"""Plaintexts are padded to a multiple of this many bytes unless asked otherwise."""

MAX_PADDING_MULTIPLE = 1 << 16
"""Plaintexts are padded to a multiple of this many bytes at most."""


@struct
class SenderData(Struct):
    """SenderData: whose ratchet, which generation (§6.3.2)."""

    leaf_index: Annotated[int, uint32]
    generation: Annotated[int, uint32]
    reuse_guard: Annotated[bytes, Fixed(4)]


def sender_data_key(
    crypto: CryptoProvider, suite: CipherSuite, sender_data_secret: Secret, ciphertext: bytes
) -> MessageKey:
    """Derive key and nonce of a message's sender data from a sample of its ciphertext."""
    sample = ciphertext[: suite.hash_length]

    def expand(label: str, length: int) -> Secret:
        return expand_with_label(crypto, suite, sender_data_secret, label, sample, length)

    return MessageKey(
        0, expand("key", suite.aead_key_length), expand("nonce", suite.aead_nonce_length)
    )


def seal(
    crypto: CryptoProvider,
    suite: CipherSuite,
    message: AuthenticatedContent,
    key: MessageKey,
    sender_data_secret: Secret,
    padding_multiple: int,
) -> PrivateMessage:
    """Encrypt a signed content with the next key of its sender.

    Raises:
        UsageError: The sender is not a member, or the padding is not to a multiple of
            1 to MAX_PADDING_MULTIPLE bytes.
    """
    content = message.content
    if not isinstance(content.sender, SenderMember):
        raise UsageError("only a member can send a PrivateMessage")
    sender = SenderData(content.sender.leaf_index, key.generation, crypto.random(4))
    frame = (content.group_id, content.epoch, content.content_type)
    ciphertext = crypto.aead_seal(
        suite,
        key.key,
        _guarded(key.nonce, sender.reuse_guard),
        PrivateContentAAD(*frame, content.authenticated_data).encode(),
        _padded(content.content.encode() + message.auth.encode(), padding_multiple),
    )
    opener = sender_data_key(crypto, suite, sender_data_secret, ciphertext)
    sealed = crypto.aead_seal(
        suite, opener.key, opener.nonce.reveal(), SenderDataAAD(*frame).encode(), sender.encode()
    )
    return PrivateMessage(*frame, content.authenticated_data, sealed, ciphertext)


def open_sender_data(
    crypto: CryptoProvider, suite: CipherSuite, message: PrivateMessage, sender_data_secret: Secret
) -> SenderData:
    """Decrypt who sent a message. Not yet to be believed: only the signature tells.

    Raises:
        CryptoError: The sender data does not decrypt.
        DecodeError: It is not sender data.
    """
    opener = sender_data_key(crypto, suite, sender_data_secret, message.ciphertext)
    aad = SenderDataAAD(message.group_id, message.epoch, message.content_type).encode()
    try:
        data = crypto.aead_open(
            suite, opener.key, opener.nonce.reveal(), aad, message.encrypted_sender_data
        )
    except CryptoError as error:
        raise CryptoError(Rule.SENDER_DATA_DECRYPTS) from error
    return SenderData.decode(data)


def open_content(
    crypto: CryptoProvider,
    suite: CipherSuite,
    message: PrivateMessage,
    sender: SenderData,
    key: MessageKey,
) -> AuthenticatedContent:
    """Decrypt a message's content. Its signature is still to be verified.

    Raises:
        CryptoError: The content does not decrypt.
        DecodeError: It is not a content.
        ValidationError: Its padding is not zero.
    """
    aad = PrivateContentAAD(
        message.group_id, message.epoch, message.content_type, message.authenticated_data
    )
    nonce = _guarded(key.nonce, sender.reuse_guard)
    try:
        data = crypto.aead_open(suite, key.key, nonce, aad.encode(), message.ciphertext)
    except CryptoError as error:
        raise CryptoError(Rule.CONTENT_DECRYPTS) from error
    return _parsed(message, sender, data)


def _parsed(message: PrivateMessage, sender: SenderData, data: bytes) -> AuthenticatedContent:
    reader = Reader(data)
    body = CONTENT_CLASSES[message.content_type].read(reader)
    auth = FramedContentAuthData.read(reader, message.content_type)
    padding = reader.take(reader.end - reader.position)
    if padding.count(0) != len(padding):
        raise ValidationError(Rule.PADDING_ZERO)
    content = FramedContent(
        message.group_id,
        message.epoch,
        SenderMember(sender.leaf_index),
        message.authenticated_data,
        body,
    )
    return AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, content, auth)


def _guarded(nonce: Secret, guard: bytes) -> bytes:
    raw = nonce.reveal()
    head = bytes(left ^ right for left, right in zip(raw[:4], guard, strict=True))
    return head + raw[4:]


def _padded(plaintext: bytes, multiple: int) -> bytes:
    if multiple not in range(1, MAX_PADDING_MULTIPLE + 1):
        raise UsageError(f"nothing is padded to a multiple of {multiple} bytes")
    return plaintext + bytes(-len(plaintext) % multiple)
