import { expect, test } from "vitest";

import { BrokenOffError } from "../../src/client/attempt.ts";
import { OfflineError, RefusedError } from "../../src/client/http.ts";
import type { Files } from "../../src/client/room_files.ts";
import { RoomHistory } from "../../src/client/room_history.ts";
import { nameOf } from "../../src/client/room_taking.ts";
import type { Given } from "../../src/content/given.ts";
import { LATEST_MS } from "../../src/content/given.ts";
import { FetchHistory, GatherHistory } from "../../src/engine/commands.ts";
import type { Event } from "../../src/engine/events.ts";
import { type Change, MessageKind } from "../../src/engine/model.ts";
import {
  Arrived,
  ConversationRecord,
  Line,
  LineState,
  Offer,
  Phase,
} from "../../src/engine/records.ts";
import { Put, PutLine, Table } from "../../src/engine/store.ts";
import { type BlobId, type ConversationId, type DeviceId, type UserId } from "../../src/ids.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { Code } from "../../src/wire/problems.ts";
import { MemoryFolder } from "../support/memory_folder.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { named } from "../support/named_ids.ts";

const TALK = named<ConversationId>("t");
const BLOB = named<BlobId>("b");
const [ANNA, WEI] = [named<UserId>("a"), named<UserId>("w")];
const [DEVICE, TAKER] = [named<DeviceId>("d"), named<DeviceId>("e")];
const LINES = 700;

/** Takes everything, and hands out nothing but what was put here. */
class Drawer implements Files {
  readonly let_go: BlobId[] = [];
  readonly given: (readonly DeviceId[])[] = [];
  data = new Uint8Array();
  failure: Error | null = null;
  readonly #folder: MemoryFolder;

  constructor(folder: MemoryFolder) {
    this.#folder = folder;
  }

  give(name: string, takers: readonly DeviceId[]): Promise<BlobId> {
    this.given.push(takers);
    this.data = this.#folder.files.get(name) ?? this.data;
    return Promise.resolve(BLOB);
  }

  async download(_: BlobId, name: string): Promise<void> {
    if (this.failure !== null) throw this.failure;
    await this.#folder.remove(name);
    await this.#folder.append(name, this.data);
  }

  taken(blob: BlobId): Promise<void> {
    this.let_go.push(blob);
    return Promise.resolve();
  }
}

function lineAt(place: number): Line {
  return Line.of({
    conversation: TALK,
    id: `${named<DeviceId>("z")}.${place.toString(16).padStart(32, "0")}`,
    position: place,
    kind: MessageKind.TEXT,
    sender: WEI,
    time_ms: place * 1000,
    text: `line ${place} ${"…".repeat(400)}`,
    state: LineState.RECEIVED,
  });
}

async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(Array.from({ length: LINES }, (_, place) => PutLine(lineAt(place + 1))));
  return store;
}

const record = ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED });
const arrived = Arrived.of({ epoch: 7, users: [WEI], below: LINES + 1 });
const gather = (since = 0, before = LATEST_MS): GatherHistory =>
  GatherHistory(TALK, record, arrived, since, before, [TAKER], ANNA, DEVICE, 1_790_000_000);

/** Let something be carried, and return all that was told. */
async function carried(
  history: RoomHistory,
  errand: GatherHistory | FetchHistory,
  heard: (event: Event) => void = () => undefined,
): Promise<readonly Event[]> {
  const told: Event[] = [];
  await history.carry(errand, (event) => {
    heard(event);
    told.push(event);
    return Promise.resolve();
  });
  return told;
}

interface World {
  readonly store: MemoryStore;
  readonly folder: MemoryFolder;
  readonly files: Drawer;
  readonly shown: Change[];
  readonly history: RoomHistory;
}

function world(store: MemoryStore, folder = new MemoryFolder()): World {
  const files = new Drawer(folder);
  const shown: Change[] = [];
  const show = (change: Change): void => void shown.push(change);
  const history = new RoomHistory(folder, store, files, new DefaultCrypto(), show);
  return { store, folder, files, shown, history };
}

async function given(here: World, since = 0, before = LATEST_MS): Promise<Given> {
  const [event] = await carried(here.history, gather(since, before));
  if (event?.type !== "HistoryGathered" || event.given === null) throw new Error("nothing given");
  return event.given;
}

function fetching({ blob, key, size, digest, since_ms, until_ms, count }: Given, taken = 0) {
  const where = { by: ANNA, device: DEVICE, below: LINES + 1, seq: 9, taken };
  const offer = { blob, key, size, digest, since_ms, until_ms, count, ...where };
  return FetchHistory(TALK, Offer.of(offer));
}

const partsIn = (events: readonly Event[]): readonly number[] =>
  events.flatMap((each) => (each.type === "HistoryOpened" ? [each.index] : []));
const linesIn = (events: readonly Event[]): number =>
  events
    .flatMap((each) => (each.type === "HistoryOpened" ? each.entries : []))
    .filter((each) => each.type === "LineEntry").length;

test("what one device gathers, another takes in, part by part; only then it is let go", async () => {
  const giver = world(await filled());
  const gift = await given(giver);
  expect(gift).toMatchObject({ blob: BLOB, count: LINES, epoch: 7, users: [WEI] });
  expect(giver.files.given).toEqual([[TAKER]]);
  expect(giver.folder.files.size).toBe(0);

  const taker = world(new MemoryStore());
  taker.files.data = giver.files.data;
  const told = await carried(taker.history, fetching(gift), () => {
    expect(taker.files.let_go).toEqual([]);
  });
  expect(linesIn(told)).toBe(LINES);
  expect(partsIn(told)).toEqual(partsIn(told).map((_, place) => place));
  expect(partsIn(told).length).toBeGreaterThan(2);
  expect(taker.files.let_go).toEqual([BLOB]);
  expect(taker.folder.files.size).toBe(0);
});

test("nothing older than the bound, or as late as others give, is gathered", async () => {
  const gift = await given(world(await filled()), 100_000, 200_000);
  expect(gift).toMatchObject({ since_ms: 100_000, until_ms: 199_000, count: 100 });
});

test("where there is nothing to give, nothing goes to the server", async () => {
  const here = world(new MemoryStore());
  expect(await carried(here.history, gather())).toMatchObject([
    { type: "HistoryGathered", given: null },
  ]);
  expect(here.files.given).toEqual([]);
});

test("a file that was changed anywhere tells nothing but that, and is not let go", async () => {
  const giver = world(await filled());
  const gift = await given(giver);
  const taker = world(new MemoryStore());
  taker.files.data = giver.files.data.slice();
  const last = taker.files.data.length - 1;
  taker.files.data[last] = (taker.files.data[last] ?? 0) ^ 1;
  const told = await carried(taker.history, fetching(gift));
  expect(told).toMatchObject([{ type: "HistoryFailed", blob: BLOB, final: true }]);
  expect(taker.files.let_go).toEqual([]);
  expect(taker.folder.files.size).toBe(0);
});

test.each([
  ["another number of lines", { count: LINES + 1 }],
  ["an older line than was said", { since_ms: 2000 }],
])("%s than its giver said: none of it is taken", async (_, lie) => {
  const giver = world(await filled());
  const gift = { ...(await given(giver)), ...lie };
  const taker = world(new MemoryStore());
  taker.files.data = giver.files.data;
  const told = await carried(taker.history, fetching(gift));
  expect(told).toMatchObject([{ type: "HistoryFailed", final: true }]);
});

test("broken off in between, it goes on behind what was stored, and lets go at the end", async () => {
  const giver = world(await filled());
  const gift = await given(giver);
  const folder = new MemoryFolder();
  const first = world(new MemoryStore(), folder);
  first.files.data = giver.files.data;
  let stored = 0;
  const broken = first.history.carry(fetching(gift), () => {
    stored += 1;
    return stored > 1 ? Promise.reject(new BrokenOffError("killed")) : Promise.resolve();
  });
  await expect(broken).rejects.toBeInstanceOf(BrokenOffError);
  expect(first.files.let_go).toEqual([]);

  const store = new MemoryStore();
  const offers = [fetching(gift, 1).offer];
  const kept = ConversationRecord.encode({ ...record, offers });
  await store.commit([Put(Table.CONVERSATION, TALK, kept)]);
  const second = world(store, folder);
  second.files.data = giver.files.data;
  const told = await carried(second.history, fetching(gift, 1));
  expect(partsIn(told)[0]).toBe(1);
  expect(second.files.let_go).toEqual([BLOB]);
});

test("what an earlier run has left, and nobody goes on with, is removed", async () => {
  const giver = world(await filled());
  const gift = await given(giver);
  const { offer } = fetching(gift);
  const folder = new MemoryFolder();
  const wanted = nameOf(TALK, offer);
  for (const name of ["giving-1", "taking-1", wanted, "another"]) {
    await folder.append(name, new Uint8Array(1));
  }
  const store = new MemoryStore();
  const kept = ConversationRecord.encode({ ...record, offers: [offer] });
  await store.commit([Put(Table.CONVERSATION, TALK, kept)]);
  await carried(world(store, folder).history, gather());
  expect([...folder.files.keys()]).toEqual([wanted, "another"]);
});

test.each<readonly [Error, boolean]>([
  [new OfflineError("away"), false],
  [new RefusedError(Code.OVERLOADED), false],
  [new RefusedError(Code.NOT_FOUND), true],
])("%s: said whether it is for good", async (failure, final) => {
  const giver = world(await filled());
  const gift = await given(giver);
  const taker = world(new MemoryStore());
  taker.files.failure = failure;
  const told = await carried(taker.history, fetching(gift));
  expect(told).toMatchObject([{ type: "HistoryFailed", final }]);
});
