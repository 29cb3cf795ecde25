"""What a refusal of the server is for a person."""

import msgspec
import pytest

from teamchat.client.errors import AccountError
from teamchat.client.http import OfflineError, RefusedError, UntrustedError, refusal
from teamchat.client.refusals import errors_for_people, for_people
from teamchat.i18n import LANGUAGES, Catalogue
from teamchat.wire.problems import Code, ProblemError, Reason


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (OfflineError(), "error-offline"),
        (UntrustedError("chat.example", "self-signed"), "error-certificate"),
        (RefusedError(Code.FORBIDDEN), "error-not-allowed"),
        (RefusedError(Code.INTERNAL), "error-not-possible"),
    ],
)
def test_what_goes_wrong_within_is_said_for_people(error: Exception, key: str) -> None:
    with pytest.raises(AccountError, match=key), errors_for_people():
        raise error


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_of_its_own(reason: Reason) -> None:
    refused = refusal(422, msgspec.json.encode(ProblemError(Code.INVALID, reason=reason).body()))
    assert isinstance(refused, RefusedError)
    key = for_people(refused).key
    assert key == f"error-reason-{reason}"
    assert all(key in Catalogue(language) for language in LANGUAGES)


def test_a_reason_of_a_newer_server_leaves_the_code() -> None:
    refused = RefusedError(Code.INVALID, reason="not-yet-invented")
    assert for_people(refused).key == "error-not-accepted"
