/**
 * Array-based trees (RFC 9420 §4.1.1, Appendix C): arithmetic on node indices alone.
 *
 * A tree of `n` leaves, `n` a power of two, has `2n - 1` nodes: leaf `i` at the even index `2i`,
 * parents at the odd ones. The number of 1 bits below the lowest 0 bit is a node's level.
 * Bit operations hold for 31 bits; a tree has at most `MAX_NODES` nodes, and a leaf index from
 * the wire is compared with the tree's size before it gets here.
 */

import { UsageError } from "./errors.ts";

/** The place of a node in the array of a tree. */
export type NodeIndex = number;

/** Return the node index of a leaf. */
export function toNode(leaf: number): NodeIndex {
  return 2 * leaf;
}

/**
 * Return the leaf index of a leaf's node.
 *
 * @throws UsageError - The node is a parent.
 */
export function toLeaf(node: NodeIndex): number {
  if (!isLeaf(node)) throw new UsageError(`node ${node} is not a leaf`);
  return node / 2;
}

/** Tell whether a node is a leaf. */
export function isLeaf(node: NodeIndex): boolean {
  return node % 2 === 0;
}

/** Return a node's height above the leaves. */
export function level(node: NodeIndex): number {
  return 31 - Math.clz32(~node & (node + 1));
}

/** Return how many nodes a tree of so many leaves has. */
export function nodeWidth(leaves: number): number {
  return leaves === 0 ? 0 : 2 * leaves - 1;
}

/** Return the smallest power of two that is not below `leaves`, at least 1. */
export function fullLeaves(leaves: number): number {
  return leaves > 1 ? 2 ** (32 - Math.clz32(leaves - 1)) : 1;
}

/** Return the root of a tree of so many leaves. */
export function root(leaves: number): NodeIndex {
  return fullLeaves(leaves) - 1;
}

/**
 * Return a parent's left child.
 *
 * @throws UsageError - The node is a leaf.
 */
export function left(node: NodeIndex): NodeIndex {
  if (isLeaf(node)) throw new UsageError(`leaf node ${node} has no children`);
  return node ^ (1 << (level(node) - 1));
}

/**
 * Return a parent's right child.
 *
 * @throws UsageError - The node is a leaf.
 */
export function right(node: NodeIndex): NodeIndex {
  if (isLeaf(node)) throw new UsageError(`leaf node ${node} has no children`);
  return node ^ (3 << (level(node) - 1));
}

/**
 * Return a node's parent.
 *
 * @throws UsageError - The node is the root.
 */
export function parent(node: NodeIndex, leaves: number): NodeIndex {
  if (node === root(leaves)) throw new UsageError("the root has no parent");
  return up(node);
}

/**
 * Return the other child of a node's parent.
 *
 * @throws UsageError - The node is the root.
 */
export function sibling(node: NodeIndex, leaves: number): NodeIndex {
  const above = parent(node, leaves);
  return node < above ? right(above) : left(above);
}

/** Return a node's ancestors, from its parent to the root. */
export function directPath(node: NodeIndex, leaves: number): readonly NodeIndex[] {
  const top = root(leaves);
  const path: NodeIndex[] = [];
  for (let above = node; above !== top;) {
    above = up(above);
    path.push(above);
  }
  return path;
}

/** Return the siblings of a node and its ancestors, from below, without the root's. */
export function copath(node: NodeIndex, leaves: number): readonly NodeIndex[] {
  const below = [node, ...directPath(node, leaves)].slice(0, -1);
  return below.map((each) => sibling(each, leaves));
}

/** Return the lowest node that is above, or is, both. */
export function commonAncestor(one: NodeIndex, other: NodeIndex): NodeIndex {
  let [first, second] = [one, other];
  while (first !== second) {
    if (level(first) <= level(second)) first = up(first);
    else second = up(second);
  }
  return first;
}

/** Tell whether a node is, or is under, another. */
export function isBelow(node: NodeIndex, ancestor: NodeIndex): boolean {
  const reach = (1 << level(ancestor)) - 1;
  return ancestor - reach <= node && node <= ancestor + reach;
}

/** Leaf indices from `start` up to, but without, `stop`. */
export interface LeafRange {
  readonly start: number;
  readonly stop: number;
}

/** Return the leaf indices under a node. */
export function leavesBelow(node: NodeIndex): LeafRange {
  const reach = (1 << level(node)) - 1;
  return { start: (node - reach) / 2, stop: (node + reach) / 2 + 1 };
}

function up(node: NodeIndex): NodeIndex {
  const height = level(node);
  return (node | (1 << height)) & ~(1 << (height + 1));
}
