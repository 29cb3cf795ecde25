/**
 * The public half of processing a commit (RFC 9420 §12.4.2), for members and for servers.
 *
 * Everything that can be checked without a secret is checked here: the proposal list, each
 * proposal, every new leaf, the path's place, its keys and its parent hashes.
 */

import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { InternalError, ValidationError } from "../errors.ts";
import { SENDER_MEMBER, type Sender } from "../framing/content.ts";
import { type Commit, needsPath } from "../messages/commit.ts";
import { Rule } from "../rules.ts";
import type { GroupContext } from "../schedule/context.ts";
import type { ResumptionPSKUsage } from "../schedule/key_names.ts";
import type { LeafNode } from "../tree/nodes.ts";
import { type UpdatePath, mergePath } from "../tree/path.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { checkLeaf, checkNeighbours, leafRules } from "../tree/validation.ts";
import { type Applied, applyProposals, joinedBy } from "./apply.ts";
import { type Judge, checkChanges, checkSuccessor } from "./leaves.ts";
import { type Proposals, type SentProposal, resolve } from "./resolve.ts";
import { IN_A_GROUP, checkExternalList, checkMemberList, checkPsks } from "./rules_of_list.ts";

/** What everybody may know of an epoch. */
export interface PublicState {
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly tree: RatchetTree;
}

/** The public state that a commit leads to. */
export interface Evolved {
  /** The commit's proposals, references resolved. */
  readonly proposals: readonly SentProposal[];
  /**
   * The state after the proposals and before the path; for an external commit with the
   * newcomer's leaf in place.
   */
  readonly applied: Applied;
  /** The tree after the path. */
  readonly tree: RatchetTree;
  /**
   * The provisional GroupContext: of the new epoch, but with the confirmed transcript hash
   * of the old one (§12.4.1).
   */
  readonly context: GroupContext;
  /** The committer's leaf in the new tree. */
  readonly committer: number;
}

/**
 * Return what a commit leads to. Its signature must have been verified.
 *
 * `sent` holds the proposals seen in this epoch.
 *
 * @throws ValidationError - The commit breaks a rule.
 * @throws CryptoError - A signature in it does not verify.
 */
export async function evolve(
  crypto: CryptoProvider,
  state: PublicState,
  sender: Sender,
  commit: Commit,
  sent: Proposals,
  judge: Judge,
): Promise<Evolved> {
  const proposals = resolve(commit, sender, sent);
  const { path } = commit;
  const [applied, committer] =
    sender.sender_type === SENDER_MEMBER
      ? await applyMember(crypto, state, sender.leaf_index, path, proposals, judge)
      : await applyExternal(state, path, proposals, judge);
  let { tree } = applied;
  if (path !== null) {
    tree = await merge(crypto, state, path, applied, committer, judge);
  } else if (needsPath(proposals.map(({ proposal }) => proposal))) {
    throw new ValidationError(Rule.PATH_REQUIRED);
  }
  const context = provisionalContext(crypto, state, tree, applied);
  return { proposals, applied, tree, context, committer };
}

/**
 * Check and apply the proposal list of a commit by a member (§12.2, §12.3).
 *
 * @throws ValidationError - The list, a proposal or a leaf breaks a rule.
 * @throws CryptoError - A leaf's or KeyPackage's signature does not verify.
 */
export async function applyMemberList(
  crypto: CryptoProvider,
  state: PublicState,
  committer: number,
  proposals: readonly SentProposal[],
  judge: Judge,
  usages: ReadonlySet<ResumptionPSKUsage> = IN_A_GROUP,
): Promise<Applied> {
  checkMemberList(proposals, committer, state.tree);
  const applied = applyProposals(proposals, state.tree, state.context.extensions);
  checkPsks(applied.psks, state.suite.hash_length, usages);
  await checkChanges(crypto, state.suite, state.context, state.tree, applied, judge);
  return applied;
}

/**
 * Check and apply the proposal list of an external commit (§12.2).
 *
 * @throws ValidationError - The list or a proposal breaks a rule.
 */
export function applyExternalList(state: PublicState, proposals: readonly SentProposal[]): Applied {
  checkExternalList(proposals);
  const applied = applyProposals(proposals, state.tree, state.context.extensions);
  checkPsks(applied.psks, state.suite.hash_length);
  return applied;
}

/**
 * Check that an external commit removes nobody but the joiner's former self (§12.2).
 *
 * @throws ValidationError - It removes another client, or reuses its key.
 */
export async function checkResync(
  state: PublicState,
  applied: Applied,
  joiner: LeafNode,
  judge: Judge,
): Promise<void> {
  for (const index of applied.removed) {
    const old = state.tree.leaf(index);
    if (old !== null) await checkSuccessor(old, joiner, judge);
  }
}

/**
 * Check the leaf that a path has put into `tree`, and against its neighbours (§7.3).
 *
 * @throws ValidationError - It breaks a rule.
 * @throws CryptoError - Its signature does not verify.
 */
export async function checkNewLeaf(
  crypto: CryptoProvider,
  state: PublicState,
  applied: Applied,
  tree: RatchetTree,
  committer: number,
  judge: Judge,
): Promise<void> {
  const leaf = tree.leaf(committer);
  if (leaf === null) throw new InternalError("a path without a leaf");
  const place = { group_id: state.context.group_id, leaf_index: committer };
  const rules = leafRules(state.suite, applied.extensions);
  await checkLeaf(crypto, leaf, place, rules, judge.authentication);
  checkNeighbours(tree, [committer]);
}

/** Return the context of the next epoch, its transcript hash still the old one (§12.4.1). */
export function provisionalContext(
  crypto: CryptoProvider,
  state: PublicState,
  tree: RatchetTree,
  applied: Applied,
): GroupContext {
  return {
    ...state.context,
    epoch: state.context.epoch + 1n,
    tree_hash: tree.treeHash(crypto, state.suite),
    extensions: applied.extensions,
  };
}

async function applyMember(
  crypto: CryptoProvider,
  state: PublicState,
  committer: number,
  path: UpdatePath | null,
  proposals: readonly SentProposal[],
  judge: Judge,
): Promise<readonly [Applied, number]> {
  const applied = await applyMemberList(crypto, state, committer, proposals, judge);
  const old = state.tree.leaf(committer);
  if (path !== null && old !== null) await checkSuccessor(old, path.leaf_node, judge);
  return [applied, committer];
}

async function applyExternal(
  state: PublicState,
  path: UpdatePath | null,
  proposals: readonly SentProposal[],
  judge: Judge,
): Promise<readonly [Applied, number]> {
  if (path === null) throw new ValidationError(Rule.EXTERNAL_COMMIT_PATH);
  const applied = applyExternalList(state, proposals);
  await checkResync(state, applied, path.leaf_node, judge);
  return joinedBy(applied, path.leaf_node);
}

async function merge(
  crypto: CryptoProvider,
  state: PublicState,
  path: UpdatePath,
  applied: Applied,
  committer: number,
  judge: Judge,
): Promise<RatchetTree> {
  const added = applied.added.map(([index]) => index);
  const tree = mergePath(crypto, state.suite, applied.tree, committer, path, added);
  await checkNewLeaf(crypto, state, applied, tree, committer, judge);
  return tree;
}
