"""A door without a server: who is invited, and what is right, is said by the test."""

from dataclasses import dataclass, field

from teamchat.client.errors import AccountError
from teamchat_terminal.entrance import AskWords, Invited, KeepWords, NewWords

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
    """

    needs_passphrase: bool = True
    calls: list[tuple[str, ...]] = field(default_factory=list)
    refusals: list[AccountError] = field(default_factory=list)
    came_in: bool = False

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

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        if self.refusals:
            raise self.refusals.pop(0)
