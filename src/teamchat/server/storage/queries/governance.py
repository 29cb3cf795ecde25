"""The SQL of the audit log: rows are added, never changed."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from teamchat.server.storage.tables.governance import audit_event

_insert = insert(audit_event)


def insert_audit_events(
    connection: Connection,
    *,
    event: str,
    actor: str,
    subject: str,
    details: Sequence[str],
    now: int,
) -> None:
    """Append one event for each detail."""
    row = {"event": event, "actor": actor, "subject": subject, "time": now}
    connection.execute(_insert, [{**row, "detail": detail} for detail in details])


def audit_details(connection: Connection, event: str, *, since: int) -> list[str]:
    """Return the details of the events of one kind since a time, newest first."""
    columns = audit_event.c
    of = select(columns.detail).where(columns.event == event, columns.time >= since)
    return list(connection.scalars(of.order_by(columns.n.desc())))


def audit_events(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Return event, actor, subject and detail of everything recorded, oldest first."""
    columns = audit_event.c
    found = connection.execute(
        select(columns.event, columns.actor, columns.subject, columns.detail).order_by(columns.n)
    )
    return [(row.event, row.actor, row.subject, row.detail) for row in found]
