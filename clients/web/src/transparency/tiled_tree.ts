/**
 * Reading a tree from tiles that nobody vouches for, against a root that is trusted.
 *
 * Every tile is authenticated before a hash of it is used: the partial tiles at the right edge
 * together make the root, and every full tile makes its one hash in the tile above it. A tile that
 * is neither is not taken, so there is no hash that came from nowhere (as in CVE-2026-56865).
 */

import { type Bytes, equalBytes } from "../mls/bytes.ts";
import {
  type CompactRange,
  type Node,
  type TreeHead,
  compactRange,
  headOf,
  sameHead,
} from "./compact.ts";
import { ProofError, UsageError } from "./errors.ts";
import { leafHash, nodeHash } from "./hashing.ts";
import { consistencySpans, inclusionSpans, makeProof, nodesOf } from "./proofs.ts";
import {
  type EntryBundle,
  type Tile,
  TILE_HEIGHT,
  TILE_WIDTH,
  decodeBundle,
  decodeTile,
  edgeTiles,
  tileAt,
  tileOf,
  tilePath,
} from "./tiles.ts";

/** How many tiles are taken at once: 32 MiB of them, the leaves of a million entries. */
export const MAX_TILES = 4_096;

/** Tiles with what is in them, as they were received. */
export type Tiles = readonly (readonly [Tile, Bytes])[];
type Levels = readonly (readonly Bytes[])[];

declare const AUTHENTICATED: unique symbol;

/** A tree of which some tiles are known and authenticated; made by `authenticate` alone. */
export interface TiledTree {
  readonly [AUTHENTICATED]: true;
  readonly head: TreeHead;
  /** The hashes of all perfect subtrees within each tile, by its level and index. */
  readonly known: ReadonlyMap<string, Levels>;
}

/**
 * Return the tiles it takes to read the hashes of subtrees, those that vouch for them too.
 *
 * @throws UsageError - A subtree is not in a tree of this size.
 */
export function tilesToRead(nodes: readonly Node[], size: bigint): readonly Tile[] {
  const wanted = new Map(edgeTiles(size).map((each) => [tilePath(each), each]));
  for (const node of nodes) {
    let each = tileOf(node, size);
    while (!wanted.has(tilePath(each))) {
      wanted.set(tilePath(each), each);
      each = tileAt(each.level + 1, each.index / BigInt(TILE_WIDTH), size);
    }
  }
  return [...wanted.values()].sort(highestFirst);
}

/**
 * Return the tiles it takes to prove that a leaf is in a tree of a size.
 *
 * @throws UsageError - There is no such leaf.
 */
export function tilesForInclusion(index: bigint, size: bigint): readonly Tile[] {
  return tilesToRead(nodesOf(inclusionSpans(index, size)), size);
}

/**
 * Return the tiles it takes to prove that a tree continues a smaller one.
 *
 * @throws UsageError - Not 0 < old <= size.
 */
export function tilesForConsistency(old: bigint, size: bigint): readonly Tile[] {
  return tilesToRead(nodesOf(consistencySpans(old, size)), size);
}

/**
 * Return the compact range that the partial tiles at a tree's right edge make.
 *
 * @throws ProofError - One of them is missing.
 * @throws FormatError - One has not the size of its width.
 */
export function rangeOf(size: bigint, edge: Tiles): CompactRange {
  const data = new Map(edge.map(([each, bytes]) => [tilePath(each), bytes]));
  const peaks: Bytes[] = [];
  for (const each of edgeTiles(size)) {
    const found = data.get(tilePath(each));
    if (found === undefined) throw new ProofError(`${tilePath(each)} is missing`);
    const levels = levelsOf(decodeTile(found, each.width));
    for (let height = TILE_HEIGHT - 1; height >= 0; height--) {
      if ((each.width >> height) & 1) peaks.push(at(levels, height, (each.width >> height) - 1));
    }
  }
  return compactRange(size, peaks);
}

/**
 * Take tiles of a tree whose root is trusted.
 *
 * @param head - From a signed checkpoint.
 * @param tiles - All tiles of the tree's right edge, and with each other tile the one above it.
 * @throws ProofError - A tile is not of this tree, or what vouches for it is missing.
 * @throws FormatError - A tile has not the size of its width.
 * @throws UsageError - There are more than `MAX_TILES`.
 */
export function authenticate(head: TreeHead, tiles: Tiles): TiledTree {
  if (tiles.length > MAX_TILES) throw new UsageError(`at most ${MAX_TILES} tiles at once`);
  if (!sameHead(headOf(rangeOf(head.size, tiles)), head)) {
    throw new ProofError("the tiles at the edge do not make the root");
  }
  const known = new Map<string, Levels>();
  const edge = new Set(edgeTiles(head.size).map(tilePath));
  for (const [each, data] of [...tiles].sort(([one], [other]) => highestFirst(one, other))) {
    const levels = levelsOf(decodeTile(data, each.width));
    if (!edge.has(tilePath(each)) && !equalBytes(topOf(levels), vouched(known, each))) {
      throw new ProofError(`${tilePath(each)} is not what the tile above it says`);
    }
    known.set(keyOf(each.level, each.index), levels);
  }
  return { head, known } as unknown as TiledTree;
}

/**
 * Return the hash of a perfect subtree.
 *
 * @throws ProofError - The tile it is in is not known.
 * @throws UsageError - The subtree is not in this tree.
 */
export function hashOf(tree: TiledTree, node: Node): Bytes {
  const found = tileOf(node, tree.head.size);
  const height = node.level % TILE_HEIGHT;
  const levels = tree.known.get(keyOf(found.level, found.index));
  if (levels === undefined) throw new ProofError(`${tilePath(found)} is not known`);
  return at(levels, height, Number(node.index % BigInt(TILE_WIDTH >> height)));
}

/**
 * Prove that a leaf is in the tree; it needs `tilesForInclusion`.
 *
 * @throws ProofError - A tile is not known.
 * @throws UsageError - There is no such leaf.
 */
export function inclusionProof(tree: TiledTree, index: bigint): readonly Bytes[] {
  return makeProof(inclusionSpans(index, tree.head.size), (node) => hashOf(tree, node));
}

/**
 * Prove that the tree continues a smaller one; it needs `tilesForConsistency`.
 *
 * @throws ProofError - A tile is not known.
 * @throws UsageError - There is no smaller tree of that size, or it is empty.
 */
export function consistencyProof(tree: TiledTree, old: bigint): readonly Bytes[] {
  return makeProof(consistencySpans(old, tree.head.size), (node) => hashOf(tree, node));
}

/**
 * Return the entries of a bundle, each compared with its leaf.
 *
 * @throws ProofError - An entry is not the log's, or its tile is not known.
 * @throws FormatError - The data are not a bundle of this width.
 */
export function entriesOf(tree: TiledTree, bundle: EntryBundle, data: Bytes): readonly Bytes[] {
  const entries = decodeBundle(data, bundle.width);
  const first = bundle.index * BigInt(TILE_WIDTH);
  if (first + BigInt(bundle.width) > tree.head.size) {
    throw new ProofError("the bundle goes on beyond the tree");
  }
  entries.forEach((entry, place) => {
    const index = first + BigInt(place);
    if (!equalBytes(leafHash(entry), hashOf(tree, { level: 0, index }))) {
      throw new ProofError(`entry ${index} is not the log's`);
    }
  });
  return entries;
}

function vouched(known: ReadonlyMap<string, Levels>, each: Tile): Bytes {
  const levels = known.get(keyOf(each.level + 1, each.index / BigInt(TILE_WIDTH)));
  const hash = levels?.[0]?.[Number(each.index % BigInt(TILE_WIDTH))];
  if (each.width !== TILE_WIDTH || hash === undefined) {
    throw new ProofError(`nothing vouches for ${tilePath(each)}`);
  }
  return hash;
}

/** Return the hashes of all perfect subtrees within a tile, lowest level first. */
function levelsOf(hashes: readonly Bytes[]): Levels {
  const levels: Bytes[][] = [[...hashes]];
  for (let row = levels[0] ?? []; row.length > 1;) {
    const above: Bytes[] = [];
    for (let place = 0; place + 1 < row.length; place += 2) {
      above.push(nodeHash(cell(row, place), cell(row, place + 1)));
    }
    levels.push(above);
    row = above;
  }
  return levels;
}

function topOf(levels: Levels): Bytes {
  return at(levels, levels.length - 1, 0);
}

function at(levels: Levels, height: number, place: number): Bytes {
  return cell(levels[height] ?? [], place);
}

function cell(row: readonly Bytes[], place: number): Bytes {
  const found = row[place];
  if (found === undefined) throw new UsageError("there is no such hash in this tile");
  return found;
}

function keyOf(level: number, index: bigint): string {
  return `${level}/${index}`;
}

function highestFirst(one: Tile, other: Tile): number {
  if (one.level !== other.level) return other.level - one.level;
  if (one.index !== other.index) return one.index < other.index ? 1 : -1;
  return other.width - one.width;
}
