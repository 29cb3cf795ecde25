"""What a server refused, said for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from teamchat.client.errors import AccountError
from teamchat.client.http import OfflineError, RefusedError
from teamchat.wire.problems import Code, Reason

_REASONS: Final = {str(each): f"error-reason-{each}" for each in Reason}
_CODES: Final = {
    Code.WRONG_CREDENTIALS: "error-wrong-credentials",
    Code.INVITATION_USED: "error-invitation-used",
    Code.NOT_FOUND: "error-not-found",
    Code.FORBIDDEN: "error-not-allowed",
    Code.TOO_MANY_REQUESTS: "error-too-many-requests",
    Code.NOT_LOGGED_IN: "error-signed-out",
    Code.REVOKED: "error-signed-out",
    Code.INVALID: "error-not-accepted",
    Code.CONFLICT: "error-conflict",
}


def for_people(error: RefusedError) -> AccountError:
    """Say for people what the server refused: its reason, if it is a known one, or its code."""
    if error.reason in _REASONS:
        return AccountError(_REASONS[error.reason])
    return AccountError(_CODES.get(error.code, "error-not-possible"))


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Say for people what the server or the network says within.

    Raises:
        AccountError: The server was not reached, or refused.
    """
    try:
        yield
    except OfflineError as error:
        raise error.for_people() from error
    except RefusedError as error:
        raise for_people(error) from error
