"""Groups that are made of other groups: by ReInit (RFC 9420 §11.2) or as a branch (§11.3).

A newcomer to such a group holds a resumption key of the old one and checks that the new
group is what it claims to be.
"""

from collections.abc import Callable, Sequence

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.errors import ValidationError
from teamchat.mls.group.state import GroupState, Roster
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.key_names import PreSharedKeyID, ResumptionPSKID, ResumptionPSKUsage

OldGroups = Callable[[bytes], GroupState | None]
"""Looks up the state of a group we are, or were until its ReInit, a member of."""


def origin_of(psks: Sequence[PreSharedKeyID]) -> ResumptionPSKID | None:
    """Return the key by which a Welcome says that its group is made of another.

    Raises:
        ValidationError: It names more than one.
    """
    application = ResumptionPSKUsage.APPLICATION
    found = [
        psk for psk in psks if isinstance(psk, ResumptionPSKID) and psk.usage is not application
    ]
    if len(found) > 1:
        raise ValidationError(Rule.WELCOME_ONE_ORIGIN)
    return found[0] if found else None


def check_origin(
    psk: ResumptionPSKID,
    old: GroupState | None,
    context: GroupContext,
    roster: Roster,
    authentication: AuthenticationService,
) -> None:
    """Check that a new group is made of the old one as its Welcome claims.

    Raises:
        ValidationError: It is not, or the old group is unknown.
    """
    if context.epoch != 1:
        raise ValidationError(Rule.WELCOME_FIRST_EPOCH)
    if old is None:
        raise ValidationError(Rule.PSK_AVAILABLE, "the old group is not known")
    if psk.usage is ResumptionPSKUsage.REINIT:
        _check_reinit(psk, old, context)
        _check_subset(old.roster, roster, authentication, Rule.REINIT_SAME_MEMBERS)
    else:
        _check_branch(old, context)
        _check_subset(roster, old.roster, authentication, Rule.BRANCH_SUBSET)


def _check_reinit(psk: ResumptionPSKID, old: GroupState, context: GroupContext) -> None:
    reinit = old.reinit
    if reinit is None or psk.psk_epoch != old.epoch:
        raise ValidationError(Rule.REINIT_WELCOME_MATCHES, "the old group has not ended so")
    announced = (reinit.group_id, reinit.version, reinit.cipher_suite, reinit.extensions)
    if announced != (context.group_id, context.version, context.cipher_suite, context.extensions):
        raise ValidationError(Rule.REINIT_WELCOME_MATCHES)


def _check_branch(old: GroupState, context: GroupContext) -> None:
    same = (old.context.version, old.context.cipher_suite)
    if same != (context.version, context.cipher_suite):
        raise ValidationError(Rule.BRANCH_WELCOME_MATCHES)


def _check_subset(
    part: Roster, whole: Roster, authentication: AuthenticationService, rule: Rule
) -> None:
    """Check that every client of `part` is one of `whole`; equal credentials are the quick way."""
    known = {member.credential for member in whole.values()}
    for member in part.values():
        if member.credential in known:
            continue
        if not any(
            authentication.same_client(other.credential, member.credential)
            for other in whole.values()
        ):
            raise ValidationError(rule, f"leaf {member.leaf}")
