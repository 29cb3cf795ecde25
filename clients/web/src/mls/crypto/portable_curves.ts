/** Ed25519 and X25519 by @noble/curves, where the platform lacks them. */

import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, equalBytes, type Bytes } from "../bytes.ts";
import type { Curves } from "./curves.ts";
import { randomBytes } from "./platform.ts";
import { Secret } from "./secret.ts";

const { Point } = ed25519;
const L = Point.Fn.ORDER;

/** Curves that need nothing but JavaScript; ten times slower than a platform's. */
export const portableCurves: Curves = {
  async x25519KeyPair() {
    const privateKey = new Secret(randomBytes(32));
    const publicKey = await portableCurves.x25519PublicKey(privateKey);
    return { private_key: privateKey, public_key: publicKey };
  },

  x25519PublicKey: (privateKey) => settle(() => x25519.getPublicKey(privateKey.reveal())),

  x25519: (privateKey, publicKey) =>
    // Throws by itself when the result is all zeros (RFC 7748 §6.1).
    settle(() => x25519.getSharedSecret(privateKey.reveal(), publicKey)),

  ed25519PublicKey: (seed) => settle(() => ed25519.getPublicKey(seed.reveal())),

  ed25519Sign: (seed, message) => settle(() => ed25519.sign(message, seed.reveal())),

  ed25519Verify: (publicKey, message, signature) =>
    Promise.resolve(verify(publicKey, message, signature)),
};

/** RFC 8032 §5.1.7 without the cofactor, as platforms do it; @noble's own multiplies by it. */
function verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  const r = signature.slice(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= L) return false;
  let key;
  try {
    key = Point.fromBytes(publicKey);
  } catch {
    return false; // the bytes are not on the curve
  }
  const h = littleEndian(sha512(concat(r, publicKey, message))) % L;
  const found = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(h));
  return equalBytes(found.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

function settle(make: () => Uint8Array): Promise<Bytes> {
  return new Promise((resolve) => {
    resolve(new Uint8Array(make()));
  });
}
