/**
 * Inclusion and consistency proofs (RFC 6962 §2.1.1 and §2.1.2, verified as in RFC 9162 §2.1).
 *
 * A proof binds leaf, index and root. It does not bind the size: two trees can have paths of the
 * same shape. So a size is to be trusted only if it comes with the root from a signed checkpoint.
 */

import { type Bytes, equalBytes } from "../mls/bytes.ts";
import { type Node, type TreeHead, bitCount, bitLength, perfectNodes, rootOf } from "./compact.ts";
import { MAX_NUMBER } from "./encoding.ts";
import { ProofError, UsageError } from "./errors.ts";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./hashing.ts";

/** More than any proof has for a tree below 2^63 leaves. */
export const MAX_PROOF_HASHES = 64;

/** The leaves from the first number on, up to the second. */
export type Span = readonly [bigint, bigint];
/** What knows the hashes of perfect subtrees. */
export type HashOf = (node: Node) => Bytes;

/**
 * Return which leaves each hash of an inclusion proof covers, from the leaf's side up.
 *
 * @throws UsageError - There is no such leaf in a tree of that size.
 */
export function inclusionSpans(index: bigint, size: bigint): readonly Span[] {
  if (!(0n <= index && index < size && size <= MAX_NUMBER)) {
    throw new UsageError("there is no such leaf");
  }
  const spans: Span[] = [];
  let [start, end] = [0n, size];
  while (end - start > 1n) {
    const middle = start + split(end - start);
    if (index < middle) {
      spans.push([middle, end]);
      end = middle;
    } else {
      spans.push([start, middle]);
      start = middle;
    }
  }
  return spans.reverse();
}

/**
 * Return which leaves each hash of a consistency proof covers, in the proof's order.
 *
 * @throws UsageError - Not 0 < old <= size; everything continues the empty tree, without proof.
 */
export function consistencySpans(old: bigint, size: bigint): readonly Span[] {
  if (!(0n < old && old <= size && size <= MAX_NUMBER)) {
    throw new UsageError("a proof leads from a smaller tree that has leaves to a larger one");
  }
  const spans: Span[] = [];
  let [start, end] = [0n, size];
  while (old !== end) {
    const middle = start + split(end - start);
    if (old <= middle) {
      spans.push([middle, end]);
      end = middle;
    } else {
      spans.push([start, middle]);
      start = middle;
    }
  }
  if (start !== 0n) spans.push([start, end]);
  return spans.reverse();
}

/** Return every perfect subtree whose hash it takes to make a proof. */
export function nodesOf(spans: readonly Span[]): readonly Node[] {
  return spans.flatMap(([start, end]) => perfectNodes(start, end));
}

/** Return the hashes of a proof, from the hashes of perfect subtrees. */
export function makeProof(spans: readonly Span[], hashOf: HashOf): readonly Bytes[] {
  return spans.map(([start, end]) => rootOf(perfectNodes(start, end).map(hashOf)));
}

/**
 * Check that a tree has a leaf, given as its hash, at an index (RFC 9162 §2.1.3.2).
 *
 * @throws ProofError - The proof does not lead to the root.
 */
export function verifyInclusion(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  proof: readonly Bytes[],
  root: Bytes,
): void {
  if (!(0n <= index && index < size && size <= MAX_NUMBER)) {
    throw new ProofError("the index is beyond the tree");
  }
  checkHashes([leaf, ...proof]);
  let [first, last, made] = [index, size - 1n, leaf];
  for (const each of proof) {
    if (last === 0n) throw new ProofError("the proof is too long");
    if (isOdd(first) || first === last) {
      made = nodeHash(each, made);
      [first, last] = upFromRight(first, last);
    } else {
      made = nodeHash(made, each);
    }
    [first, last] = [first >> 1n, last >> 1n];
  }
  if (last !== 0n || !equalBytes(made, root)) {
    throw new ProofError("the proof does not lead to the root");
  }
}

/**
 * Check that a tree continues a smaller one that is not empty (RFC 9162 §2.1.4.2).
 *
 * @throws ProofError - The proof does not lead to both roots.
 */
export function verifyConsistency(
  size1: bigint,
  size2: bigint,
  proof: readonly Bytes[],
  root1: Bytes,
  root2: Bytes,
): void {
  if (!(0n < size1 && size1 <= size2 && size2 <= MAX_NUMBER)) {
    throw new ProofError("a proof leads from a smaller tree that has leaves to a larger one");
  }
  if (size1 === size2) {
    if (proof.length > 0 || !equalBytes(root1, root2)) {
      throw new ProofError("one size has one root and needs no proof");
    }
    return;
  }
  checkHashes([root1, root2, ...proof]);
  const [start, ...rest] = bitCount(size1) === 1 ? [root1, ...proof] : proof;
  if (start === undefined) throw new ProofError("the proof is empty");
  const [old, grown] = bothRoots(size1, size2, start, rest);
  if (!equalBytes(old, root1) || !equalBytes(grown, root2)) {
    throw new ProofError("the proof does not lead to the roots");
  }
}

/**
 * Check that a tree continues another, which may be the empty one.
 *
 * @throws ProofError - It does not, or the proof does not show it; or an empty tree has a root
 *   that is not the empty tree's.
 */
export function verifyExtension(old: TreeHead, grown: TreeHead, proof: readonly Bytes[]): void {
  for (const head of [old, grown]) {
    if (head.size === 0n && !equalBytes(head.root, EMPTY_ROOT)) {
      throw new ProofError("an empty tree has another root");
    }
  }
  if (old.size !== 0n) verifyConsistency(old.size, grown.size, proof, old.root, grown.root);
  else if (proof.length > 0) {
    throw new ProofError("everything continues the empty tree, without proof");
  }
}

function bothRoots(
  size1: bigint,
  size2: bigint,
  start: Bytes,
  path: readonly Bytes[],
): readonly [Bytes, Bytes] {
  let [first, last] = [size1 - 1n, size2 - 1n];
  while (isOdd(first)) [first, last] = [first >> 1n, last >> 1n];
  let [old, grown] = [start, start];
  for (const each of path) {
    if (last === 0n) throw new ProofError("the proof is too long");
    if (isOdd(first) || first === last) {
      [old, grown] = [nodeHash(each, old), nodeHash(each, grown)];
      [first, last] = upFromRight(first, last);
    } else {
      grown = nodeHash(grown, each);
    }
    [first, last] = [first >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new ProofError("the proof is too short");
  return [old, grown];
}

/** Go up while the node has no sibling to its right. */
function upFromRight(first: bigint, last: bigint): readonly [bigint, bigint] {
  while (first !== 0n && !isOdd(first)) [first, last] = [first >> 1n, last >> 1n];
  return [first, last];
}

function isOdd(number: bigint): boolean {
  return (number & 1n) === 1n;
}

function checkHashes(hashes: readonly Bytes[]): void {
  if (hashes.length > MAX_PROOF_HASHES + 2) throw new ProofError("the proof is too long");
  if (hashes.some((each) => each.length !== HASH_BYTES)) {
    throw new ProofError(`a hash has ${HASH_BYTES} bytes`);
  }
}

/** Return the largest power of two below a width (RFC 6962 §2.1: k < n <= 2k). */
function split(width: bigint): bigint {
  return 1n << BigInt(bitLength(width - 1n) - 1);
}
