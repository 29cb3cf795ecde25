import { describe, expect, test } from "vitest";

import { EMPTY, ascii, concat, uintBytes } from "../../../src/mls/bytes.ts";
import { encode, encodeLength } from "../../../src/mls/codec/index.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { LeafNode } from "../../../src/mls/tree/nodes.ts";
import { MAX_NODES, RatchetTree } from "../../../src/mls/tree/ratchet_tree.ts";
import { bytes } from "../../support/bytes.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { grown, leafOf, sameTree, there } from "../../support/trees.ts";

const LEAVES = await Promise.all(Array.from({ length: 12 }, (_, index) => leafOf(`leaf ${index}`)));
const PARENT = { encryption_key: ascii("key"), parent_hash: EMPTY, unmerged_leaves: [] };

function leaf(index: number): LeafNode {
  return there(LEAVES[index]);
}

function treeOf(...members: readonly (number | null)[]): RatchetTree {
  const nodes = members.flatMap((member) => [member === null ? null : leaf(member), null]);
  return new RatchetTree(nodes.slice(0, -1));
}

function membersOf(tree: RatchetTree): readonly number[] {
  return [...tree.leaves()].map(([index]) => index);
}

describe("a tree", () => {
  test("is always full", () => {
    const sizes = [1, 2, 3, 5].map(
      (size) => treeOf(...[0, 1, 2, 3, 4].slice(0, size)).nodes.length,
    );
    expect(sizes).toEqual([1, 3, 7, 15]);
    expect(treeOf(0, 1, 2).leafCount).toBe(4);
  });

  test("is read as it was written, and counts its members", async () => {
    const base = await (await grown(6)).committedBy(0, 3);
    const tree = base.tree.removeLeaf(5);
    expect(sameTree(RatchetTree.decode(tree.encode()), tree)).toBe(true);
    expect(String(tree)).toBe("RatchetTree(5 members of 8)");
  });

  test("stays as it is when another is made of it", () => {
    const tree = treeOf(0, 1, 2, 3);
    const before = tree.nodes.slice();
    const hash = tree.treeHash(CRYPTO, SUITE);
    tree.addLeaf(leaf(5));
    tree.removeLeaf(1);
    const other = tree.updateLeaf(2, leaf(6));
    expect(tree.nodes).toEqual(before);
    expect(other.treeHash(CRYPTO, SUITE)).not.toEqual(hash);
    expect(tree.treeHash(CRYPTO, SUITE)).toEqual(hash);
  });

  test("says null of what is outside, and refuses to change it", () => {
    const tree = treeOf(0, 1);
    expect([tree.leaf(7), tree.leaf(-1), tree.leaf(2 ** 32 - 1)]).toEqual([null, null, null]);
    expect([tree.encryptionKey(99), tree.parent(99)]).toEqual([null, null]);
    expect(() => tree.updateLeaf(2, leaf(0))).toThrow(UsageError);
    expect(() => tree.removeLeaf(-1)).toThrow(UsageError);
  });
});

describe("a newcomer", () => {
  test("takes the leftmost blank leaf", () => {
    const [one, first] = treeOf(0, null, 2, null).addLeaf(leaf(5));
    const [two, second] = one.addLeaf(leaf(6));
    const [three, third] = two.addLeaf(leaf(7));
    expect([first, second, third, three.leafCount]).toEqual([1, 3, 4, 8]);
  });

  test("is unmerged at every parent above, in order", () => {
    const nodes = [leaf(0), PARENT, null, PARENT, leaf(2), null, null];
    const [last] = new RatchetTree(nodes).addLeaf(leaf(5));
    const [tree] = last.addLeaf(leaf(6));
    expect(tree.parent(1)?.unmerged_leaves).toEqual([1]);
    expect(tree.parent(3)?.unmerged_leaves).toEqual([1, 3]);
    const updated = tree.updateLeaf(2, leaf(6));
    expect([...updated.parents()].map(([index]) => index)).toEqual([1]);
  });

  test("finds no room in a tree that is as large as one may be", () => {
    const full = new RatchetTree(Array.from({ length: MAX_NODES - 1 }, () => leaf(0)));
    return refused(Rule.TREE_BOUNDED, () => full.addLeaf(leaf(1)));
  });
});

describe("a removal", () => {
  test("cuts off an emptied right half", () => {
    let tree = treeOf(...Array.from({ length: 9 }, (_, index) => index));
    expect(tree.leafCount).toBe(16);
    tree = tree.removeLeaf(8);
    for (const gone of [7, 6, 5, 3, 2, 1]) tree = tree.removeLeaf(gone);
    expect(tree.leafCount).toBe(8);
    expect(tree.removeLeaf(4).leafCount).toBe(1);
  });

  test("may leave the left half blank", () => {
    const tree = treeOf(0, 1, 2, 3).removeLeaf(0).removeLeaf(1);
    expect(tree.leafCount).toBe(4);
    expect(membersOf(tree)).toEqual([2, 3]);
    expect(tree.filteredDirectPath(2)).toEqual([[5, 6]]);
  });

  test("of the last member leaves one blank leaf", () => {
    const tree = treeOf(0).removeLeaf(0);
    expect(tree.nodes).toEqual([null]);
    expect(tree.addLeaf(leaf(1))[1]).toBe(0);
  });
});

test("a resolution covers everyone below", () => {
  const tree = new RatchetTree([leaf(0), PARENT, leaf(1), null, leaf(2), null, null]);
  expect([3, 5, 6].map((node) => tree.resolution(node))).toEqual([[1, 4], [4], []]);
  const [late] = tree.addLeaf(leaf(4));
  expect(late.resolution(3)).toEqual([1, 4, 6]);
  const unmerged = new RatchetTree([leaf(0), { ...PARENT, unmerged_leaves: [1] }, leaf(1)]);
  expect(unmerged.resolution(1)).toEqual([1, 2]);
});

test("a filtered path skips where nobody listens", () => {
  const tree = treeOf(0, null, null, null, 4);
  expect(tree.filteredDirectPath(0)).toEqual([[7, 11]]);
  expect(tree.filteredDirectPath(4)).toEqual([[7, 3]]);
});

describe("of bytes that are no tree", () => {
  const encoded = concat(Uint8Array.of(1, 1), encode(LeafNode, leaf(0)));

  function vectorOf(content: Uint8Array): Uint8Array {
    return concat(encodeLength(content.length), content);
  }

  test.each([bytes("00"), bytes("0100"), vectorOf(concat(encoded, bytes("00")))])(
    "those that end in a blank are refused: %#",
    (data) => refused(Rule.TREE_NOT_TRUNCATED, () => RatchetTree.decode(data)),
  );

  test("surplus bytes and too many nodes are refused", () => {
    expect(() => RatchetTree.decode(concat(treeOf(0, 1).encode(), bytes("00")))).toThrow(
      DecodeError,
    );
    const long = concat(new Uint8Array(MAX_NODES), bytes("02")); // what is beyond is not even read
    const data = concat(uintBytes(long.length + 0x8000_0000, 4), long);
    expect(() => RatchetTree.decode(data)).toThrow("too large");
  });

  test.each([[[PARENT]], [[leaf(0), leaf(1), leaf(2)]]])(
    "a node of the wrong kind is refused: %#",
    (nodes) =>
      refused(Rule.TREE_NODE_KINDS, () => RatchetTree.decode(new RatchetTree(nodes).encode())),
  );

  test("one that ends in a parent is refused", () => {
    const nodes = concat(encoded, Uint8Array.of(1), bytes("02"), bytes("036b6579"), bytes("0000"));
    return refused(Rule.TREE_ENDS_IN_LEAF, () => RatchetTree.decode(vectorOf(nodes)));
  });
});

test("any life keeps the tree full and minimal, and its hash as if made anew", () => {
  let state = 1;
  let tree = treeOf(0);
  for (let step = 0; step < 400; step++) {
    state = (state * 48271) % 0x7fff_ffff;
    const index = state % 12;
    const before = tree.leaf(index) === null;
    tree = before ? tree.addLeaf(leaf(index))[0] : tree.removeLeaf(index);
    const count = tree.leafCount;
    expect(Math.log2(count) % 1).toBe(0);
    expect(count === 1 || Math.max(...membersOf(tree)) >= count / 2).toBe(true);
    const fresh = new RatchetTree(tree.nodes);
    expect(tree.treeHash(CRYPTO, SUITE)).toEqual(fresh.treeHash(CRYPTO, SUITE));
  }
});
