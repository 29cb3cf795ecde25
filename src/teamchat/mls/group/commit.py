"""Creating a commit (RFC 9420 §12.4.1): returns a PendingCommit, changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.evolution.apply import Applied
from teamchat.mls.evolution.evolve import PublicState, apply_member_list, provisional_context
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.evolution.rules_of_list import IN_A_GROUP
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.framing.message import wrap
from teamchat.mls.group.advance import Advanced, Inputs, advance
from teamchat.mls.group.choose import choose
from teamchat.mls.group.grease import check_greaseless
from teamchat.mls.group.info import (
    external_pub_extension,
    group_info,
    ratchet_tree_extension,
    signed_info,
)
from teamchat.mls.group.pending import PendingCommit
from teamchat.mls.group.protect import PUBLIC, Framing, Signed, protect, sign
from teamchat.mls.group.psk_store import NO_PSKS, PSKStore, gather
from teamchat.mls.group.state import GroupState, roster_of
from teamchat.mls.group.welcome import Newcomer, seal_group_info, seal_secrets
from teamchat.mls.messages.commit import (
    Commit,
    ProposalByValue,
    ProposalOrRef,
    ProposalReference,
    needs_path,
)
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.messages.welcome import Welcome
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import welcome_secret
from teamchat.mls.schedule.key_names import ResumptionPSKUsage
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.tree import RatchetTree, UpdatePath
from teamchat.mls.tree.nodes import Capabilities
from teamchat.mls.tree.treekem import FreshPath, make_path, path_secret_for, retain_keys, seal_path
from teamchat.mls.tree.validation import MAX_LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitOptions:
    """How a commit is made.

    Attributes:
        framing: How it travels.
        include_pending: Whether it takes up the pending proposals that are valid together.
        ratchet_tree_in_welcome: Whether newcomers find the tree in the Welcome, or fetch
            it elsewhere.
        always_path: Whether it refreshes our keys even if its proposals do not ask for it.
        capabilities: What our leaf says we support from now on; None for what it says now.
        usages: The resumption keys allowed; more than the usual only for a new group.
    """

    framing: Framing = PUBLIC
    include_pending: bool = True
    ratchet_tree_in_welcome: bool = False
    always_path: bool = True
    usages: frozenset[ResumptionPSKUsage] = IN_A_GROUP
    capabilities: Capabilities | None = None


USUAL = CommitOptions()


@dataclass(frozen=True, slots=True)
class _Plan:
    """The proposals of a commit and the public state they lead to."""

    items: tuple[ProposalOrRef, ...]
    proposals: tuple[Proposal, ...]
    applied: Applied


@dataclass(frozen=True, slots=True)
class _Path:
    """The path of a commit, or its absence."""

    tree: RatchetTree
    context: GroupContext
    commit_secret: Secret
    private_keys: dict[int, Secret]
    update_path: UpdatePath | None
    fresh: FreshPath | None

    def secret_for(self, newcomer: int) -> Secret | None:
        """Return the path secret that a newcomer may know, if there is a path."""
        return None if self.fresh is None else path_secret_for(self.fresh, newcomer)


def commit(
    crypto: CryptoProvider,
    state: GroupState,
    *,
    proposals: Sequence[Proposal] = (),
    psks: PSKStore = NO_PSKS,
    authentication: AuthenticationService,
    now: int,
    longest_lifetime: int = MAX_LIFETIME,
    options: CommitOptions = USUAL,
) -> PendingCommit:
    """Commit `proposals` by value, and the pending ones by reference.

    Raises:
        MlsError: The proposals are not valid together, a key is missing, or the group is
            over. The state stays as it is.
    """
    state.check_active()
    judge = Judge(authentication, now, longest_lifetime)
    plan = _plan(crypto, state, proposals, psks, judge, options)
    path = _path(crypto, state, plan, options)
    keys = gather(plan.applied.psks, state.resumption_psks(), psks)
    psk = psk_secret(crypto, state.suite, keys)
    signed = sign(crypto, state, Commit(plan.items, path.update_path), options.framing)
    advanced = _advanced(crypto, state, path, signed, psk)
    tag = advanced.confirmation_tag
    before, message = protect(crypto, state, signed, tag, options.framing.padding)
    after = _next_state(state, plan, path, advanced)
    return PendingCommit(
        message=message,
        welcome=_welcome(crypto, after, plan, path, advanced.joiner_secret, psk, options),
        group_info=group_info(crypto, after),
        ratchet_tree=after.tree.encode(),
        base_epoch=state.epoch,
        before=before,
        next=after,
        created=now,
    )


def _plan(
    crypto: CryptoProvider,
    state: GroupState,
    proposals: Sequence[Proposal],
    psks: PSKStore,
    judge: Judge,
    options: CommitOptions,
) -> _Plan:
    """Decide what to commit; check it as every receiver will (§12.2)."""
    for proposal in proposals:
        check_greaseless(proposal)
    public = PublicState(state.suite, state.context, state.tree)
    by_value = [SentProposal(SenderMember(state.own_leaf), proposal) for proposal in proposals]

    def applied(sent: Sequence[SentProposal]) -> Applied:
        return apply_member_list(crypto, public, state.own_leaf, sent, judge, options.usages)

    def check(sent: Sequence[SentProposal]) -> None:
        gather(applied(sent).psks, state.resumption_psks(), psks)

    chosen = choose(state, by_value, check) if options.include_pending else {}
    sent = [*chosen.values(), *by_value]
    items: list[ProposalOrRef] = [ProposalReference(ref) for ref in chosen]
    items += [ProposalByValue(proposal) for proposal in proposals]
    return _Plan(tuple(items), tuple(each.proposal for each in sent), applied(sent))


def _path(crypto: CryptoProvider, state: GroupState, plan: _Plan, options: CommitOptions) -> _Path:
    public = PublicState(state.suite, state.context, state.tree)
    applied = plan.applied
    kept = retain_keys(state.private_keys, state.tree, applied.tree)
    if not (options.always_path or needs_path(plan.proposals)):
        context = provisional_context(crypto, public, applied.tree, applied)
        zero = Secret(bytes(state.suite.hash_length))
        return _Path(applied.tree, context, zero, kept, None, None)
    capabilities = options.capabilities or state.own_leaf_node.capabilities
    fresh = make_path(
        crypto,
        state.suite,
        applied.tree,
        state.own_leaf,
        replace(state.own_leaf_node, capabilities=capabilities),
        state.signature_key,
        state.group_id,
    )
    context = provisional_context(crypto, public, fresh.tree, applied)
    added = [leaf for leaf, _ in applied.added]
    update_path = seal_path(crypto, state.suite, fresh, context.encode(), added)
    keys = retain_keys(state.private_keys, state.tree, fresh.tree) | dict(fresh.private_keys)
    return _Path(fresh.tree, context, fresh.commit_secret, keys, update_path, fresh)


def _advanced(
    crypto: CryptoProvider, state: GroupState, path: _Path, signed: Signed, psk: Secret
) -> Advanced:
    return advance(
        crypto,
        state.suite,
        signed.confirmed(None),
        state.interim_transcript_hash,
        path.context,
        Inputs(state.secrets.init_secret, path.commit_secret, psk),
        path.tree.leaf_count,
    )


def _next_state(state: GroupState, plan: _Plan, path: _Path, advanced: Advanced) -> GroupState:
    return replace(
        state,
        context=advanced.context,
        tree=path.tree,
        roster=roster_of(path.tree, state.roster),
        private_keys=path.private_keys,
        secrets=advanced.secrets,
        secret_tree=advanced.secret_tree,
        confirmation_tag=advanced.confirmation_tag,
        interim_transcript_hash=advanced.interim_transcript_hash,
        pending_proposals={},
        own_updates={},
        past=(),
        reinit=plan.applied.reinit,
    )


def _welcome(
    crypto: CryptoProvider,
    after: GroupState,
    plan: _Plan,
    path: _Path,
    joiner: Secret,
    psk: Secret,
    options: CommitOptions,
) -> bytes | None:
    applied = plan.applied
    if not applied.added:
        return None
    extensions = [external_pub_extension(crypto, after)]
    if options.ratchet_tree_in_welcome:
        extensions.append(ratchet_tree_extension(after.tree))
    info = signed_info(crypto, after, tuple(extensions))
    suite = after.suite
    sealed = seal_group_info(crypto, suite, info, welcome_secret(crypto, suite, joiner, psk))
    secrets = [
        seal_secrets(
            crypto, suite, Newcomer(package, path.secret_for(leaf)), joiner, applied.psks, sealed
        )
        for leaf, package in applied.added
    ]
    return wrap(Welcome(suite.id, tuple(secrets), sealed))
