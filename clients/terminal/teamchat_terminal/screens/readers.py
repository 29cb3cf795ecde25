"""Who can read a conversation, in plain words; what the server sees, and what it does not."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from teamchat.engine.model import Conversation, Member, Standing, Trust
from teamchat.ids import ConversationId
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import DIM, encryption, nobody_listed, person_style, trust
from teamchat_terminal.messages import AccountChanged
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.screens.verify import VerifySheet
from teamchat_terminal.stack import show
from teamchat_terminal.visible import name_line

LISTED = 200
"""How many people are named; more are counted."""


class ReadersSheet(Sheet):
    """The people and devices that can read, each with how well their key is known."""

    def __init__(self, desk: Desk, conversation: ConversationId) -> None:
        super().__init__(desk)
        self._conversation_id = conversation

    def heading(self) -> str:
        return self.voice.say("tui-readers-heading")

    def content(self) -> ComposeResult:
        with VerticalScroll(id="readers"):
            yield Static(self._words(), id="readers-text", markup=False)
        yield Button(self.voice.say("tui-action-verify"), id="compare", compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#compare").display = self._other() is not None

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        self.query_one("#readers-text", Static).update(self._words())

    def on_button_pressed(self) -> None:
        if (other := self._other()) is not None:
            show(self.app, VerifySheet(self.desk, other.person))

    def _members(self) -> list[Member]:
        found = self.desk.account.members(self._conversation_id)
        return [member for member in found if member.devices]  # who is absent reads nothing

    def _other(self) -> Member | None:
        others = [member for member in self._members() if not member.own]
        return others[0] if len(others) == 1 else None

    def _words(self) -> Content:
        say, members = self.voice.say, self._members()
        if not members:
            return Content(self._why_nobody())
        devices = sum(member.devices for member in members)
        parts: list[Content | str | tuple[str, str]] = [
            (say("tui-readers-only", count=len(members)), "bold"),
            "\n\n",
        ]
        for member in members[:LISTED]:
            parts.extend(self._line(member))
        parts.extend(
            (
                "\n",
                say("tui-readers-devices", count=devices),
                "\n\n",
                say("trust-no-others"),
            )
        )
        for heading, words in self._facts():
            parts.extend(("\n\n", (say(heading), "bold"), "\n", words))
        if any(member.person.trust is Trust.CHANGED for member in members):
            parts.extend(("\n\n", (say("tui-trust-changed-words"), "$tc-attention")))
        return Content.assemble(*parts)

    def _facts(self) -> Iterator[tuple[str, str]]:
        """Yield what else is to be known, each with the key of its heading."""
        here, say = self._conversation(), self.voice.say
        if here is not None and here.suite is not None:
            yield "tui-encryption-heading", encryption(here, self.voice)
        if here is not None and not here.direct:
            see = say(f"trust-newcomers-{here.newcomers_see}", days=here.history)
            yield "tui-earlier-heading", see
        yield "tui-retention-heading", say("trust-retention")
        yield "tui-server-sees-heading", say("tui-server-sees")
        yield "tui-trust-heading", say("tui-trust-words")

    def _conversation(self) -> Conversation | None:
        all_ = self.desk.account.conversations()
        return next((one for one in all_ if one.id == self._conversation_id), None)

    def _why_nobody(self) -> str:
        here = self._conversation()
        if here is None:
            return ""
        if here.standing is Standing.LEFT:
            return self.voice.say("tui-readers-left")
        return nobody_listed(here, self.voice)

    def _line(self, member: Member) -> Iterator[Content | str | tuple[str, str]]:
        yield name_line(member.person.name, 44), person_style(member.person.id)
        yield f" · {self.voice.say('tui-devices-count', count=member.devices)}", DIM
        yield "\n  "
        if member.own:
            yield self.voice.say("tui-you"), DIM
        else:
            yield trust(member.person, self.voice)
        yield "\n"
