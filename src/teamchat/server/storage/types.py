"""Column types: identifiers, instants and opaque bytes, each named once."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, LargeBinary, SmallInteger, String, Text

from teamchat import ids

ID: Final = String(ids.LENGTH)
"""An identifier of `teamchat.ids`."""

SEQUENCE: Final = BigInteger()
"""A dense count from 1: the place in a log or an inbox, or an epoch."""

INSTANT: Final = BigInteger()
"""Seconds since 1970-01-01T00:00:00Z."""

INSTANT_MS: Final = BigInteger()
"""Milliseconds since 1970-01-01T00:00:00Z; for display, never for order."""

DAY: Final = BigInteger()
"""Days since 1970-01-01."""

COUNT: Final = BigInteger()
"""A number of things or of bytes."""

BYTES: Final = LargeBinary()
"""Bytes that the server does not look into, or a hash."""

CODE: Final = SmallInteger()
"""A member of an IntEnum of `teamchat.wire`."""

WORD: Final = String(64)
"""A member of a StrEnum, or another short fixed word."""

TEXT: Final = Text()
"""What a person typed as a name."""

FLAG: Final = Boolean(create_constraint=False)
"""Yes or no."""
