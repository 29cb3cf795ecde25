"""The last line: the connection, whose account this is, and the two keys that lead on."""

from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from teamchat.engine.model import Link, Profile
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.format import DIM, account, status
from teamchat_terminal.voice import Voice

NARROW: Final = 60
"""Below this many columns the two keys are shown without words."""


class StatusBar(Widget):
    """Shows how the account stands to its server."""

    def __init__(self, voice: Voice, profile: Profile) -> None:
        super().__init__(id="status")
        self._voice = voice
        self._profile = profile
        self._link = Link.OFFLINE
        self._queued = 0
        self._notices = 0

    def show(self, link: Link, queued: int, notices: int) -> None:
        """Show the connection, what waits and how much there is to know."""
        self._link, self._queued, self._notices = link, queued, notices
        self.refresh()

    def render(self) -> RenderResult:
        right = self._hints()
        left = self._standing(self.size.width - right.cell_length - 2)
        middle = f"   {account(self._profile)}"
        if left.cell_length + len(middle) + right.cell_length + 4 > self.size.width:
            middle = ""
        gap = self.size.width - left.cell_length - Content(middle).cell_length - right.cell_length
        return Content.assemble(left, (middle, DIM), " " * max(gap, 1), right)

    def _standing(self, cells: int) -> Content:
        """Return the connection, what waits, and what there is to know, as much as fits."""
        whole = self._facts(short=False)
        if whole.cell_length <= cells:
            return whole
        left = self._facts(short=self._link is Link.ONLINE)
        return left if left.cell_length <= cells else left.truncate(max(cells, 1), ellipsis=True)

    def _facts(self, *, short: bool) -> Content:
        facts = status(self._link, self._queued, self._voice, short=short)
        if not self._notices:
            return facts
        words = self._voice.say("tui-notices-count", count=self._notices)
        joint = "" if short and not self._queued else " · "
        return Content.assemble(facts, (joint, DIM), (words, "$tc-attention"))

    async def on_click(self, event: Click) -> None:
        await self.screen.run_action("palette" if event.x > self.size.width // 2 else "notices")

    def _hints(self) -> Content:
        voice = self._voice
        help_, commands = (key_label(keys_of(name)[0], voice) for name in ("help", "palette"))
        if self.size.width < NARROW:
            return Content.assemble((f"{help_}  {commands}", DIM))
        words = voice.say("tui-hint-help"), voice.say("tui-hint-palette")
        return Content.assemble((f"{help_} {words[0]}   {commands} {words[1]}", DIM))
