"""Bodies about another identity key: with the old one (rotation) or without it (reset)."""

from typing import Annotated

from msgspec import Meta

from teamchat.wire.bodies import Answer, Count, Request, WhichDevice

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Box = Annotated[bytes, Meta(min_length=1, max_length=1024)]


class AskReset(Request, frozen=True):
    """Ask for another identity, because the recovery key is lost."""

    identity_key: Key
    recovery_box: Box


class PendingReset(Answer, frozen=True):
    """The reset that was asked for; both keys are empty if none was."""

    identity_key: bytes
    recovery_box: bytes
    asked: Count = 0
    """When, in seconds since 1970."""
    due: Count = 0
    """From when on it can be carried out, in seconds since 1970."""


class Rotate(Request, frozen=True):
    """Take another identity key; the signatures are those of docs/spec/key-directory.md."""

    identity_key: Key
    recovery_box: Box
    by: WhichDevice
    former: Signature
    new: Signature
    signature: Signature
