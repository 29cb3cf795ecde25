"""The key directory as a log: entries, tree, and what was signed (docs/spec/key-directory.md).

A log is known by the second at which it was begun. The newest is the one that is written; older
ones ended when a backup was put back, and are kept as they were.
"""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, COUNT, INSTANT, TEXT

key_log = Table(
    "key_log",
    metadata,
    Column("begun", INSTANT, primary_key=True, autoincrement=False),
    Column("origin", TEXT, nullable=False, unique=True),
    Column("public", BYTES, nullable=False),
    Column("ended", INSTANT),
    Column("size", COUNT, nullable=False),
    Column("tree_size", COUNT, nullable=False),
    Column("tree_hashes", BYTES, nullable=False),
    Column("intended_size", COUNT, nullable=False),
    Column("intended_root", BYTES, nullable=False),
    Column("signed", TEXT, nullable=False),
)
"""`size` entries have a place, `tree_size` of them are in the tree; `signed` is a signed note."""

key_log_entry = Table(
    "key_log_entry",
    metadata,
    Column("log", INSTANT, ForeignKey("key_log.begun"), primary_key=True),
    Column("n", COUNT, primary_key=True, autoincrement=False),
    Column("entry", BYTES, nullable=False),
)
"""Append-only, dense from 0."""

key_log_tile = Table(
    "key_log_tile",
    metadata,
    Column("log", INSTANT, ForeignKey("key_log.begun"), primary_key=True),
    Column("level", COUNT, primary_key=True, autoincrement=False),
    Column("n", COUNT, primary_key=True, autoincrement=False),
    Column("hashes", BYTES, nullable=False),
)
"""Each tile as wide as it is by now; a narrower one is its beginning."""

key_log_cosignature = Table(
    "key_log_cosignature",
    metadata,
    Column("log", INSTANT, ForeignKey("key_log.begun"), primary_key=True),
    Column("witness", TEXT, primary_key=True),
    Column("size", COUNT, nullable=False),
    Column("time", INSTANT, nullable=False),
    Column("line", TEXT, nullable=False),
)
"""The newest of each witness; `line` is the line of the note."""
