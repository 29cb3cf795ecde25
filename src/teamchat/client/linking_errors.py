"""Why a linking has ended, said for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from teamchat.client.errors import AccountError
from teamchat.client.refusals import errors_for_people
from teamchat.identity.errors import Fault, LinkingError

_KEYS: Final = {
    Fault.MISTYPED: "error-linking-mistyped",
    Fault.EXPIRED: "error-linking-expired",
    Fault.DISTURBED: "error-linking-disturbed",
    Fault.FORGED: "error-linking-forged",
    Fault.DIFFERENT: "error-linking-different",
    Fault.CANCELLED: "error-linking-cancelled",
}


@contextmanager
def linking_for_people() -> Iterator[None]:
    """Say for people what ends a linking within.

    Raises:
        AccountError: It has ended, or the server was not reached or refused.
    """
    try:
        with errors_for_people():
            yield
    except LinkingError as error:
        raise AccountError(_KEYS[error.fault]) from error
