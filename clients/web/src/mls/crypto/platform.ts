/**
 * The platform's own cryptography: as much of WebCrypto as this core uses, and no more.
 *
 * Declared here, because the core knows neither a page's types nor Node's.
 */

import type { Bytes } from "../bytes.ts";
import { UsageError } from "../errors.ts";

/** A key that WebCrypto holds. */
export interface PlatformKey {
  readonly type: string;
}

/** What a signature key or a key agreement key may be told to do. */
type Usage = "sign" | "verify" | "deriveBits" | "encrypt" | "decrypt";

/** AES-GCM's parameters. */
interface Gcm {
  readonly name: "AES-GCM";
  readonly iv: Bytes;
  readonly additionalData: Bytes;
}

/** A curve's name; both are plain algorithm names to WebCrypto. */
export type Curve = "Ed25519" | "X25519";

export interface Subtle {
  importKey(
    format: "raw" | "pkcs8",
    data: Bytes,
    algorithm: Curve | "AES-GCM",
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<PlatformKey>;
  exportKey(format: "jwk", key: PlatformKey): Promise<{ readonly x: string; readonly d?: string }>;
  generateKey(
    algorithm: Curve,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<{ readonly publicKey: PlatformKey; readonly privateKey: PlatformKey }>;
  deriveBits(
    algorithm: { readonly name: "X25519"; readonly public: PlatformKey },
    key: PlatformKey,
    length: number,
  ): Promise<ArrayBuffer>;
  sign(algorithm: "Ed25519", key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
  verify(algorithm: "Ed25519", key: PlatformKey, signature: Bytes, data: Bytes): Promise<boolean>;
  encrypt(algorithm: Gcm, key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
  decrypt(algorithm: Gcm, key: PlatformKey, data: Bytes): Promise<ArrayBuffer>;
}

interface Platform {
  readonly subtle?: Subtle;
  getRandomValues(array: Bytes): Bytes;
}

const MAX_RANDOM = 65536;

/**
 * Return WebCrypto.
 *
 * @throws UsageError - This is no place for it: a page must come from https or localhost.
 */
export function subtle(): Subtle {
  const found = platform().subtle;
  if (found === undefined) throw new UsageError("WebCrypto is only there in a secure context");
  return found;
}

/** Return unpredictable bytes. */
export function randomBytes(length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += MAX_RANDOM) {
    platform().getRandomValues(bytes.subarray(start, start + MAX_RANDOM));
  }
  return bytes;
}

function platform(): Platform {
  return (globalThis as unknown as { readonly crypto: Platform }).crypto;
}
