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


USAGE: Final = frozenset(
    {
        # something is missing: the choice, or somebody to answer
        "cli-admin-which-device",
        "cli-group-needs-title",
        "cli-linking-needs-person",
        "cli-needs-input",
        "cli-needs-yes",
        "cli-newcomers-need-title",
        # it fits several
        "cli-history-several",
        "cli-several",
        "cli-several-linkings",
        "cli-title-or-person",
        # two things contradict each other
        "cli-log-none-and-some",
        "cli-recover-one-of",
        "error-reason-custodians-too-few",
        # what stands there can never be one of these
        "cli-newcomers-how",
        "cli-not-sixty-digits",
        "error-address-of-invitation",
        "error-linking-mistyped",
        "error-profile-name",
        "error-reason-name-not-usable",
        "error-reason-name-unseen",
        "error-reason-no-such-time-zone",
        "error-reason-user-name-not-usable",
        "error-server-address",
        "error-title-not-usable",
        "error-web-log-key",
        "error-web-needs-account",
        "error-web-needs-link",
        "error-witnesses",
    }
)
"""The command line does not say what to do, and nothing was done: only another one helps.

What it names but is not there, what is refused, and what a file, a pipe or the person got wrong
(a text, a secret, the words of a key) is not that: it did not work.
"""

_CODES: Final = {
    "error-offline": Exit.NETWORK,
    "error-certificate": Exit.NETWORK,
    "error-no-server": Exit.NETWORK,
    "error-still-working": Exit.NETWORK,
    "cli-queued": Exit.NETWORK,
    "cli-queued-online": Exit.NETWORK,
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
    "cli-safety-number-differs": Exit.DIFFERS,
    "cli-log-found": Exit.DIFFERS,
    "cli-web-differs": Exit.DIFFERS,
    "error-web-manifest": Exit.DIFFERS,
    "error-web-older-log": Exit.DIFFERS,
    "error-web-other-log": Exit.DIFFERS,
    "error-web-proof": Exit.DIFFERS,
    "error-web-split": Exit.DIFFERS,
    "error-web-unreadable": Exit.DIFFERS,
    **dict.fromkeys(USAGE, Exit.USAGE),
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
