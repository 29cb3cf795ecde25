import { expect, test } from "vitest";

import { ascii } from "../../src/mls/bytes.ts";
import {
  EMPTY_RANGE,
  append,
  bitCount,
  bitLength,
  compactRange,
  headOf,
  perfectNodes,
  treeHead,
} from "../../src/transparency/compact.ts";
import { FormatError, UsageError } from "../../src/transparency/errors.ts";
import { leafHash } from "../../src/transparency/hashing.ts";
import { entries, treeHash } from "../support/tlog.ts";

const HASH = new Uint8Array(32);

test("a tree that grows has the roots of the definition", () => {
  let tree = EMPTY_RANGE;
  for (let size = 0; size <= 70; size++) {
    expect(headOf(tree)).toEqual({ size: BigInt(size), root: treeHash(entries(size)) });
    tree = append(tree, entries(1, size).map(leafHash));
  }
});

test("appending many at once is appending one after the other", () => {
  const leaves = entries(45).map(leafHash);
  const twice = append(append(EMPTY_RANGE, leaves.slice(0, 18)), leaves.slice(18));
  expect(twice).toEqual(append(EMPTY_RANGE, leaves));
});

test.each([
  [0n, 0n, []],
  [0n, 21n, [[4, 0n], [2, 4n], [0, 20n]]],
  [2n, 9n, [[1, 1n], [2, 1n], [0, 8n]]],
  [12n, 16n, [[2, 3n]]],
  [6n, 13n, [[1, 3n], [2, 2n], [0, 12n]]],
] as const)("the leaves from %s to %s are covered by the fewest subtrees", (start, end, nodes) => {
  expect(perfectNodes(start, end)).toEqual(nodes.map(([level, index]) => ({ level, index })));
}); // prettier-ignore

test("bits are counted", () => {
  expect([0n, 1n, 2n, 255n, 256n].map(bitLength)).toEqual([0, 1, 2, 8, 9]);
  expect([0n, 1n, 2n, 255n, 256n].map(bitCount)).toEqual([0, 1, 1, 8, 1]);
});

test("hashes that do not fit the size are refused", () => {
  for (const [size, hashes] of [
    [3n, [HASH]],
    [0n, [HASH]],
    [1n, [HASH.slice(1)]],
    [-1n, [HASH]],
    [2n ** 63n, [HASH]],
  ] as const) {
    expect(() => compactRange(size, hashes)).toThrow(UsageError);
  }
  expect(() => append(EMPTY_RANGE, [ascii("an entry")])).toThrow(UsageError);
});

test("what no tree has is refused", () => {
  expect(() => treeHead(-1n, HASH)).toThrow(FormatError);
  expect(() => treeHead(2n ** 63n, HASH)).toThrow(FormatError);
  expect(() => treeHead(1n, new Uint8Array(33))).toThrow(FormatError);
});
