/** argon2id by libsodium: the one of these primitives that JavaScript is too slow for. */

import sodium from "libsodium-wrappers-sumo";

import type { Cost } from "../identity/vault.ts";
import type { Bytes } from "../mls/bytes.ts";

const KEY_BYTES = 32;
const KIB = 1024;

/**
 * Return 32 bytes by argon2id, version 0x13, with one lane (RFC 9106).
 *
 * @throws Error - There is not the memory that it costs.
 */
export async function argon2id(passphrase: Bytes, salt: Bytes, cost: Cost): Promise<Bytes> {
  await sodium.ready;
  const { passes, memory_kib } = cost;
  const { crypto_pwhash_ALG_ARGON2ID13: kind } = sodium;
  const memory = memory_kib * KIB;
  return new Uint8Array(sodium.crypto_pwhash(KEY_BYTES, passphrase, salt, passes, memory, kind));
}
