"""The custodians of the company: who they are, what one has entrusted, and who asks one of them."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import ItemGrid, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import OwnChanged
from teamchat_terminal import custody_flow
from teamchat_terminal.custody_words import (
    accepted,
    can_help,
    entrusted,
    given,
    is_asked,
    is_one,
    standing,
    waiting,
)
from teamchat_terminal.flow import Flow
from teamchat_terminal.messages import AccountChanged, CustodiansRead
from teamchat_terminal.own_key import refuse_custody
from teamchat_terminal.screens.sheet import Sheet

if TYPE_CHECKING:
    from teamchat.client.account import Account


class CustodiansSheet(Sheet):
    """Says how things stand, and offers what can be done now."""

    _read: CustodiansRead | None = None

    def heading(self) -> str:
        return self.voice.say("tui-action-custodians")

    def content(self) -> ComposeResult:
        say = self.voice.say
        with VerticalScroll(id="custodians"):
            yield Static(say("tui-custody-reading"), id="custodians-text", markup=False)
        with ItemGrid(id="custodians-buttons", min_column_width=22):
            for name in ("refuse", "answer", "accept", "entrust", "withdraw", "take-back"):
                yield Button(say(f"tui-custody-button-{name}"), id=name, compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        for button in self.query(Button):
            button.display = False
        self._look()

    def on_account_changed(self, message: AccountChanged) -> None:
        if isinstance(message.change, OwnChanged):
            self._look()

    def on_custodians_read(self, read: CustodiansRead) -> None:
        self._read = read
        self.show_problem("")
        user = self.desk.account.profile.user
        self.query_one("#custodians-text", Static).update(standing(read, user, self.voice))
        offered = {
            "refuse": is_asked(read.own),
            "answer": bool(waiting(read.requests)),
            "accept": is_one(read.found, user) and not accepted(read.found, user),
            "entrust": can_help(read.found, user) and not entrusted(read),
            "withdraw": entrusted(read),
            "take-back": bool(given(read.requests)),
        }
        for name, there in offered.items():
            self.query_one(f"#{name}", Button).display = there
        if not (isinstance(self.focused, Button) and self.focused.display):
            first = next((name for name, there in offered.items() if there), None)
            if first is not None:
                self.query_one(f"#{first}", Button).focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        read = self._read
        if read is None:
            return
        flows: dict[str, Callable[[Flow, Account], Coroutine[None, None, object]]] = {
            "refuse": refuse_custody,
            "answer": lambda flow, account: custody_flow.answer(flow, account, read.requests),
            "accept": custody_flow.accept,
            "entrust": lambda flow, account: custody_flow.entrust(flow, account, read.found),
            "withdraw": custody_flow.withdraw,
            "take-back": lambda flow, account: custody_flow.take_back(flow, account, read.requests),
        }
        flow = Flow.at(self.app, self.desk)
        flow.run(self._after(flows[event.button.id or ""](flow, self.desk.account)))

    async def _after(self, steps: Coroutine[None, None, object]) -> None:
        await steps
        self._look()

    def _look(self) -> None:
        custody, user = self.desk.account.custody, self.desk.account.profile.user

        async def read() -> CustodiansRead:
            found = await custody.custodians()
            own = await custody.own()
            requests = await custody.requests() if is_one(found, user) else ()
            return CustodiansRead(found, own, requests)

        _ = self.desk.bridge.ask(self, read, lambda read: read, newest_of="custodians")
