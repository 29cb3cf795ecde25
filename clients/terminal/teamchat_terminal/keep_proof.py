"""A proof out of the key directory is made, checked and put into a file."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from textual.content import Content

from teamchat.engine.model import OwnDevice
from teamchat.ids import DeviceId
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD
from teamchat_terminal.screens.step import LineStep, ListStep, NotTakenError
from teamchat_terminal.visible import one_line

ENDING = ".tlog-proof"


async def keep_proof(flow: Flow, devices: Sequence[OwnDevice]) -> None:
    """Lead through it."""
    say = flow.say
    chosen = await _which(flow, devices)
    if chosen is None:
        return
    name = next((each.name for each in devices if each.id == chosen), "")
    proofs: list[str] = []

    async def make() -> None:
        proofs.append(await flow.desk.account.log_proof(chosen))

    if not await flow.do(say("tui-proof-making"), say("tui-proof-making-words"), make):
        return
    path = await flow.ask(_where(flow, name))
    if not path:
        return
    if not await _written(flow, Path(path), proofs[0]):
        return
    words = Content.assemble(
        (say("tui-proof-done-words", path=path), BOLD),
        "\n\n",
        say("tui-proof-check"),
        "\n",
        one_line(flow.desk.account.log_status().key, 200),
    )
    await flow.tell(say("tui-proof-done"), words)


async def _which(flow: Flow, devices: Sequence[OwnDevice]) -> DeviceId | None:
    say, status = flow.say, flow.desk.account.log_status()
    listed = {each.device for each in status.own}
    known = sorted((each for each in devices if each.id in listed), key=lambda each: not each.this)
    if len(known) < 2:
        return flow.desk.account.profile.device
    rows = [
        (each.id, Content(one_line(each.name, 40) + _mark(flow, this=each.this))) for each in known
    ]
    title, words = say("tui-proof-which"), say("tui-proof-which-words")
    return DeviceId(await flow.ask(ListStep(flow.desk.voice, title, words, rows))) or None


def _mark(flow: Flow, *, this: bool) -> str:
    return f" · {flow.say('tui-device-this')}" if this else ""


def _where(flow: Flow, name: str) -> LineStep:
    say = flow.say
    plain = "".join(sign if sign.isalnum() else "-" for sign in name.lower()).strip("-")
    before = Path.home() / f"{plain[:40] or 'teamchat'}{ENDING}"

    def read(typed: str) -> str:
        if not typed.strip():
            raise NotTakenError(say("tui-file-none"))
        path = Path(typed.strip()).expanduser()
        if path.exists():
            raise NotTakenError(say("tui-file-exists"))
        if not path.parent.is_dir():
            raise NotTakenError(say("tui-file-not-written"))
        return str(path)

    title, words = say("tui-proof-where"), say("tui-proof-where-words")
    return LineStep(flow.desk.voice, title, words, say("tui-proof-keep"), read, before=str(before))


async def _written(flow: Flow, path: Path, text: str) -> bool:
    try:
        await asyncio.to_thread(_write, path, text)
    except OSError:
        title = flow.say("tui-file-not-written")
        await flow.tell(title, str(path), danger=True)
        return False
    return True


def _write(path: Path, text: str) -> None:
    """Write a new file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
