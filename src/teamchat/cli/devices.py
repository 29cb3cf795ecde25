"""`teamchat devices`: which devices read along as you."""

from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options

if TYPE_CHECKING:
    from teamchat.cli.doors import Account

SECONDS_OF_A_DAY: Final = 86_400


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
