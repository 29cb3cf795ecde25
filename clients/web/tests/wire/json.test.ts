import { expect, test } from "vitest";

import { toHex } from "../../src/mls/bytes.ts";
import { utf8Bytes, utf8Text } from "../../src/utf8.ts";
import { fromBase64, toBase64 } from "../../src/wire/base64.ts";
import { WireError } from "../../src/wire/errors.ts";
import { readJson, writeJson } from "../../src/wire/json.ts";
import type { Tree } from "../../src/wire/tree.ts";

test.each([
  "null",
  "true",
  "0",
  "-9007199254740991",
  '""',
  '"a\\"\\\\\\u0000\\n\u007f\u{1f642}\u2028/"',
  "[]",
  "{}",
  '[1,[2,{"a":[],"b":{"":null}}],"\\\\"]',
  '{"__proto__":{"toString":1},"1":2,"0":1}',
])("%s is read and written", (text) => {
  expect(utf8Text(writeJson(readJson(utf8Bytes(text))))).toBe(text);
});

test("a name that every object has is a name like any other", () => {
  const read = readJson(utf8Bytes('{"__proto__":1}')) as ReadonlyMap<Tree, Tree>;
  expect([...read]).toEqual([["__proto__", 1]]);
});

test.each(["1.0", "1e3", "9007199254740992", "-1E400", "0.1"])(
  "%s is a number that nothing takes",
  (text) => {
    expect(readJson(utf8Bytes(text))).toBeNaN();
  },
);

test("there is one zero", () => {
  expect(Object.is(readJson(utf8Bytes("-0")), 0)).toBe(true);
});

test.each([
  '"\\',
  '"\\"',
  '"a',
  '"\\\\\\"',
  "[",
  "[1",
  '{"a"',
  '{"a":',
  "tru",
  "nul",
  "-",
  "\u00a01",
])("%s is no JSON", (text) => {
  expect(() => readJson(utf8Bytes(text))).toThrow(WireError);
});

test("few bytes do not become deep or many values", () => {
  expect(() => readJson(utf8Bytes("[".repeat(100_000)))).toThrow("nested too deeply");
  expect(() => readJson(utf8Bytes('{"a":'.repeat(33)))).toThrow("nested too deeply");
  expect(readJson(utf8Bytes("[".repeat(32) + "]".repeat(32)))).toHaveLength(1);
  expect(() => readJson(utf8Bytes(`[${"0,".repeat(1_000_000)}0]`))).toThrow("more values");
});

test("many quotes behind backslashes are read in one go", () => {
  const quoted = JSON.stringify("\\".repeat(20_000) + '"'.repeat(20_000));
  expect(utf8Text(writeJson(readJson(utf8Bytes(quoted))))).toBe(quoted);
});

test.each<[string, Tree]>([
  ["half a character", "\ud800"],
  ["half a character in a name", new Map([["\udc00", 1]])],
  ["a fraction", 1.5],
  ["bytes", new Uint8Array(1)],
])("%s is not written", (_name, tree) => {
  expect(() => writeJson(tree)).toThrow();
});

test("base64 of every length is read back", () => {
  for (const length of [0, 1, 2, 3, 4, 255, 10_000]) {
    const bytes = Uint8Array.from({ length }, (_, place) => place % 251);
    expect(toHex(fromBase64(toBase64(bytes)))).toBe(toHex(bytes));
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  }
});
