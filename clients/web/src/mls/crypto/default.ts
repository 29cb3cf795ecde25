/**
 * The CryptoProvider on WebCrypto and the @noble libraries.
 *
 * Everything of a suite comes together here: lengths are checked, foreign errors get our names.
 */

import { EMPTY, type Bytes } from "../bytes.ts";
import { CryptoError, UsageError } from "../errors.ts";
import { open, seal } from "./aead.ts";
import { availableCurves, isSignature } from "./available_curves.ts";
import type { Curves } from "./curves.ts";
import { keySchedule } from "./hpke.ts";
import { expand, hash, mac } from "./kdf.ts";
import { dhkemX25519, xWing, type Kem } from "./kem.ts";
import { randomBytes } from "./platform.ts";
import type { CryptoProvider, KeyPair } from "./provider.ts";
import { Secret } from "./secret.ts";
import { KEM_X_WING, type CipherSuite } from "./suites.ts";

const SEED_LENGTH = 32;

/** The primitives of suites 0x0001, 0x0003 and 0xF00D. */
export class DefaultCrypto implements CryptoProvider {
  readonly #curves: () => Promise<Curves>;

  /** `curves` says who calculates; left out, the best that is there. */
  constructor(curves?: Curves) {
    this.#curves = curves === undefined ? availableCurves : () => Promise.resolve(curves);
  }

  random(length: number): Bytes {
    return randomBytes(length);
  }

  hash(suite: CipherSuite, data: Bytes): Bytes {
    return hash(suite.hash_name, data);
  }

  mac(suite: CipherSuite, key: Secret, data: Bytes): Bytes {
    return mac(suite.hash_name, key.reveal(), data);
  }

  extract(suite: CipherSuite, salt: Secret, keyMaterial: Secret): Secret {
    return new Secret(mac(suite.hash_name, salt.reveal(), keyMaterial.reveal()));
  }

  expand(suite: CipherSuite, key: Secret, info: Bytes, length: number): Secret {
    return new Secret(expand(suite.hash_name, key.reveal(), info, length));
  }

  aeadSeal(
    suite: CipherSuite,
    key: Secret,
    nonce: Bytes,
    aad: Bytes,
    plaintext: Bytes,
  ): Promise<Bytes> {
    return seal(suite, key.reveal(), nonce, aad, plaintext);
  }

  aeadOpen(
    suite: CipherSuite,
    key: Secret,
    nonce: Bytes,
    aad: Bytes,
    ciphertext: Bytes,
  ): Promise<Bytes> {
    return open(suite, key.reveal(), nonce, aad, ciphertext);
  }

  async hpkeKeyPair(suite: CipherSuite): Promise<KeyPair> {
    return kem(suite).fresh(await this.#curves());
  }

  async hpkeDeriveKeyPair(suite: CipherSuite, keyMaterial: Secret): Promise<KeyPair> {
    const privateKey = new Secret(kem(suite).derive(keyMaterial.reveal()));
    return kem(suite).keyPair(await this.#curves(), privateKey);
  }

  hpkeCheckPublicKey(suite: CipherSuite, publicKey: Bytes): void {
    expectLength(publicKey, suite.kem_public_key_length, "HPKE public key");
    const fault = kem(suite).fault(publicKey);
    if (fault !== null) throw new CryptoError(null, fault);
  }

  async hpkeSeal(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    plaintext: Bytes,
  ): Promise<readonly [Bytes, Bytes]> {
    const [shared, kemOutput] = await this.#encapsulate(suite, publicKey);
    const schedule = keySchedule(suite, shared, info);
    return [kemOutput, await seal(suite, schedule.key(), schedule.nonce(), EMPTY, plaintext)];
  }

  async hpkeOpen(
    suite: CipherSuite,
    privateKey: Secret,
    kemOutput: Bytes,
    info: Bytes,
    ciphertext: Bytes,
  ): Promise<Secret> {
    expectLength(kemOutput, suite.kem_output_length, "KEM output");
    const failure = "an HPKE ciphertext does not open";
    const shared = await this.#decapsulate(suite, privateKey, kemOutput, failure);
    const schedule = keySchedule(suite, shared, info);
    try {
      return new Secret(await open(suite, schedule.key(), schedule.nonce(), EMPTY, ciphertext));
    } catch (error) {
      throw error instanceof CryptoError ? new CryptoError(null, failure) : error;
    }
  }

  async hpkeExportTo(
    suite: CipherSuite,
    publicKey: Bytes,
    info: Bytes,
    context: Bytes,
    length: number,
  ): Promise<readonly [Bytes, Secret]> {
    const [shared, kemOutput] = await this.#encapsulate(suite, publicKey);
    return [kemOutput, new Secret(keySchedule(suite, shared, info).exported(context, length))];
  }

  async hpkeExportFrom(
    suite: CipherSuite,
    privateKey: Secret,
    kemOutput: Bytes,
    info: Bytes,
    context: Bytes,
    length: number,
  ): Promise<Secret> {
    expectLength(kemOutput, suite.kem_output_length, "KEM output");
    const failure = "a KEM output is not one";
    const shared = await this.#decapsulate(suite, privateKey, kemOutput, failure);
    return new Secret(keySchedule(suite, shared, info).exported(context, length));
  }

  async signatureKeyPair(suite: CipherSuite): Promise<KeyPair> {
    const key = new Secret(randomBytes(SEED_LENGTH));
    return { private_key: key, public_key: await this.signaturePublicKey(suite, key) };
  }

  async signaturePublicKey(_suite: CipherSuite, privateKey: Secret): Promise<Bytes> {
    return (await this.#curves()).ed25519PublicKey(seed(privateKey));
  }

  async sign(_suite: CipherSuite, privateKey: Secret, message: Bytes): Promise<Bytes> {
    return (await this.#curves()).ed25519Sign(seed(privateKey), message);
  }

  async verify(
    suite: CipherSuite,
    publicKey: Bytes,
    message: Bytes,
    signature: Bytes,
  ): Promise<void> {
    expectLength(publicKey, suite.signature_public_key_length, "signature key");
    expectLength(signature, suite.signature_length, "signature");
    if (!(await isSignature(await this.#curves(), publicKey, message, signature))) {
      throw new CryptoError(null, "a signature does not verify");
    }
  }

  async #encapsulate(suite: CipherSuite, publicKey: Bytes): Promise<readonly [Bytes, Bytes]> {
    expectLength(publicKey, suite.kem_public_key_length, "HPKE public key");
    const curves = await this.#curves();
    try {
      return await kem(suite).encapsulate(curves, publicKey);
    } catch {
      throw new CryptoError(null, "an HPKE public key is not one");
    }
  }

  async #decapsulate(
    suite: CipherSuite,
    privateKey: Secret,
    kemOutput: Bytes,
    failure: string,
  ): Promise<Bytes> {
    const curves = await this.#curves();
    try {
      return await kem(suite).decapsulate(curves, privateKey, kemOutput);
    } catch {
      throw new CryptoError(null, failure);
    }
  }
}

function kem(suite: CipherSuite): Kem {
  return suite.kem === KEM_X_WING ? xWing : dhkemX25519;
}

/** Return a signature key, which is a seed (RFC 8032 §5.1.5), if it is one. */
function seed(privateKey: Secret): Secret {
  if (privateKey.length !== SEED_LENGTH) {
    throw new UsageError(`a signature key of ${privateKey.length} bytes`);
  }
  return privateKey;
}

function expectLength(value: Bytes, expected: number, name: string): void {
  if (value.length !== expected) {
    throw new CryptoError(null, `a ${name} has ${expected} bytes, not ${value.length}`);
  }
}
