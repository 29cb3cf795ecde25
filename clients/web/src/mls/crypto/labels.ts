/**
 * The labelled functions of MLS: every use of a key says what for.
 *
 * SignWithLabel (RFC 9420 §5.1.2), EncryptWithLabel (§5.1.3), RefHash (§5.2),
 * ExpandWithLabel, DeriveSecret (§8) and DeriveTreeSecret (§9).
 */

import { EMPTY, ascii, concat, uintBytes, type Bytes } from "../bytes.ts";
import { encodeLength, opaque, struct, type Infer } from "../codec/index.ts";
import type { CryptoProvider } from "./provider.ts";
import { constantTimeEqual, type Secret } from "./secret.ts";
import type { CipherSuite } from "./suites.ts";

/** HPKECiphertext (§7.6). */
export const HPKECiphertext = struct({ kem_output: opaque, ciphertext: opaque });
export type HPKECiphertext = Infer<typeof HPKECiphertext>;

/** SignContent, EncryptContext and KDFLabel share this shape. */
function labelled(label: string, content: Bytes): Bytes {
  return concat(prefix(label), encodeLength(content.length), content);
}

const prefixes = new Map<string, Bytes>();
const MAX_PREFIXES = 64;

/** Encode a label; there are a few dozen of them, and exporters' own. */
function prefix(label: string): Bytes {
  let encoded = prefixes.get(label);
  if (encoded === undefined) {
    const name = ascii(`MLS 1.0 ${label}`);
    encoded = concat(encodeLength(name.length), name);
    if (prefixes.size < MAX_PREFIXES) prefixes.set(label, encoded);
  }
  return encoded;
}

/** SignWithLabel (§5.1.2). */
export function signWithLabel(
  crypto: CryptoProvider,
  suite: CipherSuite,
  privateKey: Secret,
  label: string,
  content: Bytes,
): Promise<Bytes> {
  return crypto.sign(suite, privateKey, labelled(label, content));
}

/**
 * VerifyWithLabel (§5.1.2).
 *
 * @throws CryptoError - It is not the key's signature of label and content.
 */
export function verifyWithLabel(
  crypto: CryptoProvider,
  suite: CipherSuite,
  publicKey: Bytes,
  label: string,
  content: Bytes,
  signature: Bytes,
): Promise<void> {
  return crypto.verify(suite, publicKey, labelled(label, content), signature);
}

/**
 * EncryptWithLabel (§5.1.3).
 *
 * @throws CryptoError - The public key is not one.
 */
export async function encryptWithLabel(
  crypto: CryptoProvider,
  suite: CipherSuite,
  publicKey: Bytes,
  label: string,
  context: Bytes,
  plaintext: Secret,
): Promise<HPKECiphertext> {
  const info = labelled(label, context);
  const [output, ciphertext] = await crypto.hpkeSeal(suite, publicKey, info, plaintext.reveal());
  return { kem_output: output, ciphertext };
}

/**
 * DecryptWithLabel (§5.1.3).
 *
 * @throws CryptoError - It was not encrypted for this key, label and context.
 */
export function decryptWithLabel(
  crypto: CryptoProvider,
  suite: CipherSuite,
  privateKey: Secret,
  label: string,
  context: Bytes,
  sealed: HPKECiphertext,
): Promise<Secret> {
  const info = labelled(label, context);
  return crypto.hpkeOpen(suite, privateKey, sealed.kem_output, info, sealed.ciphertext);
}

/** ExpandWithLabel (§8): KDF.Expand over a KDFLabel. */
export function expandWithLabel(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secret: Secret,
  label: string,
  context: Bytes,
  length: number,
): Secret {
  const kdfLabel = concat(uintBytes(length, 2), labelled(label, context));
  return crypto.expand(suite, secret, kdfLabel, length);
}

/** DeriveSecret (§8). */
export function deriveSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secret: Secret,
  label: string,
): Secret {
  return expandWithLabel(crypto, suite, secret, label, EMPTY, suite.hash_length);
}

/** DeriveTreeSecret (§9). */
export function deriveTreeSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secret: Secret,
  label: string,
  generation: number,
  length: number,
): Secret {
  return expandWithLabel(crypto, suite, secret, label, uintBytes(generation, 4), length);
}

/** RefHash (§5.2), of a whole label. */
export function refHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  label: string,
  value: Bytes,
): Bytes {
  const name = ascii(label);
  const parts = [encodeLength(name.length), name, encodeLength(value.length), value];
  return crypto.hash(suite, concat(...parts));
}

/** MakeKeyPackageRef (§5.2) of an encoded KeyPackage. */
export function makeKeyPackageRef(
  crypto: CryptoProvider,
  suite: CipherSuite,
  keyPackage: Bytes,
): Bytes {
  return refHash(crypto, suite, "MLS 1.0 KeyPackage Reference", keyPackage);
}

/** MakeProposalRef (§5.2) of an encoded AuthenticatedContent. */
export function makeProposalRef(crypto: CryptoProvider, suite: CipherSuite, content: Bytes): Bytes {
  return refHash(crypto, suite, "MLS 1.0 Proposal Reference", content);
}

/** Compare two tags in constant time. */
export function equal(ours: Bytes, theirs: Bytes): boolean {
  return constantTimeEqual(ours, theirs);
}
