import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { log } from "../../src/engine/unforeseen.ts";

const told: string[] = [];

beforeEach(() => {
  told.length = 0;
  vi.spyOn(console, "error").mockImplementation((text: string) => {
    told.push(text);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function thrown(message: string): Error {
  try {
    throw new RangeError(message);
  } catch (error) {
    return error as Error;
  }
}

test("tells the kind of an error and where it was thrown, the innermost place last", () => {
  log(thrown("whatever"));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^an item could not be read: RangeError at /);
  expect(told[0]).toMatch(/ > unforeseen\.test\.ts:\d+:\d+ thrown$/);
});

test.each([
  "Meet me at noon",
  "line one\nline two",
  "x\n    at secret (file:///secret.ts:1:2)\n    at secret.ts:3:4",
  "",
])("says nothing of what an error says: %j", (message) => {
  log(thrown(message));
  expect(told.join()).not.toMatch(/noon|line one|line two|secret/);
  expect(told[0]).toMatch(/thrown$/);
});

test("reads the places of Gecko", () => {
  const error = new TypeError("noon");
  error.stack = "take@https://chat.example/core.js:10:3\n@https://chat.example/core.js:2:1\n";
  log(error);
  expect(told).toEqual(["an item could not be read: TypeError at core.js:2:1 > core.js:10:3 take"]);
});

test("says of what is no error only what it is", () => {
  log("noon");
  expect(told).toEqual(["an item could not be read: string at "]);
});

test("says nothing of an error whose text was changed after it was thrown", () => {
  const error = thrown("noon");
  error.message = "another";
  log(error);
  expect(told.join()).not.toContain("noon");
});
