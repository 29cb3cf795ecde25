/** What is typed and cannot be stored is held, and stored when there is room. */

import { expect, test } from "vitest";

import type { Draft } from "../../src/ui/core.ts";
import { AGAIN_MS, type Held, Typed } from "../../src/ui/typed.ts";

const FULL = { done: false, why: { key: "error-not-stored", filling: {} } } as const;
const DONE = { done: true } as const;

class Full {
  isFull = true;
  readonly asked: string[] = [];
  later: (() => void) | null = null;
  readonly timers = {
    setTimeout: (call: () => void, after: number) => {
      expect(after).toBe(AGAIN_MS);
      this.later = call;
      return 1;
    },
    clearTimeout: () => (this.later = null),
  } as unknown as typeof globalThis;

  keepDraft(id: string, { text }: Draft): Promise<typeof FULL | typeof DONE> {
    this.asked.push(`${id} ${text}`);
    return Promise.resolve(this.isFull ? FULL : DONE);
  }
}

function held(text: string): Held {
  return { draft: { text, answers: null, change: null }, answering: null };
}

async function calm(): Promise<void> {
  await new Promise(setImmediate);
}

test("what cannot be stored is held, and tried again until it is", async () => {
  const core = new Full();
  const typed = new Typed(core, core.timers);
  expect(await typed.keep("a", held("one"))).toBe(FULL);
  expect(await typed.keep("b", held("two"))).toBe(FULL);
  expect([typed.of("a")?.draft.text, typed.of("b")?.draft.text, typed.isKept]).toEqual([
    "one",
    "two",
    false,
  ]);
  core.later?.();
  await calm();
  expect([typed.of("a")?.draft.text, typed.isKept]).toEqual(["one", false]);
  core.isFull = false;
  core.later?.();
  await calm();
  expect([typed.of("a")?.draft.text, typed.isKept]).toEqual([undefined, true]);
  expect(core.asked.slice(-2)).toEqual(["a one", "b two"]);
});

test("what was typed on meanwhile is not forgotten for what was stored", async () => {
  const core = new Full();
  const typed = new Typed(core, core.timers);
  await typed.keep("a", held("one"));
  core.isFull = false;
  const first = typed.keep("a", held("one"));
  core.isFull = true;
  await typed.keep("a", held("one more"));
  await first;
  expect(typed.of("a")?.draft.text).toBe("one more");
});

test("what was sent is no draft any more", async () => {
  const core = new Full();
  const typed = new Typed(core, core.timers);
  await typed.keep("a", held("one"));
  typed.sent("a");
  expect([typed.of("a")?.draft.text, typed.isKept]).toEqual([undefined, true]);
});
