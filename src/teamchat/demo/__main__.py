"""`python -m teamchat.demo`: play the story, show it, search for it, and stay up."""

import asyncio
import contextlib
import shutil
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from teamchat.cli.output import visible
from teamchat.demo.evidence import search
from teamchat.demo.office import ORGANISATION, Cast, DemoError, Office
from teamchat.demo.story import (
    ADMIN,
    ANNA,
    EMPLOYEES,
    JOERG,
    LI,
    OFFICER,
    TITLE,
    VISITOR,
    WEI,
    Story,
    words,
)
from teamchat.engine.model import Message, MessageKind
from teamchat.i18n import Catalogue
from teamchat.server.web.files import BUILT, MANIFEST

DIRECTORY: Final = Path("demo-data")


def say(text: str = "") -> None:
    """Print a line of the demonstration."""
    click.echo(text)


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End when everything has been shown.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=DIRECTORY, help="A folder to be replaced."
)
def main(*, leave: bool, data: Path) -> None:
    """Show teamchat doing its main job."""
    try:
        asyncio.run(_demo(data.resolve(), leave=leave))
    except DemoError as error:
        say(f"\nNOT HELD: {error}")
        sys.exit(1)


async def _demo(root: Path, *, leave: bool) -> None:
    _make_way(root)
    started = time.monotonic()
    async with Office(root) as office:
        await _found(office)
        story = Story(office)
        say(
            f"\nThe group “{TITLE}” is made of three, one more is added, one is removed; all write."
        )
        say("Before the last message Anna Müller logs in on a second computer.")
        await story.play()
        await story.delivered()
        ahead = f"{_moment(story.view(ANNA)[0]):%z}"
        say(f"Times are those of this computer (UTC{ahead[:3]}:{ahead[3:5]}), for everybody.")
        for cast in (ANNA, WEI, JOERG, LI):
            _show(cast, cast.name, story.view(cast))
        (second,) = office.further
        _show(ANNA, f"{ANNA.name} on her second computer", second.timeline(story.conversation))
        _search(office)
        say(f"\nEverything held, in {time.monotonic() - started:.1f} s.")
        if not leave:
            await _stay(office)


def _make_way(root: Path) -> None:
    """Remove what an earlier demonstration left, and nothing else."""
    mark = root / ".teamchat-demo"
    if root.exists() and any(root.iterdir()) and not mark.exists():
        raise DemoError(f"{root} holds something that no demonstration made; name another folder")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(mode=0o700, parents=True)
    mark.touch()


async def _found(office: Office) -> None:
    link = await office.found()
    await office.open()
    say(f"A server runs at {office.url}, its data in {office.server_data}.")
    await office.log_in(ADMIN, link)
    say(f"{ORGANISATION}: {ADMIN.name} has entered by the first invitation.")
    for cast in (OFFICER, *EMPLOYEES):
        link = await office.invite(cast, ADMIN)
        await office.enter(cast, link)
        role = cast.role.replace("_", " ")
        say(f"  {cast.name}, {cast.site} ({role}) was invited, has entered and logged in.")


def _moment(line: Message) -> datetime:
    """Return when a line was written, in the time zone of this computer, as the clients do."""
    return datetime.fromtimestamp(line.time_ms / 1000, UTC).astimezone()


def _show(cast: Cast, who: str, lines: list[Message]) -> None:
    catalogue = Catalogue(cast.language)
    say(f"\n── what {who} sees, {cast.site} " + "─" * 30)
    for line in lines:
        clock = _moment(line).strftime("%H:%M")
        if line.kind is MessageKind.SYSTEM:
            say(f"   {clock}  · {visible(catalogue.text(line.text, **dict(line.arguments)))}")
        else:
            mark = "▌" if line.own else " "
            say(f" {mark} {clock}  {visible(line.sender_name)}: {visible(line.text)}")


def _search(office: Office) -> None:
    result = search(office.server_data, words())
    say(
        f"\nThe server's {result.files} files ({result.bytes:,} bytes) and {result.rows} rows were"
        f" searched for {len(words())} texts and words, as UTF-8, UTF-16, base64 and hex."
    )
    if result.found:
        raise DemoError("the server knows what people wrote: " + "; ".join(result.found))
    say("None was found.")


async def _show_web_client(office: Office) -> None:
    link = await office.invite(VISITOR, ADMIN)
    say(f"In a browser this invitation is for {VISITOR.name}, with a password of your own:")
    say(f"  {link}")
    say(f"\nOr be one of the others at {office.url} in a private window:")
    for cast in EMPLOYEES:
        say(f"\n  {cast.user_name}, the password is {office.passwords[cast.user_name]}")
        say(f"    recovery words: {office.recovery_keys[cast.user_name]}")


async def _stay(office: Office) -> None:
    say(f"\nThe server stays up at {office.url}. In another terminal, from this folder:")
    await office.close_accounts()
    for cast in (*EMPLOYEES, OFFICER, ADMIN):
        command = "admin user list" if cast is ADMIN else "tui"
        say(f"\n  TEAMCHAT_HOME={office.home(cast.user_name)} .venv/bin/teamchat {command}")
        say(f"    as {cast.name}; the passphrase is {office.passwords[cast.user_name]}")
    say()
    if (BUILT / MANIFEST).exists():
        await _show_web_client(office)
    else:
        say("The web client was not built: `make web` says why.")
    say("\nCtrl+C ends the demonstration.")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with contextlib.suppress(asyncio.CancelledError):
        await stop.wait()


if __name__ == "__main__":
    main()
