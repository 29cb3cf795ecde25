"""The account's own devices; one that is lost is removed here."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from teamchat.engine.model import OwnDevice
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import DIM
from teamchat_terminal.messages import DevicesRead, Done
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import ask
from teamchat_terminal.visible import one_line

DAY_MS = 86_400_000


class DevicesSheet(Sheet):
    """Lists devices with when they were last used."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._devices: dict[str, OwnDevice] = {}

    def heading(self) -> str:
        return self.voice.say("tui-devices-heading")

    def content(self) -> ComposeResult:
        yield Static(self.voice.say("tui-devices-words"), id="devices-words", markup=False)
        yield OptionList(id="devices", markup=False, compact=True)
        yield Button(self.voice.say("tui-device-remove"), id="remove", compact=True, disabled=True)

    def on_mount(self) -> None:
        super().on_mount()
        self._read()

    def on_devices_read(self, message: DevicesRead) -> None:
        self._devices = {device.id: device for device in message.devices}
        listed = self.query_one("#devices", OptionList)
        listed.set_options(
            Option(self._row(device), id=name) for name, device in self._devices.items()
        )
        if self._devices:
            listed.highlighted = 0
        self._offer()

    @on(OptionList.OptionHighlighted)
    def _offer(self) -> None:
        device = self._chosen
        self.query_one("#remove", Button).disabled = device is None or device.this

    def on_button_pressed(self) -> None:
        device = self._chosen
        if device is None or device.this:
            return
        say, account = self.voice.say, self.desk.account

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self.desk.bridge.do(self, "removed", lambda: account.remove_device(device.id))

        question = say("tui-device-question", name=device.name)
        consequence, label = say("tui-device-consequence"), say("tui-device-remove")
        ask(self.app, Confirm(self.voice, question, consequence, label), answered)

    def on_done(self, _: Done) -> None:
        self._read()

    def _read(self) -> None:
        self.desk.bridge.ask(self, self.desk.account.devices, DevicesRead, newest_of="devices")

    @property
    def _chosen(self) -> OwnDevice | None:
        option = self.query_one("#devices", OptionList).highlighted_option
        return self._devices.get(option.id or "") if option is not None else None

    def _row(self, device: OwnDevice) -> Content:
        say = self.voice.say
        day = self.voice.moment(device.last_active_day * DAY_MS).date()
        used = (
            say("tui-device-this")
            if device.this
            else say("tui-device-used", day=self.voice.day(day))
        )
        return Content.assemble((one_line(device.name, 40), "bold"), "\n", (used, DIM))
