/**
 * Tiles and entry bundles: which there are, where they lie, what is in them (c2sp.org/tlog-tiles).
 *
 * A tile holds up to 256 hashes of one level of the tree, eight levels of it at a time; an entry
 * bundle holds the entries under a tile of level 0. A partial tile belongs to one size of the
 * tree. This is a reader's part: nothing here writes a tile.
 */

import type { Bytes } from "../mls/bytes.ts";
import { type Node, bitLength } from "./compact.ts";
import { MAX_NUMBER } from "./encoding.ts";
import { FormatError, UsageError } from "./errors.ts";
import { HASH_BYTES } from "./hashing.ts";

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
export const MAX_LEVEL = 63;

/** Where a tile is, and how many hashes it has. */
export interface Tile {
  /** In tiles: level 1 holds the roots of the tiles of level 0. */
  readonly level: number;
  /** How many tiles of this level are to its left. */
  readonly index: bigint;
  /** 256, or fewer for a partial tile. */
  readonly width: number;
}

/** Where a bundle of entries is, and how many there are in it; counted as tiles of level 0. */
export interface EntryBundle {
  readonly index: bigint;
  readonly width: number;
}

/**
 * Return a tile.
 *
 * @throws UsageError - A coordinate is out of bounds.
 */
export function tile(level: number, index: bigint, width: number = TILE_WIDTH): Tile {
  if (level < 0 || level > MAX_LEVEL) throw new UsageError("no tile has this level");
  check(index, width);
  return { level, index, width };
}

/**
 * Return a bundle of entries.
 *
 * @throws UsageError - A coordinate is out of bounds.
 */
export function entryBundle(index: bigint, width: number = TILE_WIDTH): EntryBundle {
  check(index, width);
  return { index, width };
}

/** Return where a tile is served, below the log's prefix; no other tile has this path. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${place(index, width)}`;
}

/** Return where a bundle is served, below the log's prefix. */
export function bundlePath({ index, width }: EntryBundle): string {
  return `tile/entries/${place(index, width)}`;
}

/**
 * Return a tile as it is in a tree of a size: full, or partial at the right edge.
 *
 * @throws UsageError - That tree has no such tile.
 */
export function tileAt(level: number, index: bigint, size: bigint): Tile {
  const rest = rowOf(level, size) - index * BigInt(TILE_WIDTH);
  if (rest < 1n) throw new UsageError("a tree of this size has no such tile");
  return tile(level, index, rest < TILE_WIDTH ? Number(rest) : TILE_WIDTH);
}

/**
 * Return the tile that the hash of a perfect subtree is made from.
 *
 * @throws UsageError - The subtree is not in a tree of this size.
 */
export function tileOf(node: Node, size: bigint): Tile {
  if ((node.index + 1n) << BigInt(node.level) > size) {
    throw new UsageError("the subtree is not in a tree of this size");
  }
  const above = node.level % TILE_HEIGHT;
  const level = (node.level - above) / TILE_HEIGHT;
  return tileAt(level, node.index >> BigInt(TILE_HEIGHT - above), size);
}

/**
 * Return the partial tiles at the right edge of a tree, the highest level first.
 *
 * Every perfect subtree of the tree's compact range lies in one of them.
 */
export function edgeTiles(size: bigint): readonly Tile[] {
  const tiles: Tile[] = [];
  const highest = Math.floor((bitLength(size) - 1) / TILE_HEIGHT);
  for (let level = highest; level >= 0; level--) {
    const row = rowOf(level, size);
    const width = Number(row % BigInt(TILE_WIDTH));
    if (width > 0) tiles.push(tile(level, row / BigInt(TILE_WIDTH), width));
  }
  return tiles;
}

/**
 * Return the hashes of a tile.
 *
 * @throws FormatError - There are not exactly so many.
 */
export function decodeTile(data: Bytes, width: number): readonly Bytes[] {
  if (data.length !== width * HASH_BYTES) {
    throw new FormatError(`a tile of width ${width} has ${width * HASH_BYTES} bytes`);
  }
  return Array.from({ length: width }, (_, at) =>
    data.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/**
 * Return the entries of a bundle; that they are the log's is not yet checked.
 *
 * @throws FormatError - There are not exactly so many.
 */
export function decodeBundle(data: Bytes, width: number): readonly Bytes[] {
  const entries: Bytes[] = [];
  let at = 0;
  for (let count = 0; count < width; count++) {
    const [high, low] = [data[at] ?? 0, data[at + 1] ?? 0];
    // One byte alone is read as a number of one byte, as it is by the twin.
    const length = at + 1 < data.length ? (high << 8) | low : high;
    const entry = data.slice(at + 2, at + 2 + length);
    if (entry.length !== length) throw new FormatError("a bundle ends in the middle of an entry");
    entries.push(entry);
    at += 2 + length;
  }
  if (at !== data.length) throw new FormatError("a bundle does not end with its last entry");
  return entries;
}

function rowOf(level: number, size: bigint): bigint {
  return size >> BigInt(TILE_HEIGHT * level);
}

function check(index: bigint, width: number): void {
  if (index < 0n || index > MAX_NUMBER) throw new UsageError("no tile has this index");
  if (width < 1 || width > TILE_WIDTH) {
    throw new UsageError(`a tile has a width from 1 to ${TILE_WIDTH}`);
  }
}

function place(index: bigint, width: number): string {
  const groups = [digits(index)];
  for (let rest = index / 1000n; rest > 0n; rest /= 1000n) groups.unshift(`x${digits(rest)}`);
  return groups.join("/") + (width === TILE_WIDTH ? "" : `.p/${width}`);
}

function digits(number: bigint): string {
  return `${number % 1000n}`.padStart(3, "0");
}
