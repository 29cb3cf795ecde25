"""What the person must know: a session that ended, changed keys, lost groups, other alarms."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from teamchat.client.errors import AccountError
from teamchat.client.named_alarms import NAMED, told_of
from teamchat.engine.model import Link, OwnDevice
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import DIM
from teamchat_terminal.messages import AccountChanged, DevicesRead
from teamchat_terminal.screens.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 100


class NoticesSheet(Sheet):
    """The alarms of this account, the newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._devices: Sequence[OwnDevice] = ()

    def on_mount(self) -> None:
        super().on_mount()
        if any(each.key in NAMED for each in self.desk.account.alarms()):
            self.desk.bridge.ask(self, self._read, lambda found: found, newest_of="devices")

    async def _read(self) -> DevicesRead:
        try:
            return DevicesRead(await self.desk.account.devices())
        except AccountError:  # they are told without the names
            return DevicesRead(())

    def on_devices_read(self, message: DevicesRead) -> None:
        self._devices = message.devices
        self.query_one("#notices-text", Static).update(self._words())

    def heading(self) -> str:
        return self.voice.say("tui-notices-heading")

    def content(self) -> ComposeResult:
        with VerticalScroll(id="notices"):
            yield Static(self._words(), id="notices-text", markup=False)

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        self.query_one("#notices-text", Static).update(self._words())

    def _words(self) -> Content:
        alarms = sorted(self.desk.account.alarms(), key=lambda alarm: -alarm.time_ms)[:SHOWN]
        signed_out = self.desk.account.link is Link.SIGNED_OUT
        if not alarms and not signed_out:
            return Content(self.voice.say("tui-notices-none"))
        names = self.desk.account.device_names()
        titles = {one.id: one.title for one in self.desk.account.conversations()}
        parts: list[str | tuple[str, str]] = []
        if signed_out:
            parts.extend((self.voice.say("tui-signed-out"), "\n\n"))
        for alarm in alarms:
            when = self.voice.short_moment(alarm.time_ms)
            where = titles.get(alarm.conversation, "") if alarm.conversation else ""
            line = self.voice.say("tui-notice-line", time=when, title=where) if where else when
            parts.extend(((line, DIM), "\n"))
            told = told_of(alarm, self._devices, self.voice.exact_moment, names)
            parts.extend((self.voice.tell(alarm.key, told.items()), "\n\n"))
        return Content.assemble(*parts)
