import { inspect } from "node:util";
import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";

const SECRET = new Secret(ascii("very secret"));

test("a secret says its length and nothing more, however it is shown", () => {
  const shown = "Secret(11 bytes)";
  expect(String(SECRET)).toBe(shown);
  expect(JSON.stringify({ key: SECRET })).toBe(`{"key":"${shown}"}`);
  expect(inspect(SECRET, { depth: null, showHidden: true })).toBe(shown);
  expect(inspect([SECRET])).toBe(`[ ${shown} ]`);
});

test("a secret does not survive being taken apart", () => {
  expect(Object.keys(SECRET)).toEqual([]);
  expect(Object.assign({}, SECRET)).toEqual({});
  expect(structuredClone(SECRET)).toEqual({});
});

test("secrets are equal by their bytes", () => {
  expect(SECRET.equals(new Secret(ascii("very secret")))).toBe(true);
  expect(SECRET.equals(new Secret(ascii("very secreT")))).toBe(false);
  expect(SECRET.equals(new Secret(ascii("very")))).toBe(false);
  expect(SECRET.reveal()).toEqual(ascii("very secret"));
});
