/** The nodes of a ratchet tree (RFC 9420 §7.1, §7.2). */

import { EMPTY, concat, uintBytes, type Bytes } from "../bytes.ts";
import {
  encode,
  encodeLength,
  kept,
  opaque,
  select,
  struct,
  uint8,
  uint32,
  uint64,
  vector,
  type Codec,
  type Infer,
} from "../codec/index.ts";
import { BASIC, Credential } from "../credentials.ts";
import { signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { MLS10, SUITES, type CipherSuite } from "../crypto/suites.ts";
import { CryptoError, DecodeError, ValidationError } from "../errors.ts";
import { Extensions, LAST_RESORT, Types } from "../extensions.ts";
import { Rule } from "../rules.ts";

const LABEL = "LeafNodeTBS";

/** What a client supports beyond the defaults (§7.2). */
export const Capabilities = struct({
  versions: Types,
  cipher_suites: Types,
  extensions: Types,
  proposals: Types,
  credentials: Types,
});
export type Capabilities = Infer<typeof Capabilities>;

/** What this package supports without the application's help. */
export const DEFAULT_CAPABILITIES: Capabilities = {
  versions: [MLS10],
  cipher_suites: [...SUITES.keys()],
  extensions: [LAST_RESORT],
  proposals: [],
  credentials: [BASIC],
};

/** When a leaf is valid: seconds since 1970, both ends included (§7.2). */
export const Lifetime = struct({ not_before: uint64, not_after: uint64 });
export type Lifetime = Infer<typeof Lifetime>;

/** Where a leaf came from (§7.2): a KeyPackage, an Update, the UpdatePath of a commit. */
export const LEAF_KEY_PACKAGE = 1;
export const LEAF_UPDATE = 2;
export const LEAF_COMMIT = 3;

export const LeafNodeSource = select("leaf_node_source", uint8, {
  [LEAF_KEY_PACKAGE]: struct({ lifetime: Lifetime }),
  [LEAF_UPDATE]: struct({}),
  [LEAF_COMMIT]: struct({ parent_hash: opaque }),
});
export type LeafNodeSource = Infer<typeof LeafNodeSource>;

/** A member's leaf (§7.2). */
export const LeafNode = kept(
  struct({
    encryption_key: opaque,
    signature_key: opaque,
    credential: Credential,
    capabilities: Capabilities,
    leaf_node_source: LeafNodeSource,
    extensions: Extensions,
    signature: opaque,
  }),
);
export type LeafNode = Infer<typeof LeafNode>;

/** An inner node (§7.1). */
export const ParentNode = kept(
  struct({ encryption_key: opaque, parent_hash: opaque, unmerged_leaves: vector(uint32) }),
);
export type ParentNode = Infer<typeof ParentNode>;

/** Tell a parent from a leaf. */
export function isParentNode(node: LeafNode | ParentNode): node is ParentNode {
  return "unmerged_leaves" in node;
}

const NODE_LEAF = 1;
const NODE_PARENT = 2;

/** Either of them, with its NodeType before it (§7.8); the value is the leaf or the parent. */
export const Node: Codec<LeafNode | ParentNode> = {
  read(reader) {
    const type = uint8.read(reader);
    if (type === NODE_LEAF) return LeafNode.read(reader);
    if (type === NODE_PARENT) return ParentNode.read(reader);
    throw new DecodeError(`the node type ${type} names nothing`);
  },
  write(writer, node) {
    if (isParentNode(node)) {
      writer.putUint(NODE_PARENT, 1);
      ParentNode.write(writer, node);
    } else {
      writer.putUint(NODE_LEAF, 1);
      LeafNode.write(writer, node);
    }
  },
};

/** Where a leaf that was made by an Update or a commit belongs: its signature says so. */
export interface LeafPlace {
  readonly group_id: Bytes;
  readonly leaf_index: number;
}

/** Return the leaf with a signature over its contents and, if it has one, its place. */
export async function signLeafNode(
  crypto: CryptoProvider,
  suite: CipherSuite,
  privateKey: Secret,
  leaf: LeafNode,
  place: LeafPlace,
): Promise<LeafNode> {
  const content = toBeSigned(leaf, place);
  return { ...leaf, signature: await signWithLabel(crypto, suite, privateKey, LABEL, content) };
}

/** Return a KeyPackage's leaf, which has no place yet, with a signature. */
export function signKeyPackageLeaf(
  crypto: CryptoProvider,
  suite: CipherSuite,
  privateKey: Secret,
  leaf: LeafNode,
): Promise<LeafNode> {
  return signLeafNode(crypto, suite, privateKey, leaf, { group_id: EMPTY, leaf_index: 0 });
}

/**
 * Check a leaf's signature (§7.2). The place counts unless a KeyPackage brought the leaf.
 *
 * @throws CryptoError - The leaf's signature key did not sign it, or not for this place.
 */
export async function verifyLeafNode(
  crypto: CryptoProvider,
  suite: CipherSuite,
  leaf: LeafNode,
  place: LeafPlace,
): Promise<void> {
  const content = toBeSigned(leaf, place);
  try {
    await verifyWithLabel(crypto, suite, leaf.signature_key, LABEL, content, leaf.signature);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(Rule.LEAF_SIGNATURE, `leaf ${place.leaf_index}`, { cause: error });
  }
}

/**
 * Check a new HPKE key of the tree: one bad key would block everyone who encrypts to it.
 *
 * @throws ValidationError - It is not valid for the suite.
 */
export function checkPublicKey(crypto: CryptoProvider, suite: CipherSuite, publicKey: Bytes): void {
  try {
    crypto.hpkeCheckPublicKey(suite, publicKey);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new ValidationError(Rule.PUBLIC_KEY_VALID, error.message, { cause: error });
  }
}

/** LeafNodeTBS: all fields but the last, then the place. */
function toBeSigned(leaf: LeafNode, place: LeafPlace): Bytes {
  const { length } = leaf.signature;
  const encoded = encode(LeafNode, leaf);
  const content = encoded.slice(0, encoded.length - length - encodeLength(length).length);
  if (leaf.leaf_node_source.leaf_node_source === LEAF_KEY_PACKAGE) return content;
  const header = encodeLength(place.group_id.length);
  return concat(content, header, place.group_id, uintBytes(place.leaf_index, 4));
}
