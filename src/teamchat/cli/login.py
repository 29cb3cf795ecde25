"""`teamchat login`, `join`, `logout`, `status`."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import shapes
from teamchat.cli.asking import TYPED, Secret
from teamchat.cli.command import Command
from teamchat.cli.doors import Entered
from teamchat.cli.entering import entry_of
from teamchat.cli.failure import failure_of
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import secret_options
from teamchat.cli.recovery_key import NewWords
from teamchat.errors import TeamchatError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from teamchat.cli.doors import Ask, Entry
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.client.arriving import Arrival
    from teamchat.client.errors import AccountError
    from teamchat.engine.model import Alarm, OwnDevice

DEFAULT_PROFILE: Final = "default"
STATUS_SECONDS: Final = 5.0
ARRIVE_SECONDS: Final = 60.0
"""How long `login` waits for the conversations of a further device."""
_CLOSED_FOR_GOOD: Final = frozenset({"error-store-damaged", "error-vault-locked"})
"""What no passphrase opens; it can only be erased."""
_RESET_ASKED: Final = "alarm-own-reset-asked"
_CUSTODY_ASKED: Final = "notice-custody-asked"
_CA = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command, short_help="Log in on this computer.")
@click.argument("server")
@click.argument("user_name")
@click.option("--device-name", help="What this device is called.")
@click.option("--ca-file", type=_CA, help="Trust the authority in this file, and no other.")
@secret_options("password", "password")
@secret_options("recovery-key", "recovery key")
@click.option("--sheet", type=_NEW, help="Write a sheet with the recovery key, to be printed.")
@click.pass_obj
def login(
    invocation: Invocation,
    server: str,
    user_name: str,
    device_name: str | None,
    ca_file: Path | None,
    password_from: Secret,
    recovery_key_from: Secret,
    sheet: Path | None,
) -> None:
    """Log in at SERVER, and make this computer a device of yours.

    \b
      teamchat login https://chat.example anna

    Your first device shows your recovery key, once, and asks for two of its words: write it down.
    A further device asks for it. It waits until your conversations are here; Ctrl+C ends only the
    waiting. When you were signed out, log in again in the same way: everything here stays.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    words = NewWords(invocation, sheet)
    entry = entry_of(
        invocation, device_name, ca_file, password_from, recovery_key_from, words=words,
        new_password=False,
    )  # fmt: skip
    with words.counting():
        enter(invocation, server, user_name, entry)


def enter(
    invocation: Invocation,
    server: str,
    user_name: str,
    entry: "Entry",
    *,
    then: "Callable[[Account], Awaitable[None]] | None" = None,
) -> None:
    """Make this computer a device, wait for its conversations, and say what to do next.

    Args:
        invocation: The run.
        server: Where.
        user_name: Who.
        entry: How to ask for the rest.
        then: What else is to be done once the conversations are here.
    """
    import asyncio

    passphrase = Once(entry.passphrase)
    entry = replace(entry, passphrase=passphrase, unlock=Once(entry.unlock, passphrase))
    entered = asyncio.run(invocation.doors.login(server, user_name, entry))
    invocation = replace(invocation)  # speaks the language of the account, known by now
    welcome(invocation, entered)
    if entered.recovery_key is None:
        arrive(invocation, entered, passphrase, then)
        if then is not None:
            invocation.out.note("cli-no-witnesses-yet")
    lead_on(invocation)


@click.command(cls=Command, short_help="Enter with an invitation link.")
@click.option("--device-name", help="What this device is called.")
@click.option("--ca-file", type=_CA, help="Trust the authority in this file, and no other.")
@secret_options("link", "invitation link")
@secret_options("password", "new password")
@click.option("--sheet", type=_NEW, help="Write a sheet with the recovery key, to be printed.")
@click.pass_obj
def join(
    invocation: Invocation,
    device_name: str | None,
    ca_file: Path | None,
    link_from: Secret,
    password_from: Secret,
    sheet: Path | None,
) -> None:
    """Enter with the invitation link you were given: set a password, then log in.

    \b
      teamchat join
      teamchat join --link-file invitation.txt

    The link is a secret, so it is asked for and is no argument.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    import asyncio

    def link() -> str:
        if link_from == TYPED:
            return invocation.ask("cli-ask-link", "--link-file")
        return invocation.secret(link_from, "cli-ask-link", "--link-file")

    def refused(what: str, error: "AccountError") -> None:
        if {"link": link_from, "password": password_from}[what] != TYPED:
            raise error
        invocation.out.must_know(error.key, **error.arguments)

    words = NewWords(invocation, sheet)
    entry = entry_of(
        invocation, device_name, ca_file, password_from, TYPED, words=words, new_password=True
    )
    entry = replace(entry, refused=refused)
    with words.counting():
        entered = asyncio.run(invocation.doors.join(link, entry))
    invocation = replace(invocation)
    welcome(invocation, entered)
    lead_on(invocation)


class Once:
    """Asks once, and knows the answer from then on.

    Args:
        ask: Asks.
        remember: Knows the answer too, because it is a question for the same thing.
    """

    def __init__(self, ask: "Ask", remember: "Once | None" = None) -> None:
        self._ask = ask
        self._remember = remember
        self.answer: str | None = None

    def __call__(self) -> str:
        """Return the answer."""
        if self.answer is None:
            self.answer = self._ask()
        if self._remember is not None:
            self._remember.answer = self.answer
        return self.answer


def arrive(
    invocation: Invocation,
    entered: Entered,
    passphrase: "Ask",
    then: "Callable[[Account], Awaitable[None]] | None" = None,
) -> None:
    """Wait until the person's conversations are on this device, and say what is here."""
    out = invocation.out
    come: list[Arrival] = []

    async def work(account: "Account") -> "tuple[Arrival, bool, bool]":
        asked, others, new = False, False, not entered.returned and then is None
        with suppress(TeamchatError):  # it can be asked for at any time
            others = new and any(not each.this for each in await account.devices())
            asked = others and await account.history.ask_if_allowed()

        def tell(now: "Arrival") -> None:
            come[:] = [now]
            show(_so_far(out, now))

        with out.progress() as show:
            arrived = await account.arrive(ARRIVE_SECONDS, tell)
        if then is not None:
            await then(account)
        return arrived, others, asked

    try:
        arrived, others, asked = replace(invocation, passphrase_asked=passphrase).run(work)
    except KeyboardInterrupt:
        if come and come[0].waiting and come[0].has_done_its_part:
            out.note("cli-arrived-waiting", count=come[0].waiting)
        else:
            out.note("cli-arrive-later")
    except TeamchatError as error:
        failure = failure_of(error)
        out.must_know(failure.key, **failure.arguments)
        out.note("cli-arrive-later")
    else:
        alone = "cli-arrived-alone" if then is None else "cli-arrived-back"
        further = "cli-arrived-asked" if asked else "cli-arrived"
        _tell_arrival(out, entered, arrived, further if others else alone)
        if asked and arrived.conversations:
            out.note("cli-history-asked")


def _so_far(out: "Output", now: "Arrival") -> str:
    if now.complete and now.untitled:
        return out.say("cli-arriving-titles", count=now.untitled)
    if now.waiting and now.has_done_its_part:
        return out.say("cli-arriving-waiting", count=now.waiting)
    return out.say("cli-arriving", joined=now.joined, count=now.conversations)


def _tell_arrival(out: "Output", entered: Entered, arrived: "Arrival", key: str) -> None:
    if out.as_json:
        out.record(shapes.arrival(arrived))
        return
    count = arrived.conversations - arrived.waiting
    if not arrived.has_done_its_part:
        out.note("cli-arrived-partly", joined=arrived.joined, count=count)
    elif not entered.returned and (count or not arrived.waiting):
        out.note(key, count=count)
    if arrived.waiting:
        out.note("cli-arrived-waiting", count=arrived.waiting)
    if arrived.untitled:
        out.note("cli-arrived-untitled", count=arrived.untitled)


def welcome(invocation: Invocation, entered: Entered) -> None:
    """Say who has entered."""
    out, profile = invocation.out, entered.profile
    if out.as_json:
        out.record({**shapes.profile(profile), "recovery_key": entered.recovery_key})
        return
    if entered.returned:
        out.note("cli-welcome-back", name=profile.name)
        return
    out.note("cli-welcome", name=profile.name, organisation=profile.organisation)


def lead_on(invocation: Invocation) -> None:
    """Say what to type next."""
    named = "" if invocation.profile == DEFAULT_PROFILE else f" --profile {invocation.profile}"
    invocation.out.note("cli-next", command=f"teamchat{named} tui")


@click.command(cls=Command, short_help="Log out, and leave nothing on this computer.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--offline", is_flag=True, help="Erase without telling the server.")
@click.pass_obj
def logout(invocation: Invocation, *, yes: bool, offline: bool) -> None:
    """Remove this device from your account, and its messages from this computer.

    \b
      teamchat logout

    Without a connection nothing is erased, unless you say --offline: the device stays in your
    account then, until you remove it on another one. --offline also erases what is damaged.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        invocation.confirm(yes, "cli-confirm-logout", name=account.profile.name)
        removed = await _sign_out(invocation, account, offline=offline)
        invocation.out.note("cli-logged-out" if removed else "cli-logged-out-here")

    try:
        invocation.run(work, network=not offline, logging_out=True)
    except TeamchatError as error:
        if not offline or failure_of(error).key not in _CLOSED_FOR_GOOD:
            raise
        invocation.confirm(yes, "cli-confirm-erase")
        invocation.doors.erase(invocation.profile)
        invocation.out.note("cli-logged-out-here")


async def _sign_out(invocation: Invocation, account: "Account", *, offline: bool) -> bool:
    from teamchat.client.errors import AccountError

    try:
        return await account.sign_out(offline=offline)
    except AccountError as error:
        if error.key in {"error-offline", "error-certificate"}:
            invocation.out.must_know("cli-logout-needs-server")
        raise


@click.command(cls=Command, short_help="Show the account and its connection.")
@click.option("--offline", is_flag=True, help="Do not connect.")
@click.pass_obj
def status(invocation: Invocation, *, offline: bool) -> None:
    """Show whose account this is, and whether everything is sent and received.

    \b
      teamchat status

    Exit code 3 says that nobody is logged in, 4 that the server was not reached.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        from teamchat.client.errors import AccountError
        from teamchat.client.named_alarms import NAMED

        try:
            if not offline:
                await account.catch_up(STATUS_SECONDS)
        except AccountError:
            _show_status(invocation, account, account.alarms())
            raise
        if offline:
            _show_status(invocation, account, account.alarms())
            return
        alarms = await _still_true(account)
        devices: Sequence[OwnDevice] = ()
        with suppress(TeamchatError):  # it is said without the name
            if any(each.key in NAMED for each in alarms):
                devices = await account.devices()
        _show_status(invocation, account, alarms, devices)

    invocation.run(work, network=not offline)


async def _still_true(account: "Account") -> "list[Alarm]":
    """Return the alarms, without a fresh start and a request that are not waiting any more."""
    alarms = list(account.alarms())
    with suppress(TeamchatError):  # nobody knows: it is said once too often
        if any(each.key == _RESET_ASKED for each in alarms) and not (
            await account.recovery.asked_for()
        ):
            alarms = [each for each in alarms if each.key != _RESET_ASKED]
        if any(each.key == _CUSTODY_ASKED for each in alarms):
            waiting = {each.request.id for each in await account.custody.requests()
                       if each.request.verdict.value == "waiting"}  # fmt: skip
            alarms = [
                each for each in alarms
                if each.key != _CUSTODY_ASKED or dict(each.arguments).get("request") in waiting
            ]  # fmt: skip
    return alarms


def _show_status(
    invocation: Invocation,
    account: "Account",
    listed: "Sequence[Alarm]",
    devices: "Sequence[OwnDevice]" = (),
) -> None:
    from teamchat.client.named_alarms import told_of

    out, profile, names = invocation.out, account.profile, account.device_names()
    unread = sum(one.unread for one in account.conversations())
    if out.as_json:
        alarms = [shapes.alarm(one) for one in listed]
        facts = {"link": account.link.value, "queued": account.queued, "unread": unread}
        out.record({**shapes.profile(profile), "type": "status", **facts, "alarms": alarms})
        return
    out.table(
        [
            (out.say("cli-status-who"), f"{profile.name} ({profile.user_name})"),
            (out.say("cli-status-organisation"), f"{profile.organisation}, {profile.site}"),
            (out.say("cli-status-server"), profile.server),
            (
                out.say("cli-status-link"),
                out.say(f"cli-link-{account.link.value.replace('_', '-')}"),
            ),
            (out.say("cli-status-queued"), str(account.queued)),
            (out.say("cli-status-unread"), str(unread)),
            (out.say("cli-status-times"), out.say("cli-status-times-here", zone=out.zone())),
        ]
    )
    for one in listed:
        out.must_know(one.key, **told_of(one, devices, out.moment, names))
