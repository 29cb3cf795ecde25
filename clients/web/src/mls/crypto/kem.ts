/**
 * The KEMs behind HPKE: DHKEM(X25519, HKDF-SHA256) (RFC 9180 §4.1) and X-Wing
 * (draft-connolly-cfrg-xwing-kem; docs/spec/mls-ciphersuites.md). ML-KEM is @noble/post-quantum's.
 *
 * A failure of the arithmetic is an Error of whatever kind; `hpke.ts` gives it its name.
 */

import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

import { EMPTY, ascii, concat, type Bytes } from "../bytes.ts";
import type { Curves } from "./curves.ts";
import { labeledExpand, labeledExtract } from "./labeled.ts";
import { randomBytes } from "./platform.ts";
import { isX25519PublicKey } from "./points.ts";
import type { KeyPair } from "./provider.ts";
import { Secret } from "./secret.ts";

/** A KEM's functions (RFC 9180 §4), in base mode. */
export interface Kem {
  /** Make a fresh key pair. */
  fresh(curves: Curves): Promise<KeyPair>;
  /** Return the key pair of a serialised private key. */
  keyPair(curves: Curves, privateKey: Secret): Promise<KeyPair>;
  /** DeriveKeyPair's private key. */
  derive(keyMaterial: Bytes): Bytes;
  /** Say what is wrong with a public key of the right length, or return null. */
  fault(publicKey: Bytes): string | null;
  /** Encap: the shared secret and the KEM output. */
  encapsulate(curves: Curves, publicKey: Bytes): Promise<readonly [Bytes, Bytes]>;
  /** Decap. */
  decapsulate(curves: Curves, privateKey: Secret, kemOutput: Bytes): Promise<Bytes>;
}

const LOW_ORDER = "an X25519 public key is of low order";
const X25519_KEM_ID = concat(ascii("KEM"), Uint8Array.of(0, 0x20));
const ML_KEM_PUBLIC = 1184;
const ML_KEM_OUTPUT = 1088;
const ML_KEM_COEFFICIENTS = 1152;
const ML_KEM_PRIME = 3329;
const X_WING_LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** DHKEM(X25519, HKDF-SHA256). */
export const dhkemX25519: Kem = {
  fresh: (curves) => curves.x25519KeyPair(),

  async keyPair(curves, privateKey) {
    return { private_key: privateKey, public_key: await curves.x25519PublicKey(privateKey) };
  },

  derive(keyMaterial) {
    const key = labeledExtract("sha256", X25519_KEM_ID, EMPTY, "dkp_prk", keyMaterial);
    return labeledExpand("sha256", X25519_KEM_ID, key, "sk", EMPTY, 32);
  },

  fault: (publicKey) => (isX25519PublicKey(publicKey) ? null : LOW_ORDER),

  async encapsulate(curves, publicKey) {
    const { private_key, public_key: kemOutput } = await curves.x25519KeyPair();
    const shared = await curves.x25519(private_key, publicKey);
    return [extractAndExpand(shared, concat(kemOutput, publicKey)), kemOutput];
  },

  async decapsulate(curves, privateKey, kemOutput) {
    const [own, shared] = await Promise.all([
      curves.x25519PublicKey(privateKey),
      curves.x25519(privateKey, kemOutput),
    ]);
    return extractAndExpand(shared, concat(kemOutput, own));
  },
};

/** X-Wing. */
export const xWing: Kem = {
  fresh: (curves) => xWing.keyPair(curves, new Secret(randomBytes(32))),

  async keyPair(curves, privateKey) {
    const { lattice, curve } = halves(privateKey);
    const publicKey = concat(lattice.publicKey, await curves.x25519PublicKey(curve));
    return { private_key: privateKey, public_key: publicKey };
  },

  derive: (keyMaterial) => new Uint8Array(shake256(keyMaterial, { dkLen: 32 })),

  fault(publicKey) {
    if (!isReduced(publicKey.subarray(0, ML_KEM_COEFFICIENTS))) {
      return "an ML-KEM public key is not one";
    }
    return isX25519PublicKey(publicKey.slice(ML_KEM_PUBLIC)) ? null : LOW_ORDER;
  },

  async encapsulate(curves, publicKey) {
    const theirs = publicKey.slice(ML_KEM_PUBLIC);
    const lattice = ml_kem768.encapsulate(publicKey.slice(0, ML_KEM_PUBLIC), randomBytes(32));
    const { private_key, public_key: curveOutput } = await curves.x25519KeyPair();
    const shared = await curves.x25519(private_key, theirs);
    const secret = combine(lattice.sharedSecret, shared, curveOutput, theirs);
    return [secret, concat(lattice.cipherText, curveOutput)];
  },

  async decapsulate(curves, privateKey, kemOutput) {
    const { lattice, curve } = halves(privateKey);
    const curveOutput = kemOutput.slice(ML_KEM_OUTPUT);
    const [own, shared] = await Promise.all([
      curves.x25519PublicKey(curve),
      curves.x25519(curve, curveOutput),
    ]);
    const inner = ml_kem768.decapsulate(kemOutput.slice(0, ML_KEM_OUTPUT), lattice.secretKey);
    return combine(inner, shared, curveOutput, own);
  },
};

/** ExtractAndExpand of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §4.1). */
function extractAndExpand(shared: Bytes, context: Bytes): Bytes {
  const key = labeledExtract("sha256", X25519_KEM_ID, EMPTY, "eae_prk", shared);
  return labeledExpand("sha256", X25519_KEM_ID, key, "shared_secret", context, 32);
}

/** The two private keys that a seed stands for. */
interface Halves {
  readonly lattice: { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };
  readonly curve: Secret;
}

// Expanding a seed costs as much as using it.
const expandedSeeds = new WeakMap<Secret, Halves>();

function halves(seed: Secret): Halves {
  let found = expandedSeeds.get(seed);
  if (found === undefined) {
    const expanded = shake256(seed.reveal(), { dkLen: 96 });
    const curve = new Secret(new Uint8Array(expanded.subarray(64)));
    found = { lattice: ml_kem768.keygen(expanded.subarray(0, 64)), curve };
    expandedSeeds.set(seed, found);
  }
  return found;
}

/** Combiner of X-Wing (draft-connolly-cfrg-xwing-kem §5.3). */
function combine(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha3_256(concat(...parts, X_WING_LABEL)));
}

/** The modulus check of ML-KEM (FIPS 203 §7.2): every 12-bit coefficient is below the prime. */
function isReduced(coefficients: Uint8Array): boolean {
  for (let place = 0; place < coefficients.length; place += 3) {
    const [low = 0, middle = 0, high = 0] = coefficients.subarray(place, place + 3);
    if ((low | ((middle & 0x0f) << 8)) >= ML_KEM_PRIME) return false;
    if (((middle >> 4) | (high << 4)) >= ML_KEM_PRIME) return false;
  }
  return true;
}
