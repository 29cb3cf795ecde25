import hashlib

import pytest

from teamchat.server.auth.tokens import BYTES, LENGTH, token, token_hash


def test_a_token_is_43_characters_for_32_bytes() -> None:
    written = token(bytes(range(BYTES)))
    assert len(written) == LENGTH
    assert written == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def test_fewer_bytes_make_no_token() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        token(b"short")


def test_what_is_kept_is_a_hash() -> None:
    assert token_hash("secret") == hashlib.sha256(b"secret").digest()


def test_any_text_has_a_hash() -> None:
    assert len(token_hash("\udc80 ü 漢")) == 32
