/** The cipher suites and their sizes (RFC 9420 §5.1, §17.1; docs/spec/mls-ciphersuites.md). */

import { UsageError } from "../errors.ts";

/** The one protocol version there is (§6). */
export const MLS10 = 1;

/** Key encapsulation mechanisms, by their HPKE ids. */
export const KEM_X25519 = 0x0020;
export const KEM_X_WING = 0x647a;

/** Key derivation functions, by their HPKE ids. */
export const KDF_HKDF_SHA256 = 0x0001;
export const KDF_HKDF_SHA512 = 0x0003;

/** AEADs, by their HPKE ids. */
export const AEAD_AES_128_GCM = 0x0001;
export const AEAD_AES_256_GCM = 0x0002;
export const AEAD_CHACHA20_POLY1305 = 0x0003;

/** One cipher suite. Lengths are in bytes. All suites sign with Ed25519. */
export interface CipherSuite {
  readonly id: number;
  readonly name: string;
  readonly kem: typeof KEM_X25519 | typeof KEM_X_WING;
  readonly kdf: typeof KDF_HKDF_SHA256 | typeof KDF_HKDF_SHA512;
  readonly aead: typeof AEAD_AES_128_GCM | typeof AEAD_AES_256_GCM | typeof AEAD_CHACHA20_POLY1305;
  readonly hash_name: "sha256" | "sha512";
  readonly hash_length: number;
  readonly aead_key_length: number;
  readonly aead_nonce_length: number;
  readonly kem_public_key_length: number;
  readonly kem_private_key_length: number;
  readonly kem_output_length: number;
  readonly signature_public_key_length: number;
  readonly signature_length: number;
}

const COMMON = {
  aead_nonce_length: 12,
  kem_private_key_length: 32,
  signature_public_key_length: 32,
  signature_length: 64,
} as const;

const DHKEM_SHA256 = {
  ...COMMON,
  kem: KEM_X25519,
  kdf: KDF_HKDF_SHA256,
  hash_name: "sha256",
  hash_length: 32,
  kem_public_key_length: 32,
  kem_output_length: 32,
} as const;

export const MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: CipherSuite = {
  ...DHKEM_SHA256,
  id: 0x0001,
  name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  aead: AEAD_AES_128_GCM,
  aead_key_length: 16,
};

export const MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: CipherSuite = {
  ...DHKEM_SHA256,
  id: 0x0003,
  name: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
  aead: AEAD_CHACHA20_POLY1305,
  aead_key_length: 32,
};

export const MLS_256_XWING_AES256GCM_SHA512_Ed25519: CipherSuite = {
  ...COMMON,
  id: 0xf00d,
  name: "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
  kem: KEM_X_WING,
  kdf: KDF_HKDF_SHA512,
  aead: AEAD_AES_256_GCM,
  hash_name: "sha512",
  hash_length: 64,
  aead_key_length: 32,
  kem_public_key_length: 1216,
  kem_output_length: 1120,
};

/** Every suite this package speaks, by its id. */
export const SUITES: ReadonlyMap<number, CipherSuite> = new Map(
  [
    MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
    MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
    MLS_256_XWING_AES256GCM_SHA512_Ed25519,
  ].map((suite) => [suite.id, suite]),
);

/**
 * Return the suite with this id.
 *
 * @throws UsageError - This package does not speak that suite.
 */
export function cipherSuite(number: number): CipherSuite {
  const suite = SUITES.get(number);
  if (suite === undefined) {
    const id = number.toString(16).toUpperCase().padStart(4, "0");
    throw new UsageError(`cipher suite 0x${id} is not supported`);
  }
  return suite;
}
