/**
 * Safety numbers: 60 digits that two people read to each other (docs/spec/safety-number.md).
 *
 * Both see the same digits if, and only if, both hold the same two identity keys. Each person
 * gives 30 digits; the smaller 30 come first. Hashing many times makes it dear to search for a
 * key whose digits look alike.
 */

import { sha512 } from "@noble/hashes/sha2.js";

import type { UserId } from "../ids.ts";
import { type Bytes, ascii, concat } from "../mls/bytes.ts";
import { constantTimeEqual } from "../mls/crypto/secret.ts";
import { characters } from "../transparency/encoding.ts";
import { rawOf } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { PUBLIC_KEY_BYTES } from "./keys.ts";
import { SPACE, trimmed } from "./typing.ts";

export const CONTEXT = ascii("teamchat safety number\0\x01");
export const ITERATIONS = 5200;
export const GROUPS = 12;
export const DIGITS_IN_GROUP = 5;
/** What a QR code says before the digits; in capital letters, because they take less room. */
export const CODE_PREFIX = "TEAMCHAT-VERIFY:1:";

const BYTES_IN_GROUP = 5;
/** How long a text may be in which a safety number is looked for: room for any spacing. */
const MOST_CHARACTERS = 512;
const WRITTEN = new RegExp(
  `^(?:${CODE_PREFIX})?((?:[${SPACE}-]*[0-9]){60})[${SPACE}-]*$`.replaceAll("-]", "\\-]"),
  "i",
);

/**
 * Return 12 groups of 5 digits, the same for both sides.
 *
 * @param user - One person.
 * @param key - Their identity key.
 * @param otherUser - The other person.
 * @param otherKey - The other's identity key.
 * @throws IdentityError - A key or identifier is malformed, or both are the same person.
 */
export function safetyNumber(user: UserId, key: Bytes, otherUser: UserId, otherKey: Bytes): string {
  if (user === otherUser) throw new IdentityError("a safety number is between two people");
  return [digitsOf(user, key), digitsOf(otherUser, otherKey)].sort().join(" ");
}

/** Say whether two written safety numbers are the same, however they are spaced. */
export function same(one: string, other: string): boolean {
  const [first, second] = [digitsIn(one), digitsIn(other)];
  return (
    first.length === GROUPS * DIGITS_IN_GROUP && constantTimeEqual(ascii(first), ascii(second))
  );
}

/**
 * Return what the QR code of a safety number says, as its prefix and its 60 digits.
 *
 * @throws IdentityError - It is not a safety number.
 */
export function codeParts(number: string): readonly [string, string] {
  return [CODE_PREFIX, digitsIn(read(number))];
}

/**
 * Return the safety number in what somebody typed, or a camera read: 12 groups of 5 digits.
 *
 * @throws IdentityError - It is neither 60 digits, however they are spaced, nor what a code says.
 */
export function read(text: string): string {
  const found = characters(text) <= MOST_CHARACTERS ? WRITTEN.exec(trimmed(text)) : null;
  if (found === null) throw new IdentityError("not a safety number");
  return (digitsIn(found[1] ?? "").match(/.{5}/g) ?? []).join(" ");
}

function digitsIn(text: string): string {
  return text.replace(/[^0-9]/g, "");
}

/** Return the 6 groups of one person. */
function digitsOf(user: UserId, key: Bytes): string {
  if (key.length !== PUBLIC_KEY_BYTES) {
    throw new IdentityError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  }
  const identity = concat(key, ...rawOf([user], "not an identifier of a person"));
  let digest: Uint8Array = concat(CONTEXT, identity);
  for (let round = 0; round < ITERATIONS; round++) digest = sha512(concat(digest, identity));
  const groups = Array.from({ length: GROUPS / 2 }, (_, group) => {
    const chunk = digest.subarray(group * BYTES_IN_GROUP, (group + 1) * BYTES_IN_GROUP);
    return chunk.reduce((value, byte) => value * 256 + byte, 0) % 100_000;
  });
  return groups.map((group) => `${group}`.padStart(DIGITS_IN_GROUP, "0")).join(" ");
}
