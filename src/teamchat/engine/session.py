"""The connection: open, greet, catch up, stay alive, back off. The machine is a table.

After a failure the pause is drawn at random between nothing and a ceiling that doubles from
0.5 to 60 seconds, so that a thousand clients do not come back at once. A connection on which
two pings in a row go unanswered is dead. A session the server has ended is not tried again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from teamchat.engine import wiping
from teamchat.engine.commands import CloseSocket, OpenSocket
from teamchat.engine.events import (
    Event,
    Received,
    SocketClosed,
    SocketOpened,
    Started,
    StopAsked,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.state import ConversationState, ForOne, Listing, SessionState
from teamchat.engine.step import Step
from teamchat.ids import ConversationId
from teamchat.wire.frames import (
    CLOSE_REVOKED,
    Bye,
    Drain,
    Hello,
    Ping,
    Pong,
    Ready,
    ServerFrame,
    Sync,
)
from teamchat.wire.limits import PROTOCOL_VERSION

FIRST_CEILING_SECONDS = 0.5
LAST_CEILING_SECONDS = 60.0
GREETING_SECONDS = 20.0
"""How long a socket may take to be opened and greeted."""
MISSES = 2

RECONNECT = Timer(TimerKind.RECONNECT)
PING = Timer(TimerKind.PING)
ACK = Timer(TimerKind.ACK)
ACK_SECONDS = 1.0

Happening = type[Event] | type[ServerFrame] | TimerKind
Action = Callable[[Step], None]


def pause(attempt: int, chance: float) -> float:
    """Return how long to wait before attempt number `attempt` (from 0), in seconds."""
    doublings = min(attempt, 10)
    ceiling: float = min(LAST_CEILING_SECONDS, FIRST_CEILING_SECONDS * 2**doublings)
    return chance * ceiling


# --- what is done ---------------------------------------------------------------------------


def open_socket(step: Step) -> None:
    """Open the socket, and give up if it takes too long."""
    step.set_timer(PING, GREETING_SECONDS)
    step.do(OpenSocket())


def greet(step: Step) -> None:
    """Say who is calling."""
    step.send(Hello(PROTOCOL_VERSION, step.account.token))


def close_socket(step: Step) -> None:
    """Close; SocketClosed follows."""
    step.do(CloseSocket())


def leave(step: Step) -> None:
    """Close for good."""
    forget_connection(step)
    step.cancel_timer(RECONNECT)
    step.do(CloseSocket())


def back_off(step: Step) -> None:
    """Try again after a random pause."""
    forget_connection(step)
    session = step.session
    seconds = pause(session.attempt, step.chance()) + session.pause_ms / 1000
    step.session = replace(session, attempt=session.attempt + 1, pause_ms=0)
    step.set_timer(RECONNECT, seconds)


def begin_pings(step: Step) -> None:
    """The server knows us: keep the connection alive."""
    step.session = replace(step.session, missed=0)
    step.set_timer(PING, step.session.ping_seconds)


def ping(step: Step) -> None:
    """Ask whether the server is there; after two misses it is not."""
    session = step.session
    if session.missed >= MISSES:
        step.do(CloseSocket())
        return
    step.session = replace(session, missed=session.missed + 1, ping=session.ping + 1)
    step.send(Ping(session.ping + 1))
    step.set_timer(PING, session.ping_seconds)


def hear_pong(step: Step) -> None:
    """The server is there."""
    step.session = replace(step.session, missed=0)


def nothing(step: Step) -> None:
    """Nothing is to be done."""


def forget_connection(step: Step) -> None:
    """What belonged to the connection is gone with it."""
    step.session = replace(
        step.session,
        awaiting=frozenset(),
        inbox_read=False,
        undigested=0,
        unacknowledged=frozenset(),
        ack_due=False,
        missed=0,
    )
    desk = replace(step.desk, flights={}, purposes={}, letters=(), opening=0)
    desk = replace(desk, asked_in_vain=dict.fromkeys(desk.asked_in_vain, False))
    keys, listing = desk.keys.disconnected(), Listing.SETTLED
    for each in desk.groups_waiting:
        step.decline(each.call, "error-offline")
    step.desk = replace(desk, keys=keys, letter_listing=listing, groups_waiting=())
    for conversation in step.conversations():
        step.put(conversation.disconnected())
    step.cancel_timer(PING)


# --- the table ------------------------------------------------------------------------------

_S = SessionState

TRANSITIONS: Mapping[tuple[SessionState, Happening], tuple[SessionState, Action]] = {
    (_S.STOPPED, Started): (_S.CONNECTING, open_socket),
    (_S.CONNECTING, SocketOpened): (_S.GREETING, greet),
    (_S.CONNECTING, SocketClosed): (_S.WAITING, back_off),
    (_S.CONNECTING, TimerKind.PING): (_S.CLOSING, close_socket),
    (_S.GREETING, Ready): (_S.CATCHING_UP, begin_pings),
    (_S.GREETING, SocketClosed): (_S.WAITING, back_off),
    (_S.GREETING, TimerKind.PING): (_S.CLOSING, close_socket),
    (_S.CATCHING_UP, TimerKind.PING): (_S.CATCHING_UP, ping),
    (_S.CATCHING_UP, Pong): (_S.CATCHING_UP, hear_pong),
    (_S.CATCHING_UP, SocketClosed): (_S.WAITING, back_off),
    (_S.ONLINE, TimerKind.PING): (_S.ONLINE, ping),
    (_S.ONLINE, Pong): (_S.ONLINE, hear_pong),
    (_S.ONLINE, SocketClosed): (_S.WAITING, back_off),
    (_S.WAITING, TimerKind.RECONNECT): (_S.CONNECTING, open_socket),
    (_S.CLOSING, SocketClosed): (_S.WAITING, back_off),
    (_S.ENDED, TimerKind.REMOVAL): (_S.ENDED, wiping.ask),
    **{(state, StopAsked): (_S.STOPPED, leave) for state in _S if state is not _S.STOPPED},
}
"""What is not in the table changes nothing."""


def happen(step: Step, event: Event) -> None:
    """Let the connection see an event."""
    if isinstance(event, Received):
        _note(step, event.frame)
    elif isinstance(event, SocketClosed) and (event.revoked or event.code == CLOSE_REVOKED):
        _end(step)
        return
    found = TRANSITIONS.get((step.session.state, _happening(event)))
    if found is None:
        return
    state, action = found
    step.session = replace(step.session, state=state)
    action(step)


def read_on(step: Step, conversation: ConversationState) -> None:
    """Ask for one log from its cursor on: a new one, or one with a gap."""
    if step.session.greeted:
        record = conversation.record
        if step.session.state is SessionState.CATCHING_UP:
            awaiting = step.session.awaiting | {conversation.id}
            step.session = replace(step.session, awaiting=awaiting)
        step.put(replace(conversation, caught_up=False))
        step.send(Sync({record.id: (record.log_epoch, record.seq)}, step.desk.inbox))


def owe_ack(step: Step, *conversations: ConversationId) -> None:
    """Something was stored: the next ACK says so, at most once a second."""
    waiting = step.session.unacknowledged | {*conversations}
    if not step.session.ack_due:
        step.set_timer(ACK, ACK_SECONDS)
    step.session = replace(step.session, unacknowledged=waiting, ack_due=True)


def caught_up(step: Step, conversation: ConversationId) -> None:
    """A conversation has caught up."""
    step.session = replace(step.session, awaiting=step.session.awaiting - {conversation})


def arrive(step: Step) -> None:
    """Be online when all is here that the server had: the inbox, what it led to, every log."""
    session, desk = step.session, step.desk
    if session.state is not SessionState.CATCHING_UP or session.awaiting:
        return
    in_vain = desk.letter_listing is Listing.WAITING and desk.keys.failures
    free = in_vain or not desk.opening
    inbox = free and (session.inbox_read or desk.letters)  # those wait for a log
    if inbox and not any(isinstance(each, ForOne) for each in desk.purposes.values()):
        step.session = replace(session, state=SessionState.ONLINE, attempt=0)


def _happening(event: Event) -> Happening:
    match event:
        case Received(frame):
            return type(frame)
        case TimerFired(timer):
            return timer.kind
        case _:
            return type(event)


def _note(step: Step, frame: ServerFrame) -> None:
    """Remember what the server says about the connection itself."""
    match frame:
        case Ready(ping_seconds=seconds):
            step.session = replace(step.session, ping_seconds=max(1, min(seconds, 300)))
        case Drain(retry_ms):
            step.session = replace(step.session, pause_ms=max(0, min(retry_ms, 60_000)))
        case Bye(code) if code in {"revoked", "not-logged-in"}:
            _end(step)
        case Bye():
            step.detail = "link-refused"
        case _:
            pass


def _end(step: Step) -> None:
    """The server ended this session: it is asked why, and the session is not tried again."""
    if step.session.state in {SessionState.REFUSED, SessionState.ENDED}:
        return
    forget_connection(step)
    step.session = replace(step.session, state=SessionState.REFUSED)
    step.do(CloseSocket())
    wiping.ask(step)
