/** Asking the browser to keep what is stored, and noticing that it has not. */

import { beforeEach, expect, test } from "vitest";

import type { View } from "../../src/ui/core.ts";
import { Keeping, type Memory } from "../../src/ui/keeping.ts";

const OPEN = { type: "open" } as View;
const SIGNED_OUT: Extract<View, { type: "signed-out" }> = {
  ...{
    type: "signed-out",
    organisation: "x",
    because: null,
    held: false,
    helped: "",
    userName: "",
  },
};

let asked = 0;
const room = {
  persist: () => {
    asked += 1;
    return Promise.reject(new Error("not even asked"));
  },
};

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

beforeEach(() => {
  asked = 0;
});

test("the browser is asked once somebody has written, once, and may refuse", async () => {
  const keeping = new Keeping(room, memory());
  expect(keeping.see(OPEN)).toBe(false);
  expect(asked).toBe(0);
  keeping.wrote();
  keeping.wrote();
  await new Promise(setImmediate);
  expect(asked).toBe(1);
});

test("who comes back to an account that is here means it", () => {
  const kept = memory();
  new Keeping(room, kept).see(OPEN);
  expect(asked).toBe(0);
  new Keeping(room, kept).see(OPEN);
  expect(asked).toBe(1);
});

test("an account that is gone without a reason was removed by the browser", () => {
  const kept = memory();
  new Keeping(room, kept).see(OPEN);
  const next = new Keeping(room, kept);
  expect(next.see({ ...SIGNED_OUT, held: true })).toBe(false);
  expect(next.see(SIGNED_OUT)).toBe(true);
  expect(next.see(OPEN)).toBe(false);
});

test("who was signed out for a reason, or signs out, misses nothing", () => {
  for (const go of ["told", "left"]) {
    const kept = memory();
    const keeping = new Keeping(room, kept);
    keeping.see(OPEN);
    if (go === "left") keeping.leave();
    else keeping.see({ ...SIGNED_OUT, because: { key: "link-revoked", filling: {} } });
    expect(new Keeping(room, kept).see(SIGNED_OUT), go).toBe(false);
  }
});

test("who could not sign out is still here", () => {
  const kept = memory();
  const keeping = new Keeping(room, kept);
  keeping.see(OPEN);
  keeping.leave()();
  expect(new Keeping(room, kept).see(SIGNED_OUT)).toBe(true);
});

test("a browser that keeps nothing, and says nothing, is asked for nothing", async () => {
  const refusing = (): never => {
    throw new Error("refused");
  };
  const refused = { getItem: refusing, setItem: refusing, removeItem: refusing };
  for (const shelf of [null, refused]) {
    const keeping = new Keeping(undefined, shelf);
    expect([keeping.see(OPEN), keeping.see(SIGNED_OUT)]).toEqual([false, false]);
    expect(await keeping.isPromised()).toBe(false);
  }
});
