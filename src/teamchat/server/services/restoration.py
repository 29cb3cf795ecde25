"""A database that was put back is made another one: nobody mistakes it for what they saw.

The new log epoch comes from the time, so that a backup that is put back twice is another one
each time. The log of the key directory is over: it has forgotten what it signed since, and the next
start begins another one. Inboxes are put right when their devices come back (`services.inbox`).
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from teamchat.ids import ConversationId
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.storage.queries import custody, identities, inboxes, key_log, restoration
from teamchat.wire.frames import InboxItem, InboxKind

_LOW: Final = InboxItem(InboxKind.KEY_PACKAGES_LOW, ConversationId(""), 0, 0, 0, b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was made anew."""

    logs: int
    devices: int
    key_packages: int
    invitations: int


def mark(connection: Connection, *, sha256: str, now: int) -> Restored:
    """Make clients read logs anew, stocks be filled anew and open invitations useless.

    Args:
        connection: A transaction on the database that was put back.
        sha256: Of the backup, in hexadecimal; for the audit log.
        now: Seconds since 1970.
    """
    logs = restoration.replace_logs(connection, epoch=now)
    spent = restoration.spend_key_packages(connection)
    devices = restoration.distrust_inboxes(connection)
    inboxes.put(connection, [(each, _LOW) for each in devices])
    key_log.end_log(connection, now=now)
    identities.drop_resets(connection)  # each of them may have been stopped since
    for request in custody.all_requests(connection):  # it may have been refused or answered since
        custody.drop_request(connection, request.id)
    withdrawn = restoration.withdraw_invitations(connection, now=now)
    audit.record(
        connection,
        event=Event.BACKUP_RESTORED,
        actor=audit.OPERATOR,
        subject="backup",
        detail={"sha256": sha256, "log_size": restoration.log_size(connection)},
        now=now,
    )
    return Restored(logs=logs, devices=len(devices), key_packages=spent, invitations=withdrawn)


def note_backup(connection: Connection, *, sha256: str, now: int) -> None:
    """Write down that a backup was made."""
    audit.record(
        connection,
        event=Event.BACKUP_CREATED,
        actor=audit.OPERATOR,
        subject="backup",
        detail={
            "sha256": sha256,
            "log_size": restoration.log_size(connection),
            "key_log_size": key_log.log_size(connection),
        },
        now=now,
    )
