"""`teamchat custody`: company custodians, for who entrusts them something and for who is one."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import custody_shapes
from teamchat.cli.asking import TYPED, Secret
from teamchat.cli.command import Group
from teamchat.cli.custody_showing import show_custodians
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.options import common_options, secret_options
from teamchat.cli.recovery_key import Asked

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.client.custody_asking import Asking
    from teamchat.wire.custody import Custodians, Custody

PREFIX_CHARACTERS: Final = 4
"""How much of an identifier has to be typed at least."""
_CA = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group, params=common_options(), invoke_without_command=True)
@click.pass_context
def custody(context: click.Context) -> None:
    """Company custodians: several of them together can give you back what you have lost.

    \b
      teamchat custody
      teamchat custody entrust
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    if context.invoked_subcommand is None:
        with click.Context(status, parent=context) as inner:
            status.invoke(inner)


@custody.command("status")
@click.pass_obj
def status(invocation: Invocation) -> None:
    """Say who the custodians are, and whether you have entrusted them something.

    \b
      teamchat custody
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        found, own = await account.custody.custodians(), await account.custody.own()
        if invocation.out.as_json:
            invocation.out.record(custody_shapes.status(found, own))
            return
        show_custodians(invocation.out, found)
        _show_own(invocation.out, found, own)

    invocation.run(work)


@custody.command("entrust")
@secret_options("recovery-key", "recovery key")
@click.option("--yes", is_flag=True, help="Do not ask whether you want it.")
@click.pass_obj
def entrust(invocation: Invocation, recovery_key_from: Secret, *, yes: bool) -> None:
    """Entrust your recovery key to the custodians, in parts of which each holds one.

    \b
      teamchat custody entrust

    Nobody has to. Whoever does can come back without devices and recovery key, and colleagues see
    no changed key. In exchange, as many custodians as it takes could together be you.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        found = await account.custody.custodians()
        if not found.set:
            raise Failure("error-no-custodians")
        show_custodians(invocation.out, found)
        invocation.confirm(yes, "cli-custody-confirm", threshold=found.threshold)
        done = await account.custody.entrust(Asked(invocation, recovery_key_from)())
        invocation.out.note("cli-custody-entrusted", threshold=done.threshold)

    invocation.run(work)


@custody.command("withdraw")
@click.pass_obj
def withdraw(invocation: Invocation) -> None:
    """Take back what you have entrusted.

    \b
      teamchat custody withdraw
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.custody.withdraw()
        invocation.out.note("cli-custody-withdrawn")

    invocation.run(work)


@custody.command("refuse")
@click.pass_obj
def refuse(invocation: Invocation) -> None:
    """Say no: it is not you who asks the custodians for your recovery key.

    \b
      teamchat custody refuse
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await account.custody.refuse()
        invocation.out.note("cli-custody-refused")

    invocation.run(work)


@custody.command("accept")
@click.pass_obj
def accept(invocation: Invocation) -> None:
    """Accept to be a custodian, after an owner has appointed you.

    \b
      teamchat custody accept
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        found = await account.custody.accept()
        count = len(found.custodians)
        invocation.out.note("cli-custody-accepted", threshold=found.threshold, count=count)

    invocation.run(work)


@custody.command("list")
@click.pass_obj
def list_requests(invocation: Invocation) -> None:
    """List who asks you, as a custodian, for your part of their recovery key.

    \b
      teamchat custody list
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        out, found = invocation.out, await account.custody.requests()
        if out.as_json:
            for each in found:
                out.record(custody_shapes.request(each))
            return
        if not found:
            out.note("cli-custody-nobody-asks")
        out.table(
            (
                each.name,
                each.user_name,
                out.clock(each.request.made * 1000),
                out.say(f"cli-custody-{each.request.verdict.value}"),
                each.request.id,
            )
            for each in found
        )
        for each in found:
            if each.called:
                out.must_know("error-custody-name", name=each.name, called=each.called)
            elif not each.met:
                out.must_know("cli-custody-never-met", name=each.name, user=each.user_name)

    invocation.run(work)


@custody.command("approve")
@click.argument("who")
@secret_options("code", "code that the person reads out")
@click.option("--never-met", is_flag=True, help="Give it even to somebody never met in teamchat.")
@click.pass_obj
def approve(invocation: Invocation, who: str, code_from: Secret, *, never_met: bool) -> None:
    """Give your part to WHO asks, by user name or by the request's id.

    \b
      teamchat custody approve wei

    Speak with the person first, so that you know it is them. They read a code of 30 digits from
    their screen; you type it here. Without it nothing is given. Of somebody whom you have never met
    in teamchat you know no more than the server says: go there, and see a document with their name.
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        asking = _meant(await account.custody.requests(), who)
        asking.check()
        out, name, user = invocation.out, asking.name, asking.user_name
        if not asking.met:
            out.must_know("cli-custody-never-met", name=name, user=user)
            invocation.confirm_by_typing(
                never_met, user, "cli-custody-never-met-sure", option="--never-met"
            )
        when = out.moment(asking.request.made * 1000)
        out.note("cli-custody-who-asks", name=name, user=user, when=when)
        typed = _code(invocation, code_from)
        await account.custody.approve(asking, typed)
        out.note("cli-custody-given", name=name)

    invocation.run(work)


@custody.command("decline")
@click.argument("who")
@click.pass_obj
def decline(invocation: Invocation, who: str) -> None:
    """Do not give your part to WHO asks, by user name or by the request's id.

    \b
      teamchat custody decline wei
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        asking = _meant(await account.custody.requests(), who)
        await account.custody.decline(asking)
        invocation.out.note("cli-custody-not-given", name=asking.name)

    invocation.run(work)


@custody.command("take-back")
@click.argument("who")
@click.pass_obj
def take_back(invocation: Invocation, who: str) -> None:
    """Take back the part that you gave to WHO asks, as long as nothing was given out.

    \b
      teamchat custody take-back wei
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        asking = _meant(await account.custody.requests(), who)
        await account.custody.take_back(asking)
        invocation.out.note("cli-custody-taken-back", name=asking.name)

    invocation.run(work)


def _show_own(out: "Output", found: "Custodians", own: "Custody") -> None:
    if not found.set:
        return
    if not own.deposit:
        out.note("cli-custody-nothing-of-yours")
        return
    out.note("cli-custody-yours", day=out.day(own.made * 1000))
    if own.request is not None:
        when = out.moment(own.request.made * 1000)
        out.must_know("cli-custody-somebody-asks", when=when)


def _meant(found: "list[Asking]", typed: str) -> "Asking":
    wanted = typed.removeprefix("@").casefold()
    for each in found:
        by_id = len(typed) >= PREFIX_CHARACTERS and each.request.id.startswith(typed)
        if by_id or each.user_name == wanted:
            return each
    raise Failure("cli-custody-nobody-so", typed=typed)


def _code(invocation: Invocation, source: Secret) -> str:
    if source == TYPED:
        return invocation.ask("cli-custody-ask-code", "--code-file")
    return invocation.secret(source, "cli-custody-ask-code", "--code-file")
