"""A device goes, whoever wanted it: all that follows, in the transaction of the wish itself.

It is none any more from the moment that this is durable: its sessions have ended and its socket
closes, its inbox and key packages are gone, and the key directory says so.
"""

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import statements
from teamchat.identity.statements import Removed
from teamchat.ids import DeviceId, UserId
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.history import History
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.push_subscriptions import PushSubscriptions
from teamchat.server.services.sessions import Sessions
from teamchat.server.storage.queries import registration


class Removals:
    """Ends devices."""

    def __init__(
        self,
        clock: Clock,
        *,
        sessions: Sessions,
        key_log: KeyLog,
        history: History,
        push: PushSubscriptions,
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._key_log = key_log
        self._history = history
        self._push = push

    def unsigned(self, user: UserId, device: DeviceId) -> Removed:
        """Return what the key directory says of a removal that was the company's."""
        return Removed(user, device, statements.day_of(self._clock.now()))

    def forget_person(self, connection: Connection, user: UserId) -> None:
        """Drop what the server keeps for the devices of somebody who has none any more."""
        self._history.forget_person(connection, user)

    def end(self, connection: Connection, said: Removed, *, actor: str, cause: str) -> bool:
        """End a device; return whether it was one of the person's until now.

        Args:
            connection: The transaction of whatever it is ended for.
            said: What the key directory is to say.
            actor: Who wanted it.
            cause: Why, in a word for the audit log.

        Raises:
            ProblemError: OVERLOADED, there is no log that could say it.
        """
        now = self._clock.now()
        if not registration.revoke_device(connection, said.user, said.device, now=now):
            return False
        self._sessions.end_device(connection, said.device, actor=actor, cause=cause)
        self._history.forget_device(connection, said.user, said.device)
        self._push.forget_device(connection, said.device)
        audit.record(
            connection,
            event=Event.DEVICE_REMOVED,
            actor=actor,
            subject=said.device,
            detail={"cause": cause, "key_log_idx": self._key_log.append(connection, said)},
            now=now,
        )
        return True
