"""The ways in, one question at a time: an invitation, or what a person has from before."""

from collections.abc import Callable
from typing import Final

from textual.content import Content

from teamchat.client import linking_new
from teamchat.identity.sas import ShortAuthenticationString
from teamchat_terminal.broken_off import BrokenOffError
from teamchat_terminal.entrance import Entrance, Invited
from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.log_words import moment
from teamchat_terminal.new_sheet import NewWords
from teamchat_terminal.own_key import typed_words
from teamchat_terminal.pictures import SAME, compared
from teamchat_terminal.recovery_words import keep_words
from teamchat_terminal.screens.busy import DONE
from teamchat_terminal.screens.link_code import LinkCodeScreen
from teamchat_terminal.screens.step import OUT, Choice, LineStep, ListStep, NotTakenError, Step

PASSPHRASE_CHARACTERS: Final = 10
"""The least of a new passphrase: whoever has a copy of the disk can try as often as they like."""


class Entering:
    """One person at the door.

    Args:
        flow: Asks and tells.
        entrance: Lets them in.
        entered: Is told the passphrase of the profile that was made, and whether there may be
            something that was said before.
        leave: Ends the program.
    """

    def __init__(
        self,
        flow: Flow,
        entrance: Entrance,
        entered: Callable[[str, bool], None],
        leave: Callable[[], None],
    ) -> None:
        self._flow = flow
        self._entrance = entrance
        self._entered = entered
        self._came_back = False
        self._leave = leave
        self._passphrase = ""

    async def begin(self) -> None:
        """Offer the ways in until one was gone to its end."""
        ways = {
            "invitation": self._invitation,
            "device": self._device,
            "words": self._words,
            "lost": self._lost,
        }
        if self._entrance.begun:
            ways = {"begun": self._device}
        while True:
            way = await self._flow.ask(self._welcome(tuple(ways)))
            if way == OUT:
                self._leave()
                return
            if await ways[way]():
                self._entered(self._passphrase, way != "invitation")
                return

    def _welcome(self, ways: tuple[str, ...]) -> Step:
        say = self._flow.say
        rows = [
            (
                way,
                Content.assemble(
                    (say(f"tui-enter-{way}"), BOLD),
                    "\n",
                    (say(f"tui-enter-{way}-words"), DIM),
                ),
            )
            for way in ways
        ]
        words = say("tui-enter-how")
        return ListStep(self._flow.voice, say("tui-enter-heading"), words, rows, "tui-action-quit")

    # --- with an invitation

    async def _invitation(self) -> bool:
        flow, say = self._flow, self._flow.say
        link = await flow.ask(self._line("link", hint="https://"))
        if not link:
            return False
        found: list[Invited] = []

        async def look() -> None:
            found.append(await self._entrance.look(link))

        if not await flow.do(say("tui-enter-looking"), say("tui-enter-looking-words"), look):
            return False
        password = await self._new_password(found[0])
        return bool(password) and await self._join(link, password)

    async def _join(self, link: str, password: str) -> bool:
        if not await self._new_passphrase():
            return False

        async def join() -> None:
            await self._entrance.join(link, password, self._passphrase, self._keep)

        say = self._flow.say
        return await self._flow.do(say("tui-enter-making"), say("tui-enter-making-words"), join)

    async def _new_password(self, invited: Invited) -> str:
        say = self._flow.say
        title = say("tui-enter-welcome", name=invited.name, organisation=invited.organisation)
        words = say("tui-enter-new-password", count=invited.characters)
        return await self._twice(title, words, invited.characters)

    # --- with another device

    async def _device(self) -> bool:
        server = await self._flow.ask(self._line("server", hint="https://"))
        if not server or not await self._passphrase_of_the_device():
            return False

        async def link(shown: LinkCodeScreen) -> None:
            async def same(sas: ShortAuthenticationString) -> bool:
                return await self._same_pictures(shown, sas)

            screen = linking_new.Screen(
                codes=lambda codes: shown.show(codes.scanned, codes.typed),
                same=same,
                waits=shown.wait,
            )
            await self._entrance.link(server, self._passphrase, screen)

        flow = self._flow
        return await flow.ask(LinkCodeScreen(flow.errands, flow.voice, link)) == DONE

    async def _same_pictures(self, shown: LinkCodeScreen, sas: ShortAuthenticationString) -> bool:
        """Ask whether both devices show the same.

        Raises:
            BrokenOffError: The person does not go on.
        """
        say = self._flow.say
        title, words = say("tui-link-new-compare"), say("tui-link-new-compare-words")
        answer = await compared(self._flow, title, words, sas)
        if answer == OUT:
            raise BrokenOffError
        if answer == SAME:
            shown.compared()
        return answer == SAME

    async def _passphrase_of_the_device(self) -> bool:
        """Ask for the passphrase: a new one, or that of what was begun here."""
        if not (self._entrance.begun and self._entrance.needs_passphrase):
            return await self._new_passphrase()
        self._passphrase = await self._flow.ask(self._line("passphrase", secret=True))
        return bool(self._passphrase)

    # --- with user name, password and recovery words

    async def _words(self) -> bool:
        flow, say = self._flow, self._flow.say
        who = await self._who()
        if who is None:
            return False
        server, user, password = who

        async def login() -> None:
            entrance, passphrase = self._entrance, self._passphrase
            await entrance.login(server, user, password, passphrase, self._ask_words, self._keep)

        if not await flow.do(say("tui-enter-making"), say("tui-enter-making-words"), login):
            return False
        if self._came_back:
            await flow.tell(say("tui-enter-back"), say("cli-no-witnesses-yet"))
        return True

    async def _who(self) -> tuple[str, str, str] | None:
        """Ask for server, user name, password, and the passphrase; None for whoever goes back."""
        answers: list[str] = []
        for what in ("server", "user", "password"):
            hint = "https://" if what == "server" else ""
            line = self._line(what, secret=what == "password", hint=hint)
            answers.append(await self._flow.ask(line))
            if not answers[-1]:
                return None
        server, user, password = answers
        return (server, user, password) if await self._new_passphrase() else None

    # --- with nothing left

    async def _lost(self) -> bool:
        flow, say = self._flow, self._flow.say
        choices = (
            Choice("no", say("tui-back")),
            Choice("yes", say("tui-lost-all-begin"), primary=True),
        )
        title, words = say("tui-lost-all-question"), say("tui-lost-all-words")
        if await flow.ask(Step(flow.voice, title, words, choices)) != "yes":
            return False
        who = await self._who()
        if who is None:
            return False
        due: list[int] = []

        async def begin() -> None:
            due.append(await self._entrance.start_over(*who, self._passphrase, self._keep))

        if not await flow.do(say("tui-lost-all-asking"), say("tui-enter-making-words"), begin):
            return False
        if not due[0]:
            await flow.tell(say("tui-lost-all-done"), say("cli-fresh-start-done"))
            return True
        day, time = moment(due[0], flow.voice)
        await flow.tell(say("tui-lost-all-waits"), say("tui-lost-all-wait", day=day, time=time))
        return False

    async def _ask_words(self) -> str:
        """Ask for the recovery words that belong to the account.

        Raises:
            BrokenOffError: The person does not go on.
        """
        title = self._flow.say("tui-enter-words-title")
        typed = await self._flow.ask(typed_words(self._flow, title))
        if not typed:
            raise BrokenOffError
        self._came_back = True
        return typed

    async def _keep(self, made: NewWords) -> None:
        """Show new recovery words until they are on paper.

        Raises:
            BrokenOffError: The person does not go on.
        """
        if not await keep_words(self._flow, made):
            raise BrokenOffError

    # --- what both take

    async def _new_passphrase(self) -> bool:
        """Ask for the passphrase of this device, if it takes one."""
        if not self._entrance.needs_passphrase:
            return True
        say = self._flow.say
        words = say("tui-enter-passphrase", count=PASSPHRASE_CHARACTERS)
        title = say("tui-enter-passphrase-title")
        self._passphrase = await self._twice(title, words, PASSPHRASE_CHARACTERS)
        return bool(self._passphrase)

    async def _twice(self, title: str, words: str, characters: int) -> str:
        """Ask for something secret, and once more; empty for whoever does not go on."""
        say, voice, yes = self._flow.say, self._flow.voice, self._flow.say("tui-next")

        def long_enough(typed: str) -> str:
            if len(typed) < characters:
                short = say("tui-enter-short", typed=len(typed), count=characters)
                raise NotTakenError(short)
            if not typed:
                raise NotTakenError(say("tui-empty"))
            return typed

        while True:
            first = await self._flow.ask(
                LineStep(voice, title, words, yes, long_enough, secret=True)
            )
            if not first:
                return ""
            again = say("tui-enter-again")
            if await self._flow.ask(
                LineStep(voice, title, again, yes, self._same(first), secret=True)
            ):
                return first

    def _same(self, first: str) -> Callable[[str], str]:
        def read(typed: str) -> str:
            if typed != first:
                raise NotTakenError(self._flow.say("tui-enter-differs"))
            return typed

        return read

    def _line(self, what: str, *, secret: bool = False, hint: str = "") -> LineStep:
        say = self._flow.say

        def read(typed: str) -> str:
            if not typed.strip():
                raise NotTakenError(say("tui-empty"))
            return typed if secret else typed.strip()

        return LineStep(
            self._flow.voice,
            say(f"tui-ask-{what}"),
            say(f"tui-ask-{what}-words"),
            say("tui-next"),
            read,
            hint=hint,
            secret=secret,
        )
