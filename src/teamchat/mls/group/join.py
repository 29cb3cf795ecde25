"""Joining by Welcome (RFC 9420 §12.4.3.1).

Nothing is believed before it is verified: the GroupInfo's signature and the tree's hash
come first, whether the tree came inside the Welcome or beside it.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import equal
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.errors import CryptoError, UsageError, ValidationError
from teamchat.mls.evolution.leaves import Judge, check_group_extensions
from teamchat.mls.evolution.rules_of_list import check_psks
from teamchat.mls.framing.message import unwrap
from teamchat.mls.group.info import tree_of
from teamchat.mls.group.origin import OldGroups, check_origin, origin_of
from teamchat.mls.group.psk_store import NO_PSKS, PSKStore, gather
from teamchat.mls.group.state import GroupState, roster_of
from teamchat.mls.group.welcome import find_bundle, open_group_info, open_secrets
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.welcome import GroupSecrets, Welcome
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.epoch import confirmation_tag, start_epoch
from teamchat.mls.schedule.key_names import ResumptionPSKUsage
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.schedule.secret_tree import SecretTree
from teamchat.mls.schedule.transcript import interim_transcript_hash
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.treekem import implant_path_secret
from teamchat.mls.tree.validation import MAX_LIFETIME, LeafRules, check_tree
from teamchat.mls.tree_math import to_node


def no_old_groups(_group_id: bytes) -> GroupState | None:
    """Know no other group."""
    return None


@dataclass(frozen=True, slots=True)
class _Invitation:
    """A Welcome, opened. Nothing in it is verified yet."""

    suite: CipherSuite
    bundle: KeyPackageBundle
    secrets: GroupSecrets
    psk: Secret
    info: GroupInfo


def join(  # noqa: PLR0913  # all but four have a default
    crypto: CryptoProvider,
    welcome: bytes,
    bundles: Mapping[bytes, KeyPackageBundle],
    *,
    ratchet_tree: bytes | None = None,
    psks: PSKStore = NO_PSKS,
    authentication: AuthenticationService,
    now: int,
    longest_lifetime: int = MAX_LIFETIME,
    known_groups: Container[bytes] = (),
    old_groups: OldGroups = no_old_groups,
) -> GroupState:
    """Join a group by a Welcome.

    `bundles` are our KeyPackages by reference, `ratchet_tree` the tree if it is not in the
    Welcome, `known_groups` the ids of the groups we are in, `old_groups` is asked when the
    new group is made of another.

    Raises:
        MlsError: The Welcome is not for us, or not of a sound group.
    """
    message = unwrap(welcome)
    if not isinstance(message, Welcome):
        raise UsageError("only a Welcome is joined by")
    bundle, sealed = find_bundle(message, bundles)
    suite = cipher_suite(message.cipher_suite)
    secrets = open_secrets(crypto, suite, message, bundle, sealed)
    origin = origin_of(secrets.psks)
    old = None if origin is None else old_groups(origin.psk_group_id)
    psk = _psk_secret(crypto, suite, secrets, old, psks)
    info = open_group_info(crypto, suite, message, Secret(secrets.joiner_secret), psk)
    invitation = _Invitation(suite, bundle, secrets, psk, info)
    _check_context(invitation, known_groups)
    tree = tree_of(crypto, suite, info, ratchet_tree)
    check_group(crypto, suite, info, tree, Judge(authentication, now, longest_lifetime))
    state = _state(crypto, invitation, tree)
    if origin is not None:
        check_origin(origin, old, state.context, state.roster, authentication)
    return state


def check_group(
    crypto: CryptoProvider,
    suite: CipherSuite,
    info: GroupInfo,
    tree: RatchetTree,
    judge: Judge,
) -> None:
    """Check the group that a GroupInfo describes, as one who joins it (§12.4.3.1, §13.4).

    Raises:
        ValidationError: The tree, a member or an extension breaks a rule.
        CryptoError: A leaf's signature does not verify.
    """
    context = info.group_context
    check_group_extensions(context.extensions, judge)
    rules = LeafRules.of(suite, context.extensions)
    check_tree(crypto, tree, context.group_id, rules, judge.authentication, judge.longest_lifetime)


def _psk_secret(
    crypto: CryptoProvider,
    suite: CipherSuite,
    secrets: GroupSecrets,
    old: GroupState | None,
    psks: PSKStore,
) -> Secret:
    check_psks(secrets.psks, suite.hash_length, frozenset(ResumptionPSKUsage))
    held = {} if old is None else old.resumption_psks()
    return psk_secret(crypto, suite, gather(secrets.psks, held, psks))


def _own_leaf(tree: RatchetTree, bundle: KeyPackageBundle) -> int:
    for index, leaf in tree.leaves():
        if leaf == bundle.key_package.leaf_node:
            return index
    raise ValidationError(Rule.OWN_LEAF_PRESENT)


def _check_context(invitation: _Invitation, known_groups: Container[bytes]) -> None:
    context, package = invitation.info.group_context, invitation.bundle.key_package
    if context.cipher_suite != invitation.suite.id or context.version != package.version:
        raise ValidationError(Rule.WELCOME_SUITE)
    if context.group_id in known_groups:
        raise ValidationError(Rule.GROUP_ID_UNIQUE)


def _state(crypto: CryptoProvider, invitation: _Invitation, tree: RatchetTree) -> GroupState:
    """Return the state of a group whose GroupInfo and tree have been verified."""
    suite, context = invitation.suite, invitation.info.group_context
    own_leaf = _own_leaf(tree, invitation.bundle)
    joiner = Secret(invitation.secrets.joiner_secret)
    start = start_epoch(crypto, suite, joiner, invitation.psk, context)
    confirmed = context.confirmed_transcript_hash
    tag = confirmation_tag(crypto, suite, start.secrets, confirmed)
    if not equal(tag, invitation.info.confirmation_tag):
        raise CryptoError(Rule.CONFIRMATION_TAG)
    return GroupState(
        suite=suite,
        context=context,
        tree=tree,
        roster=roster_of(tree),
        own_leaf=own_leaf,
        signature_key=invitation.bundle.signature_private_key,
        private_keys=_private_keys(crypto, invitation, tree, own_leaf),
        secrets=start.secrets,
        secret_tree=SecretTree.of(start.encryption_secret, tree.leaf_count),
        confirmation_tag=tag,
        interim_transcript_hash=interim_transcript_hash(crypto, suite, confirmed, tag),
        welcomed_by=invitation.info.signer,
    )


def _private_keys(
    crypto: CryptoProvider, invitation: _Invitation, tree: RatchetTree, own_leaf: int
) -> dict[int, Secret]:
    keys: dict[int, Secret] = {to_node(own_leaf): invitation.bundle.leaf_private_key}
    path = invitation.secrets.path_secret
    if path is not None:
        secret, signer = Secret(path.path_secret), invitation.info.signer
        keys |= implant_path_secret(crypto, invitation.suite, tree, signer, own_leaf, secret)
    _check_keys(tree, own_leaf, keys)
    return keys


def _check_keys(tree: RatchetTree, own_leaf: int, keys: Mapping[int, Secret]) -> None:
    """Check that we can read whatever will be encrypted to the nodes above us (§7.4).

    A committer that leaves the path secret out would lock us out of the next epoch.
    """
    for above in tree.direct_path(own_leaf):
        node = tree.parent(above)
        if node is not None and own_leaf not in node.unmerged_leaves and above not in keys:
            raise ValidationError(Rule.PATH_SECRET_PRESENT, f"node {above}")
