"""The outermost envelope."""

import pytest

from teamchat.mls.errors import DecodeError
from teamchat.mls.framing.message import unwrap, wrap
from tests.support.people import carol


def test_a_key_package_travels_in_an_envelope() -> None:
    package = carol().bundle().key_package
    assert unwrap(wrap(package)) == package


def test_other_versions_and_formats_are_refused() -> None:
    data = wrap(carol().bundle().key_package)
    for changed in (b"\x00\x02" + data[2:], b"\x00\x01\x00\x09" + data[4:], data + b"\x00"):
        with pytest.raises(DecodeError):
            unwrap(changed)
