"""Messages that no honest client makes, by one who holds real keys.

Everything that depends on what was changed is made anew: signatures, parent hashes, tree
hash, transcript, confirmation tag, membership tag. So a message is wrong in one thing only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from teamchat.mls.codec.varint import encode_length
from teamchat.mls.crypto import CipherSuite, Secret, cipher_suite
from teamchat.mls.crypto.labels import sign_with_label
from teamchat.mls.evolution.apply import Applied, apply_proposals
from teamchat.mls.evolution.evolve import PublicState, provisional_context
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import (
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    Sender,
    SenderMember,
    SenderNewMemberCommit,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.private import seal
from teamchat.mls.framing.public import PublicMessage, membership_tag
from teamchat.mls.group import NO_PSKS, GroupState, PSKStore
from teamchat.mls.group.advance import Advanced, Inputs, advance
from teamchat.mls.group.psk_store import gather
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalOrRef, ProposalReference
from teamchat.mls.messages.proposals import ExternalInit, Proposal
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import export_to_external, external_key_pair
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.schedule.secret_tree import MessageKey, RatchetKind
from teamchat.mls.tree import LeafNode, RatchetTree, UpdatePath
from teamchat.mls.tree.nodes import LeafPlace, sign_key_package_leaf, sign_leaf_node
from teamchat.mls.tree.path import hash_path, with_parent_hash
from teamchat.mls.tree.treekem import FreshPath, make_path, seal_path
from tests.forge.seeded import SeededCrypto

_T = TypeVar("_T")
Change = Callable[[_T], _T]


def same(value: _T) -> _T:
    """Change nothing."""
    return value


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is done differently from an honest commit.

    Attributes:
        path: Whether there is a path.
        leaf: Changes the leaf of the path before it is signed.
        signed_leaf: Changes it after.
        leaf_key: Signs the leaf; the member's key if it is None.
        place: Changes the place that the leaf is signed for.
        keys: Changes the keys of the path's nodes before their parent hashes are made.
        sealed: Changes the path once it is sealed.
        content: Changes the content before it is signed.
        signature: Changes the message's signature.
        tag: Changes the confirmation tag.
        membership: Changes the membership tag.
        key: Signs the message.
        applied: Changes what the proposals lead to.
        private: Whether it travels as a PrivateMessage.
        context: Changes the new epoch's context before anything is derived from it.
        psks: Where the pre-shared keys come from.
        references: Proposals to be committed by reference, before those by value.
        items: Changes the list of proposals after the new epoch was computed.
    """

    path: bool = True
    leaf: Change[LeafNode] = same
    signed_leaf: Change[LeafNode] = same
    leaf_key: Secret | None = None
    place: Change[LeafPlace] = same
    keys: Change[list[bytes]] = same
    sealed: Change[UpdatePath] = same
    content: Change[FramedContent] = same
    signature: Change[bytes] = same
    tag: Change[bytes] = same
    membership: Change[bytes] = same
    key: Secret | None = None
    applied: Change[Applied] = same
    private: bool = False
    context: Change[GroupContext] = same
    psks: PSKStore = NO_PSKS
    references: Sequence[tuple[bytes, SentProposal]] = field(default=())
    items: Change[tuple[ProposalOrRef, ...]] = same


HONEST = Plot()


@dataclass(frozen=True)
class Committed:
    """A forged commit: the message, and the epoch it leads to if anybody follows."""

    message: bytes
    fresh: FreshPath | None
    applied: Applied
    tree: RatchetTree
    advanced: Advanced
    psk: Secret


def commit_of(
    crypto: SeededCrypto, state: GroupState, *proposals: Proposal, plot: Plot = HONEST
) -> Committed:
    """Return a commit as the member of `state` could send it, whatever the rules say."""
    sender = SenderMember(state.own_leaf)
    sent = [
        *(each for _, each in plot.references),
        *(SentProposal(sender, each) for each in proposals),
    ]
    applied = plot.applied(apply_proposals(sent, state.tree, state.extensions))
    path = _Path.of(crypto, state, applied, plot) if plot.path else None
    return _finish(crypto, state, proposals, applied, path, plot)


@dataclass(frozen=True)
class _Path:
    fresh: FreshPath
    tree: RatchetTree
    leaf: LeafNode

    @classmethod
    def of(cls, crypto: SeededCrypto, state: GroupState, applied: Applied, plot: Plot) -> "_Path":
        key = plot.leaf_key or state.signature_key
        return path_of(
            crypto, state.suite, applied.tree, state.own_leaf, state.own_leaf_node, key,
            state.group_id, plot,
        )  # fmt: skip


def path_of(
    crypto: SeededCrypto,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    leaf: LeafNode,
    key: Secret,
    group_id: bytes,
    plot: Plot,
) -> _Path:
    """Return a path with a leaf as the plot wants it."""
    fresh = _rekeyed(
        crypto, suite, tree, make_path(crypto, suite, tree, sender, leaf, key, group_id), plot
    )
    made = fresh.tree.leaf(sender)
    assert made is not None
    place = plot.place(LeafPlace(group_id, sender))
    changed = replace(plot.leaf(made), signature=b"")
    changed = plot.signed_leaf(sign_leaf_node(crypto, suite, key, changed, place))
    merged = with_leaf(fresh.tree, sender, changed)
    return _Path(replace(fresh, tree=merged), merged, changed)


def _rekeyed(
    crypto: SeededCrypto, suite: CipherSuite, before: RatchetTree, fresh: FreshPath, plot: Plot
) -> FreshPath:
    """Return a path with other keys, its parent hashes made anew."""
    nodes = [node for node, _ in before.filtered_direct_path(fresh.sender)]
    keys = plot.keys([fresh.tree.encryption_key(node) or b"" for node in nodes])
    parents, leaf_hash = hash_path(crypto, suite, before, fresh.sender, keys)
    leaf = fresh.tree.leaf(fresh.sender)
    assert leaf is not None
    changed = with_parent_hash(leaf, leaf_hash)
    return replace(fresh, tree=before.with_path(fresh.sender, changed, parents))


def with_leaf(tree: RatchetTree, index: int, leaf: LeafNode | None) -> RatchetTree:
    """Return a tree with one leaf replaced and all else as it was."""
    nodes = list(tree.nodes)
    nodes[2 * index] = leaf
    return RatchetTree(nodes)


def _finish(
    crypto: SeededCrypto,
    state: GroupState,
    proposals: Sequence[Proposal],
    applied: Applied,
    path: _Path | None,
    plot: Plot,
) -> Committed:
    public = PublicState(state.suite, state.context, state.tree)
    tree = applied.tree if path is None else path.tree
    context = plot.context(provisional_context(crypto, public, tree, applied))
    update = None
    if path is not None:
        added = [index for index, _ in applied.added]
        update = plot.sealed(seal_path(crypto, state.suite, path.fresh, context.encode(), added))
    items: tuple[ProposalOrRef, ...] = (
        *(ProposalReference(ref) for ref, _ in plot.references),
        *map(ProposalByValue, proposals),
    )
    body = Commit(plot.items(items), update)
    wire = WireFormat.PRIVATE_MESSAGE if plot.private else WireFormat.PUBLIC_MESSAGE
    content = plot.content(
        FramedContent(state.group_id, state.epoch, SenderMember(state.own_leaf), b"", body)
    )
    tbs = framed_content_tbs(wire, content, state.context)
    key = plot.key or state.signature_key
    signature = plot.signature(sign_content(crypto, state.suite, key, tbs))
    secret = Secret(bytes(state.suite.hash_length))
    psk = psk_secret(crypto, state.suite, gather(applied.psks, state.resumption_psks(), plot.psks))
    advanced = advance(
        crypto,
        state.suite,
        AuthenticatedContent(wire, content, FramedContentAuthData(signature, None)),
        state.interim_transcript_hash,
        context,
        Inputs(
            state.secrets.init_secret, secret if path is None else path.fresh.commit_secret, psk
        ),
        tree.leaf_count,
    )
    auth = FramedContentAuthData(signature, plot.tag(advanced.confirmation_tag))
    message = _framed(crypto, state, AuthenticatedContent(wire, content, auth), tbs, plot)
    return Committed(message, None if path is None else path.fresh, applied, tree, advanced, psk)


def _framed(
    crypto: SeededCrypto, state: GroupState, message: AuthenticatedContent, tbs: bytes, plot: Plot
) -> bytes:
    if message.wire_format is WireFormat.PRIVATE_MESSAGE:
        return sealed(crypto, state, message)
    if not isinstance(message.content.sender, SenderMember):
        return wrap(PublicMessage(message.content, message.auth, None))
    key = state.secrets.membership_key
    tag = membership_tag(crypto, state.suite, key, tbs, message.auth)
    return wrap(PublicMessage(message.content, message.auth, plot.membership(tag)))


def sealed(
    crypto: SeededCrypto,
    state: GroupState,
    message: AuthenticatedContent,
    *,
    generation: int | None = None,
    leaf: int | None = None,
    secret: Secret | None = None,
) -> bytes:
    """Return a PrivateMessage; its sender data may say what it likes."""
    application = message.content.content_type == 1
    kind = RatchetKind.APPLICATION if application else RatchetKind.HANDSHAKE
    key, _ = state.secret_tree.next_key(crypto, state.suite, state.own_leaf, kind)
    if generation is not None:
        key = MessageKey(generation, key.key, key.nonce)
    if leaf is not None:
        message = replace(message, content=replace(message.content, sender=SenderMember(leaf)))
    data_secret = secret or state.secrets.sender_data_secret
    return wrap(seal(crypto, state.suite, message, key, data_secret, 1))


def said(
    crypto: SeededCrypto,
    state: GroupState,
    body: object,
    plot: Plot = HONEST,
    sender: Sender | None = None,
    authenticated_data: bytes = b"",
) -> bytes:
    """Return a proposal, a path-less commit or application data, framed and signed."""
    content = plot.content(
        FramedContent(
            state.group_id,
            state.epoch,
            sender or SenderMember(state.own_leaf),
            authenticated_data,
            body,  # type: ignore[arg-type]  # the caller hands in what a content may be
        )
    )
    wire = WireFormat.PRIVATE_MESSAGE if plot.private else WireFormat.PUBLIC_MESSAGE
    tbs = framed_content_tbs(wire, content, state.context)
    key = plot.key or state.signature_key
    signature = plot.signature(sign_content(crypto, state.suite, key, tbs))
    tag = plot.tag(bytes(state.suite.hash_length)) if content.content_type == 3 else None
    auth = FramedContentAuthData(signature, tag)
    return _framed(crypto, state, AuthenticatedContent(wire, content, auth), tbs, plot)


def intrusion(
    crypto: SeededCrypto,
    inside: GroupState,
    bundle: KeyPackageBundle,
    proposals: Callable[[Proposal], Sequence[Proposal]],
    plot: Plot = HONEST,
) -> bytes:
    """Return an external commit to the epoch of `inside`; `proposals` is told the ExternalInit."""
    suite = inside.suite
    pair = external_key_pair(crypto, suite, inside.secrets)
    kem_output, init_secret = export_to_external(crypto, suite, pair.public_key)
    wanted = tuple(proposals(ExternalInit(kem_output)))
    sender = SenderNewMemberCommit()
    sent = [SentProposal(sender, each) for each in wanted]
    leaf = bundle.key_package.leaf_node
    applied, own = plot.applied(apply_proposals(sent, inside.tree, inside.extensions)).joined_by(
        leaf
    )
    key = plot.leaf_key or bundle.signature_private_key
    path = path_of(crypto, suite, applied.tree, own, leaf, key, inside.group_id, plot)
    public = PublicState(suite, inside.context, inside.tree)
    context = provisional_context(crypto, public, path.tree, applied)
    added = [index for index, _ in applied.added]
    update = plot.sealed(seal_path(crypto, suite, path.fresh, context.encode(), added))
    items = plot.items(tuple(map(ProposalByValue, wanted)))
    body = Commit(items, update if plot.path else None)
    content = plot.content(FramedContent(inside.group_id, inside.epoch, sender, b"", body))
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, inside.context)
    signature = plot.signature(
        sign_content(crypto, suite, plot.key or bundle.signature_private_key, tbs)
    )
    psk = psk_secret(crypto, suite, gather(applied.psks, {}, plot.psks))
    wire = WireFormat.PUBLIC_MESSAGE
    advanced = advance(
        crypto,
        suite,
        AuthenticatedContent(wire, content, FramedContentAuthData(signature, None)),
        inside.interim_transcript_hash,
        context,
        Inputs(init_secret, path.fresh.commit_secret, psk),
        path.tree.leaf_count,
    )
    auth = FramedContentAuthData(signature, plot.tag(advanced.confirmation_tag))
    return _framed(crypto, inside, AuthenticatedContent(wire, content, auth), tbs, plot)


def resigned_package(
    crypto: SeededCrypto,
    bundle: KeyPackageBundle,
    leaf: Change[LeafNode] = same,
    package: Change[KeyPackage] = same,
    *,
    sign_leaf: bool = True,
    key: Secret | None = None,
) -> KeyPackage:
    """Return a KeyPackage, changed, its leaf and itself signed again."""
    suite = crypto_suite(bundle)
    signer = key or bundle.signature_private_key
    inner = leaf(bundle.key_package.leaf_node)
    if sign_leaf:
        inner = sign_key_package_leaf(crypto, suite, signer, replace(inner, signature=b""))
    unsigned = package(replace(bundle.key_package, leaf_node=inner, signature=b""))
    tbs = unsigned.encode()[: -len(encode_length(0))]
    return replace(unsigned, signature=sign_with_label(crypto, suite, signer, "KeyPackageTBS", tbs))


def crypto_suite(bundle: KeyPackageBundle) -> CipherSuite:
    """Return the suite that a bundle's keys are of."""
    return cipher_suite(bundle.key_package.cipher_suite)


def flipped(data: bytes, bit: int = 0) -> bytes:
    """Return bytes with one bit of the last one changed."""
    return data[:-1] + bytes((data[-1] ^ 1 << bit,))
