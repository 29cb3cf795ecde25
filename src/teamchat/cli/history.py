"""`teamchat history`: what was said before a device came, and its encrypted backup."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from teamchat.cli import shapes
from teamchat.cli.command import Group
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.client.history import HistoryStatus, Wish
    from teamchat.client.history_parts import Progress
    from teamchat.engine.model import OwnDevice

SECOND_MS = 1000


@click.group(cls=Group, params=common_options(), short_help="Old messages on new devices.")
def history() -> None:
    """Bring what was written earlier to a new device, and keep an encrypted backup of it.

    \b
      teamchat history ask       on the new device
      teamchat history give      on a device that has the messages
    """  # noqa: D301 - \b is Click's mark for lines to be kept


@history.command("status")
@click.pass_obj
def history_status(invocation: Invocation) -> None:
    """Show who has asked for messages, what has come, and how the backup is.

    \b
      teamchat history status
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> "tuple[HistoryStatus, Sequence[OwnDevice]]":
        await invocation.catch_up(account)
        return await account.history.status(), await account.devices()

    found, devices = invocation.run(work)
    out = invocation.out
    if out.as_json:
        out.record(shapes.history(found))
        return
    names = {each.id: each.name for each in devices}
    out.line(_policy(out, found.policy))
    for wish in found.wishes:
        key = "cli-history-wish-given" if wish.giver else "cli-history-wish"
        giver = names.get(wish.giver, wish.giver)
        out.line(out.say(key, device=names.get(wish.device, wish.device), giver=giver))
    if found.asked:
        key = "cli-history-coming" if found.giver else "cli-history-waiting"
        out.line(out.say(key, lines=found.taken, expected=found.expected))
    out.line(_backup(out, found))


@history.command("ask")
@click.option("--no-wait", is_flag=True, help="Ask, and take in the rest another time.")
@click.pass_obj
def history_ask(invocation: Invocation, *, no_wait: bool) -> None:
    """Ask your other devices for what was written before this one came, and take it in.

    \b
      teamchat history ask

    Then say yes on one of the others: teamchat history give. What is broken off goes on with the
    same command.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        await invocation.catch_up(account)
        await account.history.ask()
        if no_wait:
            out.note("cli-history-asked")
            return
        given = (await account.history.status()).giver
        out.note("cli-history-asked-given" if given else "cli-history-asked-waiting")
        with out.progress() as show:
            await account.history.follow(_told(out, show, "cli-history-taking"))
        out.note("cli-history-taken")

    invocation.run(work)


@history.command("cancel")
@click.pass_obj
def history_cancel(invocation: Invocation) -> None:
    """Want no older messages any more, or give none. What has come stays.

    \b
      teamchat history cancel
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.history.cancel()
        invocation.out.note("cli-history-cancelled")

    invocation.run(work)


@history.command("give")
@click.argument("device", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def history_give(invocation: Invocation, device: str | None, *, yes: bool) -> None:
    """Give your messages to another DEVICE of yours that has asked for them.

    \b
      teamchat history give
      teamchat history give Telefon

    Only a device of yours that has asked gets them, and only that one can read them on the way.
    What is broken off goes on with the same command.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        await invocation.catch_up(account)
        wish, name = _chosen(await account.history.wishes(), await account.devices(), device)
        if not wish.mine:
            status = await account.history.status()
            out.note("cli-history-policy-note", policy=_policy(out, status.policy))
            invocation.confirm(yes, "cli-history-confirm", device=name)
        with out.progress() as show, _given_before(name):
            await account.history.give(wish.id, _told(out, show, "cli-history-giving"))
        out.note("cli-history-given", device=name)

    invocation.run(work)


@contextmanager
def _given_before(device: str) -> "Iterator[None]":
    """Say that this device has given what was asked for, if that is why it cannot again."""
    from teamchat.client.errors import AccountError

    try:
        yield
    except AccountError as error:
        if error.key != "error-conflict":
            raise
        raise Failure("cli-history-given-before", device=device) from error


@history.command("backup")
@click.pass_obj
def history_backup(invocation: Invocation) -> None:
    """Add to your encrypted backup what it lacks; from now on this device does so every day.

    \b
      teamchat history backup

    Only your devices and your recovery key open it. The server sees its size and when it changes.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        out = invocation.out
        with out.progress() as show:
            await account.history.back_up(_told(out, show, "cli-history-backing-up"))
        out.note("cli-history-backed-up")

    invocation.run(work)


@history.command("restore")
@click.pass_obj
def history_restore(invocation: Invocation) -> None:
    """Take in what your encrypted backup holds. What is here already stays as it is.

    \b
      teamchat history restore
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out = invocation.out
        await invocation.catch_up(account)
        with out.progress() as show:
            lines = await account.history.restore(_told(out, show, "cli-history-taking"))
        out.note("cli-history-restored", lines=lines)

    invocation.run(work)


@history.command("forget")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def history_forget(invocation: Invocation, *, yes: bool) -> None:
    """Remove your encrypted backup from the server. Your devices keep what they have.

    \b
      teamchat history forget
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        invocation.confirm(yes, "cli-history-confirm-forget")
        await account.history.forget_backup()
        invocation.out.note("cli-history-forgotten")

    invocation.run(work)


async def offer(invocation: Invocation, account: "Account", name: str, within: float) -> None:
    """Ask whether a device that was linked just now is to have the older messages."""
    out = invocation.out
    wish = await account.history.wish_soon(within)
    if wish is None:
        return
    status = await account.history.status()
    out.note("cli-history-policy-note", policy=_policy(out, status.policy))
    try:
        agreed = invocation.agreed("cli-history-confirm", device=name)
    except Failure:  # nobody is there to say so; the device is linked all the same
        agreed = False
    if not agreed:
        out.note("cli-history-not-now")
        return
    with out.progress() as show:
        await account.history.give(wish.id, _told(out, show, "cli-history-giving"))
    out.note("cli-history-given", device=name)


def _chosen(
    wishes: "Sequence[Wish]", devices: "Sequence[OwnDevice]", wanted: str | None
) -> "tuple[Wish, str]":
    """Return which wish is meant, and the name of its device."""
    names = {each.id: each.name for each in devices}
    found = [
        wish for wish in wishes
        if wanted is None or wanted in {wish.device, names.get(wish.device, "")}
    ]  # fmt: skip
    begun = [wish for wish in found if wish.mine]
    found = begun or found
    if not found:
        raise Failure("cli-history-nobody-asked")
    if len(found) > 1:
        together = ", ".join(names.get(wish.device, wish.device) for wish in found)
        raise Failure("cli-history-several", devices=together)
    return found[0], names.get(found[0].device, found[0].device)


def _policy(out: "Output", policy: str) -> str:
    if policy.isdigit():
        return out.say("cli-history-policy-days", days=int(policy))
    return out.say("cli-history-policy-all" if policy == "all" else "cli-history-policy-none")


def _backup(out: "Output", found: "HistoryStatus") -> str:
    backup = found.backup
    if not backup.allowed:
        return out.say("cli-history-backup-not-allowed")
    if not backup.exists:
        return out.say("cli-history-backup-none")
    size = max(1, round(backup.size / 1024))
    return out.say(
        "cli-history-backup-here",
        time=out.moment(backup.changed * SECOND_MS),
        size=size,
        own="yes" if backup.wanted else "no",
    )


def _told(out: "Output", show: "Callable[[str], None]", key: str) -> "Callable[[Progress], None]":
    def tell(progress: "Progress") -> None:
        expected = max(progress.lines, progress.expected)
        show(out.say(key, lines=progress.lines, expected=expected))

    return tell
