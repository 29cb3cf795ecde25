"""The encrypted backup of a person's history: made, restored and removed by their devices.

Archives under random keys, named by a manifest that is sealed under the history key: whoever has
that key (the recovery key opens it) reads them, and nobody else does. The manifest says which
segments there are, in which order, and how each ends; a device that has seen a version believes
no older one (docs/spec/history-backup.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Parts, Tell
from teamchat.client.http import decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content import archive
from teamchat.content.archive import ArchiveKey, Head, Origin, Place
from teamchat.engine.engine import Engine
from teamchat.engine.history import coverage as covering
from teamchat.engine.history import giving
from teamchat.engine.history.coverage import Coverage
from teamchat.engine.history.manifest import Manifest, ManifestError, Segment
from teamchat.engine.history.records import (
    UNTOLD,
    BackupRecord,
    GivingRecord,
    Stand,
    TakingRecord,
    stored,
)
from teamchat.engine.records import AccountRecord
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Drop, Put, Table
from teamchat.wire.history import (
    SEGMENTS,
    BeginSegment,
    HistoryArchive,
    HistoryBackup,
    SetBackup,
)
from teamchat.wire.policy import Policy

COMPACT_AT: Final = 16
"""So many segments become one, whole anew."""
DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How things stand with the backup.

    Attributes:
        allowed: The organisation lets people keep one.
        wanted: This device adds to it, as the person has said.
        exists: There is one on the server.
        changed: When it last changed, in seconds since 1970; 0 if there is none.
        size: How many bytes the server keeps of it.
        key_known: This device has the key of the backup.
    """

    allowed: bool
    wanted: bool
    exists: bool
    changed: int
    size: int
    key_known: bool


class Backup:
    """The backup of one person, as one of their devices sees it.

    Args:
        engine: Whose account it is, and what it holds.
        store: Where the lines are.
        parts: Reads and writes archives.
        surroundings: Time and cryptography.
    """

    def __init__(
        self, engine: Engine, store: SqliteStore, parts: Parts, surroundings: Surroundings
    ) -> None:
        self._engine = engine
        self._store = store
        self._parts = parts
        self._clock = surroundings.clock
        self._crypto = surroundings.crypto

    async def status(self, policy: Policy) -> BackupStatus:
        """Return how things stand.

        Raises:
            AccountError: The server was not reached.
        """
        at, record = await self._at(), self._record()
        return BackupStatus(
            allowed=policy.history_backup,
            wanted=record.wanted,
            exists=at.version > 0,
            changed=at.changed,
            size=sum(each.bytes for each in at.segments),
            key_known=bool(self._account.history_key),
        )

    @property
    def due(self) -> bool:
        """Whether the person wants a backup and this device has added nothing for a day."""
        record = self._record()
        return record.wanted and self._clock.now() - record.made >= DAY_SECONDS

    async def is_old(self) -> bool:
        """Whether no device has added to it for a day.

        Raises:
            AccountError: The server was not reached.
        """
        return self._clock.now() - (await self._at()).changed >= DAY_SECONDS

    async def make(self, tell: Tell, since_ms: int | None) -> None:
        """Add to the backup what is not in it; from now on this device does so every day.

        When there are many segments they become one: first this device takes in those that it
        does not hold, so that nothing of them is lost.

        Args:
            tell: Told after each part.
            since_ms: What is older this device may not take in, by the organisation's policy;
                None if it may take in nothing.

        Raises:
            AccountError: The key is not known; the server was not reached or has no room; or what
                it shows is not the backup this device knows.
        """
        record = msgspec.structs.replace(self._record(), wanted=True)
        self._require_key()
        at = await self._at()
        manifest = self._manifest(at)
        self._keep(record)
        whole = manifest is None
        if manifest is not None and len(manifest.segments) >= COMPACT_AT:
            whole = self._holds(manifest) or since_ms == giving.EVERYTHING or _is_full(manifest)
            if whole and since_ms is not None:
                await self.restore(tell, since_ms)
        segment, covered = await self._write(at, manifest, tell, whole=whole)
        kept = () if whole or manifest is None else manifest.segments
        await self._publish(at, Manifest((*kept, segment), covered))

    async def restore(self, tell: Tell, since_ms: int) -> int:
        """Take in what the backup holds and this device has not taken in; return how many lines.

        Args:
            tell: Told after each part.
            since_ms: What is older is left out, by the organisation's policy.

        Raises:
            AccountError: There is none; the key is not known; the server was not reached; or
                what it shows is not what was kept there.
        """
        self._require_key()
        at = await self._at()
        manifest = self._manifest(at)
        if manifest is None:
            raise AccountError("error-history-no-backup")
        there = {each.id: each for each in at.segments}
        lines = 0
        for segment in manifest.segments:
            if segment.id not in self._record().held:
                lines += await self._take(segment, there.get(segment.id), tell, since_ms)
        return lines

    async def forget(self) -> None:
        """Remove the backup from the server; from now on this device adds to none.

        Raises:
            AccountError: The server was not reached.
        """
        await self._parts.ask("DELETE", "/backup")
        self._parts.forget("backup", "segment", "restoring")

    # --- inside -----------------------------------------------------------------------------

    async def _write(
        self, at: HistoryBackup, manifest: Manifest | None, tell: Tell, *, whole: bool
    ) -> tuple[Segment, Coverage]:
        """Write a segment with what the backup lacks, or with everything."""
        covered = Coverage() if manifest is None else manifest.coverage
        held = self._store.table(Table.HISTORY)
        record = (
            msgspec.msgpack.decode(held["segment"], type=GivingRecord)
            if "segment" in held
            else None
        )
        given = UNTOLD.key in held or (record is not None and record.given)
        server = None if record is None else _goes_on(record, at, manifest, whole=whole)
        if record is None or server is None:
            record, server = await self._begin(at, covered, whole=whole, given=whole or given)
        wanted = covering.wanted(Coverage() if whole else covered, given=record.given)
        done = await self._parts.write("segment", record, server, wanted, tell)
        stand = done.before
        segment = Segment(done.archive, done.head, done.key, stand.place.index, stand.place.chain)
        return segment, Coverage(done.coverage)

    async def _begin(
        self, at: HistoryBackup, covered: Coverage, *, whole: bool, given: bool
    ) -> tuple[GivingRecord, HistoryArchive]:
        account = self._account
        head = Head(
            archive=self._crypto.random(archive.ID_BYTES), origin=Origin.BACKUP,
            user=account.user, device=account.device, created=self._clock.now(), since_ms=0,
            lines=self._store.count() if whole else 0,
        )  # fmt: skip
        answer = await self._parts.ask("POST", "/backup/segments", BeginSegment(head.encode()))
        with errors_for_people():
            made = decoded(answer, HistoryArchive)
        records = [each.record for each in self._engine.conversations.values()]
        record = GivingRecord(
            made.id, head.encode(), self._crypto.random(archive.KEY_BYTES), b"",
            Stand(stored(Place.first(head)), None, 0), coverage=covered.with_all(records).rooms,
            whole=whole, base=at.version, given=given,
        )  # fmt: skip
        begun = Put(Table.HISTORY, "segment", record.encode())
        self._store.commit([begun, Drop(Table.HISTORY, UNTOLD.key)])
        return record, made

    async def _publish(self, at: HistoryBackup, manifest: Manifest) -> None:
        """Say what the backup is from now on."""
        account, version = self._account, at.version + 1
        nonce = self._crypto.random(archive.NONCE_BYTES)
        sealed = manifest.seal(account.history_key, account.user, version, nonce)
        names = tuple(each.id for each in manifest.segments)
        await self._parts.ask("PUT", "/backup", SetBackup(version, sealed, names))
        held = {*self._record().held, names[-1]} & {*names}
        record = BackupRecord(
            wanted=True, version=version, digest=Manifest.digest(sealed),
            held=tuple(sorted(held)), made=self._clock.now(),
        )  # fmt: skip
        self._keep(record)
        self._parts.forget("segment")

    async def _take(
        self, segment: Segment, at: HistoryArchive | None, tell: Tell, since_ms: int
    ) -> int:
        """Take in one segment; go on with it if it was begun."""
        if at is None or not at.complete or at.parts != segment.parts:
            raise AccountError("error-history-backup-changed")
        held = self._store.table(Table.HISTORY).get("restoring")
        head = Head.read(segment.head)
        taking = TakingRecord(
            segment.id, segment.head, ArchiveKey(segment.key).secret, stored(Place.first(head))
        )
        if held is not None:
            begun = msgspec.msgpack.decode(held, type=TakingRecord)
            taking = begun if begun.archive == segment.id else taking
        taking = await self._parts.read("restoring", taking, at, since_ms, tell)
        if taking.place.chain != segment.chain:
            raise AccountError("error-history-backup-changed")
        if since_ms == giving.EVERYTHING:
            record = self._record()
            held_now = tuple(sorted({*record.held, segment.id}))
            self._keep(msgspec.structs.replace(record, held=held_now))
        self._parts.forget("restoring")
        return taking.lines

    def _holds(self, manifest: Manifest) -> bool:
        """Whether every line of the backup is on this device."""
        return {each.id for each in manifest.segments} <= {*self._record().held}

    def _manifest(self, at: HistoryBackup) -> Manifest | None:
        """Open what the server says the backup is, and remember that it was seen.

        Raises:
            AccountError: It is older than what this device has seen, or not as it was made.
        """
        record = self._record()
        digest = Manifest.digest(at.manifest) if at.version else b""
        if at.version < record.version or (
            at.version == record.version and digest != record.digest
        ):
            raise AccountError("error-history-backup-older")
        if not at.version:
            return None
        account = self._account
        try:
            found = Manifest.open(account.history_key, account.user, at.version, at.manifest)
        except ManifestError as error:
            raise AccountError("error-history-backup-changed") from error
        self._keep(msgspec.structs.replace(record, version=at.version, digest=digest))
        return found

    def _require_key(self) -> None:
        if not self._account.history_key:
            raise AccountError("error-history-no-key")

    async def _at(self) -> HistoryBackup:
        answer = await self._parts.ask("GET", "/backup")
        with errors_for_people():
            return decoded(answer, HistoryBackup)

    @property
    def _account(self) -> AccountRecord:
        return self._engine.desk.account

    def _record(self) -> BackupRecord:
        held = self._store.table(Table.HISTORY)
        if "backup" not in held:
            return BackupRecord()
        return msgspec.msgpack.decode(held["backup"], type=BackupRecord)

    def _keep(self, record: BackupRecord) -> None:
        self._store.commit([Put(Table.HISTORY, "backup", record.encode())])


def _is_full(manifest: Manifest) -> bool:
    """Whether hardly another segment fits: then what this device may not take in is given up."""
    return len(manifest.segments) >= SEGMENTS - 2


def _segment(held: Mapping[str, bytes]) -> GivingRecord | None:
    """Return the segment that this device had begun and not published."""
    if "segment" not in held:
        return None
    return msgspec.msgpack.decode(held["segment"], type=GivingRecord)


def _goes_on(
    record: GivingRecord, at: HistoryBackup, manifest: Manifest | None, *, whole: bool
) -> HistoryArchive | None:
    """Return the segment that this device had begun, as the server has it; None to begin anew.

    One that was to take the place of all others is of no use once there are others.
    """
    found = next((each for each in at.segments if each.id == record.archive), None)
    named = set() if manifest is None else {each.id for each in manifest.segments}
    if found is None or found.id in named or found.parts not in _possible(record):
        return None
    fits = record.whole == whole and (not whole or record.base == at.version)
    return found if fits else None


def _possible(record: GivingRecord) -> set[int]:
    """Return how many parts the server can have of what this device has written."""
    behind = set() if record.behind is None else {record.behind.place.index}
    return {record.before.place.index} | behind
