"""The options that many commands take: the common ones, and those that name where a secret is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from teamchat.cli.asking import Secret
from teamchat.cli.invocation import Invocation


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
