"""One socket's protocol (docs/spec/realtime.md): events in, effects out; no I/O, no clock.

The session greets, hands what happens to its feeds, and watches the time. The feeds decide
what is sent when; the outlet counts what waits. Which event means what in which state is a
table at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from teamchat.ids import DeviceId
from teamchat.server.realtime import events as on
from teamchat.server.realtime.events import Effect, SessionEvent
from teamchat.server.realtime.inbox_feed import InboxFeed
from teamchat.server.realtime.log_feeds import LogFeeds, LogReplacedError
from teamchat.server.realtime.outlet import Outlet
from teamchat.server.services.announcements import Joined, Left
from teamchat.wire import frames
from teamchat.wire.limits import CREDIT_BYTES, PROTOCOL_VERSION
from teamchat.wire.problems import Code

PING_SECONDS: Final = 25
SILENCE_SECONDS: Final = 70.0
"""Two pings missed, and some patience."""
HELLO_SECONDS: Final = 5.0
SLOW_SECONDS: Final = 60.0
"""How long a client may leave unread what is on its way to it."""
SENDS: Final = 64
"""How many SENDs may be unanswered at once."""


class State(Enum):
    """Where a session is."""

    GREETING = "greeting"
    AUTHENTICATING = "authenticating"
    READY = "ready"
    POSITIONING = "positioning"
    RUNNING = "running"
    CLOSED = "closed"


@dataclass(slots=True)
class Session:
    """One socket; `now` is in seconds on any steady clock and comes with each event."""

    now: float
    server_time_ms: Callable[[], int]
    state: State = State.GREETING
    device: DeviceId | None = None
    outlet: Outlet = field(default_factory=Outlet)
    heard: float = field(init=False)
    moved: float = field(init=False)
    unanswered: int = 0
    logs: LogFeeds = field(init=False)
    inbox: InboxFeed = field(init=False)

    def __post_init__(self) -> None:
        self.heard = self.moved = self.now
        self.logs, self.inbox = LogFeeds(self.outlet), InboxFeed(self.outlet)

    @property
    def takes_more(self) -> bool:
        """Whether another frame of the client may be read now."""
        return not self.outlet.is_full and self.unanswered < SENDS

    def handle(self, event: SessionEvent, now: float) -> list[Effect]:
        """Let something happen; return what is to be done, in this order."""
        self.now, self.outlet.effects = now, []
        if self.state is not State.CLOSED:
            action = IN_STATE[self.state].get(type(event)) or ANYWHERE.get(type(event))
            if action is not None:
                action(self, event)
        return self.outlet.effects

    # --- greeting -----------------------------------------------------------------------------

    def take_first_frame(self, event: on.Arrived) -> None:
        """Expect HELLO."""
        self.heard = self.now
        hello = event.frame
        if not isinstance(hello, frames.Hello):
            self.end(frames.CLOSE_PROTOCOL, Code.MALFORMED.slug, "HELLO comes first")
        elif hello.protocol != PROTOCOL_VERSION:
            self.end(frames.CLOSE_PROTOCOL, Code.INVALID.slug, "another protocol version")
        else:
            self.state = State.AUTHENTICATING
            self.outlet.do(on.Authenticate(hello.token))

    def refuse_impatience(self, _event: on.Arrived) -> None:
        """Nothing comes before READY."""
        self.end(frames.CLOSE_PROTOCOL, Code.MALFORMED.slug, "wait for READY")

    def greet(self, event: on.Greeted) -> None:
        """The caller is known: hear what happens to it, and let it say where it stands."""
        self.device, self.state = event.device, State.READY
        self.outlet.do(on.Subscribe(event.device))
        self.outlet.tell(
            frames.Ready(
                PROTOCOL_VERSION, self.server_time_ms(), event.device, PING_SECONDS, CREDIT_BYTES
            )
        )

    def turn_away(self, event: on.TurnedAway) -> None:
        """The caller is not known."""
        self.end(frames.CLOSE_REVOKED, event.code, "")

    # --- frames -------------------------------------------------------------------------------

    def take_frame(self, event: on.Arrived) -> None:
        """Do what the client asks for."""
        self.heard = self.now
        match event.frame:
            case frames.Hello():
                self.end(frames.CLOSE_PROTOCOL, Code.MALFORMED.slug, "HELLO comes once")
            case frames.Sync() as sync:
                self.take_sync(sync)
            case frames.Send() as send:
                self.unanswered += 1
                self.outlet.do(on.Deliver(send))
            case frames.Ack() as ack:
                self.take_ack(ack)
            case frames.Credit(size):
                self.moved = self.now
                self.outlet.give(size)
                self.read_on()
            case frames.Ephemeral() as ephemeral:
                if self.logs.may_speak(ephemeral.conversation):
                    self.outlet.do(on.Spread(ephemeral))
            case frames.Ping(number):
                self.outlet.tell(frames.Pong(number))

    def take_sync(self, sync: frames.Sync) -> None:
        """Where the client stands: all of it, or what has changed about it."""
        if self.state is State.READY:
            self.inbox.start(sync.inbox)
        self.state = State.POSITIONING
        self.outlet.do(on.Note({}, sync.inbox))
        self.inbox.held = max(self.inbox.held, sync.inbox)
        if self.logs.want(sync.cursors) and self.device is not None:
            self.outlet.do(on.ReadPositions(self.device))

    def take_ack(self, ack: frames.Ack) -> None:
        """The client has stored something."""
        self.moved = self.now
        self.outlet.do(on.Note(ack.cursors, ack.inbox))
        self.inbox.held = max(self.inbox.held, ack.inbox)
        self.read_on()

    # --- reading ------------------------------------------------------------------------------

    def take_positions(self, event: on.Positioned) -> None:
        """It is known where the logs stand."""
        self.state = State.RUNNING
        self.logs.take_positions(event.spans)
        self.inbox.hinted = True
        self.read_on()

    def take_piece(self, event: on.LogRead) -> None:
        """A piece of a log was read."""
        try:
            self.logs.take_piece(event)
        except LogReplacedError:
            self.end(frames.CLOSE_DRAIN, Code.OVERLOADED.slug, "the log is another one now")
            return
        self.read_on()

    def take_inbox(self, event: on.InboxRead) -> None:
        """A piece of the inbox was read."""
        self.inbox.take(event)
        self.read_on()

    def hear_of_inbox(self, _event: on.InboxHint) -> None:
        """There is something in the inbox."""
        self.inbox.hinted = True
        self.read_on()

    def read_on(self) -> None:
        """Read what is missing: the inbox first, because a Welcome comes before what follows it."""
        if self.state is not State.RUNNING:
            return
        self.inbox.read()
        if not self.inbox.reading:
            self.logs.catch_up()

    def take_live(self, event: on.Live) -> None:
        """A message is in a log."""
        self.logs.take_live(event)
        self.read_on()

    def hear_of_head(self, event: on.HeadMoved) -> None:
        """A log has grown, and nobody says by what."""
        self.logs.hear_of_head(event.conversation, event.head)
        self.read_on()

    def change(self, event: Joined | Left) -> None:
        """The device joined a group, or left one."""
        self.logs.change(event)
        self.read_on()

    # --- the rest -----------------------------------------------------------------------------

    def hear(self, event: on.Heard) -> None:
        """Another member said something that is not kept."""
        if self.logs.may_hear(event.event.conversation):
            self.outlet.tell_ephemeral(event.event)

    def tell_keys(self, event: on.KeysGrew) -> None:
        """The key directory has another checkpoint."""
        self.outlet.tell_keys(event.size)

    def tell_own(self, event: on.OwnHint) -> None:
        """Something about the person's own account changed."""
        self.outlet.tell_own(event.kind)

    def tell_delivered(self, event: on.DeliveredTo) -> None:
        """Every other member holds a log up to here, but for what is missing."""
        if self.logs.may_hear(event.conversation):
            missing = [frames.Stretch(*part) for part in event.missing]
            self.outlet.tell(frames.Delivered(event.conversation, event.seq, missing))

    def answer(self, event: on.Answered) -> None:
        """It is known what became of a SEND."""
        self.unanswered -= 1
        self.outlet.tell(event.frame)

    def wrote(self, event: on.Written) -> None:
        """Bytes have left."""
        self.moved = self.now
        self.outlet.wrote(event.size)

    def tick(self, _event: on.Ticked) -> None:
        """Close what is dead or stuck."""
        if self.state in {State.GREETING, State.AUTHENTICATING}:
            if self.now - self.heard >= HELLO_SECONDS:
                self.end(frames.CLOSE_PROTOCOL, Code.MALFORMED.slug, "no HELLO in time")
        elif self.now - self.heard > SILENCE_SECONDS and self.takes_more:
            self.end(frames.CLOSE_SLOW, Code.OVERLOADED.slug, "nothing was heard of you")
        elif not (self.outlet.queued or self.logs.is_starved):
            self.moved = self.now
        elif self.now - self.moved > SLOW_SECONDS:
            self.end(frames.CLOSE_SLOW, Code.OVERLOADED.slug, "you read too slowly")

    def revoke(self, _event: on.Revoked) -> None:
        """The session, the device or the person was ended."""
        self.end(frames.CLOSE_REVOKED, Code.REVOKED.slug, "")

    def drain(self, event: on.Draining) -> None:
        """The server is going away."""
        self.outlet.tell(frames.Drain(event.retry_ms))
        self.end(frames.CLOSE_DRAIN, Code.OVERLOADED.slug, "the server is going away")

    def fail(self, event: on.Failed) -> None:
        """The server could not do its part."""
        self.end(event.close, event.code, event.detail)

    def end(self, close: int, code: str, detail: str) -> None:
        """Say why, and close."""
        self.outlet.tell(frames.Bye(code, detail))
        self.outlet.do(on.Close(close))
        self.state = State.CLOSED


Action = Callable[[Session, object], None]
E = TypeVar("E")


def _on(kind: type[E], action: Callable[[Session, E], None]) -> tuple[type, Action]:
    """Return a row of a table; the type of the event and that of the action's argument agree."""

    def act(session: Session, event: object) -> None:
        if isinstance(event, kind):
            action(session, event)

    return kind, act


IN_STATE: Final[Mapping[State, Mapping[type, Action]]] = {
    State.GREETING: dict([_on(on.Arrived, Session.take_first_frame)]),
    State.AUTHENTICATING: dict(
        [
            _on(on.Arrived, Session.refuse_impatience),
            _on(on.Greeted, Session.greet),
            _on(on.TurnedAway, Session.turn_away),
        ]
    ),
    State.READY: dict([_on(on.Arrived, Session.take_frame)]),
    State.POSITIONING: dict(
        [
            _on(on.Arrived, Session.take_frame),
            _on(on.Positioned, Session.take_positions),
            _on(Joined, Session.change),
            _on(Left, Session.change),
        ]
    ),
    State.RUNNING: dict(
        [
            _on(on.Arrived, Session.take_frame),
            _on(Joined, Session.change),
            _on(Left, Session.change),
        ]
    ),
    State.CLOSED: {},
}
"""What depends on where the session is; what is in neither table changes nothing."""

ANYWHERE: Final[Mapping[type, Action]] = dict(
    [
        _on(on.LogRead, Session.take_piece),
        _on(on.InboxRead, Session.take_inbox),
        _on(on.Live, Session.take_live),
        _on(on.HeadMoved, Session.hear_of_head),
        _on(on.Heard, Session.hear),
        _on(on.InboxHint, Session.hear_of_inbox),
        _on(on.KeysGrew, Session.tell_keys),
        _on(on.OwnHint, Session.tell_own),
        _on(on.DeliveredTo, Session.tell_delivered),
        _on(on.Answered, Session.answer),
        _on(on.Written, Session.wrote),
        _on(on.Ticked, Session.tick),
        _on(on.Revoked, Session.revoke),
        _on(on.Draining, Session.drain),
        _on(on.Failed, Session.fail),
    ]
)
"""What happens in every state but CLOSED."""
