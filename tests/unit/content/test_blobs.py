from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from teamchat.content.blobs import (
    CHUNK_BYTES,
    ENCRYPTED_CHUNK_BYTES,
    Blob,
    Decryptor,
    Encryptor,
    blob_in,
    encrypted_size,
    external_part,
)
from teamchat.content.errors import ContentError
from teamchat.ids import BlobId, identifier

KEY, HEADER = bytes(range(32)), bytes(range(100, 124))
BLOB_ID = BlobId(identifier(bytes(16)))


def encrypt(data: bytes, piece: int = 100_000) -> tuple[bytes, Blob]:
    encryptor = Encryptor(KEY, HEADER)
    out = b"".join(encryptor.update(data[at : at + piece]) for at in range(0, len(data), piece))
    last, blob = encryptor.finish()
    return out + last, blob


def decrypt(data: bytes, blob: Blob, piece: int = 100_000) -> bytes:
    decryptor = Decryptor(blob)
    out = b"".join(decryptor.update(data[at : at + piece]) for at in range(0, len(data), piece))
    return out + decryptor.finish()


FILE = bytes(range(256)) * 700
ENCRYPTED, BLOB = encrypt(FILE)


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]
)
@pytest.mark.parametrize("piece", [1_000, CHUNK_BYTES, 10**6])
def test_what_is_encrypted_is_decrypted(size: int, piece: int) -> None:
    data = FILE[:size]
    encrypted, blob = encrypt(data, piece)
    assert len(encrypted) == encrypted_size(size) == blob.encrypted_size
    assert decrypt(encrypted, blob, piece) == data
    assert encrypted == encrypt(data)[0]


def test_libsodium_reads_what_we_write() -> None:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, HEADER, KEY)
    found, tags = b"", []
    for at in range(0, len(ENCRYPTED), ENCRYPTED_CHUNK_BYTES):
        chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
            state, ENCRYPTED[at : at + ENCRYPTED_CHUNK_BYTES], b"teamchat blob 1"
        )
        found += chunk
        tags.append(tag)
    assert found == FILE
    assert tags == [0, 0, 3]


def test_we_read_what_libsodium_writes() -> None:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, KEY)
    encrypted = bindings.crypto_secretstream_xchacha20poly1305_push(
        state, b"Moin", b"teamchat blob 1", 3
    )
    ours = Encryptor(KEY, header)
    ours.update(b"Moin")
    last, blob = ours.finish()
    assert last == encrypted
    assert decrypt(encrypted, blob) == b"Moin"


@given(st.integers(0, len(ENCRYPTED) - 1), st.integers(1, 255))
def test_every_changed_byte_is_noticed(at: int, flip: int) -> None:
    changed = bytearray(ENCRYPTED)
    changed[at] ^= flip
    with pytest.raises(ContentError):
        decrypt(bytes(changed), BLOB)


def test_nothing_is_cut_off_moved_or_left_out() -> None:
    chunks = [
        ENCRYPTED[at : at + ENCRYPTED_CHUNK_BYTES]
        for at in range(0, len(ENCRYPTED), ENCRYPTED_CHUNK_BYTES)
    ]
    wrong = [
        ENCRYPTED[:-1], ENCRYPTED + b"\x00", b"", chunks[0] + chunks[1], chunks[0] + chunks[2],
        chunks[1] + chunks[0] + chunks[2], ENCRYPTED + chunks[2],
    ]  # fmt: skip
    for data in wrong:
        with pytest.raises(ContentError):
            decrypt(data, BLOB)
        # Also when the sender's size and hash are not there to help:
        size = len(data) - 17 * -(-len(data) // ENCRYPTED_CHUNK_BYTES)
        fitted = replace(BLOB, size=max(0, size))
        with pytest.raises(ContentError):
            decrypt(data, fitted)


def test_another_file_under_the_same_key_is_noticed() -> None:
    other, _ = encrypt(FILE[::-1])
    with pytest.raises(ContentError, match="not the one"):
        decrypt(other, BLOB)


def test_a_final_chunk_in_the_middle_is_refused() -> None:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, KEY)
    push = bindings.crypto_secretstream_xchacha20poly1305_push
    data = push(state, bytes(CHUNK_BYTES), b"teamchat blob 1", 3)
    data += push(state, b"x", b"teamchat blob 1", 3)
    with pytest.raises(ContentError, match="goes on"):
        Decryptor(Blob(KEY, header, CHUNK_BYTES + 1, bytes(32))).update(data)


def test_malformed_keys_and_sizes() -> None:
    for key, header in ((KEY[1:], HEADER), (KEY, HEADER[1:])):
        with pytest.raises(ContentError):
            Encryptor(key, header)
    for size in (-1, 2**41):
        with pytest.raises(ContentError):
            Decryptor(replace(BLOB, size=size))


def test_a_message_carries_it() -> None:
    part = external_part(BLOB, BLOB_ID, content_type="image/png", filename="Plan.png")
    assert blob_in(part) == (BLOB_ID, BLOB)
    assert KEY.hex() not in repr(BLOB)
    assert repr(KEY)[2:20] not in repr(BLOB) + repr(part)


@pytest.mark.parametrize(
    "changes",
    [
        {"enc_alg": 1}, {"hash_alg": 2}, {"aad": b"x"}, {"content_hash": b""}, {"key": b""},
        {"nonce": b""}, {"size": 2**41}, {"url": "https://example.com"},
    ],
)  # fmt: skip
def test_a_file_encrypted_in_another_way(changes: dict[str, object]) -> None:
    part = external_part(BLOB, BLOB_ID, content_type="x/y", filename="x")
    with pytest.raises(ContentError):
        blob_in(replace(part, **changes))  # type: ignore[arg-type] # any field


def test_pieces_are_whole_chunks() -> None:
    encryptor = Encryptor(KEY, HEADER)
    sizes = [len(encryptor.update(bytes(10_000))) for _ in range(20)]
    assert set(sizes) == {0, ENCRYPTED_CHUNK_BYTES}
    assert all(not (a and b) for a, b in pairwise(sizes))
