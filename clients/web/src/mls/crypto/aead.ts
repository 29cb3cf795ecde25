/** AES-GCM by the platform, ChaCha20-Poly1305 by @noble/ciphers: few platforms have it. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

import type { Bytes } from "../bytes.ts";
import { CryptoError } from "../errors.ts";
import { subtle } from "./platform.ts";
import { AEAD_CHACHA20_POLY1305, type CipherSuite } from "./suites.ts";

/** Encrypt, and append the tag. */
export async function seal(
  suite: CipherSuite,
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  if (suite.aead === AEAD_CHACHA20_POLY1305) {
    return new Uint8Array(chacha20poly1305(key, nonce, aad).encrypt(plaintext));
  }
  const held = await subtle().importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await subtle().encrypt(gcm(nonce, aad), held, plaintext));
}

/**
 * Decrypt.
 *
 * @throws CryptoError - The ciphertext was not made with this key, nonce and aad.
 */
export async function open(
  suite: CipherSuite,
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  ciphertext: Bytes,
): Promise<Bytes> {
  const isChaCha = suite.aead === AEAD_CHACHA20_POLY1305;
  const held = isChaCha
    ? null
    : await subtle().importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  try {
    if (held === null) {
      return new Uint8Array(chacha20poly1305(key, nonce, aad).decrypt(ciphertext));
    }
    return new Uint8Array(await subtle().decrypt(gcm(nonce, aad), held, ciphertext));
  } catch {
    throw new CryptoError(null, "a ciphertext does not open");
  }
}

function gcm(iv: Bytes, additionalData: Bytes) {
  return { name: "AES-GCM", iv, additionalData } as const;
}
