"""Seven pictures that two devices show: each with its number and what everybody calls it."""

from textual.content import Content

from teamchat.identity.sas import ShortAuthenticationString
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.screens.step import Choice, Step

NAME = 20
"""Columns of a name; the longest has 17 signs."""
SAME, OTHER = "same", "other"


def listed(sas: ShortAuthenticationString, language: str) -> Content:
    """Return the pictures, one on a line, so that none moves the next one."""
    lines: list[tuple[str, str]] = []
    for number, picture in enumerate(sas.pictures(), 1):
        lines.append((f"{number}  ", DIM))
        lines.append((f"{picture.name(language):<{NAME}}", BOLD))
        lines.append((picture.emoji + "\n", ""))
    return Content.assemble(*lines[:-1], (lines[-1][0].rstrip("\n"), ""))


async def compared(flow: Flow, title: str, words: str, sas: ShortAuthenticationString) -> str:
    """Ask whether both devices show the same: `SAME`, `OTHER`, or nothing for Esc."""
    say = flow.say
    content = Content.assemble(words, "\n\n", listed(sas, flow.voice.words.language))
    choices = (
        Choice(OTHER, say("tui-link-other")),
        Choice(SAME, say("tui-link-same"), primary=True),
    )
    return await flow.ask(Step(flow.voice, title, content, choices))
