import { beforeEach, expect, test } from "vitest";

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
  await drafts.keep(HERE, "Not fin\ud83d");
  await drafts.keep(THERE, "begun");
  await drafts.keep(THERE, "");
  const again = await Drafts.load(store);
  expect([again.of(HERE), again.of(THERE)]).toEqual(["Not fin\ufffd", ""]);
});

test("a message takes its draft along, and no other", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, "Hello");
  await drafts.keep(THERE, "begun");
  expect(await sent(drafts, "k1")).toBe(true);
  expect([drafts.of(HERE), await kept()]).toEqual(["", ["begun"]]);
});

test("what is written on meanwhile stays", async () => {
  const drafts = await Drafts.load(store);
  await drafts.keep(HERE, "Hello");
  const sending = drafts.send(HERE, "k1");
  await drafts.keep(HERE, "and another");
  await store.commit(sending?.beside() ?? []);
  sending?.done();
  expect([drafts.of(HERE), await kept()]).toEqual(["and another", ["and another"]]);
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
