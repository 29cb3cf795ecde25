"""Linking a device: mailboxes where two devices meet, and what a new one is registered for."""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, FLAG, ID, INSTANT, SEQUENCE, TEXT, WORD

mailbox = Table(
    "linking_mailbox",
    metadata,
    Column("name", ID, primary_key=True),
    Column("secret_hash", BYTES, nullable=False),
    Column("device", ID, ForeignKey("device.id"), index=True),
    Column("closed", FLAG, nullable=False),
    Column("expires", INSTANT, nullable=False, index=True),
)
"""`secret_hash` is of the device that opened it; `device` is the one that was there already."""

message = Table(
    "linking_message",
    metadata,
    Column("mailbox", ID, ForeignKey("linking_mailbox.name"), primary_key=True),
    Column("n", SEQUENCE, primary_key=True, autoincrement=False),
    Column("side", WORD, nullable=False),
    Column("body", BYTES, nullable=False),
)
"""What stands in a mailbox, from place 1 on."""

grant = Table(
    "linking_grant",
    metadata,
    Column("id", ID, primary_key=True),
    Column("secret_hash", BYTES, nullable=False, unique=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("by", ID, ForeignKey("device.id"), nullable=False),
    Column("certificate_hash", BYTES, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("state", WORD, nullable=False),
    Column("created", INSTANT, nullable=False),
    Column("expires", INSTANT, nullable=False, index=True),
)
"""`by` vouches; `name` is what the new device calls itself."""
