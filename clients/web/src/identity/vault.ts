/**
 * The vault: one random key encrypts what a device stores; this file says how it is kept.
 *
 * The vault key lies wrapped in the vault file, under a passphrase (argon2id) or under a key
 * that something else holds (docs/spec/vault.md). Changing the passphrase wraps the same key
 * again; nothing stored is rewritten. Bytes in, bytes out. Who stretches a passphrase is handed
 * in: it takes seconds and much memory, and so its own place.
 */

import { blake2b } from "@noble/hashes/blake2.js";

import { type Bytes, ascii, concat, uintBytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { base64Bytes, encodeBase64 } from "../transparency/encoding.ts";
import { type Flat, canonical, parsed } from "./canonical_json.ts";
import { contextOf } from "./encoding.ts";
import { IdentityError, WrongPassphraseError } from "./errors.ts";
import * as sealing from "./sealing.ts";
import { utf8OfAny } from "./typing.ts";

export const KEY_BYTES = sealing.KEY_BYTES;
export const NONCE_BYTES = sealing.NONCE_BYTES;
export const SALT_BYTES = 16;
export const MAX_FILE_BYTES = 4096;
export const MAX_PASSPHRASE_BYTES = 4096;

const FORMAT = "teamchat vault";
const VERSION = 1;
const WRAP_CONTEXT = contextOf("vault key");
const FIELD_PERSON = ascii("tc-vault-field\0\0");
const INDEX_PERSON = ascii("tc-vault-index\0\0");
const INDEX_BYTES = 16;
const DAMAGED = "the vault file is damaged";

/** How a vault is unlocked. */
export const Method = { PASSPHRASE: "passphrase", KEYRING: "keyring" } as const;
export type Method = (typeof Method)[keyof typeof Method];

/** What one try of a passphrase costs (RFC 9106): passes, and memory in KiB. */
export interface Cost {
  readonly passes: number;
  readonly memory_kib: number;
}

export const DEFAULT_COST: Cost = { passes: 3, memory_kib: 256 * 1024 };

/**
 * Return 32 bytes by argon2id, version 0x13, with one lane (RFC 9106).
 *
 * Throws whatever it likes when the memory is not there.
 */
export type Stretch = (passphrase: Secret, salt: Bytes, cost: Cost) => Promise<Secret>;

/** Encrypts and decrypts what a device stores; it prints nothing. */
export class VaultKey {
  readonly #secret: Secret;
  readonly #fieldKey: Secret;
  readonly #indexKey: Secret;

  /**
   * @param secret - 32 random bytes.
   * @throws IdentityError - There are not 32 bytes.
   */
  constructor(secret: Secret) {
    if (secret.length !== KEY_BYTES) {
      throw new IdentityError(`a vault key has ${KEY_BYTES} bytes, not ${secret.length}`);
    }
    this.#secret = secret;
    this.#fieldKey = derive(secret, FIELD_PERSON);
    this.#indexKey = derive(secret, INDEX_PERSON);
  }

  /**
   * Encrypt one field.
   *
   * @param plaintext - What is stored.
   * @param place - Where it is stored (table, column, row): it opens nowhere else.
   * @param nonce - 24 random bytes, never used before.
   * @throws IdentityError - The nonce has the wrong length.
   */
  seal(plaintext: Bytes, place: Bytes, nonce: Bytes): Bytes {
    return sealing.seal(this.#fieldKey, plaintext, place, nonce);
  }

  /**
   * Decrypt one field.
   *
   * @throws IdentityError - It was changed, moved, or belongs to another vault.
   */
  open(sealed: Bytes, place: Bytes): Bytes {
    return sealing.unseal(this.#fieldKey, sealed, place);
  }

  /** Return 16 bytes to look a value up by, without storing the value. */
  index(column: Bytes, value: Bytes): Bytes {
    const keyed = concat(uintBytes(column.length, 2), column, value);
    const options = { key: this.#indexKey.reveal(), dkLen: INDEX_BYTES };
    return new Uint8Array(blake2b(keyed, options));
  }

  /**
   * Return a vault file that `passphrase` unlocks.
   *
   * @throws IdentityError - Passphrase, salt, nonce or cost are not what is allowed.
   */
  async wrappedByPassphrase(
    stretch: Stretch,
    passphrase: string,
    salt: Bytes,
    nonce: Bytes,
    cost: Cost = DEFAULT_COST,
  ): Promise<Bytes> {
    if (salt.length !== SALT_BYTES) throw new IdentityError(`a salt has ${SALT_BYTES} bytes`);
    const { passes, memory_kib } = cost;
    const costs = { passes, memory_kib, salt: encodeBase64(salt) };
    const head = { format: FORMAT, version: VERSION, method: Method.PASSPHRASE, ...costs };
    return this.#file(head, await stretched(stretch, passphrase, salt, cost), nonce);
  }

  /**
   * Return a vault file that the 32 bytes of `wrapping`, kept elsewhere, unlock.
   *
   * @throws IdentityError - Key or nonce have the wrong length.
   */
  wrappedByKey(wrapping: Secret, nonce: Bytes): Bytes {
    const head = { format: FORMAT, version: VERSION, method: Method.KEYRING };
    return this.#file(head, wrapping, nonce);
  }

  /** Compare with another key, in constant time. */
  equals(other: VaultKey): boolean {
    return this.#secret.equals(other.#secret);
  }

  toString(): string {
    return "VaultKey(…)";
  }

  #file(head: Flat, wrapping: Secret, nonce: Bytes): Bytes {
    const bound = concat(WRAP_CONTEXT, canonical(head));
    const wrapped = sealing.seal(wrapping, this.#secret.reveal(), bound, nonce);
    return concat(canonical({ ...head, wrapped: encodeBase64(wrapped) }), ascii("\n"));
  }
}

/**
 * Say how a vault file is unlocked.
 *
 * @throws IdentityError - It is no vault file of a known version.
 */
export function method(file: Bytes): Method {
  return read(file).method;
}

/**
 * Return the vault key.
 *
 * @throws WrongPassphraseError - The passphrase is another one, or the file was changed.
 * @throws IdentityError - It is no vault file with a passphrase.
 */
export async function unlockWithPassphrase(
  stretch: Stretch,
  file: Bytes,
  passphrase: string,
): Promise<VaultKey> {
  const content = read(file);
  if (content.cost === null) throw new IdentityError("this vault is unlocked by the keyring");
  return unlock(content, await stretched(stretch, passphrase, content.salt, content.cost));
}

/**
 * Return the vault key.
 *
 * @throws WrongPassphraseError - The key is another one, or the file was changed.
 * @throws IdentityError - It is no vault file for a keyring.
 */
export function unlockWithKey(file: Bytes, wrapping: Secret): VaultKey {
  const content = read(file);
  if (content.method !== Method.KEYRING) {
    throw new IdentityError("this vault is unlocked by a passphrase");
  }
  if (wrapping.length !== KEY_BYTES) {
    throw new WrongPassphraseError("the keyring holds no key of this vault");
  }
  return unlock(content, wrapping);
}

// --- the file -------------------------------------------------------------------------

interface File {
  readonly method: Method;
  readonly cost: Cost | null;
  readonly salt: Bytes;
  readonly wrapped: Bytes;
  readonly bound_to: Bytes;
}

function unlock(file: File, wrapping: Secret): VaultKey {
  try {
    return new VaultKey(new Secret(sealing.unseal(wrapping, file.wrapped, file.bound_to)));
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new WrongPassphraseError("this does not unlock the vault", { cause: error });
  }
}

function read(file: Bytes): File {
  if (file.length > MAX_FILE_BYTES) throw new IdentityError("the vault file is too large");
  const whole = headIn(file);
  if (whole?.format !== FORMAT) throw new IdentityError("this is no vault file");
  if (whole.version !== VERSION) {
    throw new IdentityError("the vault file is of a version that this program does not know");
  }
  const { wrapped, ...head } = whole;
  const always = { wrapped: bytesIn(wrapped), bound_to: concat(WRAP_CONTEXT, canonical(head)) };
  const { passes, memory_kib } = head;
  if (head.method === Method.KEYRING) {
    return { method: Method.KEYRING, cost: null, salt: new Uint8Array(), ...always };
  }
  if (head.method !== Method.PASSPHRASE || !isWhole(passes) || !isWhole(memory_kib)) {
    throw new IdentityError(DAMAGED);
  }
  const salt = bytesIn(head.salt);
  if (salt.length !== SALT_BYTES) throw new IdentityError(DAMAGED);
  return { method: Method.PASSPHRASE, cost: checked({ passes, memory_kib }), salt, ...always };
}

function headIn(file: Bytes): Flat | null {
  try {
    return parsed(file);
  } catch (error) {
    throw new IdentityError(DAMAGED, { cause: error });
  }
}

function checked(cost: Cost): Cost {
  const passes = cost.passes >= 1 && cost.passes <= 16;
  if (!passes || cost.memory_kib < 8 || cost.memory_kib > 1024 * 1024) {
    throw new IdentityError("the vault asks for a cost that is not allowed");
  }
  return cost;
}

async function stretched(
  stretch: Stretch,
  passphrase: string,
  salt: Bytes,
  cost: Cost,
): Promise<Secret> {
  const typed = new Secret(utf8OfAny(passphrase));
  if (typed.length < 1 || typed.length > MAX_PASSPHRASE_BYTES) {
    throw new IdentityError("a passphrase is neither empty nor endless");
  }
  const allowed = checked(cost);
  try {
    return await stretch(typed, salt, allowed);
  } catch (error) {
    throw new IdentityError("not enough memory to unlock the vault", { cause: error });
  }
}

function derive(secret: Secret, person: Bytes): Secret {
  const options = { key: secret.reveal(), personalization: person, dkLen: KEY_BYTES };
  return new Secret(new Uint8Array(blake2b(new Uint8Array(), options)));
}

function bytesIn(text: unknown): Bytes {
  const data = typeof text === "string" ? base64Bytes(text) : null;
  if (data === null) throw new IdentityError(DAMAGED);
  return data;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
