"""Membership follows the group: what a commit changes about people, devices and inboxes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.services import audit, group_rules
from teamchat.server.services.announcements import Announce, Joined, Left
from teamchat.server.services.audit_events import Event
from teamchat.server.services.group_changes import (
    Add,
    Change,
    Leaf,
    NotAllowedError,
    Outline,
    Remove,
    Renew,
)
from teamchat.server.services.group_rules import Situation
from teamchat.server.services.inbox import Inboxes
from teamchat.server.storage.database import after_commit
from teamchat.server.storage.queries import conversations, key_packages
from teamchat.server.storage.queries.conversations import KnownDevice
from teamchat.server.storage.queries.logs import Entry, Standing
from teamchat.wire.bodies import ConversationKind, MemberRole
from teamchat.wire.frames import InboxItem, InboxKind


class Membership:
    """Decides whether a change is allowed, and carries out what it means."""

    def __init__(
        self, clock: Clock, *, inboxes: Inboxes, announce: Announce, most_devices: int
    ) -> None:
        self._clock = clock
        self._most = most_devices
        self._inboxes = inboxes
        self._announce = announce

    def check(self, connection: Connection, conversation: ConversationId, change: Change) -> None:
        """Insist that a change is allowed.

        Raises:
            NotAllowedError: It is not.
        """
        known = conversations.known_devices(connection, _named(change))
        group_rules.check(change, self._situation(connection, conversation, known))

    def check_outline(
        self, connection: Connection, conversation: ConversationId, by: DeviceId, outline: Outline
    ) -> None:
        """Insist that somebody may add the devices that they want to add.

        Raises:
            NotAllowedError: They may not.
        """
        if not outline.additions:
            return
        known = conversations.known_devices(connection, {by, *outline.additions})
        situation = self._situation(connection, conversation, known)
        leaves = [
            Leaf(known[device].person, device, certificate)
            for device, certificate in outline.additions.items()
            if device in known
        ]
        if by not in known or len(leaves) < len(outline.additions):
            raise NotAllowedError("the added certificate is not that of a registered device")
        author = Leaf(known[by].person, by, known[by].certificate)
        group_rules.check_additions(author, leaves, situation)

    def _situation(
        self,
        connection: Connection,
        conversation: ConversationId,
        known: Mapping[DeviceId, KnownDevice],
    ) -> Situation:
        row = conversations.find(connection, conversation)
        assert row is not None  # noqa: S101 - its group was found
        return Situation(
            row.kind,
            conversations.members(connection, conversation),
            partial(_is_current, known),
            partial(_is_ended, known),
            self._most,
            partial(_is_absent, connection, conversation),
        )

    def follow(
        self, connection: Connection, standing: Standing, entry: Entry, change: Change
    ) -> None:
        """Carry out a commit that is at its place in the log."""
        before = {
            device
            for devices in conversations.devices(connection, entry.conversation).values()
            for device in devices
        }
        after = {leaf.device for leaf in change.leaves}
        gone, new = sorted(before - after), sorted(after - before)
        conversations.close_memberships(connection, entry.conversation, gone, entry.seq)
        for device in gone:
            self._tell(connection, Left(device, entry.conversation, entry.seq))
        self._welcome(connection, standing, entry, change)
        conversations.open_memberships(connection, entry.conversation, new, entry.seq + 1)
        for device in new:
            self._tell(
                connection,
                Joined(device, entry.conversation, standing.log_epoch, entry.seq + 1),
            )
        self._follow_people(connection, standing, entry, change)

    def _welcome(
        self, connection: Connection, standing: Standing, entry: Entry, change: Change
    ) -> None:
        if not change.welcomes:
            return
        conversations.put_tree(connection, entry.conversation, change.epoch, change.tree)
        place = self._place(InboxKind.WELCOME, standing, entry, change)
        self._inboxes.welcome(connection, change.welcomes, place)

    def _follow_people(
        self, connection: Connection, standing: Standing, entry: Entry, change: Change
    ) -> None:
        before = conversations.members(connection, entry.conversation)
        present = {leaf.user for leaf in change.leaves}
        new = sorted(present - set(before))
        conversations.add_members(connection, entry.conversation, new, MemberRole.MEMBER)
        added: list[Mapping[str, audit.Detail]] = [{"member_id": user} for user in new]
        self._record_members(connection, Event.ROOM_MEMBER_ADDED, entry, change, added)
        direct = standing.kind == ConversationKind.DIRECT.value
        departures = _departures(change, present, before, self._ended_people(connection, change))
        absent = {
            user
            for user, cause in departures.items()
            if cause == "device" and (direct or conversations.is_active_person(connection, user))
        }
        cleared: list[Mapping[str, audit.Detail]] = [
            {"member_id": user, "cause": "device"} for user in _cleared(change, present | absent)
        ]
        self._record_members(connection, Event.ROOM_MEMBER_REMOVED, entry, change, cleared)
        if direct:
            return
        gone = sorted(
            (user, "leaver" if cause == "device" else cause)
            for user, cause in departures.items()
            if user not in absent
        )
        conversations.drop_members(connection, entry.conversation, [user for user, _ in gone])
        item = self._place(InboxKind.CONVERSATION_LEFT, standing, entry, change)
        devices = key_packages.active_devices(connection, [user for user, _ in gone])
        self._inboxes.put(connection, [(device, item) for device in devices])
        removed: list[Mapping[str, audit.Detail]] = [
            {"member_id": user, "cause": cause} for user, cause in gone
        ]
        self._record_members(connection, Event.ROOM_MEMBER_REMOVED, entry, change, removed)
        self._keep_an_admin(connection, entry, change)

    def _keep_an_admin(self, connection: Connection, entry: Entry, change: Change) -> None:
        """When the last admin has gone, the first of those who are left becomes one."""
        roles = conversations.members(connection, entry.conversation)
        present = {leaf.user for leaf in change.leaves}
        if MemberRole.ADMIN in {role for user, role in roles.items() if user in present}:
            return
        heir = next((leaf.user for leaf in change.leaves if leaf.user in roles), None)
        if heir is None:
            return
        conversations.put_member(connection, entry.conversation, heir, MemberRole.ADMIN)
        audit.record(
            connection,
            event=Event.ROOM_ROLE_CHANGED,
            actor=audit.SYSTEM,
            subject=entry.conversation,
            detail={"member_id": heir, "old": "member", "new": "admin"},
            now=self._clock.now(),
        )

    def _ended_people(self, connection: Connection, change: Change) -> frozenset[UserId]:
        """Return the people of whom a change takes out nothing but devices that were ended."""
        known = conversations.known_devices(connection, _named(change))
        removed = [wish.leaf for _, wish in change.wishes if isinstance(wish, Remove)]
        alive = {leaf.user for leaf in removed if not _is_ended(known, leaf.device)}
        return frozenset(leaf.user for leaf in removed) - alive

    def _record_members(
        self,
        connection: Connection,
        event: Event,
        entry: Entry,
        change: Change,
        details: Sequence[Mapping[str, audit.Detail]],
    ) -> None:
        audit.record_each(
            connection,
            event=event,
            actor=change.author.user,
            subject=entry.conversation,
            details=[{"epoch": change.epoch, **detail} for detail in details],
            now=self._clock.now(),
        )

    def _place(
        self, kind: InboxKind, standing: Standing, entry: Entry, change: Change
    ) -> InboxItem:
        return InboxItem(kind, entry.conversation, standing.log_epoch, entry.seq, change.epoch, b"")

    def _tell(self, connection: Connection, announcement: Joined | Left) -> None:
        announce: Callable[[], None] = partial(self._announce, announcement)
        after_commit(connection, announce)


def _departures(
    change: Change,
    present: set[UserId],
    before: Mapping[UserId, MemberRole],
    ended: frozenset[UserId],
) -> dict[UserId, str]:
    """Return who has no device in the group any more, and why.

    They have left, an admin has removed them, or the devices had been ended before.
    """
    gone: dict[UserId, str] = {}
    for by, wish in change.wishes:
        if not isinstance(wish, Remove):
            continue
        user = wish.leaf.user
        if user in present or user not in before:
            continue
        if by.user == user:
            gone[user] = "leave"
        else:
            gone[user] = "device" if user in ended else "kick"
    return gone


def _cleared(change: Change, present: set[UserId]) -> list[UserId]:
    """Return whose devices others have taken out, once for each; the people themselves stay."""
    return [
        wish.leaf.user
        for by, wish in change.wishes
        if isinstance(wish, Remove) and wish.leaf.user in present - {by.user}
    ]


def _named(change: Change) -> set[DeviceId]:
    """Return every device that the rules may ask about."""
    named = {change.author.device}
    for by, wish in change.wishes:
        named.add(by.device)
        if isinstance(wish, Add | Remove | Renew):
            named.add(wish.leaf.device)
    return named


def _is_current(devices: Mapping[DeviceId, KnownDevice], leaf: Leaf) -> bool:
    known = devices.get(leaf.device)
    return (
        known is not None
        and known.active
        and known.person == leaf.user
        and known.certificate == leaf.certificate
    )


def _is_absent(connection: Connection, conversation: ConversationId, user: UserId) -> bool:
    return not conversations.devices(connection, conversation).get(user)


def _is_ended(devices: Mapping[DeviceId, KnownDevice], device: DeviceId) -> bool:
    known = devices.get(device)
    return known is None or not known.active
