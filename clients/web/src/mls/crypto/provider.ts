/**
 * What MLS asks of a cryptographic library (RFC 9420 §5.1).
 *
 * Whatever must stay secret is a `Secret`, on the way in and on the way out. What does not
 * verify or decrypt throws `CryptoError`; nothing here answers with a boolean.
 */

import type { Bytes } from "../bytes.ts";
import type { Secret } from "./secret.ts";
import type { CipherSuite } from "./suites.ts";

/** A private key and its public half, serialised as RFC 9420 §5.1.1 says. */
export interface KeyPair {
  readonly private_key: Secret;
  readonly public_key: Bytes;
}

/** The primitives of a cipher suite, and the one source of randomness. */
export interface CryptoProvider {
  /** Return that many unpredictable bytes. */
  random(length: number): Bytes;

  /** Return the hash of `data`. */
  hash(suite: CipherSuite, data: Bytes): Bytes;

  /** Return the HMAC of `data`. Compare it with `labels.equal`, never byte by byte. */
  mac(suite: CipherSuite, key: Secret, data: Bytes): Bytes;

  /** HKDF-Extract (RFC 5869 §2.2). */
  extract(suite: CipherSuite, salt: Secret, keyMaterial: Secret): Secret;

  /** HKDF-Expand (RFC 5869 §2.3). */
  expand(suite: CipherSuite, key: Secret, info: Bytes, length: number): Secret;

  /** Encrypt, and append the tag. */
  aeadSeal(
    suite: CipherSuite,
    key: Secret,
    nonce: Bytes,
    aad: Bytes,
    plaintext: Bytes,
  ): Promise<Bytes>;

  /**
   * Decrypt.
   *
   * @throws CryptoError - The ciphertext was not made with this key, nonce and aad.
   */
  aeadOpen(
    suite: CipherSuite,
    key: Secret,
    nonce: Bytes,
    aad: Bytes,
    ciphertext: Bytes,
  ): Promise<Bytes>;

  /** Make a fresh HPKE key pair. */
  hpkeKeyPair(suite: CipherSuite): Promise<KeyPair>;

  /** DeriveKeyPair (RFC 9180 §4): the same pair for the same material. */
  hpkeDeriveKeyPair(suite: CipherSuite, keyMaterial: Secret): Promise<KeyPair>;

  /**
   * Check that a public key is one that can be encrypted to.
   *
   * @throws CryptoError - It is not.
   */
  hpkeCheckPublicKey(suite: CipherSuite, publicKey: Bytes): void;

  /**
   * SealBase with an empty aad: the KEM output and the ciphertext.
   *
   * @throws CryptoError - The public key is not one.
   */
  hpkeSeal(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    plaintext: Bytes,
  ): Promise<readonly [Bytes, Bytes]>;

  /**
   * OpenBase with an empty aad.
   *
   * @throws CryptoError - The ciphertext is not for this key and info.
   */
  hpkeOpen(
    suite: CipherSuite,
    privateKey: Secret,
    kemOutput: Bytes,
    info: Bytes,
    ciphertext: Bytes,
  ): Promise<Secret>;

  /**
   * SendExportBase (RFC 9180 §6.2): the KEM output and the exported secret.
   *
   * @throws CryptoError - The public key is not one.
   */
  hpkeExportTo(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    context: Bytes,
    length: number,
  ): Promise<readonly [Bytes, Secret]>;

  /**
   * ReceiveExportBase (RFC 9180 §6.2).
   *
   * @throws CryptoError - The KEM output is not one.
   */
  hpkeExportFrom(
    suite: CipherSuite,
    privateKey: Secret,
    kemOutput: Bytes,
    info: Bytes,
    context: Bytes,
    length: number,
  ): Promise<Secret>;

  /** Make a fresh signature key pair. */
  signatureKeyPair(suite: CipherSuite): Promise<KeyPair>;

  /** Return the public half of a signature key. */
  signaturePublicKey(suite: CipherSuite, privateKey: Secret): Promise<Bytes>;

  /** Sign. */
  sign(suite: CipherSuite, privateKey: Secret, message: Bytes): Promise<Bytes>;

  /**
   * Check a signature.
   *
   * @throws CryptoError - It is not the key's signature of the message.
   */
  verify(suite: CipherSuite, publicKey: Bytes, message: Bytes, signature: Bytes): Promise<void>;
}
