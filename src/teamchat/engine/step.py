"""One event's worth of work: what changes, what is stored, and what is to be done.

A machine asks the step for what it needs and tells it what is new. Whatever is sent or
shown is preceded by the writes that were gathered until then, so that nothing leaves the
device, and nothing is seen, that is not stored. If a machine raises, nothing has happened.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from teamchat.clock import Clock
from teamchat.engine import fold, groups
from teamchat.engine.amendments import Amendment
from teamchat.engine.commands import (
    Ask,
    CancelTimer,
    Command,
    Decline,
    Persist,
    Query,
    Reply,
    SendFrame,
    SetTimer,
    Show,
)
from teamchat.engine.events import Timer
from teamchat.engine.groups import GroupState
from teamchat.engine.model import (
    AlarmRaised,
    Change,
    ConversationsChanged,
    LinkChanged,
    TimelineChanged,
)
from teamchat.engine.namesakes import Acquaintances
from teamchat.engine.records import (
    AccountRecord,
    AlarmRecord,
    ConversationRecord,
    KeyPackageRecord,
    Line,
    LineState,
    Outgoing,
    PendingRecord,
    PersonRecord,
)
from teamchat.engine.roster import Certificates, roster_of
from teamchat.engine.state import ConversationState, Desk, Purpose, Session
from teamchat.engine.store import (
    AddLine,
    AmendLine,
    Clear,
    Drop,
    DropLine,
    Put,
    PutLine,
    Table,
    Write,
)
from teamchat.engine.view import alarm_of, message_of, named
from teamchat.ids import ConversationId, UserId
from teamchat.mls.crypto import CryptoProvider
from teamchat.wire.frames import ClientFrame


@dataclass(slots=True)
class Holdings:
    """What the engine holds between events; a step reads it and `Step.adopt` changes it."""

    desk: Desk
    conversations: dict[ConversationId, ConversationState]
    people: Mapping[UserId, PersonRecord]
    key_packages: dict[str, KeyPackageRecord]
    alarms: dict[int, AlarmRecord]

    def __post_init__(self) -> None:
        self.people = Acquaintances(self.people)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is handed in: the time, and the one source of randomness and cryptography."""

    clock: Clock
    crypto: CryptoProvider


_CHANGING: Final = (
    "_conversations", "_people", "_key_packages", "_alarms", "_forgotten", "_writes", "_shown",
    "_later", "commands", "touched",
)  # fmt: skip
"""What of a step grows while it works; its values are immutable, so shallow copies hold it."""


class Step:
    """The work of one event.

    Args:
        holdings: What the engine holds; not touched before `adopt`.
        surroundings: Time and cryptography.
    """

    def __init__(self, holdings: Holdings, surroundings: Surroundings) -> None:
        self._holdings = holdings
        self._conversations: dict[ConversationId, ConversationState] = {}
        self._people: dict[UserId, PersonRecord] = {}
        self._key_packages: dict[str, KeyPackageRecord | None] = {}
        self._alarms: dict[int, AlarmRecord | None] = {}
        self._forgotten: set[ConversationId] = set()
        self._writes: list[Write] = []
        self._shown: dict[Change, None] = {}
        self._later: list[Command] = []
        self.commands: list[Command] = []
        self.desk: Desk = holdings.desk
        self.surroundings = surroundings
        self.touched: dict[ConversationId, None] = {}
        """The conversations this event changed; they may have something to do."""
        self.detail = ""
        """Why the connection is as it is, in a key of the catalogue."""

    # --- what there is --------------------------------------------------------------------

    @property
    def account(self) -> AccountRecord:
        """Whose device this is."""
        return self.desk.account

    @property
    def session(self) -> Session:
        """The connection."""
        return self.desk.session

    @session.setter
    def session(self, session: Session) -> None:
        self.desk = replace(self.desk, session=session)

    @property
    def crypto(self) -> CryptoProvider:
        """The one source of randomness and cryptography."""
        return self.surroundings.crypto

    @property
    def authentication(self) -> Certificates:
        """What says whether a leaf is the device that it claims to be."""
        return Certificates(self.desk.keys.directory)

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return self.surroundings.clock.now()

    @property
    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return self.surroundings.clock.now_ms()

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        return int.from_bytes(self.crypto.random(6), "big") / 2**48

    def conversation(self, conversation: ConversationId) -> ConversationState | None:
        """Return a conversation as this step sees it."""
        if conversation in self._forgotten:
            return None
        changed = self._conversations.get(conversation)
        return changed or self._holdings.conversations.get(conversation)

    def known(self, conversation: ConversationId) -> ConversationState:
        """Return a conversation that is there.

        Raises:
            KeyError: It is not.
        """
        found = self.conversation(conversation)
        if found is None:
            raise KeyError(conversation)
        return found

    def conversations(self) -> Iterator[ConversationState]:
        """Go through every conversation."""
        for each in {**self._holdings.conversations, **self._conversations}:
            found = self.conversation(each)
            if found is not None:
                yield found

    def person(self, user: UserId) -> PersonRecord | None:
        """Return what is known of somebody."""
        return self._people.get(user) or self._holdings.people.get(user)

    def people(self) -> Mapping[UserId, PersonRecord]:
        """Return everybody known."""
        if not self._people:
            return self._holdings.people
        return Acquaintances({**self._holdings.people, **self._people})

    def key_packages(self) -> Mapping[str, KeyPackageRecord]:
        """Return the private keys of what is published, by reference in hexadecimal."""
        together = {**self._holdings.key_packages, **self._key_packages}
        return {ref: held for ref, held in together.items() if held is not None}

    # --- what is tried ----------------------------------------------------------------------

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do something wholly or not at all: if it raises, nothing of it has happened."""
        before = {name: getattr(self, name).copy() for name in _CHANGING}
        desk, detail = self.desk, self.detail
        try:
            yield
        except BaseException:
            for name, table in before.items():
                setattr(self, name, table)
            self.desk, self.detail = desk, detail
            raise

    # --- what changes ---------------------------------------------------------------------

    def put(self, conversation: ConversationState) -> ConversationState:
        """Replace a conversation; what of it is a record is stored."""
        before = self.conversation(conversation.id)
        self._forgotten.discard(conversation.id)
        self._conversations[conversation.id] = conversation
        self.touched[conversation.id] = None
        if before is None or before.record != conversation.record:
            self._write_record(conversation.record)
        return conversation

    def amend(
        self, conversation: ConversationState, record: ConversationRecord
    ) -> ConversationState:
        """Replace a conversation's record."""
        return self.put(replace(conversation, record=record))

    def forget(self, conversation: ConversationId) -> None:
        """Drop a conversation that never was: the server has another one in its place."""
        found = self.conversation(conversation)
        if found is not None and found.last is not None:
            self.write(DropLine(conversation, found.last.id))
        self._forgotten.add(conversation)
        self._conversations.pop(conversation, None)
        self.touched.pop(conversation, None)
        self.write(Drop(Table.CONVERSATION, conversation), Drop(Table.PENDING, conversation))
        self.write(
            Clear(Table.GROUP, f"{conversation}/"), Clear(Table.OUTGOING, f"{conversation}/")
        )

    def put_group(self, conversation: ConversationState, group: GroupState) -> ConversationState:
        """Replace the group by what it has become; only the parts that changed are stored."""
        before = conversation.group
        changes = groups.changes(before, group)
        key = conversation.id
        if before is None:
            self.write(Clear(Table.GROUP, f"{key}/"))
        self.write(*(Put(Table.GROUP, f"{key}/{part}", data) for part, data in changes.put.items()))
        self.write(*(Drop(Table.GROUP, f"{key}/{part}") for part in sorted(changes.delete)))
        if before is None or before.epoch != group.epoch:
            roster = roster_of(group, self.authentication)
            conversation = replace(conversation, roster=roster, refused={})
        return self.put(replace(conversation, group=group))

    def drop_group(self, conversation: ConversationState) -> ConversationState:
        """Destroy every key of the group."""
        self.write(Clear(Table.GROUP, f"{conversation.id}/"))
        return self.put(replace(conversation, group=None, roster=(), refused={}))

    def put_pending(
        self, conversation: ConversationState, pending: PendingRecord | None
    ) -> ConversationState:
        """Keep or forget the commit that is on its way."""
        if pending is not None:
            self.write(Put(Table.PENDING, conversation.id, pending.encode()))
        elif conversation.pending is not None:
            self.write(Drop(Table.PENDING, conversation.id))
        return self.put(replace(conversation, pending=pending, accepted=False))

    def put_outgoing(self, conversation: ConversationState, item: Outgoing) -> ConversationState:
        """Keep something written; the older one with this client id is gone."""
        key = _outgoing_key(conversation.id, item)
        self.write(Put(Table.OUTGOING, key, item.encode()))
        others = (each for each in conversation.outgoing if each.client_id != item.client_id)
        queue = tuple(sorted((*others, item), key=in_turn))
        return self.put(replace(conversation, outgoing=queue))

    def drop_outgoing(self, conversation: ConversationState, item: Outgoing) -> ConversationState:
        """Forget something written: it is in the log, or will never be."""
        self.write(Drop(Table.OUTGOING, _outgoing_key(conversation.id, item)))
        queue = tuple(each for each in conversation.outgoing if each.client_id != item.client_id)
        return self.put(replace(conversation, outgoing=queue))

    def put_line(
        self, conversation: ConversationState, line: Line, *, news: bool = True
    ) -> ConversationState:
        """Keep a line of the timeline and show it; `news` are told to those who wait for them."""
        self.write(PutLine(line))
        last = conversation.last
        if last is not None and last.id == line.id:
            last = fold.after(last, PutLine(line))
        elif last is None or (last.position <= line.position and fold.succeeds(line, last)):
            last = line
        conversation = self.put(replace(conversation, last=last))
        foreign = line.state is LineState.RECEIVED and line.sender != self.account.user
        told = foreign and news
        arrived = (
            (message_of(line, self.account, self.people(), conversation.record),) if told else ()
        )
        self.show(TimelineChanged(conversation.id, arrived))
        return conversation

    def amend_line(
        self, conversation: ConversationState, message: bytes, amendment: Amendment
    ) -> None:
        """Do something to a message, if it is here."""
        self.write(AmendLine(conversation.id, message, amendment))
        last = conversation.last
        if last is not None and last.message == message:
            self.put(replace(conversation, last=fold.amended(last, amendment)))
            self.show(ConversationsChanged())
        self.show(TimelineChanged(conversation.id))

    def hide_line(self, conversation: ConversationState, line: Line) -> None:
        """Keep of a line only that it is not to come back."""
        self.write(PutLine(fold.hidden(line)))
        self._lose_line(conversation, line.id)

    def drop_line(self, conversation: ConversationState, line: str) -> None:
        """Forget a line of the timeline."""
        self.write(DropLine(conversation.id, line))
        self._lose_line(conversation, line)

    def _lose_line(self, conversation: ConversationState, line: str) -> None:
        if conversation.last is not None and conversation.last.id == line:
            self.put(replace(conversation, last=None))
            self.show(ConversationsChanged())
        self.show(TimelineChanged(conversation.id))

    def put_person(self, person: PersonRecord) -> None:
        """Keep what is known of somebody."""
        if self.person(person.id) != person:
            self._people[person.id] = person
            self.write(Put(Table.PERSON, person.id, person.encode()))

    def put_key_package(self, ref: str, record: KeyPackageRecord) -> None:
        """Keep the private keys of a key package; before it is published."""
        self._key_packages[ref] = record
        self.write(Put(Table.KEY_PACKAGE, ref, record.encode()))

    def drop_key_package(self, ref: str) -> None:
        """Destroy the private keys of a key package."""
        self._key_packages[ref] = None
        self.write(Drop(Table.KEY_PACKAGE, ref))

    def renew_identity(self, key: bytes) -> None:
        """The person has another identity key from now on; the certificate stays as it is."""
        account = msgspec.structs.replace(self.account, identity_key=key)
        self.desk = replace(self.desk, account=account)
        self.write(Put(Table.ACCOUNT, "profile", account.encode()))

    def advance_inbox(self, number: int) -> None:
        """Move the cursor of the inbox."""
        self.desk = replace(self.desk, inbox=number)
        self.write(Put(Table.ACCOUNT, "inbox", str(number).encode()))

    def write(self, *writes: Write) -> None:
        """Gather writes for the next Persist."""
        self._writes.extend(writes)

    def _write_record(self, record: ConversationRecord) -> None:
        self.write(Put(Table.CONVERSATION, record.id, record.encode()))

    # --- what is to be done ---------------------------------------------------------------

    def do(self, *commands: Command) -> None:
        """Give commands; they follow what this transaction stores."""
        self._later.extend(commands)

    def store(self) -> None:
        """End a transaction: what was gathered is stored together, then the rest is done."""
        if self._writes:
            self.commands.append(Persist(_last_of_each(self._writes)))
        self.commands.extend(Show(change) for change in self._shown)
        self.commands.extend(self._later)
        self._writes, self._shown, self._later = [], {}, []

    def send(self, frame: ClientFrame) -> None:
        """Send a frame."""
        self.do(SendFrame(frame))

    def ask(self, purpose: Purpose, query: Query) -> int:
        """Make an HTTP request and return its number."""
        number = self.number()
        purposes = {**self.desk.purposes, number: purpose}
        self.desk = replace(self.desk, purposes=purposes)
        self.do(Ask(number, query))
        return number

    def number(self) -> int:
        """Return a number for a request that no other has."""
        number = self.desk.next_request
        self.desk = replace(self.desk, next_request=number + 1)
        return number

    def set_timer(self, timer: Timer, seconds: float) -> None:
        """Start a timer."""
        self.do(SetTimer(timer, seconds))

    def cancel_timer(self, timer: Timer) -> None:
        """Stop a timer."""
        self.do(CancelTimer(timer))

    def show(self, change: Change) -> None:
        """Tell every interface what changed, once it is stored."""
        self._shown[change] = None

    def alarm(
        self, key: str, *arguments: tuple[str, str], conversation: ConversationId | None = None
    ) -> None:
        """Keep and show something the person must know."""
        record = AlarmRecord(key, arguments, conversation or ConversationId(""), self.now_ms)
        number = self.desk.alarms + 1
        self.desk = replace(self.desk, alarms=number)
        self._alarms[number] = record
        self.write(Put(Table.ALARM, _number(number), record.encode()))
        self.show(AlarmRaised(alarm_of(record, self.people())))

    def has_told(self, key: str, *arguments: tuple[str, str]) -> bool:
        """Whether there is this very alarm already."""
        told = self._told().values()
        return any((each.key, each.arguments) == (key, arguments) for each in told)

    def end_alarms(self, ended: Callable[[AlarmRecord], bool]) -> None:
        """Forget what the person need not know any more, as what they were asked for is settled."""
        for number, each in self._told().items():
            if ended(each):
                self._alarms[number] = None
                self.write(Drop(Table.ALARM, _number(number)))

    def _told(self) -> dict[int, AlarmRecord]:
        told = self._holdings.alarms | self._alarms
        return {number: each for number, each in told.items() if each is not None}

    def reply(self, call: int, result: str = "") -> None:
        """Answer a call."""
        if call:
            self.do(Reply(call, result))

    def decline(self, call: int, key: str, *arguments: tuple[str, str]) -> None:
        """Refuse a call."""
        if call:
            self.do(Decline(call, key, named(arguments, self.people())))

    # --- the end --------------------------------------------------------------------------

    def adopt(self) -> list[Command]:
        """Make it so: change the holdings and return the commands."""
        held = self._holdings
        touched = self._conversations.keys() | self._forgotten
        before = queued_in(held.conversations[x] for x in touched if x in held.conversations)
        held.conversations.update(self._conversations)
        for gone in self._forgotten:
            held.conversations.pop(gone, None)
        held.people = self.people()
        for ref, record in self._key_packages.items():
            if record is None:
                held.key_packages.pop(ref, None)
            else:
                held.key_packages[ref] = record
        if self._alarms:
            held.alarms = self._told()
        after = queued_in(held.conversations[x] for x in touched if x in held.conversations)
        self._show_link(after - before)
        held.desk = self.desk
        self.store()
        return self.commands

    def _show_link(self, more: int) -> None:
        """Say so if the connection is another one, or more or less waits to be sent."""
        if more or self.session.link is not self._holdings.desk.session.link:
            queued = queued_in(self._holdings.conversations.values())
            self.show(LinkChanged(self.session.link, queued, self.detail))


def in_turn(item: Outgoing) -> tuple[int, int]:
    """Order what is to be sent; what is sent again has order 0, and goes by its time."""
    return item.order, item.time_ms


def queued_in(conversations: Iterable[ConversationState]) -> int:
    """Count the messages that wait to be sent."""
    return sum(each.queued for each in conversations)


def _outgoing_key(conversation: ConversationId, item: Outgoing) -> str:
    return f"{conversation}/{item.client_id.hex()}"


def _number(number: int) -> str:
    return f"{number:08d}"


def _last_of_each(writes: list[Write]) -> tuple[Write, ...]:
    """Leave out what a later write of the same transaction replaces.

    What a message is amended by is done to the line as it was put before that.
    """
    last: dict[object, Write] = {}
    amendments = 0
    for write in writes:
        amendments += isinstance(write, AmendLine)
        place = _place(write), amendments
        last.pop(place, None)
        last[place] = write
    return tuple(last.values())


def _place(write: Write) -> object:
    match write:
        case Put(table, key) | Drop(table, key):
            return table, key
        case Clear(table, prefix):
            return table, prefix, "clear"
        case PutLine(line):
            return line.conversation, line.id
        case AddLine(line):
            return line.conversation, line.id, "add"
        case AmendLine():
            return write
        case DropLine(conversation, id):
            return conversation, id
