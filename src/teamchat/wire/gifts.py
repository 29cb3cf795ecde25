"""Bodies about earlier messages that a member gives to new ones (docs/spec/content.md).

The server knows who keeps such a file, how large it is, and which devices are to fetch it.
"""

from typing import Annotated, Final

from msgspec import Meta

from teamchat.wire.bodies import Request, WhichDevice

TAKERS: Final = 5_000
"""Devices for which one file can be: as many as a group has."""


class SetTakers(Request, frozen=True):
    """The file is for these devices, and goes when all of them have taken it."""

    devices: Annotated[tuple[WhichDevice, ...], Meta(max_length=TAKERS)]
