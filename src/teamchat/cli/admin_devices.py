"""`teamchat admin devices`: a colleague's devices, for those who manage the account."""

from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.client.administration import Administration

MS_OF_A_DAY: Final = 86_400_000


@click.group("devices", cls=Group)
def devices() -> None:
    """A person's devices: list, remove."""


@devices.command("list")
@click.argument("user_name")
@click.pass_obj
def list_devices(invocation: Invocation, user_name: str) -> None:
    """List the devices of a person: names, and the day of last use.

    \b
      teamchat admin devices list jonas
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        out, found = invocation.out, await resolve.user(administration, user_name)
        held = await administration.devices(found.id)
        if out.as_json:
            for one in held.devices:
                out.record(shapes.managed_device(one, found.user_name))
            return
        out.table(
            (one.name, out.clock(one.last_active_day * MS_OF_A_DAY)[:10], one.id)
            for one in held.devices
        )
        out.note("cli-devices-of-most", count=len(held.devices), most=held.most)

    invocation.administer(work)


@devices.command("remove")
@click.argument("user_name")
@click.argument("device", required=False, default="")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_device(invocation: Invocation, user_name: str, device: str, *, yes: bool) -> None:
    """Remove DEVICE of a person, by name or id; without DEVICE, their only one.

    \b
      teamchat admin devices remove jonas "Laptop Werk 2"

    It is signed out at once, and erases what it holds when it next reaches the server. The person
    and their colleagues see that the company did it. You cannot read anything by it.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = await resolve.user(administration, user_name)
        held = (await administration.devices(found.id)).devices
        if not held:
            raise Failure("cli-admin-no-device", who=found.display_name)
        if not device and len(held) > 1:
            names = ", ".join(one.name for one in held)
            raise Failure("cli-admin-which-device", who=found.display_name, names=names)
        chosen = resolve.device(held, device or held[0].id)
        who = {"name": chosen.name, "who": found.display_name}
        invocation.confirm(yes, "cli-admin-confirm-device", **who)
        await administration.remove_device(found.id, chosen.id)
        invocation.out.note("cli-admin-device-removed", **who)

    invocation.administer(work)
