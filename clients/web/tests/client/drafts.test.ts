import { beforeEach, expect, test } from "vitest";

import type { Draft } from "../../src/bridge/core.ts";
import { Drafts } from "../../src/client/drafts.ts";
import { Table } from "../../src/engine/store.ts";
import type { ConversationId } from "../../src/ids.ts";
import { utf8Text } from "../../src/utf8.ts";
import { MemoryStore } from "../support/memory_store.ts";

const HERE = "c1" as ConversationId;
const THERE = "c2" as ConversationId;

let store = new MemoryStore();

beforeEach(() => {
  store = new MemoryStore();
});

function text(written: string, more: Partial<Draft> = {}): Draft {
  return { text: written, answers: null, change: null, ...more };
}

/** Store what is to be stored with a message, as the runner does. */
async function sent(drafts: Drafts, key: string): Promise<boolean> {
  const sending = drafts.send(HERE, key);
  if (sending === null) return false;
  await store.commit(sending.beside());
  sending.done();
  return true;
}

async function kept(): Promise<readonly string[]> {
  const table = await store.table(Table.DRAFT);
  return [...table].filter(([key]) => key !== "sent").map(([, value]) => utf8Text(value));
}

test("drafts are there when they are loaded again", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("Not fin\ud83d"));
  await drafts.keep(THERE, text("begun"));
  await drafts.keep(THERE, text(""));
  const again = await Drafts.load(store);
  expect([again.of(HERE).text, again.of(THERE).text]).toEqual(["Not fin\ufffd", ""]);
});

test("a message takes its draft along, and no other", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("Hello"));
  await drafts.keep(THERE, text("begun"));
  expect(await sent(drafts, "k1")).toBe(true);
  expect([drafts.of(HERE).text, await kept()]).toEqual(["", ["begun"]]);
});

test("what is written on meanwhile stays", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("Hello"));
  const sending = drafts.send(HERE, "k1");
  await drafts.keep(HERE, text("and another"));
  await store.commit(sending?.beside() ?? []);
  sending?.done();
  expect([drafts.of(HERE).text, await kept()]).toEqual(["and another", ["and another"]]);
});

test("what is asked for twice is written once, by whoever opens the store next, too", async () => {
  const drafts = await Drafts.load(store);
  expect([await sent(drafts, "k1"), await sent(drafts, "k1")]).toEqual([true, false]);
  const again = await Drafts.load(store);
  expect([await sent(again, "k1"), await sent(again, "k2")]).toEqual([false, true]);
});

test("so many are remembered, and no more", async () => {
  const drafts = await Drafts.load(store);
  for (let number = 0; number < 33; number += 1) await sent(drafts, `k${number}`);
  expect([await sent(drafts, "k1"), await sent(drafts, "k0")]).toEqual([false, true]);
  const table = await store.table(Table.DRAFT);
  expect(utf8Text(table.get("sent") ?? new Uint8Array()).split("\n")).toHaveLength(32);
});

const CHANGE = { key: "d.1", text: "At 9\nand no later" };

test("what is answered is kept with the draft, and goes with the message", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("Yes", { answers: "d.1" }));
  const again = await Drafts.load(store);
  expect(again.of(HERE)).toEqual({ text: "Yes", answers: "d.1", change: null });
  expect(await sent(again, "k1")).toBe(true);
  expect([again.of(HERE), await kept()]).toEqual([text(""), []]);
});

test("a change that is begun leaves the draft as it is, and goes alone when it is done", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("Begun", { answers: "d.2", change: CHANGE }));
  const again = await Drafts.load(store);
  expect(again.of(HERE).change).toEqual(CHANGE);
  const sending = again.edit(HERE);
  await store.commit(sending.beside());
  sending.done();
  expect(again.of(HERE)).toEqual(text("Begun", { answers: "d.2" }));
  expect((await Drafts.load(store)).of(HERE)).toEqual(again.of(HERE));
});

test("a change that is written on meanwhile stays", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, text("", { change: CHANGE }));
  const sending = drafts.edit(HERE);
  const other = { ...CHANGE, text: "At 10" };
  await drafts.keep(HERE, text("", { change: other }));
  await store.commit(sending.beside());
  sending.done();
  expect((await Drafts.load(store)).of(HERE).change).toEqual(other);
});
