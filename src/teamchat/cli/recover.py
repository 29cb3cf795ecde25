"""`teamchat recover`: come back with the recovery key, renew it, or start anew without it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import recovery_key
from teamchat.cli.asking import TYPED, Secret
from teamchat.cli.command import Command
from teamchat.cli.custody_showing import Told
from teamchat.cli.entering import entry_of
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.login import Once, enter, lead_on, welcome
from teamchat.cli.options import secret_options

if TYPE_CHECKING:
    from teamchat.cli.doors import Entry
    from teamchat.client.account import Account

_CA = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_HEADLINE: Final = "Come back with your recovery key, renew it, or start anew."


@dataclass(frozen=True)
class _Given:
    """What was given on the command line."""

    server: str | None
    user_name: str | None
    device_name: str | None
    ca_file: Path | None
    sheet: Path | None
    password: Secret
    recovery_key: Secret
    yes: bool


@click.command(cls=Command, short_help=_HEADLINE)
@click.argument("server", required=False)
@click.argument("user_name", required=False)
@click.option("--lost-key", is_flag=True, help="Start anew, because the recovery key is lost.")
@click.option("--new-key", is_flag=True, help="Renew the recovery key, on a device of yours.")
@click.option("--custodians", is_flag=True, help="Ask your company's custodians for the key.")
@click.option("--cancel", is_flag=True, help="Stop a fresh start, or what custodians were asked.")
@click.option("--device-name", help="What this device is called.")
@click.option("--ca-file", type=_CA, help="Trust the authority in this file, and no other.")
@secret_options("password", "password")
@secret_options("recovery-key", "recovery key")
@click.option("--sheet", type=_NEW, help="Write a sheet with the new key, to be printed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def recover(
    invocation: Invocation,
    /,
    *,
    lost_key: bool,
    new_key: bool,
    custodians: bool,
    cancel: bool,
    **given: object,
) -> None:
    """Come back on a computer without your account: with server, name, password and 16 words.

    \b
      teamchat recover https://chat.example anna
      teamchat recover --new-key       somebody has seen your words: take others
      teamchat recover --custodians    the words are lost: custodians give them back
      teamchat recover --lost-key      the words are lost: start anew
      teamchat recover --cancel        it was not you who asked for that

    Your colleagues see when your key changes. With the words of now (--new-key) they read one
    line. Without them (--lost-key) all your devices end, everybody is warned, and while you still
    have devices, these are told first and can stop it.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    if lost_key + new_key + max(cancel, custodians) > 1:
        raise Failure("cli-recover-one-of")
    names = {f"{name}_from" if name in {"password", "recovery_key"} else name: name
             for name in _Given.__dataclass_fields__}  # fmt: skip
    asked = _Given(**{field: given[option] for option, field in names.items()})  # type: ignore[arg-type] # click made them
    if custodians:
        server, user_name = _who(invocation, asked)
        entry = _entry(invocation, asked)
        _with_custodians(invocation, server, user_name, entry, cancel=cancel)
    elif cancel:
        _cancel(invocation)
    elif new_key:
        _renew(invocation, asked)
    elif lost_key:
        _start_over(invocation, asked)
    else:
        server, user_name = _who(invocation, asked)
        entry = _entry(invocation, asked)
        enter(invocation, server, user_name, entry, then=lambda a: _history(invocation, a))


def _who(invocation: Invocation, asked: _Given) -> tuple[str, str]:
    server = asked.server or invocation.ask("cli-ask-server", "SERVER")
    if "//" not in server:
        server = f"https://{server}"
    return server, asked.user_name or invocation.ask("cli-ask-user-name", "USER_NAME")


def _entry(
    invocation: Invocation, asked: _Given, words: recovery_key.NewWords | None = None
) -> "Entry":
    return entry_of(
        invocation, asked.device_name, asked.ca_file, asked.password, asked.recovery_key,
        words=words or recovery_key.NewWords(invocation, asked.sheet), new_password=False,
    )  # fmt: skip


def _with_custodians(
    invocation: Invocation, server: str, user_name: str, entry: "Entry", *, cancel: bool
) -> None:
    """Have the recovery key from the custodians, and enter with it; or take back what was asked."""
    import asyncio

    doors, entry = invocation.doors, replace(entry, password=Once(entry.password))
    if cancel:
        asyncio.run(doors.take_back(server, user_name, entry))
        invocation.out.note("cli-custody-cancelled")
        return
    told = Told(invocation.out)
    found = asyncio.run(doors.ask_custodians(server, user_name, entry, told))
    entry = replace(entry, recovery_key=lambda: found)
    enter(invocation, server, user_name, entry, then=lambda a: _history(invocation, a))
    doors.forget_custodians(entry.profile)
    replace(invocation).out.must_know("cli-custody-renew", words=found)


async def _history(invocation: Invocation, account: "Account") -> None:
    """Take in the backup of the history, if there is one; everything else is here without it."""
    from teamchat.client.errors import AccountError

    out = invocation.out
    try:
        if not (await account.history.status()).backup.exists:
            out.note("cli-recovered-no-backup")
            return
        with out.progress() as show:
            lines = await account.history.restore(
                lambda now: show(out.say("cli-history-taking", lines=now.lines,
                                         expected=max(now.lines, now.expected)))
            )  # fmt: skip
    except AccountError as error:
        out.must_know(error.key, **error.arguments)
        out.note("cli-recovered-history-later")
        return
    out.note("cli-history-restored", lines=lines)


def _start_over(invocation: Invocation, asked: _Given) -> None:
    import asyncio

    server, user_name = _who(invocation, asked)
    invocation.confirm_by_typing(asked.yes, user_name, "cli-confirm-start-over")
    again = f"teamchat recover --lost-key {server} {user_name}"
    words = recovery_key.NewWords(invocation, asked.sheet, again)
    entry = _entry(invocation, asked, words)
    with words.counting(known=False):  # the key may wait at the server already
        started = asyncio.run(invocation.doors.start_over(server, user_name, entry))
    out = invocation.out
    if started.entered is None:
        if out.as_json:
            out.record({"type": "fresh_start", "due": started.due})
        command = f"teamchat recover {server} {user_name}"
        when = out.moment(started.due * 1000)
        out.must_know("cli-fresh-start-waits", when=when, command=command)
        return
    invocation = replace(invocation)
    welcome(invocation, started.entered)
    invocation.out.must_know("cli-fresh-start-done")
    invocation.out.note("cli-no-witnesses-yet")
    lead_on(invocation)


def _cancel(invocation: Invocation) -> None:
    async def work(account: "Account") -> None:
        stopped = await account.recovery.cancel()
        invocation.out.note("cli-fresh-start-stopped" if stopped else "cli-fresh-start-none")

    invocation.run(work)


def _renew(invocation: Invocation, asked: _Given) -> None:
    made = recovery_key.NewWords(invocation, asked.sheet, "teamchat recover --new-key")

    async def work(account: "Account") -> None:
        async def show(words: str) -> None:
            made(account.profile, words)
            if invocation.out.as_json:
                invocation.out.record({"type": "recovery_key", "recovery_key": words})

        invocation.confirm(asked.yes, "cli-confirm-new-key")
        if asked.recovery_key == TYPED:
            invocation.out.note("cli-old-words")
        with made.counting():
            await account.recovery.renew(recovery_key.Asked(invocation, asked.recovery_key)(), show)
        invocation.out.note("cli-key-renewed")

    invocation.run(work)
