"""Whatever comes between, a client is sent exactly what it may read, in order, once.

The world around a session is a model: logs, spans, a hub, readings that take their time. The
client is another: it takes what comes, gives credit late, loses its connection and comes back
with its cursors. Nothing else is assumed.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.realtime import events as on
from teamchat.server.realtime.events import Effect, SessionEvent
from teamchat.server.realtime.session import Session, State
from teamchat.server.services.announcements import Joined, Left
from teamchat.server.storage.queries.conversations import Span
from teamchat.server.storage.queries.logs import Piece
from teamchat.wire import frames
from teamchat.wire.frames import InboxItem, InboxKind, Item, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

DEVICE = DeviceId("me" + "a" * 24)
ROOMS = [ConversationId(name.ljust(26, "a")) for name in ("attic", "cellar")]
ROOM = st.sampled_from(ROOMS)
PIECE = 3
"""How many messages one reading returns."""


@dataclass
class Log:
    """A conversation as the database has it, and what the device may read of it."""

    sizes: list[int] = field(default_factory=list)
    spans: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def head(self) -> int:
        return len(self.sizes)

    @property
    def is_open(self) -> bool:
        return any(last is None for _, last in self.spans)

    def next_after(self, seq: int) -> int | None:
        """The first message behind `seq` that may be read."""
        for first, last in self.spans:
            candidate = max(first, seq + 1)
            if candidate <= (self.head if last is None else last):
                return candidate
        return None

    def item(self, seq: int) -> Item:
        return Item(
            Kind.APPLICATION,
            0,
            DeviceId("x" * 25 + "a"),
            seq.to_bytes(16, "big"),
            0,
            bytes(self.sizes[seq - 1]),
        )


class SessionMachine(RuleBasedStateMachine):
    """One device, its connections one after the other, and two conversations."""

    def __init__(self) -> None:
        super().__init__()
        self.logs = {room: Log() for room in ROOMS}
        self.cursors: dict[ConversationId, int] = {}
        self.inbox = self.inbox_held = 0
        self.undigested = 0
        self.connect()

    # --- the connection -----------------------------------------------------------------------

    def connect(self) -> None:
        self.session = Session(0.0, lambda: 0)
        self.subscribed = False
        self.followed: set[ConversationId] = set()
        self.later: list[Callable[[], None]] = []
        self.undigested = 0
        self.happen(on.Arrived(frames.Hello(1, "token")))
        self.happen(on.Greeted(UserId("u"), DEVICE))
        cursors = {room: (1, seq) for room, seq in self.cursors.items()}
        self.happen(on.Arrived(frames.Sync(cursors, self.inbox_held)))

    def happen(self, event: SessionEvent) -> None:
        for effect in self.session.handle(event, 0.0):
            self.perform(effect)

    def perform(self, effect: Effect) -> None:
        session = self.session
        match effect:
            case on.Tell(data):
                frame = frames.decode_server(data)
                assert frame is not None
                self.take(frame, len(data))
            case on.Subscribe():
                self.subscribed = True
            case on.ReadPositions():
                self.later.append(self.follow_positions)
            case on.Follow(room):
                self.followed.add(room)
            case on.Unfollow(room):
                self.followed.discard(room)
            case on.ReadLog(room, after, last):
                self.later.append(lambda: self.read_log(room, after, last))
            case on.ReadInbox(after):
                self.later.append(lambda: self.read_inbox(after))
            case on.Close():
                assert session.state is State.CLOSED
            case _:
                pass

    def follow_positions(self) -> None:
        """The first of two readings: follow what was found, then read again."""
        self.followed |= {room for room, log in self.logs.items() if log.spans}
        spans = [
            Span(room, 1, 1, log.head, first, last, 0)
            for room, log in sorted(self.logs.items())
            for first, last in log.spans
        ]
        self.later.append(lambda: self.happen(on.Positioned(spans)))

    def read_log(self, room: ConversationId, after: int, last: int) -> None:
        log = self.logs[room]
        items = [log.item(seq) for seq in range(after + 1, min(last, after + PIECE) + 1)]
        piece = Piece(1, 1, log.head, items)
        self.later.append(lambda: self.happen(on.LogRead(room, after, piece)))

    def read_inbox(self, after: int) -> None:
        nothing = InboxItem(InboxKind.KEY_PACKAGES_LOW, ConversationId(""), 0, 0, 0, b"")
        items = [nothing] * min(2, self.inbox - after)
        self.later.append(lambda: self.happen(on.InboxRead(after + 1, items)))

    # --- the client -----------------------------------------------------------------------------

    def take(self, frame: frames.ServerFrame, size: int) -> None:
        match frame:
            case frames.Batch(room, _, first, items):
                self.undigested += size
                for seq, item in enumerate(items, first):
                    expected = self.logs[room].next_after(self.cursors.get(room, 0))
                    assert seq == expected, (room, seq, expected)
                    assert item.client_id == seq.to_bytes(16, "big")
                    self.cursors[room] = seq
            case frames.CaughtUp(room, head):
                missing = self.logs[room].next_after(self.cursors.get(room, 0))
                assert missing is None or missing > head, (room, head, missing)
            case frames.InboxBatch(first, items):
                assert first == self.inbox_held + 1
                self.inbox_held += len(items)
            case frames.Reset() | frames.Bye():
                raise AssertionError(frame)
            case _:
                pass

    # --- what happens -----------------------------------------------------------------------------

    @initialize()
    def found(self) -> None:
        self.logs[ROOMS[0]].spans.append((1, None))

    @rule(room=ROOM, size=st.sampled_from([1, 1, 60_000, 200_000]))
    def write(self, room: ConversationId, size: int) -> None:
        log = self.logs[room]
        log.sizes.append(size)
        if room in self.followed:
            seq = log.head
            batch = frames.Batch(room, 1, seq, [log.item(seq)])
            self.happen(on.Live(room, 1, seq, frames.encode(batch)))

    @rule(room=ROOM)
    def write_elsewhere(self, room: ConversationId) -> None:
        """Another process writes; its hint may come or not."""
        self.logs[room].sizes.append(1)
        if room in self.followed:
            self.happen(on.HeadMoved(room, self.logs[room].head))

    @precondition(lambda self: any(not log.is_open for log in self.logs.values()))
    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        room = data.draw(st.sampled_from([r for r in ROOMS if not self.logs[r].is_open]))
        log = self.logs[room]
        self.write(room, 1)
        log.spans.append((log.head + 1, None))
        if self.subscribed:
            self.happen(Joined(DEVICE, room, 1, log.head + 1))

    @precondition(lambda self: any(log.is_open for log in self.logs.values()))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        room = data.draw(st.sampled_from([r for r in ROOMS if self.logs[r].is_open]))
        log = self.logs[room]
        self.write(room, 1)
        log.spans = [(first, last or log.head) for first, last in log.spans]
        if self.subscribed:
            self.happen(Left(DEVICE, room, log.head))

    @precondition(lambda self: self.later)
    @rule(data=st.data())
    def finish_a_reading(self, data: st.DataObject) -> None:
        self.later.pop(data.draw(st.integers(0, len(self.later) - 1)))()

    @precondition(lambda self: self.undigested)
    @rule()
    def digest(self) -> None:
        size, self.undigested = self.undigested, 0
        self.happen(on.Arrived(frames.Credit(size)))

    @rule()
    def write_to_the_inbox(self) -> None:
        self.inbox += 1
        if self.subscribed:
            self.happen(on.InboxHint())

    @rule()
    def acknowledge(self) -> None:
        self.happen(on.Arrived(frames.Ack({}, self.inbox_held)))

    @rule()
    def lose_the_connection(self) -> None:
        self.connect()

    @rule(room=ROOM)
    def ask_again(self, room: ConversationId) -> None:
        """A client may say at any time where it stands."""
        if room in self.cursors:
            self.happen(on.Arrived(frames.Sync({room: (1, self.cursors[room])}, self.inbox_held)))

    @invariant()
    def credit_is_kept(self) -> None:
        assert self.session.outlet.credit > -(200_000 * PIECE + 1_000)

    def teardown(self) -> None:
        """In the end, when everything has been read, nothing is missing."""
        for _ in range(2_000):
            if self.later:
                self.later.pop(0)()
            elif self.undigested:
                self.digest()
            else:
                before = self.inbox_held
                self.acknowledge()
                if not self.later and before == self.inbox_held:
                    break
        for room, log in self.logs.items():
            assert log.next_after(self.cursors.get(room, 0)) is None, room
        assert self.inbox_held == self.inbox


SessionMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestSession = SessionMachine.TestCase
