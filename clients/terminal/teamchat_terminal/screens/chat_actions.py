"""What the main screen can open and ask: the actions of the registry that lead elsewhere."""

from collections.abc import Sequence

from textual import on
from textual.screen import Screen

from teamchat.engine.model import Conversation, Member, Message, Standing, Trust
from teamchat.ids import ConversationId
from teamchat_terminal.aim import Aim
from teamchat_terminal.desk import Desk
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import body, the_other, title
from teamchat_terminal.message_actions import delete, failed, offered, toggle, unsent
from teamchat_terminal.own_key import refuse_custody, renew_words, stop_reset
from teamchat_terminal.own_password import change_password
from teamchat_terminal.palette import Palette, action_entries, conversation_entries
from teamchat_terminal.screens.ask_text import AskText
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.custodians import CustodiansSheet
from teamchat_terminal.screens.delete import Delete
from teamchat_terminal.screens.devices import DevicesSheet
from teamchat_terminal.screens.help import HelpSheet
from teamchat_terminal.screens.history import HistorySheet
from teamchat_terminal.screens.key_list import KeyListSheet
from teamchat_terminal.screens.members import MembersSheet
from teamchat_terminal.screens.message import MessageSheet
from teamchat_terminal.screens.newcomers import NewcomersSheet
from teamchat_terminal.screens.notices import NoticesSheet
from teamchat_terminal.screens.people import AddPeople, NewConversation
from teamchat_terminal.screens.react import React
from teamchat_terminal.screens.readers import ReadersSheet
from teamchat_terminal.screens.verify import VerifySheet
from teamchat_terminal.stack import ask, show
from teamchat_terminal.widgets.timeline import Timeline


class ChatActions(Screen[None]):
    """Opens sheets and dialogs for the conversation that is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.voice = desk.voice
        self.current: ConversationId | None = None
        self.rejoining: set[ConversationId] = set()
        self.reset_due = 0
        """When a fresh start in this person's name is due; 0 for none."""
        self.custody_asked = False
        """Whether somebody asks the custodians for this person's recovery words."""
        self.wished = False
        """Whether the person was told that a device of theirs wants earlier messages."""

    def tell(self, words: str, meaning: str = "") -> None:
        """Say something that stays until it is put aside."""
        raise NotImplementedError

    def show_notice(self) -> None:
        """Show what stands over the composer."""
        raise NotImplementedError

    def open(self, conversation: ConversationId) -> None:
        """Show a conversation, ready to type."""
        raise NotImplementedError

    def aim_at(self, aim: Aim | None) -> None:
        """Write to another end from now on; None for a message that stands for itself."""
        raise NotImplementedError

    @property
    def conversation(self) -> Conversation | None:
        """The open conversation, as the account knows it now."""
        all_ = self.desk.account.conversations()
        return next((one for one in all_ if one.id == self.current), None)

    @property
    def members(self) -> Sequence[Member]:
        return self.desk.account.members(self.current) if self.current else ()

    # --- a message

    @on(Timeline.Opened)
    def _opened(self, event: Timeline.Opened) -> None:
        if event.action == "open":
            self._show_message(event.message)
        elif event.action in offered(event.message):
            self._do(event.message, event.action)
        else:
            self.app.bell()

    def _show_message(self, message: Message) -> None:
        def answered(action: str | None) -> None:
            if action:
                self._do(message, action)

        ask(self.app, MessageSheet(self.desk, message), answered)

    def _do(self, message: Message, action: str) -> None:
        account = self.desk.account
        match action:
            case "copy":
                self.app.copy_to_clipboard(body(message, self.voice))
                self.tell(self.voice.say("tui-copied"))
            case "retry":
                self.desk.bridge.do(self, "retry", lambda: account.retry(failed(message)))
            case "discard":
                self._discard(message)
            case "answer" | "edit":
                self.aim_at(Aim(message, edits=action == "edit"))
            case "react":
                self._react(message)
            case _:
                self._delete(message)

    def _react(self, message: Message) -> None:
        account = self.desk.account

        def chosen(reaction: str | None) -> None:
            if reaction:
                self.desk.bridge.do(self, "react", lambda: toggle(account, message, reaction))

        ask(self.app, React(self.voice, message), chosen)

    def _delete(self, message: Message) -> None:
        account = self.desk.account

        def answered(where: str | None) -> None:
            if where:
                self.desk.bridge.do(self, "delete", lambda: delete(account, message, where))

        ask(self.app, Delete(self.voice, message), answered)

    def _discard(self, message: Message) -> None:
        account, say = self.desk.account, self.voice.say

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self.desk.bridge.do(self, "discard", lambda: account.discard(unsent(message)))

        question, words = say("tui-discard-question"), say("tui-discard-consequence")
        yes = say("tui-action-message-discard")
        ask(self.app, Confirm(self.voice, question, words, yes), answered)

    # --- what the palette and the keys ask for

    def action_palette(self) -> None:
        entries = action_entries(self.voice)
        hint = self.voice.say("tui-palette-hint")

        def chosen(action: str | None) -> None:
            if action:
                self.call_later(self._alone, action)

        ask(self.app, Palette(self.voice, entries, hint), chosen)

    def _alone(self, action: str) -> None:
        """Do something in the conversation, when what was open over it is closed."""
        self.pop_until_active()
        self.app.call_later(self.run_action, action)

    def action_go_to(self) -> None:
        entries = conversation_entries(self.desk.account.conversations(), self.voice)
        hint = self.voice.say("tui-go-to-hint")

        def chosen(conversation: str | None) -> None:
            if conversation:
                self.open(ConversationId(conversation))

        ask(self.app, Palette(self.voice, entries, hint), chosen)

    def action_help(self) -> None:
        show(self.app, HelpSheet(self.desk))

    def action_help_sign(self) -> None:
        self.action_help()

    def action_new_conversation(self) -> None:
        show(self.app, NewConversation(self.desk))

    def action_devices(self) -> None:
        show(self.app, DevicesSheet(self.desk))

    def action_key_list(self) -> None:
        show(self.app, KeyListSheet(self.desk))

    def action_history(self) -> None:
        show(self.app, HistorySheet(self.desk))

    def action_custodians(self) -> None:
        show(self.app, CustodiansSheet(self.desk))

    def action_notices(self) -> None:
        show(self.app, NoticesSheet(self.desk))

    def action_members(self) -> None:
        if self.current is not None:
            show(self.app, MembersSheet(self.desk, self.current))

    def action_readers(self) -> None:
        if self.current is not None:
            show(self.app, ReadersSheet(self.desk, self.current))

    def action_verify(self) -> None:
        here = self.conversation
        other = the_other(here, self.members) if here is not None else None
        if other is not None:
            show(self.app, VerifySheet(self.desk, other.person))
        elif here is not None:
            show(self.app, MembersSheet(self.desk, here.id, compare=True))

    # --- what stops a conversation

    def action_resolve(self) -> None:
        """Open what helps where the conversation stands still."""
        if self.reset_due or self.custody_asked:
            self._defend()
            return
        if self.wished:
            self.wished = False
            self.tell("")
            self.action_history()
            return
        here = self.conversation
        if here is None:
            return
        if here.standing is Standing.BROKEN:
            self.action_rejoin()
        elif here.changed:
            show(self.app, VerifySheet(self.desk, here.changed[0]))
        elif here.newcomers:
            self.action_accept_members()
        elif (other := the_other(here, self.members)) and other.person.trust is Trust.CHANGED:
            self.action_verify()
        else:
            self.tell(self.voice.say("tui-nothing-to-resolve"))

    def _defend(self) -> None:
        """Ask whether it was the person who wants to be somebody anew, and end it if not."""
        flow, account = Flow.at(self.app, self.desk), self.desk.account

        async def ask_first() -> None:
            if self.reset_due and await stop_reset(flow, account, self.reset_due):
                self.reset_due = 0
                self.tell("")
            elif self.custody_asked and await refuse_custody(flow, account):
                self.custody_asked = False
                self.tell("")
            self.show_notice()

        flow.run(ask_first())

    def action_recovery_words(self) -> None:
        flow = Flow.at(self.app, self.desk)
        flow.run(renew_words(flow, self.desk.account))

    def action_password(self) -> None:
        flow = Flow.at(self.app, self.desk)
        flow.run(change_password(flow, self.desk.account))

    def action_accept_members(self) -> None:
        here = self.conversation
        if here is not None and here.newcomers:
            show(self.app, NewcomersSheet(self.desk, here))
        elif here is not None:
            self.tell(self.voice.say("tui-nobody-to-accept"))

    def action_rejoin(self) -> None:
        here = self.conversation
        if here is not None and here.standing is Standing.WAITING:
            self.tell(self.voice.say("error-waits-for-colleague"))
            return
        if here is None or here.standing is not Standing.BROKEN:
            self.tell(self.voice.say("error-not-broken") if here is not None else "")
            return
        account, say = self.desk.account, self.voice.say

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self.rejoining.add(here.id)
                self.show_notice()
                self.desk.bridge.do(self, here.id, lambda: account.rejoin(here.id))

        question = say("tui-rejoin-question", title=title(here, self.voice))
        words, yes = say("tui-rejoin-consequence"), say("tui-action-rejoin")
        ask(self.app, Confirm(self.voice, question, words, yes), answered)

    def action_add_people(self) -> None:
        here = self.conversation
        if here is not None and here.own_admin and not here.direct:
            show(self.app, AddPeople(self.desk, here))
        elif here is not None:
            self.tell(self.voice.say("tui-not-allowed"))

    def action_rename(self) -> None:
        here = self.conversation
        if here is None or here.direct:
            return
        account, say = self.desk.account, self.voice.say

        def answered(name: str | None) -> None:
            if name and name != here.title:
                self.desk.bridge.do(self, "rename", lambda: account.rename(here.id, name))

        question, before = say("tui-rename-question"), title(here, self.voice)
        ask(self.app, AskText(self.voice, question, before, say("tui-rename")), answered)

    def action_leave(self) -> None:
        here = self.conversation
        if here is None or here.direct or not here.joined:
            return
        account, say = self.desk.account, self.voice.say

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self.desk.bridge.do(self, "leave", lambda: account.leave(here.id))

        question = say("tui-leave-question", title=title(here, self.voice))
        words, yes = say("tui-leave-consequence"), say("tui-action-leave")
        ask(self.app, Confirm(self.voice, question, words, yes), answered)

    def action_sign_out(self) -> None:
        say, account = self.voice.say, self.desk.account

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self.desk.bridge.do(self, "sign-out", account.sign_out)

        question, words = say("tui-sign-out-question"), say("tui-sign-out-consequence")
        yes = say("tui-action-sign-out")
        ask(self.app, Confirm(self.voice, question, words, yes), answered)

    async def action_theme(self) -> None:
        await self.app.run_action("theme")

    async def action_language(self) -> None:
        await self.app.run_action("language")

    async def action_suspend(self) -> None:
        await self.app.run_action("suspend_process")

    async def action_quit(self) -> None:
        await self.app.run_action("quit")
