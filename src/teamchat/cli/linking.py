"""`teamchat link` and `teamchat devices link`: a further device, by one that is there already.

Both sides show the same and ask whether it is: only a yes or no that somebody has typed counts.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import shapes
from teamchat.cli.command import Command
from teamchat.cli.doors import LinkEntry
from teamchat.cli.entering import device_name_of, new_passphrase
from teamchat.cli.failure import Failure
from teamchat.cli.history import offer
from teamchat.cli.invocation import Invocation
from teamchat.cli.login import Once, arrive, lead_on, welcome

if TYPE_CHECKING:
    from teamchat.client.account import Account
    from teamchat.client.linking import Comparison
    from teamchat.client.linking_new import Codes
    from teamchat.identity.sas import ShortAuthenticationString

_CA = click.Path(exists=True, dir_okay=False, path_type=Path)
WISH_SECONDS: Final = 20.0
"""How long a device that was just linked may take to ask for older messages."""


@click.command(cls=Command, short_help="Make this computer one of your devices, by another one.")
@click.argument("server")
@click.option("--device-name", help="What this device is called.")
@click.option("--ca-file", type=_CA, help="Trust the authority in this file, and no other.")
@click.option("--numbers", is_flag=True, help="Compare three numbers instead of seven pictures.")
@click.option("--qr/--no-qr", default=None, help="Draw the QR code; by default on a terminal.")
@click.pass_obj
def link(
    invocation: Invocation,
    server: str,
    device_name: str | None,
    ca_file: Path | None,
    *,
    numbers: bool,
    qr: bool | None,
) -> None:
    """Make this computer a device of yours at SERVER, with the help of one that you have.

    \b
      teamchat link https://chat.example

    It shows a code. On your other device, scan it, or type it: `teamchat devices link CODE`.
    Compare what both show, and say on both that it is the same. No password and no recovery key
    is needed. Ctrl+C breaks off and leaves nothing.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    _require_somebody(invocation)
    passphrase = Once(lambda: new_passphrase(invocation, "cli-passphrase-why"))
    screen = _NewScreen(invocation, numbers=numbers, qr=qr)
    entry = LinkEntry(
        profile=invocation.profile,
        device_name=device_name_of(invocation, device_name),
        passphrase=passphrase,
        unlock=Once(invocation.passphrase, passphrase),
        codes=screen.codes,
        same=screen.same,
        waits=lambda: invocation.out.must_know("cli-linking-needs-admin"),
        ca_file=ca_file,
    )
    import asyncio

    entered = asyncio.run(invocation.doors.link(server, entry))
    invocation = replace(invocation)  # speaks the language of the account, known by now
    welcome(invocation, entered)
    arrive(invocation, entered, passphrase)
    lead_on(invocation)


@click.command("link", cls=Command, short_help="Let a further device in.")
@click.argument("code", required=False)
@click.option("--numbers", is_flag=True, help="Compare three numbers instead of seven pictures.")
@click.pass_obj
def link_device(invocation: Invocation, code: str | None, *, numbers: bool) -> None:
    """Let the device in that shows CODE: it reads and writes as you from then on.

    \b
      teamchat devices link
      teamchat devices link 4H7KQ-9TMZ2

    The new device has to be in your own hand. Never take a code that somebody sends you: it would
    be their device.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    _require_somebody(invocation)
    if code and (problem := _mistyped(code)):
        raise problem

    async def work(account: "Account") -> None:
        out = invocation.out
        out.must_know("cli-linking-own-hand")
        written = code or invocation.ask("cli-ask-linking-code", "CODE", wrong=_mistyped)
        comparison = await account.linking.begin(written)
        await _decide(invocation, comparison, numbers=numbers)
        out.note("cli-linking-other-side")
        if await comparison.confirm():
            out.note("cli-linked", name=comparison.name)
            await offer(invocation, account, comparison.name, WISH_SECONDS)
        else:
            out.must_know("cli-linked-waits", name=comparison.name)

    invocation.run(work)


async def _decide(invocation: Invocation, comparison: "Comparison", *, numbers: bool) -> None:
    """Show what is to be compared, and go on only if it is the same.

    Raises:
        AccountError: It is not; the other side is told.
    """
    from teamchat.client.errors import AccountError

    try:
        _show(invocation, comparison.sas, numbers=numbers)
        same = _answer(invocation, "cli-linking-same-there", name=comparison.name)
    except BaseException:  # also Ctrl+C at the question
        await comparison.cancel()
        raise
    if not same:
        await comparison.refuse()
        raise AccountError("error-linking-different")


class _NewScreen:
    """What the new device shows and asks."""

    def __init__(self, invocation: Invocation, *, numbers: bool, qr: bool | None) -> None:
        self._invocation = invocation
        self._numbers = numbers
        self._qr = qr
        self._typed = ""

    def codes(self, codes: "Codes") -> None:
        out = self._invocation.out
        if out.as_json:
            out.record(shapes.linking_codes(codes))
            return
        drawn = self._qr is not False and out.code(
            [codes.scanned], wanted=self._qr is True, too_small="cli-no-room-for-linking-code"
        )
        if drawn:
            out.must_know("cli-linking-code", code=codes.typed)
        elif codes.typed != self._typed:
            out.must_know("cli-linking-code-typed", code=codes.typed)
        if not self._typed:
            out.must_know("cli-linking-code-lives")
        self._typed = codes.typed

    async def same(self, sas: "ShortAuthenticationString") -> bool:
        _show(self._invocation, sas, numbers=self._numbers)
        same = _answer(self._invocation, "cli-linking-same-here")
        if same:
            self._invocation.out.note("cli-linking-other-side")
        return same


def _show(invocation: Invocation, sas: "ShortAuthenticationString", *, numbers: bool) -> None:
    """Write pictures with their names, or numbers; one under the other, to be read out."""
    out = invocation.out
    if out.as_json:
        out.record(shapes.comparison_of_devices(sas, out.language))
    elif numbers:
        out.line("   ".join(str(each) for each in sas.numbers()))
    else:
        for place, picture in enumerate(sas.pictures(), 1):
            out.line(f"{place}  {picture.emoji}  {picture.name(out.language)}")


def _answer(invocation: Invocation, key: str, /, **arguments: str) -> bool:
    """Ask whether it is the same; nothing else than a person can answer that."""
    try:
        return invocation.agreed(key, **arguments)
    except Failure as error:
        if error.key == "cli-needs-yes":
            raise Failure("cli-linking-needs-person") from error
        raise


def _mistyped(typed: str) -> Failure | None:
    from teamchat.identity.errors import LinkingError
    from teamchat.identity.linking.code import LinkingCode

    try:
        LinkingCode.read(typed)
    except LinkingError:
        return Failure("error-linking-mistyped")
    return None


def _require_somebody(invocation: Invocation) -> None:
    """Refuse to go on where nobody can compare.

    Raises:
        Failure: Questions are not to be asked.
    """
    if not invocation.somebody_is_there:
        raise Failure("cli-linking-needs-person")
