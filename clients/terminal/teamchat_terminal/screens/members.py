"""Who is in a conversation, how well their keys are known, and what may be changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import ItemGrid
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from teamchat.engine.model import Conversation, Member, MembersChanged
from teamchat.ids import ConversationId
from teamchat_terminal.actions import Scope, bindings, key_label, keys_of
from teamchat_terminal.desk import Desk
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import encryption, member_row, nobody_listed, title
from teamchat_terminal.messages import AccountChanged, Done, MembersRead
from teamchat_terminal.newcomers_see import decide_what_newcomers_see
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.people import AddPeople
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.screens.verify import VerifySheet
from teamchat_terminal.stack import ask, show

BUTTONS = (
    "member-add",
    "member-remove",
    "member-admin",
    "member-verify",
    "member-see",
    "member-leave",
)


class MembersSheet(Sheet):
    """The members, and buttons for the one that is highlighted.

    Args:
        desk: What the screens work on.
        conversation: Whose members.
        compare: Whether the person came to compare a safety number, and has to choose with whom.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.MEMBERS)]

    def __init__(self, desk: Desk, conversation: ConversationId, *, compare: bool = False) -> None:
        super().__init__(desk)
        self._conversation_id = conversation
        self._compare = compare
        self._members: dict[str, Member] = {}
        self._gone: set[str] = set()

    def heading(self) -> str:
        return self.voice.say("tui-members-heading")

    def content(self) -> ComposeResult:
        yield Static("", id="members-words", markup=False)
        yield OptionList(id="members", markup=False, compact=True)
        with ItemGrid(id="member-buttons", min_column_width=22):
            for name in BUTTONS:
                yield Button(self.voice.say(f"tui-action-{name}"), id=name, compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self._show)
        account, here = self.desk.account, self._conversation_id
        self.desk.bridge.ask(self, lambda: account.members_now(here), MembersRead)

    def on_members_read(self, message: MembersRead) -> None:
        self._gone = {one.person.id for one in message.members if not one.person.active}
        self._show()

    def on_account_changed(self, message: AccountChanged) -> None:
        if isinstance(message.change, MembersChanged):
            self._show()

    def on_resize(self) -> None:
        self._show()

    def on_done(self, _: Done) -> None:
        self.show_problem("")
        self._show()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self._offer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        name = (event.button.id or "").replace("-", "_")
        getattr(self, f"action_{name}")()

    def action_member_add(self) -> None:
        if (here := self._conversation) is not None and self._may("member-add"):
            show(self.app, AddPeople(self.desk, here))

    def action_member_remove(self) -> None:
        if (member := self._chosen) is None or not self._may("member-remove"):
            return
        account, conversation, user = self.desk.account, self._conversation_id, member.person.id
        name = member.person.name
        self._ask(
            self.voice.say("tui-remove-question", name=name),
            self.voice.say("tui-remove-consequence", name=name),
            "member-remove",
            lambda: self.desk.bridge.do(self, "remove", lambda: account.remove(conversation, user)),
        )

    def action_member_admin(self) -> None:
        if (member := self._chosen) is None or not self._may("member-admin"):
            return
        account, conversation, user = self.desk.account, self._conversation_id, member.person.id
        becomes = not member.admin
        self.desk.bridge.do(self, "admin", lambda: account.set_admin(conversation, user, becomes))

    def action_member_verify(self) -> None:
        if (member := self._chosen) is not None and self._may("member-verify"):
            show(self.app, VerifySheet(self.desk, member.person))

    def action_member_see(self) -> None:
        if (here := self._conversation) is None or not self._may("member-see"):
            return
        flow = Flow.at(self.app, self.desk)

        async def decide() -> None:
            await decide_what_newcomers_see(flow, self.desk.account, here)
            self._show()

        flow.run(decide())

    def action_member_leave(self) -> None:
        if (here := self._conversation) is None or not self._may("member-leave"):
            return
        account, conversation = self.desk.account, self._conversation_id
        self._ask(
            self.voice.say("tui-leave-question", title=title(here, self.voice)),
            self.voice.say("tui-leave-consequence"),
            "member-leave",
            lambda: self.desk.bridge.do(self, "leave", lambda: account.leave(conversation)),
        )

    def _ask(self, question: str, consequence: str, name: str, then: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                then()

        yes = self.voice.say(f"tui-action-{name}")
        ask(self.app, Confirm(self.voice, question, consequence, yes), answered)

    @property
    def _conversation(self) -> Conversation | None:
        all_ = self.desk.account.conversations()
        return next((one for one in all_ if one.id == self._conversation_id), None)

    @property
    def _chosen(self) -> Member | None:
        option = self.query_one("#members", OptionList).highlighted_option
        return self._members.get(option.id or "") if option is not None else None

    def _show(self) -> None:
        members = self.desk.account.members(self._conversation_id)
        self.query_one("#members-words", Static).update(self._words(somebody=bool(members)))
        self._members = {member.person.id: member for member in members}
        listed = self.query_one("#members", OptionList)
        kept = listed.highlighted or 0
        width = self.inner_width - 2
        listed.set_options(
            Option(member_row(self._now(member), self.voice, width=width), id=user)
            for user, member in self._members.items()
        )
        if self._members:
            listed.highlighted = min(kept, len(self._members) - 1)
        self._offer()

    def _now(self, member: Member) -> Member:
        active = member.person.active and member.person.id not in self._gone
        return replace(member, person=replace(member.person, active=active))

    def _words(self, *, somebody: bool) -> str:
        """Return what stands over the members, or in their place."""
        here = self._conversation
        if here is None:
            return ""
        if not somebody:
            return nobody_listed(here, self.voice)
        if self._compare:
            key = key_label(keys_of("member-verify")[0], self.voice)
            return self.voice.say("tui-choose-then-verify", key=key)
        if here.direct:
            return encryption(here, self.voice)
        see = self.voice.say(f"trust-newcomers-{here.newcomers_see}", days=here.history)
        return f"{encryption(here, self.voice)}\n{see}"

    def _offer(self) -> None:
        """Show only what may be done with the highlighted member."""
        for name in BUTTONS:
            self.query_one(f"#{name}", Button).display = self._may(name)
        member = self._chosen
        key = "tui-member-not-admin" if member and member.admin else "tui-action-member-admin"
        self.query_one("#member-admin", Button).label = self.voice.say(key)

    def _may(self, name: str) -> bool:
        here, member = self._conversation, self._chosen
        if here is None or not here.joined:
            return False
        if name in {"member-add", "member-see", "member-leave"}:
            return not here.direct and (here.own_admin or name == "member-leave")
        if member is None or member.own:
            return False
        return name == "member-verify" or (here.own_admin and not here.direct)
