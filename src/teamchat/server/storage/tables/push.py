"""Where devices can be woken."""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import ID, INSTANT, TEXT

push_subscription = Table(
    "push_subscription",
    metadata,
    Column("device", ID, ForeignKey("device.id"), primary_key=True),
    Column("endpoint", TEXT, nullable=False),
    Column("topic", TEXT, nullable=False),
    Column("created", INSTANT, nullable=False),
)
"""The address that the push service of a device's browser has given out for it, and a random word
under which that service replaces one call by the next."""
