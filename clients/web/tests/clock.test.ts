import { expect, test } from "vitest";

import { SYSTEM_CLOCK } from "../src/clock.ts";

test("the clock of this machine speaks of now, in whole units", () => {
  const before = Date.now();
  const [seconds, milliseconds] = [SYSTEM_CLOCK.now(), SYSTEM_CLOCK.nowMs()];
  const after = Date.now();
  expect(milliseconds).toBeGreaterThanOrEqual(before);
  expect(milliseconds).toBeLessThanOrEqual(after);
  expect(seconds).toBeGreaterThanOrEqual(Math.floor(before / 1000));
  expect(seconds).toBeLessThanOrEqual(after / 1000);
  expect([Number.isInteger(seconds), Number.isInteger(milliseconds)]).toEqual([true, true]);
});

test("the other clock does not go back", () => {
  const first = SYSTEM_CLOCK.monotonic();
  expect(SYSTEM_CLOCK.monotonic()).toBeGreaterThanOrEqual(first);
});
