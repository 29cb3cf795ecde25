/**
 * Which proposals may stand together in one commit (RFC 9420 §12.2).
 *
 * Looks at the list alone and at who is a member before. What each proposal does to the
 * tree is checked where it is applied.
 */

import { bytesKey } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { MLS10 } from "../crypto/suites.ts";
import { ValidationError } from "../errors.ts";
import { GROUP_CONTEXT_TYPES, checkExtensions } from "../extensions.ts";
import { SENDER_MEMBER } from "../framing/content.ts";
import { MAX_PROPOSALS } from "../messages/commit.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  isCustomProposal,
} from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import {
  PSK_RESUMPTION,
  PreSharedKeyID,
  ResumptionPSKUsage,
  resumptionPskUsageName,
} from "../schedule/key_names.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { type SentProposal, ofType } from "./resolve.ts";

/** The usages of a resumption PSK within a group's life (§12.1.4). */
export const IN_A_GROUP: ReadonlySet<ResumptionPSKUsage> = new Set([
  ResumptionPSKUsage.APPLICATION,
]);

/** How many pre-shared keys can be mixed in at once: a PSKLabel counts them (§8.4). */
export const MAX_PSKS = 0xffff;

const FROM_A_NEWCOMER: ReadonlySet<number> = new Set([
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_REMOVE,
  PROPOSAL_PSK,
]);

/**
 * Check the list of a commit by a member (§12.2).
 *
 * `committer` is the committer's leaf, `tree` the ratchet tree before the commit.
 *
 * @throws ValidationError - The list is not one a member may commit.
 */
export function checkMemberList(
  proposals: readonly SentProposal[],
  committer: number,
  tree: RatchetTree,
): void {
  checkCount(proposals);
  checkTargets(proposals, committer);
  checkAdds(proposals, tree);
  if (ofType(proposals, PROPOSAL_GROUP_CONTEXT_EXTENSIONS).length > 1) {
    throw new ValidationError(Rule.ONE_GROUP_CONTEXT_EXTENSIONS);
  }
  if (ofType(proposals, PROPOSAL_EXTERNAL_INIT).length > 0) {
    throw new ValidationError(Rule.EXTERNAL_INIT_PLACE);
  }
  checkReinit(proposals);
  checkCustomTypes(proposals, tree);
}

/**
 * Check the list of an external commit (§12.2).
 *
 * @throws ValidationError - The list is not one a newcomer may commit.
 */
export function checkExternalList(proposals: readonly SentProposal[]): void {
  checkCount(proposals);
  if (ofType(proposals, PROPOSAL_EXTERNAL_INIT).length !== 1) {
    throw new ValidationError(Rule.EXTERNAL_COMMIT_ONE_INIT);
  }
  if (ofType(proposals, PROPOSAL_REMOVE).length > 1) {
    throw new ValidationError(Rule.EXTERNAL_COMMIT_PROPOSALS, "more than one Remove");
  }
  if (!proposals.every(({ proposal }) => FROM_A_NEWCOMER.has(proposal.proposal_type))) {
    throw new ValidationError(Rule.EXTERNAL_COMMIT_PROPOSALS);
  }
}

/**
 * Check the pre-shared keys of a commit (§8.4, §12.1.4, §12.2).
 *
 * @throws ValidationError - One is named twice, has a nonce of a wrong length, or a usage
 * that has no place here; or there are too many to be counted.
 */
export function checkPsks(
  psks: readonly PreSharedKeyID[],
  nonceLength: number,
  usages: ReadonlySet<ResumptionPSKUsage> = IN_A_GROUP,
): void {
  if (psks.length > MAX_PSKS) throw new ValidationError(Rule.PSK_COUNT, `${psks.length}`);
  const names = new Set(psks.map((psk) => bytesKey(encode(PreSharedKeyID, psk))));
  if (names.size !== psks.length) throw new ValidationError(Rule.PSK_UNIQUE);
  for (const psk of psks) {
    if (psk.psk_nonce.length !== nonceLength) throw new ValidationError(Rule.PSK_NONCE_LENGTH);
    if (psk.psktype === PSK_RESUMPTION && !usages.has(psk.usage)) {
      throw new ValidationError(Rule.PSK_USAGE, resumptionPskUsageName(psk.usage));
    }
  }
}

/** Return the leaf that an Update or a Remove changes. */
export function target({ sender, proposal }: SentProposal): number | null {
  if (proposal.proposal_type === PROPOSAL_REMOVE) return proposal.removed;
  const updated = proposal.proposal_type === PROPOSAL_UPDATE;
  return updated && sender.sender_type === SENDER_MEMBER ? sender.leaf_index : null;
}

function checkCount(proposals: readonly SentProposal[]): void {
  if (proposals.length > MAX_PROPOSALS) {
    throw new ValidationError(Rule.PROPOSALS_BOUNDED, `${proposals.length}`);
  }
}

function checkTargets(proposals: readonly SentProposal[], committer: number): void {
  for (const sent of proposals) {
    if (sent.proposal.proposal_type === PROPOSAL_UPDATE) {
      if (sent.sender.sender_type !== SENDER_MEMBER) {
        throw new ValidationError(Rule.UPDATE_BY_MEMBER);
      }
      if (target(sent) === committer) throw new ValidationError(Rule.COMMITTER_NOT_UPDATED);
    } else if (sent.proposal.proposal_type === PROPOSAL_REMOVE && target(sent) === committer) {
      throw new ValidationError(Rule.COMMITTER_NOT_REMOVED);
    }
  }
  const targets = proposals.map(target).filter((leaf) => leaf !== null);
  if (new Set(targets).size !== targets.length) {
    throw new ValidationError(Rule.ONE_CHANGE_PER_LEAF);
  }
}

function checkAdds(proposals: readonly SentProposal[], tree: RatchetTree): void {
  const adds = ofType(proposals, PROPOSAL_ADD);
  if (adds.length === 0) return;
  const keys = new Set(adds.map((add) => bytesKey(add.key_package.leaf_node.signature_key)));
  if (keys.size !== adds.length) throw new ValidationError(Rule.ADD_CLIENT_ONCE);
  const removed = removedLeaves(proposals);
  for (const [index, leaf] of tree.leaves()) {
    if (!removed.has(index) && keys.has(bytesKey(leaf.signature_key))) {
      throw new ValidationError(Rule.ADD_NOT_A_MEMBER);
    }
  }
}

function checkReinit(proposals: readonly SentProposal[]): void {
  const [reinit] = ofType(proposals, PROPOSAL_REINIT);
  if (reinit === undefined) return;
  if (proposals.length > 1) throw new ValidationError(Rule.REINIT_ALONE);
  if (reinit.version < MLS10) throw new ValidationError(Rule.REINIT_VERSION);
  checkExtensions(reinit.extensions, GROUP_CONTEXT_TYPES);
}

function checkCustomTypes(proposals: readonly SentProposal[], tree: RatchetTree): void {
  const customs = proposals.map(({ proposal }) => proposal).filter(isCustomProposal);
  if (customs.length === 0) return;
  const types: ReadonlySet<number> = new Set(customs.map((custom) => custom.proposal_type));
  const removed = removedLeaves(proposals);
  for (const [index, leaf] of tree.leaves()) {
    const supported = new Set(leaf.capabilities.proposals);
    if (!removed.has(index) && ![...types].every((type) => supported.has(type))) {
      throw new ValidationError(Rule.PROPOSAL_TYPE_SUPPORTED, `leaf ${index}`);
    }
  }
}

function removedLeaves(proposals: readonly SentProposal[]): ReadonlySet<number> {
  return new Set(ofType(proposals, PROPOSAL_REMOVE).map((remove) => remove.removed));
}
