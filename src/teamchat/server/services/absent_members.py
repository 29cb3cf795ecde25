"""Members without a device in the group: an admin of the conversation may remove them.

No commit can do that, because they have no leaf that it could take out. Their last one went with
a device that was ended (`group_rules`).
"""

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import ConversationId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.inbox import Inboxes
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import conversations, key_packages
from teamchat.wire.bodies import ConversationKind, MemberRole
from teamchat.wire.frames import InboxItem, InboxKind
from teamchat.wire.problems import Code, ProblemError


class AbsentMembers:
    """Removes members whom no commit can remove."""

    def __init__(self, database: Database, clock: Clock, *, inboxes: Inboxes) -> None:
        self._database = database
        self._clock = clock
        self._inboxes = inboxes

    async def remove(self, actor: Actor, conversation: ConversationId, user: UserId) -> None:
        """Remove a member who has no device in the group; nothing changes if there is none.

        Raises:
            ProblemError: NOT_FOUND, also if the one who asks is no member; FORBIDDEN, they manage
                it not, or it is between two people; CONFLICT, the member has a device in it.
        """

        def work(connection: Connection) -> None:
            row = conversations.find(connection, conversation)
            roles = conversations.members(connection, conversation)
            if row is None or actor.user not in roles:
                raise ProblemError(Code.NOT_FOUND)
            if row.kind is not ConversationKind.GROUP or roles[actor.user] is not MemberRole.ADMIN:
                raise ProblemError(
                    Code.FORBIDDEN, "only an admin of a group conversation may do this"
                )
            if conversations.devices(connection, conversation).get(user):
                raise ProblemError(Code.CONFLICT, "this member has a device: remove it by a commit")
            if user not in roles:
                return
            conversations.drop_members(connection, conversation, [user])
            left = InboxItem(
                InboxKind.CONVERSATION_LEFT,
                conversation,
                row.log_epoch,
                row.next_seq - 1,
                row.epoch,
                b"",
            )
            waiting = key_packages.active_devices(connection, [user])
            self._inboxes.put(connection, [(device, left) for device in waiting])
            audit.record(
                connection,
                event=Event.ROOM_MEMBER_REMOVED,
                actor=actor.user,
                subject=conversation,
                detail={"member_id": user, "cause": "kick", "epoch": row.epoch},
                now=self._clock.now(),
            )

        await self._database.write(work)
