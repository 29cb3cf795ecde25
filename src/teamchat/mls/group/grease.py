"""GREASE in what we send: never where an unknown value has a message refused (RFC 9420 §13.5).

Asked of our own messages only. What others send is treated as any other unknown value.
"""

from collections.abc import Iterable

from teamchat.mls.errors import ValidationError
from teamchat.mls.extensions import Extension, is_grease
from teamchat.mls.messages.proposals import (
    CustomProposal,
    GroupContextExtensions,
    Proposal,
    ReInit,
)
from teamchat.mls.rules import Rule


def check_greaseless(proposal: Proposal) -> None:
    """Check a proposal that we are to send.

    Raises:
        ValidationError: Its type, or that of a GroupContext extension, is a GREASE value.
    """
    match proposal:
        case CustomProposal(proposal_type) if is_grease(proposal_type):
            raise ValidationError(Rule.GREASE_PLACE, f"proposal 0x{proposal_type:04X}")
        case GroupContextExtensions(extensions) | ReInit(extensions=extensions):
            check_greaseless_context(extensions)
        case _:
            pass


def check_greaseless_context(extensions: Iterable[Extension]) -> None:
    """Check the GroupContext extensions of a group that we are to make.

    Raises:
        ValidationError: The type of one is a GREASE value.
    """
    for extension in extensions:
        if is_grease(extension.extension_type):
            raise ValidationError(Rule.GREASE_PLACE, f"extension 0x{extension.extension_type:04X}")
