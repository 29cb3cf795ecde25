"""A text is put into a new file that only its owner may read; nothing is overwritten."""

import asyncio
import os
from pathlib import Path

from teamchat_terminal.flow import Flow
from teamchat_terminal.screens.step import LineStep, NotTakenError


async def keep_file(flow: Flow, name: str, text: str) -> Path | None:
    """Ask where to, and write; return where it is, or None if it is nowhere.

    Args:
        flow: Asks.
        name: What the file is called if the person does not say otherwise.
        text: What is written.
    """
    path = await flow.ask(_where(flow, Path.home() / name))
    if not path:
        return None
    try:
        await asyncio.to_thread(_write, Path(path), text)
    except OSError:
        await flow.tell(flow.say("tui-file-not-written"), path, danger=True)
        return None
    return Path(path)


def _where(flow: Flow, before: Path) -> LineStep:
    say = flow.say

    def read(typed: str) -> str:
        if not typed.strip():
            raise NotTakenError(say("tui-empty"))
        path = Path(typed.strip()).expanduser()
        if path.exists():
            raise NotTakenError(say("tui-file-exists"))
        if not path.parent.is_dir():
            raise NotTakenError(say("tui-file-not-written"))
        return str(path)

    title, words = say("tui-file-where"), say("tui-file-where-words")
    return LineStep(flow.voice, title, words, say("tui-file-keep"), read, before=str(before))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
