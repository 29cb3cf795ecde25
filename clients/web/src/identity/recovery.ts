/**
 * The recovery key: what a person writes down to bring their identity to another device.
 *
 * 160 random bits and 16 of check, written as 16 words of a German or English list. Identity seed
 * and history key are sealed under it; the server keeps the box and cannot open it
 * (docs/spec/recovery.md). The key is random, so no slow hash is needed to protect it.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";

import type { UserId } from "../ids.ts";
import { type Bytes, ascii, concat, equalBytes } from "../mls/bytes.ts";
import { Secret, constantTimeEqual } from "../mls/crypto/secret.ts";
import { contextOf, rawOf } from "./encoding.ts";
import { IdentityError, Slip, WrongRecoveryKeyError } from "./errors.ts";
import { IdentityKey, SEED_BYTES } from "./keys.ts";
import { OVERHEAD, seal, unseal } from "./sealing.ts";
import * as phrase from "./words/phrase.ts";

export const KEY_BYTES = 20;
/** That a recovery key has. */
export const WORDS = 16;
/** Of the box. */
export const VERSION = 2;
export const HISTORY_KEY_BYTES = 32;
export const BOX_BYTES = 1 + OVERHEAD + SEED_BYTES + HISTORY_KEY_BYTES;

const CHECK_BYTES = 2;
const CHECK_CONTEXT = contextOf("recovery words check");
const PERSON = concat(ascii("tc-recovery-v2"), new Uint8Array(2));
const BOX_CONTEXT = contextOf("recovery box");

/** What a recovery box holds. */
export interface Kept {
  /** The person's identity key. */
  readonly identity: IdentityKey;
  /** 32 random bytes that the backup of the history is sealed under. */
  readonly history_key: Secret;
}

/** A recovery key; it prints nothing, `written` is for the person's eyes. */
export class RecoveryKey {
  readonly #secret: Secret;

  /**
   * @param secret - 20 random bytes.
   * @throws IdentityError - There are not 20 bytes.
   */
  constructor(secret: Secret) {
    if (secret.length !== KEY_BYTES) {
      throw new IdentityError(`a recovery key has ${KEY_BYTES} bytes, not ${secret.length}`);
    }
    this.#secret = secret;
  }

  /**
   * Read the words as typed, in either language, by their first four letters at least.
   *
   * Case does not matter; numbers, hyphens and the like between the words are skipped.
   *
   * @throws WrongRecoveryKeyError - It is mistyped; the error says in which way.
   */
  static read(text: string): RecoveryKey {
    const words = phrase.typed(text);
    const wrong = phrase.unknown(words);
    if (wrong !== null) {
      throw new WrongRecoveryKeyError(Slip.UNKNOWN, words.length, wrong.place, wrong.meant);
    }
    if (words.length !== WORDS) throw new WrongRecoveryKeyError(Slip.COUNT, words.length);
    for (const number of phrase.numbers(words)) {
      const whole = bytesOf(number, KEY_BYTES + CHECK_BYTES);
      const key = new RecoveryKey(new Secret(whole.slice(0, KEY_BYTES)));
      if (constantTimeEqual(key.#check(), whole.subarray(KEY_BYTES))) return key;
    }
    throw new WrongRecoveryKeyError(Slip.MIXED, words.length);
  }

  /** Return the 16 words in a person's language: German words for `de`, otherwise English ones. */
  written(language: string): string {
    const whole = concat(this.#secret.reveal(), this.#check());
    const number = whole.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return phrase.written(number, WORDS, language);
  }

  /** The key itself, to be split for custodians; never to be shown. */
  get secret(): Secret {
    return this.#secret;
  }

  /**
   * Return the box that the server keeps, sealed for this person.
   *
   * @param kept - What goes into it.
   * @param user - Whose it is.
   * @param nonce - 24 random bytes.
   * @throws IdentityError - The nonce, the history key or the identifier is malformed.
   */
  seal(kept: Kept, user: UserId, nonce: Bytes): Bytes {
    if (kept.history_key.length !== HISTORY_KEY_BYTES) {
      throw new IdentityError(`a history key has ${HISTORY_KEY_BYTES} bytes`);
    }
    const inside = concat(kept.identity.seed.reveal(), kept.history_key.reveal());
    const bound = boundTo(user, kept.identity.public);
    return concat(Uint8Array.of(VERSION), seal(this.#boxKey(), inside, bound, nonce));
  }

  /**
   * Return what is in a box.
   *
   * @param box - What `seal` returned.
   * @param user - Whose identity it is.
   * @param identityKey - The public key that must come out.
   * @throws WrongRecoveryKeyError - This recovery key does not open the box.
   * @throws IdentityError - The box is malformed or holds another key.
   */
  async open(box: Bytes, user: UserId, identityKey: Bytes): Promise<Kept> {
    if (box.length !== BOX_BYTES) {
      throw new IdentityError("the recovery box has the wrong length");
    }
    if (box[0] !== VERSION) {
      throw new IdentityError(`a recovery box of version ${box[0] ?? 0} is not known`);
    }
    const inside = this.#opened(box, user, identityKey);
    const identity = await IdentityKey.of(new Secret(inside.slice(0, SEED_BYTES)));
    if (!equalBytes(identity.public, identityKey)) {
      throw new IdentityError("the recovery box holds another identity");
    }
    return { identity, history_key: new Secret(inside.slice(SEED_BYTES)) };
  }

  /** Compare with another key, in constant time. */
  equals(other: RecoveryKey): boolean {
    return this.#secret.equals(other.#secret);
  }

  toString(): string {
    return "RecoveryKey(…)";
  }

  #opened(box: Bytes, user: UserId, identityKey: Bytes): Bytes {
    try {
      return unseal(this.#boxKey(), box.slice(1), boundTo(user, identityKey));
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new WrongRecoveryKeyError(Slip.OTHER);
    }
  }

  #check(): Uint8Array {
    return sha256(concat(CHECK_CONTEXT, this.#secret.reveal())).subarray(0, CHECK_BYTES);
  }

  #boxKey(): Secret {
    const key = { key: this.#secret.reveal(), personalization: PERSON, dkLen: 32 };
    return new Secret(new Uint8Array(blake2b(new Uint8Array(), key)));
  }
}

function boundTo(user: UserId, identityKey: Bytes): Bytes {
  return concat(BOX_CONTEXT, ...rawOf([user], "not an identifier of a person"), identityKey);
}

function bytesOf(number: bigint, length: number): Bytes {
  return Uint8Array.from({ length }, (_, place) =>
    Number((number >> BigInt(8 * (length - 1 - place))) & 255n),
  );
}
