/** tree-validation.json of the MLS working group: resolutions, hashes, signatures. */

import { expect, test } from "vitest";

import { toHex } from "../../src/mls/bytes.ts";
import { SUITES, cipherSuite } from "../../src/mls/crypto/suites.ts";
import { verifyLeafNode } from "../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { checkParentHashes, checkUnmergedLeaves } from "../../src/mls/tree/validation.ts";
import { bytes } from "../support/bytes.ts";
import { CRYPTO } from "../support/suite.ts";
import { mls } from "../support/vectors.ts";

interface Case {
  readonly cipher_suite: number;
  readonly tree: string;
  readonly group_id: string;
  readonly resolutions: readonly (readonly number[])[];
  readonly tree_hashes: readonly string[];
}

test("every tree of our suites", async (context) => {
  const all = mls<Case>(context, "tree-validation");
  const cases = all.filter((each) => SUITES.has(each.cipher_suite));
  expect(cases.length).toBe(14);
  for (const given of cases) {
    const suite = cipherSuite(given.cipher_suite);
    const tree = RatchetTree.decode(bytes(given.tree));
    expect(toHex(tree.encode())).toBe(given.tree);
    const nodes = tree.nodes.map((_node, index) => index);
    expect(nodes.map((node) => tree.resolution(node))).toEqual(given.resolutions);
    const hashes = nodes.map((node) => toHex(tree.subtreeHash(CRYPTO, suite, node)));
    expect(hashes).toEqual(given.tree_hashes);
    checkUnmergedLeaves(tree);
    checkParentHashes(CRYPTO, suite, tree);
    for (const [index, leaf] of tree.leaves()) {
      const place = { group_id: bytes(given.group_id), leaf_index: index };
      await verifyLeafNode(CRYPTO, suite, leaf, place);
    }
  }
});
