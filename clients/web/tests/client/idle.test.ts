import { beforeEach, expect, test } from "vitest";

import type { Clock } from "../../src/clock.ts";
import { Idle } from "../../src/client/idle.ts";
import { FakePlatform } from "./edge.ts";

let platform: FakePlatform;
let day: number;
let machine: number;
let over: number;

const clock: Clock = {
  now: () => Math.floor(day),
  nowMs: () => day * 1000,
  monotonic: () => machine,
};

function idle(seconds: number): Idle {
  return new Idle(clock, platform, seconds, () => void (over += 1));
}

/** Both clocks and the timers go on. */
function pass(seconds: number): void {
  for (let left = seconds; left > 0; left -= 1) {
    day += Math.min(left, 1);
    machine += Math.min(left, 1);
    platform.pass(Math.min(left, 1));
  }
}

beforeEach(() => {
  platform = new FakePlatform();
  [day, machine, over] = [1_790_000_000, 50, 0];
});

test("it is over after so long without use, and then once", () => {
  idle(60);
  pass(59);
  expect(over).toBe(0);
  pass(1);
  expect(over).toBe(1);
  pass(600);
  expect(over).toBe(1);
  expect(platform.timers).toBe(0);
});

test("use begins it anew", () => {
  const watching = idle(60);
  for (let minutes = 0; minutes < 5; minutes += 1) {
    pass(50);
    watching.used();
  }
  expect(over).toBe(0);
  pass(60);
  expect(over).toBe(1);
});

test("who comes back to a laptop that slept finds it over, before they use it", () => {
  const watching = idle(900);
  pass(10);
  day += 3600; // no timer went on, nor the clock of the machine
  watching.used();
  expect(over).toBe(1);
});

test("a laptop that wakes up is over soon, though nobody uses it", () => {
  idle(900);
  pass(10);
  day += 3600;
  pass(15);
  expect(over).toBe(1);
});

test("a clock that is set back wins no time", () => {
  idle(60);
  day -= 86_400;
  pass(60);
  expect(over).toBe(1);
});

test("what is stopped is never over", () => {
  const watching = idle(60);
  watching.stop();
  expect(platform.timers).toBe(0);
  pass(120);
  watching.used();
  expect(over).toBe(0);
});
