/** Crockford's base 32: 32 letters and digits that are hard to confuse, for what people type. */

import { characters } from "../transparency/encoding.ts";
import { someCharacters } from "./typing.ts";

/** No I, L, O and U. */
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Of one character. */
export const BITS = 5n;

const MOST_TYPED = 200;
const NOT_IN_THE_ALPHABET = /[^0-9A-HJKMNP-TV-Z]/;
const MEANT: Readonly<Record<string, string>> = { I: "1", L: "1", O: "0" };

/** Return the last `count` characters of a number. */
export function written(number: bigint, count: number): string {
  const places = Array.from({ length: count }, (_, place) => BigInt(count - 1 - place));
  return places.map((place) => ALPHABET.charAt(Number((number >> (BITS * place)) & 31n))).join("");
}

/**
 * Return what somebody typed as `count` characters of the alphabet; null if it is not that.
 *
 * Lower case is taken, I and L as 1, O as 0; spaces and hyphens do not matter.
 */
export function typed(text: string, count: number): string | null {
  const found = someCharacters(text, MOST_TYPED)
    .toUpperCase()
    .replace(/[ILO]/g, (letter) => MEANT[letter] ?? letter)
    .replace(/[ \-\t\r\n\u2013\u00a0]/g, "");
  return characters(found) === count && !NOT_IN_THE_ALPHABET.test(found) ? found : null;
}

/** Return the number that characters of the alphabet write. */
export function number(text: string): bigint {
  return Array.from(text).reduce(
    (value, character) => (value << BITS) | BigInt(ALPHABET.indexOf(character)),
    0n,
  );
}
