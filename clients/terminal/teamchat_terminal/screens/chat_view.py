"""What the main screen shows: the list, one conversation, the status; read again on a change."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from teamchat.client.named_alarms import told_of
from teamchat.engine.model import (
    Alarm,
    AlarmRaised,
    Conversation,
    Link,
    Message,
    TimelineChanged,
)
from teamchat.ids import ConversationId
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.aim import Aim, said
from teamchat_terminal.desk import Desk
from teamchat_terminal.drafts import Drafts
from teamchat_terminal.format import header, may_write, standing
from teamchat_terminal.messages import (
    AccountChanged,
)
from teamchat_terminal.notice import notice
from teamchat_terminal.reading import first_unread, on_its_way
from teamchat_terminal.screens.chat_actions import ChatActions
from teamchat_terminal.widgets.composer import Composer
from teamchat_terminal.widgets.conversation_list import ConversationList
from teamchat_terminal.widgets.link_text import LinkText
from teamchat_terminal.widgets.status_bar import StatusBar
from teamchat_terminal.widgets.timeline import Timeline
from teamchat_terminal.window import Window

if TYPE_CHECKING:
    from textual.events import Resize
    from textual.timer import Timer

SOON = 0.03
"""Seconds in which changes are gathered before the screen reads again."""

MINUTE = 30.0
"""Seconds after which shown times are looked at again."""


class ChatView(ChatActions):
    """The regions, and how they follow the account."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.drafts = Drafts(desk.account)
        self.window = Window()
        self.unread_from: int | None = None
        self._read_to: dict[ConversationId, int] = {}
        self.aims: dict[ConversationId, Aim] = {}
        self.problem: dict[ConversationId, str] = {}
        self._below = 0
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        say = self.voice.say
        new_key = key_label(keys_of("new-conversation")[0], self.voice)
        with Horizontal(id="panes"):
            with Vertical(id="side"):
                with Horizontal(id="side-head"):
                    yield Static(say("tui-conversations"), id="side-title", markup=False)
                    yield LinkText(f"{new_key} +", "new_conversation", id="side-new")
                yield ConversationList(self.voice)
                yield LinkText(say("tui-no-conversations"), "new_conversation", id="side-empty")
            with Vertical(id="main"):
                yield Static(say("tui-choose"), id="nothing-open", markup=False)
                with Horizontal(id="head"):
                    yield LinkText("←", "back", id="head-back")
                    yield LinkText("", "members", id="head-title")
                    yield LinkText(say("tui-readers-link"), "readers", id="head-readers")
                yield Timeline(self.voice)
                yield LinkText("", "to_newest", id="newest")
                yield LinkText("", "notice", id="notice")
                with Horizontal(id="write"):
                    yield Composer(say("tui-write"))
                    yield LinkText(say("tui-action-send"), "send", id="send")
        yield LinkText("", "put_aside", id="told")
        yield StatusBar(self.voice, self.desk.account.profile)

    def on_mount(self) -> None:
        self.query_one("#told").display = False
        self.set_interval(MINUTE, self.show_all)
        self.show_all()
        self.conversation_list.focus()

    # --- the parts

    @property
    def conversation_list(self) -> ConversationList:
        return self.query_one(ConversationList)

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @property
    def narrow(self) -> bool:
        """Whether only one pane fits."""
        return self.has_class("-narrow")

    # --- reading the account and showing it

    def on_account_changed(self, message: AccountChanged) -> None:
        change = message.change
        if isinstance(change, TimelineChanged):
            self._arrived(change)
        if isinstance(change, AlarmRaised) and not self._said_where_one_writes(change.alarm):
            names = self.desk.account.device_names()
            told = told_of(change.alarm, (), self.voice.exact_moment, names)
            self.tell(self.voice.tell(change.alarm.key, told.items()), "attention")
        if self._soon is None:
            self._soon = self.set_timer(SOON, self._read_again)

    def _said_where_one_writes(self, alarm: Alarm) -> bool:
        """Whether the open conversation says itself what an alarm is about."""
        here = self.conversation
        return here is not None and here.id == alarm.conversation and bool(standing(here))

    def _arrived(self, change: TimelineChanged) -> None:
        if change.arrived and not self.app.app_focus:
            self.app.bell()
        if change.conversation != self.current or not change.arrived:
            return
        if not self._watched:
            self._below += len(change.arrived)
            self.unread_from = self.unread_from or change.arrived[0].position
            self.window = self.window.grown(len(change.arrived))

    def _read_again(self) -> None:
        self._soon = None
        self.show_all()

    def show_all(self) -> None:
        """Show everything as the account has it now."""
        self._show_list()
        self.show_conversation()
        self._show_status()

    def _show_list(self) -> None:
        conversations = self.desk.account.conversations()
        drafts = self.drafts.all([one.id for one in conversations])
        if self.current is not None and self.composer.has_focus:
            drafts = {name: text for name, text in drafts.items() if name != self.current}
        self.conversation_list.show(conversations, drafts, self.current)
        self.query_one("#side-empty").display = not conversations
        self.conversation_list.display = bool(conversations)
        key = "tui-choose" if conversations else "tui-begin-first"
        new_key = key_label(keys_of("new-conversation")[0], self.voice)
        self.query_one("#nothing-open", Static).update(self.voice.say(key, key=new_key))

    def _show_status(self) -> None:
        account = self.desk.account
        self.query_one(StatusBar).show(account.link, account.queued, len(account.alarms()))

    def show_conversation(self) -> None:
        """Show the open conversation as the account has it now."""
        here = self.conversation
        for name in ("#head", "#timeline", "#write"):
            self.query_one(name).display = here is not None
        self.query_one("#nothing-open").display = here is None
        self.show_notice()
        if here is None:
            self.query_one("#newest").display = False
            return
        self._show_head(here)
        self.timeline.update_messages(
            self._messages(), newest=self.window.newest, unread_from=self.unread_from
        )
        self._offer_to_write(here)
        self.offer_to_send()
        self.look()

    def _offer_to_write(self, here: Conversation) -> None:
        """Show where to write if it is of use; whoever was there goes on among the messages."""
        writing = self.focused is self.composer
        self.composer.disabled = not may_write(here)
        self.query_one("#write").display = may_write(here)
        if writing and not may_write(here):
            self.timeline.focus()

    def _show_head(self, here: Conversation) -> None:
        heading = self.query_one("#head-title", LinkText)
        heading.say(header(here, self.members, self.voice))

    def _messages(self) -> list[Message]:
        if self.current is None:
            return []
        window = self.window
        held = list(self.desk.account.timeline(self.current, window.before, window.limit))
        leaving = self.drafts.leaving(self.current) if window.newest else ()
        last = held[-1].position if held else 0
        return held + [
            on_its_way(self.desk.account.profile, self.current, text, last + 1 + index, self._now)
            for index, text in enumerate(leaving)
        ]

    @property
    def _now(self) -> int:
        return self.voice.clock.now_ms()

    def offer_to_send(self) -> None:
        """Show what sends a text with the mouse, while there is a text."""
        ready = bool(self.composer.text.strip()) and not self.composer.disabled
        self.query_one("#send").display = ready

    # --- what the person is told

    def tell(self, words: str, meaning: str = "") -> None:
        """Say something that stays until it is put aside, or something else is said."""
        told = self.query_one("#told", LinkText)
        told.set_classes(meaning)
        told.say(f"{words}  {key_label('escape', self.voice)} ✕" if words else "")

    def action_put_aside(self) -> None:
        """Take away what was told."""
        self.tell("")

    @property
    def telling(self) -> bool:
        """Whether something told is still there."""
        return self.query_one("#told").display

    def show_notice(self) -> None:
        """Show what stands over the composer."""
        words, attention = self._notice()
        line = self.query_one("#notice", LinkText)
        line.say(words)
        line.set_class(attention, "attention")

    def _notice(self) -> tuple[str, bool]:
        """Return what stands over the composer, only when it is true."""
        here, say = self.conversation, self.voice.say
        if self.reset_due or self.custody_asked:
            key = key_label(keys_of("resolve")[0], self.voice)
            pending = "tui-reset-pending" if self.reset_due else "tui-custody-pending"
            return say(pending, key=key), True
        if self.desk.account.link is Link.SIGNED_OUT:
            return say("tui-signed-out"), True
        if here is None:
            return "", False
        if here.id in self.rejoining:
            return say("tui-rejoining"), False
        if here.id in self.problem and not standing(here):
            return self.problem[here.id], True
        if here.id in self.aims and not standing(here):
            return said(self.aims[here.id], self.voice), False
        return notice(here, self.members, self.voice)

    # --- opening a conversation

    @on(ConversationList.Chosen)
    def _chosen(self, event: ConversationList.Chosen) -> None:
        self.open(event.conversation)

    def open(self, conversation: ConversationId) -> None:
        """Show a conversation, ready to type."""
        known = {one.id: one for one in self.desk.account.conversations()}
        if conversation not in known:
            return
        self.note_typed()
        self.tell("")
        self.current = conversation
        here = known[conversation]
        self.window = Window.with_unread(here.unread)
        self._below = 0
        messages = self._messages()
        self.unread_from = first_unread(messages, here.unread)
        self.add_class("reading")
        self.show_conversation()
        self.timeline.begin(messages, self.unread_from)
        self.composer.conversation = conversation
        self.composer.put(self.drafts.typed(conversation))
        self._show_list()
        self.call_after_refresh(self._settled)

    def _settled(self) -> None:
        here = self.conversation
        if here is None:
            return
        if may_write(here):
            self.composer.focus()
        else:
            self.timeline.focus()
        self._show_head(here)
        self.look()

    def on_resize(self, _: "Resize") -> None:
        self.call_after_refresh(self.show_all)

    def note_typed(self) -> bool:
        """Note what stands in the composer; return whether it is new."""
        return self.current is not None and self.drafts.write(self.current, self.composer.text)

    # --- reading on

    @on(Timeline.OlderWanted)
    def _older(self) -> None:
        self._page_to(self.window.older(self._messages()))

    @on(Timeline.NewerWanted)
    def _newer(self) -> None:
        self._page_to(self.window.newer())

    def _page_to(self, window: Window) -> None:
        if window == self.window:
            self.timeline.answered()
            return
        self.window = window
        self.timeline.update_messages(
            self._messages(), newest=window.newest, unread_from=self.unread_from
        )

    @on(Timeline.Moved)
    def look(self) -> None:
        """Note what has been seen, and say how much is further down."""
        if self._watched:
            self._below = 0
            self._mark_read()
        newest = self.query_one("#newest", LinkText)
        if self.current is None or self.timeline.following or not self.timeline.messages:
            newest.say("")
        else:
            key = "tui-newest-count" if self._below else "tui-newest"
            newest.say(self.voice.say(key, count=self._below))

    @property
    def _watched(self) -> bool:
        """Whether somebody looks at the newest message."""
        seen = self.app.screen is self and self.app.app_focus
        shown = not self.narrow or self.has_class("reading")
        return self.current is not None and seen and shown and self.timeline.following

    def _mark_read(self) -> None:
        here = self.conversation
        received = [one.position for one in self.timeline.messages if not one.own]
        if here is None or not received or received[-1] <= self._read_to.get(here.id, -1):
            return
        position = self._read_to[here.id] = received[-1]
        if here.unread:
            account = self.desk.account
            self.desk.bridge.do(self, "read", lambda: account.mark_read(here.id, position))

    def on_app_focus(self) -> None:
        self.look()

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self.show_all()
