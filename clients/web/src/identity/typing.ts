/** What somebody typed, counted and cut as Unicode has it: a character is never halved. */

import { concat } from "../mls/bytes.ts";
import { isUnicode, utf8Bytes } from "../utf8.ts";

/** Return the first characters of a text. */
export function someCharacters(text: string, most: number): string {
  // No character takes more than two units.
  return Array.from(text.slice(0, 2 * most))
    .slice(0, most)
    .join("");
}

/** What Unicode counts as space, as a part of a pattern. */
export const SPACE = String.raw`\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

/** Its small letters came later, and fold to the large ones. */
const CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/;
const DOTLESS_I = "\u0131";
const AT_THE_ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

/** Return a text without the spaces at its ends. */
export function trimmed(text: string): string {
  return text.replace(AT_THE_ENDS, "");
}

/** Return the UTF-8 of any text; half a character is written as if it were one. */
export function utf8OfAny(text: string): Uint8Array<ArrayBuffer> {
  return concat(...Array.from(text, written));
}

function written(character: string): Uint8Array {
  if (isUnicode(character)) return utf8Bytes(character);
  const unit = character.charCodeAt(0);
  return Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
}

/** Return a text in which upper and lower case are the same (Unicode §3.13, full case folding). */
export function folded(text: string): string {
  return Array.from(text, foldedOne).join("");
}

function foldedOne(character: string): string {
  if (CHEROKEE.test(character)) return character.toUpperCase();
  if (character === DOTLESS_I) return character;
  // Twice: a capital sharp s has a small one, and only that has two letters s.
  return character.toLowerCase().toUpperCase().toLowerCase();
}
