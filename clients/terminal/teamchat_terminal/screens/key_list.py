"""The key directory in plain words: whether it is right, who watches it, and a proof to keep."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from teamchat.engine.model import LogStatus, LogWitnesses, OwnDevice
from teamchat_terminal.desk import Desk
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.keep_proof import keep_proof
from teamchat_terminal.log_words import checksum, moment, verdict
from teamchat_terminal.messages import AccountChanged, DevicesRead, Failed
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.visible import one_line

HOUR = 3600

Part = Content | str | tuple[str, str]


class KeyListSheet(Sheet):
    """The verdict first; then what it rests on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._devices: tuple[OwnDevice, ...] = ()

    def heading(self) -> str:
        return self.voice.say("tui-log-heading")

    def content(self) -> ComposeResult:
        with VerticalScroll(id="key-list"):
            yield Static(self._words(), id="key-list-text", markup=False)
        yield Button(self.voice.say("tui-log-keep-proof"), id="keep-proof", compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.desk.bridge.ask(self, self.desk.account.devices, DevicesRead, newest_of="devices")

    def on_devices_read(self, message: DevicesRead) -> None:
        self._devices = tuple(message.devices)
        self._show()

    def on_failed(self, message: Failed) -> None:
        """Leave the names of devices away; the list itself is on this device."""

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        self._show()

    def on_button_pressed(self) -> None:
        flow = Flow.at(self.app, self.desk)
        flow.run(keep_proof(flow, self.desk.account, self._devices))

    def _show(self) -> None:
        self.query_one("#key-list-text", Static).update(self._words())
        listed = {each.device for each in self._status.own}
        self.query_one("#keep-proof", Button).disabled = (
            self.desk.account.profile.device not in listed
        )

    @property
    def _status(self) -> LogStatus:
        return self.desk.account.log_status()

    def _words(self) -> Content:
        status = self._status
        parts: list[Part] = list(verdict(status, self.voice))
        for heading, words in self._facts(status):
            parts.extend(("\n\n", (self.voice.say(heading), BOLD), "\n", *words))
        return Content.assemble(*parts)

    def _facts(self, status: LogStatus) -> Iterator[tuple[str, list[Part]]]:
        """Yield what else is to be known, each with the key of its heading."""
        say = self.voice.say
        if status.refused:
            lines = [
                say("cli-log-refusal", index=each.index + 1, who=each.who or "?")
                for each in status.refused
            ]
            yield "tui-log-refused-heading", ["\n".join(lines)]
        yield "tui-log-about-heading", [say("tui-log-about")]
        if not status.origin:
            return
        yield "tui-log-own-heading", list(self._own(status))
        yield "tui-log-witnesses-heading", list(self._witnesses(status))
        compare = say("tui-log-compare", count=status.size)
        yield "tui-log-compare-heading", [compare, "\n", (checksum(status.root), BOLD)]

    def _own(self, status: LogStatus) -> Iterator[Part]:
        say, names = self.voice.say, {each.id: each.name for each in self._devices}
        here = self.desk.account.profile.device
        if here not in {each.device for each in status.own}:
            yield say("tui-log-own-none")
        for number, each in enumerate(status.own):
            other = "tui-log-own-ended" if each.ended else "tui-log-own-other"
            what = say("tui-log-own-this" if each.device == here else other)
            name = one_line(names.get(each.device, ""), 30)
            known = f"{name}, {what}" if name else what
            line = say("tui-log-own", number=each.index + 1, name=known)
            yield ("\n" if number else "") + line, DIM if each.ended else ""

    def _witnesses(self, status: LogStatus) -> Iterator[Part]:
        say, required = self.voice.say, status.required
        yield say("tui-log-witnesses-none") if required is None else self._required(required)
        if required is None and status.cosigners:
            names = ", ".join(one_line(name, 60) for name in status.cosigners)
            yield "\n" + say("tui-log-cosigners", names=names)

    def _required(self, required: LogWitnesses) -> str:
        say = self.voice.say
        wanted = say(
            "tui-log-witnesses-required",
            quorum=required.quorum,
            count=len(required.names),
            hours=required.maximum_age // HOUR,
            names=", ".join(required.names),
        )
        day, time = moment(required.met, self.voice)
        never = say("tui-log-witnesses-never")
        met = say("tui-log-witnesses-met", day=day, time=time) if required.met else never
        until, stops = (
            ", ".join(moment(at, self.voice)) for at in (required.until, required.stops)
        )
        lasts = say("tui-log-witnesses-until", until=until, stops=stops)
        return f"{wanted} {met} {lasts}"
