"""Making a group of another one: after a ReInit (RFC 9420 §11.2) or as a branch (§11.3).

The result is the first commit of the new group. Its newcomers prove by a resumption key
that they were members of the old one.
"""

from collections.abc import Sequence
from dataclasses import replace

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.errors import UsageError
from teamchat.mls.extensions import Extension
from teamchat.mls.group.commit import USUAL, CommitOptions, commit
from teamchat.mls.group.create import create_group
from teamchat.mls.group.origin import check_origin
from teamchat.mls.group.pending import PendingCommit
from teamchat.mls.group.psk_store import PSKs
from teamchat.mls.group.state import GroupState
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from teamchat.mls.messages.proposals import Add, PreSharedKey
from teamchat.mls.schedule.key_names import ResumptionPSKID, ResumptionPSKUsage


def reinitialize(
    crypto: CryptoProvider,
    old: GroupState,
    bundle: KeyPackageBundle,
    key_packages: Sequence[KeyPackage],
    *,
    authentication: AuthenticationService,
    now: int,
    options: CommitOptions = USUAL,
) -> PendingCommit:
    """Make the group that a committed ReInit announced, with all members of the old one.

    Raises:
        UsageError: No ReInit has been committed.
        MlsError: The KeyPackages are not those of the old group's members, or not valid.
    """
    reinit = old.reinit
    if reinit is None:
        raise UsageError("the group is not to be reinitialised")
    new = create_group(
        crypto,
        group_id=reinit.group_id,
        suite=cipher_suite(reinit.cipher_suite),
        bundle=bundle,
        extensions=reinit.extensions,
        authentication=authentication,
        now=now,
    )
    usage = ResumptionPSKUsage.REINIT
    return _found(crypto, old, new, usage, key_packages, authentication, now, options)


def branch(  # noqa: PLR0913  # all but five have a default
    crypto: CryptoProvider,
    old: GroupState,
    group_id: bytes,
    bundle: KeyPackageBundle,
    key_packages: Sequence[KeyPackage],
    *,
    extensions: tuple[Extension, ...] = (),
    authentication: AuthenticationService,
    now: int,
    options: CommitOptions = USUAL,
) -> PendingCommit:
    """Make a group of some of the members of `old`.

    Raises:
        MlsError: The KeyPackages are not those of members of the old group, or not valid.
    """
    new = create_group(
        crypto,
        group_id=group_id,
        suite=old.suite,
        bundle=bundle,
        extensions=extensions,
        authentication=authentication,
        now=now,
    )
    usage = ResumptionPSKUsage.BRANCH
    return _found(crypto, old, new, usage, key_packages, authentication, now, options)


def _found(
    crypto: CryptoProvider,
    old: GroupState,
    new: GroupState,
    usage: ResumptionPSKUsage,
    key_packages: Sequence[KeyPackage],
    authentication: AuthenticationService,
    now: int,
    options: CommitOptions,
) -> PendingCommit:
    nonce = crypto.random(new.suite.hash_length)
    psk = ResumptionPSKID(usage, old.group_id, old.epoch, nonce)
    pending = commit(
        crypto,
        new,
        proposals=[*map(Add, key_packages), PreSharedKey(psk)],
        psks=PSKs(resumptions=old.resumption_psks()),
        authentication=authentication,
        now=now,
        options=replace(options, usages=frozenset({usage})),
    )
    after = pending.next
    check_origin(psk, old, after.context, after.roster, authentication)
    return pending
