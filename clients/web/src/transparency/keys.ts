/**
 * Keys of notes: their names, their ids, and what a signature of each type signs.
 *
 * Two types of c2sp.org/signed-note are known: 0x01, Ed25519 over the text, for logs; and 0x04,
 * the timestamped cosignature of c2sp.org/tlog-cosignature, for witnesses. A client signs
 * neither: here are only the keys that verify.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, ascii, concat, equalBytes, toHex } from "../mls/bytes.ts";
import { availableCurves, isSignature } from "../mls/crypto/available_curves.ts";
import { utf8Bytes } from "../utf8.ts";
import { MAX_NUMBER, characters, decodeBase64, encodeBase64, isLine } from "./encoding.ts";
import { FormatError, SignatureError } from "./errors.ts";

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const KEY_ID_BYTES = 4;
export const TIMESTAMP_BYTES = 8;
/** As long as a name may be in the newest cosignatures, which give its length in one byte. */
export const MAX_NAME_BYTES = 255;
/** Signatures of types we do not know are skipped, not refused; post-quantum ones are this long. */
export const MAX_SIGNATURE_BYTES = 6_144;

/** The signature type identifier bytes that are known here. */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;
export type SignatureType = typeof ED25519 | typeof COSIGNATURE_V1;

const NEWLINE = Uint8Array.of(10);
/** What Unicode counts as space, and a plus. */
const NOT_IN_A_NAME = /[ +\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** One signature line of a note. */
export interface Signature {
  /** The key's name. */
  readonly name: string;
  /** Four bytes; with the name they say which key it is, of which type. */
  readonly key_id: Bytes;
  /** The signature, as its type defines it. */
  readonly value: Bytes;
}

/** A public key, under a name and for one type of signature. */
export interface VerifierKey {
  /** A URL without scheme, by custom: `chat.example/audit/1`. */
  readonly name: string;
  /** What its signatures sign. */
  readonly type: SignatureType;
  /** 32 bytes, Ed25519 (RFC 8032). */
  readonly public: Bytes;
}

/**
 * Return a signature that a line can hold.
 *
 * @throws FormatError - A part is too short, too long, or no name.
 */
export function signature(name: string, keyId: Bytes, value: Bytes): Signature {
  checkName(name);
  if (keyId.length !== KEY_ID_BYTES || value.length < 1 || value.length > MAX_SIGNATURE_BYTES) {
    throw new FormatError("a signature has the wrong length");
  }
  return { name, key_id: keyId, value };
}

/** Return the line as a note has it, with its newline. */
export function signatureLine({ name, key_id, value }: Signature): string {
  return `— ${name} ${encodeBase64(concat(key_id, value))}\n`;
}

/**
 * Read a line back, given without its newline.
 *
 * @throws FormatError - It is not the one form of a signature line.
 */
export function parseSignature(line: string): Signature {
  const words = line.split(" ");
  const [dash, name = "", encoded = ""] = words;
  if (words.length !== 3 || dash !== "—") throw new FormatError("not a signature line");
  const data = decodeBase64(encoded);
  return signature(name, data.slice(0, KEY_ID_BYTES), data.slice(KEY_ID_BYTES));
}

/**
 * Return a key.
 *
 * @throws FormatError - The name has a space or a plus, or the key has the wrong length.
 */
export function verifierKey(name: string, type: SignatureType, publicKey: Bytes): VerifierKey {
  checkName(name);
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new FormatError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  }
  return { name, type, public: publicKey };
}

/** Return four bytes: enough to find the key, not to trust it. */
export function keyId(key: VerifierKey): Bytes {
  return sha256(concat(utf8Bytes(key.name), NEWLINE, encoded(key))).slice(0, KEY_ID_BYTES);
}

/** Return the key as text, as it is printed and configured. */
export function vkey(key: VerifierKey): string {
  return `${key.name}+${toHex(keyId(key))}+${encodeBase64(encoded(key))}`;
}

/**
 * Read a key back.
 *
 * @throws FormatError - It is not a key, its id is not its own, or its type is not known here.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [name, rest] = partition(text);
  const [id, encodedKey] = partition(rest);
  if (characters(text) > 2 * MAX_NAME_BYTES) throw new FormatError("a verifier key is too long");
  const data = decodeBase64(encodedKey);
  const type = data[0];
  if (type !== ED25519 && type !== COSIGNATURE_V1) {
    throw new FormatError("a verifier key of an unknown type");
  }
  const key = verifierKey(name, type, data.slice(1));
  if (toHex(keyId(key)) !== id) throw new FormatError("a verifier key under another key's id");
  return key;
}

/** Tell whether a signature says that it is this key's; it still has to verify. */
export function made(key: VerifierKey, signed: Signature): boolean {
  return signed.name === key.name && equalBytes(signed.key_id, keyId(key));
}

/** Tell whether two keys are the same, under the same name. */
export function sameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && one.type === other.type && equalBytes(one.public, other.public);
}

/**
 * Check a signature over a note's text.
 *
 * @returns When it was made, in POSIX seconds; null if signatures of this type do not say so.
 * @throws SignatureError - It is not this key's over this text.
 */
export async function verifySignature(
  key: VerifierKey,
  text: Bytes,
  signed: Signature,
): Promise<bigint | null> {
  if (!made(key, signed)) throw new SignatureError("the signature is another key's");
  if (key.type === ED25519) {
    await verify(key, text, signed.value);
    return null;
  }
  const stamp = signed.value.subarray(0, TIMESTAMP_BYTES);
  const time = stamp.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  if (time > MAX_NUMBER) throw new SignatureError("the time is out of bounds");
  await verify(key, cosignedMessage(text, time), signed.value.slice(TIMESTAMP_BYTES));
  return time;
}

/** Return what a witness signs (c2sp.org/tlog-cosignature, "Ed25519 signed message"). */
export function cosignedMessage(text: Bytes, time: bigint): Bytes {
  return concat(ascii(`cosignature/v1\ntime ${time}\n`), text);
}

/**
 * Refuse what cannot be a key's name.
 *
 * @throws FormatError - It is empty or too long, or has a space of any kind, a plus or a control.
 */
export function checkName(name: string): void {
  if (!isLine(name) || NOT_IN_A_NAME.test(name)) {
    throw new FormatError("a key's name has no spaces, plus signs or control characters");
  }
  if (utf8Bytes(name).length > MAX_NAME_BYTES) throw new FormatError("a key's name is too long");
}

function encoded(key: VerifierKey): Bytes {
  return concat(Uint8Array.of(key.type), key.public);
}

async function verify(key: VerifierKey, message: Bytes, value: Bytes): Promise<void> {
  if (value.length !== SIGNATURE_BYTES)
    throw new SignatureError("a signature has the wrong length");
  if (!(await isSignature(await availableCurves(), key.public, message, value))) {
    throw new SignatureError(`the signature of ${key.name} is wrong`);
  }
}

function partition(text: string): readonly [string, string] {
  const at = text.indexOf("+");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
