"""`teamchat verify`: whether the key of a person is theirs.

Nothing is marked that was not compared: by the person, who says so, or here, with what the other
side's number or QR code says.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes, telling
from teamchat.cli.asking import standard_input
from teamchat.cli.command import Command
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from teamchat.client.account import Account
    from teamchat.engine.model import Person

ONLINE_SECONDS: Final = 20.0
GROUPS_IN_LINE: Final = 4
MAX_TEXT_BYTES: Final = 4096


@click.command(cls=Command, short_help="Compare the safety number with a person.")
@click.argument("person")
@click.option(
    "--compare", metavar="TEXT",
    help="Compare with the digits that PERSON sees, or with what their QR code says; - reads it "
    "from standard input.",
)  # fmt: skip
@click.option("--confirm", is_flag=True, help="You have compared: mark PERSON as verified.")
@click.option("--keep-old", is_flag=True, help="A changed key is not PERSON's: keep the old one.")
@click.option("--qr/--no-qr", default=None, help="Draw the QR code; by default on a terminal.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def verify(
    invocation: Invocation,
    person: str,
    compare: str | None,
    *,
    confirm: bool,
    keep_old: bool,
    qr: bool | None,
    yes: bool,
) -> None:
    """Show the safety number of you and PERSON; both of you see the same one.

    \b
      teamchat verify wei
      teamchat verify wei --confirm
      teamchat verify wei --compare "12345 67890 …"
      wl-paste | teamchat verify wei --compare - --yes

    Compare it in person or on the phone. If it differs, somebody could read along: do not
    write anything confidential, and tell your IT department. Exit code 5 says that it differs.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    theirs = None if compare is None else _read(compare)
    asks = compare != "-" and invocation.somebody_is_there  # a pipe answers no question

    async def work(account: "Account") -> None:
        from teamchat.engine.model import Trust

        await account.catch_up(ONLINE_SECONDS)
        found = await resolve.person(account, person)
        if found.id == account.profile.user:
            raise Failure("cli-verify-oneself")
        if keep_old:
            await account.keep_key(found.id)
            invocation.out.note("cli-key-kept", who=found.name)
            return
        number = await account.safety_number(found.id)
        if theirs is not None:
            await _compared(invocation, account, found, number, theirs, yes=yes, asks=asks)
            return
        _show(invocation, found, number, qr=qr)
        if confirm:
            invocation.confirm(yes, "cli-confirm-verify", who=found.name)
            await _mark(invocation, account, found, number)
        elif found.trust is Trust.VOUCHED:
            invocation.out.note("cli-compare-then", user=found.user_name)

    invocation.run(work)


def _read(compare: str) -> str:
    """Return the number in what was given, or piped in.

    Raises:
        Failure: There is none.
    """
    from teamchat.identity.errors import IdentityError
    from teamchat.identity.safety_number import read

    text = standard_input(MAX_TEXT_BYTES) if compare == "-" else compare
    try:
        return read(text)
    except IdentityError as error:
        raise Failure("cli-not-sixty-digits") from error


async def _compared(
    invocation: Invocation,
    account: "Account",
    person: "Person",
    number: str,
    theirs: str,
    *,
    yes: bool,
    asks: bool,
) -> None:
    """Say whether two numbers are the same; if so, offer to mark the person.

    Raises:
        Failure: They differ.
    """
    from teamchat.engine.model import Trust
    from teamchat.identity.safety_number import same

    out = invocation.out
    if not same(number, theirs):
        if out.as_json:
            out.record(shapes.comparison(person, out.say, matches=False))
        raise Failure("cli-safety-number-differs", who=person.name)
    out.note("cli-matches", who=person.name)
    if person.trust is not Trust.VERIFIED:
        if yes or (asks and _agreed(invocation, person)):
            await _mark(invocation, account, person, number)
            person = replace(person, trust=Trust.VERIFIED)
        else:
            out.note("cli-not-marked", who=person.name)
    if out.as_json:
        out.record(shapes.comparison(person, out.say, matches=True))


def _agreed(invocation: Invocation, person: "Person") -> bool:
    """Ask whether to mark; who does not answer has compared all the same."""
    try:
        return invocation.agreed("cli-confirm-matched", who=person.name)
    except click.Abort:
        click.echo(err=True)
        return False
    except Failure:  # nobody can be asked
        return False


async def _mark(invocation: Invocation, account: "Account", person: "Person", number: str) -> None:
    await account.mark_verified(person.id, number)
    invocation.out.note("cli-verified", who=person.name)


def _show(invocation: Invocation, person: "Person", number: str, *, qr: bool | None) -> None:
    """Write the number, under what explains it, so that a small terminal still shows it whole."""
    from teamchat.engine.model import Trust
    from teamchat.identity.safety_number import code_parts

    out = invocation.out
    parts = code_parts(number)
    if out.as_json:
        out.record(shapes.safety_number(person, out.say, number, "".join(parts)))
        return
    changed = person.trust is Trust.CHANGED
    out.note("cli-verify-level", who=person.name, level=telling.level(out, person))
    out.note(
        "cli-compare-changed" if changed else "cli-compare",
        who=person.name, user=person.user_name,
    )  # fmt: skip
    if qr is not False:
        out.code(parts, wanted=qr is True, too_small="cli-no-room-for-code")
    groups = number.split()
    for at in range(0, len(groups), GROUPS_IN_LINE):
        out.line(" ".join(groups[at : at + GROUPS_IN_LINE]))
