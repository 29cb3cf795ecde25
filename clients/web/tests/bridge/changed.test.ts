/** What crosses of a conversation that is shown already makes it what it is now. */

import { expect, test } from "vitest";

import { applied, changeOf } from "../../src/bridge/changed.ts";
import type { Line, Opened } from "../../src/bridge/core.ts";
import { Chance } from "../support/chance.ts";
import { NOTHING_DONE } from "../support/messages.ts";

const ANNA = { id: "anna", name: "Anna", hue: 1 };

function message(key: number, text = "", state: "sent" | null = null): Line {
  return { type: "message", key: `${key}`, at: key, sender: ANNA, text, state, ...NOTHING_DONE };
}

function opened(lines: readonly Line[], hasEarlier = false): Opened {
  return { lines, hasEarlier } as unknown as Opened;
}

test("only what is another crosses", () => {
  const lines = Array.from({ length: 100 }, (_, at) => message(at));
  const shown = opened(lines, true);
  const more = changeOf(shown, opened([...lines, message(100)]));
  expect([more.first, more.last, more.opened.lines.length]).toEqual([100, 0, 1]);
  const older = changeOf(shown, opened([message(-2), message(-1), ...lines]));
  expect([older.first, older.last, older.opened.lines.length]).toEqual([0, 100, 2]);
  const read = changeOf(shown, opened(lines.with(50, message(50, "", "sent"))));
  expect([read.first, read.last, read.opened.lines.length]).toEqual([50, 49, 1]);
  const cloned = changeOf(shown, structuredClone(shown));
  expect(cloned.opened.lines).toEqual([]);
  expect(applied(shown, older).hasEarlier).toBe(false);
});

test("an event is another one if what it says is", () => {
  const event = (filling: Readonly<Record<string, string>>): Line => {
    return { type: "event", key: "1", at: 1, text: { key: "system-joined", filling } };
  };
  const shown = opened([event({ who: "Anna" })]);
  expect(changeOf(shown, opened([event({ who: "Anna" })])).opened.lines).toEqual([]);
  expect(changeOf(shown, opened([event({ who: "Wei" })])).opened.lines).toHaveLength(1);
  expect(changeOf(shown, opened([message(1)])).opened.lines).toHaveLength(1);
  expect(changeOf(opened([message(1)]), shown).opened.lines).toHaveLength(1);
});

test("from anything to anything, and what stays is the same object", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const chance = new Chance(seed);
    const some = (): Line => message(chance.whole(0, 3), chance.pick(["a", "b"]));
    const shown = opened(chance.list(0, 8, some));
    const now = opened(chance.list(0, 8, () => chance.pick([...shown.lines, some()])));
    const copy = structuredClone(now);
    const change = structuredClone(changeOf(shown, copy));
    const result = applied(shown, change);
    expect(result, `${seed}`).toEqual(now);
    for (let at = 0; at < change.first; at += 1) expect(result.lines[at]).toBe(shown.lines[at]);
  }
});
