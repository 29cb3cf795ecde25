import { expect, test } from "vitest";

import { SUITES, cipherSuite } from "../../../src/mls/crypto/suites.ts";
import { UsageError } from "../../../src/mls/errors.ts";

test("there are three suites, and each is found by its id", () => {
  expect([...SUITES.keys()]).toEqual([1, 3, 0xf00d]);
  for (const [id, suite] of SUITES) expect(cipherSuite(id)).toBe(suite);
});

test("another suite is refused by its number", () => {
  expect(() => cipherSuite(2)).toThrow(UsageError);
  expect(() => cipherSuite(2)).toThrow("0x0002");
});
