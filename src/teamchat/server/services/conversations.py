"""Conversations: made, listed, their people's roles, and what one needs to join their group."""

from collections.abc import Sequence
from typing import Final, Protocol

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import ConversationId, DeviceId, UserId, identifier_bytes
from teamchat.server.auth.actor import Actor
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, Joined
from teamchat.server.services.audit_events import Event
from teamchat.server.services.free_space import FreeSpace
from teamchat.server.services.group_changes import GroupError, Leaf
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import conversations as stored
from teamchat.server.storage.queries.conversations import ConversationRow, GroupRow
from teamchat.wire.bodies import (
    Conversation,
    ConversationKind,
    CreateConversation,
    Group,
    Member,
    MemberRole,
    SetMemberRole,
)
from teamchat.wire.bodies import (
    Conversations as ConversationList,
)
from teamchat.wire.problems import Code, ProblemError

FIRST_LOG_EPOCH: Final = 1


class GroupReader(Protocol):
    """What of MLS this service needs."""

    async def open(
        self, group_info: bytes, ratchet_tree: bytes, *, now: int
    ) -> tuple[bytes, int, Sequence[Leaf], bytes]:
        """Return group id, epoch, devices and stored form of a group.

        Raises:
            GroupError: It is not a valid group, or one of a suite that is not offered.
        """
        ...

    async def tree(self, public_group: bytes) -> bytes:
        """Return the ratchet tree of a stored group."""
        ...


class Conversations:
    """Makes conversations and says what is in them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        groups: GroupReader,
        announce: Announce,
        space: FreeSpace,
    ) -> None:
        self._database = database
        self._clock = clock
        self._groups = groups
        self._announce = announce
        self._space = space

    async def create(self, actor: Actor, wanted: CreateConversation) -> Conversation:
        """Register a conversation; the same once more changes nothing.

        Raises:
            ProblemError: INVALID, the group is not one of the asking device alone; CONFLICT,
                the conversation is another's, or these two people have one already;
                STORAGE_FULL.
        """
        self._space.require(0.5)
        row = ConversationRow(
            ConversationId(wanted.id), wanted.kind, FIRST_LOG_EPOCH, 1, 1, epoch=0
        )
        leaf, group = await self._read_group(wanted)

        def work(connection: Connection) -> Conversation:
            repeated = self._repeated(connection, actor, row)
            if repeated is not None:
                return repeated
            self._check_creator(connection, actor, leaf)
            people = _people(connection, actor, wanted)
            self._insert(connection, actor, row, people, group)
            return _shown(connection, row, actor.device)

        return await self._database.write(work)

    async def list(self, actor: Actor) -> ConversationList:
        """Return the conversations of the person who asks."""

        def work(connection: Connection) -> ConversationList:
            rows = stored.of_person(connection, actor.user)
            return ConversationList([_shown(connection, row, actor.device) for row in rows])

        return await self._database.read(work)

    async def get(self, actor: Actor, conversation: ConversationId) -> Conversation:
        """Return one conversation.

        Raises:
            ProblemError: NOT_FOUND, also if the person is not in it.
        """

        def work(connection: Connection) -> Conversation:
            row, _ = _own(connection, actor, conversation)
            return _shown(connection, row, actor.device)

        return await self._database.read(work)

    async def set_role(
        self, actor: Actor, conversation: ConversationId, user: UserId, wanted: SetMemberRole
    ) -> Conversation:
        """Change what a member may do.

        Raises:
            ProblemError: NOT_FOUND; FORBIDDEN, only an admin of a group conversation may;
                CONFLICT, nobody would be left who may.
        """

        def work(connection: Connection) -> Conversation:
            row, roles = _own(connection, actor, conversation)
            _check_role_change(row, roles, actor.user, user, wanted.role)
            if roles[user] is not wanted.role:
                self._change_role(connection, actor, row, (user, roles[user], wanted.role))
            return _shown(connection, row, actor.device)

        return await self._database.write(work)

    async def group(self, actor: Actor, conversation: ConversationId) -> Group:
        """Return what a device of a member needs to join the group by itself.

        Raises:
            ProblemError: NOT_FOUND, also if the person is not in it.
        """

        def work(connection: Connection) -> tuple[ConversationRow, GroupRow]:
            row, _ = _own(connection, actor, conversation)
            group = stored.find_group(connection, conversation)
            if group is None:
                raise ProblemError(Code.NOT_FOUND)
            return row, group

        row, group = await self._database.read(work)
        tree = await self._groups.tree(group.public_group)
        return Group(row.epoch, row.next_seq - 1, row.log_epoch, group.group_info, tree)

    async def tree(self, actor: Actor, conversation: ConversationId, epoch: int) -> bytes:
        """Return the ratchet tree that belongs to a Welcome in the asking device's inbox.

        Raises:
            ProblemError: NOT_FOUND, also if the device has not been welcomed to this epoch.
        """
        device = actor.on_device()

        def work(connection: Connection) -> bytes | None:
            if not stored.is_welcomed(connection, conversation, epoch, device):
                return None
            return stored.find_tree(connection, conversation, epoch)

        found = await self._database.read(work)
        if found is None:
            raise ProblemError(Code.NOT_FOUND, "no Welcome to this epoch waits for this device")
        return found

    # --- the steps of `create` ---------------------------------------------------------------

    async def _read_group(self, wanted: CreateConversation) -> tuple[Leaf, GroupRow]:
        try:
            group_id, epoch, leaves, public_group = await self._groups.open(
                wanted.group_info, wanted.ratchet_tree, now=self._clock.now()
            )
        except GroupError as error:
            raise ProblemError(Code.INVALID, f"group: {error.rule}") from error
        if group_id != identifier_bytes(wanted.id):
            raise ProblemError(Code.INVALID, "the group id is not that of the conversation")
        if epoch != 0 or len(leaves) != 1:
            raise ProblemError(Code.INVALID, "a conversation begins with a group of one, epoch 0")
        return leaves[0], GroupRow(0, public_group, wanted.group_info)

    def _repeated(
        self, connection: Connection, actor: Actor, wanted: ConversationRow
    ) -> Conversation | None:
        found = stored.find(connection, wanted.id)
        if found is None:
            return None
        spans = stored.spans(connection, actor.on_device())
        made = any(span.conversation == found.id and span.from_seq == 1 for span in spans)
        if not made or stored.role_of(connection, found.id, actor.user) is None:
            raise ProblemError(Code.CONFLICT, "this conversation exists")
        return _shown(connection, found, actor.device)

    def _check_creator(self, connection: Connection, actor: Actor, leaf: Leaf) -> None:
        known = stored.known_device(connection, actor.on_device())
        if known is None or not known.active:
            raise ProblemError(Code.REVOKED, "this device was ended")
        if known.certificate != leaf.certificate:
            raise ProblemError(Code.INVALID, "the leaf is not that of the asking device")

    def _insert(
        self,
        connection: Connection,
        actor: Actor,
        row: ConversationRow,
        people: dict[UserId, MemberRole],
        group: GroupRow,
    ) -> None:
        now, device = self._clock.now(), actor.on_device()
        pair = pair_of(people) if row.kind is ConversationKind.DIRECT else None
        stored.insert_conversation(connection, row, pair=pair, created=now)
        stored.insert_group(connection, row.id, group)
        for user, role in people.items():
            stored.put_member(connection, row.id, user, role)
        stored.open_memberships(connection, row.id, [device], 1)
        audit.record(
            connection,
            event=Event.ROOM_CREATED,
            actor=actor.user,
            subject=row.id,
            detail={"kind": "dm" if pair else "group"},
            now=now,
        )
        joined = Joined(device, row.id, row.log_epoch, 1)
        after_commit(connection, lambda: self._announce(joined))

    def _change_role(
        self,
        connection: Connection,
        actor: Actor,
        row: ConversationRow,
        change: tuple[UserId, MemberRole, MemberRole],
    ) -> None:
        user, old, new = change
        stored.put_member(connection, row.id, user, new)
        audit.record(
            connection,
            event=Event.ROOM_ROLE_CHANGED,
            actor=actor.user,
            subject=row.id,
            detail={"member_id": user, "old": old.value, "new": new.value},
            now=self._clock.now(),
        )


def pair_of(people: dict[UserId, MemberRole]) -> str:
    """Return the name under which two people have one direct conversation only."""
    return ":".join(sorted(people))


def _people(
    connection: Connection, actor: Actor, wanted: CreateConversation
) -> dict[UserId, MemberRole]:
    if wanted.kind is ConversationKind.GROUP:
        if wanted.peer is not None:
            raise ProblemError(Code.INVALID, "a group has no peer")
        return {actor.user: MemberRole.ADMIN}
    if wanted.peer is None or wanted.peer == actor.user:
        raise ProblemError(Code.INVALID, "a direct conversation has another person as its peer")
    peer = UserId(wanted.peer)
    if not stored.is_active_person(connection, peer):
        raise ProblemError(Code.NOT_FOUND, "there is no such person")
    people = {actor.user: MemberRole.MEMBER, peer: MemberRole.MEMBER}
    if stored.find_pair(connection, pair_of(people)) is not None:
        raise ProblemError(Code.CONFLICT, "these two people have a direct conversation")
    return people


def _own(
    connection: Connection, actor: Actor, conversation: ConversationId
) -> tuple[ConversationRow, dict[UserId, MemberRole]]:
    row = stored.find(connection, conversation)
    roles = stored.members(connection, conversation)
    if row is None or actor.user not in roles:
        raise ProblemError(Code.NOT_FOUND)
    return row, roles


def _check_role_change(
    row: ConversationRow,
    roles: dict[UserId, MemberRole],
    actor: UserId,
    user: UserId,
    role: MemberRole,
) -> None:
    if row.kind is not ConversationKind.GROUP or roles[actor] is not MemberRole.ADMIN:
        raise ProblemError(Code.FORBIDDEN, "only an admin of a group conversation may do this")
    if user not in roles:
        raise ProblemError(Code.NOT_FOUND, "not a member")
    others = [who for who, what in roles.items() if what is MemberRole.ADMIN and who != user]
    if role is not MemberRole.ADMIN and not others:
        raise ProblemError(Code.CONFLICT, "the last admin stays one")


def _shown(connection: Connection, row: ConversationRow, asking: DeviceId | None) -> Conversation:
    devices = stored.devices(connection, row.id)
    roles = stored.members(connection, row.id)
    return Conversation(
        id=row.id,
        kind=row.kind,
        log_epoch=row.log_epoch,
        min_seq=row.min_seq,
        head=row.next_seq - 1,
        epoch=row.epoch,
        joined=any(asking in each for each in devices.values()),
        members=[Member(user, role, devices.get(user, [])) for user, role in roles.items()],
    )
