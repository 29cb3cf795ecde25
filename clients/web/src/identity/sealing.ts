/**
 * Authenticated encryption of secrets: XChaCha20-Poly1305, behind a version byte.
 *
 * The nonce is handed in: 24 random bytes, so many that choosing them at random never repeats.
 */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";

import { type Bytes, concat } from "../mls/bytes.ts";
import type { Secret } from "../mls/crypto/secret.ts";
import { IdentityError } from "./errors.ts";

export const VERSION = 1;
export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
/** How many bytes a sealed value is longer than what is inside. */
export const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Return version, nonce and ciphertext.
 *
 * @throws IdentityError - Key or nonce have the wrong length.
 */
export function seal(key: Secret, plaintext: Bytes, associatedData: Bytes, nonce: Bytes): Bytes {
  if (key.length !== KEY_BYTES || nonce.length !== NONCE_BYTES) {
    throw new IdentityError("a key or nonce has the wrong length");
  }
  const sealed = xchacha20poly1305(key.reveal(), nonce, associatedData).encrypt(plaintext);
  return concat(Uint8Array.of(VERSION), nonce, sealed);
}

/**
 * Return what `seal` was given.
 *
 * @throws IdentityError - Another key or associated data, or the bytes were changed.
 */
export function unseal(key: Secret, sealed: Bytes, associatedData: Bytes): Bytes {
  if (key.length !== KEY_BYTES) throw new IdentityError("a key has the wrong length");
  if (sealed.length < OVERHEAD) throw new IdentityError("sealed bytes are cut off");
  if (sealed[0] !== VERSION) {
    throw new IdentityError(`sealed bytes of version ${sealed[0] ?? 0} are not known`);
  }
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const cipher = xchacha20poly1305(key.reveal(), nonce, associatedData);
  try {
    return new Uint8Array(cipher.decrypt(sealed.subarray(1 + NONCE_BYTES)));
  } catch {
    throw new IdentityError("the key does not open these sealed bytes");
  }
}
