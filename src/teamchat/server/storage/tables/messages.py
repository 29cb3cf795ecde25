"""The logs."""

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, CODE, ID, INSTANT_MS, SEQUENCE
from teamchat.wire.frames import Kind

message = Table(
    "message",
    metadata,
    Column("conversation", ID, ForeignKey("conversation.id"), primary_key=True),
    Column("seq", SEQUENCE, primary_key=True),
    Column("sender", ID, ForeignKey("device.id"), nullable=False),
    Column("client_id", BYTES, nullable=False),
    Column("epoch", SEQUENCE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("time_ms", INSTANT_MS, nullable=False),
    Column("body", BYTES, nullable=False),
    UniqueConstraint("conversation", "sender", "client_id"),
)
"""One log for each conversation: dense `seq`, opaque bytes.

`epoch` is the one the message was made in; a commit makes the next.
"""

Index(
    "uq_message_one_commit",
    message.c.conversation,
    message.c.epoch,
    unique=True,
    sqlite_where=message.c.kind == Kind.COMMIT.value,
    postgresql_where=message.c.kind == Kind.COMMIT.value,
)
"""The backstop of the compare-and-set: an epoch is ended by one commit."""
