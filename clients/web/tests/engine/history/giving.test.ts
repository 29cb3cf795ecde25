/** What is given goes through everything once, in parts, from wherever it was left. */

import { expect, test } from "vitest";

import { type Entry, read } from "../../../src/engine/history/entries.ts";
import {
  type Body,
  type Cursor,
  PAGE,
  Wanted,
  bodies,
} from "../../../src/engine/history/giving.ts";
import { MessageKind } from "../../../src/engine/model.ts";
import {
  ConversationRecord,
  Line,
  LineState,
  PersonRecord,
  Phase,
} from "../../../src/engine/records.ts";
import { LOCAL_POSITION } from "../../../src/engine/state.ts";
import { PutLine } from "../../../src/engine/store.ts";
import { type ConversationId, type UserId, identifier } from "../../../src/ids.ts";
import { Chance } from "../../support/chance.ts";
import { MemoryStore } from "../../support/memory_store.ts";

const NOW_MS = 1_795_000_000_000;
const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const [FIRST, SECOND, THIRD] = [roomOf(0), roomOf(1), roomOf(2)];
const ROOMS = [THIRD, FIRST, SECOND];
const RECORDS = new Map(
  ROOMS.map((room) => {
    const kept = { id: room, direct: false, phase: Phase.JOINED, title: room };
    return [room, ConversationRecord.of(kept)];
  }),
);
const KEY = new Uint8Array(32).fill(107);
const PEOPLE = new Map([
  [ANNA, PersonRecord.of({ id: ANNA, user_name: "anna", name: "Anna", identity_key: KEY })],
]);

function roomOf(byte: number): ConversationId {
  return identifier<ConversationId>(new Uint8Array(16).fill(byte));
}

function line(room: ConversationId, position: number, text = "x", timeMs = NOW_MS): Line {
  return Line.of({
    id: `${room}.${position}.${text.slice(0, 4)}`,
    conversation: room,
    position,
    kind: MessageKind.TEXT,
    sender: ANNA,
    time_ms: timeMs,
    text,
    state: LineState.SENT,
  });
}

async function storeOf(lines: readonly Line[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(lines.map(PutLine));
  return store;
}

async function given(
  store: MemoryStore,
  wanted = Wanted.of({}),
  cursor: Cursor | null = null,
): Promise<readonly Body[]> {
  const made = [];
  for await (const each of bodies(store, RECORDS, PEOPLE, wanted, cursor)) made.push(each);
  return made;
}

function saidIn(made: readonly Body[]): readonly Entry[] {
  return made.flatMap((each) => read(each.content));
}

function lineIds(made: readonly Body[]): readonly string[] {
  return saidIn(made)
    .filter((each) => each.type === "LineEntry")
    .map((each) => each.id);
}

test.each([1, 2, 3, 4, 5])("everything once, also after interruptions (%i)", async (seed) => {
  const chance = new Chance(seed);
  const lines = chance.list(0, 60, () =>
    line(chance.pick(ROOMS), chance.whole(1, 60), "x".repeat(30_000)),
  );
  const store = await storeOf(lines);
  const made = await given(store);
  const whole = lineIds(made);
  expect(whole.toSorted()).toEqual([...store.kept.values()].map((each) => each.id).toSorted());
  const rooms = saidIn(made).filter((each) => each.type === "RoomEntry");
  expect(new Set(rooms.map((each) => each.id))).toEqual(new Set(ROOMS));
  expect(made.map((each) => each.last)).toEqual(made.map((each) => each === made.at(-1)));
  expect(made.reduce((sum, each) => sum + each.lines, 0)).toBe(store.kept.size);
  for (const [at, { cursor }] of made.entries()) {
    const rest = lineIds(await given(store, Wanted.of({}), cursor));
    expect([...lineIds(made.slice(0, at + 1)), ...rest]).toEqual(whole);
  }
});

test("the newest comes first, and people are named", async () => {
  const made = await given(await storeOf([line(FIRST, 1), line(FIRST, 2), line(FIRST, 3)]));
  expect(lineIds(made)).toEqual([3, 2, 1].map((at) => `${FIRST}.${at}.x`));
  const people = saidIn(made).filter((each) => each.type === "PersonEntry");
  expect(people.map((each) => each.id)).toEqual([ANNA]);
});

test("no key leaves with it", async () => {
  const [body] = await given(await storeOf([line(FIRST, 1)]));
  expect(new TextDecoder("latin1").decode(body?.content)).not.toContain("k".repeat(32));
});

test("lines at one position are not lost between pages", async () => {
  const count = 2 * PAGE + 1;
  const same = Array.from({ length: count }, (_, at) => ({ ...line(FIRST, 5), id: `x.${at}` }));
  const ids = lineIds(await given(await storeOf(same)));
  expect(ids).toHaveLength(count);
  expect(new Set(ids).size).toBe(count);
});

test("what is too old or not sent stays", async () => {
  const lines = [line(FIRST, 1, "x", 1_000), line(FIRST, 2, "x", 2_000)];
  const store = await storeOf([...lines, line(FIRST, LOCAL_POSITION + 1)]);
  const made = await given(store, Wanted.of({ since_ms: 2_000 }));
  expect(lineIds(made)).toEqual([`${FIRST}.2.x`]);
});

test("the way through a conversation may end early, and not every line is wanted", async () => {
  const store = await storeOf([1, 2, 3, 4].map((at) => line(FIRST, at)));
  const wanted = Wanted.of({ stop: () => 1, line: (_record, each) => each.position !== 3 });
  expect(lineIds(await given(store, wanted))).toEqual([`${FIRST}.4.x`, `${FIRST}.2.x`]);
});
