"""Identity keys that are not a person's any more, or not yet."""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, COUNT, ID, INSTANT

former_identity = Table(
    "former_identity",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("n", COUNT, primary_key=True, autoincrement=False),
    Column("identity_key", BYTES, nullable=False),
    Column("rotation", BYTES),
)
"""Keys that counted before, the oldest first. `rotation` is the entry of the key directory with
which the person took the next one; NULL if they had lost this one."""

identity_reset = Table(
    "identity_reset",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("identity_key", BYTES, nullable=False),
    Column("recovery_box", BYTES, nullable=False),
    Column("asked", INSTANT, nullable=False),
    Column("due", INSTANT, nullable=False),
)
"""What somebody who has lost their key has asked for, until it is carried out or cancelled."""
