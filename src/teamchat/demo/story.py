"""The story: who writes what to whom, and what each of them must see afterwards."""

import asyncio
from collections.abc import Callable
from typing import Final

from teamchat.client.account import Account
from teamchat.demo.office import PATIENCE, SHANGHAI, STUTTGART, Cast, DemoError, Office
from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat.ids import ConversationId

ADMIN: Final = Cast("it.admin", "IT-Administration", STUTTGART, "it_admin")
OFFICER: Final = Cast("c.berger", "Carla Berger", STUTTGART, "compliance_officer")
ANNA: Final = Cast("anna", "Anna Müller", STUTTGART)
JOERG: Final = Cast("joerg", "Jörg Groß", STUTTGART)
WEI: Final = Cast("wei", "张伟 Wei Zhang", SHANGHAI, language="en")
LI: Final = Cast("li", "李娜 Li Na", SHANGHAI, language="en")
VISITOR: Final = Cast("max", "Max Beispiel", STUTTGART)
"""Whoever looks on; invited when everything has been shown."""
EMPLOYEES: Final = (ANNA, JOERG, WEI, LI)

TITLE: Final = "Schichtübergabe Förderband"
FIRST: Final = (
    (ANNA, "Grüße aus Stuttgart! Läuft die Förderstraße wieder? 🏭"),
    (WEI, "早上好！输送带已经修好了，一切正常。👍"),
    (JOERG, "Schön. Prüfmaß bleibt 12,5 mm — bitte größer als 12,4 messen."),
)
JOINED: Final = (
    (LI, "大家好，我是李娜，刚加入这个群。🎉"),
    (ANNA, "Willkommen, Li! Die Übergabe ist täglich um 14:00."),
)
AFTER: Final = ((WEI, "最后一条：明天见，工作愉快！✨"),)


async def until(held: Callable[[], bool], what: str) -> None:
    """Wait until something holds.

    Raises:
        DemoError: It did not in time.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            while not held():  # noqa: ASYNC110 - what is waited for is a client's stored state
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise DemoError(f"this did not come true in time: {what}") from error


def texts(account: Account, conversation: ConversationId) -> list[str]:
    """Return the texts of a conversation as this account has them, in order."""
    lines = account.timeline(conversation, limit=500)
    return [line.text for line in lines if line.kind is MessageKind.TEXT]


class Story:
    """Plays the story among the people of an office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.conversation = ConversationId("")

    def account(self, cast: Cast) -> Account:
        """Return somebody's open account."""
        return self._office.people[cast.user_name].account

    async def play(self) -> None:
        """Play it whole.

        Raises:
            DemoError: Somebody did not see what they must see, or saw what they must not.
        """
        await self._gather()
        await self._say(FIRST, (ANNA, JOERG, WEI))
        await self._add_li()
        await self._say(JOINED, (ANNA, JOERG, WEI, LI))
        await self._remove_joerg()
        second = await self._office.further_device(ANNA)
        await self._say(AFTER, (ANNA, WEI, LI))
        await until(
            lambda: texts(second, self.conversation) == [text for _, text in AFTER],
            "Anna's second computer reads what is written from now on, and nothing else",
        )
        self._check(second)

    async def _gather(self) -> None:
        anna = self.account(ANNA)
        others = [self.account(each).profile.user for each in (JOERG, WEI)]
        self.conversation = await anna.create_group(TITLE, others)
        for cast in (JOERG, WEI):
            await self._joined(cast)

    async def _joined(self, cast: Cast) -> None:
        account = self.account(cast)
        await until(
            lambda: any(
                each.id == self.conversation and each.joined and each.title == TITLE
                for each in account.conversations()
            ),
            f"{cast.name} is in {TITLE!r}",
        )

    async def _say(self, lines: tuple[tuple[Cast, str], ...], readers: tuple[Cast, ...]) -> None:
        for writer, text in lines:
            await self.account(writer).send_text(self.conversation, text)
            for reader in readers:
                account = self.account(reader)
                await until(
                    lambda account=account, text=text: text in texts(account, self.conversation),  # type: ignore[misc]  # binds this round's values
                    f"{reader.name} reads what {writer.name} wrote",
                )

    async def _add_li(self) -> None:
        await self.account(ANNA).add(self.conversation, [self.account(LI).profile.user])
        await self._joined(LI)

    async def _remove_joerg(self) -> None:
        await self.account(ANNA).remove(self.conversation, self.account(JOERG).profile.user)
        joerg = self.account(JOERG)
        await until(
            lambda: (
                not next(
                    each for each in joerg.conversations() if each.id == self.conversation
                ).joined
            ),
            f"{JOERG.name} is out",
        )

    def _check(self, second: Account) -> None:
        titles = [each.title for each in second.conversations()]
        if titles != [TITLE]:
            raise DemoError(f"Anna's second computer shows {titles}, and should show {TITLE!r}")
        first, joined, after = ([text for _, text in part] for part in (FIRST, JOINED, AFTER))
        expected = {ANNA: first + joined + after, WEI: first + joined + after}
        expected |= {JOERG: first + joined, LI: joined + after}
        for cast, wanted in expected.items():
            seen = texts(self.account(cast), self.conversation)
            if seen != wanted:
                raise DemoError(f"{cast.name} sees {seen}, and should see {wanted}")

    def view(self, cast: Cast) -> list[Message]:
        """Return what somebody's client shows."""
        return self.account(cast).timeline(self.conversation, limit=500)

    async def delivered(self) -> None:
        """Wait until Anna's client knows that her messages have arrived."""
        await until(
            lambda: all(
                line.delivery is Delivery.DELIVERED
                for line in self.view(ANNA)
                if line.own and line.kind is MessageKind.TEXT
            ),
            "Anna's messages are shown as delivered",
        )


def words() -> list[str]:
    """Return every text, title and telling word of the story, to be searched for."""
    spoken = [text for _, text in FIRST + JOINED + AFTER]
    return [*spoken, TITLE, "Förderstraße", "输送带", "Prüfmaß", "Willkommen", "李娜，刚加入"]
