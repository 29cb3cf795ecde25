"""A whole server in memory.

It keeps a real order and a real log and checks commits as the real one does
(`mls.public_group`). It can be told to lie: `simulator.lie.drop_next()`, `.duplicate()`,
`.reorder()`, `.fork(...)`, `.stale(...)`, `.forge(...)`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

from teamchat.engine.commands import (
    Query,
)
from teamchat.engine.groups import make_key_package
from teamchat.engine.key_packages import LIFETIME_SECONDS
from teamchat.engine.records import AccountRecord, PersonRecord
from teamchat.engine.store import Put, Table, Write
from teamchat.identity import certificate, statements
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import BlobId, ConversationId, DeviceId, SiteId, UserId, identifier
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.delivery import peek
from teamchat.mls.errors import MlsError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import ContentType
from teamchat.mls.public_group import CommitSeen, PublicGroup
from teamchat.server.auth.limits import Limiter
from teamchat.server.services import group_profile
from teamchat.server.services.certified import Certified
from teamchat.server.services.group_changes import GroupError
from teamchat.server.services.leavers import Leavers
from teamchat.wire import bodies
from teamchat.wire.alarms import ReportAlarm
from teamchat.wire.devices import RemovalProof
from teamchat.wire.frames import (
    Delivered,
    InboxItem,
    InboxKind,
    Item,
    Keys,
    Kind,
    Nack,
    NackCode,
    Send,
    Sent,
)
from teamchat.wire.limits import PAST_EPOCHS
from teamchat.wire.problems import Code
from teamchat.wire.recovery import PendingReset
from tests.support.memory_store import FakeClock, MemoryStore
from tests.support.simulated_keys import KeyLogs
from tests.support.simulated_log import FOREVER, DeviceRow, Lies, Log
from tests.support.simulated_rules import governs_unasked, refusal_of
from tests.support.simulated_socket import Connection

CRYPTO = DefaultCrypto()
SITE = bodies.Site(SiteId("a" * 26), "Stuttgart", "Europe/Berlin")


class Simulator:
    """The server."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.users: dict[UserId, bodies.User] = {}
        self.devices: dict[DeviceId, DeviceRow] = {}
        self.logs: dict[ConversationId, Log] = {}
        self.connections: list[Connection] = []
        self.leavers = Leavers(clock, Limiter(clock))
        self.lie = Lies()
        self.keys = KeyLogs()
        self.listed: dict[UserId, bytes] = {}
        """The identity key that the key directory has for somebody."""
        self.resets: dict[UserId, PendingReset] = {}
        self.lists_devices = True
        """Whether a device that is enrolled is entered into the key directory."""
        self.blobs: dict[BlobId, bytes] = {}
        self.takers: dict[BlobId, set[DeviceId]] = {}
        self.lenient = False
        """Whether anybody may give a group any extensions."""
        self.proves: Callable[[DeviceId], object] = self.removal_proof
        """What it answers to a device that asks whether it was removed."""
        self.says_the_end = True
        """Whether it says that an inbox is empty; older servers do not."""
        self.alarms: list[tuple[DeviceId, ReportAlarm]] = []
        """What devices have reported of the key directory."""
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

    def enrol(
        self,
        user: UserId,
        identity: IdentityKey,
        store: MemoryStore,
        by: AccountRecord | None = None,
    ) -> AccountRecord:
        """Make a device of somebody; `by` vouches for it, if it is given."""
        key, device = DeviceKey(CRYPTO.random(32)), DeviceId(identifier(CRYPTO.random(16)))
        now, known = self.clock.now(), self.users[user]
        signed = certificate.issue(
            identity, user=user, device=device, device_key=key.public, created=now
        )
        if by is not None:
            signed = certificate.vouch(
                DeviceKey(by.device_seed), by=by.device, user=user, identity_key=by.identity_key,
                device=device, device_key=key.public, created=now,
            )  # fmt: skip
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
        if self.lists_devices:
            anew = self.listed.setdefault(user, identity.public) != identity.public
            for each in self.devices.values() if anew else ():
                each.revoked = each.revoked or (each.user == user and each.certificate != signed)
            self.listed[user] = identity.public
            said = statements.Reset if anew else statements.Added
            self.enter(said(user, device, signed, statements.day_of(now)))
        return account

    def enter(self, *said: statements.Statement | bytes) -> None:
        """Enter something into the key directory, and tell everybody."""
        self.keys.honest.append(*said)
        self.tell_keys()

    def removal_proof(self, device: DeviceId) -> object:
        """Prove that a device was removed, by its removal or by a reset of its person."""
        user = self.devices[device].user
        for index, entry in reversed([*enumerate(self.keys.honest.stored.entries)]):
            match statements.decode(entry):
                case statements.Removed(device=which) if which == device:
                    return RemovalProof(self.keys.honest.proof(index))
                case statements.Reset(user=who, device=which) if who == user and which != device:
                    return RemovalProof(self.keys.honest.proof(index))
                case _:
                    pass
        return Code.NOT_FOUND

    def tell_keys(self) -> None:
        """Say how large the directory is."""
        for connection in self.connections:
            if connection.greeted:
                connection.out.append(Keys(self.keys.of(connection.device).size))

    # --- HTTP -------------------------------------------------------------------------------

    def answer(  # noqa: C901, PLR0911, PLR0912 - one for each route
        self, device: DeviceId, query: Query
    ) -> object:
        """Return the answer to an HTTP request: a body, bytes, or a problem code."""
        parts = query.path.strip("/").split("/")
        user = self.devices[device].user
        match query.method, parts, query.body:
            case "GET", ["me", "identity", "reset"], _:
                return self.resets.get(user, PendingReset(b"", b""))
            case "GET", ["keys", *rest], _:
                got = self.keys.of(device).answer(rest)
                return got[query.start :] if isinstance(got, bytes) else got
            case "GET", ["users", other], _:
                known = self.users.get(UserId(other))
                return bodies.UserWithDevices(known, []) if known else Code.NOT_FOUND
            case "POST", ["me", "alarms"], ReportAlarm() as reported:
                self.alarms.append((device, reported))
                return b""
            case "POST", ["devices", "removal-proof"], _:
                return self.proves(device)
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
            case "DELETE", ["conversations", conversation, "members", other], _:
                self.logs[ConversationId(conversation)].absent.discard(UserId(other))
                return b""
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
            authentication=Certified(), now=self.clock.now(),
        )  # fmt: skip
        admin = bodies.MemberRole.ADMIN
        roles = {user: admin} if body.kind is bodies.ConversationKind.GROUP else {}
        log = Log(ConversationId(body.id), body.kind, group, body.group_info, roles, pair)
        log.spans[device] = [[1, FOREVER]]
        self.logs[log.id] = log
        return self._shown(log, device)

    # --- the log ----------------------------------------------------------------------------

    def take(  # noqa: C901 - one for each rule
        self, device: DeviceId, frame: Send
    ) -> Sent | Nack:
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
        if log.devices().keys() & self._ended():
            log.clear_from = epoch + 1
        if kind is Kind.APPLICATION and header.epoch < log.clear_from:
            code = NackCode.DEVICE_ENDED if log.clear_from > epoch else NackCode.STALE_EPOCH
            return Nack(frame.request, code, epoch, log.head)
        if kind is not Kind.APPLICATION:
            refused = self._handshake(log, device, frame)
            if refused is not None:
                return refused
        now = self.clock.now_ms()
        item = Item(kind, header.epoch, device, frame.client_id, now, frame.body)
        log.items.append(item)
        log.past.append((log.group, log.group_info))
        if kind is Kind.COMMIT:
            self._deliver_welcome(log, frame)
        return Sent(frame.request, log.head, now, duplicate=False)

    def _handshake(self, log: Log, device: DeviceId, frame: Send) -> Nack | None:
        try:
            code = self._change(log, device, frame)
        except (MlsError, GroupError) as error:
            return Nack(frame.request, NackCode.INVALID, detail=str(error))
        return None if code is None else Nack(frame.request, code, log.group.epoch, log.head)

    def _change(self, log: Log, device: DeviceId, frame: Send) -> NackCode | None:
        before = log.devices()
        seen = log.group.receive(
            CRYPTO, frame.body, authentication=Certified(), now=self.clock.now()
        )
        if isinstance(seen, CommitSeen):
            seen.next.check_group_info(CRYPTO, frame.group_info)
            group_profile.check_group_info(CRYPTO, log.group.suite, frame.group_info)
            refusal = refusal_of(log, seen, self.leavers, self._ended())
            if not self.lenient:
                group_profile.check_extensions(seen.next.extensions)
                if governs_unasked(log, seen):
                    refusal = NackCode.FORBIDDEN
        else:
            said = SentProposal(seen.sender, seen.proposal) in log.group.proposals.values()
            refusal = NackCode.STALE_EPOCH if said else None
        if device not in before and self.devices[device].user in log.absent - log.pair:
            refusal = NackCode.FORBIDDEN
        if refusal is not None:
            return refusal
        log.group = seen.next
        if not isinstance(seen, CommitSeen):
            return None
        log.group_info = frame.group_info
        log.trees[log.group.epoch] = log.group.tree_bytes()
        after, seq = log.devices(), log.head + 1
        external = device not in before
        self._note_absent(log, before, after)
        for each in after.keys() - before.keys():
            log.spans.setdefault(each, []).append([seq if external else seq + 1, FOREVER])
        for each in before.keys() - after.keys():
            log.spans[each][-1][1] = seq
            row = self.devices[each]
            left = InboxItem(InboxKind.CONVERSATION_LEFT, log.id, log.log_epoch, seq,
                             log.group.epoch, b"")  # fmt: skip
            row.inbox.append(left)
        self._fresh = sorted(after.keys() - before.keys())
        return None

    def _ended(self) -> set[DeviceId]:
        return {each for each, row in self.devices.items() if row.revoked}

    def _note_absent(
        self, log: Log, before: dict[DeviceId, UserId], after: dict[DeviceId, UserId]
    ) -> None:
        """Keep those as members whose last device was taken out because it had ended."""
        gone = {user for user in before.values() if user not in after.values()}
        alive = {user for each, user in before.items() if each not in self._ended()}
        log.absent = {
            user
            for user in log.absent | (gone - alive)
            if user not in after.values() and self.users[user].active
        }

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
        log.spans = {
            device: kept
            for device, spans in log.spans.items()
            if (kept := [[first, last if last <= head else FOREVER] for first, last in spans
                         if first <= head + 1])
        }  # fmt: skip
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
