"""Earlier messages: who wants them, how far they have come, and the backup."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import ItemGrid, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import OwnChanged
from teamchat_terminal import history_flow
from teamchat_terminal.flow import Flow
from teamchat_terminal.history_words import standing, waiting
from teamchat_terminal.messages import AccountChanged, HistoryRead
from teamchat_terminal.screens.sheet import Sheet

if TYPE_CHECKING:
    from teamchat.client.account import Account

LOOK = 2.0
"""Seconds after which it is looked how far it has come."""


class HistorySheet(Sheet):
    """Says how things stand, and offers what can be done now."""

    _read: HistoryRead | None = None

    def heading(self) -> str:
        return self.voice.say("tui-history-heading")

    def content(self) -> ComposeResult:
        say = self.voice.say
        with VerticalScroll(id="history"):
            yield Static(say("tui-history-reading"), id="history-text", markup=False)
        with ItemGrid(id="history-buttons", min_column_width=22):
            for name in ("give", "fetch", "stop", "back-up", "restore", "forget"):
                yield Button(say(f"tui-history-button-{name}"), id=name, compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        for button in self.query(Button):
            button.display = False
        self._look()
        self.set_interval(LOOK, self._look_while_it_comes)

    def on_account_changed(self, message: AccountChanged) -> None:
        if isinstance(message.change, OwnChanged):
            self._look()

    def on_history_read(self, message: HistoryRead) -> None:
        self._read = message
        self.show_problem("")
        status = message.status
        text = standing(status, message.devices, self.voice)
        self.query_one("#history-text", Static).update(text)
        offered = {
            "give": bool(waiting(status.wishes)),
            "fetch": not status.asked and status.policy != "none" and len(message.devices) > 1,
            "stop": status.asked,
            "back-up": status.backup.allowed,
            "restore": status.backup.exists and status.backup.key_known,
            "forget": status.backup.exists,
        }
        for name, there in offered.items():
            self.query_one(f"#{name}", Button).display = there

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if self._read is None:
            return
        wishes, devices = waiting(self._read.status.wishes), self._read.devices
        flows: dict[str, Callable[[Flow, Account], Coroutine[None, None, None]]] = {
            "give": lambda flow, account: history_flow.give(flow, account, wishes[0], devices),
            "fetch": history_flow.fetch,
            "stop": history_flow.stop,
            "back-up": history_flow.back_up,
            "restore": history_flow.restore,
            "forget": history_flow.forget,
        }
        flow = Flow.at(self.app, self.desk)
        flow.run(self._after(flows[event.button.id or ""](flow, self.desk.account)))

    async def _after(self, steps: Coroutine[None, None, None]) -> None:
        await steps
        self._look()

    def _look_while_it_comes(self) -> None:
        if self._read is not None and self._read.status.asked:
            self._look()

    def _look(self) -> None:
        account = self.desk.account

        async def read() -> HistoryRead:
            return HistoryRead(await account.history.status(), await account.devices())

        _ = self.desk.bridge.ask(self, read, lambda found: found, newest_of="history")
