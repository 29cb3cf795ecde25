"""The account's own devices: which there are, how each came, and what to do about one."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import ItemGrid
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from teamchat.engine.model import OwnChanged
from teamchat.ids import DeviceId
from teamchat_terminal.desk import Desk
from teamchat_terminal.flow import Flow
from teamchat_terminal.link_device import link_device
from teamchat_terminal.lost_device import lose
from teamchat_terminal.messages import AccountChanged, DevicesRead, Done
from teamchat_terminal.own_devices import Shown, shown
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import ask

if TYPE_CHECKING:
    from teamchat.engine.model import OwnDevice

SECOND_LOOK = 3.0
"""Seconds after which it is looked again, before it is said that something does not fit."""


class DevicesSheet(Sheet):
    """Lists devices with when they were last used."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._devices: dict[str, Shown] = {}
        self._known: tuple[OwnDevice, ...] = ()
        self._ended: set[DeviceId] = set()
        self._looked_twice = False

    def heading(self) -> str:
        return self.voice.say("tui-devices-heading")

    def content(self) -> ComposeResult:
        say = self.voice.say
        yield Static(say("tui-devices-words"), id="devices-words", markup=False)
        yield OptionList(id="devices", markup=False, compact=True)
        with ItemGrid(id="devices-buttons", min_column_width=22):
            yield Button(say("tui-link-button"), id="link", compact=True)
            yield Button(say("tui-device-remove"), id="remove", compact=True, disabled=True)
            yield Button(say("tui-device-lost"), id="lost", compact=True, disabled=True)

    def on_mount(self) -> None:
        super().on_mount()
        self._read()

    def on_account_changed(self, message: AccountChanged) -> None:
        if isinstance(message.change, OwnChanged):
            self._read()
        elif self._known:
            self._list()

    def on_devices_read(self, message: DevicesRead) -> None:
        self._known = tuple(message.devices)
        words = self.voice.say("tui-devices-words")
        if message.most:
            count = len(self._known)
            words += " " + self.voice.say("tui-devices-most", count=count, most=message.most)
        self.query_one("#devices-words", Static).update(words)
        self.show_problem("")
        self._list()
        if any(device.problem for device in self._all()) and not self._looked_twice:
            self._looked_twice = True
            self.set_timer(SECOND_LOOK, self._read)

    def _all(self) -> list[Shown]:
        status = self.desk.account.log_status()
        return shown(self._known, status, self.voice, self._ended)

    def _list(self) -> None:
        listed = self.query_one("#devices", OptionList)
        before = listed.highlighted or 0
        self._devices = {device.id: device for device in self._all()}
        listed.set_options(Option(device.row(), id=name) for name, device in self._devices.items())
        if self._devices:
            listed.highlighted = min(before, len(self._devices) - 1)
        self._offer()

    @on(OptionList.OptionHighlighted)
    def _offer(self) -> None:
        device = self._chosen
        self.query_one("#remove", Button).disabled = device is None or device.this
        self.query_one("#lost", Button).disabled = not self._known

    @on(Button.Pressed, "#link")
    def _link(self) -> None:
        flow = Flow.at(self.app, self.desk)

        async def link() -> None:
            if await link_device(flow, self.desk.account):
                self._read()

        flow.run(link())

    @on(Button.Pressed, "#remove")
    def _remove(self) -> None:
        device = self._chosen
        if device is None or device.this:
            return
        say, account = self.voice.say, self.desk.account

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self._ended.add(device.id)
                self.desk.bridge.do(self, "removed", lambda: account.remove_device(device.id))

        question = say("tui-device-question", name=device.name)
        consequence, label = say("tui-device-consequence"), say("tui-device-remove")
        ask(self.app, Confirm(self.voice, question, consequence, label), answered)

    @on(Button.Pressed, "#lost")
    def _lost(self) -> None:
        flow = Flow.at(self.app, self.desk)
        flow.run(lose(flow, self.desk.account, self._all(), self._removed))

    def _removed(self, device: DeviceId) -> None:
        self._ended.add(device)
        self._read()

    def on_done(self, _: Done) -> None:
        self._read()

    def _read(self) -> None:
        account = self.desk.account

        async def read() -> DevicesRead:
            return DevicesRead(await account.devices(), await account.devices_at_most())

        self.desk.bridge.ask(self, read, lambda found: found, newest_of="devices")

    @property
    def _chosen(self) -> Shown | None:
        option = self.query_one("#devices", OptionList).highlighted_option
        return self._devices.get(option.id or "") if option is not None else None
