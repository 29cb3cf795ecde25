"""The stocks of key packages."""

from sqlalchemy import Column, ForeignKey, Index, Table, false

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, FLAG, ID, INSTANT

key_package = Table(
    "key_package",
    metadata,
    Column("ref", BYTES, primary_key=True),
    Column("device", ID, ForeignKey("device.id"), nullable=False),
    Column("last_resort", FLAG, nullable=False, server_default=false()),
    Column("expires", INSTANT, nullable=False),
    Column("body", BYTES, nullable=False),
)
"""The stock of a device. `ref` is the KeyPackageRef (RFC 9420 §5.2).

A claim deletes the row; the one last resort of a device stays.
"""

Index("ix_key_package_stock", key_package.c.device, key_package.c.last_resort)

spent_key_package = Table(
    "spent_key_package",
    metadata,
    Column("ref", BYTES, primary_key=True),
    Column("expires", INSTANT, nullable=False, index=True),
)
"""What was handed out and may not enter a stock again: an upload is repeated when its answer
is lost, and by then the package may be in use. Forgotten when the package has expired."""
