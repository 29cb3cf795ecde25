/**
 * The ratchet tree: a value (RFC 9420 §4.1, §7.4, §7.7).
 *
 * Every change returns a new tree. The tree is always full: its leaves are a power of two,
 * blank ones included, and its right half is never entirely blank. Tree hashes are computed
 * when asked for and handed on to the trees made from this one, as far as they still hold.
 */

import type { Bytes } from "../bytes.ts";
import { decode, encode, maybe, vector } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { UsageError, ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";
import {
  directPath,
  fullLeaves,
  isLeaf,
  left,
  level,
  nodeWidth,
  right,
  root,
  sibling,
  toNode,
  type NodeIndex,
} from "../tree_math.ts";
import { KnownHashes, nodeHash, originalHash, type Nodes } from "./hashes.ts";
import { Node, isParentNode, type LeafNode, type ParentNode } from "./nodes.ts";

/** How many nodes a tree may have: 65,536 leaves. Bounds the time its hash takes. */
export const MAX_NODES = 2 ** 17;

const TREE = vector(maybe(Node), MAX_NODES);
type Content = LeafNode | ParentNode | null;

/** A node of the filtered direct path, with its child on the copath (§4.1.2). */
export type PathLevel = readonly [node: NodeIndex, copath: NodeIndex];

/** A group's tree of public keys. */
export class RatchetTree {
  /** The nodes in array order. */
  readonly nodes: Nodes;
  readonly #hashes: KnownHashes;

  /**
   * Make a tree of its nodes in array order; blanks at the end may be missing.
   *
   * `hashes` are those that another tree has handed on.
   */
  constructor(nodes: Nodes, hashes?: KnownHashes) {
    const width = nodeWidth(fullLeaves(Math.floor((nodes.length + 1) / 2)));
    const full = nodes.slice();
    while (full.length < width) full.push(null);
    this.nodes = full;
    this.#hashes = hashes ?? new KnownHashes(width);
  }

  /**
   * Decode a `ratchet_tree` extension (§12.4.3.3).
   *
   * @throws DecodeError - It is malformed, or has more than MAX_NODES nodes.
   * @throws ValidationError - It ends in a blank or a parent, or a node stands where the other
   *   kind belongs.
   */
  static decode(data: Uint8Array): RatchetTree {
    const nodes = decode(TREE, data);
    if (!nodes.at(-1)) throw new ValidationError(Rule.TREE_NOT_TRUNCATED);
    nodes.forEach((node, index) => {
      if (node !== null && isParentNode(node) === isLeaf(index)) {
        throw new ValidationError(Rule.TREE_NODE_KINDS, `node ${index}`);
      }
    });
    if (nodes.length % 2 === 0) {
      // Its right half would be blank, which a Remove would have cut off (§7.7).
      throw new ValidationError(Rule.TREE_ENDS_IN_LEAF);
    }
    return new RatchetTree(nodes);
  }

  /** Encode as a `ratchet_tree` extension (§12.4.3.3). */
  encode(): Bytes {
    const last = this.nodes.findLastIndex((node) => node !== null);
    return encode(TREE, this.nodes.slice(0, last + 1));
  }

  toString(): string {
    return `RatchetTree(${[...this.leaves()].length} members of ${this.leafCount})`;
  }

  /** How many leaves there are, blank ones included: a power of two. */
  get leafCount(): number {
    return (this.nodes.length + 1) / 2;
  }

  /** Return a leaf; null if it is blank or outside the tree. */
  leaf(leaf: number): LeafNode | null {
    const found = this.nodes[toNode(leaf)] ?? null;
    return found !== null && !isParentNode(found) ? found : null;
  }

  /** Yield the leaves that are not blank, with their indices. */
  *leaves(): Generator<readonly [number, LeafNode]> {
    for (let leaf = 0; leaf < this.leafCount; leaf++) {
      const node = this.leaf(leaf);
      if (node !== null) yield [leaf, node];
    }
  }

  /** Return an inner node; null if it is blank. */
  parent(node: NodeIndex): ParentNode | null {
    const found = this.nodes[node] ?? null;
    return found !== null && isParentNode(found) ? found : null;
  }

  /** Yield the inner nodes that are not blank, with their indices. */
  *parents(): Generator<readonly [NodeIndex, ParentNode]> {
    for (let index = 1; index < this.nodes.length; index += 2) {
      const node = this.parent(index);
      if (node !== null) yield [index, node];
    }
  }

  /** Return a node's public key; null if it is blank or outside the tree. */
  encryptionKey(node: NodeIndex): Bytes | null {
    return this.nodes[node]?.encryption_key ?? null;
  }

  /** Return a leaf's ancestors, from below. */
  directPath(leaf: number): readonly NodeIndex[] {
    return directPath(toNode(leaf), this.leafCount);
  }

  /** Return the nodes whose keys cover everyone under a node (§4.1.1). */
  resolution(node: NodeIndex): readonly NodeIndex[] {
    const found: NodeIndex[] = [];
    const waiting = [node];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const content = this.nodes[index] ?? null;
      if (content === null) {
        if (!isLeaf(index)) waiting.push(right(index), left(index));
        continue;
      }
      found.push(index);
      if (isParentNode(content)) found.push(...content.unmerged_leaves.map(toNode));
    }
    return found;
  }

  /** Tell whether a node's resolution is empty. */
  isBlankBelow(node: NodeIndex): boolean {
    const reach = 2 ** level(node) - 1;
    for (let index = node - reach; index <= node + reach; index++) {
      if (this.nodes[index]) return false;
    }
    return true;
  }

  /** Return the ancestors that need keys, from below (§4.1.2). */
  filteredDirectPath(leaf: number): readonly PathLevel[] {
    const kept: PathLevel[] = [];
    let child = toNode(leaf);
    for (const above of this.directPath(leaf)) {
      const aside = sibling(child, this.leafCount);
      if (!this.isBlankBelow(aside)) kept.push([above, aside]);
      child = above;
    }
    return kept;
  }

  /**
   * Place a leaf at the leftmost blank leaf (§12.1.1); return the tree and its index.
   *
   * @throws ValidationError - The tree would have more than MAX_NODES nodes.
   */
  addLeaf(leafNode: LeafNode): readonly [RatchetTree, number] {
    const nodes = this.nodes.slice();
    let leaf = 0;
    while (leaf < this.leafCount && nodes[toNode(leaf)]) leaf++;
    if (leaf === this.leafCount) {
      const width = 2 * nodes.length + 1;
      if (width > MAX_NODES) throw new ValidationError(Rule.TREE_BOUNDED, `${leaf} leaves`);
      while (nodes.length < width) nodes.push(null);
    }
    nodes[toNode(leaf)] = leafNode;
    for (const above of directPath(toNode(leaf), (nodes.length + 1) / 2)) {
      const node = nodes[above] ?? null;
      if (node !== null && isParentNode(node)) {
        const unmerged = [...node.unmerged_leaves, leaf].sort((a, b) => a - b);
        nodes[above] = { ...node, unmerged_leaves: unmerged };
      }
    }
    return [this.#changed(nodes, leaf), leaf];
  }

  /**
   * Replace a leaf and blank its direct path (§12.1.2).
   *
   * @throws UsageError - The leaf is outside the tree.
   */
  updateLeaf(leaf: number, leafNode: LeafNode): RatchetTree {
    return this.withPath(leaf, leafNode, new Map());
  }

  /**
   * Blank a leaf and its direct path, and truncate the tree (§12.1.3).
   *
   * @throws UsageError - The leaf is outside the tree.
   */
  removeLeaf(leaf: number): RatchetTree {
    const nodes = this.#replaced(leaf, null, new Map());
    let width = nodes.length;
    while (width > 1 && !nodes.slice((width + 1) / 2, width).some(Boolean)) width = (width - 1) / 2;
    return this.#changed(nodes.slice(0, width), leaf);
  }

  /**
   * Replace a leaf, and its whole direct path by `parents` and blanks (§7.5).
   *
   * @throws UsageError - The leaf is outside the tree.
   */
  withPath(
    leaf: number,
    leafNode: LeafNode | null,
    parents: ReadonlyMap<NodeIndex, ParentNode>,
  ): RatchetTree {
    return this.#changed(this.#replaced(leaf, leafNode, parents), leaf);
  }

  /** Return the hash of the whole tree (§7.8). */
  treeHash(crypto: CryptoProvider, suite: CipherSuite): Bytes {
    return this.subtreeHash(crypto, suite, root(this.leafCount));
  }

  /** Return the hash of the tree under a node (§7.8). */
  subtreeHash(crypto: CryptoProvider, suite: CipherSuite, node: NodeIndex): Bytes {
    return nodeHash(crypto, suite, this.nodes, this.#hashes.of(suite), node);
  }

  /** Return that hash as it was before the `forgotten` leaves came (§7.9). */
  originalSubtreeHash(
    crypto: CryptoProvider,
    suite: CipherSuite,
    node: NodeIndex,
    forgotten: readonly number[],
  ): Bytes {
    const known = this.#hashes.of(suite);
    return originalHash(crypto, suite, this.nodes, known, node, new Set(forgotten));
  }

  #replaced(
    leaf: number,
    leafNode: LeafNode | null,
    parents: ReadonlyMap<NodeIndex, ParentNode>,
  ): Content[] {
    if (leaf < 0 || leaf >= this.leafCount)
      throw new UsageError(`leaf ${leaf} is outside the tree`);
    const nodes = this.nodes.slice();
    nodes[toNode(leaf)] = leafNode;
    for (const above of this.directPath(leaf)) nodes[above] = parents.get(above) ?? null;
    return nodes;
  }

  /** Return the tree of `nodes`, which differ from ours on the path of one leaf only. */
  #changed(nodes: Content[], leaf: number): RatchetTree {
    const start = toNode(leaf);
    const leaves = (nodes.length + 1) / 2;
    const stale = leaf < leaves ? [start, ...directPath(start, leaves)] : [];
    return new RatchetTree(nodes, this.#hashes.without(stale, nodes.length));
  }
}
