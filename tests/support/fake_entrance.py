"""A door without a server: who is invited, and what is right, is said by the test."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from teamchat.client.custody_opening import Asked
from teamchat.client.custody_pending import Begun
from teamchat.client.errors import AccountError
from teamchat.client.linking_new import Codes, Screen
from teamchat.wire.custody import Custodians
from teamchat_terminal.entrance import AskWords, Invited, KeepWords
from teamchat_terminal.new_sheet import NewWords
from tests.support.fake_custody import FakeCustody
from tests.support.fake_linking import CODE, PICTURES

LINK = "https://chat.example/join#secret"
WORDS = (
    "abbau abbild abend abfahrt abflug abgabe abhang abholen "
    "abitur abkommen ablauf ableger abmessen abrufen absage absender"
)
PASSWORD = "ein gutes Passwort"


@dataclass
class FakeEntrance:
    """Lets Anna in, and remembers how she came.

    Attributes:
        needs_passphrase: Whether there is no keyring.
        calls: What was asked for, in order.
        refusals: What the next calls are answered with instead.
        begun: Whether a linking was begun here.
        due: When a fresh start goes on, if not at once.
        waits: Whether an administrator has to approve a linking.
        custody: The custodians who can help Anna back, if there are any.
        open_request: What was asked of them here.
        answered: Set when the other device, or enough custodians, have answered.
        approved: Set when an administrator has approved.
    """

    needs_passphrase: bool = True
    calls: list[tuple[str, ...]] = field(default_factory=list)
    refusals: list[AccountError] = field(default_factory=list)
    came_in: bool = False
    begun: bool = False
    waits: bool = False
    due: int = 0
    custody: FakeCustody | None = None
    open_request: Begun | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    approved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def asked(self) -> Begun | None:
        return self.open_request

    async def look(self, link: str, /) -> Invited:
        self._called("look", link)
        if link != LINK:
            raise AccountError("error-invitation-link")
        return Invited("Anna Weber", "Muster GmbH", 12)

    async def join(self, link: str, password: str, passphrase: str, keep: KeepWords, /) -> None:
        self._called("join", link, password, passphrase)
        await keep(NewWords(tuple(WORDS.split()), "<html>sheet</html>"))
        self.came_in = True

    async def login(
        self,
        server: str,
        user_name: str,
        password: str,
        passphrase: str,
        ask: AskWords,
        keep: KeepWords,
        /,
    ) -> None:
        del keep
        self._called("login", server, user_name, password, passphrase)
        if password != PASSWORD:
            raise AccountError("error-wrong-credentials")
        self.calls.append(("words", await ask()))
        self.came_in = True

    async def start_over(
        self, server: str, user_name: str, password: str, passphrase: str, keep: KeepWords, /
    ) -> int:
        self._called("start_over", server, user_name, password, passphrase)
        await keep(NewWords(tuple(WORDS.split()), "<html>sheet</html>"))
        self.came_in = not self.due
        return self.due

    async def custodians(self, server: str, user_name: str, password: str, /) -> Custodians | None:
        del server, user_name
        if self.refusals:
            raise self.refusals.pop(0)
        if password != PASSWORD:
            raise AccountError("error-wrong-credentials")
        return self.custody.found if self.custody is not None else None

    async def ask_custodians(
        self, server: str, user_name: str, password: str, tell: Callable[[Asked], None], /
    ) -> str:
        self._called("ask_custodians", server, user_name, password)
        assert self.custody is not None
        self.open_request = Begun(server, user_name)
        self.custody.open_for(tell)
        await self.answered.wait()
        return WORDS

    async def take_back(self, server: str, user_name: str, password: str, /) -> None:
        self._called("take_back", server, user_name, password)
        self.open_request = None

    def forget_custodians(self) -> None:
        self.open_request = None
        self.calls.append(("forget_custodians",))

    async def link(self, server: str, passphrase: str, screen: Screen, /) -> None:
        self._called("link", server, passphrase)
        screen.codes(Codes("TEAMCHAT-LINK:1:" + "A" * 77, CODE))
        await self.answered.wait()
        if not await screen.same(PICTURES):
            raise AccountError("error-linking-different")
        if self.waits:
            screen.waits()
            await self.approved.wait()
        self.came_in = True

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        if self.refusals:
            raise self.refusals.pop(0)
