"""The app: it opens the account, shows the screens, wears a theme; it holds no rules."""

import asyncio
import contextlib
import os

from textual.app import App

from teamchat_terminal import keyboard
from teamchat_terminal.account import Opener
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.bridge import Bridge
from teamchat_terminal.desk import Desk
from teamchat_terminal.messages import AccountChanged, AccountOpened, Begun
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.unlock import UnlockScreen
from teamchat_terminal.stack import show
from teamchat_terminal.theme import PLAIN_NAME, fitting, next_after, themes, wants_no_colour
from teamchat_terminal.voice import Voice

GRACE = 3.0
"""Seconds that leaving waits for drafts to be stored."""


class TeamchatApp(App[None]):
    """The terminal client of one profile."""

    TITLE = "teamchat"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it for instances
        (0, "-narrow"),
        (80, "-normal"),
        (120, "-wide"),
    ]

    def __init__(self, opener: Opener, voice: Voice, theme: str = "") -> None:
        keyboard.teach_alt_enter()
        super().__init__(ansi_color=wants_no_colour(os.environ) or None)
        for one in themes():
            self.register_theme(one)
        if wants_no_colour(os.environ):
            self.theme = PLAIN_NAME
        else:
            self.theme = theme or fitting(os.environ, self.console.color_system)
        self._opener = opener
        self._voice = voice
        self.chat: ChatScreen | None = None

    def on_mount(self) -> None:
        show(self, UnlockScreen(self._opener, self._voice))

    def on_account_opened(self, message: AccountOpened) -> None:
        bridge = Bridge(self, message.account, self._voice)
        self.chat = ChatScreen(Desk(message.account, bridge, self._voice))
        _ = self.switch_screen(self.chat)
        bridge.start()

    def on_account_changed(self, message: AccountChanged) -> None:
        for screen in self.screen_stack:
            screen.post_message(AccountChanged(message.change))

    def on_begun(self, message: Begun) -> None:
        if self.chat is not None:
            self.chat.open(message.conversation)

    def action_theme(self) -> None:
        """Change between light and dark; a terminal without colours stays as it is."""
        if not self.no_color:
            self.theme = next_after(self.theme)

    async def action_quit(self) -> None:
        """Leave, when what was typed is stored."""
        if self.chat is not None:
            self.chat.note_typed()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.chat.save(), GRACE)
        await self._opener.close()
        self.exit()

    def action_help_quit(self) -> None:
        """Say how to leave: Ctrl+C copies."""
        key = key_label(keys_of("quit")[0], self._voice)
        self.notify(self._voice.say("tui-how-to-quit", key=key), markup=False)


def run(opener: Opener, voice: Voice) -> None:
    """Show the terminal client until the person leaves it."""
    TeamchatApp(opener, voice).run()
