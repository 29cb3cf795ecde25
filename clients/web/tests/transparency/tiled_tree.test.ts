import { expect, test } from "vitest";

import type { Bytes } from "../../src/mls/bytes.ts";
import { ProofError, UsageError } from "../../src/transparency/errors.ts";
import { leafHash } from "../../src/transparency/hashing.ts";
import { verifyConsistency, verifyInclusion } from "../../src/transparency/proofs.ts";
import {
  MAX_TILES,
  type Tiles,
  authenticate,
  entriesOf,
  hashOf,
  inclusionProof,
  rangeOf,
  tilesForInclusion,
} from "../../src/transparency/tiled_tree.ts";
import { type Tile, edgeTiles, entryBundle, tile, tilePath } from "../../src/transparency/tiles.ts";
import { EMPTY_RANGE, append } from "../../src/transparency/compact.ts";
import { entries, flipped, logOf, treeHash } from "../support/tlog.ts";

const LOG = logOf(1_030);
const SMALL = logOf(300);

function replaced(tiles: Tiles, changed: Tile, data: Bytes): Tiles {
  const rest = tiles.filter(([each]) => tilePath(each) !== tilePath(changed));
  return [...rest, [changed, data]];
}

function bundle(of: readonly Bytes[]): Bytes {
  return Uint8Array.from(of.flatMap((entry) => [entry.length >> 8, entry.length & 255, ...entry]));
}

test.each([1, 2, 255, 256, 257, 1_030, 2_047])("what the tiles of %s leaves prove verifies", (count) => {
  const log = logOf(count);
  const { size, root } = log.head;
  for (const index of new Set([0, Math.floor(count / 3), count - 1])) {
    const leaf = leafHash(log.entries[index] ?? new Uint8Array());
    verifyInclusion(leaf, BigInt(index), size, log.inclusion(BigInt(index)), root);
  }
  for (const old of new Set([1, Math.floor(count / 3), count - 1])) {
    if (old < 1 || old >= count) continue;
    const before = treeHash(entries(old));
    verifyConsistency(BigInt(old), size, log.consistency(BigInt(old)), before, root);
  }
}); // prettier-ignore

test("a tampered inner tile is refused", () => {
  for (const index of [0n, 300n, 1_029n]) {
    const tiles = LOG.read(tilesForInclusion(index, 1_030n));
    for (const [each, data] of tiles) {
      for (const at of [0, data.length / 2, data.length - 1]) {
        const changed = replaced(tiles, each, flipped(data, at));
        expect(() => authenticate(LOG.head, changed)).toThrow(ProofError);
      }
    }
  }
});

test("without what vouches for it a tile is refused", () => {
  const tiles = LOG.read(tilesForInclusion(300n, 1_030n));
  authenticate(LOG.head, tiles);
  for (const [left] of tiles) {
    const rest = tiles.filter(([each]) => each !== left);
    if (tilePath(left) === "tile/0/001") {
      expect(() => inclusionProof(authenticate(LOG.head, rest), 300n)).toThrow("is not known");
    } else {
      expect(() => authenticate(LOG.head, rest)).toThrow(/is missing|nothing vouches/);
    }
  }
});

test("a tile that is not of this size is refused", () => {
  const tiles = SMALL.read(edgeTiles(300n));
  const older = logOf(290).read(edgeTiles(290n));
  authenticate(SMALL.head, tiles);
  expect(() => authenticate(SMALL.head, [...tiles, ...older])).toThrow("nothing vouches");
  expect(() => authenticate(SMALL.head, older)).toThrow("is missing");
  const full = new Uint8Array(8_192);
  expect(() => authenticate(SMALL.head, [...tiles, [tile(0, 1n), full]])).toThrow("vouches");
});

test("an inner hash cannot pass for a leaf", () => {
  const tiles = SMALL.read(edgeTiles(300n));
  const inner = hashOf(authenticate(SMALL.head, tiles), { level: 8, index: 0n });
  expect(() => authenticate(SMALL.head, [...tiles, [tile(0, 0n, 1), inner]])).toThrow("vouches");
});

test("another root, another length, and too many are refused", () => {
  const tiles = SMALL.read(edgeTiles(300n));
  const other = { size: 300n, root: LOG.head.root };
  expect(() => authenticate(other, tiles)).toThrow("do not make the root");
  const short = replaced(tiles, tile(0, 1n, 44), new Uint8Array(32 * 43));
  expect(() => authenticate(SMALL.head, short)).toThrow("a tile of width 44 has 1408 bytes");
  const many = Array.from({ length: MAX_TILES + 1 }, (_, at) => [tile(0, BigInt(at)), new Uint8Array()] as const); // prettier-ignore
  expect(() => authenticate(SMALL.head, many)).toThrow(UsageError);
});

test("entries are those of their leaves", () => {
  const tree = authenticate(SMALL.head, SMALL.read([tile(1, 0n, 1), tile(0, 0n), tile(0, 1n, 44)]));
  const data = bundle(entries(44, 256));
  expect(entriesOf(tree, entryBundle(1n, 44), data)).toEqual(entries(44, 256));
  for (const at of [2, 100, data.length - 1]) {
    expect(() => entriesOf(tree, entryBundle(1n, 44), flipped(data, at))).toThrow("not the log's");
  }
  expect(() => entriesOf(tree, entryBundle(0n, 44), data)).toThrow("entry 0 is not the log's");
  const longer = bundle(entries(45, 256));
  expect(() => entriesOf(tree, entryBundle(1n, 45), longer)).toThrow("beyond the tree");
});

test("the edge makes the compact range", () => {
  for (const size of [0, 1, 255, 256, 300]) {
    const log = logOf(size);
    const edge = log.read(edgeTiles(BigInt(size)));
    expect(rangeOf(BigInt(size), edge)).toEqual(append(EMPTY_RANGE, log.entries.map(leafHash)));
  }
});
