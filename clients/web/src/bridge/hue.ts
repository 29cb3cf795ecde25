/** The hue of a person, the same in every client: `hue_of` in the terminal's `tokens.py`. */

import { blake2b } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

export const HUES = 12;

/** Which of the twelve hues somebody with this id has. */
export function hueOf(id: string): number {
  const [first = 0] = blake2b(utf8ToBytes(id), { dkLen: 1 });
  return first % HUES;
}
