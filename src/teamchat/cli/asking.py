"""Asking the person, and reading what they would have typed from a file, descriptor or pipe.

Secrets are prompted for or read from a file or descriptor; they are never options or
environment variables, where other processes can read them.
"""

import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import GetPassWarning
from pathlib import Path
from typing import Final

import click

from teamchat.cli.failure import Failure
from teamchat.errors import TeamchatError

MAX_SECRET_BYTES: Final = 4096


@dataclass(frozen=True)
class Secret:
    """Where a secret comes from; if neither is given, the person is asked."""

    file: Path | None = None
    descriptor: int | None = None


class NobodyThereError(TeamchatError):
    """Nobody can answer: no terminal to type a secret at unseen, or nothing to read from."""


TYPED: Final = Secret()
"""The person is asked for it."""


def prompt(
    question: str,
    *,
    default: str | None = None,
    show_default: bool = True,
    hide_input: bool = False,
) -> str:
    """Return what the person types; Ctrl+C ends the waiting at once, also within a loop.

    Raises:
        NobodyThereError: Something is to be typed unseen, and there is no terminal to type at;
            or there is no terminal, and what is read instead has ended.
    """
    with _interruptible(), warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            typed: str = click.prompt(
                question,
                default=default,
                show_default=show_default,
                hide_input=hide_input,
                err=True,
            )
        except GetPassWarning as error:
            click.echo(err=True)
            raise NobodyThereError from error
        except click.Abort as error:
            if sys.stdin.isatty() or not isinstance(error.__context__, EOFError):
                raise
            click.echo(err=True)
            raise NobodyThereError from error
    return typed


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl+C raise here; asyncio would only note it, and a prompt would go on waiting."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, held)


def read_secret(source: Secret) -> str:
    """Return the first line of a file or descriptor."""
    try:
        opened = source.descriptor if source.descriptor is not None else source.file
        if opened is None:  # pragma: no cover - the caller looked
            raise Failure("cli-secret-not-readable")
        with open(opened, "rb") as file:  # noqa: PTH123 - it may be a descriptor
            data = file.read(MAX_SECRET_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure("cli-secret-not-readable") from error
    first = text.split("\n", 1)[0].removesuffix("\r")
    if not first or len(data) > MAX_SECRET_BYTES:
        raise Failure("cli-secret-not-readable")
    return first


def standard_input(limit: int) -> str:
    """Return what is piped in.

    Raises:
        Failure: It is too much, or not text.
    """
    data = sys.stdin.buffer.read(limit + 1)
    if len(data) > limit:
        raise Failure("cli-text-too-long", kib=limit // 1024)
    try:
        return data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise Failure("cli-text-not-utf8") from error
