"""How a command ends: with an exit code, and with a text for the person if it failed."""

from enum import IntEnum
from typing import Final

from teamchat.errors import TeamchatError


class Exit(IntEnum):
    """The exit codes."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_LOGGED_IN = 3
    NETWORK = 4
    DIFFERS = 5
    """What was compared does not match: safety numbers, or what the key directory has shown."""
    ERASED = 6
    """This device was removed, and what it held was erased."""
    BROKEN_PIPE = 141


_CODES: Final = {
    "error-offline": Exit.NETWORK,
    "error-certificate": Exit.NETWORK,
    "error-no-server": Exit.NETWORK,
    "error-still-working": Exit.NETWORK,
    "cli-queued": Exit.NETWORK,
    "cli-queued-certificate": Exit.NETWORK,
    "cli-queued-no-room": Exit.NETWORK,
    "error-not-logged-in": Exit.NOT_LOGGED_IN,
    "error-profile-locked": Exit.NOT_LOGGED_IN,
    "error-signed-out": Exit.NOT_LOGGED_IN,
    "error-vault-locked": Exit.NOT_LOGGED_IN,
    "error-wrong-passphrase": Exit.NOT_LOGGED_IN,
    "error-keyring": Exit.NOT_LOGGED_IN,
    "error-wiped-by-owner": Exit.ERASED,
    "error-wiped-by-company": Exit.ERASED,
    "error-wiped-reset": Exit.ERASED,
    "cli-needs-yes": Exit.USAGE,
    "cli-needs-input": Exit.USAGE,
    "cli-group-needs-title": Exit.USAGE,
    "cli-recover-one-of": Exit.USAGE,
    "cli-not-sixty-digits": Exit.USAGE,
    "cli-log-none-and-some": Exit.USAGE,
    "cli-safety-number-differs": Exit.DIFFERS,
    "cli-log-found": Exit.DIFFERS,
}


class Failure(TeamchatError):  # noqa: N818 - it is not always an error: queued is not
    """A command ends here, with a text of the catalogue for the person."""

    def __init__(self, key: str, /, **arguments: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments

    @property
    def code(self) -> Exit:
        """The exit code."""
        return _CODES.get(self.key, Exit.FAILED)


def failure_of(error: TeamchatError) -> Failure:
    """Return what to tell the person about an error of the client."""
    if isinstance(error, Failure):
        return error
    key, arguments = getattr(error, "key", ""), getattr(error, "arguments", {})
    if not isinstance(key, str) or not key or not isinstance(arguments, dict):
        return Failure("cli-failed", reason=str(error))
    return Failure(key, **arguments)
