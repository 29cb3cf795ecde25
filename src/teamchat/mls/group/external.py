"""Joining by external commit (RFC 9420 §8.3, §12.4.3.2)."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.suites import MLS10, cipher_suite
from teamchat.mls.errors import UsageError, ValidationError
from teamchat.mls.evolution.evolve import (
    PublicState,
    apply_external_list,
    check_new_leaf,
    check_resync,
    provisional_context,
)
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import (
    FramedContent,
    FramedContentAuthData,
    SenderNewMemberCommit,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group.advance import Advanced, Inputs, advance
from teamchat.mls.group.info import external_pub, group_info, tree_of
from teamchat.mls.group.join import check_group
from teamchat.mls.group.pending import PendingJoin
from teamchat.mls.group.protect import Signed
from teamchat.mls.group.psk_store import NO_PSKS, PSKStore, gather
from teamchat.mls.group.state import GroupState, roster_of
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.proposals import ExternalInit, PreSharedKey, Proposal, Remove
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import export_to_external
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.schedule.transcript import interim_transcript_hash
from teamchat.mls.tree import RatchetTree, UpdatePath
from teamchat.mls.tree.treekem import FreshPath, make_path, seal_path
from teamchat.mls.tree.validation import MAX_LIFETIME


@dataclass(frozen=True, slots=True)
class _Doorway:
    """A group that can be joined: its GroupInfo and tree are verified."""

    info: GroupInfo
    public: PublicState
    bundle: KeyPackageBundle
    judge: Judge


def join_external(  # noqa: PLR0913  # all but five have a default
    crypto: CryptoProvider,
    info: bytes,
    bundle: KeyPackageBundle,
    *,
    ratchet_tree: bytes | None = None,
    resync: int | None = None,
    psk_proposals: Sequence[PreSharedKey] = (),
    psks: PSKStore = NO_PSKS,
    authentication: AuthenticationService,
    now: int,
    longest_lifetime: int = MAX_LIFETIME,
    known_groups: Container[bytes] = (),
) -> PendingJoin:
    """Make the external commit by which the owner of a KeyPackage joins.

    A former appearance of ours is removed in the same commit: the leaf `resync`, or else
    the leaf that has our signature key, if there is one.

    Raises:
        MlsError: The GroupInfo is not one of a sound group that can be joined so.
    """
    judge = Judge(authentication, now, longest_lifetime)
    door = _doorway(crypto, info, bundle, ratchet_tree, judge)
    former = _former(door.public.tree, bundle) if resync is None else resync
    if former is None and door.public.context.group_id in known_groups:
        raise ValidationError(Rule.GROUP_ID_UNIQUE)
    kem_output, init_secret = export_to_external(crypto, door.public.suite, external_pub(door.info))
    removes = () if former is None else (Remove(former),)
    proposals: tuple[Proposal, ...] = (ExternalInit(kem_output), *removes, *psk_proposals)
    keys = gather([proposal.psk for proposal in psk_proposals], {}, psks)
    psk = psk_secret(crypto, door.public.suite, keys)
    return _committed(crypto, door, proposals, init_secret, psk)


def _doorway(
    crypto: CryptoProvider,
    info: bytes,
    bundle: KeyPackageBundle,
    ratchet_tree: bytes | None,
    judge: Judge,
) -> _Doorway:
    message = unwrap(info)
    if not isinstance(message, GroupInfo):
        raise UsageError("only a GroupInfo is joined by an external commit")
    context = message.group_context
    if (context.version, context.cipher_suite) != (MLS10, bundle.key_package.cipher_suite):
        raise ValidationError(Rule.WELCOME_SUITE)
    suite = cipher_suite(context.cipher_suite)
    tree = tree_of(crypto, suite, message, ratchet_tree)
    check_group(crypto, suite, message, tree, judge)
    return _Doorway(message, PublicState(suite, context, tree), bundle, judge)


def _committed(
    crypto: CryptoProvider,
    door: _Doorway,
    proposals: Sequence[Proposal],
    init_secret: Secret,
    psk: Secret,
) -> PendingJoin:
    """Sign the commit of `proposals` and enter the epoch it begins."""
    suite, context = door.public.suite, door.public.context
    fresh, provisional, path = _path(crypto, door, proposals)
    signed = _signed(crypto, door, Commit(_by_value(proposals), path))
    confirmed, tag = context.confirmed_transcript_hash, door.info.confirmation_tag
    advanced = advance(
        crypto,
        suite,
        signed.confirmed(None),
        interim_transcript_hash(crypto, suite, confirmed, tag),
        provisional,
        Inputs(init_secret, fresh.commit_secret, psk),
        fresh.tree.leaf_count,
    )
    auth = FramedContentAuthData(signed.signature, advanced.confirmation_tag)
    after = _state(suite, fresh, advanced, door.bundle)
    return PendingJoin(
        message=wrap(PublicMessage(signed.content, auth, None)),
        group_info=group_info(crypto, after),
        ratchet_tree=fresh.tree.encode(),
        base_epoch=context.epoch,
        next=after,
        created=door.judge.now,
    )


def _former(tree: RatchetTree, bundle: KeyPackageBundle) -> int | None:
    own = bundle.key_package.leaf_node.signature_key
    return next((index for index, leaf in tree.leaves() if leaf.signature_key == own), None)


def _by_value(proposals: Sequence[Proposal]) -> tuple[ProposalByValue, ...]:
    return tuple(map(ProposalByValue, proposals))


def _path(
    crypto: CryptoProvider, door: _Doorway, proposals: Sequence[Proposal]
) -> tuple[FreshPath, GroupContext, UpdatePath]:
    public, leaf = door.public, door.bundle.key_package.leaf_node
    sent = [SentProposal(SenderNewMemberCommit(), proposal) for proposal in proposals]
    applied, own_leaf = apply_external_list(public, sent).joined_by(leaf)
    check_resync(public, applied, leaf, door.judge)
    fresh = make_path(
        crypto,
        public.suite,
        applied.tree,
        own_leaf,
        leaf,
        door.bundle.signature_private_key,
        public.context.group_id,
    )
    check_new_leaf(crypto, public, applied, fresh.tree, own_leaf, door.judge)
    context = provisional_context(crypto, public, fresh.tree, applied)
    return fresh, context, seal_path(crypto, public.suite, fresh, context.encode(), ())


def _signed(crypto: CryptoProvider, door: _Doorway, commit: Commit) -> Signed:
    context = door.public.context
    content = FramedContent(context.group_id, context.epoch, SenderNewMemberCommit(), b"", commit)
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, context)
    key = door.bundle.signature_private_key
    signature = sign_content(crypto, door.public.suite, key, tbs)
    return Signed(content, WireFormat.PUBLIC_MESSAGE, tbs, signature)


def _state(
    suite: CipherSuite, fresh: FreshPath, advanced: Advanced, bundle: KeyPackageBundle
) -> GroupState:
    return GroupState(
        suite=suite,
        context=advanced.context,
        tree=fresh.tree,
        roster=roster_of(fresh.tree),
        own_leaf=fresh.sender,
        signature_key=bundle.signature_private_key,
        private_keys=dict(fresh.private_keys),
        secrets=advanced.secrets,
        secret_tree=advanced.secret_tree,
        confirmation_tag=advanced.confirmation_tag,
        interim_transcript_hash=advanced.interim_transcript_hash,
    )
