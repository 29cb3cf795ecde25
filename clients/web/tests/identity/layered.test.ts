import { expect, test } from "vitest";

import { Layered } from "../../src/identity/layered.ts";

const MANY = 3000;

function grown(from: Layered<number>, first: number, count: number): Layered<number> {
  const next = from.next();
  for (let number = first; number < first + count; number++) next.set(`${number}`, number);
  return next.done();
}

test("a version keeps all that was in the one before, however many there were", () => {
  let all = Layered.of<number>([]);
  for (let number = 0; number < MANY; number += 100) all = grown(all, number, 100);
  const found = Array.from({ length: MANY }, (_, number) => all.get(`${number}`));
  expect(found).toEqual(Array.from({ length: MANY }, (_, number) => number));
  expect(all.get(`${MANY}`)).toBeUndefined();
});

test("a version that was there before has nothing of what follows it", () => {
  for (const count of [1, MANY]) {
    const before = grown(Layered.of([["old", -1]]), 0, 10);
    const [one, other] = [grown(before, 10, count), grown(before, 10_000, 1)];
    expect(one.get("10")).toBe(10);
    expect(before.get("10")).toBeUndefined();
    expect(other.get("10")).toBeUndefined();
    expect([one, other, before].map((each) => each.get("old"))).toEqual([-1, -1, -1]);
  }
});
