"""Encrypted histories: on their way to another device of a person, or kept as their backup."""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, COUNT, FLAG, ID, INSTANT

history_archive = Table(
    "history_archive",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("receiver", ID, ForeignKey("device.id"), unique=True),
    Column("maker", ID, ForeignKey("device.id"), index=True),
    Column("slot", BYTES, nullable=False),
    Column("head", BYTES, nullable=False),
    Column("box", BYTES, nullable=False),
    Column("parts", COUNT, nullable=False),
    Column("bytes", COUNT, nullable=False),
    Column("complete", FLAG, nullable=False),
    Column("created", INSTANT, nullable=False),
    Column("expires", INSTANT, index=True),
)
"""An archive in parts. `receiver` asked for it; NULL for a segment of a backup. `maker` is the
device that writes it, NULL until one does. `expires` is NULL once the backup holds it."""

history_part = Table(
    "history_part",
    metadata,
    Column("archive", ID, ForeignKey("history_archive.id"), primary_key=True),
    Column("n", COUNT, primary_key=True, autoincrement=False),
    Column("file", ID, nullable=False, unique=True),
    Column("size", COUNT, nullable=False),
    Column("sha256", BYTES, nullable=False),
)
"""A part, whole on the disk beside the encrypted files, as `file`."""

history_backup = Table(
    "history_backup",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("version", COUNT, nullable=False),
    Column("manifest", BYTES, nullable=False),
    Column("changed", INSTANT, nullable=False),
)
"""Which segments are the backup, sealed; `version` counts its changes."""
