"""What a client tells its server of an alarm about the key directory: never what it is about."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from teamchat.wire.bodies import Count, Request


class AlarmKind(StrEnum):
    """What a client has found (docs/spec/key-directory.md)."""

    GHOST = "ghost"
    """A device that its supposed owner or the key directory does not know."""
    FORK = "fork"
    """Another list than the one that was signed or pinned."""
    ROLLBACK = "rollback"
    """A shorter list than before."""
    SPLIT = "split"
    """A colleague was shown another list."""


class ReportAlarm(Request, frozen=True):
    """A finding of this device: its kind, and the digest of the evidence that the person keeps.

    `log` is the number at the end of the log's origin, 0 if none was pinned.
    """

    kind: AlarmKind
    log: Count
    evidence: Annotated[bytes, Meta(min_length=32, max_length=32)]
