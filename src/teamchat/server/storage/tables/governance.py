"""What must be answered for: the audit log, and the encrypted files people stored."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import COUNT, FLAG, ID, INSTANT, TEXT, WORD

audit_event = Table(
    "audit_event",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("event", WORD, nullable=False, index=True),
    Column("actor", WORD, nullable=False),
    Column("subject", WORD, nullable=False),
    Column("detail", TEXT, nullable=False),
    Column("time", INSTANT, nullable=False),
    sqlite_autoincrement=True,
)
"""Append-only; `n` is never used twice. `detail` is JSON with sorted keys."""

blob = Table(
    "blob",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("size", COUNT, nullable=False),
    Column("created", INSTANT, nullable=False),
    Column("expires", INSTANT, index=True),
)
"""An encrypted file that is whole on the disk; `person` sent it and may delete it. `expires` is
NULL if it stays until then."""

blob_taker = Table(
    "blob_taker",
    metadata,
    Column("blob", ID, ForeignKey("blob.id"), primary_key=True),
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("taken", FLAG, nullable=False),
)
"""For which devices a file is that expires, and whether they need it no more."""
