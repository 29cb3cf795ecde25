"""A person's backup is taken in by one of their devices, segment by segment.

What was interrupted goes on where it was, also by itself; what was refused does not, and of what is
refused nothing is taken in (docs/spec/history-backup.md).
"""

import msgspec

from teamchat.client.backup_ledger import BackupLedger
from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Parts, Progress, Tell
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content.archive import ArchiveError, ArchiveKey, Head, Place
from teamchat.engine.history import giving
from teamchat.engine.history.manifest import Manifest, Segment
from teamchat.engine.history.records import TakingRecord, stored
from teamchat.engine.store import Put, Table
from teamchat.wire.history import HistoryArchive


class Restoring:
    """The side that takes it in.

    Args:
        ledger: What is known of the backup.
        store: Where it is kept how far this is.
        parts: Reads archives.
    """

    def __init__(self, ledger: BackupLedger, store: SqliteStore, parts: Parts) -> None:
        self._ledger = ledger
        self._store = store
        self._parts = parts

    @property
    def begun(self) -> bool:
        """Whether this device has begun, and was interrupted."""
        return self._ledger.restoring() is not None

    async def take(self, tell: Tell, since_ms: int) -> int:
        """Take in what the backup holds and this device has not taken in; return how many lines.

        What was interrupted goes on where it was.

        Args:
            tell: Told after each part.
            since_ms: What is older is left out, by the organisation's policy.

        Raises:
            AccountError: There is none; the key is not known; the server was not reached; or
                what it shows is not what was kept there.
        """
        try:
            lines = await self._take_all(tell, since_ms)
        except AccountError as error:
            if error.key != "error-offline":  # nothing that goes on by itself
                self.give_up()
            raise
        self.give_up()
        return lines

    def give_up(self) -> None:
        """Take nothing in by itself any more."""
        self._parts.forget("restoring")

    # --- inside -----------------------------------------------------------------------------

    async def _take_all(self, tell: Tell, since_ms: int) -> int:
        self._ledger.require_key()
        at = await self._ledger.at()
        manifest = self._ledger.manifest(at)
        if manifest is None:
            raise AccountError("error-history-no-backup")
        there = {each.id: each for each in at.segments}
        lines = 0
        for segment in self._left(manifest):
            so_far = _behind(lines, tell)
            lines += await self._take(segment, there.get(segment.id), so_far, since_ms)
        return lines

    async def _take(
        self, segment: Segment, at: HistoryArchive | None, tell: Tell, since_ms: int
    ) -> int:
        """Take in one segment; go on with it if it was begun."""
        if at is None or not at.complete or at.parts != segment.parts:
            raise AccountError("error-history-backup-changed")
        begun = self._ledger.restoring()
        taking = begun if begun is not None and begun.archive == segment.id else _first(segment)
        self._store.commit([Put(Table.HISTORY, "restoring", taking.encode())])
        taking = await self._parts.read("restoring", taking, at, since_ms, tell)
        if taking.place.chain != segment.chain:
            raise AccountError("error-history-backup-changed")
        if since_ms == giving.EVERYTHING:
            record = self._ledger.record()
            held_now = tuple(sorted({*record.held, segment.id}))
            self._ledger.keep(msgspec.structs.replace(record, held=held_now))
        return taking.lines

    def _left(self, manifest: Manifest) -> list[Segment]:
        """Return the segments that are not here, from the one on that was begun."""
        held, begun = self._ledger.record().held, self._ledger.restoring()
        left = [each for each in manifest.segments if each.id not in held]
        names = [each.id for each in left]
        return left[names.index(begun.archive) :] if begun and begun.archive in names else left


def _behind(lines: int, tell: Tell) -> Tell:
    """Return what is told of a segment that follows so many lines."""

    def told(now: Progress) -> None:
        tell(Progress(lines + now.lines, lines + now.expected if now.expected else 0))

    return told


def _first(segment: Segment) -> TakingRecord:
    """Return where a segment begins.

    Raises:
        AccountError: A newer version of teamchat has made it: it stands in a manifest that opened.
    """
    try:
        place, key = stored(Place.first(Head.read(segment.head))), ArchiveKey(segment.key)
    except ArchiveError as error:
        raise AccountError("error-history-backup-newer") from error
    return TakingRecord(segment.id, segment.head, key.secret, place)
