/**
 * What two devices show for their owner to compare: 7 pictures, or 3 numbers of 4 digits.
 *
 * Both follow from the same 48 bits, of which the pictures show 42 and the numbers 39. The 64
 * pictures and the way to the numbers are those of Matrix (Client-Server API, short authentication
 * strings), which many people have seen before; the names are ours, so that the pictures can be
 * read out. What is secret about them is only that nobody may know them early: they do not print.
 */

import type { Secret } from "../mls/crypto/secret.ts";
import { IdentityError } from "./errors.ts";
import { PICTURES as TABLE } from "./sas_pictures.ts";

export const BYTES = 6;
export const PICTURES = 7;
export const NUMBERS = 3;

const PICTURE_BITS = 6n;
const NUMBER_BITS = 13n;
/** So that every number has four digits. */
const FIRST_NUMBER = 1000;

/** A picture that everybody calls the same. */
export interface Picture {
  /** As Unicode has it. */
  readonly emoji: string;
  /** Its name. */
  readonly english: string;
  /** Its name. */
  readonly german: string;
}

/** The 64 pictures in their order. */
export const ALL: readonly Picture[] = TABLE.map(([emoji, english, german]) => {
  return { emoji, english, german };
});

/** Return a picture's name; English for whoever speaks neither language. */
export function pictureName(picture: Picture, language: string): string {
  return language === "de" ? picture.german : picture.english;
}

/** What both devices show; the same on both, unless somebody is between them. */
export class ShortAuthenticationString {
  readonly #secret: Secret;

  /**
   * @param secret - 6 bytes that both devices have derived.
   * @throws IdentityError - There are not 6 bytes.
   */
  constructor(secret: Secret) {
    if (secret.length !== BYTES) {
      throw new IdentityError(`${BYTES} bytes are shown, not ${secret.length}`);
    }
    this.#secret = secret;
  }

  /** Return 7 pictures: the first 42 bits, 6 each. */
  pictures(): readonly Picture[] {
    return this.#parts(PICTURE_BITS, PICTURES).flatMap((each) => ALL[each] ?? []);
  }

  /** Return 3 numbers from 1000 to 9191: the first 39 bits, 13 each, and 1000 more. */
  numbers(): readonly number[] {
    return this.#parts(NUMBER_BITS, NUMBERS).map((each) => each + FIRST_NUMBER);
  }

  /** Compare with what another device would show, in constant time. */
  equals(other: ShortAuthenticationString): boolean {
    return this.#secret.equals(other.#secret);
  }

  toString(): string {
    return "ShortAuthenticationString(…)";
  }

  #parts(bits: bigint, count: number): readonly number[] {
    const whole = this.#secret.reveal().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return Array.from({ length: count }, (_, place) => {
      const end = BigInt(BYTES * 8) - bits * BigInt(place + 1);
      return Number((whole >> end) & ((1n << bits) - 1n));
    });
  }
}
