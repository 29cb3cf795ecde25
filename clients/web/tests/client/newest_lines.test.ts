/** The newest lines are what is stored, whatever is written, and read again no more than need be. */

import { expect, test } from "vitest";

import { NewestLines } from "../../src/client/newest_lines.ts";
import { Edited } from "../../src/engine/amendments.ts";
import * as fold from "../../src/engine/fold.ts";
import { MessageKind } from "../../src/engine/model.ts";
import { Line, LineState } from "../../src/engine/records.ts";
import {
  AddLine,
  AmendLine,
  type Cut,
  DropLine,
  PutLine,
  type Store,
  type Write,
} from "../../src/engine/store.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";
import { type Bytes, ascii } from "../../src/mls/bytes.ts";
import { Chance } from "../support/chance.ts";
import { MemoryStore } from "../support/memory_store.ts";

const HERE = "here" as ConversationId;
const ELSEWHERE = "elsewhere" as ConversationId;
const ALL = 100_000;

function line(id: number, position: number, conversation = HERE, text = ""): Line {
  const plain = { id: `line-${id}`, conversation, kind: MessageKind.TEXT, text };
  const rest = { sender: "anna" as UserId, time_ms: position, state: LineState.SENT };
  return Line.of({ ...plain, ...rest, position, message: nameOf(id) });
}

function nameOf(id: number): Bytes {
  return ascii(`message-${id}`);
}

/** A store that counts the lines it gives out. */
class Counting extends MemoryStore {
  given = 0;
  /** Done while lines are read. */
  meanwhile: (() => Promise<void>) | null = null;

  override async lines(
    conversation: ConversationId,
    before: Cut | null,
    limit: number,
  ): Promise<readonly Line[]> {
    const found = await super.lines(conversation, before, limit);
    this.given += found.length;
    const work = this.meanwhile;
    this.meanwhile = null;
    await work?.();
    return found;
  }
}

async function stored(store: Store): Promise<readonly Line[]> {
  return store.lines(HERE, null, ALL);
}

test("as many as are asked for are read, and then no more of them", async () => {
  const store = new Counting();
  await store.commit(Array.from({ length: 500 }, (_, at) => PutLine(line(at, at))));
  const newest = new NewestLines(store, HERE);
  await newest.read(60);
  expect([newest.lines.length, newest.hasEarlier]).toEqual([60, true]);
  await newest.read(200);
  expect(newest.lines).toEqual((await stored(store)).slice(-200));
  const [before, whole] = [store.given, newest.lines];
  await newest.read(200);
  expect([newest.lines, store.given]).toEqual([whole, before]);
  await newest.read(500);
  expect([newest.lines.length, newest.hasEarlier]).toEqual([500, false]);
});

test("a line more costs a few, and the others are the same objects", async () => {
  const store = new Counting();
  await store.commit(Array.from({ length: 5_000 }, (_, at) => PutLine(line(at, at))));
  const newest = new NewestLines(store, HERE);
  await newest.read(5_000);
  const [before, lines] = [store.given, newest.lines];
  const writes = [PutLine(line(5_000, 5_000))];
  await store.commit(writes);
  newest.heed(writes);
  await newest.read(5_000);
  expect(store.given - before).toBeLessThan(100);
  expect(newest.lines).toHaveLength(5_001);
  expect(lines.every((each, at) => each === newest.lines[at])).toBe(true);
});

test("what is written while it is read is not lost", async () => {
  for (const there of [0, 3]) {
    const store = new Counting();
    const newest = new NewestLines(store, HERE);
    await store.commit(Array.from({ length: there }, (_, at) => PutLine(line(at, at + 10))));
    store.meanwhile = async () => {
      const writes = [PutLine(line(100, 5)), PutLine(line(101, 50))];
      await store.commit(writes);
      newest.heed(writes);
    };
    await newest.read(60);
    await newest.read(60);
    expect(newest.lines).toEqual(await stored(store));
    expect(newest.hasEarlier).toBe(false);
  }
});

function someWrite(chance: Chance): Write {
  const [id, position] = [chance.whole(0, 80), chance.whole(0, 60)];
  const conversation = chance.whole(0, 9) === 0 ? ELSEWHERE : HERE;
  const text = `${chance.whole(0, 1_000)}`;
  switch (chance.whole(0, 5)) {
    case 0:
      return DropLine(conversation, `line-${id}`);
    case 1:
      return AddLine(line(id, position, conversation, text));
    case 2: {
      const said = { id: text, by: "anna" as UserId, position, time_ms: 1 };
      return AmendLine(conversation, nameOf(id), Edited({ ...said, text }));
    }
    case 3:
      return PutLine(fold.hidden(line(id, position, conversation)));
    default:
      return PutLine(line(id, position, conversation, text));
  }
}

test("whatever is written in whatever order, it is what is stored", async () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const chance = new Chance(seed);
    const [store, some] = [new Counting(), chance.list(0, 80, () => someWrite(chance))];
    await store.commit(some);
    const newest = new NewestLines(store, HERE);
    let wanted = chance.whole(1, 30);
    for (let step = 0; step < 40; step += 1) {
      const writes = chance.list(0, 3, () => someWrite(chance));
      const write = async (): Promise<void> => {
        await store.commit(writes);
        newest.heed(writes);
      };
      if (chance.whole(0, 2) === 0) store.meanwhile = write;
      else await write();
      if (chance.whole(0, 5) === 0) wanted += chance.whole(1, 20);
      await newest.read(wanted);
      if (store.meanwhile !== null) await write();
      store.meanwhile = null;
      await newest.read(wanted);
      const all = await stored(store);
      expect(newest.lines, `${seed}/${step}`).toEqual(all.slice(all.length - newest.lines.length));
      expect(newest.lines.length).toBeGreaterThanOrEqual(Math.min(wanted, all.length));
      // That there may be older ones is found out when somebody asks for them.
      if (newest.lines.length < all.length) expect(newest.hasEarlier, `${seed}`).toBe(true);
    }
    await newest.read(ALL);
    expect([newest.lines, newest.hasEarlier]).toEqual([await stored(store), false]);
  }
});
