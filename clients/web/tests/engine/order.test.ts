/** One order and one sameness, whatever the language of the machine. */

import { expect, test } from "vitest";

import { casefold, compare, compareLists, same, sorted } from "../../src/engine/order.ts";
import { Secret } from "../../src/mls/crypto/index.ts";

test("texts stand by code point, also beyond the first plane", () => {
  const inOrder = ["", "A", "Z", "a", "ab", "b", "ä", "\ud7ff", "\ue000", "\uffff", "\u{10000}"];
  expect(sorted(inOrder.toReversed())).toEqual(inOrder);
  expect(compare("\u{1f600}", "\u{1f600}a")).toBeLessThan(0);
  expect(compare("x", "x")).toBe(0);
});

test("lists stand by the first that differs, then the shorter first", () => {
  const inOrder = [[], [1], [1, "a"], [1, "b"], [2], [10, "a"]];
  expect(inOrder.toReversed().sort(compareLists)).toEqual(inOrder);
});

test.each([
  ["Straße", "strasse"],
  ["STRAẞE", "strasse"],
  ["ΟΔΟΣ", "οδοσ"],
  ["İ", "i\u0307"],
  ["ı", "ı"],
  ["ŉ", "ʼn"],
  ["ᾳ", "αι"],
  ["ꭰᏸ", "ᎠᏰ"],
  ["\u{10400}", "\u{10428}"],
])("%s is folded to %s", (text, folded) => {
  expect(casefold(text)).toBe(folded);
});

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const value = (): unknown => ({
  text: "x",
  none: null,
  data: bytes(1, 2),
  list: [{ a: 1 }, new Set(["x", "y"])],
  map: new Map([["k", bytes(3)]]),
});

test("what is made of the same is the same", () => {
  expect(same(value(), value())).toBe(true);
  expect(same(new Map([...[1, 2].entries()].reverse()), new Map([1, 2].entries()))).toBe(true);
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { b: 1 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ toString: 1 }, {}],
  [[1, 2], [1]],
  [[1], { 0: 1, length: 1 }],
  [bytes(1), [1]],
  [bytes(1), bytes(1, 0)],
  [new Map([["k", 1]]), new Map([["k", 2]])],
  [new Map([["k", undefined]]), new Map([["j", undefined]])],
  [new Set([1]), new Set([2])],
  [new Set(), new Map()],
  [null, {}],
  [0, ""],
  [1, 1n],
])("%o is another one than %o", (one, other) => {
  expect(same(one, other)).toBe(false);
  expect(same(other, one)).toBe(false);
});

test("of what is more than a value only the very same one is the same", () => {
  const secret = new Secret(new Uint8Array(32));
  expect(same({ secret }, { secret })).toBe(true);
  expect(same({ secret }, { secret: new Secret(new Uint8Array(32)) })).toBe(false);
});
