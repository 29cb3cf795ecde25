/** Hashes, HMAC and HKDF by @noble/hashes: many small inputs, for which a Promise costs more. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { concat, type Bytes } from "../bytes.ts";
import { UsageError } from "../errors.ts";
import type { CipherSuite } from "./suites.ts";

/** A hash function by its short name. */
export type HashName = CipherSuite["hash_name"];

const HASHES = { sha256, sha512 } as const;
const MAX_BLOCKS = 255;

/** Return the hash of `data`. */
export function hash(name: HashName, data: Bytes): Bytes {
  return new Uint8Array(HASHES[name](data));
}

/** HMAC, which is HKDF-Extract as well (RFC 5869 §2.2). */
export function mac(name: HashName, key: Bytes, data: Bytes): Bytes {
  return new Uint8Array(hmac(HASHES[name], key, data));
}

/**
 * HKDF-Expand (RFC 5869 §2.3).
 *
 * @throws UsageError - That is more than 255 blocks.
 */
export function expand(name: HashName, key: Bytes, info: Bytes, length: number): Bytes {
  const { outputLen } = HASHES[name];
  const blocks = Math.max(1, Math.ceil(length / outputLen));
  if (blocks > MAX_BLOCKS) throw new UsageError(`HKDF cannot expand to ${length} bytes`);
  const output = new Uint8Array(blocks * outputLen);
  let block: Bytes = new Uint8Array(0);
  for (let counter = 1; counter <= blocks; counter++) {
    block = mac(name, key, concat(block, info, Uint8Array.of(counter)));
    output.set(block, (counter - 1) * outputLen);
  }
  return output.slice(0, length);
}
