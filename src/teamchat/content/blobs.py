"""Encrypted files: chunks of 64 KiB under secretstream XChaCha20-Poly1305; bytes in, bytes out.

The sender uploads what `Encryptor` gives out and sends the `Blob` inside a message
(docs/spec/content.md). Every chunk is authenticated in its place and the last one says that
it is the last, so nothing of a file can be changed, moved, left out or cut off. Memory stays
at one chunk, however large the file.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat.content.errors import ContentError
from teamchat.content.message_id import SHA_256
from teamchat.content.model import Disposition, ExternalPart
from teamchat.content.profile import blob_of, blob_uri
from teamchat.ids import BlobId

KEY_BYTES: Final = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
HEADER_BYTES: Final = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
CHUNK_BYTES: Final = 64 * 1024
ENCRYPTED_CHUNK_BYTES: Final = CHUNK_BYTES + bindings.crypto_secretstream_xchacha20poly1305_ABYTES
SECRETSTREAM: Final = 0xF101
"""Our number for this scheme, in the private range of the IANA AEAD registry."""
MAX_BYTES: Final = 2**40
_CONTEXT: Final = b"teamchat blob 1"
_MESSAGE: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


@dataclass(frozen=True, slots=True)
class Blob:
    """What opens an encrypted file.

    `size` is of the file itself, in bytes; `encrypted_hash` is the SHA-256 of what lies on
    the server.
    """

    key: bytes = field(repr=False)
    header: bytes
    size: int
    encrypted_hash: bytes

    @property
    def encrypted_size(self) -> int:
        """How many bytes lie on the server."""
        return encrypted_size(self.size)


def encrypted_size(size: int) -> int:
    """Return how large a file of `size` bytes is when it is encrypted."""
    chunks = max(1, -(-size // CHUNK_BYTES))
    return size + chunks * (ENCRYPTED_CHUNK_BYTES - CHUNK_BYTES)


class Encryptor:
    """Encrypts one file, piece by piece.

    Args:
        key: 32 random bytes, for this file only.
        header: 24 random bytes.

    Raises:
        ContentError: Key or header have the wrong length.
    """

    __slots__ = ("_hash", "_header", "_key", "_rest", "_size", "_stream")

    def __init__(self, key: bytes, header: bytes) -> None:
        self._stream: Final = _stream(key, header)
        self._key: Final = key
        self._header: Final = header
        self._hash: Final = hashlib.sha256()
        self._rest = bytearray()
        self._size = 0

    def update(self, plaintext: bytes) -> bytes:
        """Take more of the file; return what can be uploaded so far."""
        self._size += len(plaintext)
        self._rest += plaintext
        out = bytearray()
        while len(self._rest) > CHUNK_BYTES:
            out += self._push(bytes(self._rest[:CHUNK_BYTES]), _MESSAGE)
            del self._rest[:CHUNK_BYTES]
        return bytes(out)

    def finish(self) -> tuple[bytes, Blob]:
        """Return the last bytes to upload, and what opens the file."""
        last = self._push(bytes(self._rest), _FINAL)
        self._rest.clear()
        return last, Blob(self._key, self._header, self._size, self._hash.digest())

    def _push(self, chunk: bytes, tag: int) -> bytes:
        encrypted: bytes = bindings.crypto_secretstream_xchacha20poly1305_push(
            self._stream, chunk, _CONTEXT, tag
        )
        self._hash.update(encrypted)
        return encrypted


class Decryptor:
    """Decrypts one file, piece by piece. What it returns is authentic; only `finish` says whole.

    Raises:
        ContentError: The descriptor is malformed.
    """

    __slots__ = ("_blob", "_done", "_hash", "_left", "_rest", "_stream")

    def __init__(self, blob: Blob) -> None:
        if not 0 <= blob.size <= MAX_BYTES:
            raise ContentError("no file is that large")
        self._stream: Final = _stream(blob.key, blob.header)
        self._blob: Final = blob
        self._hash: Final = hashlib.sha256()
        self._left = blob.encrypted_size
        self._rest = bytearray()
        self._done = False

    def update(self, encrypted: bytes) -> bytes:
        """Take more of what was downloaded; return what of the file is there so far.

        Raises:
            ContentError: The bytes were changed, or are more than there should be.
        """
        self._left -= len(encrypted)
        if self._left < 0:
            raise ContentError("the file is longer than its sender said")
        self._hash.update(encrypted)
        self._rest += encrypted
        out = bytearray()
        while len(self._rest) > ENCRYPTED_CHUNK_BYTES:
            out += self._pull(bytes(self._rest[:ENCRYPTED_CHUNK_BYTES]), _MESSAGE)
            del self._rest[:ENCRYPTED_CHUNK_BYTES]
        return bytes(out)

    def finish(self) -> bytes:
        """Return the last bytes of the file, now that all of it was there.

        Raises:
            ContentError: The file is cut off, or is not the one its sender meant.
        """
        if self._left:
            raise ContentError("the file is cut off")
        if not hmac.compare_digest(self._hash.digest(), self._blob.encrypted_hash):
            raise ContentError("the file is not the one its sender meant")
        return self._pull(bytes(self._rest), _FINAL)

    def _pull(self, encrypted: bytes, expected: int) -> bytes:
        try:
            chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                self._stream, encrypted, _CONTEXT
            )
        except CryptoError as error:
            raise ContentError("the file was changed") from error
        if tag != expected:
            raise ContentError("the file is cut off or goes on behind its end")
        return bytes(chunk)


def external_part(
    blob: Blob,
    blob_id: BlobId,
    *,
    content_type: str,
    filename: str,
    description: str = "",
    disposition: Disposition = Disposition.ATTACHMENT,
) -> ExternalPart:
    """Return the part of a message that carries a file."""
    return ExternalPart(
        content_type=content_type,
        url=blob_uri(blob_id),
        size=blob.size,
        enc_alg=SECRETSTREAM,
        key=blob.key,
        nonce=blob.header,
        hash_alg=SHA_256,
        content_hash=blob.encrypted_hash,
        description=description,
        filename=filename,
        disposition=disposition,
    )


def blob_in(part: ExternalPart) -> tuple[BlobId, Blob]:
    """Return which file a part carries, and what opens it.

    Raises:
        ContentError: It is not kept on our server, or encrypted in a way we do not know.
    """
    known = part.enc_alg == SECRETSTREAM and part.hash_alg == SHA_256 and not part.aad
    if not known or len(part.content_hash) != hashlib.sha256().digest_size:
        raise ContentError("a file that is encrypted in an unknown way")
    if len(part.key) != KEY_BYTES or len(part.nonce) != HEADER_BYTES or part.size > MAX_BYTES:
        raise ContentError("a file whose key is malformed")
    return blob_of(part.url), Blob(part.key, part.nonce, part.size, part.content_hash)


def _stream(key: bytes, header: bytes) -> bindings.crypto_secretstream_xchacha20poly1305_state:
    """Return a stream that starts from this key and header.

    libsodium draws the header itself when asked to encrypt. Both directions start from the
    same state, so the one that takes a header serves for both, and randomness stays handed in.
    """
    if len(key) != KEY_BYTES or len(header) != HEADER_BYTES:
        raise ContentError("a key or header has the wrong length")
    stream = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(stream, header, key)
    return stream
