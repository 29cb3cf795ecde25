"""The audit log: what happened, by whom, to what, in the transaction that made it happen.

An event that is not in the catalogue, or a detail that the catalogue does not name for it,
is refused: what may be written down about people is decided in one place.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from teamchat.server.services.audit_events import Event
from teamchat.server.storage.queries.governance import insert_audit_events

SYSTEM: Final = "system"
"""The actor of what no person did."""

OPERATOR: Final = "operator"
"""The actor of what was done at the server's own console."""

UNKNOWN: Final = "unknown"
"""The subject of an attempt that named nobody we know."""

Detail = str | int | bool | list[str]


def record(
    connection: Connection,
    *,
    event: Event,
    actor: str,
    subject: str,
    detail: Mapping[str, Detail] | None = None,
    now: int,
) -> None:
    """Append an event to the audit log.

    Args:
        connection: The transaction of the change itself.
        event: What happened.
        actor: The id of the person or device that did it, SYSTEM or OPERATOR.
        subject: The id of what it was done to.
        detail: What the catalogue allows to say about it.
        now: Seconds since 1970.

    Raises:
        ValueError: The catalogue does not name one of the details.
    """
    record_each(
        connection, event=event, actor=actor, subject=subject, details=[detail or {}], now=now
    )


def record_each(
    connection: Connection,
    *,
    event: Event,
    actor: str,
    subject: str,
    details: Sequence[Mapping[str, Detail]],
    now: int,
) -> None:
    """Append an event for each of several details (see `record`)."""
    if not details:
        return
    if unknown := set[str]().union(*details) - event.details:
        raise ValueError(f"{event.label} has no detail {', '.join(sorted(unknown))}")
    insert_audit_events(
        connection,
        event=event.label,
        actor=actor,
        subject=subject,
        details=[json.dumps(told, sort_keys=True, separators=(",", ":")) for told in details],
        now=now,
    )
