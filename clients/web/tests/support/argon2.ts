/** argon2id in plain JavaScript: right, and too slow for a real vault. */

import { argon2idAsync } from "@noble/hashes/argon2.js";

import { Secret } from "../../src/mls/crypto/secret.ts";
import type { Stretch } from "../../src/identity/vault.ts";

export const stretch: Stretch = async (passphrase, salt, { passes, memory_kib }) => {
  const cost = { t: passes, m: memory_kib, p: 1, version: 0x13, dkLen: 32 };
  return new Secret(new Uint8Array(await argon2idAsync(passphrase.reveal(), salt, cost)));
};
