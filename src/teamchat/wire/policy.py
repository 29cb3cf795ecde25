"""What the organisation has decided about devices and histories, told to its clients.

A client shows it and follows it; what the server can enforce, it enforces by itself.
"""

from typing import Annotated

from msgspec import Meta

from teamchat.wire.bodies import Answer, Count


class Policy(Answer, frozen=True):
    """The rules for everybody; fields that a server does not say have the value of no rule."""

    devices_at_most: Count = 0
    """How many devices a person has at most; 0 if the server does not say."""
    linking_needs_admin: bool = False
    """Whether a device that another one vouches for waits for an administrator."""
    history_for_new_devices: Annotated[str, Meta(max_length=16)] = "all"
    """What a device gives a new one: `all`, `none`, or what is not older than so many days."""
    history_backup: bool = False
    """Whether people may keep an encrypted backup of their history here."""
    identity_reset_delay_hours: Count = 0
    """How long a reset of the identity waits while the person has devices."""
