"""An account without a server: what the command line and the terminal client are tested on.

`FakeAccount` answers like `teamchat.client.Account` and keeps everything in memory. What
other people and the network do is said by the test: `receive`, `go_offline`, `go_online`,
`refuse`, `change_key`: `STEERING` lists what a fake has for tests alone. Nothing depends on the
time or on chance.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self, cast

from teamchat.client.account import Account
from teamchat.client.arriving import Arrival
from teamchat.client.errors import AccountError, WipedError
from teamchat.engine.model import (
    Alarm,
    AlarmRaised,
    Change,
    Conversation,
    ConversationsChanged,
    Delivery,
    Link,
    LinkChanged,
    LogDevice,
    LogEvidence,
    LogStatus,
    Member,
    MembersChanged,
    Message,
    MessageKind,
    OwnChanged,
    OwnDevice,
    Person,
    Profile,
    Quote,
    Reactions,
    Standing,
    TimelineChanged,
    Trust,
    Version,
)
from teamchat.engine.store import Cut
from teamchat.identity.recovery import RecoveryKey
from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from tests.support.fake_custody import FakeCustody
from tests.support.fake_history import FakeHistory
from tests.support.fake_linking import FakeLinking
from tests.support.fake_log import FakeKeyLog


def _id(number: int) -> str:
    return identifier(number.to_bytes(16, "big"))


def _person(number: int, user_name: str, name: str, site: str, zone: str) -> Person:
    return Person(UserId(_id(number)), user_name, name, site, zone)


ANNA: Final = _person(1, "anna", "Anna Weber", "Stuttgart", "Europe/Berlin")
WEI: Final = _person(2, "wei", "Wei Zhang", "Shanghai", "Asia/Shanghai")
MARA: Final = _person(3, "mara", "Mara Keller", "Stuttgart", "Europe/Berlin")
JONAS: Final = _person(4, "jonas", "Jonas Braun", "Stuttgart", "Europe/Berlin")
LI: Final = _person(5, "li", "Li Na", "Shanghai", "Asia/Shanghai")

LAPTOP: Final = DeviceId(_id(101))
PHONE: Final = DeviceId(_id(102))
TABLET: Final = DeviceId(_id(103))
PROJECT: Final = ConversationId(_id(201))
DIRECT: Final = ConversationId(_id(202))

START_MS: Final = 1_795_000_000_000
"""2026-11-18T11:06:40Z."""
KNOWN_KEY: Final = RecoveryKey(bytes(range(40, 60))).written("de")
UNSENT: Final = 2**52
"""Positions of messages that are not sent yet begin here."""


@dataclass
class _Room:
    title: str
    direct: bool
    members: list[UserId]
    admins: set[UserId]
    messages: list[Message] = field(default_factory=list)
    read: int = 0
    head: int = 0
    standing: Standing = Standing.MEMBER
    newcomers: list[UserId] = field(default_factory=list)
    history: int = 0

    @property
    def joined(self) -> bool:
        return self.standing is Standing.MEMBER


class FakePolicies:
    """What the conversations of a `FakeAccount` allow."""

    def __init__(self, account: "FakeAccount") -> None:
        self._account = account

    async def set_history(self, conversation: ConversationId, history: int) -> None:
        self._account._called("set_history")
        room = self._account._room(conversation)
        if self._account.me.id not in room.admins:
            raise AccountError("error-policy-not-yours")
        room.history = history

    async def give(self, conversation: ConversationId, user: UserId) -> None:
        self._account._called("give")
        room = self._account._room(conversation)
        if not room.history:
            raise AccountError("error-history-not-allowed")
        assert user in room.members

    async def settle(self, within: float) -> bool:
        return True


class FakeRecovery:
    """Somebody asked for a fresh start; the words of now are those of `WORDS`."""

    STEERING = ("NEW_WORDS", "WORDS", "due", "refuses", "renewed")
    WORDS = RecoveryKey(bytes(range(60, 80))).written("de")
    NEW_WORDS = RecoveryKey(bytes(range(80, 100))).written("de")

    def __init__(self, called: Callable[[str], None]) -> None:
        self._called = called
        self.due = 1_795_300_000
        """When a fresh start is due that somebody asked for; 0 for none."""
        self.renewed = False
        self.refuses = ""
        """How the server answers when the new words were confirmed."""

    async def asked_for(self) -> int:
        return self.due

    async def cancel(self) -> bool:
        self._called("recovery.cancel")
        there, self.due = bool(self.due), 0
        return there

    async def renew(self, words: str, show: Callable[[str], Awaitable[None]]) -> None:
        if words != self.WORDS:
            raise AccountError("error-wrong-recovery-key")
        await show(self.NEW_WORDS)
        if self.refuses:
            raise AccountError(self.refuses)
        self.renewed = True


class FakePassword:
    """Knows the password, and takes another one."""

    STEERING = ("now",)

    def __init__(self) -> None:
        self.now = "richtig Pferd Batterie"

    async def characters(self) -> int:
        return 12

    async def change(self, old: str, new: str) -> None:
        if old != self.now:
            raise AccountError("error-wrong-old-password")
        if len(new) < await self.characters():
            raise AccountError("error-reason-password-too-short")
        self.now = new


class FakeAccount:
    """Anna's account: a group with Wei and Mara, and a direct conversation with Wei."""

    STEERING = (
        "as_account", "be_wiped", "change_key", "come_in", "deliver", "end_session", "fail_queued",
        "fall_apart", "go_offline", "go_online", "link_tablet", "own_changed", "receive", "refuse",
        "calls", "closed", "gone", "key_log", "me", "people", "rooms", "signed_out", "untrusted",
        "wiped",
    )  # fmt: skip

    def __init__(self, *, empty: bool = False) -> None:
        self.me: Final = ANNA
        self.people: Final = {person.id: person for person in (ANNA, WEI, MARA, JONAS, LI)}
        self.rooms: Final[dict[ConversationId, _Room]] = {}
        self.calls: Final[list[str]] = []
        """The names of the writes that were asked for, in order."""
        self.signed_out = False
        self.closed = False
        self.gone: set[UserId] = set()
        """Whom the administration has deactivated, unseen by this device."""
        self.untrusted: AccountError | None = None
        """Why nobody is reached, if it is the server's certificate."""
        self._linking: Final = FakeLinking()
        self.key_log = FakeKeyLog(
            (
                LogDevice(LAPTOP, 0, None, ended=False),
                LogDevice(PHONE, 3, LAPTOP, ended=False),
            )
        )
        self.room_policies = FakePolicies(self)
        self.history = FakeHistory(self._called)
        self.custody = FakeCustody(MARA, JONAS, LI, now=START_MS // 1000, recovery_key=KNOWN_KEY)
        self.recovery = FakeRecovery(self._called)
        self.password = FakePassword()
        self._link = Link.ONLINE
        self._now_ms = START_MS
        self._count = 0
        self._unsent = 0
        self._alarms: list[Alarm] = []
        self._in_use: set[UserId] = set()
        self._refusals: list[AccountError] = []
        self._drafts: dict[ConversationId, str] = {}
        self._subscribers: set[asyncio.Queue[Change]] = set()
        self.wiped: WipedError | None = None
        self._devices = [
            OwnDevice(LAPTOP, "Laptop", START_MS // 1000 - 864_000, 20_775, this=True),
            OwnDevice(PHONE, "Telefon", START_MS // 1000 - 86_400, 20_774, this=False),
        ]
        if not empty:
            self._furnish()

    def _furnish(self) -> None:
        self.rooms[PROJECT] = _Room(
            "Werk Shenzhen", direct=False, members=[ANNA.id, WEI.id, MARA.id], admins={ANNA.id}
        )
        self.rooms[DIRECT] = _Room("", direct=True, members=[ANNA.id, WEI.id], admins=set())
        self._system(PROJECT, "system-created", by=ANNA.name)
        self.receive(PROJECT, WEI, "早上好! Die Pläne sind fertig. 🙂")
        self.receive(PROJECT, MARA, "Größere Änderungen?")
        self.receive(DIRECT, WEI, "Hast du kurz Zeit?")

    # --- what a test makes happen -----------------------------------------------------

    def link_tablet(self) -> None:
        """The phone has vouched for a tablet."""
        self._devices.append(
            OwnDevice(TABLET, "Tablet", START_MS // 1000 - 3600, 20_775, this=False)
        )
        own = (*self.key_log.status.own, LogDevice(TABLET, 4, PHONE, ended=False))
        self.key_log.status = replace(self.key_log.status, own=own)

    def be_wiped(self) -> None:
        """The company has removed this device, and it has erased itself."""
        self.wiped = WipedError("error-wiped-by-company", "2026-11-19")
        self._set_link(Link.SIGNED_OUT)

    def receive(self, conversation: ConversationId, sender: Person, text: str) -> Message:
        """Somebody else writes."""
        message = self._add(conversation, sender, text, Delivery.RECEIVED)
        self._tell(TimelineChanged(conversation, (message,)), ConversationsChanged())
        return message

    def go_offline(self) -> None:
        """The network goes away."""
        self._set_link(Link.OFFLINE)

    def end_session(self) -> None:
        """The server ends the session of this device."""
        self._set_link(Link.SIGNED_OUT)

    def go_online(self) -> None:
        """The network is back; what was queued leaves."""
        self._set_link(Link.ONLINE)
        for conversation, room in self.rooms.items():
            queued = [m for m in room.messages if m.delivery is Delivery.QUEUED]
            for message in queued:
                self._leave_queue(conversation, message, Delivery.SENT)

    def refuse(self, key: str, **arguments: str) -> None:
        """Let the next write fail."""
        self._refusals.append(AccountError(key, **arguments))

    def change_key(self, user: UserId, *, in_use: bool = False) -> None:
        """A person appears with another key, or even writes with it."""
        if in_use:
            self._in_use.add(user)
        self.people[user] = replace(self.people[user], trust=Trust.CHANGED)
        alarm = Alarm("alarm-key-changed", (("who", self.people[user].name),), None, self._now_ms)
        self._alarms.append(alarm)
        self._tell(AlarmRaised(alarm))

    def come_in(self, conversation: ConversationId, user: UserId) -> None:
        """Somebody is in a conversation whom nobody was seen to add."""
        room = self.rooms[conversation]
        room.members.append(user)
        room.newcomers.append(user)
        who = (("who", self.people[user].name),)
        self._system(conversation, "system-members-unknown", who=self.people[user].name)
        self._alarms.append(Alarm("alarm-members-unknown", who, conversation, self._now_ms))
        self._tell(AlarmRaised(self._alarms[-1]), MembersChanged(conversation))

    def fall_apart(self, conversation: ConversationId) -> None:
        """A conversation can no longer be followed on this device."""
        self.rooms[conversation].standing = Standing.BROKEN
        self._system(conversation, "system-broken")
        alarm = Alarm("alarm-conversation-broken", (), conversation, self._now_ms)
        self._alarms.append(alarm)
        self._tell(AlarmRaised(alarm), ConversationsChanged())

    def fail_queued(self, conversation: ConversationId) -> None:
        """Whatever waits in a conversation will not be sent by itself."""
        for message in list(self.rooms[conversation].messages):
            if message.delivery is Delivery.QUEUED:
                self._leave_queue(conversation, message, Delivery.FAILED)

    def deliver(self, conversation: ConversationId) -> None:
        """Everybody holds everything."""
        room = self.rooms[conversation]
        room.messages = [
            replace(m, delivery=Delivery.DELIVERED) if m.delivery is Delivery.SENT else m
            for m in room.messages
        ]
        self._tell(TimelineChanged(conversation))

    def as_account(self) -> Account:
        """Hand it out as what it stands for; `tests/unit/client/test_fakes.py` compares the two."""
        return cast("Account", self)

    # --- reads ------------------------------------------------------------------------

    @property
    def profile(self) -> Profile:
        me = self.me
        return Profile(
            me.id, LAPTOP, me.user_name, me.name, "Muster GmbH", me.site,
            "https://chat.example", "de",
        )  # fmt: skip

    @property
    def link(self) -> Link:
        return self._link

    @property
    def trouble(self) -> AccountError | None:
        return self.wiped or (self.untrusted if self._link is Link.OFFLINE else None)

    @property
    def queued(self) -> int:
        return sum(
            message.delivery is Delivery.QUEUED
            for room in self.rooms.values()
            for message in room.messages
        )

    def conversations(self) -> list[Conversation]:
        found = [self._conversation(name) for name in self.rooms]
        return sorted(found, key=lambda one: one.last.time_ms if one.last else 0, reverse=True)

    def timeline(
        self, conversation: ConversationId, before: Cut | None = None, limit: int = 50
    ) -> list[Message]:
        messages = [
            message
            for message in self._room(conversation).messages
            if before is None or (message.position, message.id) < before
        ]
        return sorted(messages, key=lambda message: (message.position, message.id))[-limit:]

    def members(self, conversation: ConversationId) -> list[Member]:
        room = self._room(conversation)
        found = [
            Member(self.people[user], user in room.admins, own=user == self.me.id, devices=1)
            for user in room.members
        ]
        return sorted(found, key=lambda member: member.person.name)

    async def members_now(self, conversation: ConversationId) -> list[Member]:
        return [
            replace(one, person=replace(one.person, active=one.person.id not in self.gone))
            for one in self.members(conversation)
        ]

    def person(self, user: UserId) -> Person | None:
        return self.people.get(user)

    def alarms(self) -> list[Alarm]:
        return list(self._alarms)

    def draft(self, conversation: ConversationId) -> str:
        return self._drafts.get(conversation, "")

    # --- writes -----------------------------------------------------------------------

    async def set_draft(self, conversation: ConversationId, text: str) -> None:
        self._drafts[conversation] = text

    async def send_text(
        self, conversation: ConversationId, text: str, answers: str = ""
    ) -> Message:
        self._called("send_text")
        room = self._room(conversation)
        if not room.joined:
            raise AccountError("error-not-a-member")
        for key, people in (
            ("error-key-changed", self._changed(room)),
            ("error-members-unknown", [self.people[user] for user in room.newcomers]),
        ):
            if people:
                raise AccountError(key, who=", ".join(person.name for person in people))
        if not text.strip():
            raise AccountError("error-text-not-sendable")
        state = Delivery.SENT if self._link is Link.ONLINE else Delivery.QUEUED
        message = self._add(conversation, self.me, text, state)
        if answers:
            asked = self._find(answers)[1]
            quote = Quote(asked.id, asked.sender_name, asked.own, asked.text)
            message = room.messages[-1] = replace(message, quote=quote)
        self._tell(TimelineChanged(conversation), ConversationsChanged())
        return message

    async def edit(self, conversation: ConversationId, message: str, text: str) -> None:
        self._called("edit")
        said = self._own(message)
        first = Version("", said.time_ms, said.text, said.delivery)
        state = Delivery.SENT if self._link is Link.ONLINE else Delivery.QUEUED
        anew = Version(self._next(), self._now_ms, text, state)
        versions = (*(said.versions or (first,)), anew)
        self._put(conversation, replace(said, text=text, versions=versions))

    async def react(
        self, conversation: ConversationId, message: str, reaction: str, *, back: bool = False
    ) -> None:
        self._called("react")
        said = self._find(message)[1]
        others = tuple(each for each in said.reactions if each.reaction != reaction)
        same = next((each for each in said.reactions if each.reaction == reaction), None)
        names = same.names if same is not None else ()
        shown = (Reactions(reaction, names, own=not back),) if names or not back else ()
        self._put(conversation, replace(said, reactions=(*others, *shown)))

    async def withdraw(self, conversation: ConversationId, message: str) -> None:
        self._called("withdraw")
        said = self._own(message)
        gone = replace(said, text="", withdrawn=True, addressable=False, reactions=())
        self._put(conversation, replace(gone, versions=(), quote=None))

    async def hide(self, conversation: ConversationId, message: str) -> None:
        self._called("hide")
        self.rooms[conversation].messages.remove(self._find(message)[1])
        self._tell(TimelineChanged(conversation), ConversationsChanged())

    async def retry(self, message: str) -> None:
        self._called("retry")
        conversation, found = self._find(message)
        state = Delivery.SENT if self._link is Link.ONLINE else Delivery.QUEUED
        self._leave_queue(conversation, found, state)

    async def discard(self, message: str) -> None:
        self._called("discard")
        conversation, found = self._find(message)
        self.rooms[conversation].messages.remove(found)
        self._tell(TimelineChanged(conversation))

    async def mark_read(self, conversation: ConversationId, position: int) -> None:
        self._called("mark_read")
        room = self._room(conversation)
        room.read = max(room.read, min(position, room.head))
        self._tell(ConversationsChanged())

    async def create_direct(self, user: UserId) -> ConversationId:
        self._called("create_direct")
        for name, room in self.rooms.items():
            if room.direct and user in room.members:
                return name
        return self._create(_Room("", direct=True, members=[self.me.id, user], admins=set()))

    async def create_group(
        self, title: str, users: Iterable[UserId], history: int = 0
    ) -> ConversationId:
        self._called("create_group")
        members = [self.me.id, *users]
        admins = {self.me.id}
        return self._create(_Room(title, direct=False, members=members, admins=admins,
                                  history=history))  # fmt: skip

    async def add(self, conversation: ConversationId, users: Iterable[UserId]) -> None:
        self._called("add")
        room = self._room(conversation)
        added = [user for user in users if user not in room.members]
        room.members += added
        names = ", ".join(self.people[user].name for user in added)
        self._system(conversation, "system-added", who=names, by=self.me.name)
        self._tell(MembersChanged(conversation), TimelineChanged(conversation))

    async def remove(self, conversation: ConversationId, user: UserId) -> None:
        self._called("remove")
        room = self._room(conversation)
        if user not in room.members:
            raise AccountError("error-not-possible")
        room.members.remove(user)
        name = self.people[user].name
        self._system(conversation, "system-removed", who=name, by=self.me.name)
        self._tell(MembersChanged(conversation), TimelineChanged(conversation))

    async def accept_members(
        self, conversation: ConversationId, shown: Iterable[UserId] | None = None
    ) -> None:
        self._called("accept_members")
        room = self._room(conversation)
        if shown is not None and not {*room.newcomers} <= {*shown}:
            raise AccountError("error-others-came")
        room.newcomers.clear()
        self._tell(MembersChanged(conversation), ConversationsChanged())

    async def rejoin(self, conversation: ConversationId) -> None:
        self._called("rejoin")
        room = self._room(conversation)
        if room.standing is not Standing.BROKEN:
            raise AccountError("error-not-broken")
        room.standing = Standing.MEMBER
        self._system(conversation, "system-rejoined")
        self._tell(TimelineChanged(conversation), ConversationsChanged())

    async def keep_key(self, user: UserId) -> None:
        self._called("keep_key")
        self.people[user] = replace(self.people[user], trust=Trust.VOUCHED)
        self._in_use.discard(user)
        self._tell(ConversationsChanged())

    async def leave(self, conversation: ConversationId) -> None:
        self._called("leave")
        room = self._room(conversation)
        room.standing = Standing.LEFT
        room.members.clear()  # a device that is out knows nothing of who is in
        self._system(conversation, "system-left", **{"who": self.me.name, "who-own": "yes"})
        room.read = room.head
        self._tell(MembersChanged(conversation), TimelineChanged(conversation))

    async def rename(self, conversation: ConversationId, title: str) -> None:
        self._called("rename")
        self._room(conversation).title = title
        self._system(conversation, "system-renamed", by=self.me.name, title=title)
        self._tell(ConversationsChanged(), TimelineChanged(conversation))

    async def set_admin(
        self,
        conversation: ConversationId,
        user: UserId,
        admin: bool,  # noqa: FBT001 - the client's signature
    ) -> None:
        self._called("set_admin")
        admins = self._room(conversation).admins
        (admins.add if admin else admins.discard)(user)
        self._tell(MembersChanged(conversation))

    async def find_people(self, query: str, limit: int = 20) -> list[Person]:
        self._called("find_people")
        wanted = query.casefold()
        return [
            person
            for person in self.people.values()
            if wanted in person.user_name or wanted in person.name.casefold()
        ][:limit]

    async def devices(self) -> list[OwnDevice]:
        return list(self._devices)

    def device_names(self) -> Mapping[DeviceId, str]:
        return {each.id: each.name for each in self._devices}

    async def devices_at_most(self) -> int:
        return 10

    async def remove_device(self, device: DeviceId) -> None:
        self._called("remove_device")
        self._devices = [found for found in self._devices if found.id != device]

    def own_changed(self, kind: str = "") -> None:
        """The server says that something about one's own account is another one."""
        self._tell(OwnChanged(kind))

    @property
    def linking(self) -> FakeLinking:
        return self._linking

    def log_status(self) -> LogStatus:
        return self.key_log.status

    async def log_evidence(self) -> tuple[LogEvidence, ...]:
        return self.key_log.evidence()

    async def log_proof(self, device: DeviceId | None = None) -> str:
        if self._link is not Link.ONLINE:
            raise AccountError("error-offline")
        listed = [each.id for each in self._devices]
        chosen = self.profile.device if device is None else device
        if chosen not in listed or not self.key_log.status.origin:
            raise AccountError("error-log-not-listed")
        return self.key_log.proof(listed.index(chosen))

    async def require_witnesses(
        self, witnesses: Iterable[str], quorum: int, maximum_age: int
    ) -> None:
        self._called("require_witnesses")
        if not self.key_log.require(tuple(witnesses), quorum, maximum_age):
            raise AccountError("error-witnesses")

    async def safety_number(self, user: UserId) -> str:
        if user not in self.people:
            raise AccountError("error-unknown-person")
        return " ".join(f"{11111 * (n % 10):05d}" for n in range(12))

    async def mark_verified(self, user: UserId, number: str = "") -> None:
        self._called("mark_verified")
        if number and number != await self.safety_number(user):
            raise AccountError("error-number-changed")
        self._in_use.discard(user)
        self.people[user] = replace(self.people[user], trust=Trust.VERIFIED)
        self._tell(ConversationsChanged())

    async def sign_out(self, *, offline: bool = False) -> bool:
        known = not offline and self._link is not Link.SIGNED_OUT
        if known and self._link is Link.OFFLINE:
            raise AccountError("error-offline")
        self._called("sign_out")
        self.signed_out = True
        self._set_link(Link.SIGNED_OUT)
        return known

    async def wait_online(self, timeout: float) -> None:  # noqa: ASYNC109 - the client's
        if self._link is Link.SIGNED_OUT:
            raise self.wiped or AccountError("error-signed-out")
        if self._link is not Link.ONLINE:
            raise AccountError("error-offline")

    async def catch_up(self, timeout: float) -> None:  # noqa: ASYNC109 - the client's
        await self.wait_online(timeout)

    async def arrive(self, within: float, tell: Callable[[Arrival], None]) -> Arrival:
        await self.wait_online(within)
        tell(Arrival(len(self.rooms), 0, 0))
        here = [room for room in self.rooms.values() if room.joined]
        return Arrival(
            len(self.rooms), len(here), sum(not room.direct and not room.title for room in here)
        )

    async def learn_names(self) -> None:
        return

    async def close(self) -> None:
        self.closed = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def changes(self) -> AsyncGenerator[Change, None]:
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._subscribers.discard(queue)

    # --- inside -----------------------------------------------------------------------

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self._refusals:
            raise self._refusals.pop(0)

    def _tell(self, *changes: Change) -> None:
        for queue in self._subscribers:
            for change in changes:
                queue.put_nowait(change)

    def _set_link(self, link: Link) -> None:
        self._link = link
        self._tell(LinkChanged(link, self.queued))

    def _room(self, conversation: ConversationId) -> _Room:
        if conversation not in self.rooms:
            raise AccountError("error-no-such-conversation")
        return self.rooms[conversation]

    def _create(self, room: _Room) -> ConversationId:
        name = ConversationId(_id(300 + len(self.rooms)))
        self.rooms[name] = room
        self._system(name, "system-created", by=self.me.name)
        self._tell(ConversationsChanged())
        return name

    def _find(self, message_id: str) -> tuple[ConversationId, Message]:
        for name, room in self.rooms.items():
            for message in room.messages:
                if message.id == message_id:
                    return name, message
        raise AccountError("error-no-such-message")

    def _own(self, message_id: str) -> Message:
        said = self._find(message_id)[1]
        if not said.own:
            raise AccountError("error-not-your-message")
        return said

    def _put(self, conversation: ConversationId, message: Message) -> None:
        messages = self.rooms[conversation].messages
        at = next(at for at, each in enumerate(messages) if each.id == message.id)
        messages[at] = message
        self._tell(TimelineChanged(conversation), ConversationsChanged())

    def _leave_queue(self, conversation: ConversationId, message: Message, state: Delivery) -> None:
        room = self.rooms[conversation]
        position = message.position
        if state is Delivery.SENT:
            room.head += 1
            position = room.head
        sent = state is not Delivery.FAILED
        changed = replace(message, delivery=state, position=position, addressable=sent)
        room.messages[room.messages.index(message)] = changed
        self._tell(TimelineChanged(conversation), LinkChanged(self._link, self.queued))

    def _add(
        self, conversation: ConversationId, sender: Person, text: str, state: Delivery
    ) -> Message:
        room = self._room(conversation)
        own = sender.id == self.me.id
        if state is Delivery.QUEUED:
            self._unsent += 1
            position = UNSENT + self._unsent
        else:
            room.head += 1
            position = room.head
        message = Message(
            self._next(), conversation, position, MessageKind.TEXT, sender.id, sender.name,
            own, self._now_ms, text, state,
            addressable=state not in {Delivery.QUEUED, Delivery.FAILED},
        )  # fmt: skip
        room.messages.append(message)
        if own:
            room.read = room.head
        return message

    def _system(self, conversation: ConversationId, key: str, **arguments: str) -> None:
        room = self._room(conversation)
        room.head += 1
        line = Message(
            self._next(), conversation, room.head, MessageKind.SYSTEM, UserId(""), "",
            own=False, time_ms=self._now_ms, text=key, delivery=Delivery.RECEIVED,
            arguments=tuple(arguments.items()),
        )  # fmt: skip
        room.messages.append(line)

    def _next(self) -> str:
        """Return an id; a minute passes between one line and the next."""
        self._count += 1
        self._now_ms += 60_000
        return _id(1000 + self._count)

    def _conversation(self, name: ConversationId) -> Conversation:
        room = self.rooms[name]
        others = [self.people[user].name for user in room.members if user != self.me.id]
        unread = sum(
            message.position > room.read and message.kind is MessageKind.TEXT and not message.own
            for message in room.messages
        )
        return Conversation(
            name, others[0] if room.direct else room.title, room.direct, len(room.members),
            unread, max(room.messages, key=lambda line: line.position, default=None),
            room.joined, self.me.id in room.admins, room.standing,
            tuple(self.people[user] for user in room.newcomers), self._changed(room),
            0xF00D if room.joined else None, room.history,
        )  # fmt: skip

    def _changed(self, room: _Room) -> tuple[Person, ...]:
        return tuple(self.people[user] for user in room.members if user in self._in_use)
