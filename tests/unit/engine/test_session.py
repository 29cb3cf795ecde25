"""The connection's machine, event by event."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.engine import requests
from teamchat.engine.commands import (
    Ask,
    CancelTimer,
    CloseSocket,
    Command,
    OpenSocket,
    SendFrame,
    SetTimer,
    Show,
)
from teamchat.engine.engine import Engine
from teamchat.engine.events import (
    Received,
    SocketClosed,
    SocketOpened,
    Started,
    StopAsked,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.model import Link
from teamchat.engine.session import (
    LAST_CEILING_SECONDS,
    PING,
    RECONNECT,
    TRANSITIONS,
    pause,
)
from teamchat.engine.state import SessionState
from teamchat.engine.step import Surroundings
from teamchat.wire.frames import Bye, Drain, Hello, InboxBatch, Ping, Pong, Ready, Sync
from tests.support.memory_store import FakeClock, MemoryStore
from tests.support.playbook import Playbook
from tests.support.simulated_server import CRYPTO, Simulator


@pytest.fixture
def engine() -> Engine:
    clock, store = FakeClock(), MemoryStore()
    server = Simulator(clock)
    user, identity = server.hire("anna")
    server.enrol(user, identity, store)
    return Engine(store, Surroundings(clock, CRYPTO))


def ready(engine: Engine) -> Received:
    return Received(Ready(1, 0, engine.desk.account.device, 25, 262144))


def sets(kind: TimerKind) -> "type[SetTimer]":
    def fits(command: Command) -> bool:
        return isinstance(command, SetTimer) and command.timer == Timer(kind)

    return fits  # type: ignore[return-value]  # a predicate stands where a type may


def online(engine: Engine) -> Playbook:
    play = Playbook(engine, ignoring=(CancelTimer, Show, SetTimer))
    (
        play
        >> Started()
        << OpenSocket
        >> SocketOpened()
        << SendFrame
        >> ready(engine)
        << SendFrame
        << Ask
        << Ask
    )
    play >> Received(InboxBatch(1, []))
    return play


def test_it_greets_and_says_where_it_stands(engine: Engine) -> None:
    token = engine.desk.account.token
    (
        Playbook(engine, ignoring=(CancelTimer, Show))
        >> Started()
        << sets(TimerKind.PING)
        << OpenSocket()
        >> SocketOpened()
        << SendFrame(Hello(1, token))
        >> ready(engine)
        << sets(TimerKind.PING)
        << SendFrame(Sync({}, 0))
        << sets(TimerKind.INBOX)
        << Ask(1, requests.key_log())
        << Ask(2, requests.own_reset())
        >> Received(InboxBatch(1, []))
        << sets(TimerKind.LOOK_AROUND)
        << sets(TimerKind.STOCK_TAKE)
    ).rests()
    assert engine.desk.session.link is Link.ONLINE


def test_it_is_not_online_before_the_inbox_is_read(engine: Engine) -> None:
    play = Playbook(engine, ignoring=(CancelTimer, Show, SetTimer))
    (
        play
        >> Started()
        << OpenSocket
        >> SocketOpened()
        << SendFrame
        >> ready(engine)
        << SendFrame
        << Ask
        << Ask
    )
    before = engine.desk.session.link
    play >> TimerFired(Timer(TimerKind.INBOX))  # an older server does not say so
    assert (before, engine.desk.session.link) == (Link.CATCHING_UP, Link.ONLINE)


def test_it_backs_off_and_tries_again(engine: Engine) -> None:
    play = Playbook(engine, ignoring=(CancelTimer, Show))
    play >> Started() << sets(TimerKind.PING) << OpenSocket
    for attempt in range(12):
        assert engine.desk.session.attempt == attempt
        play >> SocketClosed() << sets(TimerKind.RECONNECT)
        play >> TimerFired(RECONNECT) << sets(TimerKind.PING) << OpenSocket


def test_success_forgets_the_attempts(engine: Engine) -> None:
    play = Playbook(engine, ignoring=(CancelTimer, Show, SetTimer))
    play >> Started() << OpenSocket >> SocketClosed() >> TimerFired(RECONNECT) << OpenSocket
    play >> SocketOpened() << SendFrame >> ready(engine) << SendFrame << Ask << Ask
    assert engine.desk.session.attempt == 1
    play >> Received(InboxBatch(1, []))
    assert engine.desk.session.attempt == 0


def test_two_unanswered_pings_and_it_hangs_up(engine: Engine) -> None:
    play = online(engine)
    play >> TimerFired(PING) << SendFrame(Ping(1)) >> Received(Pong(1))
    play >> TimerFired(PING) << SendFrame(Ping(2))
    play >> TimerFired(PING) << SendFrame(Ping(3))
    play >> TimerFired(PING) << CloseSocket()
    play.rests()


def test_a_socket_that_never_opens_is_given_up(engine: Engine) -> None:
    play = Playbook(engine, ignoring=(CancelTimer, Show))
    play >> Started() << sets(TimerKind.PING) << OpenSocket >> TimerFired(PING) << CloseSocket()
    play >> SocketClosed() << sets(TimerKind.RECONNECT)


@pytest.mark.parametrize(
    "end",
    [SocketClosed(4001), SocketClosed(0, revoked=True), Received(Bye("revoked", ""))],
    ids=["closed", "refused", "bye"],
)
def test_an_ended_session_is_not_tried_again(engine: Engine, end: SocketClosed | Received) -> None:
    play = online(engine) >> end << CloseSocket
    assert engine.desk.session.link is Link.SIGNED_OUT  # there is no log that could prove more
    play >> SocketClosed() >> TimerFired(RECONNECT) >> Started()
    play.rests()
    assert engine.desk.session.state is SessionState.ENDED


def test_a_draining_server_is_left_alone_for_a_while(engine: Engine) -> None:
    online(engine) >> Received(Drain(30_000))
    commands = engine.handle(SocketClosed(1012))
    (timer,) = [each for each in commands if isinstance(each, SetTimer)]
    assert timer.timer == RECONNECT
    assert timer.seconds >= 30


def test_stopping_closes_and_stays_closed(engine: Engine) -> None:
    play = online(engine) >> StopAsked() << CloseSocket >> SocketClosed() >> TimerFired(RECONNECT)
    play.rests()
    assert engine.desk.session.link is Link.OFFLINE


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_a_pause_is_short_first_and_never_longer_than_a_minute(attempt: int, chance: float) -> None:
    assert 0 <= pause(attempt, chance) <= LAST_CEILING_SECONDS
    assert pause(0, chance) <= 0.5


def test_every_state_can_be_stopped_and_every_transition_names_known_states() -> None:
    for (before, _), (after, _) in TRANSITIONS.items():
        assert before in SessionState
        assert after in SessionState
    stoppable = {before for before, happening in TRANSITIONS if happening is StopAsked}
    assert stoppable == set(SessionState) - {SessionState.STOPPED}


def test_a_step_that_raises_changes_nothing(engine: Engine) -> None:
    before = engine.desk
    broken = replace(engine._surroundings, crypto=None)  # type: ignore[arg-type]  # on purpose
    online(engine)
    engine._surroundings = broken
    held = engine.desk
    with pytest.raises(AttributeError):
        engine.handle(SocketClosed())
    assert engine.desk is held
    assert held != before
