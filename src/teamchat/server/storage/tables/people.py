"""Who there is: organisation, sites, people, roles, passwords, invitations, devices, sessions.

No address of a caller and no browser name is stored, and secrets are stored as hashes only.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, DAY, FLAG, ID, INSTANT, TEXT, WORD

organisation = Table(
    "organisation",
    metadata,
    Column("one", Integer, CheckConstraint("one = 1", name="only"), primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("created", INSTANT, nullable=False),
)
"""The one organisation that runs this server."""

site = Table(
    "site",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", TEXT, nullable=False, unique=True),
    Column("time_zone", WORD, nullable=False),
    Column("created", INSTANT, nullable=False),
)
"""A place of the organisation."""

person = Table(
    "person",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_name", TEXT, nullable=False, unique=True),
    Column("display_name", TEXT, nullable=False),
    Column("search", TEXT, nullable=False),
    Column("site", ID, ForeignKey("site.id"), nullable=False, index=True),
    Column("language", WORD, nullable=False),
    Column("active", FLAG, nullable=False),
    Column("identity_key", BYTES),
    Column("recovery_box", BYTES),
    Column("created", INSTANT, nullable=False),
)
"""A person; never deleted, because logs name them. `search` is their names, case-folded."""

role = Table(
    "role",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("role", WORD, primary_key=True),
)
"""What a person may do in the organisation."""

password = Table(
    "password",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("hash", TEXT, nullable=False),
    Column("changed", INSTANT, nullable=False),
)
"""An argon2id hash with its parameters; apart, so that reading people never reads it."""

invitation = Table(
    "invitation",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("secret_hash", BYTES, nullable=False, unique=True),
    Column("created", INSTANT, nullable=False),
    Column("expires", INSTANT, nullable=False),
    Column("ended", INSTANT),
)
"""A way in, once; `ended` is when it was used or withdrawn."""

device = Table(
    "device",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("name", TEXT, nullable=False),
    Column("certificate", BYTES, nullable=False),
    Column("device_key", BYTES, nullable=False, unique=True),
    Column("created", INSTANT, nullable=False),
    Column("last_active_day", DAY, nullable=False),
    Column("revoked", INSTANT),
    Column("shown_removal", INSTANT),
)
"""A device; never deleted, because logs name it. `revoked` is when it was ended, `shown_removal`
when it first asked with its key and was given the proof that it was removed."""

session = Table(
    "session",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", BYTES, nullable=False, unique=True),
    Column("person", ID, ForeignKey("person.id"), nullable=False, index=True),
    Column("device", ID, ForeignKey("device.id"), index=True),
    Column("created", INSTANT, nullable=False),
    Column("used_day", DAY, nullable=False),
    Column("expires", INSTANT, nullable=False, index=True),
    Column("ended", INSTANT),
)
"""A login; `device` is set once, when its device is registered."""
