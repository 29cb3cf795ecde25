"""A whole server in memory, a network and a clock, and peers that run the real engine.

The server keeps a real order and a real log and checks commits as the real one does
(`mls.public_group`). It can be told to lie: `simulator.lie.drop_next()`, `.duplicate()`,
`.reorder()`, `.fork(...)`, `.stale(...)`, `.forge(...)`. A peer can be killed between any two
commands and comes back with what was stored. Time passes only when a test lets it.
"""

import copy
import heapq
import itertools
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from teamchat.engine.commands import (
    Ask,
    CancelTimer,
    CloseSocket,
    Command,
    Decline,
    OpenSocket,
    Persist,
    Query,
    Recall,
    Reply,
    SendFrame,
    SetTimer,
    Show,
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
from teamchat.engine.groups import AUTHENTICATION, certificate_of, make_key_package
from teamchat.engine.key_packages import LIFETIME_SECONDS
from teamchat.engine.model import Change, Link, Message
from teamchat.engine.records import AccountRecord, Line, PersonRecord, Refresh
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Clear, Drop, DropLine, Put, PutLine, Table, Write
from teamchat.engine.view import message_of
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, DeviceId, SiteId, UserId, identifier
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.delivery import peek
from teamchat.mls.errors import MlsError
from teamchat.mls.framing.content import ContentType
from teamchat.mls.public_group import CommitSeen, PublicGroup
from teamchat.wire import bodies
from teamchat.wire.frames import (
    Ack,
    Batch,
    Bye,
    CaughtUp,
    ClientFrame,
    Delivered,
    Hello,
    InboxBatch,
    InboxItem,
    InboxKind,
    Item,
    Kind,
    Nack,
    NackCode,
    Ping,
    Pong,
    Ready,
    Reset,
    Send,
    Sent,
    ServerFrame,
    Sync,
    decode_client,
    decode_server,
    encode,
)
from teamchat.wire.limits import PAST_EPOCHS
from teamchat.wire.problems import Code

CRYPTO = DefaultCrypto()
SITE = bodies.Site(SiteId("a" * 26), "Stuttgart", "Europe/Berlin")
START = 1_790_000_000


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = float(START)

    def now(self) -> int:
        return int(self.seconds)

    def now_ms(self) -> int:
        return int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds


class MemoryStore:
    """A store that forgets nothing until the test ends; `commit` is all or nothing."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[str, bytes]] = {table: {} for table in Table}
        self.kept: dict[tuple[ConversationId, str], Line] = {}
        self.bytes_written = 0
        self.commits = 0

    def commit(self, writes: Sequence[Write]) -> None:
        self.commits += 1
        for write in writes:
            match write:
                case Put(table, key, value):
                    self.tables[table][key] = value
                    self.bytes_written += len(value)
                case Drop(table, key):
                    self.tables[table].pop(key, None)
                case Clear(table, prefix):
                    kept = self.tables[table]
                    for key in [each for each in kept if each.startswith(prefix)]:
                        del kept[key]
                case PutLine(line):
                    self.kept[line.conversation, line.id] = line
                    self.bytes_written += len(line.encode())
                case DropLine(conversation, line_id):
                    self.kept.pop((conversation, line_id), None)

    def table(self, table: Table) -> Mapping[str, bytes]:
        return dict(self.tables[table])

    def last_lines(self) -> Mapping[ConversationId, Line]:
        return {line.conversation: line for line in self._ordered()}

    def lines(self, conversation: ConversationId, before: int | None, limit: int) -> Sequence[Line]:
        found = [each for each in self._ordered() if each.conversation == conversation]
        return [each for each in found if before is None or each.position < before][-limit:]

    def _ordered(self) -> list[Line]:
        return sorted(self.kept.values(), key=lambda each: (each.position, each.id))


# --- the server -----------------------------------------------------------------------------


@dataclass
class DeviceRow:
    user: UserId
    certificate: bytes
    key_packages: list[bytes]
    last_resort: bytes
    inbox: list[InboxItem] = field(default_factory=list)
    revoked: bool = False


@dataclass
class Log:
    """One conversation: its log, its public group, and what each device may read."""

    id: ConversationId
    kind: bodies.ConversationKind
    group: PublicGroup
    group_info: bytes
    roles: dict[UserId, bodies.MemberRole]
    pair: frozenset[UserId] = frozenset()
    """The two people of a direct conversation."""
    log_epoch: int = 1
    min_seq: int = 1
    items: list[Item] = field(default_factory=list)
    trees: dict[int, bytes] = field(default_factory=dict)
    spans: dict[DeviceId, list[list[int]]] = field(default_factory=dict)
    acks: dict[DeviceId, int] = field(default_factory=dict)
    past: list[tuple[PublicGroup, bytes]] = field(default_factory=list)
    """The group and its GroupInfo after each item."""

    @property
    def head(self) -> int:
        return len(self.items)

    def devices(self) -> dict[DeviceId, UserId]:
        found = {}
        for member in self.group.members():
            assert isinstance(member.credential, BasicCredential)
            read = certificate_of(member.credential.identity)
            found[read.device_id] = read.user_id
        return found

    def users(self) -> set[UserId]:
        return set(self.devices().values()) | self.pair

    def may_read(self, device: DeviceId, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self.spans.get(device, []))

    def reads(self, device: DeviceId) -> bool:
        return bool(self.spans.get(device))


FOREVER = 2**53


class Lies:
    """What the server is told to do wrong; each lie is told once."""

    def __init__(self) -> None:
        self._next: list[Callable[[list[Item]], list[Item]]] = []
        self.heads: dict[ConversationId, int] = {}

    def drop_next(self) -> None:
        """Leave out the next item that is sent live."""
        self._next.append(lambda items: items[1:])

    def duplicate(self) -> None:
        """Send the next item twice, as if it were two."""
        self._next.append(lambda items: [items[0], *items])

    def reorder(self) -> None:
        """Send the next items backwards."""
        self._next.append(lambda items: items[::-1])

    def forge(self, change: Callable[[Item], Item]) -> None:
        """Change the next item."""
        self._next.append(lambda items: [change(items[0]), *items[1:]])

    def stale(self, conversation: ConversationId, head: int) -> None:
        """Pretend at the next CAUGHT_UP that the log ends here."""
        self.heads[conversation] = head

    @staticmethod
    def fork(log: "Log") -> "Log":
        """Return a second log with the same past."""
        copied = copy.copy(log)
        copied.items, copied.acks = list(log.items), dict(log.acks)
        copied.trees, copied.past = dict(log.trees), list(log.past)
        copied.spans = {each: [list(span) for span in spans] for each, spans in log.spans.items()}
        return copied

    def apply(self, items: list[Item]) -> list[Item]:
        return self._next.pop(0)(items) if self._next and items else items


class Connection:
    """One socket's server side."""

    def __init__(self, simulator: "Simulator", device: DeviceId) -> None:
        self.simulator = simulator
        self.device = device
        self.out: deque[ServerFrame] = deque()
        self.at: dict[ConversationId, int] = {}
        self.inbox_at: int | None = None
        self.inbox_held = 0
        self.inbox_ended = False
        self.open = True

    def receive(self, frame: ClientFrame) -> None:
        match frame:
            case Hello():
                row = self.simulator.devices[self.device]
                if row.revoked:
                    self.out.append(Bye("revoked", ""))
                    self.open = False
                    return
                now = self.simulator.clock.now_ms()
                self.out.append(Ready(1, now, self.device, 25, 262144))
            case Sync(cursors, inbox):
                self._sync(cursors, inbox)
            case Send():
                answer = self.simulator.take(self.device, frame)
                if isinstance(answer, Nack):
                    self.simulator.refused[self.device, frame.client_id].add(frame.body)
                if len(self.simulator.received) % 2:  # either may come first
                    self.simulator.fan_out()
                    self.out.append(answer)
                else:
                    self.out.append(answer)
                    self.simulator.fan_out()
            case Ack(cursors, inbox):
                self.simulator.acknowledge(self.device, cursors)
                self.inbox_held = max(self.inbox_held, inbox)
                self._end_inbox()
            case Ping(number):
                self.out.append(Pong(number))
            case _:
                pass

    def _sync(self, cursors: Mapping[ConversationId, tuple[int, int]], inbox: int) -> None:
        first = self.inbox_at is None
        self.inbox_at = inbox
        self.inbox_held = max(self.inbox_held, inbox)
        self.push_inbox()
        self._end_inbox()
        for log in self.simulator.logs.values():
            if not log.reads(self.device) or (not first and log.id not in cursors):
                continue
            start = min(first_seq for first_seq, _ in log.spans[self.device]) - 1
            epoch, seq = cursors.get(log.id, (log.log_epoch, start))
            if epoch != log.log_epoch or seq + 1 < log.min_seq or seq > log.head:
                self.out.append(Reset(log.id, log.log_epoch, log.min_seq, log.head))
                self.at.pop(log.id, None)
                continue
            self.at[log.id] = max(seq, start)
            self.push(log)
            self.out.append(CaughtUp(log.id, self._head(log)))

    def _head(self, log: Log) -> int:
        if log.id in self.simulator.lie.heads:
            return self.simulator.lie.heads.pop(log.id)
        return min(log.head, max(last for _, last in log.spans[self.device]))

    def push_inbox(self) -> None:
        if self.inbox_at is None:
            return
        items = self.simulator.devices[self.device].inbox[self.inbox_at :]
        if items:
            self.out.append(InboxBatch(self.inbox_at + 1, items))
            self.inbox_at += len(items)
            self.inbox_ended = False

    def _end_inbox(self) -> None:
        """Say that this was all, once all of it is acknowledged."""
        end = len(self.simulator.devices[self.device].inbox)
        if self.simulator.says_the_end and not self.inbox_ended and self.inbox_held >= end:
            self.inbox_ended = True
            self.out.append(InboxBatch(end + 1, []))

    def push(self, log: Log) -> None:
        at = self.at.get(log.id)
        if at is None:
            return
        items = []
        for seq in range(at + 1, log.head + 1):
            if not log.may_read(self.device, seq):
                break
            items.append(log.items[seq - 1])
        if items:
            self.at[log.id] = at + len(items)
            self.out.append(Batch(log.id, log.log_epoch, at + 1, self.simulator.lie.apply(items)))


class Simulator:
    """The server."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.users: dict[UserId, bodies.User] = {}
        self.devices: dict[DeviceId, DeviceRow] = {}
        self.logs: dict[ConversationId, Log] = {}
        self.connections: list[Connection] = []
        self.lie = Lies()
        self.says_the_end = True
        """Whether it says that an inbox is empty; older servers do not."""
        self.received: list[tuple[DeviceId, Send]] = []
        """Every SEND that arrived, for tests to look at."""
        self.refused: dict[tuple[DeviceId, bytes], set[bytes]] = defaultdict(set)
        """The bytes that were not taken, by device and client id."""

    # --- people -----------------------------------------------------------------------------

    def hire(self, name: str) -> tuple[UserId, IdentityKey]:
        user, identity = UserId(identifier(CRYPTO.random(16))), IdentityKey(CRYPTO.random(32))
        self.users[user] = bodies.User(
            user, name, name.capitalize(), SITE, active=True, identity_key=identity.public
        )
        return user, identity

    def enrol(self, user: UserId, identity: IdentityKey, store: MemoryStore) -> AccountRecord:
        key, device = DeviceKey(CRYPTO.random(32)), DeviceId(identifier(CRYPTO.random(16)))
        now, known = self.clock.now(), self.users[user]
        signed = certificate.issue(
            identity, user=user, device=device, device_key=key.public, created=now
        )
        account = AccountRecord(
            "https://chat.example", user, device, known.user_name, known.display_name, "Example",
            SITE.name, "en", identity.public, signed, key.seed, f"token-{device}",
        )  # fmt: skip
        own = PersonRecord(
            user, known.user_name, known.display_name, identity_key=identity.public, verified=True
        )
        writes: list[Write] = [
            Put(Table.ACCOUNT, "profile", account.encode()),
            Put(Table.PERSON, user, own.encode()),
        ]
        published = []
        for last_resort in [False] * 25 + [True]:
            ref, record = make_key_package(
                CRYPTO, account, now, LIFETIME_SECONDS, last_resort=last_resort
            )
            writes.append(Put(Table.KEY_PACKAGE, ref, record.encode()))
            published.append(record.key_package)
        store.commit(writes)
        self.devices[device] = DeviceRow(user, signed, published[:-1], published[-1])
        return account

    # --- HTTP -------------------------------------------------------------------------------

    def answer(self, device: DeviceId, query: Query) -> object:  # noqa: PLR0911 - one for each route
        """Return the answer to an HTTP request: a body, bytes, or a problem code."""
        parts = query.path.strip("/").split("/")
        user = self.devices[device].user
        match query.method, parts, query.body:
            case "GET", ["users", other], _:
                known = self.users.get(UserId(other))
                return bodies.UserWithDevices(known, []) if known else Code.NOT_FOUND
            case "GET", ["key-packages"], _:
                return bodies.KeyPackageCount(len(self.devices[device].key_packages))
            case "POST", ["key-packages"], bodies.AddKeyPackages(key_packages, last_resort):
                row = self.devices[device]
                row.key_packages.extend(key_packages)
                row.last_resort = last_resort or row.last_resort
                return bodies.KeyPackageCount(len(row.key_packages))
            case "POST", ["key-packages", "claim"], bodies.ClaimKeyPackages(users):
                return self._claim(device, [UserId(each) for each in users])
            case "GET", ["conversations"], _:
                mine = [log for log in self.logs.values() if user in log.users()]
                return bodies.Conversations([self._shown(log, device) for log in mine])
            case "POST", ["conversations"], bodies.CreateConversation() as body:
                return self._create(device, body)
            case "GET", ["conversations", conversation, *rest], _:
                log = self.logs.get(ConversationId(conversation))
                if log is None or (user not in log.users() and not rest):
                    return Code.NOT_FOUND
                return self._about(log, device, rest)
            case _:
                return Code.NOT_FOUND

    def _about(self, log: Log, device: DeviceId, rest: list[str]) -> object:
        match rest:
            case []:
                return self._shown(log, device)
            case ["group"]:
                if self.devices[device].user not in log.users():
                    return Code.FORBIDDEN
                tree = log.group.tree_bytes()
                return bodies.Group(log.group.epoch, log.head, log.log_epoch, log.group_info, tree)
            case ["tree", epoch]:
                return log.trees.get(int(epoch), Code.NOT_FOUND)
            case _:
                return Code.NOT_FOUND

    def _shown(self, log: Log, device: DeviceId) -> bodies.Conversation:
        devices = log.devices()
        members = [
            bodies.Member(
                user,
                log.roles.get(user, bodies.MemberRole.MEMBER),
                [each for each, owner in devices.items() if owner == user],
            )
            for user in sorted(log.users())
        ]
        return bodies.Conversation(
            log.id, log.kind, log.log_epoch, log.min_seq, log.head, log.group.epoch,
            device in devices, members,
        )  # fmt: skip

    def _claim(self, device: DeviceId, users: list[UserId]) -> bodies.ClaimedKeyPackages:
        claimed, missing = [], []
        for user in users:
            found = [
                (each, row)
                for each, row in self.devices.items()
                if row.user == user and each != device and not row.revoked
            ]
            if not found:
                missing.append(user)
            for each, row in found:
                body = row.key_packages.pop(0) if row.key_packages else row.last_resort
                claimed.append(bodies.ClaimedKeyPackage(user, each, body))
        return bodies.ClaimedKeyPackages(claimed, missing)

    def _create(self, device: DeviceId, body: bodies.CreateConversation) -> object:
        user = self.devices[device].user
        if body.id in self.logs:
            return Code.CONFLICT
        pair = frozenset({user, UserId(body.peer)}) if body.peer else frozenset()
        if pair and any(log.pair == pair for log in self.logs.values()):
            return Code.CONFLICT
        group = PublicGroup.from_group_info(
            CRYPTO, body.group_info, body.ratchet_tree,
            authentication=AUTHENTICATION, now=self.clock.now(),
        )  # fmt: skip
        admin = bodies.MemberRole.ADMIN
        roles = {user: admin} if body.kind is bodies.ConversationKind.GROUP else {}
        log = Log(ConversationId(body.id), body.kind, group, body.group_info, roles, pair)
        log.spans[device] = [[1, FOREVER]]
        self.logs[log.id] = log
        return self._shown(log, device)

    # --- the log ----------------------------------------------------------------------------

    def take(self, device: DeviceId, frame: Send) -> Sent | Nack:
        """Put a message into the log, or say why not."""
        self.received.append((device, frame))
        log = self.logs.get(frame.conversation)
        if log is None:
            return Nack(frame.request, NackCode.UNKNOWN_CONVERSATION)
        for seq, item in enumerate(log.items, 1):
            if (item.sender, item.client_id) == (device, frame.client_id):
                return Sent(frame.request, seq, item.time_ms, duplicate=True)
        try:
            header = peek(frame.body)
        except MlsError as error:
            return Nack(frame.request, NackCode.INVALID, detail=str(error))
        epoch = log.group.epoch
        kind = _KINDS[header.content_type]
        oldest = epoch - PAST_EPOCHS if kind is Kind.APPLICATION else epoch
        if not oldest <= header.epoch <= epoch:
            return Nack(frame.request, NackCode.STALE_EPOCH, epoch, log.head)
        if kind is Kind.APPLICATION and device not in log.devices():
            return Nack(frame.request, NackCode.FORBIDDEN)
        if kind is not Kind.APPLICATION:
            try:
                self._change(log, device, frame)
            except MlsError as error:
                return Nack(frame.request, NackCode.INVALID, detail=str(error))
        now = self.clock.now_ms()
        item = Item(kind, header.epoch, device, frame.client_id, now, frame.body)
        log.items.append(item)
        log.past.append((log.group, log.group_info))
        if kind is Kind.COMMIT:
            self._deliver_welcome(log, frame)
        return Sent(frame.request, log.head, now, duplicate=False)

    def _change(self, log: Log, device: DeviceId, frame: Send) -> None:
        before = log.devices()
        seen = log.group.receive(
            CRYPTO, frame.body, authentication=AUTHENTICATION, now=self.clock.now()
        )
        log.group = seen.next
        if not isinstance(seen, CommitSeen):
            return
        log.group.check_group_info(CRYPTO, frame.group_info)
        log.group_info = frame.group_info
        log.trees[log.group.epoch] = log.group.tree_bytes()
        after, seq = log.devices(), log.head + 1
        external = device not in before
        for each in after.keys() - before.keys():
            log.spans.setdefault(each, []).append([seq if external else seq + 1, FOREVER])
        for each in before.keys() - after.keys():
            log.spans[each][-1][1] = seq
            row = self.devices[each]
            left = InboxItem(InboxKind.CONVERSATION_LEFT, log.id, log.log_epoch, seq,
                             log.group.epoch, b"")  # fmt: skip
            row.inbox.append(left)
        self._fresh = sorted(after.keys() - before.keys())

    def _deliver_welcome(self, log: Log, frame: Send) -> None:
        if not frame.welcome:
            return
        for each in self._fresh:
            item = InboxItem(InboxKind.WELCOME, log.id, log.log_epoch, log.head,
                             log.group.epoch, frame.welcome)  # fmt: skip
            self.devices[each].inbox.append(item)

    def acknowledge(self, device: DeviceId, cursors: Mapping[ConversationId, int]) -> None:
        for conversation, seq in cursors.items():
            log = self.logs.get(conversation)
            if log is None:
                continue
            log.acks[device] = max(log.acks.get(device, 0), seq)
            self._tell_delivered(log)

    def _tell_delivered(self, log: Log) -> None:
        by_user: dict[UserId, int] = {}
        for device, user in log.devices().items():
            by_user[user] = max(by_user.get(user, 0), log.acks.get(device, 0))
        for connection in self.connections:
            user = self.devices[connection.device].user
            others = [seq for each, seq in by_user.items() if each != user]
            if user in by_user and others and min(others):
                connection.out.append(Delivered(log.id, min(others)))

    def restore_backup(self, conversation: ConversationId, head: int) -> None:
        """Forget everything after `head`, as a restored backup does; the log is another one."""
        log = self.logs[conversation]
        log.group, log.group_info = log.past[head - 1]
        del log.items[head:], log.past[head:]
        log.log_epoch += 1

    def fan_out(self) -> None:
        """Announce after commit."""
        for connection in self.connections:
            connection.push_inbox()
            for log in self.logs.values():
                connection.push(log)

    def connect(self, device: DeviceId) -> Connection:
        connection = Connection(self, device)
        self.connections.append(connection)
        return connection

    def disconnect(self, connection: Connection) -> None:
        connection.open = False
        if connection in self.connections:
            self.connections.remove(connection)


_KINDS = {
    ContentType.APPLICATION: Kind.APPLICATION,
    ContentType.PROPOSAL: Kind.PROPOSAL,
    ContentType.COMMIT: Kind.COMMIT,
}


# --- the peers ------------------------------------------------------------------------------


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
        delivered = self.state(key).record.delivered
        lines = self.store.lines(key, None, 10_000)
        return [message_of(x, self.account, self.engine.people, delivered) for x in lines]

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

    def device(self, user: UserId) -> Peer:
        """Enrol one more device of somebody."""
        store = MemoryStore()
        account = self.server.enrol(user, self.identities[user], store)
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
