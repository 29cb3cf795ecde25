"""What a handshake message does to a group, in the server's own terms.

`groups` makes these values from MLS; `group_rules` decides whether they are allowed;
`delivery` carries them out. None of these three has to know the other two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from teamchat.errors import TeamchatError
from teamchat.ids import DeviceId, UserId
from teamchat.wire.frames import Kind


class GroupError(TeamchatError):
    """The bytes break a rule of MLS, or of our profile of it; `rule` is one line for a log."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class NotAllowedError(TeamchatError):
    """Well made, but its author may not do that to this conversation."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A device in a group, as its certificate says."""

    user: UserId
    device: DeviceId
    certificate: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Add:
    """Add a device; `ref` is the KeyPackageRef its Welcome is found by."""

    leaf: Leaf
    ref: bytes


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a device."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Renew:
    """Replace the keys of the author's own leaf, which becomes `leaf`."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """Replace the extensions of the group: its room policy."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A proposal that teamchat has no use for."""

    name: str


Wish = Add | Remove | Renew | Reconfigure | Unwanted


@dataclass(frozen=True, slots=True)
class Header:
    """What can be read of any message: what it is, whose group, which epoch."""

    kind: Kind
    group_id: bytes
    epoch: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a commit claims to do, before any of it was verified.

    Attributes:
        proposals: How many proposals it holds, by value or by reference.
        additions: The devices that it adds by value, as their certificates name them, with these.
    """

    proposals: int
    additions: Mapping[DeviceId, bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """A handshake message that is a valid next step of its group.

    Attributes:
        author: The device that signed it.
        joins: Whether the author was outside and joins by this commit.
        wishes: What is asked for, and by whom: a commit carries out other people's proposals.
        leaves: Every device in the group afterwards.
        epoch: The group's epoch afterwards.
        public_group: The group afterwards, as stored.
        tree: The ratchet tree afterwards; empty if nobody needs it.
        welcomes: What each added device gets of the Welcome.
        ignored: Devices that a commit of a member leaves in although their person has proposed
            in this epoch that they go.
        repeated: Whether a proposal says only what its author has proposed in this epoch before.
    """

    kind: Kind
    author: Leaf
    joins: bool
    wishes: tuple[tuple[Leaf, Wish], ...]
    leaves: tuple[Leaf, ...]
    epoch: int
    public_group: bytes
    tree: bytes
    welcomes: Mapping[DeviceId, bytes]
    ignored: tuple[Leaf, ...] = ()
    repeated: bool = False
