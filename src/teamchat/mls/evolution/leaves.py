"""The leaves that a commit brings: are they valid, and whose are they (RFC 9420 §7.3)?"""

from dataclasses import dataclass

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.errors import InternalError, ValidationError
from teamchat.mls.evolution.apply import Applied
from teamchat.mls.extensions import (
    GROUP_CONTEXT_TYPES,
    Extension,
    check_extensions,
    external_senders,
)
from teamchat.mls.key_package import validate_key_package
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.mls.tree.nodes import LeafPlace, UpdateSource
from teamchat.mls.tree.validation import (
    MAX_LIFETIME,
    LeafRules,
    check_leaf,
    check_neighbours,
    check_supports,
)


@dataclass(frozen=True, slots=True)
class Judge:
    """Who decides what no message can prove.

    Attributes:
        now: Seconds since 1970.
        longest_lifetime: The longest lifetime accepted of a KeyPackage, in seconds (§7.2).
    """

    authentication: AuthenticationService
    now: int
    longest_lifetime: int = MAX_LIFETIME


def check_changes(
    crypto: CryptoProvider,
    suite: CipherSuite,
    context: GroupContext,
    before: RatchetTree,
    applied: Applied,
    judge: Judge,
) -> None:
    """Check what a proposal list does to leaves and extensions.

    Raises:
        ValidationError: A leaf, a KeyPackage or the new extensions break a rule.
        CryptoError: A signature does not verify.
        DecodeError: An extension is malformed.
    """
    rules = LeafRules.of(suite, applied.extensions)
    if applied.extensions != context.extensions:
        check_group_extensions(applied.extensions, judge)
        for _, leaf in applied.tree.leaves():
            check_supports(leaf, rules)
    for index in applied.updated:
        place = LeafPlace(context.group_id, index)
        check_successor(_present(before, index), _present(applied.tree, index), judge)
        check_update(crypto, _present(applied.tree, index), place, rules, judge)
    for _, key_package in applied.added:
        validate_key_package(
            crypto,
            key_package,
            rules=rules,
            authentication=judge.authentication,
            now=judge.now,
            longest_lifetime=judge.longest_lifetime,
        )
    added = [index for index, _ in applied.added]
    check_neighbours(applied.tree, (*applied.updated, *added))


def check_group_extensions(extensions: tuple[Extension, ...], judge: Judge) -> None:
    """Check the extensions of a GroupContext, external senders among them (§5.3.1, §13.4).

    Raises:
        ValidationError: They break a rule, or an external sender is not vouched for.
        DecodeError: One is malformed.
    """
    check_extensions(extensions, GROUP_CONTEXT_TYPES)
    for sender in external_senders(extensions):
        judge.authentication.authenticate(sender.credential, sender.signature_key)


def check_update(
    crypto: CryptoProvider, leaf: LeafNode, place: LeafPlace, rules: LeafRules, judge: Judge
) -> None:
    """Check the leaf of an Update, alone (§7.3).

    Raises:
        ValidationError: It breaks a rule.
        CryptoError: Its signature does not verify.
    """
    if not isinstance(leaf.leaf_node_source, UpdateSource):
        raise ValidationError(Rule.LEAF_SOURCE, "not an Update's")
    check_leaf(crypto, leaf, place, rules, judge.authentication)


def check_successor(old: LeafNode, new: LeafNode, judge: Judge) -> None:
    """Check that a leaf may take the place of another: same client, fresh key (§5.3.1, §7.3).

    Raises:
        ValidationError: It may not.
    """
    if old.encryption_key == new.encryption_key:
        raise ValidationError(Rule.LEAF_UPDATE_CHANGES_KEY)
    if not judge.authentication.same_client(old.credential, new.credential):
        raise ValidationError(Rule.CREDENTIAL_SAME_CLIENT)


def _present(tree: RatchetTree, index: int) -> LeafNode:
    leaf = tree.leaf(index)
    if leaf is None:
        raise InternalError(f"leaf {index} has updated itself and is blank")
    return leaf
