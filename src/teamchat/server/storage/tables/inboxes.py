"""What is for one device alone."""

from sqlalchemy import Column, ForeignKey, Index, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, CODE, ID, SEQUENCE

inbox_end = Table(
    "inbox_end",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("next", SEQUENCE, nullable=False),
    Column("restored", SEQUENCE),
)
"""The number a device's next inbox item gets: dense, although acknowledged items go.

`restored` is `next` as it was in a backup that was put back, until the device has said how far
it had come: numbers from there on may have been given before, to other items.
"""

inbox = Table(
    "inbox",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("number", SEQUENCE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("conversation", ID, nullable=False),
    Column("log_epoch", SEQUENCE, nullable=False),
    Column("seq", SEQUENCE, nullable=False),
    Column("epoch", SEQUENCE, nullable=False),
    Column("body", BYTES, nullable=False),
)
"""What is for one device alone; gone when the device has acknowledged it."""

Index("ix_inbox_tree", inbox.c.conversation, inbox.c.epoch)
