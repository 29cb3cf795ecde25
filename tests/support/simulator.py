"""A world in memory: peers that run the real engine, a server, a network and a clock.

A peer can be killed between any two commands and comes back with what was stored. Time passes
only when a test lets it. The server is in `simulated_server`.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from teamchat.client.room_history import RoomHistory
from teamchat.engine.commands import (
    Ask,
    CancelTimer,
    CloseSocket,
    Command,
    Decline,
    FetchHistory,
    GatherHistory,
    OpenSocket,
    Persist,
    Query,
    Recall,
    Reply,
    SendFrame,
    SetTimer,
    Show,
    Wipe,
)
from teamchat.engine.engine import Engine
from teamchat.engine.events import (
    Answered,
    Event,
    Recalled,
    Received,
    Refused,
    SocketClosed,
    SocketOpened,
    Started,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.model import Change, Link, Message
from teamchat.engine.records import AccountRecord, Refresh
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Surroundings
from teamchat.engine.view import message_of
from teamchat.ids import ConversationId, UserId
from teamchat.wire.frames import (
    decode_client,
    decode_server,
    encode,
)
from teamchat.wire.problems import Code
from tests.support.memory_store import FakeClock, MemoryStore
from tests.support.simulated_files import SimulatedFiles
from tests.support.simulated_server import CRYPTO, Simulator

if TYPE_CHECKING:
    from teamchat.identity.keys import IdentityKey
    from tests.support.simulated_socket import Connection


class Killed(Exception):  # noqa: N818 - it is no error
    """The peer was killed between two commands."""


class Peer:
    """One device: the real engine, a store in memory, and a connection to the simulator."""

    def __init__(self, world: "World", account: AccountRecord, store: MemoryStore) -> None:
        self.world = world
        self.account = account
        self.store = store
        self.engine = self._load()
        self.connection: Connection | None = None
        self.reachable = True
        self.events: deque[Event] = deque()
        self.replies: dict[int, str | Decline] = {}
        self.shown: list[Change] = []
        self.wiped: Wipe | None = None
        self.life = 0
        self.kill_after: int | None = None
        """Be killed after so many more commands."""
        self.performed = 0
        self._calls = itertools.count(1)

    def _load(self) -> Engine:
        return Engine(self.store, Surroundings(self.world.clock, CRYPTO))

    # --- what a test does -------------------------------------------------------------------

    def start(self) -> None:
        self.events.append(Started())

    def ask(self, make: Callable[[int], Event]) -> str:
        """Ask for something, let the world run, and return the answer."""
        call = self.tell(make)
        self.world.run()
        answer = self.replies.get(call)
        assert isinstance(answer, str), f"{answer!r}"
        return answer

    def refused(self, make: Callable[[int], Event]) -> str:
        """Ask for something that is refused, and return the key of the refusal."""
        call = self.tell(make)
        self.world.run()
        answer = self.replies.get(call)
        assert isinstance(answer, Decline), f"{answer!r}"
        return answer.key

    def tell(self, make: Callable[[int], Event]) -> int:
        """Ask for something without letting the world run."""
        call = next(self._calls)
        self.events.append(make(call))
        return call

    def restart(self) -> None:
        """Be killed, and come back with what was stored."""
        self.cut()
        self.life += 1
        self.events.clear()
        self.kill_after = None
        self.engine = self._load()
        self.start()

    def cut(self) -> None:
        """Lose the connection without a word."""
        if self.connection is not None:
            self.world.server.disconnect(self.connection)
            self.connection = None
            self.events.append(SocketClosed(1006))

    def go_offline(self) -> None:
        self.reachable = False
        self.cut()

    def come_back(self) -> None:
        self.reachable = True

    # --- what a test sees -------------------------------------------------------------------

    @property
    def link(self) -> Link:
        return self.engine.desk.session.link

    def state(self, conversation: ConversationId | str) -> ConversationState:
        return self.engine.conversations[ConversationId(conversation)]

    def messages(self, conversation: ConversationId | str) -> list[Message]:
        key = ConversationId(conversation)
        record = self.state(key).record
        lines = self.store.lines(key, None, 10_000)
        return [message_of(x, self.account, self.engine.people, record) for x in lines]

    def texts(self, conversation: ConversationId | str) -> list[str]:
        return [each.text for each in self.messages(conversation) if each.kind.value == "text"]

    def system(self, conversation: ConversationId | str) -> list[str]:
        return [each.text for each in self.messages(conversation) if each.kind.value == "system"]

    # --- the runner -------------------------------------------------------------------------

    def step(self) -> None:
        """Handle one event."""
        event = self.events.popleft()
        try:
            for command in self.engine.handle(event):
                self._perform(command)
                self.performed += 1
                if self.kill_after is not None and self.performed >= self.kill_after:
                    raise Killed  # noqa: TRY301 - between two commands
        except Killed:
            self.restart()

    def _perform(self, command: Command) -> None:  # noqa: C901, PLR0912 - one for each command
        match command:
            case Persist(writes):
                self.store.commit(writes)
            case OpenSocket():
                if self.reachable:
                    self.connection = self.world.server.connect(self.account.device)
                    self.events.append(SocketOpened())
                else:
                    self.events.append(SocketClosed())
            case CloseSocket():
                self.cut()
            case SendFrame(frame):
                if self.connection is not None:
                    self.connection.receive(decode_client(encode(frame)))
            case Ask(number, query):
                self._ask(number, query)
            case Recall(conversation, limit):
                lines = tuple(self.store.lines(conversation, None, limit))
                self.events.append(Recalled(conversation, lines))
            case GatherHistory() | FetchHistory():
                self._carry(command)
            case SetTimer(timer, seconds):
                self.world.set_timer(self, timer, seconds)
            case CancelTimer(timer):
                self.world.cancel_timer(self, timer)
            case Show(change):
                self.shown.append(change)
            case Reply(call, result):
                self.replies[call] = result
            case Decline(call):
                self.replies[call] = command
            case Wipe():
                self.wiped = command

    def _carry(self, errand: GatherHistory | FetchHistory) -> None:
        """Carry a history as the client does, but for the network."""

        async def tell(event: Event) -> None:
            self.events.append(event)

        async def carry() -> None:
            with TemporaryDirectory() as folder:
                files = SimulatedFiles(
                    self.world.server.blobs, self.world.server.takers, self.account.device,
                    reachable=self.reachable,
                )  # fmt: skip
                porter = RoomHistory(Path(folder), self.store, files, self.shown.append)
                await porter.carry(errand, tell)

        asyncio.run(carry())

    def _ask(self, number: int, query: Query) -> None:
        if not self.reachable:
            self.events.append(Refused(number, None))
            return
        answer = self.world.server.answer(self.account.device, query)
        if isinstance(answer, Code):
            self.events.append(Refused(number, answer))
        else:
            self.events.append(Answered(number, answer))

    def pump(self) -> bool:
        """Take one frame from the connection; says whether there was one."""
        connection = self.connection
        if connection is None or not connection.out:
            return False
        data = encode(connection.out.popleft())
        frame = decode_server(data)
        assert frame is not None
        self.events.append(Received(frame, len(data)))
        if not connection.open and not connection.out:
            self.world.server.disconnect(connection)
            self.connection = None
            self.events.append(SocketClosed(4001))
        return True


class World:
    """A server, peers, and a clock that moves when told to."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.server = Simulator(self.clock)
        self.peers: list[Peer] = []
        self.identities: dict[UserId, IdentityKey] = {}
        self._timers: list[tuple[float, int, Peer, int, Timer]] = []
        self._live: dict[tuple[int, Timer], int] = {}
        self._serial = itertools.count()

    def person(self, name: str) -> Peer:
        """Hire somebody, enrol their first device, and bring it online."""
        user, identity = self.server.hire(name)
        self.identities[user] = identity
        return self.device(user)

    def device(self, user: UserId, by: Peer | None = None) -> Peer:
        """Enrol one more device of somebody; another one of theirs vouches if it is given."""
        store = MemoryStore()
        voucher = None if by is None else by.account
        account = self.server.enrol(user, self.identities[user], store, voucher)
        peer = Peer(self, account, store)
        self.peers.append(peer)
        peer.start()
        self.run()
        return peer

    def run(self) -> None:
        """Let everything happen that needs no time."""
        for _ in range(200_000):
            busy = [peer for peer in self.peers if peer.events]
            if busy:
                busy[0].step()
            elif not any(peer.pump() for peer in self.peers):
                return
        raise AssertionError("the world does not come to rest")

    def advance(self, seconds: float) -> None:
        """Let time pass; timers fire in order."""
        end = self.clock.seconds + seconds
        self.run()
        while self._timers and self._timers[0][0] <= end:
            at, serial, peer, life, timer = heapq.heappop(self._timers)
            if self._live.get((id(peer), timer)) != serial or peer.life != life:
                continue
            self.clock.seconds = max(self.clock.seconds, at)
            peer.events.append(TimerFired(timer))
            self.run()
        self.clock.seconds = end

    def sleep(self, seconds: float) -> None:
        """Let time pass while every device is asleep; timers that were due fire afterwards."""
        self.run()
        self.clock.seconds += seconds

    def set_timer(self, peer: Peer, timer: Timer, seconds: float) -> None:
        serial = next(self._serial)
        self._live[id(peer), timer] = serial
        entry = (self.clock.seconds + seconds, serial, peer, peer.life, timer)
        heapq.heappush(self._timers, entry)

    def cancel_timer(self, peer: Peer, timer: Timer) -> None:
        self._live.pop((id(peer), timer), None)


def everyone_agrees(world: World, conversation: ConversationId | str) -> bool:
    """Whether all who are joined are in the same epoch of the same group."""
    states: Iterator[ConversationState] = (
        peer.state(conversation)
        for peer in world.peers
        if ConversationId(conversation) in peer.engine.conversations
    )
    groups = [each.held_group() for each in states if each.joined]
    return all(each.epoch_authenticator == groups[0].epoch_authenticator for each in groups)


def renew_keys(world: World, peer: Peer, conversation: ConversationId) -> None:
    """Let a peer put new keys into its leaf, as it does once a week."""
    state = peer.state(conversation)
    before = state.held_group().epoch
    record = msgspec.structs.replace(state.record, intents=(Refresh(),))
    peer.engine._held.conversations[conversation] = replace(state, record=record)
    peer.events.append(TimerFired(Timer(TimerKind.RETRY, conversation)))
    world.run()
    after = peer.state(conversation)
    assert after.held_group().epoch > before
    assert not after.record.intents
