/** tree-operations.json of the MLS working group: add, update and remove on a tree. */

import { expect, test } from "vitest";

import { toHex } from "../../src/mls/bytes.ts";
import { decode } from "../../src/mls/codec/index.ts";
import { cipherSuite } from "../../src/mls/crypto/suites.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  Proposal,
} from "../../src/mls/messages/proposals.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { bytes } from "../support/bytes.ts";
import { CRYPTO } from "../support/suite.ts";
import { mls } from "../support/vectors.ts";

interface Case {
  readonly cipher_suite: number;
  readonly tree_before: string;
  readonly tree_hash_before: string;
  readonly proposal: string;
  readonly proposal_sender: number;
  readonly tree_after: string;
  readonly tree_hash_after: string;
}

function apply(tree: RatchetTree, proposal: Proposal, sender: number): RatchetTree {
  const { proposal_type: type } = proposal;
  if (type === PROPOSAL_ADD) return tree.addLeaf(proposal.key_package.leaf_node)[0];
  if (type === PROPOSAL_UPDATE) return tree.updateLeaf(sender, proposal.leaf_node);
  if (type === PROPOSAL_REMOVE) return tree.removeLeaf(proposal.removed);
  throw new Error(`proposal type ${type}`);
}

test("every operation", (context) => {
  const cases = mls<Case>(context, "tree-operations");
  expect(cases.length).toBe(5);
  for (const given of cases) {
    const suite = cipherSuite(given.cipher_suite);
    const before = RatchetTree.decode(bytes(given.tree_before));
    expect(toHex(before.treeHash(CRYPTO, suite))).toBe(given.tree_hash_before);
    const proposal = decode(Proposal, bytes(given.proposal));
    const after = apply(before, proposal, given.proposal_sender);
    expect(toHex(after.encode())).toBe(given.tree_after);
    expect(toHex(after.treeHash(CRYPTO, suite))).toBe(given.tree_hash_after);
    expect(toHex(before.encode())).toBe(given.tree_before);
  }
});
