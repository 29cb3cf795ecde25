/**
 * Remembering a proposal until the commit that takes it up (RFC 9420 §12.1).
 *
 * Whether a proposal is valid depends on those it is committed with (§12.2). What is asked
 * here is only who vouches for a new credential, and whether there is room.
 */

import { type Bytes, toHex } from "../bytes.ts";
import { ValidationError } from "../errors.ts";
import { SENDER_MEMBER } from "../framing/content.ts";
import { MAX_PROPOSALS } from "../messages/commit.ts";
import { PROPOSAL_ADD, PROPOSAL_UPDATE } from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import type { LeafNode } from "../tree/nodes.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import type { Judge } from "./leaves.ts";
import { type Proposals, type SentProposal } from "./resolve.ts";

/**
 * Return the proposals of an epoch with one more.
 *
 * @throws ValidationError - Nobody vouches for its credential, or there are too many.
 */
export async function remember(
  pending: Proposals,
  ref: Bytes,
  sent: SentProposal,
  tree: RatchetTree,
  judge: Judge,
): Promise<Proposals> {
  const name = toHex(ref);
  if (pending.size >= MAX_PROPOSALS && !pending.has(name)) {
    throw new ValidationError(Rule.PROPOSALS_BOUNDED);
  }
  await authenticate(sent, tree, judge);
  return new Map(pending).set(name, sent);
}

/** Ask about a new credential as soon as it is seen (§5.3.1). */
async function authenticate(sent: SentProposal, tree: RatchetTree, judge: Judge): Promise<void> {
  const { proposal } = sent;
  let leaf: LeafNode;
  if (proposal.proposal_type === PROPOSAL_ADD) {
    leaf = proposal.key_package.leaf_node;
  } else if (proposal.proposal_type === PROPOSAL_UPDATE) {
    leaf = proposal.leaf_node;
    await checkUpdates(sent, leaf, tree, judge);
  } else {
    return;
  }
  await judge.authentication.authenticate(leaf.credential, leaf.signature_key);
}

async function checkUpdates(
  { sender }: SentProposal,
  leaf: LeafNode,
  tree: RatchetTree,
  judge: Judge,
): Promise<void> {
  const old = sender.sender_type === SENDER_MEMBER ? tree.leaf(sender.leaf_index) : null;
  if (old === null) throw new ValidationError(Rule.UPDATE_BY_MEMBER);
  if (!(await judge.authentication.sameClient(old.credential, leaf.credential))) {
    throw new ValidationError(Rule.CREDENTIAL_SAME_CLIENT);
  }
}
