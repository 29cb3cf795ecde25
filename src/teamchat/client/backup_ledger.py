"""What the server says a person's backup is, held against what this device knows of it.

A manifest that does not open is of nobody, and an older one than this device has seen is not
believed; neither changes what it knows (docs/spec/history-backup.md).
"""

from dataclasses import dataclass

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Parts
from teamchat.client.http import decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.sqlite_store import SqliteStore
from teamchat.engine.engine import Engine
from teamchat.engine.history.manifest import Manifest, ManifestError, NewerManifestError
from teamchat.engine.history.records import BackupRecord, GivingRecord, TakingRecord
from teamchat.engine.records import AccountRecord
from teamchat.engine.store import Put, Table
from teamchat.wire.history import HistoryBackup
from teamchat.wire.policy import Policy


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


class BackupLedger:
    """What this device knows of the backup: the newest version it has seen, and what it holds.

    Args:
        engine: Whose account it is.
        store: Where it is kept.
        parts: Asks the server.
    """

    def __init__(self, engine: Engine, store: SqliteStore, parts: Parts) -> None:
        self._engine = engine
        self._store = store
        self._parts = parts

    @property
    def account(self) -> AccountRecord:
        """Whose backup it is."""
        return self._engine.desk.account

    def require_key(self) -> None:
        """Insist that this device has the key of the backup.

        Raises:
            AccountError: It has not.
        """
        if not self.account.history_key:
            raise AccountError("error-history-no-key")

    async def at(self) -> HistoryBackup:
        """Return what the server says it is.

        Raises:
            AccountError: The server was not reached.
        """
        answer = await self._parts.ask("GET", "/backup")
        with errors_for_people():
            return decoded(answer, HistoryBackup)

    async def status(self, policy: Policy) -> BackupStatus:
        """Return how things stand.

        Raises:
            AccountError: The server was not reached.
        """
        at, record = await self.at(), self.record()
        return BackupStatus(
            allowed=policy.history_backup,
            wanted=record.wanted,
            exists=at.version > 0,
            changed=at.changed,
            size=sum(each.bytes for each in at.segments),
            key_known=bool(self.account.history_key),
        )

    def manifest(self, at: HistoryBackup) -> Manifest | None:
        """Open what the server says the backup is, and remember that it was seen.

        Raises:
            AccountError: It is older than what this device has seen, or not as it was made, or
                this version of teamchat is too old for it.
        """
        record = self.record()
        digest = Manifest.digest(at.manifest) if at.version else b""
        if at.version < record.version or (
            at.version == record.version and digest != record.digest
        ):
            raise AccountError("error-history-backup-older")
        if not at.version:
            return None
        account = self.account
        try:
            found = Manifest.open(account.history_key, account.user, at.version, at.manifest)
        except NewerManifestError as error:
            raise AccountError("error-history-backup-newer") from error
        except ManifestError as error:
            raise AccountError("error-history-backup-changed") from error
        self.keep(msgspec.structs.replace(record, version=at.version, digest=digest))
        return found

    def record(self) -> BackupRecord:
        """Return how this device stands to it."""
        held = self._store.table(Table.HISTORY).get("backup")
        return BackupRecord() if held is None else msgspec.msgpack.decode(held, type=BackupRecord)

    def keep(self, record: BackupRecord) -> None:
        """Keep how this device stands to it."""
        self._store.commit([Put(Table.HISTORY, "backup", record.encode())])

    def writing(self) -> GivingRecord | None:
        """Return the segment that this device has begun and not published."""
        held = self._store.table(Table.HISTORY).get("segment")
        return None if held is None else msgspec.msgpack.decode(held, type=GivingRecord)

    def restoring(self) -> TakingRecord | None:
        """Return the segment that this device has begun to take in."""
        held = self._store.table(Table.HISTORY).get("restoring")
        return None if held is None else msgspec.msgpack.decode(held, type=TakingRecord)
