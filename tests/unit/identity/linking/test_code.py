import copy
import hashlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity.crockford import ALPHABET
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.linking.code import QR_PREFIX, LinkingCode, Way

TYPED = LinkingCode(bytes(range(50, 55)))
SCANNED = LinkingCode(bytes(range(16)), bytes(range(32)))
CODES = (TYPED, SCANNED)


def refused(text: str) -> None:
    with pytest.raises(LinkingError) as caught:
        LinkingCode.read(text)
    assert caught.value.fault is Fault.MISTYPED


@given(st.binary(min_size=5, max_size=5))
def test_what_is_typed_is_read(secret: bytes) -> None:
    code = LinkingCode(secret)
    written = code.written()
    assert [len(group) for group in written.split("-")] == [5, 5]
    sloppy = written.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for text in (written, f" {sloppy}\n"):
        assert LinkingCode.read(text) == code
    assert code.way is Way.TYPED


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_what_is_scanned_is_read(secret: bytes, commitment: bytes) -> None:
    code = LinkingCode(secret, commitment)
    assert LinkingCode.read(code.written()) == code
    assert code.way is Way.SCANNED
    assert set(code.written()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:")
    assert len(code.written()) == 93


def test_a_typing_error_is_found() -> None:
    """All but about one of 1,024 are."""
    tries = missed = 0
    for secret in range(20):
        written = LinkingCode(hashlib.sha256(bytes([secret])).digest()[:5]).written()
        for at, old in enumerate(written):
            for new in set(ALPHABET) - {old} if old != "-" else ():
                tries += 1
                try:
                    LinkingCode.read(written[:at] + new + written[at + 1 :])
                    missed += 1
                except LinkingError:
                    continue
    assert tries == 20 * 10 * 31
    assert missed < tries / 400


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "U" * 10, TYPED.written() + "0", TYPED.written()[:-1], "0" * 1000,
        "TEAMCHAT-VERIFY:1:" + "1" * 60, "https://chat.example/join#secret",
        QR_PREFIX, QR_PREFIX + "AAAA", QR_PREFIX + "!" * 77,
        SCANNED.written().replace(":1:", ":2:"), SCANNED.written().lower(),
        SCANNED.written()[:-1], SCANNED.written() + "A", SCANNED.written() + "=",
        SCANNED.written()[:-1] + "Z", SCANNED.written() + "A" * 1000, QR_PREFIX + "é" * 77,
    ],
)  # fmt: skip
def test_what_is_no_code(text: str) -> None:
    refused(text)


@given(st.text(max_size=300))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    refused(text)


def test_a_code_has_its_number_of_bytes() -> None:
    for secret, commitment in (
        (bytes(4), None), (bytes(16), None), (bytes(5), bytes(32)), (bytes(16), bytes(31)),
        (bytes(16), b""),
    ):  # fmt: skip
        with pytest.raises(LinkingError):
            LinkingCode(secret, commitment)


def test_the_mailbox_follows_from_the_secret_alone() -> None:
    other = LinkingCode(SCANNED.secret, bytes(32))
    assert other.mailbox() == SCANNED.mailbox() != TYPED.mailbox()
    assert len(TYPED.mailbox()) == 16
    assert other != SCANNED


def test_a_code_never_prints() -> None:
    for code in CODES:
        assert repr(code) == str(code) == f"LinkingCode({code.way.value}, …)"
        with pytest.raises(TypeError):
            pickle.dumps(code)
        with pytest.raises(TypeError):
            copy.copy(code)
    assert hash(TYPED) == hash(LinkingCode(bytes(range(50, 55))))
