"""Custodians: who they are, what is entrusted to them, and who asks for it back.

Of a share the server holds what is sealed to its custodian. What has ended is deleted; the audit
log says that it was there.
"""

from sqlalchemy import Column, ForeignKey, Table

from teamchat.server.storage.tables import metadata
from teamchat.server.storage.types import BYTES, COUNT, ID, INSTANT, WORD

custodian_set = Table(
    "custodian_set",
    metadata,
    Column("id", ID, primary_key=True),
    Column("threshold", COUNT, nullable=False),
    Column("appointed", INSTANT, nullable=False),
)
"""The set in force; one row, or none."""

custodian = Table(
    "custodian",
    metadata,
    Column("custodian_set", ID, ForeignKey("custodian_set.id"), primary_key=True),
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("public_key", BYTES),
    Column("by", ID, ForeignKey("device.id")),
    Column("signature", BYTES),
)
"""A custodian, and their key once they have accepted."""

custody_deposit = Table(
    "custody_deposit",
    metadata,
    Column("person", ID, ForeignKey("person.id"), primary_key=True),
    Column("id", ID, nullable=False, unique=True),
    Column("custodian_set", ID, ForeignKey("custodian_set.id"), nullable=False),
    Column("made", INSTANT, nullable=False),
)
"""That somebody has entrusted their recovery key."""

custody_share = Table(
    "custody_share",
    metadata,
    Column("person", ID, ForeignKey("custody_deposit.person"), primary_key=True),
    Column("custodian", ID, ForeignKey("person.id"), primary_key=True),
    Column("n", COUNT, nullable=False),
    Column("sealed", BYTES, nullable=False),
    Column("hash", BYTES, nullable=False),
)
"""What one custodian was entrusted with."""

custody_request = Table(
    "custody_request",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", ID, ForeignKey("custody_deposit.person"), nullable=False, unique=True),
    Column("claim_hash", BYTES, nullable=False),
    Column("slot", BYTES, nullable=False),
    Column("made", INSTANT, nullable=False),
    Column("opens", INSTANT, nullable=False),
    Column("expires", INSTANT, nullable=False, index=True),
    Column("used", INSTANT),
)
"""Somebody without a device asks; `used` is when the shares were first given out."""

custody_answer = Table(
    "custody_answer",
    metadata,
    Column("request", ID, ForeignKey("custody_request.id"), primary_key=True),
    Column("custodian", ID, ForeignKey("person.id"), primary_key=True),
    Column("verdict", WORD, nullable=False),
    Column("device", ID, ForeignKey("device.id"), nullable=False),
    Column("box", BYTES),
)
"""What a custodian has said; `box` is what they have handed over."""
