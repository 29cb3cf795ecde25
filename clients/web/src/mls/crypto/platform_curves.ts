/** Ed25519 and X25519 by WebCrypto. */

import { concat, equalBytes, type Bytes } from "../bytes.ts";
import type { Curves } from "./curves.ts";
import { subtle, type Curve, type PlatformKey } from "./platform.ts";
import { Secret } from "./secret.ts";

// PrivateKeyInfo (RFC 8410 §7) up to the key itself: WebCrypto knows no raw private keys.
const PKCS8: Readonly<Record<Curve, Bytes>> = {
  Ed25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32),
  X25519: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32),
};
const BASE_POINT: Bytes = Uint8Array.from({ length: 32 }, (_, place) => (place === 0 ? 9 : 0));
const BITS = 256;

/** A private key as the platform holds it, and its public half. */
interface Agreeing {
  readonly key: PlatformKey;
  readonly public_key: Bytes;
}

/** A public key as the platform holds it, and the bytes it was imported from. */
interface Verifying {
  readonly key: Promise<PlatformKey>;
  readonly bytes: Bytes;
}

// Importing a key costs more than using it, so each is imported once in its life.
const agreeing = new WeakMap<Secret, Promise<Agreeing>>();
const signing = new WeakMap<Secret, Promise<PlatformKey>>();
const verifying = new WeakMap<Bytes, Verifying>();

/** The platform's curves, if `havePlatformCurves`. */
export const platformCurves: Curves = {
  async x25519KeyPair() {
    const pair = await subtle().generateKey("X25519", true, ["deriveBits"]);
    const { x, d = "" } = await subtle().exportKey("jwk", pair.privateKey);
    const made = { private_key: new Secret(fromBase64Url(d)), public_key: fromBase64Url(x) };
    const held = { key: pair.privateKey, public_key: made.public_key };
    agreeing.set(made.private_key, Promise.resolve(held));
    return made;
  },

  async x25519PublicKey(privateKey) {
    return (await agreeingKey(privateKey)).public_key;
  },

  async x25519(privateKey, publicKey) {
    return shared((await agreeingKey(privateKey)).key, publicKey);
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
    let held = verifying.get(publicKey);
    if (held === undefined || !equalBytes(held.bytes, publicKey)) {
      const bytes = publicKey.slice();
      held = { key: subtle().importKey("raw", bytes, "Ed25519", false, ["verify"]), bytes };
      verifying.set(publicKey, held);
    }
    return subtle().verify("Ed25519", await held.key, signature, message);
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

function agreeingKey(privateKey: Secret): Promise<Agreeing> {
  let held = agreeing.get(privateKey);
  if (held === undefined) {
    held = imported(privateKey);
    agreeing.set(privateKey, held);
  }
  return held;
}

async function imported(privateKey: Secret): Promise<Agreeing> {
  const form = pkcs8("X25519", privateKey);
  const key = await subtle().importKey("pkcs8", form, "X25519", false, ["deriveBits"]);
  return { key, public_key: await shared(key, BASE_POINT) };
}

async function shared(key: PlatformKey, publicKey: Bytes): Promise<Bytes> {
  const theirs = await subtle().importKey("raw", publicKey, "X25519", false, []);
  const algorithm = { name: "X25519", public: theirs } as const;
  const bits = new Uint8Array(await subtle().deriveBits(algorithm, key, BITS));
  if (bits.every((byte) => byte === 0)) throw new Error("nothing is shared");
  return bits;
}

function pkcs8(curve: Curve, privateKey: Secret): Bytes {
  return concat(PKCS8[curve], privateKey.reveal());
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Decode the base64url of a key. */
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
