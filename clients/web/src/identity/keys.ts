/**
 * Identity and device keys: Ed25519 made from seeds that are handed in; secrets never print.
 *
 * The two are types of their own, so that one cannot be used where the other is meant.
 */

import { type Bytes, toHex } from "../mls/bytes.ts";
import { availableCurves, isSignature } from "../mls/crypto/available_curves.ts";
import type { Secret } from "../mls/crypto/secret.ts";
import { IdentityError } from "./errors.ts";

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** An Ed25519 key (RFC 8032) that signs. */
export abstract class SigningKey {
  readonly public: Bytes;
  readonly #seed: Secret;

  protected constructor(seed: Secret, publicKey: Bytes) {
    this.#seed = seed;
    this.public = publicKey;
  }

  /** The secret itself, to be sealed or to be handed to MLS; never to be shown. */
  get seed(): Secret {
    return this.#seed;
  }

  /** Return the 64 bytes of the signature. */
  async sign(message: Bytes): Promise<Bytes> {
    return (await availableCurves()).ed25519Sign(this.#seed, message);
  }

  /** Compare with another key, in constant time. */
  equals(other: SigningKey): boolean {
    return other.constructor === this.constructor && this.#seed.equals(other.#seed);
  }

  toString(): string {
    return `${this.constructor.name}(public=${toHex(this.public).slice(0, 16)}…)`;
  }
}

/** The one key of a person; it signs their device certificates and nothing else. */
export class IdentityKey extends SigningKey {
  readonly kind = "identity";

  /**
   * Return the key that follows from 32 random bytes.
   *
   * @throws IdentityError - There are not 32 bytes.
   */
  static async of(seed: Secret): Promise<IdentityKey> {
    return new IdentityKey(seed, await publicOf(seed));
  }
}

/** The key of one device: the signature key of its MLS leaves. */
export class DeviceKey extends SigningKey {
  readonly kind = "device";

  /**
   * Return the key that follows from 32 random bytes.
   *
   * @throws IdentityError - There are not 32 bytes.
   */
  static async of(seed: Secret): Promise<DeviceKey> {
    return new DeviceKey(seed, await publicOf(seed));
  }
}

/**
 * Check a signature.
 *
 * @throws IdentityError - The signature is not by this key over this message.
 */
export async function verify(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<void> {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) {
    throw new IdentityError("a key or signature has the wrong length");
  }
  if (!(await isSignature(await availableCurves(), publicKey, message, signature))) {
    throw new IdentityError("the signature is wrong");
  }
}

async function publicOf(seed: Secret): Promise<Bytes> {
  if (seed.length !== SEED_BYTES) {
    throw new IdentityError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  }
  return (await availableCurves()).ed25519PublicKey(seed);
}
