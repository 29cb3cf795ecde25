/**
 * Ed25519 and X25519: the arithmetic alone, whoever does it.
 *
 * Keys and signatures have their proper lengths, and points have passed `points.ts`.
 */

import type { Bytes } from "../bytes.ts";
import type { KeyPair } from "./provider.ts";
import type { Secret } from "./secret.ts";

/** The arithmetic of both curves. */
export interface Curves {
  /** Make a fresh X25519 key pair. */
  x25519KeyPair(): Promise<KeyPair>;
  /** Return the public half of an X25519 key. */
  x25519PublicKey(privateKey: Secret): Promise<Bytes>;
  /** Return what a private and a public X25519 key share; throw an Error if that is 0. */
  x25519(privateKey: Secret, publicKey: Bytes): Promise<Bytes>;
  /** Return the public half of an Ed25519 seed. */
  ed25519PublicKey(seed: Secret): Promise<Bytes>;
  /** Sign (RFC 8032 §5.1.6). */
  ed25519Sign(seed: Secret, message: Bytes): Promise<Bytes>;
  /** Tell whether [S]B - [h]A encodes to R, without multiplying by the cofactor, and S < L. */
  ed25519Verify(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean>;
}
