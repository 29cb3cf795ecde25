/** A history from one device to another through a server that may fail at any request. */

import { beforeEach, expect, test } from "vitest";

import { AccountError } from "../../src/client/errors.ts";
import { type Grounds, Parts, type Progress } from "../../src/client/history_parts.ts";
import { type Http, OfflineError, RefusedError, type Sent } from "../../src/client/http.ts";
import { Pauses } from "../../src/client/pauses.ts";
import type { Runner } from "../../src/client/runner.ts";
import { encodeHead, firstPlace, Origin } from "../../src/content/archive.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { Event } from "../../src/engine/events.ts";
import type { Entry } from "../../src/engine/history/entries.ts";
import { Wanted } from "../../src/engine/history/giving.ts";
import { GivingRecord, Stand, stored, TakingRecord } from "../../src/engine/history/records.ts";
import { MessageKind } from "../../src/engine/model.ts";
import { ConversationRecord, Line, LineState, Phase } from "../../src/engine/records.ts";
import { PutLine, Table } from "../../src/engine/store.ts";
import { type ConversationId, type DeviceId, type UserId } from "../../src/ids.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import type { HistoryArchive } from "../../src/wire/history.ts";
import { Code } from "../../src/wire/problems.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { named } from "../support/named_ids.ts";
import { FakePlatform } from "./edge.ts";

const TALK = named<ConversationId>("t");
const [ANNA, WEI] = [named<UserId>("a"), named<UserId>("w")];
const LINES = 1500;
const HEAD = {
  archive: new Uint8Array(16).fill(7),
  origin: Origin.DEVICE,
  user: ANNA,
  device: named<DeviceId>("d"),
  created: 1_790_000_000,
  since_ms: 0,
  lines: LINES,
};
const KEY = new Uint8Array(32).fill(9);

/** Keeps parts as the server does, and is cut off at a request, before or after it has heard it. */
class Keeper {
  readonly parts: Bytes[] = [];
  ended = 0;
  requests = 0;
  cutAt = Infinity;
  heard = true;
  refusal: RefusedError | null = null;

  fetch(method: string, path: string, body: Sent | null = null): Promise<Bytes> {
    this.requests += 1;
    const cut = this.requests === this.cutAt;
    if (this.refusal !== null) return Promise.reject(this.refusal);
    if (cut && !this.heard) return Promise.reject(new OfflineError("cut off"));
    const answer = this.#answer(method, path, body?.data as Bytes);
    return cut ? Promise.reject(new OfflineError("cut off")) : Promise.resolve(answer);
  }

  at(): HistoryArchive {
    const nothing = { slot: new Uint8Array(), head: encodeHead(HEAD), box: new Uint8Array(1) };
    const numbers = { bytes: 0, created: 0, expires: 0, parts: this.parts.length };
    const who = { id: "x", receiver: "r", maker: "m", complete: this.ended > 0 };
    return { ...nothing, ...numbers, ...who };
  }

  #answer(method: string, path: string, data: Bytes): Bytes {
    const [, index] = /\/parts\/(\d+)$/u.exec(path) ?? [];
    if (method === "PUT") {
      expect(Number(index)).toBe(this.parts.length); // the server takes a part at its turn only
      this.parts.push(data);
    } else if (method === "GET") return this.parts[Number(index)] ?? new Uint8Array();
    else this.ended = this.parts.length;
    return new Uint8Array();
  }
}

const rooms = new Map([
  [TALK, { record: ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED }) }],
]);
let keeper: Keeper;
let giver: MemoryStore;
let taker: MemoryStore;
let taken: Entry[];

function parts(store: MemoryStore): Parts {
  const surroundings = { crypto: new DefaultCrypto() };
  const engine = { conversations: rooms, people: new Map(), surroundings } as unknown as Engine;
  const runner = {
    call: async (make: (call: number) => Event) => {
      const event = make(1);
      if (event.type !== "HistoryRead") throw new Error("another event");
      await store.commit(event.writes);
      taken.push(...event.entries);
      return "";
    },
  } as unknown as Runner;
  const pauses = new Pauses(new FakePlatform());
  const grounds: Grounds = { engine, runner, store, http: keeper as unknown as Http, pauses };
  return new Parts(grounds);
}

const told: Progress[] = [];

async function give(check = (): Promise<void> => Promise.resolve()): Promise<void> {
  const kept = giver.tables.get(Table.HISTORY)?.get("giving/x");
  const fresh = GivingRecord.of({
    archive: "x",
    head: encodeHead(HEAD),
    key: KEY,
    box: new Uint8Array(1),
    before: Stand.of({ place: stored(firstPlace(HEAD)), cursor: null, lines: 0 }),
  });
  const record = kept === undefined ? fresh : GivingRecord.decode(kept);
  const tell = (progress: Progress): void => void told.push(progress);
  const writing = { name: "giving/x", record, at: keeper.at(), wanted: Wanted.of({}), tell, check };
  await parts(giver).write(writing);
}

async function take(): Promise<TakingRecord> {
  const kept = taker.tables.get(Table.HISTORY)?.get("taking");
  const fresh = TakingRecord.of({
    archive: "x",
    head: encodeHead(HEAD),
    key: KEY,
    place: stored(firstPlace(HEAD)),
  });
  const record = kept === undefined ? fresh : TakingRecord.decode(kept);
  const reading = { name: "taking", record, at: keeper.at(), since_ms: 0, tell: () => undefined };
  return parts(taker).read(reading);
}

/** What was taken, by the ids of its lines. */
const ids = (): readonly string[] =>
  taken.flatMap((each) => (each.type === "LineEntry" ? [each.id] : []));

beforeEach(async () => {
  [keeper, giver, taker, taken] = [new Keeper(), new MemoryStore(), new MemoryStore(), []];
  told.length = 0;
  await giver.commit(
    Array.from({ length: LINES }, (_, place) =>
      PutLine(
        Line.of({
          conversation: TALK,
          id: `${named<DeviceId>("z")}.${place.toString(16).padStart(32, "0")}`,
          position: place + 1,
          kind: MessageKind.TEXT,
          sender: WEI,
          time_ms: place * 1000,
          text: "…".repeat(300),
          state: LineState.RECEIVED,
        }),
      ),
    ),
  );
});

test("a whole history arrives, the newest first, and how far it is, is told", async () => {
  await give();
  expect((await take()).place.ended).toBe(true);
  expect(ids()).toHaveLength(LINES);
  expect(ids()).toEqual([...ids()].sort().reverse());
  expect(told.at(-1)).toEqual({ lines: LINES, expected: LINES });
  expect(keeper.ended).toBe(keeper.parts.length);
  expect(keeper.parts.length).toBeGreaterThan(3);
});

test.each([1, 2, 3, 5, 6])("cut off at request %i, heard or not, it goes on", async (cutAt) => {
  for (const heard of [true, false]) {
    [keeper, taker, taken] = [new Keeper(), new MemoryStore(), []];
    giver.tables.get(Table.HISTORY)?.clear();
    [keeper.cutAt, keeper.heard] = [cutAt, heard];
    await expect(give()).rejects.toMatchObject({ key: "error-offline" });
    await take(); // what is there
    keeper.cutAt = Infinity;
    await give();
    expect((await take()).place.ended).toBe(true);
    expect(ids()).toEqual([...new Set(ids())]);
    expect(ids()).toHaveLength(LINES);
  }
});

test("who takes may be cut off too, and takes nothing twice", async () => {
  await give();
  keeper.requests = 0;
  keeper.cutAt = 3;
  await expect(take()).rejects.toMatchObject({ key: "error-offline" });
  expect(ids().length).toBeLessThan(LINES);
  await take();
  expect(ids()).toEqual([...new Set(ids())]);
  expect(ids()).toHaveLength(LINES);
});

test("a changed part is refused, and what came before it stays", async () => {
  await give();
  const [, second] = keeper.parts;
  if (second) second[60] = (second[60] ?? 0) ^ 1;
  await expect(take()).rejects.toMatchObject({ key: "error-history-changed" });
  expect(ids().length).toBeGreaterThan(0);
});

test("a server that cuts off the end is told from one that is slow", async () => {
  await give();
  keeper.parts.pop();
  await expect(take()).rejects.toMatchObject({ key: "error-history-cut-off" });
  keeper.ended = 0;
  expect((await take()).place.ended).toBe(false);
});

test("a server that has another number of parts than can be ends it", async () => {
  await give();
  keeper.parts.splice(1);
  await expect(give()).rejects.toMatchObject({ key: "error-history-disagree" });
});

test("what is looked at before each part stops it", async () => {
  let left = 2;
  const check = (): Promise<void> => {
    left -= 1;
    return left < 0 ? Promise.reject(new AccountError("error-history-policy")) : Promise.resolve();
  };
  await expect(give(check)).rejects.toMatchObject({ key: "error-history-policy" });
  expect(keeper.parts).toHaveLength(2);
});

test("a server without room says so in one sentence", async () => {
  keeper.refusal = new RefusedError(Code.STORAGE_FULL);
  await expect(give()).rejects.toMatchObject({ key: "error-history-no-room" });
});
