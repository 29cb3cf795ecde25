"""How invitations end that nobody used, within a transaction that is going on."""

from sqlalchemy import Connection

from teamchat.ids import UserId
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.storage.queries import sessions


def withdraw(connection: Connection, user: UserId, *, actor: str, cause: str, now: int) -> None:
    """End the invitations of a person that could still be used.

    Args:
        connection: The transaction.
        user: Whose they are.
        actor: Who withdraws them.
        cause: Why, in a word for the audit log.
        now: Seconds since 1970.
    """
    for withdrawn in sessions.end_invitations_of(connection, user, now=now):
        audit.record(
            connection,
            event=Event.INVITE_REVOKED,
            actor=actor,
            subject=withdrawn,
            detail={"cause": cause},
            now=now,
        )


def expire(connection: Connection, *, now: int, user: UserId | None = None) -> int:
    """Note which invitations, of one person or of all, nobody used in time; return how many."""
    expired = sessions.end_expired(connection, now=now, user=user)
    for each in expired:
        audit.record(
            connection, event=Event.INVITE_EXPIRED, actor=audit.SYSTEM, subject=each, now=now
        )
    return len(expired)
