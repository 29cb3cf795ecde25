/** Applying a proposal list to the public state (RFC 9420 §12.3). */

import type { Bytes } from "../bytes.ts";
import { ValidationError } from "../errors.ts";
import type { Extension } from "../extensions.ts";
import { SENDER_MEMBER } from "../framing/content.ts";
import type { KeyPackage } from "../key_package.ts";
import {
  type Add,
  PROPOSAL_ADD,
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  type ReInit,
  type Remove,
} from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import type { PreSharedKeyID } from "../schedule/key_names.ts";
import type { LeafNode } from "../tree/nodes.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { type SentProposal, ofType } from "./resolve.ts";

/** The public state after a list of proposals, before the path. */
export interface Applied {
  readonly tree: RatchetTree;
  readonly extensions: readonly Extension[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
  /** The leaf and the KeyPackage of everyone added, in the order of the list. */
  readonly added: readonly (readonly [leaf: number, keyPackage: KeyPackage])[];
  readonly psks: readonly PreSharedKeyID[];
  /** That of the ExternalInit, if there is one. */
  readonly kem_output: Bytes | null;
  /** The ReInit, if there is one. */
  readonly reinit: ReInit | null;
}

/** Return `applied` with an external joiner's leaf in place, and its index (§12.4.2). */
export function joinedBy(applied: Applied, leafNode: LeafNode): readonly [Applied, number] {
  const [tree, leaf] = applied.tree.addLeaf(leafNode);
  return [{ ...applied, tree }, leaf];
}

/**
 * Apply proposals in the order of §12.3, whatever order they stand in.
 *
 * @throws ValidationError - A Remove or an Update is for a blank leaf.
 */
export function applyProposals(
  proposals: readonly SentProposal[],
  tree: RatchetTree,
  extensions: readonly Extension[],
): Applied {
  const [replaced] = ofType(proposals, PROPOSAL_GROUP_CONTEXT_EXTENSIONS);
  const [afterUpdates, updated] = update(proposals, tree);
  const [afterRemoves, removed] = remove(ofType(proposals, PROPOSAL_REMOVE), afterUpdates);
  const [afterAdds, added] = add(ofType(proposals, PROPOSAL_ADD), afterRemoves);
  return {
    tree: afterAdds,
    extensions: replaced?.extensions ?? extensions,
    updated,
    removed,
    added,
    psks: ofType(proposals, PROPOSAL_PSK).map((proposal) => proposal.psk),
    kem_output: ofType(proposals, PROPOSAL_EXTERNAL_INIT)[0]?.kem_output ?? null,
    reinit: ofType(proposals, PROPOSAL_REINIT)[0] ?? null,
  };
}

function update(
  proposals: readonly SentProposal[],
  before: RatchetTree,
): readonly [RatchetTree, readonly number[]] {
  let tree = before;
  const updated: number[] = [];
  for (const { sender, proposal } of proposals) {
    if (sender.sender_type !== SENDER_MEMBER) continue;
    if (proposal.proposal_type !== PROPOSAL_UPDATE) continue;
    tree = tree.updateLeaf(sender.leaf_index, proposal.leaf_node);
    updated.push(sender.leaf_index);
  }
  return [tree, updated];
}

function remove(
  removes: readonly Remove[],
  before: RatchetTree,
): readonly [RatchetTree, readonly number[]] {
  let tree = before;
  for (const { removed } of removes) {
    if (tree.leaf(removed) === null) {
      throw new ValidationError(Rule.REMOVE_MEMBER, `leaf ${removed}`);
    }
    tree = tree.removeLeaf(removed);
  }
  return [tree, removes.map(({ removed }) => removed)];
}

function add(adds: readonly Add[], before: RatchetTree): readonly [RatchetTree, Applied["added"]] {
  let tree = before;
  const added: (readonly [number, KeyPackage])[] = [];
  for (const { key_package: keyPackage } of adds) {
    const [grown, leaf] = tree.addLeaf(keyPackage.leaf_node);
    tree = grown;
    added.push([leaf, keyPackage]);
  }
  return [tree, added];
}
