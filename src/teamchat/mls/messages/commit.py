"""Commit: the list of proposals that begins the next epoch (RFC 9420 §12.4)."""

from collections.abc import Sequence
from typing import Annotated, Final

from teamchat.mls.codec import Maybe, Opaque, Select, Struct, Vector, struct, uint8
from teamchat.mls.messages.proposals import (
    Add,
    PreSharedKey,
    Proposal,
    ReInit,
)
from teamchat.mls.tree.path import UpdatePath

MAX_PROPOSALS: Final = 2048
"""How many proposals of one epoch are remembered, and how many one commit may hold."""


@struct
class ProposalByValue(Struct):
    """A proposal that stands in the commit itself."""

    proposal: Proposal


@struct
class ProposalReference(Struct):
    """A proposal that was sent before, by the hash of its AuthenticatedContent."""

    reference: Annotated[bytes, Opaque()]


ProposalOrRef = Annotated[
    ProposalByValue | ProposalReference, Select(uint8, {1: ProposalByValue, 2: ProposalReference})
]


@struct
class Commit(Struct):
    """Commit (§12.4).

    One proposal too many is read, so that the rule can be named to the one who signed it; more
    are not read at all.
    """

    proposals: Annotated[tuple[ProposalOrRef, ...], Vector(ProposalOrRef, most=MAX_PROPOSALS + 1)]
    path: Annotated[UpdatePath | None, Maybe(UpdatePath)]


def needs_path(proposals: Sequence[Proposal]) -> bool:
    """Tell whether a commit of these proposals must carry an UpdatePath (§12.4).

    A custom proposal always takes one: nothing says that it could do without.
    """
    pathless = (Add, PreSharedKey, ReInit)
    return not proposals or not all(isinstance(proposal, pathless) for proposal in proposals)
