import pytest

from teamchat.mls.crypto import cipher_suite
from teamchat.mls.crypto.suites import SUITES
from teamchat.mls.errors import UsageError


def test_three_suites_are_spoken() -> None:
    assert sorted(SUITES) == [0x0001, 0x0003, 0xF00D]
    for number, suite in SUITES.items():
        assert cipher_suite(number) is suite
        assert suite.id == number


def test_another_suite_is_refused() -> None:
    with pytest.raises(UsageError, match="0x0002"):
        cipher_suite(2)
