"""The app: it opens the account, shows the screens, wears a theme; it holds no rules."""

import asyncio
import contextlib
import os
from dataclasses import replace

from textual.app import App

from teamchat.client.account import Account
from teamchat.client.errors import WipedError
from teamchat.i18n import LANGUAGES, Catalogue
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.bridge import Bridge, Errands
from teamchat_terminal.desk import Desk
from teamchat_terminal.enter import CameIn, Entering
from teamchat_terminal.enter_custodians import renew_opened
from teamchat_terminal.entrance import Entrance
from teamchat_terminal.flow import Flow
from teamchat_terminal.history_flow import bring
from teamchat_terminal.keyboard import teach_alt_enter, teach_pasting
from teamchat_terminal.messages import AccountChanged, AccountOpened, Begun
from teamchat_terminal.opener import Opener
from teamchat_terminal.preferences import Place, Preferences, read, write
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.help import HelpSheet
from teamchat_terminal.screens.unlock import UnlockScreen
from teamchat_terminal.screens.welcome import WelcomeScreen
from teamchat_terminal.screens.wiped import WipedScreen
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

    def __init__(
        self,
        opener: Opener,
        voice: Voice,
        theme: str = "",
        place: Place | None = None,
        entrance: Entrance | None = None,
    ) -> None:
        teach_alt_enter()
        teach_pasting()
        super().__init__(ansi_color=wants_no_colour(os.environ) or None)
        for one in themes():
            self.register_theme(one)
        self._place = place
        self._preferences = read(place.directory) if place is not None else Preferences()
        if wants_no_colour(os.environ):
            self.theme = PLAIN_NAME
        else:
            remembered = self._preferences.theme
            self.theme = theme or fitting(os.environ, self.console.color_system, remembered)
        self._opener = opener
        self._entrance = entrance
        self._came_in: CameIn | None = None
        self._voice = voice
        self._account: Account | None = None
        if self._preferences.language and not (place and place.language_fixed):
            self._speak(self._preferences.language)
        self.chat: ChatScreen | None = None

    def on_mount(self) -> None:
        if self._entrance is None:
            show(self, UnlockScreen(self._opener, self._voice))
            return
        show(self, WelcomeScreen())
        flow = Flow(self, Errands(self, self._voice), self._voice)
        flow.run(Entering(flow, self._entrance, self._entered, self.exit).begin())

    def _entered(self, came_in: CameIn) -> None:
        """Open the profile that was just made."""
        self._came_in = came_in
        _ = self.switch_screen(UnlockScreen(self._opener, self._voice, came_in.passphrase))

    def on_account_opened(self, message: AccountOpened) -> None:
        self._account = message.account
        if self._place is not None and not self._place.language_fixed:
            self._speak(self._preferences.language or message.account.profile.language)
        bridge = Bridge(self, message.account, self._voice)
        self._furnish(bridge)
        bridge.start()
        came_in, self._came_in = self._came_in, None
        if came_in is not None:
            flow = Flow(self, bridge, self._voice)
            flow.run(_settle_in(flow, message.account, came_in))

    def _furnish(self, bridge: Bridge) -> None:
        assert self._account is not None  # noqa: S101 - it has been opened
        self.chat = ChatScreen(Desk(self._account, bridge, self._voice))
        _ = self.switch_screen(self.chat)

    def _speak(self, language: str) -> None:
        """Take another voice, if it is a language that teamchat speaks."""
        if language in LANGUAGES:
            self._voice = replace(self._voice, words=Catalogue(language, "tui"))

    def on_account_changed(self, message: AccountChanged) -> None:
        why = self._account.trouble if self._account is not None else None
        if isinstance(why, WipedError):
            self._say_that_it_is_over(why)
            return
        for screen in self.screen_stack:
            screen.post_message(AccountChanged(message.change))

    def _say_that_it_is_over(self, why: WipedError) -> None:
        """Show the last screen, over nothing that was here."""
        if isinstance(self.screen, WipedScreen):
            return
        self.chat = None
        while len(self.screen_stack) > 2:  # the first is Textual's own
            _ = self.pop_screen()
        _ = self.switch_screen(WipedScreen(why, self._voice))

    def on_begun(self, message: Begun) -> None:
        if self.chat is not None:
            self.chat.open(message.conversation)

    def action_help(self) -> None:
        """Show the keys over whatever is open, once."""
        if self.chat is not None and not isinstance(self.screen, HelpSheet):
            self.chat.action_help()

    def action_palette(self) -> None:
        """Show the commands over whatever is open."""
        if self.chat is not None:
            self.chat.action_palette()

    def action_theme(self) -> None:
        """Change between light and dark; a terminal without colours stays as it is."""
        if not self.no_color:
            self.theme = next_after(self.theme)
            self._remember(replace(self._preferences, theme=self.theme))

    async def action_language(self) -> None:
        """Speak the other language; what was being read and written is shown in it."""
        before = self.chat
        if before is None or self.screen is not before:
            return
        await before.save()
        spoken = LANGUAGES.index(self._voice.words.language)
        self._speak(LANGUAGES[(spoken + 1) % len(LANGUAGES)])
        self._remember(replace(self._preferences, language=self._voice.words.language))
        before.desk.bridge.speak(self._voice)
        self._furnish(before.desk.bridge)
        if before.current is not None and self.chat is not None:
            self.call_after_refresh(self.chat.open, before.current)

    def _remember(self, preferences: Preferences) -> None:
        self._preferences = preferences
        if self._place is not None:
            write(self._place.directory, preferences)

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
        if self.chat is not None:
            self.chat.tell(self._voice.say("tui-how-to-quit", key=key))


async def _settle_in(flow: Flow, account: Account, came_in: CameIn) -> None:
    """Do what somebody has left to do who has just come in."""
    if came_in.opened:
        await renew_opened(flow, account, came_in.opened)
    if came_in.earlier:
        await bring(flow, account)


def run(
    opener: Opener,
    voice: Voice,
    place: Place | None = None,
    entrance: Entrance | None = None,
) -> None:
    """Show the terminal client until the person leaves it; first the way in, if there is one."""
    TeamchatApp(opener, voice, place=place, entrance=entrance).run()
