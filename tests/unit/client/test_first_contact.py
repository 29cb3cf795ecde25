"""The first words with a server: a mistyped address and a wrong clock are called what they are."""

import pytest

from teamchat.client.errors import AccountError
from teamchat.client.first_contact import CLOCK_SECONDS, check_clock, first_contact
from teamchat.client.http import OfflineError, UntrustedError

NOW = 1_790_000_000


@pytest.mark.parametrize("there", [None, NOW, NOW - CLOCK_SECONDS, NOW + CLOCK_SECONDS])
def test_clocks_that_agree_well_enough(there: int | None) -> None:
    check_clock(NOW, there)


@pytest.mark.parametrize("there", [0, NOW - CLOCK_SECONDS - 1, NOW + CLOCK_SECONDS + 1])
def test_a_wrong_clock_is_said_with_both_times(there: int) -> None:
    with pytest.raises(AccountError, match="error-clock") as refusal:
        check_clock(NOW, there)
    assert refusal.value.arguments["here"] == "2026-09-21 14:13 UTC"
    assert refusal.value.arguments["there"] != refusal.value.arguments["here"]


def test_where_nothing_of_ours_answers_the_address_is_named() -> None:
    with pytest.raises(AccountError, match="error-no-server") as refusal:
        _raise(OfflineError("no route"))
    assert refusal.value.arguments == {"address": "https://chat.exampel"}
    with pytest.raises(UntrustedError):
        _raise(UntrustedError("chat.exampel", "expired"))


def _raise(error: OfflineError) -> None:
    with first_contact("https://chat.exampel"):
        raise error
