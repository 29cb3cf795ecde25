import { expect, test } from "vitest";

import {
  LENGTH,
  PATTERN,
  type UserId,
  identifier,
  identifierBytes,
  isIdentifier,
} from "../src/ids.ts";

test("an identifier is read back and fits its pattern", () => {
  for (let round = 0; round < 200; round++) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const written = identifier<UserId>(random);
    expect(written).toHaveLength(LENGTH);
    expect(written).toMatch(PATTERN);
    expect(identifierBytes(written)).toEqual(random);
  }
});

// What Python writes, with bit after bit in every place.
test.each([
  [new Uint8Array(16), "aaaaaaaaaaaaaaaaaaaaaaaaaa"],
  [new Uint8Array(16).fill(255), "77777777777777777777777774"],
  [Uint8Array.from({ length: 16 }, (_, place) => place), "aaaqeayeaudaocajbifqydiob4"],
  [Uint8Array.from({ length: 16 }, (_, place) => 255 - 7 * place), "774pd2xd3tk45r6axgzkxje5sy"],
])("%s", (bytes, written) => {
  expect(identifier(bytes)).toBe(written);
  expect(identifierBytes(written)).toEqual(bytes);
});

test.each([0, 15, 17])("an identifier is not made of %i bytes", (length) => {
  expect(() => identifier(new Uint8Array(length))).toThrow("16 bytes");
});

test.each([
  "",
  "a".repeat(25),
  "a".repeat(27),
  "A".repeat(26),
  `${"a".repeat(25)}b`,
  "1".repeat(26),
  `../${"a".repeat(23)}`,
  `${"a".repeat(26)}\n`,
])("only the one canonical form is read: %j", (written) => {
  expect(isIdentifier(written)).toBe(false);
  expect(() => identifierBytes(written)).toThrow("not an identifier");
});
