"""Encrypted histories: carried from one device of a person to another, or kept as their backup.

What is inside the server cannot read. It sees whose it is, its size, and when it came and went.
An archive is written in parts, one after the other, by one device; a part that came already
changes nothing, so that whoever is interrupted goes on. What nobody took in goes after its time.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.encrypted_files import EncryptedFiles
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import history
from teamchat.server.storage.queries.history import Part
from teamchat.wire.frames import OwnKind
from teamchat.wire.history import (
    ARCHIVES,
    PART_BYTES,
    PART_LEAST,
    PARTS,
    HistoryArchive,
    HistoryBackup,
    HistoryTransfers,
    OfferHistory,
    SetBackup,
)
from teamchat.wire.problems import Code, ProblemError, Reason

DAY: Final = 86_400
FORGET_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRules:
    """How much history of one person is kept, how long what nobody takes, how much disk is left.

    `backup` says whether the organisation lets people keep one.
    """

    person_bytes: int
    days: int
    free_bytes: int
    backup: bool


class History:
    """Keeps archives for the devices of their person."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        limiter: Limiter,
        directory: Path,
        rules: HistoryRules,
        announce: Announce,
    ) -> None:
        self._limiter = limiter
        self._database = database
        self._clock = clock
        self._random = random
        self._files = EncryptedFiles(directory)
        self._rules = rules
        self._announce = announce

    # --- for another device -----------------------------------------------------------------

    async def transfers(self, actor: Actor) -> HistoryTransfers:
        """Return what the devices of whoever asks have asked for."""
        now = self._clock.now()
        found = await self._database.read(lambda c: history.transfers(c, actor.user, now=now))
        return HistoryTransfers(found)

    async def ask(self, actor: Actor, slot: bytes) -> HistoryArchive:
        """Ask the person's other devices for history; what this one asked before is over.

        Raises:
            ProblemError: STORAGE_FULL, TOO_MANY_REQUESTS.
        """
        self._limiter.require(Limit.HISTORIES_BY_PERSON, actor.user)

        def work(connection: Connection) -> HistoryArchive:
            device = _device(actor)
            self._drop(connection, actor.user, history.asked_by(connection, device))
            return self._begin(connection, actor.user, receiver=device, slot=slot)

        return await self._database.write(work)

    async def offer(self, actor: Actor, which: str, offered: OfferHistory) -> HistoryArchive:
        """Begin to give what another device asked for; the same once more changes nothing.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (another device gives, or it is one's own wish).
        """

        def work(connection: Connection) -> HistoryArchive:
            device, found = _device(actor), self._archive(connection, actor, which)
            if not found.receiver:
                raise ProblemError(Code.NOT_FOUND, "nobody asked for this")
            if found.receiver == device or found.maker not in {"", device}:
                raise ProblemError(
                    Code.CONFLICT, "another device gives it", reason=Reason.HISTORY_GIVEN_ALREADY
                )
            if found.maker and (found.head, found.box) != (offered.head, offered.box):
                raise ProblemError(Code.CONFLICT, "this device has begun to give something else")
            history.offer(connection, which, maker=device, head=offered.head, box=offered.box)
            self._tell(connection, actor.user)
            return self._archive(connection, actor, which)

        return await self._database.write(work)

    # --- parts ------------------------------------------------------------------------------

    async def add(self, actor: Actor, which: str, n: int, data: bytes) -> None:
        """Keep the next part, as the device that writes the archive; repeated, nothing changes.

        Raises:
            ProblemError: NOT_FOUND, CONFLICT (it is not its turn), TOO_LARGE, STORAGE_FULL.
        """
        if not 0 < len(data) <= PART_BYTES or n >= PARTS:
            raise ProblemError(Code.TOO_LARGE, f"{PARTS} parts of {PART_BYTES} bytes at most")
        digest = hashlib.sha256(data).digest()
        if await self._database.read(lambda c: self._is_here(c, actor, which, n, digest)):
            return
        if await self._files.free() - len(data) < self._rules.free_bytes:
            raise ProblemError(Code.STORAGE_FULL, "the server's disk is nearly full")
        new = Part(identifier(self._random(16)), len(data), digest)
        await self._files.write(new.file, new.size, _once(data))
        try:
            await self._database.write(lambda c: self._append(c, actor, which, n, new))
        except Exception:  # only if the row was refused: after a cancellation it may be there
            await self._files.remove([new.file])
            raise

    async def part(self, actor: Actor, which: str, n: int) -> Path:
        """Return where a part is, for the device that asked, or for a backup any of the person's.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> Part | None:
            found = self._archive(connection, actor, which)
            if found.receiver not in {"", actor.device}:
                return None
            return history.part(connection, which, n)

        found = await self._database.read(work)
        if found is None:
            raise ProblemError(Code.NOT_FOUND, "there is no such part")
        return self._files.path(found.file)

    async def end(self, actor: Actor, which: str, parts: int) -> HistoryArchive:
        """Say that an archive is finished; said again, nothing changes.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (it has not that many parts).
        """

        def work(connection: Connection) -> HistoryArchive:
            found = self._made(connection, actor, which)
            if found.parts != parts or not parts:
                raise ProblemError(Code.CONFLICT, f"there are {found.parts} parts")
            if found.receiver and not found.complete:
                self._record(
                    connection, Event.HISTORY_GIVEN, actor, found.maker, receiver_id=found.receiver
                )
            history.finish(connection, which)
            self._tell(connection, actor.user)
            return self._archive(connection, actor, which)

        return await self._database.write(work)

    async def drop(self, actor: Actor, which: str) -> None:
        """Forget what was asked for, or a segment that the backup does not hold.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (the backup holds it).
        """

        def work(connection: Connection) -> None:
            found = self._archive(connection, actor, which)
            if not found.expires:
                raise ProblemError(Code.CONFLICT, "it belongs to the backup")
            self._drop(connection, actor.user, [which])

        await self._database.write(work)

    # --- the backup -------------------------------------------------------------------------

    async def backup(self, actor: Actor) -> HistoryBackup:
        """Return the backup of whoever asks."""
        now = self._clock.now()

        def work(connection: Connection) -> HistoryBackup:
            version, manifest, changed = history.backup(connection, actor.user)
            found = history.segments(connection, actor.user, now=now)
            return HistoryBackup(version, manifest, changed, found)

        return await self._database.read(work)

    async def begin_segment(self, actor: Actor, head: bytes) -> HistoryArchive:
        """Begin a segment; what this device began before and did not finish is over.

        Raises:
            ProblemError: FORBIDDEN, the organisation wants no backups.
        """
        self._require_backup()

        def work(connection: Connection) -> HistoryArchive:
            device = _device(actor)
            self._drop(connection, actor.user, history.begun_by(connection, device))
            return self._begin(connection, actor.user, maker=device, head=head)

        return await self._database.write(work)

    async def set_backup(self, actor: Actor, wanted: SetBackup) -> HistoryBackup:
        """Say what the backup is from now on; other finished segments are gone.

        Raises:
            ProblemError: FORBIDDEN, or CONFLICT (it has changed meanwhile, or a segment is not
                there or not finished), or TOO_MANY_REQUESTS (it was removed very often).
        """
        self._require_backup()
        now = self._clock.now()

        def work(connection: Connection) -> None:
            version, _, _ = history.backup(connection, actor.user)
            if wanted.version != version + 1:
                raise ProblemError(Code.CONFLICT, f"the backup is at version {version}")
            if not version:
                self._limiter.require(Limit.HISTORIES_BY_PERSON, actor.user)
            known = {each.id: each for each in history.segments(connection, actor.user, now=now)}
            if not all(which in known and known[which].complete for which in wanted.segments):
                raise ProblemError(Code.CONFLICT, "a segment is not there, or not finished")
            gone = [each.id for each in known.values() if each.id not in wanted.segments]
            kept = [which for which in gone if _is_others(known[which], actor)]
            self._drop(connection, actor.user, [which for which in gone if which not in kept])
            history.set_backup(
                connection, actor.user, version=wanted.version, manifest=wanted.manifest,
                segments=wanted.segments, now=now,
            )  # fmt: skip

        await self._database.write(work)
        return await self.backup(actor)

    async def forget_backup(self, actor: Actor) -> None:
        """Remove the backup with all segments; there need not be one."""
        now = self._clock.now()

        def work(connection: Connection) -> None:
            found = history.segments(connection, actor.user, now=now)
            self._drop(connection, actor.user, [each.id for each in found])
            if history.backup(connection, actor.user)[0]:
                self._record(connection, Event.HISTORY_BACKUP_REMOVED, actor, actor.user)
            history.drop_backup(connection, actor.user)

        await self._database.write(work)

    # --- when others end --------------------------------------------------------------------

    def forget_device(self, connection: Connection, user: UserId, device: DeviceId) -> None:
        """A device is none any more: what it asked for, or has not finished, goes."""
        self._drop(connection, user, history.of_device(connection, device))

    def forget_person(self, connection: Connection, user: UserId) -> None:
        """A person is gone: everything of theirs goes."""
        self._drop(connection, user, history.of_person(connection, user))
        history.drop_backup(connection, user)

    async def sweep(self) -> int:
        """Forget what is over; return how much."""

        def work(connection: Connection) -> int:
            return self._sweep(connection)

        return await self._database.write(work)

    # --- inside -----------------------------------------------------------------------------

    def _record(
        self, connection: Connection, event: Event, actor: Actor, subject: str, **detail: str
    ) -> None:
        audit.record(
            connection,
            event=event,
            actor=actor.user,
            subject=subject,
            detail=detail,
            now=self._clock.now(),
        )

    def _require_backup(self) -> None:
        if not self._rules.backup:
            raise ProblemError(
                Code.FORBIDDEN, "the organisation keeps no backups", reason=Reason.NO_HISTORY_BACKUP
            )

    def _begin(
        self,
        connection: Connection,
        user: UserId,
        *,
        receiver: str = "",
        maker: str = "",
        slot: bytes = b"",
        head: bytes = b"",
    ) -> HistoryArchive:
        self._sweep(connection)
        if history.count_of(connection, user) >= ARCHIVES:
            raise ProblemError(Code.STORAGE_FULL, f"nobody keeps more than {ARCHIVES} here")
        now = self._clock.now()
        new = HistoryArchive(
            id=identifier(self._random(16)), receiver=receiver, maker=maker, slot=slot, head=head,
            box=b"", parts=0, bytes=0, complete=False, created=now,
            expires=now + self._rules.days * DAY,
        )  # fmt: skip
        history.insert_archive(connection, user, new)
        self._tell(connection, user)
        return new

    def _sweep(self, connection: Connection) -> int:
        over = history.expired(connection, now=self._clock.now(), most=FORGET_AT_ONCE)
        self._remove(connection, history.drop(connection, over))
        return len(over)

    def _archive(self, connection: Connection, actor: Actor, which: str) -> HistoryArchive:
        found = history.archive(connection, actor.user, which, now=self._clock.now())
        if found is None:
            raise ProblemError(Code.NOT_FOUND, "you have no such history")
        return found

    def _made(self, connection: Connection, actor: Actor, which: str) -> HistoryArchive:
        found = self._archive(connection, actor, which)
        if found.maker != actor.device:
            raise ProblemError(Code.NOT_FOUND, "another device writes this history")
        return found

    def _is_here(
        self, connection: Connection, actor: Actor, which: str, n: int, digest: bytes
    ) -> bool:
        """Whether this very part came already.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (another one did, or one before it is missing).
        """
        found, here = self._made(connection, actor, which), history.part(connection, which, n)
        if here is not None and here.sha256 == digest:
            return True
        if here is not None or n != found.parts or found.complete:
            raise ProblemError(Code.CONFLICT, f"the next part is {found.parts}")
        return False

    def _append(self, connection: Connection, actor: Actor, which: str, n: int, new: Part) -> None:
        self._made(connection, actor, which)
        before = history.part(connection, which, n - 1)
        if before is not None and before.size < PART_LEAST:
            raise ProblemError(Code.CONFLICT, f"only the last part is below {PART_LEAST} bytes")
        if history.bytes_of(connection, actor.user) + new.counted > self._rules.person_bytes:
            raise ProblemError(
                Code.STORAGE_FULL, "this is more history than one person may keep here"
            )
        if not history.append_part(connection, which, n, new):
            raise ProblemError(Code.CONFLICT, "this part came from elsewhere")
        if n == 0:
            self._tell(connection, actor.user)

    def _drop(self, connection: Connection, user: UserId, which: Iterable[str]) -> None:
        ids = list(which)
        if ids:
            self._remove(connection, history.drop(connection, ids))
            self._tell(connection, user)

    def _remove(self, connection: Connection, files: list[str]) -> None:
        if files:
            after_commit(connection, lambda: self._files.remove_soon(files))

    def _tell(self, connection: Connection, user: UserId) -> None:
        after_commit(connection, lambda: self._announce(OwnChanged(user, OwnKind.HISTORY)))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _device(actor: Actor) -> DeviceId:
    if actor.device is None:  # pragma: no cover - the action needs a device
        raise ProblemError(Code.FORBIDDEN)
    return actor.device


def _is_others(segment: HistoryArchive, actor: Actor) -> bool:
    """Whether another device is writing it, for its own turn."""
    return segment.maker != actor.device and bool(segment.expires)
