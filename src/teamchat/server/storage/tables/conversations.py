"""Conversations, who is in them, and the MLS group that the server follows."""

from sqlalchemy import Column, ForeignKey, Index, Table, text

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, ID, INSTANT, SEQUENCE, WORD

conversation = Table(
    "conversation",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", WORD, nullable=False),
    Column("pair", WORD, unique=True),
    Column("created", INSTANT, nullable=False),
    Column("log_epoch", SEQUENCE, nullable=False, server_default=text("1")),
    Column("min_seq", SEQUENCE, nullable=False, server_default=text("1")),
    Column("next_seq", SEQUENCE, nullable=False, server_default=text("1")),
    Column("epoch", SEQUENCE, nullable=False),
    Column("clear_from", SEQUENCE, nullable=False, server_default=text("0")),
)
"""A conversation. `pair` is the two people of a direct one, so that there is only one.

`log_epoch` changes when the log is another one (a restored backup); `min_seq` is the oldest
message kept; `next_seq` what the next one gets; `epoch` that of the MLS group. `clear_from` is
the first epoch in which something may be said: the group of none before it was without the leaf
of a device that has ended. It is ahead of `epoch` while there is such a leaf.
"""

group_state = Table(
    "group_state",
    metadata,
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("version", SEQUENCE, nullable=False),
    Column("public_group", BYTES, nullable=False),
    Column("group_info", BYTES, nullable=False),
)
"""The group as anybody may see it; apart, so that a message rewrites a small row only.

`version` counts every accepted handshake: two for the same version cannot both be accepted.
"""

member = Table(
    "member",
    metadata,
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("role", WORD, nullable=False),
)
"""A person in a conversation."""

Index("ix_member_person", member.c.person)

membership = Table(
    "membership",
    metadata,
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("from_seq", SEQUENCE, primary_key=True),
    Column("to_seq", SEQUENCE),
)
"""What of the log a device may read: `from_seq` to `to_seq`, both included.

`to_seq` is NULL while the device is in the group. A device that left and came back has
several rows.
"""

Index("ix_membership_device", membership.c.device)
Index(
    "uq_membership_open",
    membership.c.conversation,
    membership.c.device,
    unique=True,
    sqlite_where=membership.c.to_seq.is_(None),
    postgresql_where=membership.c.to_seq.is_(None),
)

cursor = Table(
    "cursor",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("delivered_seq", SEQUENCE, nullable=False),
)
"""Up to where a device holds a log durably; only ever rises."""

Index("ix_cursor_conversation", cursor.c.conversation)

tree = Table(
    "tree",
    metadata,
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("epoch", SEQUENCE, primary_key=True),
    Column("body", BYTES, nullable=False),
)
"""The ratchet tree that goes with a Welcome; kept while an inbox item refers to it."""
