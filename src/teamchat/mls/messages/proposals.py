"""The seven proposals of RFC 9420 §12.1, and room for others.

A proposal of another type can only be read if its body is one `opaque data<V>`: that is
how this package and the implementations it meets carry custom proposals.
"""

from typing import Annotated, Final

from teamchat.mls.codec import Opaque, Select, Struct, struct, uint16, uint32
from teamchat.mls.errors import UsageError
from teamchat.mls.extensions import Extensions
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.schedule.key_names import PreSharedKeyID
from teamchat.mls.tree.nodes import LeafNode

ADD: Final = 1
UPDATE: Final = 2
REMOVE: Final = 3
PSK: Final = 4
REINIT: Final = 5
EXTERNAL_INIT: Final = 6
GROUP_CONTEXT_EXTENSIONS: Final = 7

DEFAULT_PROPOSALS: Final = frozenset(range(ADD, GROUP_CONTEXT_EXTENSIONS + 1))
"""The types every client supports without saying so (§7.2)."""


@struct
class Add(Struct):
    """Asks to add the client of a KeyPackage (§12.1.1)."""

    key_package: KeyPackage


@struct
class Update(Struct):
    """Asks to replace the sender's leaf (§12.1.2)."""

    leaf_node: LeafNode


@struct
class Remove(Struct):
    """Asks to remove a member (§12.1.3)."""

    removed: Annotated[int, uint32]


@struct
class PreSharedKey(Struct):
    """Asks to mix a pre-shared key into the next epoch (§12.1.4)."""

    psk: PreSharedKeyID


@struct
class ReInit(Struct):
    """Asks to end the group in favour of a new one (§12.1.5)."""

    group_id: Annotated[bytes, Opaque()]
    version: Annotated[int, uint16]
    cipher_suite: Annotated[int, uint16]
    extensions: Extensions


@struct
class ExternalInit(Struct):
    """Carries the init secret of an external commit (§12.1.6)."""

    kem_output: Annotated[bytes, Opaque()]


@struct
class GroupContextExtensions(Struct):
    """Asks to replace the group's extensions, all of them (§12.1.7)."""

    extensions: Extensions


@struct
class CustomProposal(Struct):
    """A proposal of a type that RFC 9420 does not define."""

    proposal_type: Annotated[int, uint16]
    data: Annotated[bytes, Opaque()]

    def __post_init__(self) -> None:
        if self.proposal_type in DEFAULT_PROPOSALS:
            raise UsageError(f"proposal type {self.proposal_type} has a class of its own")


Proposal = Annotated[
    Add
    | Update
    | Remove
    | PreSharedKey
    | ReInit
    | ExternalInit
    | GroupContextExtensions
    | CustomProposal,
    Select(
        uint16,
        {
            ADD: Add,
            UPDATE: Update,
            REMOVE: Remove,
            PSK: PreSharedKey,
            REINIT: ReInit,
            EXTERNAL_INIT: ExternalInit,
            GROUP_CONTEXT_EXTENSIONS: GroupContextExtensions,
        },
        other=CustomProposal,
    ),
]
