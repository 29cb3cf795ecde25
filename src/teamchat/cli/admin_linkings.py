"""`teamchat admin linkings`: devices that wait for an administrator."""

from typing import TYPE_CHECKING

import click

from teamchat.cli import shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.client.administration import Administration
    from teamchat.wire.linking import WaitingLinking


@click.group("linkings", cls=Group)
def linkings() -> None:
    """Further devices that wait for an administrator: list, approve, decline."""


@linkings.command("list")
@click.pass_obj
def list_linkings(invocation: Invocation) -> None:
    """List the devices that wait, and whose they are.

    \b
      teamchat admin linkings list
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        out, found = invocation.out, await administration.linkings()
        if out.as_json:
            for one in found:
                out.record(shapes.waiting_linking(one))
            return
        out.table(
            (one.user.user_name, one.device_name, out.clock(one.asked * 1000), one.id)
            for one in found
        )
        if not found:
            out.note("cli-no-linkings")

    invocation.administer(work)


@linkings.command("approve")
@click.argument("linking")
@click.pass_obj
def approve(invocation: Invocation, linking: str) -> None:
    """Let the device in that waits, by the person's user name or its id.

    \b
      teamchat admin linkings approve mei

    Ask the person whether it is theirs: it reads as them from then on.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = await _found(administration, linking)
        await administration.approve_linking(found.id)
        invocation.out.note(
            "cli-linking-approved", who=found.user.display_name, name=found.device_name
        )

    invocation.administer(work)


@linkings.command("decline")
@click.argument("linking")
@click.pass_obj
def decline(invocation: Invocation, linking: str) -> None:
    """Do not let the device in that waits, by the person's user name or its id.

    \b
      teamchat admin linkings decline mei
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = await _found(administration, linking)
        await administration.decline_linking(found.id)
        invocation.out.note(
            "cli-linking-declined", who=found.user.display_name, name=found.device_name
        )

    invocation.administer(work)


async def _found(administration: "Administration", wanted: str) -> "WaitingLinking":
    """Return the one device that waits under this id, or of this person.

    Raises:
        Failure: There is none, or there are several.
    """
    waiting = await administration.linkings()
    found = [one for one in waiting if wanted in {one.id, one.user.user_name}]
    if not found:
        raise Failure("cli-no-such-linking", name=wanted)
    if len(found) > 1:
        raise Failure("cli-several-linkings", name=wanted)
    return found[0]
