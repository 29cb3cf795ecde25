"""The ways in, one question at a time: an invitation, or what a person has from before."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

from textual.content import Content

from teamchat.client import linking_new
from teamchat.identity.sas import ShortAuthenticationString
from teamchat_terminal import enter_custodians
from teamchat_terminal.broken_off import BrokenOffError
from teamchat_terminal.enter_custodians import Who
from teamchat_terminal.enter_lines import Lines
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
from teamchat_terminal.screens.step import OUT, Choice, ListStep, Step

if TYPE_CHECKING:
    from teamchat.wire.custody import Custodians

PASSPHRASE_CHARACTERS: Final = 10
"""The least of a new passphrase: whoever has a copy of the disk can try as often as they like."""


@dataclass(frozen=True, slots=True)
class CameIn:
    """Somebody who has just come in.

    Attributes:
        passphrase: Of the profile that was made.
        earlier: Whether there may be something that was said before.
        opened: The recovery words, if custodians have opened them.
    """

    passphrase: str = field(repr=False)
    earlier: bool
    opened: str = field(repr=False)


class Entering:
    """One person at the door.

    Args:
        flow: Asks and tells.
        entrance: Lets them in.
        entered: Is told of a profile that was made.
        leave: Ends the program.
    """

    def __init__(
        self,
        flow: Flow,
        entrance: Entrance,
        entered: Callable[[CameIn], None],
        leave: Callable[[], None],
    ) -> None:
        self._flow = flow
        self._entrance = entrance
        self._entered = entered
        self._leave = leave
        self._passphrase = ""
        self._opened = ""
        self._lines = Lines(flow)

    async def begin(self) -> None:
        """Offer the ways in until one was gone to its end."""
        while True:
            ways = self._ways()
            way = await self._flow.ask(self._welcome(tuple(ways)))
            if way == OUT:
                self._leave()
                return
            if await ways[way]():
                self._entered(CameIn(self._passphrase, way != "invitation", self._opened))
                return

    def _ways(self) -> Mapping[str, Callable[[], Awaitable[bool]]]:
        if self._entrance.begun:
            return {"begun": self._device}
        asked = {"asked": self._asked} if self._entrance.asked is not None else {}
        return asked | {
            "invitation": self._invitation,
            "device": self._device,
            "words": self._words,
            "lost": self._lost,
        }

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
        link = await flow.ask(self._lines.line("link", hint="https://"))
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
        return await self._lines.twice(title, words, invited.characters)

    # --- with another device

    async def _device(self) -> bool:
        server = await self._flow.ask(self._lines.line("server", hint="https://"))
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
        self._passphrase = await self._flow.ask(self._lines.line("passphrase", secret=True))
        return bool(self._passphrase)

    # --- with user name, password and recovery words

    async def _words(self) -> bool:
        who = await self._who()
        return who is not None and await self._new_passphrase() and await self._login(who)

    async def _login(self, who: Who, words: str = "") -> bool:
        """Make this computer a device, with words that are known or asked for."""
        say, asked = self._flow.say, count()

        async def ask() -> str:
            return words or await self._ask_words(again=next(asked) > 0)

        async def login() -> None:
            await self._entrance.login(*who, self._passphrase, ask, self._keep)

        return await self._flow.do(say("tui-enter-making"), say("tui-enter-making-words"), login)

    async def _ask_words(self, *, again: bool) -> str:
        """Ask for the recovery words that belong to the account.

        Raises:
            BrokenOffError: The person does not go on.
        """
        say = self._flow.say
        wrong = Content.assemble((say("error-wrong-recovery-key"), "bold $tc-danger"))
        step = typed_words(self._flow, say("tui-enter-words-title"), wrong if again else "")
        typed = await self._flow.ask(step)
        if not typed:
            raise BrokenOffError
        return typed

    async def _who(self) -> Who | None:
        """Ask for server, user name and password; None for whoever goes back."""
        answers: list[str] = []
        for what in ("server", "user", "password"):
            hint = "https://" if what == "server" else ""
            line = self._lines.line(what, secret=what == "password", hint=hint)
            answers.append(await self._flow.ask(line))
            if not answers[-1]:
                return None
        server, user, password = answers
        return server, user, password

    # --- with nothing left

    async def _lost(self) -> bool:
        """Offer the custodians if they can help, otherwise a new beginning."""
        flow, say = self._flow, self._flow.say
        who = await self._who()
        if who is None:
            return False
        found: list[Custodians | None] = []

        async def look() -> None:
            found.append(await self._entrance.custodians(*who))

        if not await flow.do(say("tui-enter-looking-up"), say("tui-enter-looking-words"), look):
            return False
        way = "anew" if found[0] is None else await enter_custodians.which_way(flow, found[0])
        if way == enter_custodians.HELPED:
            return await self._helped(who)
        return way == "anew" and await self._anew(who)

    async def _asked(self) -> bool:
        """Go on with what the custodians were asked here."""
        whose = self._entrance.asked
        password = await self._flow.ask(self._lines.line("password", secret=True))
        if not password or whose is None:
            return False
        return await self._helped((whose.server, whose.user_name, password))

    async def _helped(self, who: Who) -> bool:
        words = await enter_custodians.words_from_custodians(self._flow, self._entrance, who)
        if not (words and await self._new_passphrase() and await self._login(who, words)):
            return False
        self._entrance.forget_custodians()
        self._opened = words
        return True

    async def _anew(self, who: Who) -> bool:
        flow, say = self._flow, self._flow.say
        choices = (
            Choice("no", say("tui-back")),
            Choice("yes", say("tui-lost-all-begin"), primary=True),
        )
        title, words = say("tui-lost-all-question"), say("tui-lost-all-words")
        if await flow.ask(Step(flow.voice, title, words, choices)) != "yes":
            return False
        if not await self._new_passphrase():
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

    # --- what several of them take

    async def _keep(self, made: NewWords) -> None:
        """Show new recovery words until they are on paper.

        Raises:
            BrokenOffError: The person does not go on.
        """
        if not await keep_words(self._flow, made):
            raise BrokenOffError

    async def _new_passphrase(self) -> bool:
        """Ask for the passphrase of this device, if it takes one."""
        if not self._entrance.needs_passphrase:
            return True
        say = self._flow.say
        words = say("tui-enter-passphrase", count=PASSPHRASE_CHARACTERS)
        title = say("tui-enter-passphrase-title")
        self._passphrase = await self._lines.twice(title, words, PASSPHRASE_CHARACTERS)
        return bool(self._passphrase)
