"""What is changed in a database that was put back, so that nobody takes it for the one before.

What was promised after the backup was made is not in it: places in logs, numbers of inbox
items and key packages would be given a second time, and used invitations would work again.
"""

from sqlalchemy import Connection, bindparam, case, delete, func, select, update
from sqlalchemy.dialects import sqlite

from teamchat.ids import DeviceId
from teamchat.server.storage.tables.conversations import conversation
from teamchat.server.storage.tables.governance import audit_event
from teamchat.server.storage.tables.inboxes import inbox_end
from teamchat.server.storage.tables.key_packages import key_package, spent_key_package
from teamchat.server.storage.tables.people import device, invitation, person

_replace_logs = update(conversation).values(
    log_epoch=case(
        (conversation.c.log_epoch < bindparam("new_epoch"), bindparam("new_epoch")),
        else_=conversation.c.log_epoch + 1,
    )
)
_distrust = (
    sqlite.insert(inbox_end)
    .values(device=bindparam("whose"), next=1, restored=1)
    .on_conflict_do_update(
        index_elements=[inbox_end.c.device],
        set_={"restored": func.coalesce(inbox_end.c.restored, inbox_end.c.next)},
    )
)
_single = key_package.c.last_resort.is_(False)
_spend = sqlite.insert(spent_key_package).on_conflict_do_nothing()


def replace_logs(connection: Connection, *, epoch: int) -> int:
    """Give every log another epoch, `epoch` or a higher one; return how many logs there are."""
    return connection.execute(_replace_logs, {"new_epoch": epoch}).rowcount


def distrust_inboxes(connection: Connection) -> list[DeviceId]:
    """Let every inbox ask its device how far it had come; return the devices in use."""
    devices = list(connection.scalars(select(device.c.id)))
    if devices:
        connection.execute(_distrust, [{"whose": each} for each in devices])
    in_use = (
        select(device.c.id)
        .join(person, person.c.id == device.c.person)
        .where(device.c.revoked.is_(None), person.c.active)
    )
    return list(connection.scalars(in_use.order_by(device.c.id)))


def spend_key_packages(connection: Connection) -> int:
    """Empty all stocks but the last resorts; return how many key packages were in them."""
    known = select(key_package.c.ref, key_package.c.expires).where(_single)
    rows = [{"ref": row.ref, "expires": row.expires} for row in connection.execute(known)]
    if rows:
        connection.execute(_spend, rows)
    return connection.execute(delete(key_package).where(_single)).rowcount


def withdraw_invitations(connection: Connection, *, now: int) -> int:
    """End every invitation that could still be used; return how many."""
    changed = connection.execute(
        update(invitation)
        .where(invitation.c.ended.is_(None), invitation.c.expires > now)
        .values(ended=now)
    )
    return changed.rowcount


def log_size(connection: Connection) -> int:
    """Return how many events the audit log has had."""
    return connection.scalar(select(func.max(audit_event.c.n))) or 0
