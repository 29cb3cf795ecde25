"""`teamchat devices` and `teamchat verify`: whose keys these are."""

import re
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Command, Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options

if TYPE_CHECKING:
    from teamchat.cli.doors import Account

SECONDS_OF_A_DAY: Final = 86_400
ONLINE_SECONDS: Final = 20.0
_NUMBER: Final = re.compile(r"[\s-]*(?:[0-9][\s-]*){60}")


@click.group(cls=Group, params=common_options(), invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """Your devices: each of them can read your messages."""
    if context.invoked_subcommand is None:
        with click.Context(list_devices, parent=context) as inner:
            list_devices.invoke(inner)


@devices.command("list")
@click.pass_obj
def list_devices(invocation: Invocation) -> None:
    """List your devices.

    \b
      teamchat devices list
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        found = await account.devices()
        if out.as_json:
            for one in found:
                out.record(shapes.device(one))
            return
        out.table(
            (
                one.name,
                out.say("cli-this-device")
                if one.this
                else out.clock(one.last_active_day * SECONDS_OF_A_DAY * 1000)[:10],
                one.id,
            )
            for one in found
        )

    invocation.run(work)


@devices.command("remove")
@click.argument("device")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_device(invocation: Invocation, device: str, *, yes: bool) -> None:
    """Remove DEVICE, by name or id: it is signed out at once and reads nothing new.

    \b
      teamchat devices remove "Altes Telefon"
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        found = resolve.device(await account.devices(), device)
        if found.this:
            raise Failure("cli-remove-this-device")
        invocation.confirm(yes, "cli-confirm-device", name=found.name)
        await account.remove_device(found.id)
        invocation.out.note("cli-device-removed", name=found.name)

    invocation.run(work)


@click.command(cls=Command, short_help="Compare the safety number with a person.")
@click.argument("person")
@click.option("--confirm", is_flag=True, help="Remember that you have compared the number.")
@click.option("--matches", metavar="DIGITS", help="Compare with what PERSON sees, and remember.")
@click.option("--keep-old", is_flag=True, help="A new key is not PERSON's: keep the one before.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def verify(
    invocation: Invocation,
    person: str,
    matches: str | None,
    *,
    confirm: bool,
    keep_old: bool,
    yes: bool,
) -> None:
    """Show the safety number of you and PERSON; both of you see the same one.

    \b
      teamchat verify wei
      teamchat verify wei --confirm

    Compare it in person or on the phone. If it differs, somebody could read along: do not
    write anything confidential, and tell your IT department.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    if matches is not None and not _NUMBER.fullmatch(matches):
        raise Failure("cli-not-sixty-digits")

    async def work(account: "Account") -> None:
        from teamchat.identity.safety_number import same

        out = invocation.out
        await account.catch_up(ONLINE_SECONDS)
        found = await resolve.person(account, person)
        if found.id == account.profile.user:
            raise Failure("cli-verify-oneself")
        if keep_old:
            await account.keep_key(found.id)
            out.note("cli-key-kept", who=found.name)
            return
        number = await account.safety_number(found.id)
        if matches is not None and not same(number, matches):
            raise Failure("cli-safety-number-differs", who=found.name)
        if matches is None:
            _show(invocation, number, shapes.person(found))
        if confirm and matches is None:
            invocation.confirm(yes, "cli-confirm-verify", who=found.name)
        if confirm or matches is not None:
            await account.mark_verified(found.id)
            out.note("cli-verified", who=found.name)
        else:
            out.note("cli-compare", who=found.name, user=found.user_name)

    invocation.run(work)


def _show(invocation: Invocation, number: str, person: dict[str, object]) -> None:
    if invocation.as_json:
        invocation.out.record({**person, "type": "safety_number", "number": number})
        return
    groups = number.split()
    for at in range(0, len(groups), 4):
        invocation.out.line(" ".join(groups[at : at + 4]))
