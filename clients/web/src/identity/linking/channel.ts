/**
 * What two devices have in common after both have shown their ephemeral keys.
 *
 * X25519 (RFC 7748) and HKDF with SHA-256 (RFC 5869), over everything that was said
 * (docs/spec/linking.md): if one byte arrived otherwise than it was sent, or somebody is between
 * the two, then pictures and keys are others. Randomness is handed in; secrets do not print.
 */

import { encode } from "../../cbor.ts";
import { type Bytes, concat, equalBytes } from "../../mls/bytes.ts";
import { availableCurves } from "../../mls/crypto/available_curves.ts";
import { hash, mac } from "../../mls/crypto/kdf.ts";
import { isX25519PublicKey } from "../../mls/crypto/points.ts";
import { Secret } from "../../mls/crypto/secret.ts";
import { contextOf } from "../encoding.ts";
import { Fault, IdentityError, LinkingError } from "../errors.ts";
import { BYTES as SAS_BYTES, ShortAuthenticationString } from "../sas.ts";
import * as sealing from "../sealing.ts";
import type { LinkingCode } from "./code.ts";

export const SECRET_BYTES = 32;

const COMMITMENT = contextOf("linking commitment");
const TRANSCRIPT = contextOf("linking transcript");
const SAS = contextOf("linking pictures");
const FROM_NEW = contextOf("linking from new");
const FROM_EXISTING = contextOf("linking from existing");

/** Who seals. */
export type Direction = "from_new" | "from_existing";

/** An X25519 key for one linking. */
export class EphemeralKey {
  readonly public: Bytes;
  readonly #secret: Secret;

  private constructor(secret: Secret, publicKey: Bytes) {
    this.#secret = secret;
    this.public = publicKey;
  }

  /**
   * Return the key of 32 random bytes, never used before.
   *
   * @throws IdentityError - There are not 32 bytes.
   */
  static async of(secret: Secret): Promise<EphemeralKey> {
    if (secret.length !== SECRET_BYTES) {
      throw new IdentityError(`an ephemeral key has ${SECRET_BYTES} bytes, not ${secret.length}`);
    }
    return new EphemeralKey(secret, await (await availableCurves()).x25519PublicKey(secret));
  }

  /**
   * Return what both have in common with each other's key.
   *
   * @throws LinkingError - FORGED, it is our own key, or one that gives everybody the same.
   */
  async agree(theirs: Bytes): Promise<Secret> {
    if (equalBytes(theirs, this.public)) {
      throw new LinkingError(Fault.FORGED, "our own key came back");
    }
    const curves = await availableCurves();
    try {
      if (!isX25519PublicKey(theirs)) throw new Error("it is in the list");
      return new Secret(await curves.x25519(this.#secret, theirs));
    } catch (error) {
      throw new LinkingError(Fault.FORGED, "a key of small order", { cause: error });
    }
  }

  toString(): string {
    return "EphemeralKey(…)";
  }
}

/** Keys for one message each way, and what is shown. */
export class Channel {
  /** The hash of the first three messages, as they were sent and received. */
  readonly transcript: Bytes;
  /** What both devices show. */
  readonly sas: ShortAuthenticationString;
  readonly #keys: Readonly<Record<Direction, Secret>>;

  /**
   * @param shared - What the ephemeral keys have in common.
   * @param code - The code that brought the two together.
   * @param messages - The first three messages.
   */
  constructor(shared: Secret, code: LinkingCode, messages: readonly [Bytes, Bytes, Bytes]) {
    this.transcript = hash("sha256", concat(TRANSCRIPT, encode(messages)));
    const material = concat(shared.reveal(), code.secret.reveal());
    const extracted = mac("sha256", this.transcript, material);
    this.sas = new ShortAuthenticationString(
      new Secret(firstBlock(extracted, SAS).slice(0, SAS_BYTES)),
    );
    this.#keys = {
      from_new: new Secret(firstBlock(extracted, FROM_NEW)),
      from_existing: new Secret(firstBlock(extracted, FROM_EXISTING)),
    };
  }

  /**
   * Return a plaintext sealed in one direction.
   *
   * @throws IdentityError - The nonce has the wrong length.
   */
  seal(way: Direction, plaintext: Bytes, nonce: Bytes): Bytes {
    return sealing.seal(this.#keys[way], plaintext, this.#boundTo(way), nonce);
  }

  /**
   * Return what the other device has sealed.
   *
   * @throws LinkingError - FORGED, it was not that device, or not in this linking.
   */
  open(way: Direction, sealed: Bytes): Bytes {
    try {
      return sealing.unseal(this.#keys[way], sealed, this.#boundTo(way));
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new LinkingError(Fault.FORGED, "not sealed by the other device", { cause: error });
    }
  }

  toString(): string {
    return "Channel(…)";
  }

  #boundTo(way: Direction): Bytes {
    return concat(way === "from_new" ? FROM_NEW : FROM_EXISTING, this.transcript);
  }
}

/** Return the commitment to the third message, 32 bytes. */
export function commitmentTo(revealed: Bytes): Bytes {
  return hash("sha256", concat(COMMITMENT, revealed));
}

/** Return the first block of HKDF-Expand (RFC 5869 §2.3): 32 bytes, more is never needed. */
function firstBlock(extracted: Bytes, label: Bytes): Bytes {
  return mac("sha256", extracted, concat(label, Uint8Array.of(1)));
}
