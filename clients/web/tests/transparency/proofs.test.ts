import { describe, expect, test } from "vitest";

import type { Bytes } from "../../src/mls/bytes.ts";
import type { Node } from "../../src/transparency/compact.ts";
import { ProofError, UsageError } from "../../src/transparency/errors.ts";
import { EMPTY_ROOT, leafHash } from "../../src/transparency/hashing.ts";
import {
  consistencySpans,
  inclusionSpans,
  makeProof,
  verifyConsistency,
  verifyExtension,
  verifyInclusion,
} from "../../src/transparency/proofs.ts";
import { entries, treeHash } from "../support/tlog.ts";

const LEAVES = entries(40);
const HASHES = LEAVES.map(leafHash);
const ROOTS = Array.from({ length: 41 }, (_, size) => treeHash(LEAVES.slice(0, size)));
const HEADS = ROOTS.map((root, size) => ({ size: BigInt(size), root }));

function hashIn(leaves: readonly Bytes[]): (node: Node) => Bytes {
  return ({ level, index }) => treeHash(leaves.slice(Number(index) << level, Number(index + 1n) << level)); // prettier-ignore
}

function at<Item>(list: readonly Item[], place: number): Item {
  const found = list[place];
  if (found === undefined) throw new Error(`nothing at ${place}`);
  return found;
}

const inclusion = (index: number, size: number): readonly Bytes[] =>
  makeProof(inclusionSpans(BigInt(index), BigInt(size)), hashIn(LEAVES));
const consistency = (old: number, size: number): readonly Bytes[] =>
  makeProof(consistencySpans(BigInt(old), BigInt(size)), hashIn(LEAVES));

function refused(reason: string, act: () => void): void {
  expect(act).toThrow(ProofError);
  expect(act).toThrow(new RegExp(reason));
}

test("every leaf of every small tree is proven where it stands only", () => {
  for (let size = 1; size < 18; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusion(index, size);
      for (let claimed = 0; claimed <= size; claimed++) {
        const claim = (): void => {
          const leaf = at(HASHES, index);
          verifyInclusion(leaf, BigInt(claimed), BigInt(size), proof, at(ROOTS, size));
        };
        if (claimed === index) claim();
        else expect(claim).toThrow(ProofError);
      }
    }
  }
});

test("every small tree continues every smaller one", () => {
  for (let size = 1; size <= LEAVES.length; size++) {
    for (let old = 1; old <= size; old++) {
      const proof = consistency(old, size);
      const [before, after] = [at(ROOTS, old), at(ROOTS, size)];
      const sizes = [BigInt(old), BigInt(size)] as const;
      verifyConsistency(...sizes, proof, before, after);
      refused("", () => { verifyConsistency(...sizes, proof, at(ROOTS, old - 1), after); }); // prettier-ignore
      refused("", () => { verifyConsistency(...sizes, [...proof, before], before, after); }); // prettier-ignore
      refused("", () => { verifyConsistency(...sizes, proof.slice(0, -1), before, at(ROOTS, size - 1)); }); // prettier-ignore
    }
  }
});

test("a tree that forgot a leaf has no proof", () => {
  const other = [...LEAVES.slice(0, 3), ...LEAVES.slice(4)];
  const proof = makeProof(consistencySpans(5n, 12n), hashIn(other));
  const root = treeHash(other.slice(0, 12));
  refused("roots", () => { verifyConsistency(5n, 12n, proof, at(ROOTS, 5), root); }); // prettier-ignore
});

describe("the empty tree", () => {
  test("is continued by everything, without proof", () => {
    verifyExtension(at(HEADS, 0), at(HEADS, 7), []);
    verifyExtension(at(HEADS, 0), at(HEADS, 0), []);
    refused("without proof", () => { verifyExtension(at(HEADS, 0), at(HEADS, 7), [EMPTY_ROOT]); }); // prettier-ignore
  });

  test("has one root", () => {
    const odd = { size: 0n, root: at(ROOTS, 1) };
    refused("another root", () => { verifyExtension(odd, at(HEADS, 7), []); }); // prettier-ignore
    refused("another root", () => { verifyExtension(odd, odd, []); }); // prettier-ignore
  });
});

test("no proof leads back, or from a tree without leaves", () => {
  for (const [old, size] of [
    [7n, 6n],
    [0n, 7n],
    [-1n, 7n],
  ] as const) {
    refused("smaller tree", () => {
      verifyConsistency(old, size, [at(ROOTS, 1)], at(ROOTS, 7), at(ROOTS, 6));
    });
    expect(() => consistencySpans(old, size)).toThrow(UsageError);
  }
});

test("a proof that climbs above its tree is refused", () => {
  const [first, second] = [at(HASHES, 0), at(HASHES, 1)];
  refused("too long", () => { verifyInclusion(second, 0n, 1n, [first], at(ROOTS, 2)); }); // prettier-ignore
  refused("too long", () => { verifyConsistency(1n, 2n, [second, EMPTY_ROOT], first, at(ROOTS, 2)); }); // prettier-ignore
});

test("what is no hash, or more than any tree has, is refused before it is hashed", () => {
  const odd = new Uint8Array(31);
  refused("32 bytes", () => { verifyInclusion(EMPTY_ROOT, 0n, 2n, [odd], EMPTY_ROOT); }); // prettier-ignore
  refused("32 bytes", () => { verifyConsistency(1n, 2n, [EMPTY_ROOT], odd, EMPTY_ROOT); }); // prettier-ignore
  const many = Array.from({ length: 65 + 2 }, () => EMPTY_ROOT);
  refused("too long", () => { verifyInclusion(EMPTY_ROOT, 0n, 2n ** 62n, many, EMPTY_ROOT); }); // prettier-ignore
  refused("too long", () => { verifyConsistency(1n, 2n ** 62n, many, EMPTY_ROOT, EMPTY_ROOT); }); // prettier-ignore
});

test("the largest tree has proofs within the bound", () => {
  const size = 2n ** 63n - 1n;
  expect(inclusionSpans(0n, size)).toHaveLength(63);
  for (const old of [1n, 2n ** 62n - 1n, 2n ** 62n + 1n]) {
    expect(consistencySpans(old, size).length).toBeLessThanOrEqual(64);
  }
});
