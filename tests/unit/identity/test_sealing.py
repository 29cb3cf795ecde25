import pytest

from teamchat.identity.errors import IdentityError
from teamchat.identity.sealing import OVERHEAD, seal, unseal

# draft-irtf-cfrg-xchacha-03, A.3.1.
PLAINTEXT = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
    b"future, sunscreen would be it."
)
DATA = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
KEY = bytes(range(0x80, 0xA0))
NONCE = bytes(range(0x40, 0x58))


def test_xchacha20_poly1305() -> None:
    sealed = seal(KEY, PLAINTEXT, DATA, NONCE)
    assert sealed[:25] == b"\x01" + NONCE
    assert sealed[25:41].hex() == "bd6d179d3e83d43b9576579493c0e939"
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    assert len(sealed) == len(PLAINTEXT) + OVERHEAD
    assert unseal(KEY, sealed, DATA) == PLAINTEXT


def test_what_does_not_open() -> None:
    sealed = seal(KEY, PLAINTEXT, DATA, NONCE)
    for key, data, associated in (
        (bytes(32), sealed, DATA),
        (KEY, sealed, b""),
        (KEY, sealed[:-1], DATA),
        (KEY, sealed[:40], DATA),
        (KEY, b"", DATA),
        (KEY, b"\x02" + sealed[1:], DATA),
        (KEY[:-1], sealed, DATA),
    ):
        with pytest.raises(IdentityError):
            unseal(key, data, associated)
    for key, nonce in ((KEY[1:], NONCE), (KEY, NONCE[1:])):
        with pytest.raises(IdentityError):
            seal(key, b"", b"", nonce)
