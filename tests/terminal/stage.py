"""The stage of the terminal journeys: an account that can be slow, a clock that stands still.

    async with on_stage(size=(80, 24)) as stage:
        await stage.press("enter")
        assert "Wei" in stage.text()

`stage.text()` is what a reader sees: the screen as plain text, without colours.
"""

import asyncio
import io
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Static

from teamchat.client.account import Account
from teamchat.client.errors import AccountError
from teamchat.client.history import HistoryStatus, Wish, silent
from teamchat.client.history_parts import Progress, Tell
from teamchat.engine.model import (
    Delivery,
    Member,
    Message,
    MessageKind,
    Person,
    TimelineChanged,
    Trust,
)
from teamchat.engine.store import Cut
from teamchat.i18n import Catalogue
from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from teamchat_terminal.app import TeamchatApp
from teamchat_terminal.entrance import Entrance
from teamchat_terminal.preferences import Place
from teamchat_terminal.recovery_words import asked_for
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.theme import DARK_NAME
from teamchat_terminal.voice import Voice
from tests.support.fake_account import ANNA, DIRECT, JONAS, MARA, PROJECT, WEI, FakeAccount
from tests.support.fake_history import FakeHistory
from tests.terminal.rest import keys_at_once, rest

MINUTE = 60_000
SNAPSHOTS = Path(__file__).parent / "snapshots"
NOW_MS = 1_795_012_800_000
"""2026-11-18 15:40 in Stuttgart, a Wednesday; 22:40 in Shanghai."""

COMES = 60.0
"""Seconds after which what is waited for does not come."""

LOOK = 0.02
"""Seconds between two looks at the screen while something is waited for."""

STRANGE = ConversationId(identifier((900).to_bytes(16, "big")))
MALLORY = Person(
    UserId(identifier((901).to_bytes(16, "big"))),
    "mallory",
    "Mallory\x1b[2J\u202e [red]x[/]",
    "Stuttgart",
    "Not/AZone",
)
HOSTILE = (
    "[bold red]not bold[/] [@click=app.quit]quit[/] \x1b[31mred\x1b[0m \x07bell "
    "\u202eevil\u2066txt\u2069 \x9b2J \u200bzero\u200b Z" + "\u0301" * 60 + "algo"
)
"""Markup, escape sequences, a bell, bidi overrides, invisible marks, too many accents."""


def opened() -> asyncio.Event:
    """Return a gate that keeps nobody."""
    gate = asyncio.Event()
    gate.set()
    return gate


class StillClock:
    """A clock that shows one time."""

    def now(self) -> int:
        return NOW_MS // 1000

    def now_ms(self) -> int:
        return NOW_MS

    def monotonic(self) -> float:
        return 0.0


class StagedHistory(FakeHistory):
    """A history that waits where a test wants to look."""

    def __init__(self, called: Callable[[str], None]) -> None:
        super().__init__(called)
        self.come = asyncio.Event()
        self.allowed = True

    def asked_by(self, device: DeviceId) -> None:
        """A device of the person asks."""
        self.open_wishes.append(Wish("w1", device, DeviceId(""), mine=False, created=0))

    async def status(self) -> HistoryStatus:
        found = await super().status()
        return replace(found, backup=replace(found.backup, allowed=self.allowed))

    async def follow(self, tell: Tell = silent) -> None:
        await self.come.wait()
        await super().follow(tell)

    async def give(self, wish: str, tell: Tell = silent) -> None:
        self._called("history.give")
        tell(Progress(1500, 3000))
        await self.come.wait()
        self.open_wishes.clear()


class StagedAccount(FakeAccount):
    """The pretend account with a richer history, and an owner who may make it slow."""

    def __init__(self, *, empty: bool = False) -> None:
        super().__init__(empty=empty)
        self.history: StagedHistory = StagedHistory(self._called)
        self.gate = opened()
        """What is asked for while it is closed is answered when it opens."""
        self.reads: list[int] = []
        self.sent: list[str] = []
        self.people[MALLORY.id] = MALLORY
        if not empty:
            self._play()
        self._now_ms = NOW_MS

    def timeline(
        self, conversation: ConversationId, before: Cut | None = None, limit: int = 50
    ) -> list[Message]:
        self.reads.append(limit)
        return super().timeline(conversation, before, limit)

    async def send_text(
        self, conversation: ConversationId, text: str, answers: str = ""
    ) -> Message:
        await self.gate.wait()
        self.sent.append(text)
        return await super().send_text(conversation, text, answers)

    async def find_people(self, query: str, limit: int = 20) -> list[Person]:
        await self.gate.wait()
        return await super().find_people(query, limit)

    async def set_draft(self, conversation: ConversationId, text: str) -> None:
        await self.gate.wait()
        await super().set_draft(conversation, text)

    def write(
        self,
        conversation: ConversationId,
        sender: Person,
        text: str,
        ago: int,
        delivery: Delivery = Delivery.DELIVERED,
        kind: MessageKind = MessageKind.TEXT,
    ) -> Message:
        """Put a line into the history, so many minutes ago, and tell nobody."""
        state = delivery if sender is ANNA else Delivery.RECEIVED
        message = replace(
            self._add(conversation, sender, text, state), time_ms=NOW_MS - ago * MINUTE, kind=kind
        )
        self.rooms[conversation].messages[-1] = message
        return message

    def system(self, conversation: ConversationId, key: str, ago: int, **names: str) -> None:
        """Put a line about the conversation into the history."""
        self._system(conversation, key, **names)
        messages = self.rooms[conversation].messages
        messages[-1] = replace(messages[-1], time_ms=NOW_MS - ago * MINUTE)

    def fill(self, conversation: ConversationId, count: int) -> None:
        """Write a long history, about half an hour between changes of speaker."""
        room = self.rooms[conversation]
        room.messages.clear()
        for index in range(count):
            sender = (ANNA, WEI, MARA)[index // 4 % 3]
            self.write(conversation, sender, f"line {index}", ago=(count - index) * 2)
        room.read = room.head

    def hold(self) -> asyncio.Event:
        """Answer nothing that is asked for from now on, until what is returned is set."""
        self.gate = asyncio.Event()
        return self.gate

    def set_delivery(self, message_id: str, delivery: Delivery) -> None:
        """Let a message come further, or fail."""
        conversation, message = self._find(message_id)
        messages = self.rooms[conversation].messages
        messages[messages.index(message)] = replace(message, delivery=delivery)
        self._tell(TimelineChanged(conversation))

    def members(self, conversation: ConversationId) -> list[Member]:
        return [
            replace(one, devices=2 if one.own else one.devices)
            for one in super().members(conversation)
        ]

    def _play(self) -> None:
        for room in self.rooms.values():
            room.messages.clear()
            room.head = room.read = 0
        self.rooms[PROJECT].title = "Projekt Nordstern"
        self.rooms[STRANGE] = replace(
            self.rooms[PROJECT],
            title="Se\x1b[31mltsam \u202e[b]x[/b]",
            members=[ANNA.id, MALLORY.id],
            messages=[],
            newcomers=[],
        )
        self.people[WEI.id] = replace(self.people[WEI.id], trust=Trust.VERIFIED)
        self.rooms[PROJECT].members.append(JONAS.id)
        self._play_project()
        for ago, sender, text, state in (
            (200, WEI, "Hallo Anna, hast du kurz Zeit?", Delivery.RECEIVED),
            (199, ANNA, "Klar, worum geht es?", Delivery.DELIVERED),
            (30, ANNA, "Ich rufe dich gleich an.", Delivery.SENT),
        ):
            self.write(DIRECT, sender, text, ago, state)
        self.write(STRANGE, MALLORY, HOSTILE, ago=900)

    def _play_project(self) -> None:
        self.system(PROJECT, "system-created", 1501, by=ANNA.name)
        for ago, sender, text in (
            (1500, JONAS, "Guten Morgen! Die Prüfstände laufen wieder."),
            (1498, JONAS, "Größere Änderungen bitte erst nach der Übergabe."),
            (1490, ANNA, "Danke, Jonas. Wer übernimmt die Spätschicht?"),
            (63, WEI, "好的\uff0c明天上午九点我们开会。"),
            (62, WEI, "The drawings are in the folder 图纸/2026-11. 👍🏽"),
            (60, ANNA, "Wunderbar, ich schaue sie mir an:\n1. Maße\n2. Toleranzen"),
        ):
            self.write(PROJECT, sender, text, ago)
        self.system(PROJECT, "system-added", 40, by=ANNA.name, who=MARA.name)
        self.write(PROJECT, MARA, "On page 3 the tolerance should read ±0.02 mm, not ±0.2.", 12)
        self.write(PROJECT, MARA, "图纸第三页有一个错误。", 11)


class StagedOpener:
    """Opens the staged account, after a passphrase if one is asked for."""

    def __init__(self, account: Account, passphrase: str = "") -> None:
        self._account = account
        self._passphrase = passphrase
        self.closed = False

    @property
    def needs_passphrase(self) -> bool:
        return bool(self._passphrase)

    async def open(self, passphrase: str) -> Account:
        await asyncio.sleep(0)
        if passphrase != self._passphrase:
            raise AccountError("error-wrong-passphrase")
        return self._account

    async def close(self) -> None:
        self.closed = True


@dataclass
class Stage:
    """A running client and what can be done with it."""

    app: TeamchatApp
    pilot: Pilot[None]
    account: StagedAccount
    opener: StagedOpener

    @property
    def chat(self) -> ChatScreen:
        """The main screen."""
        assert self.app.chat is not None
        return self.app.chat

    async def press(self, *keys: str) -> None:
        """Press keys as a person does who looks what each has done."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into whatever has the focus, faster than the screen is drawn."""
        await self.pilot.press(*("space" if sign == " " else sign for sign in text))
        await self.settle()

    async def click(self, selector: str, offset: tuple[int, int] = (0, 0)) -> None:
        """Click a widget of the screen in front."""
        await self.pilot.click(selector, offset=offset)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the client is at rest."""
        await rest(self.app)

    async def until(self, words: str) -> None:
        """Wait until words are on the screen."""
        await self.until_true(lambda: words in self.text(), repr(words))

    async def until_true(self, condition: Callable[[], object], what: str) -> None:
        """Wait for what comes from outside of the client.

        Args:
            condition: Whether it has come.
            what: What it is, for whoever reads the failure.
        """
        end = time.monotonic() + COMES
        while True:
            await self.settle()
            if condition():
                return
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come; the screen shows\n{self.text()}")
            await asyncio.sleep(LOOK)

    def text(self) -> str:
        """Return the screen as plain text."""
        return screen_text(self.app)

    def said(self) -> str:
        """Return every word of the screen in front, on one line."""
        shown = (each for each in self.app.screen.query(Static) if each.display)
        return " ".join(" ".join(str(each.render()) for each in shown).split())

    def voice_says(self, key: str, **arguments: str | int) -> str:
        """Return a text in the language of the stage."""
        return self.app._voice.say(key, **arguments)


def screen_text(app: TeamchatApp) -> str:
    """Return what an app shows, line by line, without colours."""
    width, height = app.size
    console = Console(
        width=width, height=height, file=io.StringIO(), force_terminal=True, record=True
    )
    screens = app.screen_stack
    render = screens[-1]._compositor.render_update(full=True, screen_stack=app._background_screens)
    console.print(render)
    lines = console.export_text(styles=False).splitlines()
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def voice(language: str = "en") -> Voice:
    """Return a voice in Stuttgart at the hour of the play."""
    return Voice(Catalogue(language, "tui"), StillClock(), ZoneInfo("Europe/Berlin"))


@asynccontextmanager
async def on_stage(
    *,
    size: tuple[int, int] = (100, 30),
    language: str = "en",
    account: StagedAccount | None = None,
    passphrase: str = "",
    theme: str = DARK_NAME,
    place: Place | None = None,
    entrance: Entrance | None = None,
) -> AsyncIterator[Stage]:
    """Run the client in a pretend terminal."""
    played = StagedAccount() if account is None else account
    opener = StagedOpener(played.as_account(), passphrase)
    app = TeamchatApp(opener, voice(language), theme, place, entrance)
    with keys_at_once():
        async with app.run_test(size=size, notifications=True) as pilot:
            stage = Stage(app, pilot, played, opener)
            await stage.settle()
            yield stage


async def fill(stage: Stage, *lines: str) -> None:
    """Paste lines into what has the focus, each with Enter behind it."""
    for line in lines:
        assert stage.app.focused is not None
        stage.app.focused.post_message(Paste(line))
        await stage.press("enter")


async def prove(stage: Stage, words: Sequence[str]) -> None:
    """Type the two words that are asked for."""
    for place in asked_for(words):
        await stage.until(f"Which one is word {place}?")
        await fill(stage, words[place - 1])


def compare(name: str, shown: str) -> None:
    """Compare a screen with the file that a person has looked at; or write it."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("TEAMCHAT_WRITE_SNAPSHOTS"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8"), name


def joined(lines: Iterable[str]) -> str:
    """Return lines as one text."""
    return "\n".join(lines)
