"""Commands and groups of commands: what each of them does beside its own work.

Every command takes the same options, so `--json` may stand before or behind its name.
"""

import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

from teamchat.cli.failure import Exit, Failure, failure_of
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options
from teamchat.errors import TeamchatError


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
