"""Following a commit into the next epoch (RFC 9420 §12.4.2)."""

from dataclasses import replace

from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.crypto.labels import equal
from teamchat.mls.errors import CryptoError, UsageError
from teamchat.mls.evolution.evolve import Evolved, PublicState, evolve
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.group.advance import Advanced, Inputs, advance
from teamchat.mls.group.psk_store import PSKStore, gather
from teamchat.mls.group.received import CommitReceived, RemovedFromGroup
from teamchat.mls.group.state import GroupState, Member, Roster, history, roster_of
from teamchat.mls.group.unprotect import Opened
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import Update
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.epoch import export_from_external
from teamchat.mls.schedule.psk import psk_secret
from teamchat.mls.tree import UpdatePath
from teamchat.mls.tree.treekem import OpenedPath, open_path, retain_keys
from teamchat.mls.tree_math import to_node


def follow(
    crypto: CryptoProvider, opened: Opened, commit: Commit, judge: Judge, psks: PSKStore
) -> CommitReceived | RemovedFromGroup:
    """Process a commit whose signature is verified.

    Raises:
        MlsError: The commit is not valid.
    """
    state, sender = opened.state, opened.message.content.sender
    state.check_active()
    if isinstance(sender, SenderMember) and sender.leaf_index == state.own_leaf:
        raise UsageError("this commit is our own: adopt it")
    public = PublicState(state.suite, state.context, state.tree)
    evolved = evolve(crypto, public, sender, commit, state.pending_proposals, judge)
    roster = roster_of(evolved.tree, state.roster)
    committer = roster[evolved.committer]
    if state.own_leaf in evolved.applied.removed:
        return RemovedFromGroup(committer, evolved.proposals)
    after = _enter(crypto, opened, commit.path, evolved, psks)
    after = replace(after, roster=roster, past=history(state, judge.now))
    return _received(state.roster, after, evolved, committer)


def _enter(
    crypto: CryptoProvider,
    opened: Opened,
    path: UpdatePath | None,
    evolved: Evolved,
    psks: PSKStore,
) -> GroupState:
    state, suite = opened.state, opened.state.suite
    keys = gather(evolved.applied.psks, state.resumption_psks(), psks)
    held = _held_keys(state, evolved)
    learned = _learn(crypto, state, path, evolved, held)
    advanced = advance(
        crypto,
        suite,
        opened.message,
        state.interim_transcript_hash,
        evolved.context,
        Inputs(
            _init_secret(crypto, state, evolved),
            learned.commit_secret,
            psk_secret(crypto, suite, keys),
        ),
        evolved.tree.leaf_count,
    )
    if not equal(advanced.confirmation_tag, opened.message.auth.confirmation_tag or b""):
        raise CryptoError(Rule.CONFIRMATION_TAG)
    private_keys = retain_keys(held, evolved.applied.tree, evolved.tree)
    return _next_state(state, evolved, advanced, private_keys | dict(learned.private_keys))


def _held_keys(state: GroupState, evolved: Evolved) -> dict[int, Secret]:
    """Return our private keys for the tree after the proposals, our own Update's among them."""
    held = retain_keys(state.private_keys, state.tree, evolved.applied.tree)
    if state.own_leaf in evolved.applied.updated:
        held[to_node(state.own_leaf)] = _own_update(state, evolved)
    return held


def _own_update(state: GroupState, evolved: Evolved) -> Secret:
    leaf = evolved.applied.tree.leaf(state.own_leaf)
    for ref, keys in state.own_updates.items():
        match state.pending_proposals.get(ref):
            case SentProposal(proposal=Update(leaf_node)) if leaf_node == leaf:
                return keys.encryption_key
            case _:
                pass
    raise UsageError("an Update of ours was committed whose keys we do not have")


def _learn(
    crypto: CryptoProvider,
    state: GroupState,
    path: UpdatePath | None,
    evolved: Evolved,
    held: dict[int, Secret],
) -> OpenedPath:
    if path is None:
        return OpenedPath({}, Secret(bytes(state.suite.hash_length)))
    return open_path(
        crypto,
        state.suite,
        evolved.applied.tree,
        evolved.committer,
        state.own_leaf,
        held,
        path,
        evolved.context.encode(),
        [leaf for leaf, _ in evolved.applied.added],
    )


def _init_secret(crypto: CryptoProvider, state: GroupState, evolved: Evolved) -> Secret:
    kem_output = evolved.applied.kem_output
    if kem_output is None:
        return state.secrets.init_secret
    return export_from_external(crypto, state.suite, state.secrets, kem_output)


def _next_state(
    state: GroupState, evolved: Evolved, advanced: Advanced, private_keys: dict[int, Secret]
) -> GroupState:
    return replace(
        state,
        context=advanced.context,
        tree=evolved.tree,
        private_keys=private_keys,
        secrets=advanced.secrets,
        secret_tree=advanced.secret_tree,
        confirmation_tag=advanced.confirmation_tag,
        interim_transcript_hash=advanced.interim_transcript_hash,
        pending_proposals={},
        own_updates={},
        reinit=evolved.applied.reinit,
    )


def _received(
    before: Roster, after: GroupState, evolved: Evolved, committer: Member
) -> CommitReceived:
    applied = evolved.applied
    added = [leaf for leaf, _ in applied.added]
    if evolved.applied.kem_output is not None:
        added.append(evolved.committer)
    return CommitReceived(
        state=after,
        committer=committer,
        proposals=evolved.proposals,
        added=tuple(after.roster[leaf] for leaf in added),
        removed=tuple(before[leaf] for leaf in applied.removed),
        updated=tuple(after.roster[leaf] for leaf in applied.updated),
    )
