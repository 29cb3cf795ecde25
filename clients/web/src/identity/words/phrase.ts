/**
 * Bits as words of a list, and words as somebody types them back (docs/spec/recovery.md).
 *
 * Eleven bits are one word. Four letters are enough to tell a word of one list from all its
 * others, so a reader takes the beginning of a word. What is typed is secret: no error holds it.
 */

import { folded, someCharacters } from "../typing.ts";
import { closeMatches } from "./alike.ts";
import { WORDS as ENGLISH } from "./english.ts";
import { WORDS as GERMAN } from "./german.ts";

/** Of one word. */
export const BITS = 11n;
/** How many letters tell a word from all others of its list. */
export const PREFIX = 4;
export const LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["de", GERMAN],
  ["en", ENGLISH],
]);

const MOST_TYPED = 2000;
const WORD = /[\p{L}\p{Nl}\p{No}]+/gu;
const SUGGESTIONS = 3;
const ALIKE = 0.6;

/** A word that is in no list. */
export interface Unknown {
  /** Which one it is, from 1. */
  readonly place: number;
  /** Words of the list that look like it, the likeliest first. */
  readonly meant: readonly string[];
}

/** Return the list for a language tag; the English one for whoever speaks neither. */
export function listFor(language: string): readonly string[] {
  return LISTS.get((language.split("-")[0] ?? "").toLowerCase()) ?? ENGLISH;
}

/** Return the last `count` times 11 bits of a number as words with spaces between them. */
export function written(number: bigint, count: number, language: string): string {
  const words = listFor(language);
  const mask = BigInt(words.length - 1);
  const places = Array.from({ length: count }, (_, place) => BigInt(count - 1 - place));
  return places.map((place) => words[Number((number >> (BITS * place)) & mask)] ?? "").join(" ");
}

/** Return the words of a text; what is no letter (numbers, hyphens, dots) is between them. */
export function typed(text: string): readonly string[] {
  return folded(someCharacters(text, MOST_TYPED).normalize("NFKC")).match(WORD) ?? [];
}

/**
 * Read words; one number for each language in which all of them are words.
 *
 * Words of two languages are never taken together.
 */
export function numbers(words: readonly string[]): readonly bigint[] {
  return [...LISTS.values()].flatMap((known) => {
    const places = words.map((word) => placeOf(word, known));
    if (places.includes(-1)) return [];
    return [places.reduce((number, place) => (number << BITS) | BigInt(place), 0n)];
  });
}

/** Return the first word that is none, in the language that most of them are of; null if all are. */
export function unknown(words: readonly string[]): Unknown | null {
  const missed = (known: readonly string[]): readonly string[] =>
    words.filter((word) => placeOf(word, known) < 0);
  let best: readonly string[] = GERMAN;
  for (const known of LISTS.values()) {
    if (missed(known).length < missed(best).length) best = known;
  }
  const place = words.findIndex((word) => placeOf(word, best) < 0);
  const wrong = words[place];
  if (wrong === undefined) return null;
  return { place: place + 1, meant: closeMatches(wrong, best, SUGGESTIONS, ALIKE) };
}

/** Return a word's place in a list; -1 if it has none. */
function placeOf(word: string, known: readonly string[]): number {
  const place = known.indexOf(word);
  if (place >= 0 || Array.from(word).length < PREFIX) return place;
  return known.findIndex((each) => each.startsWith(word));
}
