/**
 * The corpus of invalid and hostile MLS messages: each is refused for its one reason.
 *
 * Format: docs/spec/mls-invalid-corpus.md. Made by `make corpus`; tests/vectors/test_mls_invalid.py
 * does the same in Python, so both languages name the same rule for every case.
 */

import { describe, expect, test } from "vitest";

import { Rule } from "../../src/mls/rules.ts";
import {
  ROOMS,
  SCENES,
  WITHOUT,
  opened,
  sceneOf,
  stored,
  storedThere,
} from "../support/mls_corpus.ts";
import { run, verdict } from "../support/mls_corpus_operations.ts";

/** In milliseconds; the largest scene has several hundred cases. */
const PATIENCE = 60_000;

const CASES = [...ROOMS.values()].flatMap(({ cases, messages }) =>
  cases.map((each) => ({ each, messages })),
);

describe.each(Object.keys(SCENES))("scene %s", (scene) => {
  const state = opened(scene);

  test("is stored as it was", () => {
    expect(stored(state)).toEqual(storedThere(scene));
  });

  test(
    "refuses what is invalid, and stays as it was",
    async () => {
      for (const { each, messages } of CASES.filter((one) => one.each.scene === scene)) {
        const found = await verdict(() => run(scene, each, state, messages));
        expect([each.name, ...found]).toEqual([each.name, each.error, each.rule]);
        expect(stored(state), each.name).toEqual(storedThere(scene));
      }
    },
    PATIENCE,
  );

  test("goes on with what is valid", async () => {
    const { valid } = sceneOf(scene);
    expect(valid.length).toBeGreaterThan(0);
    for (const each of valid) expect(await run(scene, each, state)).toEqual(each.gives);
    expect(stored(state)).toEqual(storedThere(scene));
  });
});

test("every rule has a case or a reason, and every case a scene", () => {
  const named = new Set(CASES.map(({ each }) => each.rule).filter((rule) => rule !== null));
  expect(new Set([...named, ...Object.keys(WITHOUT)])).toEqual(new Set(Object.keys(Rule)));
  expect(Object.keys(WITHOUT).filter((rule) => named.has(rule))).toEqual([]);
  expect(CASES.filter(({ each }) => !(each.scene in SCENES))).toEqual([]);
});
