"""The MLS exporter (RFC 9420 §8.5)."""

import pytest

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import UsageError
from teamchat.mls.schedule.exporter import export
from tests.support.people import CRYPTO, SUITE

SECRET = Secret(bytes(range(32)))
MOST = 255 * SUITE.hash_length


def test_an_export_is_what_the_rfc_says() -> None:
    """Written out by hand from HMAC, apart from this package."""
    exported = export(CRYPTO, SUITE, SECRET, "a label", b"a context", 32)
    assert (
        exported.reveal().hex()
        == "9478eddbec427011bdc03eb4b281d867291c6a60577e0db66c808ec746cc24cb"
    )


@pytest.mark.parametrize("length", [0, 1, MOST])
def test_any_length_that_hkdf_gives_is_exported(length: int) -> None:
    assert len(export(CRYPTO, SUITE, SECRET, "a label", b"", length)) == length


@pytest.mark.parametrize("length", [-1, MOST + 1, 1.5])
def test_a_length_that_hkdf_does_not_give_is_refused(length: int) -> None:
    with pytest.raises(UsageError):
        export(CRYPTO, SUITE, SECRET, "a label", b"", length)


@pytest.mark.parametrize("label", ["\xe9", "\ud800"])
def test_a_label_is_ascii(label: str) -> None:
    with pytest.raises(UsageError):
        export(CRYPTO, SUITE, SECRET, label, b"", 32)
