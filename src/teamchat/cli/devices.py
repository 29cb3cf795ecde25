"""`teamchat devices`: which devices read along as you, and what to do if one is gone."""

from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.linking import link_device
from teamchat.cli.options import common_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from teamchat.client.account import Account
    from teamchat.engine.model import LogDevice, OwnDevice

SECONDS_OF_A_DAY: Final = 86_400


@click.group(cls=Group, params=common_options(), invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """Your devices: each of them can read your messages."""
    if context.invoked_subcommand is None:
        with click.Context(list_devices, parent=context) as inner:
            list_devices.invoke(inner)


devices.add_command(link_device)


@devices.command("list")
@click.pass_obj
def list_devices(invocation: Invocation) -> None:
    """List your devices: when each was last used, and how it came.

    \b
      teamchat devices list
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        found = await account.devices()
        await invocation.catch_up(account)  # a device looks unlisted while this one is behind
        seen = account.log_status()
        listed = {each.device: each for each in seen.own}
        if out.as_json:
            for one in found:
                out.record(shapes.device(one, listed.get(one.id)))
            return
        out.table(
            (
                one.name,
                out.say("cli-this-device")
                if one.this
                else out.clock(one.last_active_day * SECONDS_OF_A_DAY * 1000)[:10],
                _came(invocation, one, list(listed.values()), found),
                one.id,
            )
            for one in found
        )
        if seen.checked and any(one.id not in listed for one in found):
            out.note("cli-devices-as-of", time=out.clock(seen.checked * 1000))
        most = await account.devices_at_most()
        if most:
            out.note("cli-devices-of-most", count=len(found), most=most)

    invocation.run(work)


@devices.command("remove")
@click.argument("device")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_device(invocation: Invocation, device: str, *, yes: bool) -> None:
    """Remove DEVICE, by name or id: it is signed out at once and reads nothing new.

    \b
      teamchat devices remove "Altes Telefon"

    When it next reaches the server it erases what it holds.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        found = resolve.device(await account.devices(), device)
        if found.this:
            raise Failure("cli-remove-this-device")
        invocation.confirm(yes, "cli-confirm-device", name=found.name)
        await account.remove_device(found.id)
        invocation.out.note("cli-device-removed", name=found.name)
        for one in await _through(invocation, account, found):
            invocation.out.must_know("cli-device-through", name=one.name, by=found.name)

    invocation.run(work)


@devices.command("lost")
@click.argument("device", required=False, default="")
@click.option("--yes", is_flag=True, help="Remove DEVICE without asking; no other one.")
@click.pass_obj
def lose_device(invocation: Invocation, device: str, *, yes: bool) -> None:
    """DEVICE is lost or stolen: remove it, and hear what is left to do.

    \b
      teamchat devices lost
      teamchat devices lost "Laptop Werk 2"

    If you have no other device, your IT department can do it for you.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        found = _chosen(invocation, await account.devices(), device)
        invocation.out.note("cli-lost-now", name=found.name)
        invocation.confirm(yes, "cli-lost-confirm", name=found.name)
        await account.remove_device(found.id)
        invocation.out.note("cli-device-removed", name=found.name)
        for one in await _through(invocation, account, found):
            asked = invocation.somebody_is_there and not yes
            question = {"name": one.name, "by": found.name}
            if asked and invocation.agreed("cli-lost-through", **question):
                await account.remove_device(one.id)
                invocation.out.note("cli-device-removed", name=one.name)
            elif not asked:
                invocation.out.must_know("cli-device-through", **question)
        invocation.out.note("cli-lost-finder", name=found.name)
        invocation.out.note("cli-lost-next")

    invocation.run(work)


def _chosen(invocation: Invocation, held: "Sequence[OwnDevice]", typed: str) -> "OwnDevice":
    """Return the device that is lost; the person is asked if they have not said which."""
    others = [one for one in held if not one.this]
    if not others:
        raise Failure("cli-lost-none")
    if not typed:
        names = ", ".join(one.name for one in others)
        invocation.out.note("cli-lost-others", names=names)
        typed = invocation.ask("cli-lost-which", "DEVICE")
    found = resolve.device(held, typed)
    if found.this:
        raise Failure("cli-lost-this-device")
    return found


async def _through(
    invocation: Invocation, account: "Account", lost: "OwnDevice"
) -> "list[OwnDevice]":
    """Return the devices that came through another one; whoever held that may have made them."""
    from teamchat.engine.model import came_through

    await invocation.catch_up(account)
    after = came_through(lost.id, account.log_status().own)
    return [one for one in await account.devices() if one.id in after and not one.this]


def _came(
    invocation: Invocation,
    one: "OwnDevice",
    listed: "list[LogDevice]",
    held: "Sequence[OwnDevice]",
) -> str:
    """Say how a device came, as the key directory has it."""
    say = invocation.out.say
    entry = next((each for each in listed if each.device == one.id), None)
    if entry is None:
        return say("cli-device-unlisted")
    if entry.by is None:
        return say("cli-device-first" if entry == listed[0] else "cli-device-by-recovery-key")
    by = next((each.name for each in held if each.id == entry.by), "")
    return say("cli-device-by", name=by) if by else say("cli-device-by-gone")
