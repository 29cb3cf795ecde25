"""`teamchat admin`: people, their devices, and sites, for those whose role allows it."""

from typing import TYPE_CHECKING

import click

from teamchat.cli import admin_custodians, admin_devices, admin_linkings, resolve, shapes
from teamchat.cli.command import Group
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.client.administration import Administration
    from teamchat.wire.bodies import Invitation

ROLES = (
    "owner", "it_admin", "site_admin", "user_manager", "compliance_officer",
    "data_protection_officer", "works_council", "auditor", "employee",
)  # fmt: skip
"""The roles as the server names them (`wire.bodies.Role`)."""


@click.group(cls=Group)
def admin() -> None:
    """Administer the organisation, if your role allows it."""


@admin.group("user", cls=Group)
def user() -> None:
    """People: add, list, invite again, deactivate."""


@admin.group("site", cls=Group)
def site() -> None:
    """Sites: add, list."""


admin.add_command(admin_devices.devices)
admin.add_command(admin_custodians.custodians)
admin.add_command(admin_linkings.linkings)


_QR = click.option("--qr", is_flag=True, help="Draw the link as a QR code, too, to be scanned.")


@user.command("add")
@click.argument("user_name")
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option("--site", "site_name", required=True, help="The site, by name or id.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Repeatable.")
@click.option("--language", type=click.Choice(["en", "de"]), default="de", show_default=True)
@_QR
@click.pass_obj
def add_user(
    invocation: Invocation,
    user_name: str,
    name: str,
    site_name: str,
    roles: tuple[str, ...],
    language: str,
    *,
    qr: bool,
) -> None:
    """Create a person, and write the invitation link they enter with.

    \b
      teamchat admin user add wei --name "Wei Zhang" --site Shanghai --language en

    The link works once. Whoever has it can enter in their name: hand it over safely.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        from teamchat.wire.bodies import CreateUser, Role

        place = await resolve.site(administration, site_name)
        chosen = [Role(one) for one in roles] or [Role.EMPLOYEE]
        wish = CreateUser(user_name, name, place.id, chosen, language)
        made = await administration.create_user(wish)
        _show_link(invocation, made.invitation, made.user.user_name, qr=qr)

    invocation.administer(work)


@user.command("list")
@click.pass_obj
def list_users(invocation: Invocation) -> None:
    """List everybody, with their roles and who is deactivated.

    \b
      teamchat admin user list --json
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        out, found = invocation.out, await administration.users()
        if out.as_json:
            for one in found:
                out.record(shapes.user(one))
            return
        out.table(
            (
                one.user_name,
                one.display_name,
                one.site.name,
                ", ".join(role.value for role in one.roles),
                "" if one.active else out.say("cli-inactive"),
            )
            for one in found
        )

    invocation.administer(work)


@user.command("invite")
@click.argument("user_name")
@_QR
@click.pass_obj
def invite_user(invocation: Invocation, user_name: str, *, qr: bool) -> None:
    """Write another invitation link for a person, for instance if the first has expired.

    \b
      teamchat admin user invite wei
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = await resolve.user(administration, user_name)
        _show_link(invocation, await administration.invite(found.id), found.user_name, qr=qr)

    invocation.administer(work)


@user.command("deactivate")
@click.argument("user_name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def deactivate_user(invocation: Invocation, user_name: str, *, yes: bool) -> None:
    """End a person's access, on all of their devices and at once.

    \b
      teamchat admin user deactivate jonas
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        found = await resolve.user(administration, user_name)
        invocation.confirm_by_typing(yes, found.user_name, "cli-confirm-deactivate")
        await administration.deactivate(found.id)
        invocation.out.note("cli-deactivated", who=found.display_name)

    invocation.administer(work)


@site.command("list")
@click.pass_obj
def list_sites(invocation: Invocation) -> None:
    """List the sites.

    \b
      teamchat admin site list
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        out, found = invocation.out, await administration.sites()
        if out.as_json:
            for one in found:
                out.record(shapes.site(one))
            return
        out.table((one.name, one.time_zone, one.id) for one in found)

    invocation.administer(work)


@site.command("add")
@click.argument("name")
@click.option("--time-zone", required=True, metavar="ZONE", help="For instance Asia/Shanghai.")
@click.pass_obj
def add_site(invocation: Invocation, name: str, time_zone: str) -> None:
    """Add a site.

    \b
      teamchat admin site add Shanghai --time-zone Asia/Shanghai
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(administration: "Administration") -> None:
        made = await administration.create_site(name, time_zone)
        if invocation.as_json:
            invocation.out.record(shapes.site(made))
        else:
            invocation.out.line(made.id)

    invocation.administer(work)


def _show_link(
    invocation: Invocation, invitation: "Invitation", user_name: str, *, qr: bool
) -> None:
    if invocation.as_json:
        invocation.out.record(shapes.invitation(invitation, user_name))
        return
    invocation.out.line(invitation.link)
    until = invocation.out.moment(invitation.expires * 1000)
    if qr:
        invocation.out.code([invitation.link], wanted=True, too_small="cli-no-room-for-code")
    invocation.out.note("cli-invited", who=user_name, until=until)
