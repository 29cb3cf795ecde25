"""People in one conversation, as the database knows it, without a group."""

import os
from collections.abc import Iterable

from sqlalchemy import Connection, insert

from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from teamchat.server.storage.tables.conversations import conversation, member, membership


def bring_together(
    connection: Connection, people: Iterable[tuple[UserId, DeviceId]]
) -> ConversationId:
    """Put people with a device each into one conversation, and return it."""
    talk = ConversationId(identifier(os.urandom(16)))
    row = {"id": talk, "kind": "group", "created": 0, "epoch": 0}
    connection.execute(insert(conversation).values(row))
    for user, device in people:
        who = {"conversation": talk, "person": user, "role": "member"}
        connection.execute(insert(member).values(who))
        which = {"conversation": talk, "device": device, "from_seq": 1}
        connection.execute(insert(membership).values(which))
    return talk
