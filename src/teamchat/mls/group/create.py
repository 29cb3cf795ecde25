"""Creating a group of one (RFC 9420 §11). Others are added by a commit."""

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.evolution.leaves import Judge, check_group_extensions
from teamchat.mls.extensions import Extension
from teamchat.mls.group.grease import check_greaseless_context
from teamchat.mls.group.state import GroupState, roster_of
from teamchat.mls.key_package import KeyPackageBundle, validate_key_package
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import confirmation_tag, expand_epoch_secret
from teamchat.mls.schedule.secret_tree import SecretTree
from teamchat.mls.schedule.transcript import interim_transcript_hash
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.validation import LeafRules


def create_group(
    crypto: CryptoProvider,
    *,
    group_id: bytes,
    suite: CipherSuite,
    bundle: KeyPackageBundle,
    extensions: tuple[Extension, ...] = (),
    authentication: AuthenticationService,
    now: int,
) -> GroupState:
    """Create a group whose only member is the owner of a KeyPackage.

    Its init key is not used; the KeyPackage must not serve anywhere else.

    Raises:
        MlsError: The KeyPackage or the extensions are not valid.
    """
    judge = Judge(authentication, now)
    check_greaseless_context(extensions)
    check_group_extensions(extensions, judge)
    validate_key_package(
        crypto,
        bundle.key_package,
        rules=LeafRules.of(suite, extensions),
        authentication=authentication,
        now=now,
    )
    tree = RatchetTree([bundle.key_package.leaf_node])
    tree_hash = tree.tree_hash(crypto, suite)
    context = GroupContext(MLS10, suite.id, group_id, 0, tree_hash, b"", extensions)
    start = expand_epoch_secret(crypto, suite, Secret(crypto.random(suite.hash_length)))
    tag = confirmation_tag(crypto, suite, start.secrets, b"")
    return GroupState(
        suite=suite,
        context=context,
        tree=tree,
        roster=roster_of(tree),
        own_leaf=0,
        signature_key=bundle.signature_private_key,
        private_keys={0: bundle.leaf_private_key},
        secrets=start.secrets,
        secret_tree=SecretTree.of(start.encryption_secret, 1),
        confirmation_tag=tag,
        interim_transcript_hash=interim_transcript_hash(crypto, suite, b"", tag),
    )
