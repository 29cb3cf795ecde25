/**
 * Compact ranges: a tree's perfect subtrees, left to right, and nothing else.
 *
 * They are enough to append and to know the root, and they never change while a tree
 * grows: a tree of `n` leaves has one for each bit of `n` that is set.
 */

import { type Bytes, equalBytes } from "../mls/bytes.ts";
import { MAX_NUMBER } from "./encoding.ts";
import { FormatError, UsageError } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./hashing.ts";

/** A perfect subtree: the leaves from `index << level` to `(index + 1) << level`. */
export interface Node {
  readonly level: number;
  readonly index: bigint;
}

/** A tree as a whole: how many leaves, and the root over them. */
export interface TreeHead {
  readonly size: bigint;
  readonly root: Bytes;
}

/** A tree from its first leaf on, with just what it takes to append. */
export interface CompactRange {
  /** How many leaves. */
  readonly size: bigint;
  /** The hash of each perfect subtree, the largest first. */
  readonly hashes: readonly Bytes[];
}

/** The tree without leaves. */
export const EMPTY_RANGE: CompactRange = { size: 0n, hashes: [] };

/**
 * Return a tree's head.
 *
 * @throws FormatError - The size or the root's length is out of bounds.
 */
export function treeHead(size: bigint, root: Bytes): TreeHead {
  if (size < 0n || size > MAX_NUMBER || root.length !== HASH_BYTES) {
    throw new FormatError("no tree has this size or root");
  }
  return { size, root };
}

/** Tell whether two trees are the same. */
export function sameHead(one: TreeHead, other: TreeHead): boolean {
  return one.size === other.size && equalBytes(one.root, other.root);
}

/** Return how many bits it takes to write a number that is not negative. */
export function bitLength(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length;
}

/** Return how many bits of a number are set. */
export function bitCount(number: bigint): number {
  return number.toString(2).replaceAll("0", "").length;
}

/** Return the fewest perfect subtrees that cover the leaves `start <= i < end`. */
export function perfectNodes(start: bigint, end: bigint): readonly Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end;) {
    let level = bitLength(end - at) - 1;
    if (at !== 0n) level = Math.min(level, bitLength(at & -at) - 1);
    nodes.push({ level, index: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return nodes;
}

/** Return the root over perfect subtrees that get smaller from left to right. */
export function rootOf(hashes: readonly Bytes[]): Bytes {
  const last = hashes.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return hashes.slice(0, -1).reduceRight((root, left) => nodeHash(left, root), last);
}

/**
 * Return a compact range.
 *
 * @throws UsageError - The hashes are not as many as the size asks for, or one is no hash.
 */
export function compactRange(size: bigint, hashes: readonly Bytes[]): CompactRange {
  if (size < 0n || size > MAX_NUMBER || bitCount(size) !== hashes.length) {
    throw new UsageError("a compact range has one hash for each bit of its size");
  }
  hashes.forEach(checkHash);
  return { size, hashes };
}

/** Return the tree as a whole. */
export function headOf(range: CompactRange): TreeHead {
  return { size: range.size, root: rootOf(range.hashes) };
}

/**
 * Return the tree with more leaves at its end.
 *
 * @throws UsageError - One is no hash, or the tree would be too large.
 */
export function append(range: CompactRange, leafHashes: Iterable<Bytes>): CompactRange {
  const hashes = [...range.hashes];
  let { size } = range;
  for (const leaf of leafHashes) {
    checkHash(leaf);
    let grown = leaf;
    for (let rest = size; rest & 1n; rest >>= 1n) grown = nodeHash(hashes.pop() ?? leaf, grown);
    hashes.push(grown);
    size += 1n;
  }
  return compactRange(size, hashes);
}

function checkHash(hash: Bytes): void {
  if (hash.length !== HASH_BYTES) throw new UsageError(`a hash has ${HASH_BYTES} bytes`);
}
