"""Who is in which conversation: list, begin, add, remove, leave, accept, join again, rename."""

from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import newcomers, resolve, shapes, telling
from teamchat.cli.command import Command
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.engine.model import Conversation, Member

ONLINE_SECONDS: Final = 20.0


@click.command(cls=Command, short_help="List the conversations.")
@click.option("--unread", is_flag=True, help="Only those with unread messages.")
@click.option("--offline", is_flag=True, help="Do not connect.")
@click.pass_obj
def conversations(invocation: Invocation, *, unread: bool, offline: bool) -> None:
    """List your conversations, the latest first.

    \b
      teamchat conversations --unread
      teamchat conversations --json | jq -r .title
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        if not offline:
            await invocation.catch_up(account)
        found = [one for one in account.conversations() if one.unread or not unread]
        _list(invocation.out, found)
        if not found:
            invocation.out.note("cli-nothing-unread" if unread else "cli-no-conversations")

    invocation.run(work, network=not offline)


def _list(out: "Output", found: "list[Conversation]") -> None:
    if out.as_json:
        for one in found:
            out.record(shapes.conversation(one))
        return
    out.table(
        (
            str(one.unread) if one.unread else "",
            one.title or out.say("cli-untitled"),
            out.clock(one.last.time_ms) if one.last else "",
            _who(out, one),
            one.id,
        )
        for one in found
    )


def _who(out: "Output", one: "Conversation") -> str:
    from teamchat.engine.model import Standing

    if one.standing is Standing.LEFT:
        return out.say("cli-no-member")
    if one.direct:
        return out.say("cli-direct")
    return out.say("cli-people", count=one.member_count) if one.member_count else ""


@click.command(cls=Command, short_help="Start a conversation.")
@click.argument("people", nargs=-1, required=True)
@click.option("--title", help="Start a group with this title; the server does not learn it.")
@click.option("--newcomers", "see", metavar="none|DAYS|all", default="none",
              help="What people who come later see of earlier messages.")  # fmt: skip
@click.pass_obj
def new(invocation: Invocation, people: tuple[str, ...], title: str | None, see: str) -> None:
    """Start a conversation with PEOPLE, by user name or name.

    \b
      teamchat new wei
      teamchat new --title "Werk Shenzhen" wei mara

    Writes the id of the conversation.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    if title is None and len(people) > 1:
        raise Failure("cli-group-needs-title")
    if title is not None and not title.strip():
        raise Failure("error-title-not-usable")
    history = newcomers.history(see)
    if history and title is None:
        raise Failure("cli-newcomers-need-title")

    async def work(account: "Account") -> "tuple[Conversation, bool, str]":
        await account.catch_up(ONLINE_SECONDS)
        found = await resolve.people(account, people)
        before = {one.id for one in account.conversations()}
        if title is None:
            made = await account.create_direct(found[0].id)
        else:
            made = await account.create_group(title, [one.id for one in found], history)
        return resolve.conversation(account, made), made in before, title or found[0].name

    made, was_there, called = invocation.run(work)
    if invocation.as_json:
        invocation.out.record(shapes.conversation(made))
    else:
        invocation.out.line(made.id)
        said = "cli-was-there" if was_there else "cli-started"
        invocation.out.note(said, title=called)


@click.command(cls=Command, short_help="List who can read a conversation.")
@click.argument("conversation")
@click.option("--offline", is_flag=True, help="Do not connect.")
@click.pass_obj
def members(invocation: Invocation, conversation: str, *, offline: bool) -> None:
    """List who is in CONVERSATION: exactly those can read it.

    \b
      teamchat members "Werk Shenzhen"
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        if not offline:
            await invocation.catch_up(account)
        here = resolve.conversation(account, conversation)
        found = account.members(here.id) if offline else await account.members_now(here.id)
        if telling.waits(here):
            out.must_know("error-waits-for-colleague")
        if out.as_json:
            for one in found:
                out.record(shapes.member(one, out.say))
            return
        out.table(
            (
                one.person.name,
                one.person.user_name,
                one.person.site,
                out.say("cli-trust-own") if one.own else telling.level(out, one.person),
                out.say("cli-devices", count=one.devices),
                _notes(out, one),
            )
            for one in found
        )
        if here.suite is not None:
            out.note("system-encryption", id=here.suite, suite=f"0x{here.suite:04X}")
        if found and not here.direct:
            newcomers.note(out, here)
        if found:
            out.note("trust-retention")
            out.note("trust-no-others")

    invocation.run(work, network=not offline)


def _notes(out: "Output", one: "Member") -> str:
    notes = {"cli-admin": one.admin, "cli-inactive": not one.person.active}
    return ", ".join(out.say(key) for key, holds in notes.items() if holds)


@click.command(cls=Command, short_help="Add people to a conversation.")
@click.argument("conversation")
@click.argument("people", nargs=-1, required=True)
@click.pass_obj
def add(invocation: Invocation, conversation: str, people: tuple[str, ...]) -> None:
    """Add PEOPLE to CONVERSATION; they read what is written from then on.

    What they see of earlier messages: teamchat newcomers.

    \b
      teamchat add "Werk Shenzhen" jonas li
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        found = await resolve.people(account, people)
        there = {one.person.id for one in account.members(target.id)}
        for one in found:
            if one.id in there:
                invocation.out.note("cli-is-there", who=one.name, title=target.title)
        fresh = [one for one in found if one.id not in there]
        if fresh:
            await account.add(target.id, [one.id for one in fresh])
            names = ", ".join(one.name for one in fresh)
            invocation.out.note("cli-added", who=names, title=target.title)
            newcomers.note(invocation.out, target)
            if target.history:
                await newcomers.wait(invocation, account, names)

    invocation.run(work)


@click.command(cls=Command, short_help="Remove a person from a conversation.")
@click.argument("conversation")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(invocation: Invocation, conversation: str, person: str, *, yes: bool) -> None:
    """Remove PERSON from CONVERSATION; they cannot read what is written from then on.

    \b
      teamchat remove "Werk Shenzhen" jonas
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        found = resolve.member(account, target, person).person
        invocation.confirm(yes, "cli-confirm-remove", who=found.name, title=target.title)
        await account.remove(target.id, found.id)
        invocation.out.note("cli-removed", who=found.name, title=target.title)

    invocation.run(work)


@click.command(cls=Command, short_help="Leave a conversation.")
@click.argument("conversation")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def leave(invocation: Invocation, conversation: str, *, yes: bool) -> None:
    """Leave CONVERSATION; what you have read stays on this device.

    \b
      teamchat leave "Werk Shenzhen"
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        from teamchat.engine.model import Standing

        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        if target.direct:
            raise Failure("cli-leave-direct")
        invocation.confirm(yes, "cli-confirm-leave", title=target.title)
        await account.leave(target.id)
        now = resolve.conversation(account, target.id).standing
        done = now is not Standing.LEAVING
        invocation.out.note("cli-left" if done else "cli-leaving", title=target.title)

    invocation.run(work)


@click.command(cls=Command, short_help="Accept members whom nobody was seen to add.")
@click.argument("conversation")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def accept(invocation: Invocation, conversation: str, *, yes: bool) -> None:
    """Accept everybody who is in CONVERSATION now; what waits there is sent.

    \b
      teamchat accept "Werk Shenzhen"

    Needed when people came in while this device was out, and nobody was seen to add them. Ask
    the others first.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    from teamchat.client.errors import AccountError

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        if not target.newcomers:
            invocation.out.note("cli-nobody-to-accept", title=target.title)
            return
        while True:
            others = [each for each in account.members(target.id) if not each.own]
            names = ", ".join(each.person.name for each in others)
            invocation.confirm(yes, "cli-confirm-accept", title=target.title, who=names)
            try:
                await account.accept_members(target.id, [each.person.id for each in others])
                break
            except AccountError as error:
                if error.key != "error-others-came" or yes:
                    raise
                invocation.out.must_know(error.key)
        if invocation.as_json:
            for each in others:
                invocation.out.record(shapes.member(each, invocation.out.say))
        invocation.out.note("cli-accepted", title=target.title)

    invocation.run(work)


@click.command(cls=Command, short_help="Join a broken conversation again.")
@click.argument("conversation")
@click.pass_obj
def rejoin(invocation: Invocation, conversation: str) -> None:
    """Have this device join CONVERSATION again, if it could no longer be continued.

    \b
      teamchat rejoin "Werk Shenzhen"
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        await account.rejoin(target.id)
        invocation.out.note("cli-rejoined", title=target.title)

    invocation.run(work)


@click.command(cls=Command, short_help="Give a conversation another title.")
@click.argument("conversation")
@click.argument("title")
@click.pass_obj
def rename(invocation: Invocation, conversation: str, title: str) -> None:
    """Give CONVERSATION another TITLE; the server does not learn it.

    \b
      teamchat rename "Werk Shenzhen" "Werk Shenzhen, Halle 2"
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        await account.rename(target.id, title)
        invocation.out.note("cli-renamed", title=title)

    invocation.run(work)


@click.command(cls=Command, short_help="Let a member administer, or not.")
@click.argument("conversation")
@click.argument("person")
@click.argument("role", type=click.Choice(["admin", "member"]))
@click.pass_obj
def role(invocation: Invocation, conversation: str, person: str, role: str) -> None:
    """Let PERSON administer CONVERSATION (admin), or no longer (member).

    \b
      teamchat role "Werk Shenzhen" mara admin
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.catch_up(ONLINE_SECONDS)
        target = resolve.conversation(account, conversation)
        found = resolve.member(account, target, person).person
        await account.set_admin(target.id, found.id, role == "admin")
        invocation.out.note(f"cli-role-{role}", who=found.name, title=target.title)

    invocation.run(work)
