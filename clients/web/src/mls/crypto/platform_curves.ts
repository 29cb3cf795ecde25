/** Ed25519 and X25519 by WebCrypto. */

import { concat, type Bytes } from "../bytes.ts";
import type { Curves } from "./curves.ts";
import { subtle, type Curve, type PlatformKey } from "./platform.ts";
import type { Secret } from "./secret.ts";

// PrivateKeyInfo (RFC 8410 §7) up to the key itself: WebCrypto knows no raw private keys.
const PKCS8: Readonly<Record<Curve, Bytes>> = {
  Ed25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32),
  X25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32),
};
const BASE_POINT: Bytes = Uint8Array.from({ length: 32 }, (_, place) => (place === 0 ? 9 : 0));
const BITS = 256;

// A signature key signs and verifies often: importing it costs as much as using it.
const signing = new WeakMap<Secret, Promise<PlatformKey>>();
const verifying = new WeakMap<Bytes, Promise<PlatformKey>>();

/** The platform's curves, if `havePlatformCurves`. */
export const platformCurves: Curves = {
  x25519PublicKey: (privateKey) => platformCurves.x25519(privateKey, BASE_POINT),

  async x25519(privateKey, publicKey) {
    const [ours, theirs] = await Promise.all([
      subtle().importKey("pkcs8", pkcs8("X25519", privateKey), "X25519", false, ["deriveBits"]),
      subtle().importKey("raw", publicKey, "X25519", false, []),
    ]);
    const algorithm = { name: "X25519", public: theirs } as const;
    const shared = new Uint8Array(await subtle().deriveBits(algorithm, ours, BITS));
    if (shared.every((byte) => byte === 0)) throw new Error("nothing is shared");
    return shared;
  },

  async ed25519PublicKey(seed) {
    const key = await subtle().importKey("pkcs8", pkcs8("Ed25519", seed), "Ed25519", true, [
      "sign",
    ]);
    return fromBase64Url((await subtle().exportKey("jwk", key)).x);
  },

  async ed25519Sign(seed, message) {
    let key = signing.get(seed);
    if (key === undefined) {
      const form = pkcs8("Ed25519", seed);
      key = subtle().importKey("pkcs8", form, "Ed25519", false, ["sign"]);
      signing.set(seed, key);
    }
    return new Uint8Array(await subtle().sign("Ed25519", await key, message));
  },

  async ed25519Verify(publicKey, message, signature) {
    let key = verifying.get(publicKey);
    if (key === undefined) {
      key = subtle().importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      verifying.set(publicKey, key);
    }
    return subtle().verify("Ed25519", await key, signature, message);
  },
};

/** Find out whether the platform has both curves. */
export async function havePlatformCurves(): Promise<boolean> {
  try {
    await Promise.all([
      subtle().generateKey("Ed25519", false, ["sign", "verify"]),
      subtle().generateKey("X25519", false, ["deriveBits"]),
    ]);
    return true;
  } catch {
    return false;
  }
}

function pkcs8(curve: Curve, privateKey: Secret): Bytes {
  return concat(PKCS8[curve], privateKey.reveal());
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Decode the base64url of a public key. */
function fromBase64Url(text: string): Bytes {
  const bytes: number[] = [];
  let [buffer, bits] = [0, 0];
  for (const digit of text) {
    buffer = ((buffer << 6) | DIGITS.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}
