/** TreeKEM: the secrets behind an UpdatePath (RFC 9420 §7.4 to §7.6). Members only. */

import { equalBytes, type Bytes } from "../bytes.ts";
import {
  decryptWithLabel,
  deriveSecret,
  encryptWithLabel,
  type HPKECiphertext,
} from "../crypto/labels.ts";
import type { CryptoProvider, KeyPair } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { CryptoError, InternalError, UsageError, ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";
import { commonAncestor, isBelow, toNode, type NodeIndex } from "../tree_math.ts";
import { signLeafNode, type LeafNode } from "./nodes.ts";
import {
  hashPath,
  recipients,
  withParentHash,
  type UpdatePath,
  type UpdatePathNode,
} from "./path.ts";
import type { RatchetTree } from "./ratchet_tree.ts";

const LABEL = "UpdatePathNode";
/** How many keys are encrypted to at once: enough to keep a platform's threads busy. */
const BATCH = 32;

/** A path we have made, before its secrets are encrypted. */
export interface FreshPath {
  /** The tree with the path merged. */
  readonly tree: RatchetTree;
  /** Our leaf. */
  readonly sender: number;
  /** By node of the filtered direct path, from below. */
  readonly path_secrets: ReadonlyMap<NodeIndex, Secret>;
  /** Of our leaf and of the filtered direct path, by node. */
  readonly private_keys: ReadonlyMap<number, Secret>;
  readonly commit_secret: Secret;
}

/** What a receiver learns from a path: keys by node, and the commit secret. */
export interface OpenedPath {
  readonly private_keys: ReadonlyMap<number, Secret>;
  readonly commit_secret: Secret;
}

/**
 * Make fresh keys for a leaf and its filtered direct path (§7.4, §7.5).
 *
 * @param tree - The tree after the commit's proposals, with something at `sender`.
 * @param sender - Our leaf.
 * @param leaf - What our new leaf shall say; encryption key, source and signature are made here.
 * @param signatureKey - What signs the leaf.
 */
export async function makePath(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  leaf: LeafNode,
  signatureKey: Secret,
  groupId: Bytes,
): Promise<FreshPath> {
  const own = await crypto.hpkeKeyPair(suite);
  const first = new Secret(crypto.random(suite.hash_length));
  const nodes = tree.filteredDirectPath(sender).map(([node]) => node);
  const steps = await ladder(crypto, suite, first, nodes);
  const publicKeys = [...steps.pairs.values()].map((pair) => pair.public_key);
  const [parents, leafHash] = hashPath(crypto, suite, tree, sender, publicKeys);
  const unsigned = withParentHash({ ...leaf, encryption_key: own.public_key }, leafHash);
  const place = { group_id: groupId, leaf_index: sender };
  const signed = await signLeafNode(crypto, suite, signatureKey, unsigned, place);
  return {
    tree: tree.withPath(sender, signed, parents),
    sender,
    path_secrets: steps.secrets,
    private_keys: privateKeys(steps.pairs).set(toNode(sender), own.private_key),
    commit_secret: steps.commit_secret,
  };
}

/**
 * Encrypt a path's secrets to everyone but the newcomers (§7.6).
 *
 * @param context - The encoded provisional GroupContext.
 * @param added - The leaves that the commit's Add proposals filled.
 * @throws CryptoError - A public key in the tree is not one.
 */
export async function sealPath(
  crypto: CryptoProvider,
  suite: CipherSuite,
  fresh: FreshPath,
  context: Bytes,
  added: readonly number[],
): Promise<UpdatePath> {
  const leaf = fresh.tree.leaf(fresh.sender);
  if (leaf === null) throw new InternalError("a path without a leaf");
  const nodes: UpdatePathNode[] = [];
  for (const [node, copath] of fresh.tree.filteredDirectPath(fresh.sender)) {
    const secret = pathSecret(fresh, node);
    const sealed: HPKECiphertext[] = [];
    const to = recipients(fresh.tree, copath, added);
    for (let start = 0; start < to.length; start += BATCH) {
      const batch = to.slice(start, start + BATCH).map((each) => {
        const key = keyOf(fresh.tree, each);
        return encryptWithLabel(crypto, suite, key, LABEL, context, secret);
      });
      sealed.push(...(await Promise.all(batch)));
    }
    nodes.push({ encryption_key: keyOf(fresh.tree, node), encrypted_path_secret: sealed });
  }
  return { leaf_node: leaf, nodes };
}

/** Return the path secret of the lowest node above both us and a newcomer (§12.4.1). */
export function pathSecretFor(fresh: FreshPath, newcomer: number): Secret {
  return pathSecret(fresh, commonAncestor(toNode(fresh.sender), toNode(newcomer)));
}

/**
 * Decrypt our path secret, and derive keys and commit secret from it (§7.4, §7.6).
 *
 * @param tree - The tree after the proposals, before the path.
 * @param sender - The committer's leaf.
 * @param ownLeaf - Our leaf.
 * @param held - The HPKE private keys we hold for this tree, by node.
 * @param path - The path, whose shape was checked (`mergePath`).
 * @param context - The encoded provisional GroupContext.
 * @param added - The leaves that the commit's Add proposals filled.
 * @throws CryptoError - The secret for us does not decrypt.
 * @throws ValidationError - A derived key is not the one in the path.
 * @throws UsageError - We hold no key that the path is encrypted to.
 */
export async function openPath(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  ownLeaf: number,
  held: ReadonlyMap<number, Secret>,
  path: UpdatePath,
  context: Bytes,
  added: readonly number[],
): Promise<OpenedPath> {
  const levels = tree.filteredDirectPath(sender);
  const start = levels.findIndex(([, aside]) => isBelow(toNode(ownLeaf), aside));
  const level = levels[start];
  if (level === undefined) throw new UsageError("we are not among the receivers of this path");
  const to = recipients(tree, level[1], added);
  const place = to.findIndex((node) => held.has(node));
  const key = held.get(to[place] ?? -1);
  const sealed = path.nodes[start]?.encrypted_path_secret[place];
  if (key === undefined || sealed === undefined) {
    throw new UsageError("we hold no key that this path is encrypted to");
  }
  const secret = await opened(crypto, suite, key, context, sealed);
  const nodes = levels.slice(start).map(([node]) => node);
  const steps = await ladder(crypto, suite, secret, nodes);
  nodes.forEach((node, above) => {
    const announced = path.nodes[start + above]?.encryption_key;
    const derived = steps.pairs.get(node)?.public_key;
    if (announced === undefined || derived === undefined || !equalBytes(announced, derived)) {
      throw new ValidationError(Rule.UPDATE_PATH_KEY_MATCHES, `node ${node}`);
    }
  });
  return { private_keys: privateKeys(steps.pairs), commit_secret: steps.commit_secret };
}

/**
 * Derive a newcomer's private keys from a Welcome's path secret (§12.4.3.1).
 *
 * @throws ValidationError - A derived key is not the tree's.
 */
export async function implantPathSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  sender: number,
  ownLeaf: number,
  secret: Secret,
): Promise<ReadonlyMap<number, Secret>> {
  const lowest = commonAncestor(toNode(sender), toNode(ownLeaf));
  const path = tree.filteredDirectPath(sender).map(([node]) => node);
  const nodes = path.filter((node) => isBelow(lowest, node));
  const { pairs } = await ladder(crypto, suite, secret, nodes);
  for (const [node, pair] of pairs) {
    const expected = tree.encryptionKey(node);
    if (expected === null || !equalBytes(expected, pair.public_key)) {
      throw new ValidationError(Rule.PATH_SECRET_KEY_MATCHES, `node ${node}`);
    }
  }
  return privateKeys(pairs);
}

/** Return the private keys whose public halves a change of the tree has left in place. */
export function retainKeys(
  held: ReadonlyMap<number, Secret>,
  before: RatchetTree,
  after: RatchetTree,
): ReadonlyMap<number, Secret> {
  return new Map(
    [...held].filter(([node]) => {
      const [old, found] = [before.encryptionKey(node), after.encryptionKey(node)];
      return old === found || (old !== null && found !== null && equalBytes(old, found));
    }),
  );
}

/** What grows out of a path secret: more of them upwards, key pairs, the commit secret. */
interface Ladder {
  readonly secrets: ReadonlyMap<NodeIndex, Secret>;
  readonly pairs: ReadonlyMap<NodeIndex, KeyPair>;
  readonly commit_secret: Secret;
}

/** Derive path secrets and key pairs upwards, and the commit secret beyond the last (§7.4). */
async function ladder(
  crypto: CryptoProvider,
  suite: CipherSuite,
  first: Secret,
  nodes: readonly NodeIndex[],
): Promise<Ladder> {
  const secrets = new Map<NodeIndex, Secret>();
  let secret = first;
  for (const node of nodes) {
    secrets.set(node, secret);
    secret = deriveSecret(crypto, suite, secret, "path");
  }
  const pairs = await Promise.all(
    [...secrets].map(async ([node, each]) => {
      const nodeSecret = deriveSecret(crypto, suite, each, "node");
      return [node, await crypto.hpkeDeriveKeyPair(suite, nodeSecret)] as const;
    }),
  );
  return { secrets, pairs: new Map(pairs), commit_secret: secret };
}

async function opened(
  crypto: CryptoProvider,
  suite: CipherSuite,
  key: Secret,
  context: Bytes,
  sealed: HPKECiphertext,
): Promise<Secret> {
  try {
    return await decryptWithLabel(crypto, suite, key, LABEL, context, sealed);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(Rule.UPDATE_PATH_DECRYPTS, "", { cause: error });
  }
}

function privateKeys(pairs: ReadonlyMap<NodeIndex, KeyPair>): Map<number, Secret> {
  return new Map([...pairs].map(([node, pair]) => [node, pair.private_key]));
}

function pathSecret(fresh: FreshPath, node: NodeIndex): Secret {
  const secret = fresh.path_secrets.get(node);
  if (secret === undefined) throw new InternalError(`node ${node} is not on the path`);
  return secret;
}

function keyOf(tree: RatchetTree, node: NodeIndex): Bytes {
  const key = tree.encryptionKey(node);
  if (key === null) throw new InternalError(`node ${node} is blank`);
  return key;
}
