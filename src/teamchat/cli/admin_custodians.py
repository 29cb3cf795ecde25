"""`teamchat admin custodians`: who the custodians of the company are."""

from typing import TYPE_CHECKING

import click

from teamchat.cli import custody_shapes, resolve
from teamchat.cli.command import Group
from teamchat.cli.custody_showing import show_custodians
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.client.administration import Administration


@click.group("custodians", cls=Group)
def custodians() -> None:
    """Custodians: who of the company together can give somebody back what they have lost."""


@custodians.command("set")
@click.argument("threshold", type=click.IntRange(2, 16))
@click.argument("user_names", nargs=-1, required=True, metavar="USER...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def appoint(
    invocation: Invocation, threshold: int, user_names: tuple[str, ...], *, yes: bool
) -> None:
    """Appoint the custodians: any THRESHOLD of them have to act together.

    \b
      teamchat admin custodians set 2 works-council dpo it-lead

    Only an owner may. Everybody is told. What people entrusted to earlier custodians is void.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = [await resolve.user(administration, each) for each in user_names]
        names = ", ".join(each.display_name for each in found)
        invocation.confirm(yes, "cli-custody-appoint", names=names, threshold=threshold)
        made = await administration.appoint_custodians(threshold, [each.id for each in found])
        if invocation.out.as_json:
            invocation.out.record(custody_shapes.custodians(made))
            return
        invocation.out.note("cli-custody-appointed")
        show_custodians(invocation.out, made)

    invocation.administer(work)


@custodians.command("end")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def end(invocation: Invocation, *, yes: bool) -> None:
    """Have no custodians any more; what was entrusted to them is void.

    \b
      teamchat admin custodians end
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        invocation.confirm(yes, "cli-custody-end")
        await administration.end_custodians()
        invocation.out.note("cli-custody-none-any-more")

    invocation.administer(work)
