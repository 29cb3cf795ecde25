"""The main screen: writing, sending, and going about with keys."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from teamchat.engine.model import Conversation, Link, OwnChanged, Person, Trust
from teamchat.ids import ConversationId
from teamchat.wire.frames import OwnKind
from teamchat_terminal.actions import Scope, bindings, key_label, keys_of
from teamchat_terminal.aim import Aim, Composed
from teamchat_terminal.bridge import EXPECTED, explain
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import standing, the_other
from teamchat_terminal.history_flow import wanted
from teamchat_terminal.log_words import moment
from teamchat_terminal.messages import (
    AccountChanged,
    CustodyRead,
    Done,
    Failed,
    MessageKept,
    MessageRefused,
    ResetRead,
    WishesRead,
)
from teamchat_terminal.own_key import custody_asked, reset_due
from teamchat_terminal.screens.chat_view import ChatView
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.stack import ask
from teamchat_terminal.widgets.composer import Composer
from teamchat_terminal.widgets.conversation_list import ConversationList
from teamchat_terminal.widgets.timeline import Timeline
from teamchat_terminal.window import Window

if TYPE_CHECKING:
    from textual.timer import Timer

DRAFT_PAUSE = 0.4
"""Seconds after a key in which a draft is stored, however long somebody goes on typing."""

AGAIN = 5.0
"""Seconds after which a draft that could not be stored is tried again."""


class ChatScreen(ChatView):
    """Everything a person sees and does while they talk."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.EVERYWHERE, Scope.CONVERSATION)]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._confirmed: set[ConversationId] = set()
        self._save_later: Timer | None = None

    # --- what other devices of one's own want

    def on_account_changed(self, message: AccountChanged) -> None:
        """See whether one asks for earlier messages, or somebody for another identity."""
        if not isinstance(message.change, OwnChanged):
            return
        account, ask = self.desk.account, self.desk.bridge.ask
        if message.change.kind in {"", OwnKind.HISTORY}:
            _ = ask(self, lambda: wanted(account, self.voice), WishesRead, newest_of="wishes")
        if message.change.kind in {"", OwnKind.RESET}:
            _ = ask(self, lambda: reset_due(account), ResetRead, newest_of="reset")

        if message.change.kind in {"", OwnKind.CUSTODY}:
            _ = ask(self, lambda: custody_asked(account), CustodyRead, newest_of="custody")

    def on_custody_read(self, message: CustodyRead) -> None:
        self.custody_asked = message.asked
        self.show_notice()

    def on_reset_read(self, message: ResetRead) -> None:
        self.reset_due = message.due
        self.show_notice()
        if message.due:
            day, time = moment(message.due, self.voice)
            key = key_label(keys_of("resolve")[0], self.voice)
            words = self.voice.say("tui-reset-asked", day=day, time=time, key=key)
            self.tell(words, "danger")

    def on_wishes_read(self, message: WishesRead) -> None:
        news = bool(message.names) and not self.wished
        self.wished = bool(message.names)
        if news:
            key = key_label(keys_of("resolve")[0], self.voice)
            self.tell(self.voice.say("tui-history-wanted", name=message.names[0], key=key))

    # --- writing

    @on(Composer.Changed)
    def _typed(self) -> None:
        self.offer_to_send()
        if self.note_typed() and self._save_later is None:
            self._save_later = self.set_timer(DRAFT_PAUSE, self._save_drafts)

    def _save_drafts(self) -> None:
        self._save_later = None
        self.run_worker(self.save(), group="drafts")

    async def save(self) -> None:
        """Store every draft; a store that cannot take them is said, and asked again later."""
        try:
            await self.drafts.save()
        except EXPECTED as error:
            self.post_message(Failed(explain(error, self.voice)))
            self._save_later = self.set_timer(AGAIN, self._save_drafts)

    @on(Composer.Sent)
    def _asked_to_send(self, event: Composer.Sent) -> None:
        conversation = event.conversation
        composed = Composed(conversation, event.text, self.aims.get(conversation))
        if self.desk.account.link is Link.SIGNED_OUT:
            self._give_back(composed)
            return
        if self._withheld(conversation):
            self._give_back(composed)
            self.action_resolve()
            return
        changed = self._changed_key(conversation)
        if changed is None or conversation in self._confirmed:
            self._send(composed)
            return
        self._give_back(composed)
        self._confirm(conversation, changed)

    def _changed_key(self, conversation: ConversationId) -> Person | None:
        """Return whose new key nobody has looked at, in a conversation between two."""
        known = {one.id: one for one in self.desk.account.conversations()}
        if conversation not in known:
            return None
        other = the_other(known[conversation], self.desk.account.members(conversation))
        changed = other is not None and other.person.trust is Trust.CHANGED
        return other.person if other is not None and changed else None

    def _withheld(self, conversation: ConversationId) -> bool:
        """Whether nothing is sent here before the person has decided something."""
        all_ = self.desk.account.conversations()
        here = next((one for one in all_ if one.id == conversation), None)
        return conversation == self.current and here is not None and bool(standing(here))

    def _give_back(self, composed: Composed) -> None:
        """Put a text that did not go where it was written, before what was written since."""
        conversation = composed.conversation
        draft = self.drafts.returned(conversation, composed.text)
        if composed.aim is not None:
            self.aims.setdefault(conversation, composed.aim)
        if conversation == self.current:
            self.composer.put(draft)
        self.show_notice()
        self._save_drafts()

    def _confirm(self, conversation: ConversationId, person: Person) -> None:
        """Ask before the first text for a key that nobody has looked at."""

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if yes:
                self._confirmed.add(conversation)
                self.composer.action_send()

        say = self.voice.say
        question, words = say("tui-changed-question", name=person.name), "tui-changed-consequence"
        dialog = Confirm(self.voice, question, say(words), say("tui-send-anyway"))
        ask(self.app, dialog, answered)

    def _send(self, composed: Composed) -> None:
        conversation = composed.conversation
        edits = composed.aim is not None and composed.aim.edits
        self.problem.pop(conversation, None)
        self.aims.pop(conversation, None)
        self.drafts.leave(conversation, composed.text, edits=edits)
        self.note_typed()
        self.desk.bridge.send(self, composed)
        self._save_drafts()
        if conversation == self.current and not edits:
            self.unread_from = None
            self.action_to_newest()
        self.show_notice()

    def on_message_kept(self, message: MessageKept) -> None:
        self.drafts.left(message.composed.conversation, message.composed.text)
        self._save_drafts()
        self.show_all()

    def on_message_refused(self, message: MessageRefused) -> None:
        self.problem[message.composed.conversation] = message.explanation
        self._give_back(message.composed)
        self.show_all()

    def aim_at(self, aim: Aim | None) -> None:
        """Write to another end from now on; what was begun is not overwritten by an edit."""
        if self.current is None or self.composer.disabled:
            self.app.bell()
            return
        if aim is None:
            self._end_aim(self.aims.pop(self.current, None))
        elif aim.edits and self.composer.text.strip():
            self.tell(self.voice.say("tui-edit-not-now"))
            return
        else:
            self.aims[self.current] = aim
            if aim.edits:
                self.composer.put(aim.message.text)
        self.show_notice()
        self._go_to_pane(self.composer)

    def _end_aim(self, aim: Aim | None) -> None:
        """Take back the text that an edit began with, unless it was changed."""
        if aim is not None and aim.edits and self.composer.text == aim.message.text:
            self.composer.put("")

    def on_failed(self, message: Failed) -> None:
        self.rejoining.discard(ConversationId(message.what))
        self.tell(message.explanation, "danger")
        self.show_all()

    def on_done(self, message: Done) -> None:
        back = ConversationId(message.what) in self.rejoining
        self.rejoining.discard(ConversationId(message.what))
        self.show_all()
        if back and message.what == self.current and not self.composer.disabled:
            self._go_to_pane(self.composer)

    def action_send(self) -> None:
        self.composer.action_send()
        self.composer.focus()

    @on(Composer.Paged)
    def _paged(self, event: Composer.Paged) -> None:
        self.timeline.page(event.direction)

    # --- going about

    def action_notice(self) -> None:
        here = self.conversation
        if here is not None and here.id in self.problem:
            del self.problem[here.id]
            self.show_notice()
        else:
            self.action_resolve()

    def action_to_newest(self) -> None:
        self.window = Window()
        self.show_conversation()
        self.timeline.to_newest()
        self.look()

    def action_next_unread(self) -> None:
        listed = self._from_current()
        unread = next((one for one in listed if one.unread), None)
        if unread is not None:
            self.open(unread.id)
        else:
            self.tell(self.voice.say("tui-nothing-unread"))

    def action_next_conversation(self) -> None:
        if listed := self._from_current():
            self.open(listed[0].id)

    def action_previous_conversation(self) -> None:
        if listed := self._from_current():
            self.open(listed[-2].id if self.current is not None and listed[1:] else listed[-1].id)

    def _from_current(self) -> list[Conversation]:
        """Return the conversations after the open one, going round; itself comes last."""
        listed = list(self.desk.account.conversations())
        names = [one.id for one in listed]
        if self.current not in names:
            return listed
        after = names.index(self.current) + 1
        return listed[after:] + listed[:after]

    def action_next_pane(self) -> None:
        self._move_pane(1)

    def action_previous_pane(self) -> None:
        self._move_pane(-1)

    def _move_pane(self, step: int) -> None:
        panes: list[ConversationList | Timeline | Composer] = [
            self.conversation_list,
            self.timeline,
            self.composer,
        ]
        usable = [pane for pane in panes if pane.display and not pane.disabled]
        here = next((index for index, pane in enumerate(usable) if pane.has_focus), 0)
        self._go_to_pane(usable[(here + step) % len(usable)])

    def _go_to_pane(self, pane: ConversationList | Timeline | Composer) -> None:
        if self.narrow:
            self.set_class(pane is not self.conversation_list, "reading")
        self.call_after_refresh(pane.focus)

    def action_back(self) -> None:
        """Go one step back: from writing to the messages or the list, from those to writing."""
        if self.telling:
            self.action_put_aside()
        elif self.current in self.aims and self.composer.has_focus:
            self.aim_at(None)
        elif self.narrow and self.has_class("reading"):
            self._go_to_pane(self.conversation_list)
        elif self.composer.has_focus:
            self.timeline.focus()
        elif self.current is not None:
            self._go_to_pane(self.timeline if self.composer.disabled else self.composer)
