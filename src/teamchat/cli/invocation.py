"""What one run of `teamchat` knows: its settings, how it speaks, asks and fails.

Every command takes the same options (`Command`), so `--json` may stand before or behind the
name of the command. Secrets are prompted for or read from a file or descriptor; they are
never options or environment variables, where other processes can read them.
"""

import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import click

from teamchat.cli.output import Output, wants_color
from teamchat.errors import TeamchatError

if TYPE_CHECKING:
    from teamchat.cli.doors import Account, Doors

MAX_SECRET_BYTES: Final = 4096
CATCH_UP_SECONDS: Final = 20.0
LET_GO_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.05
Result = TypeVar("Result")


class Exit(IntEnum):
    """The exit codes."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_LOGGED_IN = 3
    NETWORK = 4
    BROKEN_PIPE = 141


_CODES: Final = {
    "error-offline": Exit.NETWORK,
    "error-certificate": Exit.NETWORK,
    "error-still-working": Exit.NETWORK,
    "cli-queued": Exit.NETWORK,
    "error-not-logged-in": Exit.NOT_LOGGED_IN,
    "error-profile-locked": Exit.NOT_LOGGED_IN,
    "error-signed-out": Exit.NOT_LOGGED_IN,
    "error-vault-locked": Exit.NOT_LOGGED_IN,
    "error-wrong-passphrase": Exit.NOT_LOGGED_IN,
    "error-keyring": Exit.NOT_LOGGED_IN,
    "cli-needs-yes": Exit.USAGE,
    "cli-needs-input": Exit.USAGE,
    "cli-group-needs-title": Exit.USAGE,
    "cli-not-sixty-digits": Exit.USAGE,
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


@dataclass(frozen=True)
class Secret:
    """Where a secret comes from; if neither is given, the person is asked."""

    file: Path | None = None
    descriptor: int | None = None


@dataclass(frozen=True)
class Invocation:
    """One run of `teamchat`."""

    doors: "Doors"
    profile: str = "default"
    as_json: bool = False
    quiet: bool = False
    no_input: bool = False
    no_color: bool = False
    passphrase_from: Secret = Secret()
    zone: tzinfo | None = None

    @cached_property
    def out(self) -> Output:
        """What prints."""
        from teamchat.i18n import Catalogue, language

        environment = self.doors.environment
        return Output(
            Catalogue(language(environment.get("TEAMCHAT_LANGUAGE", ""), environment)),
            as_json=self.as_json,
            quiet=self.quiet,
            color=wants_color(environment, refused=self.no_color or self.as_json),
            zone=self.zone,
        )

    # --- asking -----------------------------------------------------------------------

    def confirm(self, yes: bool, key: str, /, **arguments: str | int) -> None:
        """Go on only if the person agrees.

        Raises:
            Failure: They do not, or nobody can be asked and `--yes` was not given.
        """
        if yes:
            return
        if not self._somebody_is_there:
            raise Failure("cli-needs-yes")
        question = self.out.say(key, **arguments)
        choice = self.out.say("cli-yes-or-no")
        answer = _prompt(f"{question} {choice}", default="n", show_default=False)
        if answer.strip().lower() not in {"y", "yes", "j", "ja"}:
            raise Failure("cli-nothing-done")

    def confirm_by_typing(self, yes: bool, name: str, key: str, /) -> None:
        """Go on only if the person types the name of what this is about.

        Raises:
            Failure: They do not, or nobody can be asked and `--yes` was not given.
        """
        if yes:
            return
        if not self._somebody_is_there:
            raise Failure("cli-needs-yes")
        question = self.out.say(key, name=name)
        if _prompt(question, default="", show_default=False).strip() != name:
            raise Failure("cli-nothing-done")

    def secret(self, source: Secret, key: str, option: str, *, twice: bool = False) -> str:
        """Return a secret from a file, a descriptor or the person.

        Args:
            source: Where to look first.
            key: The question.
            option: Which option could have given it, for who runs without a person.
            twice: Ask for it twice, because it is a new one.

        Raises:
            Failure: It cannot be read, or nobody can be asked.
        """
        if source.file is not None or source.descriptor is not None:
            return _read_secret(source)
        return self.ask(key, option, twice=twice, hidden=True)

    def ask(self, key: str, option: str, *, twice: bool = False, hidden: bool = False) -> str:
        """Return what the person types.

        Raises:
            Failure: Nobody can be asked.
        """
        if not self._somebody_is_there:
            raise Failure("cli-needs-input", option=option)
        while True:
            typed = _prompt(self.out.say(key), hide_input=hidden)
            if not twice or typed == _prompt(self.out.say("cli-ask-again"), hide_input=hidden):
                return typed
            self.out.must_know("cli-not-the-same")

    def passphrase(self) -> str:
        """Return the passphrase of this profile."""
        return self.secret(self.passphrase_from, "cli-ask-passphrase", "--passphrase-file")

    @property
    def _somebody_is_there(self) -> bool:
        return not self.no_input

    # --- working ----------------------------------------------------------------------

    def run(
        self,
        work: "Callable[[Account], Awaitable[Result]]",
        *,
        network: bool = True,
        logging_out: bool = False,
    ) -> Result:
        """Open the account, do the work, close the account.

        Raises:
            Failure: The session has ended, and nobody asked for that. What is here was shown.
        """
        import asyncio

        async def inside() -> Result:
            async with self.doors.account(
                self.profile, self.passphrase, network=network
            ) as account:
                result = await work(account)
                await _let_go(account)
                if not logging_out and _signed_out(account):
                    raise Failure("error-signed-out")
                return result

        return asyncio.run(inside())

    async def catch_up(self, account: "Account") -> None:
        """Wait for what came in the meantime; if that fails say so, and go on with what is here.

        That the session has ended is said once, at the end (`run`).
        """
        from teamchat.client.errors import AccountError

        try:
            await account.catch_up(CATCH_UP_SECONDS)
        except AccountError as error:
            if not _signed_out(account):
                self.out.must_know(error.key, **error.arguments)


def _prompt(
    question: str,
    *,
    default: str | None = None,
    show_default: bool = True,
    hide_input: bool = False,
) -> str:
    """Return what the person types; Ctrl+C ends the waiting at once, also within a loop."""
    with _interruptible():
        typed: str = click.prompt(
            question,
            default=default,
            show_default=show_default,
            hide_input=hide_input,
            err=True,
        )
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


def _signed_out(account: "Account") -> bool:
    from teamchat.engine.model import Link

    return account.link is Link.SIGNED_OUT


async def _let_go(account: "Account") -> None:
    """Let what was queued leave, if there is a connection, before the account is closed."""
    import asyncio

    from teamchat.engine.model import Link

    loop = asyncio.get_running_loop()
    end = loop.time() + LET_GO_SECONDS
    while (  # noqa: ASYNC110 - no one event stands for all of it
        account.queued and account.link is Link.ONLINE and loop.time() < end
    ):
        await asyncio.sleep(LOOK_SECONDS)


def _read_secret(source: Secret) -> str:
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


# --- commands -------------------------------------------------------------------------


def failure_of(error: TeamchatError) -> Failure:
    """Return what to tell the person about an error of the client."""
    if isinstance(error, Failure):
        return error
    key, arguments = getattr(error, "key", ""), getattr(error, "arguments", {})
    if not isinstance(key, str) or not key or not isinstance(arguments, dict):
        return Failure("cli-failed", reason=str(error))
    return Failure(key, **arguments)


def _merge(**changes: Callable[[object], object]) -> Callable[..., None]:
    """Return an option's callback that puts its value into the invocation, if it was given."""

    def callback(context: click.Context, _parameter: click.Parameter, value: object) -> None:
        found = context.find_object(Invocation)
        if found is not None and value not in {None, False}:
            made = {name: make(value) for name, make in changes.items()}
            context.obj = replace(found, **made)  # type: ignore[arg-type] # the options' types

    return callback


def common_options() -> list[click.Option]:
    """Return the options that every command takes."""
    same: Callable[[object], object] = lambda value: value  # noqa: E731 - as short as it is
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    return [
        click.Option(
            ["--profile"], metavar="NAME", envvar="TEAMCHAT_PROFILE", expose_value=False,
            callback=_merge(profile=same), help="Which account, if there are several.",
        ),
        click.Option(
            ["--json"], is_flag=True, expose_value=False, callback=_merge(as_json=same),
            help="Write JSON, one object a line.",
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, expose_value=False, callback=_merge(quiet=same),
            help="Write nothing but data and errors.",
        ),
        click.Option(
            ["--no-input"], is_flag=True, expose_value=False, callback=_merge(no_input=same),
            help="Never ask; fail instead.",
        ),
        click.Option(
            ["--no-color"], is_flag=True, expose_value=False, callback=_merge(no_color=same),
            help="Write without colours.",
        ),
        click.Option(
            ["--passphrase-file"], type=path, expose_value=False,
            callback=_merge(passphrase_from=lambda file: Secret(file=Path(str(file)))),
            help="Read the passphrase of this account from a file.",
        ),
        click.Option(
            ["--passphrase-fd"], type=int, metavar="N", expose_value=False,
            callback=_merge(passphrase_from=lambda number: Secret(descriptor=int(str(number)))),
            help="Read it from a file descriptor.",
        ),
    ]  # fmt: skip


class Command(click.Command):
    """A command: takes the common options, and says what went wrong in the person's language."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type] # as they came
        self.params.extend(common_options())

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except TeamchatError as error:
            _end(ctx, failure_of(error))
        except (click.Abort, EOFError, KeyboardInterrupt):
            click.echo(err=True)
            _end(ctx, Failure("cli-aborted"))
        except BrokenPipeError:
            _write_no_more()
            ctx.exit(Exit.BROKEN_PIPE)


class Group(click.Group):
    """Several commands under one name; a mistyped name is answered with the nearest one."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


Group.group_class = Group


def _write_no_more() -> None:
    """Nobody reads any more, so that what is left to be written goes nowhere, in silence."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _end(context: click.Context, failure: Failure) -> NoReturn:
    invocation = context.find_object(Invocation)
    if invocation is None:  # pragma: no cover - the root command made it
        raise failure
    invocation.out.failure(failure.key, **failure.arguments)
    context.exit(failure.code)


def secret_options(
    name: str, what: str
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Return a decorator that adds `--NAME-file` and `--NAME-fd`, as one `Secret`."""
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    variable = name.replace("-", "_")

    def decorate(command: Callable[..., object]) -> Callable[..., object]:
        def with_secret(*arguments: object, **keywords: object) -> object:
            file, descriptor = keywords.pop(f"{variable}_file"), keywords.pop(f"{variable}_fd")
            keywords[f"{variable}_from"] = Secret(file, descriptor)  # type: ignore[arg-type] # click made them
            return command(*arguments, **keywords)

        with_secret.__doc__ = command.__doc__
        with_secret.__name__ = command.__name__
        with_secret.__dict__ |= command.__dict__
        wrapped = click.option(
            f"--{name}-fd", type=int, metavar="N", help="Read it from a file descriptor."
        )(with_secret)
        return click.option(f"--{name}-file", type=path, help=f"Read the {what} from a file.")(
            wrapped
        )

    return decorate


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
