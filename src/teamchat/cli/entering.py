"""What is asked on the way in: each answer is looked at before the next question is put."""

import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teamchat.cli.asking import TYPED, Secret
from teamchat.cli.doors import Entry
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.output import one_line
from teamchat.cli.recovery_key import Asked, NewWords

if TYPE_CHECKING:
    from teamchat.client.errors import AccountError

HOST_CHARACTERS: Final = 60
"""How much of the name of this computer goes into the name of the device."""
PASSPHRASE_CHARACTERS: Final = 10
"""The least of a new passphrase: whoever has a copy of the disk can try as often as they like."""


def entry_of(
    invocation: Invocation,
    device_name: str | None,
    ca_file: Path | None,
    password_from: Secret,
    recovery_key_from: Secret,
    *,
    words: NewWords,
    new_password: bool,
) -> Entry:
    """Return how this device enters: what was given, and how to ask for the rest."""
    password = _Password(invocation, password_from, new=new_password)
    return Entry(
        profile=invocation.profile,
        device_name=device_name_of(invocation, device_name),
        password=password,
        recovery_key=Asked(invocation, recovery_key_from),
        keep_key=words,
        passphrase=lambda: new_passphrase(invocation),
        unlock=invocation.passphrase,
        tell_minimum=password.tell_minimum,
        refused=_not_taken,
        ca_file=ca_file,
    )


def device_name_of(invocation: Invocation, given: str | None) -> str:
    """Return what this device is called: as it was given, or after this computer."""
    host = one_line(platform.node())[:HOST_CHARACTERS] or "?"
    return given or invocation.out.say("cli-device-name", host=host)


def _not_taken(_what: str, error: "AccountError") -> None:
    raise error


class _Password:
    """Asks for the password; a new one is looked at before anything else is asked."""

    def __init__(self, invocation: Invocation, source: Secret, *, new: bool) -> None:
        self._invocation = invocation
        self._source = source
        self._new = new
        self._minimum = 0

    def tell_minimum(self, count: int) -> None:
        self._minimum = count
        self._invocation.out.note("cli-password-minimum", count=count)

    def __call__(self) -> str:
        question = "cli-ask-new-password" if self._new else "cli-ask-password"
        return self._invocation.secret(
            self._source, question, "--password-file", twice=self._new, wrong=self._wrong
        )

    def _wrong(self, typed: str) -> Failure | None:
        return password_too_short(typed, self._minimum)


def password_too_short(typed: str, minimum: int) -> Failure | None:
    """Say that a new password is too short, if it is."""
    if len(typed) >= minimum:
        return None
    return Failure("cli-password-short", typed=len(typed), count=minimum)


def new_passphrase(invocation: Invocation, why: str = "cli-passphrase-beside-password") -> str:
    """Ask for the passphrase of a new profile, and say why there is one.

    Args:
        invocation: The run.
        why: The text that says so; who links a device has typed no password.
    """
    if invocation.passphrase_from == TYPED and not invocation.no_input:
        invocation.out.note(why)
    question, option = "cli-ask-new-passphrase", "--passphrase-file"
    source = invocation.passphrase_from
    typed = invocation.secret(source, question, option, twice=True, wrong=_too_short)
    problem = _too_short(typed)  # one out of a file has not been looked at yet
    if problem is not None:
        raise problem
    return typed


def _too_short(typed: str) -> Failure | None:
    if len(typed) >= PASSPHRASE_CHARACTERS:
        return None
    return Failure("cli-passphrase-short", typed=len(typed), count=PASSPHRASE_CHARACTERS)
