import { expect, test } from "vitest";

import { cipherSuite } from "../../../src/mls/crypto/suites.ts";
import { KnownHashes, originalHash } from "../../../src/mls/tree/hashes.ts";
import { RatchetTree } from "../../../src/mls/tree/ratchet_tree.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { filled, grown, leafOf } from "../../support/trees.ts";

const BASE = await (await grown(6)).committedBy(0, 5);

test("hashes that still hold are handed on, the others made anew", async () => {
  BASE.tree.treeHash(CRYPTO, SUITE);
  const changed = BASE.tree.updateLeaf(3, await leafOf("new"));
  const fresh = new RatchetTree(changed.nodes);
  for (const node of changed.nodes.keys()) {
    expect(changed.subtreeHash(CRYPTO, SUITE, node)).toEqual(
      fresh.subtreeHash(CRYPTO, SUITE, node),
    );
  }
  const untouched = BASE.tree.subtreeHash(CRYPTO, SUITE, 1);
  expect(changed.subtreeHash(CRYPTO, SUITE, 1)).toBe(untouched);
});

test("hashes of another hash function are not mixed in", () => {
  const known = new KnownHashes(1);
  known.of(SUITE)[0] = filled(1);
  expect(known.of(cipherSuite(3))[0]).toEqual(filled(1));
  expect(known.of(cipherSuite(0xf00d))[0]).toBeNull();
});

test("a hash of before is the hash of the tree before", async () => {
  const [late, leaf] = BASE.tree.addLeaf(await leafOf("late"));
  const top = 7;
  const before = BASE.tree.subtreeHash(CRYPTO, SUITE, top);
  expect(late.subtreeHash(CRYPTO, SUITE, top)).not.toEqual(before);
  expect(late.originalSubtreeHash(CRYPTO, SUITE, top, [leaf])).toEqual(before);
  expect(late.originalSubtreeHash(CRYPTO, SUITE, 3, [leaf])).toBe(
    late.subtreeHash(CRYPTO, SUITE, 3),
  );
});

test("leaves to be forgotten are looked up, never gone through once more for every node", () => {
  // A tree whose 16,383 newcomers were all unmerged at the root froze the client for 8 seconds.
  class LookedUp extends Set<number> {
    override [Symbol.iterator](): never {
      return expect.unreachable("gone through");
    }
  }
  const forgotten = new LookedUp();
  for (const leaf of [1, 2, 5]) forgotten.add(leaf);
  const { nodes } = BASE.tree;
  const known = new KnownHashes(nodes.length).of(SUITE);
  expect(originalHash(CRYPTO, SUITE, nodes, known, 7, forgotten)).toEqual(
    BASE.tree.originalSubtreeHash(CRYPTO, SUITE, 7, [1, 2, 5]),
  );
});
