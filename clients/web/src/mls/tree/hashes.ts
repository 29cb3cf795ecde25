/** Tree hashes and parent hashes (RFC 9420 §7.8, §7.9). */

import { concat, uintBytes, type Bytes } from "../bytes.ts";
import { encode, encodeLength, opaque, struct } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { isLeaf, leavesBelow, left, right, type NodeIndex } from "../tree_math.ts";
import { LeafNode, ParentNode, isParentNode } from "./nodes.ts";

/** The nodes of a tree in array order; null is a blank. */
export type Nodes = readonly (LeafNode | ParentNode | null)[];

/** The tree hashes of a tree's nodes, as far as they have been computed. */
export class KnownHashes {
  #values: (Bytes | null)[];
  #hashName = "";

  constructor(width: number) {
    this.#values = blanks(width);
  }

  /** Return them, to be read and filled in. A tree belongs to one suite, as its keys do. */
  of(suite: CipherSuite): (Bytes | null)[] {
    if (this.#hashName !== suite.hash_name) {
      this.#values = blanks(this.#values.length);
      this.#hashName = suite.hash_name;
    }
    return this.#values;
  }

  /** Return a copy for a tree of another width, where some nodes have changed. */
  without(stale: Iterable<NodeIndex>, width: number): KnownHashes {
    const copy = new KnownHashes(0);
    const values = this.#values.slice(0, width);
    while (values.length < width) values.push(null);
    for (const node of stale) values[node] = null;
    copy.#values = values;
    copy.#hashName = this.#hashName;
    return copy;
  }
}

/** ParentHashInput (§7.9). */
const ParentHashInput = struct({
  encryption_key: opaque,
  parent_hash: opaque,
  original_sibling_tree_hash: opaque,
});

/** Hash a parent with the original tree hash of its copath child (§7.9). */
export function parentHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  node: ParentNode,
  siblingHash: Bytes,
): Bytes {
  const content = {
    encryption_key: node.encryption_key,
    parent_hash: node.parent_hash,
    original_sibling_tree_hash: siblingHash,
  };
  return crypto.hash(suite, encode(ParentHashInput, content));
}

/** Return the tree hash of a subtree (§7.8), and note all that was computed in `known`. */
export function nodeHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  nodes: Nodes,
  known: (Bytes | null)[],
  index: NodeIndex,
): Bytes {
  const found = known[index];
  if (found) return found;
  const node = nodes[index] ?? null;
  const below = isLeaf(index)
    ? null
    : [left(index), right(index)].map((each) => nodeHash(crypto, suite, nodes, known, each));
  const input = below === null ? leafInput(index / 2, node) : parentInput(node, below);
  const made = crypto.hash(suite, input);
  known[index] = made;
  return made;
}

/** Return a subtree's hash as it was before the `forgotten` leaves were added (§7.9). */
export function originalHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  nodes: Nodes,
  known: (Bytes | null)[],
  index: NodeIndex,
  forgotten: ReadonlySet<number>,
): Bytes {
  if (!isAnyBelow(index, forgotten)) {
    return nodeHash(crypto, suite, nodes, known, index);
  }
  if (isLeaf(index)) return crypto.hash(suite, leafInput(index / 2, null));
  let node = nodes[index] ?? null;
  if (node !== null && isParentNode(node)) {
    const unmerged = node.unmerged_leaves.filter((leaf) => !forgotten.has(leaf));
    node = { ...node, unmerged_leaves: unmerged };
  }
  const below = [left(index), right(index)].map((each) =>
    originalHash(crypto, suite, nodes, known, each, forgotten),
  );
  return crypto.hash(suite, parentInput(node, below));
}

function isAnyBelow(index: NodeIndex, leaves: ReadonlySet<number>): boolean {
  const { start, stop } = leavesBelow(index);
  for (let leaf = start; leaf < stop; leaf++) if (leaves.has(leaf)) return true;
  return false;
}

const LEAF = Uint8Array.of(1);
const PARENT = Uint8Array.of(2);
const ABSENT = Uint8Array.of(0);
const PRESENT = Uint8Array.of(1);

/** TreeHashInput with LeafNodeHashInput. */
function leafInput(leafIndex: number, node: LeafNode | ParentNode | null): Bytes {
  return concat(LEAF, uintBytes(leafIndex, 4), ...presence(node));
}

/** TreeHashInput with ParentNodeHashInput. */
function parentInput(node: LeafNode | ParentNode | null, below: readonly Bytes[]): Bytes {
  const hashes = below.flatMap((each) => [encodeLength(each.length), each]);
  return concat(PARENT, ...presence(node), ...hashes);
}

function presence(node: LeafNode | ParentNode | null): readonly Bytes[] {
  if (node === null) return [ABSENT];
  return [PRESENT, isParentNode(node) ? encode(ParentNode, node) : encode(LeafNode, node)];
}

function blanks(width: number): (Bytes | null)[] {
  return Array.from({ length: width }, () => null);
}
