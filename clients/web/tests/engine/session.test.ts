/** The connection's table, and how long is waited before it is opened again. */

import { expect, test } from "vitest";

import { TRANSITIONS, pause } from "../../src/engine/session.ts";
import { SessionState } from "../../src/engine/state.ts";

test("a pause is drawn below a ceiling that doubles, up to a minute", () => {
  const attempts = [0, 1, 2, 6, 7, 10, 1_000_000];
  expect(attempts.map((attempt) => pause(attempt, 1))).toEqual([0.5, 1, 2, 32, 60, 60, 60]);
  expect(pause(3, 0)).toBe(0);
  expect(pause(3, 0.25)).toBe(1);
});

test("the table says one thing only", () => {
  const rows = TRANSITIONS.map(([from, by]) => `${from} ${by}`);
  expect(new Set(rows).size).toBe(rows.length);
});

test("whoever is not stopped can be stopped, and every state but the refused is gone to", () => {
  const stopped = TRANSITIONS.filter(([, by]) => by === "StopAsked").map(([from]) => from);
  const all = Object.values(SessionState);
  expect(new Set(stopped)).toEqual(new Set(all.filter((each) => each !== SessionState.STOPPED)));
  const reached = new Set(TRANSITIONS.map(([, , to]) => to));
  reached.add(SessionState.REFUSED); // by the server
  expect(reached).toEqual(new Set(all));
});
