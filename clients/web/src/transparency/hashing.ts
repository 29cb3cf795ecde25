/** Leaf and node hashes (RFC 6962 §2.1): the two prefixes keep a leaf from passing for a node. */

import { sha256 } from "@noble/hashes/sha2.js";

import { EMPTY, type Bytes } from "../mls/bytes.ts";

export const HASH_BYTES = 32;
/** The root of a tree without leaves. */
export const EMPTY_ROOT: Bytes = hashed(EMPTY);

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Hash one entry of the log. */
export function leafHash(entry: Uint8Array): Bytes {
  return hashed(LEAF, entry);
}

/** Hash a node from its two children. */
export function nodeHash(left: Bytes, right: Bytes): Bytes {
  return hashed(NODE, left, right);
}

function hashed(...parts: readonly Uint8Array[]): Bytes {
  const hash = sha256.create();
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
