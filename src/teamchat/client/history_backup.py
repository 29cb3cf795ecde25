"""The encrypted backup of a person's history: made, restored and removed by their devices.

Archives under random keys, named by a manifest that is sealed under the history key: whoever has
that key (the recovery key opens it) reads them, and nobody else does. The manifest says which
segments there are, in which order, and how each ends; a device that has seen a version believes
no older one. What was deleted for everybody stays in no backup that is added to afterwards, as far
as the device that adds may take in the rest (docs/spec/history-backup.md).
"""

from typing import Final

import msgspec

from teamchat.client.backup_ledger import BackupLedger
from teamchat.client.backup_restoring import Restoring
from teamchat.client.history_parts import Parts, Tell
from teamchat.client.http import decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content import archive
from teamchat.content.archive import Head, Origin, Place
from teamchat.engine.engine import Engine
from teamchat.engine.history import coverage as covering
from teamchat.engine.history import giving
from teamchat.engine.history.coverage import Coverage
from teamchat.engine.history.manifest import Manifest, Segment
from teamchat.engine.history.records import (
    UNTOLD,
    BackupRecord,
    GivingRecord,
    Stand,
    stored,
)
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Drop, Put, Table
from teamchat.wire.history import (
    SEGMENTS,
    BeginSegment,
    HistoryArchive,
    HistoryBackup,
    SetBackup,
)

COMPACT_AT: Final = 16
"""So many segments become one, whole anew."""
DAY_SECONDS: Final = 86_400


class Backup:
    """The backup of one person, as one of their devices makes it.

    Attributes:
        ledger: What is known of it.
        restoring: Takes it in.

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
        self.ledger = BackupLedger(engine, store, parts)
        self.restoring = Restoring(self.ledger, store, parts)
        self._clock = surroundings.clock
        self._crypto = surroundings.crypto

    @property
    def due(self) -> bool:
        """Whether the person wants a backup and this device has added nothing for a day."""
        record = self.ledger.record()
        return record.wanted and self._clock.now() - record.made >= DAY_SECONDS

    @property
    def writing(self) -> bool:
        """Whether this device has begun to add to it, and was interrupted."""
        return self.ledger.record().wanted and self.ledger.writing() is not None

    async def is_old(self) -> bool:
        """Whether no device has added to it for a day.

        Raises:
            AccountError: The server was not reached.
        """
        return self._clock.now() - (await self.ledger.at()).changed >= DAY_SECONDS

    async def make(self, tell: Tell, since_ms: int | None) -> None:
        """Add to the backup what is not in it; from now on this device does so every day.

        When there are many segments, or something was deleted for everybody that they hold, they
        become one: first this device takes in those that it does not hold, so that nothing of
        them is lost.

        Args:
            tell: Told after each part.
            since_ms: What is older this device may not take in, by the organisation's policy;
                None if it may take in nothing.

        Raises:
            AccountError: The key is not known; the server was not reached or has no room; or what
                it shows is not the backup this device knows.
        """
        self.ledger.require_key()
        at = await self.ledger.at()
        manifest = self.ledger.manifest(at)
        self.ledger.keep(msgspec.structs.replace(self.ledger.record(), wanted=True))
        whole = manifest is None
        if manifest is not None and self._is_to_be_whole(manifest):
            whole = self._holds(manifest) or since_ms == giving.EVERYTHING or _is_full(manifest)
            if whole and since_ms is not None:
                await self.restoring.take(tell, since_ms)
        segment, covered = await self._write(at, manifest, tell, whole=whole)
        kept = () if whole or manifest is None else manifest.segments
        await self._publish(at, Manifest((*kept, segment), covered))

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
        record = self.ledger.writing()
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
        account = self.ledger.account
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
        account, version = self.ledger.account, at.version + 1
        nonce = self._crypto.random(archive.NONCE_BYTES)
        sealed = manifest.seal(account.history_key, account.user, version, nonce)
        names = tuple(each.id for each in manifest.segments)
        await self._parts.ask("PUT", "/backup", SetBackup(version, sealed, names))
        held = {*self.ledger.record().held, names[-1]} & {*names}
        record = BackupRecord(
            wanted=True, version=version, digest=Manifest.digest(sealed),
            held=tuple(sorted(held)), made=self._clock.now(),
        )  # fmt: skip
        self.ledger.keep(record)
        self._parts.forget("segment")

    def _is_to_be_whole(self, manifest: Manifest) -> bool:
        """Whether its segments are to become one."""
        records = [each.record for each in self._engine.conversations.values()]
        is_long = len(manifest.segments) >= COMPACT_AT
        return is_long or covering.is_outdated(manifest.coverage, records, self._store)

    def _holds(self, manifest: Manifest) -> bool:
        """Whether every line of the backup is on this device."""
        return {each.id for each in manifest.segments} <= {*self.ledger.record().held}


def _is_full(manifest: Manifest) -> bool:
    """Whether hardly another segment fits: then what this device may not take in is given up."""
    return len(manifest.segments) >= SEGMENTS - 2


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
