/** Following a commit into the next epoch (RFC 9420 §12.4.2). */

import { EMPTY, equalBytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { equal } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import { CryptoError, InternalError, UsageError } from "../errors.ts";
import { evolve, type Evolved } from "../evolution/evolve.ts";
import type { Judge } from "../evolution/leaves.ts";
import { SENDER_MEMBER } from "../framing/content.ts";
import type { Commit } from "../messages/commit.ts";
import { PROPOSAL_UPDATE } from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import { GroupContext } from "../schedule/context.ts";
import { exportFromExternal } from "../schedule/epoch.ts";
import { pskSecret } from "../schedule/psk.ts";
import { toNode } from "../tree_math.ts";
import { LeafNode } from "../tree/nodes.ts";
import type { UpdatePath } from "../tree/path.ts";
import { openPath, retainKeys, type OpenedPath } from "../tree/treekem.ts";
import { advance, type Advanced } from "./advance.ts";
import { gather, type PSKStore } from "./psk_store.ts";
import type { CommitReceived, RemovedFromGroup } from "./received.ts";
import {
  checkActive,
  history,
  resumptionPsks,
  rosterOf,
  type GroupState,
  type Member,
  type Roster,
} from "./state.ts";
import type { Opened } from "./unprotect.ts";

/** Private keys by node. */
type Keys = ReadonlyMap<number, Secret>;

/**
 * Process a commit whose signature is verified.
 *
 * @throws MlsError - The commit is not valid.
 */
export async function follow(
  crypto: CryptoProvider,
  opened: Opened,
  commit: Commit,
  judge: Judge,
  psks: PSKStore,
): Promise<CommitReceived | RemovedFromGroup> {
  const { state } = opened;
  const { sender } = opened.message.content;
  checkActive(state);
  if (sender.sender_type === SENDER_MEMBER && sender.leaf_index === state.own_leaf) {
    throw new UsageError("this commit is our own: adopt it");
  }
  const evolved = await evolve(crypto, state, sender, commit, state.pending_proposals, judge);
  const roster = rosterOf(evolved.tree, state.roster);
  const committer = present(roster, evolved.committer);
  if (evolved.applied.removed.includes(state.own_leaf)) {
    return { type: "removed", committer, proposals: evolved.proposals };
  }
  const entered = await enter(crypto, opened, commit.path, evolved, psks);
  const after = { ...entered, roster, past: history(state, judge.now) };
  return received(state.roster, after, evolved, committer);
}

async function enter(
  crypto: CryptoProvider,
  opened: Opened,
  path: UpdatePath | null,
  evolved: Evolved,
  psks: PSKStore,
): Promise<GroupState> {
  const { state, message } = opened;
  const { suite } = state;
  const keys = gather(evolved.applied.psks, resumptionPsks(state), psks);
  const held = heldKeys(state, evolved);
  const learned = await learn(crypto, state, path, evolved, held);
  const inputs = {
    init_secret: await initSecret(crypto, state, evolved),
    commit_secret: learned.commit_secret,
    psk_secret: pskSecret(crypto, suite, keys),
  };
  const { interim_transcript_hash: interim } = state;
  const { context, tree } = evolved;
  const next = advance(crypto, suite, message, interim, context, inputs, tree.leafCount);
  if (!equal(next.confirmation_tag, message.auth.confirmation_tag ?? EMPTY)) {
    throw new CryptoError(Rule.CONFIRMATION_TAG);
  }
  const kept = retainKeys(held, evolved.applied.tree, tree);
  return nextState(state, evolved, next, new Map([...kept, ...learned.private_keys]));
}

/** Return our private keys for the tree after the proposals, our own Update's among them. */
function heldKeys(state: GroupState, evolved: Evolved): Keys {
  const { applied } = evolved;
  const held = retainKeys(state.private_keys, state.tree, applied.tree);
  return applied.updated.includes(state.own_leaf)
    ? new Map(held).set(toNode(state.own_leaf), ownUpdate(state, evolved))
    : held;
}

function ownUpdate(state: GroupState, evolved: Evolved): Secret {
  const leaf = evolved.applied.tree.leaf(state.own_leaf);
  const own = leaf === null ? EMPTY : encode(LeafNode, leaf);
  for (const [ref, { proposal }] of state.pending_proposals) {
    if (proposal.proposal_type !== PROPOSAL_UPDATE) continue;
    const keys = state.own_updates.get(ref);
    if (keys !== undefined && equalBytes(encode(LeafNode, proposal.leaf_node), own)) {
      return keys.encryption_key;
    }
  }
  throw new UsageError("an Update of ours was committed whose keys we do not have");
}

async function learn(
  crypto: CryptoProvider,
  state: GroupState,
  path: UpdatePath | null,
  evolved: Evolved,
  held: Keys,
): Promise<OpenedPath> {
  if (path === null) {
    const zero = new Secret(new Uint8Array(state.suite.hash_length));
    return { private_keys: new Map(), commit_secret: zero };
  }
  return openPath(
    crypto,
    state.suite,
    evolved.applied.tree,
    evolved.committer,
    state.own_leaf,
    held,
    path,
    encode(GroupContext, evolved.context),
    evolved.applied.added.map(([leaf]) => leaf),
  );
}

async function initSecret(
  crypto: CryptoProvider,
  state: GroupState,
  evolved: Evolved,
): Promise<Secret> {
  const { kem_output: kemOutput } = evolved.applied;
  return kemOutput === null
    ? state.secrets.init_secret
    : exportFromExternal(crypto, state.suite, state.secrets, kemOutput);
}

function nextState(
  state: GroupState,
  evolved: Evolved,
  next: Advanced,
  privateKeys: Keys,
): GroupState {
  return {
    ...state,
    context: next.context,
    tree: evolved.tree,
    private_keys: privateKeys,
    secrets: next.secrets,
    secret_tree: next.secret_tree,
    confirmation_tag: next.confirmation_tag,
    interim_transcript_hash: next.interim_transcript_hash,
    pending_proposals: new Map(),
    own_updates: new Map(),
    reinit: evolved.applied.reinit,
  };
}

function received(
  before: Roster,
  state: GroupState,
  evolved: Evolved,
  committer: Member,
): CommitReceived {
  const { applied, proposals } = evolved;
  const added = applied.added.map(([leaf]) => leaf);
  if (applied.kem_output !== null) added.push(evolved.committer);
  return {
    type: "commit",
    state,
    committer,
    proposals,
    added: added.map((leaf) => present(state.roster, leaf)),
    removed: applied.removed.map((leaf) => present(before, leaf)),
    updated: applied.updated.map((leaf) => present(state.roster, leaf)),
  };
}

function present(roster: Roster, leaf: number): Member {
  const member = roster.get(leaf);
  if (member === undefined) throw new InternalError(`nobody is at leaf ${leaf}`);
  return member;
}
