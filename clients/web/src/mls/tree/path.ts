/**
 * UpdatePath, as everybody sees it (RFC 9420 §7.5, §7.6, §7.9).
 *
 * Public keys only: a delivery service merges paths as well. What needs secrets is in
 * `treekem.ts`.
 */

import { EMPTY, bytesKey, equalBytes, type Bytes } from "../bytes.ts";
import { opaque, struct, vector, type Infer } from "../codec/index.ts";
import { HPKECiphertext } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";
import { toNode, type NodeIndex } from "../tree_math.ts";
import { parentHash } from "./hashes.ts";
import { LEAF_COMMIT, LeafNode, checkPublicKey, type ParentNode } from "./nodes.ts";
import type { RatchetTree } from "./ratchet_tree.ts";

/** A new key, and the path secret for everyone under the copath child (§7.6). */
export const UpdatePathNode = struct({
  encryption_key: opaque,
  encrypted_path_secret: vector(HPKECiphertext),
});
export type UpdatePathNode = Infer<typeof UpdatePathNode>;

/** A committer's new leaf and the nodes of its filtered direct path (§7.6). */
export const UpdatePath = struct({ leaf_node: LeafNode, nodes: vector(UpdatePathNode) });
export type UpdatePath = Infer<typeof UpdatePath>;

/** Return the resolution of a copath node without the leaves that the commit added (§7.6). */
export function recipients(
  tree: RatchetTree,
  copath: NodeIndex,
  added: readonly number[],
): readonly NodeIndex[] {
  const newcomers = new Set(added.map(toNode));
  return tree.resolution(copath).filter((node) => !newcomers.has(node));
}

/** The nodes of a filtered direct path, chained, and the parent hash of the leaf. */
export type HashedPath = readonly [parents: ReadonlyMap<NodeIndex, ParentNode>, leafHash: Bytes];

/**
 * Chain new keys by parent hashes, from the root down (§7.9).
 *
 * @throws ValidationError - There are not as many keys as nodes.
 */
export function hashPath(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  keys: readonly Bytes[],
): HashedPath {
  const path = tree.filteredDirectPath(sender);
  if (path.length !== keys.length) {
    throw new ValidationError(Rule.UPDATE_PATH_LENGTH, `${keys.length} for ${path.length}`);
  }
  const made = new Map<NodeIndex, ParentNode>();
  let above = EMPTY;
  path.toReversed().forEach(([node, copath], place) => {
    const key = keys.at(-1 - place) ?? EMPTY;
    const parent = { encryption_key: key, parent_hash: above, unmerged_leaves: [] };
    made.set(node, parent);
    // The copath is as it was: the commit's own path leaves it alone.
    above = parentHash(crypto, suite, parent, tree.subtreeHash(crypto, suite, copath));
  });
  return [made, above];
}

/**
 * Check an UpdatePath against the tree after the commit's proposals, and merge it (§7.5).
 *
 * The leaf node itself is checked elsewhere (`validation.ts`).
 *
 * @param tree - The tree after the proposals; for an external commit, the newcomer in it.
 * @param sender - The committer's leaf.
 * @param added - The leaves that the commit's Add proposals filled.
 * @throws ValidationError - A key is not fresh, the shape is not the tree's, or the parent hash
 *   is another.
 */
export function mergePath(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  path: UpdatePath,
  added: readonly number[],
): RatchetTree {
  checkCiphertexts(tree, sender, path, added);
  checkKeysFresh(tree, sender, path);
  const keys = path.nodes.map((node) => node.encryption_key);
  for (const key of keys) checkPublicKey(crypto, suite, key);
  const [parents, leafHash] = hashPath(crypto, suite, tree, sender, keys);
  const source = path.leaf_node.leaf_node_source;
  if (source.leaf_node_source !== LEAF_COMMIT) {
    throw new ValidationError(Rule.LEAF_SOURCE, "not a commit's");
  }
  if (!equalBytes(source.parent_hash, leafHash)) {
    throw new ValidationError(Rule.UPDATE_PATH_PARENT_HASH);
  }
  return tree.withPath(sender, path.leaf_node, parents);
}

/** Return a leaf as a commit brings it: unsigned, with the parent hash of its path. */
export function withParentHash(leaf: LeafNode, leafHash: Bytes): LeafNode {
  const source = { leaf_node_source: LEAF_COMMIT, parent_hash: leafHash } as const;
  return { ...leaf, leaf_node_source: source, signature: EMPTY };
}

function checkCiphertexts(
  tree: RatchetTree,
  sender: number,
  path: UpdatePath,
  added: readonly number[],
): void {
  const levels = tree.filteredDirectPath(sender);
  if (levels.length !== path.nodes.length) {
    const detail = `${path.nodes.length} for ${levels.length}`;
    throw new ValidationError(Rule.UPDATE_PATH_LENGTH, detail);
  }
  levels.forEach(([, copath], place) => {
    const expected = recipients(tree, copath, added).length;
    const found = path.nodes[place]?.encrypted_path_secret.length ?? 0;
    if (found !== expected) {
      throw new ValidationError(Rule.UPDATE_PATH_CIPHERTEXT_COUNT, `${found} for ${expected}`);
    }
  });
}

/** None of the keys may be in the tree, or twice in the path (§12.4.2). */
function checkKeysFresh(tree: RatchetTree, sender: number, path: UpdatePath): void {
  const fresh = [path.leaf_node, ...path.nodes].map((node) => bytesKey(node.encryption_key));
  const keys = new Set(fresh);
  if (keys.size !== fresh.length) {
    throw new ValidationError(Rule.UPDATE_PATH_KEYS_FRESH, "twice in the path");
  }
  const own = toNode(sender);
  // A newcomer's leaf is placed before its path is merged: that is no older use of the key.
  const placed = tree.nodes[own] === path.leaf_node;
  tree.nodes.forEach((node, index) => {
    if (node !== null && !(placed && index === own) && keys.has(bytesKey(node.encryption_key))) {
      throw new ValidationError(Rule.UPDATE_PATH_KEYS_FRESH);
    }
  });
}
