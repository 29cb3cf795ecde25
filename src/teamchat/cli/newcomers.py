"""What people who come into a conversation see of what was said before they came."""

import re
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes
from teamchat.cli.command import Command
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Callable

    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.engine.model import Conversation

ONLINE_SECONDS: Final = 20.0
GIVING_SECONDS: Final = 60.0
_DAYS: Final = re.compile(r"([1-9][0-9]{0,4})d")


def history(given: str) -> int:
    """Read what newcomers are to see: `none`, `all`, or days as `30d`.

    Raises:
        Failure: It is none of these.
    """
    from teamchat.wire.room_policy import ALL, MAX_DAYS, NONE

    words = {"none": NONE, "all": ALL}
    found = _DAYS.fullmatch(given)
    if given in words:
        return words[given]
    if found is None or int(found[1]) > MAX_DAYS:
        raise Failure("cli-newcomers-how")
    return int(found[1])


def note(out: "Output", here: "Conversation") -> None:
    """Say beside what is asked for what newcomers see."""
    out.note(f"trust-newcomers-{here.newcomers_see}", days=here.history)


async def hand_over(
    invocation: Invocation, account: "Account", here: "Conversation", person: str
) -> None:
    """Give somebody the earlier messages, and say whether they have them."""
    found = resolve.member(account, here, person).person
    await account.room_policies.give(here.id, found.id)
    await wait(invocation, account, found.name)


async def wait(invocation: Invocation, account: "Account", who: str) -> None:
    """Wait until what is to be given is given, and say whether it is."""
    if await _settled(invocation.out, account):
        invocation.out.note("cli-newcomers-given", who=who)
    else:
        invocation.out.note("cli-newcomers-later", who=who)


async def _settled(out: "Output", account: "Account") -> bool:
    """Wait, and show how much is at the server."""
    import asyncio

    with out.progress() as show:
        following = asyncio.create_task(_follow(out, account, show))
        try:
            return await account.room_policies.settle(GIVING_SECONDS)
        finally:
            following.cancel()


async def _follow(out: "Output", account: "Account", show: "Callable[[str], None]") -> None:
    from teamchat.engine.model import HistoryMoved

    async for change in account.changes():
        if isinstance(change, HistoryMoved):
            percent = 100 * change.done // max(1, change.total)
            show(out.say("cli-newcomers-moving", percent=percent))


@click.command(cls=Command, short_help="Say what new members see of earlier messages.")
@click.argument("conversation")
@click.argument("see", metavar="[none|DAYS|all]", required=False)
@click.option("--give", metavar="PERSON", help="Give earlier messages to who came lately, again.")
@click.pass_obj
def newcomers(invocation: Invocation, conversation: str, see: str | None, give: str | None) -> None:
    """Say what people who are added to CONVERSATION see of what was written before.

    \b
      teamchat newcomers "Werk Shenzhen"
      teamchat newcomers "Werk Shenzhen" 30d
      teamchat newcomers "Werk Shenzhen" none
      teamchat newcomers "Werk Shenzhen" --give wei

    Nothing (none), so many days (30d, 90d, or any other number), or everything (all). Who
    administers the conversation changes it; all members are told. What was given to somebody
    cannot be taken back.

    Whoever adds people gives them the earlier messages, by itself. If that has not worked, whoever
    administers the conversation gives them with --give.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    wanted = None if see is None else history(see)

    async def work(account: "Account") -> None:
        out = invocation.out
        await account.catch_up(ONLINE_SECONDS)
        here = resolve.conversation(account, conversation)
        if wanted is not None:
            await account.room_policies.set_history(here.id, wanted)
            here = resolve.conversation(account, here.id)
        if give is not None:
            await hand_over(invocation, account, here, give)
        if out.as_json:
            out.record(shapes.conversation(here))
        else:
            out.line(out.say(f"trust-newcomers-{here.newcomers_see}", days=here.history))

    invocation.run(work)
