/** A backup is made by one device and taken in by another, whatever comes in between. */

import { expect, test } from "vitest";

import { BrokenOffError } from "../../src/client/attempt.ts";
import { INTENDED } from "../../src/client/backup_restoring.ts";
import { OwnHistory, REFUSED_SECONDS, REST_SECONDS } from "../../src/client/history.ts";
import { COMPACT_AT, DAY_SECONDS } from "../../src/client/history_backup.ts";
import type { Progress, Tell } from "../../src/client/history_parts.ts";
import { Http } from "../../src/client/http.ts";
import { Pauses } from "../../src/client/pauses.ts";
import { Runner } from "../../src/client/runner.ts";
import { Withdrawn } from "../../src/engine/amendments.ts";
import { Engine } from "../../src/engine/engine.ts";
import { seal as sealManifest } from "../../src/engine/history/manifest.ts";
import { BackupRecord } from "../../src/engine/history/records.ts";
import { MessageKind } from "../../src/engine/model.ts";
import {
  AccountRecord,
  ConversationRecord,
  Line,
  LineState,
  Phase,
} from "../../src/engine/records.ts";
import { AmendLine, Put, PutLine, Table } from "../../src/engine/store.ts";
import { type ConversationId, type DeviceId, identifier, type UserId } from "../../src/ids.ts";
import { Code } from "../../src/wire/problems.ts";
import { accountOf } from "../support/account.ts";
import { FakeClock, MemoryStore } from "../support/memory_store.ts";
import { CRYPTO } from "../support/suite.ts";
import { BackupServer, refused } from "./backup_server.ts";
import type { FakePlatform } from "./edge.ts";

const ANNA = await accountOf(1);
const TALK = identifier<ConversationId>(new Uint8Array(16).fill(7));
const WEI = identifier<UserId>(new Uint8Array(16).fill(8));
const KEY = new Uint8Array(32).fill(9);
const MANY = 700;
const silent: Tell = () => undefined;

function messageOf(place: number): Uint8Array<ArrayBuffer> {
  const id = new Uint8Array(32).fill(1);
  new DataView(id.buffer).setUint32(0, place);
  return id;
}

function lineAt(place: number): Line {
  return Line.of({
    conversation: TALK,
    id: `${identifier(new Uint8Array(16).fill(3))}.${place.toString(16).padStart(32, "0")}`,
    position: place,
    kind: MessageKind.TEXT,
    sender: WEI,
    time_ms: place * 1000,
    text: `line ${place} ${"…".repeat(400)}`,
    state: LineState.RECEIVED,
    message: messageOf(place),
  });
}

/** A device of Anna's: what it holds, and its histories. */
class Device {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly platform: FakePlatform;
  readonly history: OwnHistory;
  readonly pauses: Pauses;
  readonly told: Progress[] = [];
  readonly #runner: Runner;

  private constructor(store: MemoryStore, clock: FakeClock, server: BackupServer, engine: Engine) {
    this.store = store;
    this.clock = clock;
    this.platform = server.platform;
    const http = new Http("https://chat.example", "t", this.platform);
    const audience = {
      show: () => undefined,
      stored: () => undefined,
      wipe: () => Promise.resolve(),
      ended: () => undefined,
    };
    this.#runner = new Runner(engine, store, http, audience);
    this.#runner.start(false);
    this.pauses = new Pauses(this.platform);
    const grounds = { engine, runner: this.#runner, store, http, pauses: this.pauses };
    this.history = new OwnHistory(grounds);
  }

  /** Open a device; `seq` is how far it has read the log. */
  static async open(
    server: BackupServer,
    {
      seq = MANY,
      number = 50,
      key = KEY,
      store = new MemoryStore(),
    }: { seq?: number; number?: number; key?: Uint8Array<ArrayBuffer>; store?: MemoryStore } = {},
  ): Promise<Device> {
    const device = identifier<DeviceId>(new Uint8Array(16).fill(number));
    const account = { ...ANNA, device, history_key: key };
    await store.commit([Put(Table.ACCOUNT, "profile", AccountRecord.encode(account))]);
    await Device.reads(store, seq);
    const clock = new FakeClock();
    clock.seconds = server.now;
    const engine = await Engine.load(store, { clock, crypto: CRYPTO });
    return new Device(store, clock, server, engine);
  }

  /** The log is read up to a place. */
  static async reads(store: MemoryStore, seq: number): Promise<void> {
    const record = ConversationRecord.of({
      ...{ id: TALK, direct: false, phase: Phase.LEFT, title: "Werk", log_epoch: 1, seq },
    });
    await store.commit([Put(Table.CONVERSATION, TALK, ConversationRecord.encode(record))]);
  }

  readonly tell: Tell = (progress) => {
    this.told.push(progress);
  };

  get texts(): readonly string[] {
    const lines = [...this.store.kept.values()].sort((one, other) => one.position - other.position);
    return lines.map(({ text }) => text.split(" ").slice(0, 2).join(" "));
  }

  async record(): Promise<BackupRecord> {
    const held = (await this.store.table(Table.HISTORY)).get("backup");
    return held === undefined ? BackupRecord.of({}) : BackupRecord.decode(held);
  }

  close(): Promise<void> {
    this.pauses.end();
    return this.#runner.stop();
  }
}

async function filled(count = MANY): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit(Array.from({ length: count }, (_, place) => PutLine(lineAt(place + 1))));
  return store;
}

const wrote = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, place) => `line ${place + 1}`);
const key = (found: string): object => ({ key: found });

test("what one device has backed up another takes in, a part at a time", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  expect(await old.history.backup()).toEqual({
    ...{ allowed: true, wanted: false, exists: false, changed: 0, size: 0, key_known: true },
  });
  await old.history.backUp(old.tell);
  expect(server.parts).toBeGreaterThan(2);
  expect(old.told).toHaveLength(server.parts);
  expect(old.told.at(-1)).toEqual({ lines: MANY, expected: MANY });
  const { size, ...status } = await old.history.backup();
  expect(status).toEqual({
    ...{ allowed: true, wanted: true, exists: true, changed: server.now, key_known: true },
  });
  expect(size).toBeGreaterThan(MANY * 1200);

  const fresh = await Device.open(server, { number: 51 });
  expect(await fresh.history.restore(fresh.tell)).toBe(MANY);
  expect(fresh.texts).toEqual(wrote(MANY));
  expect(fresh.told.at(-1)).toEqual({ lines: MANY, expected: MANY });
  expect((await fresh.record()).held).toHaveLength(1);
  expect(await fresh.history.restore(silent)).toBe(0);
  expect(await fresh.history.goesOn()).toBe(false);

  await old.history.forgetBackup();
  expect(server.segments.size).toBe(0);
  expect((await old.history.backup()).wanted).toBe(false);
  await expect(old.history.restore(silent)).rejects.toMatchObject(key("error-history-no-backup"));
});

test("what is added later is a segment of its own", async () => {
  const server = new BackupServer();
  const store = await filled(3);
  const old = await Device.open(server, { store, seq: 3 });
  await old.history.backUp(silent);
  await old.close();
  await store.commit([PutLine(lineAt(4))]);
  const again = await Device.open(server, { store, seq: 4 });
  await again.history.backUp(silent);
  expect(server.segments.size).toBe(2);
  const fresh = await Device.open(server, { number: 51, seq: 0 });
  expect(await fresh.history.restore(fresh.tell)).toBe(4);
  expect(fresh.texts).toEqual(wrote(4));
  expect(fresh.told.map(({ lines }) => lines)).toEqual([3, 4]);
});

test.each([false, true])(
  "what was broken off goes on where it was (it arrived: %s)",
  async (arrives) => {
    const server = new BackupServer();
    const store = await filled();
    const old = await Device.open(server, { store });
    server.breakOff("PUT /history/archives", 2, arrives);
    await expect(old.history.backUp(silent)).rejects.toMatchObject(key("error-offline"));
    expect(await old.history.goesOn()).toBe(true);
    await old.close();
    server.mend();
    const again = await Device.open(server, { store });
    server.asked.length = 0;
    await again.history.backUp(silent);
    const sent = server.asked.filter((each) => each.startsWith("PUT /history/archives"));
    expect(sent).toHaveLength(server.parts - (arrives ? 2 : 1));
    expect(server.segments.size).toBe(1);

    const taking = new MemoryStore();
    const fresh = await Device.open(server, { number: 51, store: taking });
    server.breakOff("GET /history/archives", 3, arrives);
    await expect(fresh.history.restore(silent)).rejects.toMatchObject(key("error-offline"));
    expect(fresh.texts.length).toBeGreaterThan(0);
    expect(await fresh.history.goesOn()).toBe(true);
    await fresh.close();
    server.mend();
    const later = await Device.open(server, { number: 51, store: taking });
    server.asked.length = 0;
    await later.history.restore(silent);
    expect(server.asked.filter((each) => each.startsWith("GET /history/archives"))).toHaveLength(
      server.parts - 2,
    );
    expect(later.texts).toEqual(wrote(MANY));
  },
);

test("an answer that was lost when all was there makes nothing twice", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled(3), seq: 3 });
  server.breakOff("PUT /history/backup", 1, true);
  await expect(old.history.backUp(silent)).rejects.toMatchObject(key("error-offline"));
  server.mend();
  await old.history.backUp(silent);
  const fresh = await Device.open(server, { number: 51 });
  expect(await fresh.history.restore(silent)).toBe(3);
});

test("a part that was changed is not taken in, and what came before it stays", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  await old.history.backUp(silent);
  const [held] = server.segments.values();
  const [, second] = held?.parts ?? [];
  second?.set([(second.at(-1) ?? 0) ^ 1], second.length - 1);
  const fresh = await Device.open(server, { number: 51 });
  await expect(fresh.history.restore(silent)).rejects.toMatchObject(key("error-history-changed"));
  const half = fresh.texts.length;
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(MANY);
  expect(await fresh.history.goesOn()).toBe(false); // not again and again by itself
  second?.set([(second.at(-1) ?? 0) ^ 1], second.length - 1);
  await fresh.history.restore(silent);
  expect(fresh.texts).toEqual(wrote(MANY));
});

test("parts of one backup are none of another, and a segment cut short is none", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  await old.history.backUp(silent);
  const elsewhere = new BackupServer();
  const other = await Device.open(elsewhere, { store: await filled() });
  await other.history.backUp(silent);
  const [[mine], [theirs]] = [[...server.segments.values()], [...elsewhere.segments.values()]];
  mine?.parts.splice(0, 1, ...(theirs?.parts.slice(0, 1) ?? []));
  const fresh = await Device.open(server, { number: 51 });
  await expect(fresh.history.restore(silent)).rejects.toMatchObject(key("error-history-changed"));
  expect(fresh.texts).toEqual([]);
  mine?.parts.pop();
  const changed = key("error-history-backup-changed");
  await expect(fresh.history.restore(silent)).rejects.toMatchObject(changed);
});

test("a manifest of somebody else, an older or a newer one changes nothing", async () => {
  const server = new BackupServer();
  const store = await filled(3);
  const old = await Device.open(server, { store, seq: 3 });
  await old.history.backUp(silent);
  const first = [server.version, server.manifest] as const;
  await old.history.backUp(silent);
  const second = [server.version, server.manifest] as const;
  const before = new Map(store.tables.get(Table.HISTORY));
  const fails = async (found: string): Promise<void> => {
    await expect(old.history.backUp(silent)).rejects.toMatchObject(key(found));
    await expect(old.history.restore(silent)).rejects.toMatchObject(key(found));
    expect(store.tables.get(Table.HISTORY)).toEqual(before);
  };
  [server.version, server.manifest] = first;
  await fails("error-history-backup-older");
  [server.version, server.manifest] = [second[0], first[1]];
  await fails("error-history-backup-older");
  [server.version, server.manifest] = [0, new Uint8Array()];
  await fails("error-history-backup-older");
  [server.version, server.manifest] = [second[0] + 1, second[1]];
  await fails("error-history-backup-changed");
  const none = { segments: [], coverage: { rooms: [] } };
  const nonce = new Uint8Array(24);
  server.manifest = sealManifest(none, new Uint8Array(32), ANNA.user, server.version, nonce);
  await fails("error-history-backup-changed");
  server.manifest = sealManifest(none, KEY, WEI, server.version, nonce);
  await fails("error-history-backup-changed");
  const asked = server.asked.filter((each) => !each.startsWith("GET"));
  await fails("error-history-backup-changed");
  expect(server.asked.filter((each) => !each.startsWith("GET"))).toEqual(asked);
});

test("what was deleted for everybody is gone from the server with the next backup", async () => {
  const server = new BackupServer();
  const store = await filled(3);
  const old = await Device.open(server, { store, seq: 3 });
  await old.history.backUp(silent);
  const [before] = server.segments.keys();
  await old.close();
  const gone = Withdrawn({ id: "x.1", by: WEI, position: 4, time_ms: 4000 });
  await store.commit([AmendLine(TALK, messageOf(2), gone)]);
  const again = await Device.open(server, { store, seq: 4 });
  await again.history.backUp(silent);
  expect([...server.segments.keys()]).toHaveLength(1);
  expect(server.segments.has(before ?? "")).toBe(false);
  const fresh = await Device.open(server, { number: 51 });
  await fresh.history.restore(silent);
  expect(fresh.texts).toEqual(["line 1", "", "line 3"]);
  await again.history.backUp(silent); // it is not made anew each time
  expect(server.segments.size).toBe(2);
});

test("many segments become one, also what only another device has", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled(3), seq: 3 });
  await old.history.backUp(silent);
  const other = await Device.open(server, { number: 51, seq: 0 });
  for (let count = 1; count < COMPACT_AT; count += 1) await other.history.backUp(silent);
  expect(server.segments.size).toBe(COMPACT_AT);
  expect(other.texts).toEqual([]);
  await other.history.backUp(silent);
  expect(server.segments.size).toBe(1);
  expect(other.texts).toEqual(wrote(3));
  const fresh = await Device.open(server, { number: 52 });
  expect(await fresh.history.restore(silent)).toBe(3);
});

test("a server without room says so, and what is there is gone on with", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  server.before = (what) => (what.endsWith("/parts/1") ? refused(Code.STORAGE_FULL) : null);
  await expect(old.history.backUp(silent)).rejects.toMatchObject(key("error-history-no-room"));
  server.mend();
  server.asked.length = 0;
  await old.history.backUp(silent);
  expect(server.asked.filter((each) => each.endsWith("/parts/0"))).toEqual([]);
});

test("what the organisation does not allow is not done, nor what needs a key that is not here", async () => {
  const server = new BackupServer();
  server.policy = { ...server.policy, history_backup: false };
  const old = await Device.open(server, { store: await filled(3), seq: 3 });
  const barred = key("error-reason-no-history-backup");
  await expect(old.history.backUp(silent)).rejects.toMatchObject(barred);
  server.policy = { ...server.policy, history_backup: true, history_for_new_devices: "none" };
  await old.history.backUp(silent); // one's own may always be kept
  await expect(old.history.restore(silent)).rejects.toMatchObject(key("error-history-policy"));
  const keyless = await Device.open(server, { number: 51, key: new Uint8Array() });
  expect((await keyless.history.backup()).key_known).toBe(false);
  await expect(keyless.history.backUp(silent)).rejects.toMatchObject(key("error-history-no-key"));
});

test("what is older than a new device may have is left out", async () => {
  const server = new BackupServer();
  const store = await filled(2);
  const recent = (server.now - 60) * 1000;
  await store.commit([PutLine({ ...lineAt(3), time_ms: recent })]);
  const old = await Device.open(server, { store, seq: 3 });
  await old.history.backUp(silent);
  server.policy = { ...server.policy, history_for_new_devices: "7" };
  const fresh = await Device.open(server, { number: 51 });
  await fresh.history.restore(silent);
  expect(fresh.texts).toEqual(["line 3"]);
  expect((await fresh.record()).held).toEqual([]);
});

/** Let the loop of a device run, and return what ends it. */
function running(device: Device): { readonly refusals: string[]; end: () => Promise<void> } {
  const refusals: string[] = [];
  const loop = device.history.run({
    ...{ given: silent, taken: silent, backedUp: device.tell, restored: device.tell },
    rests: () => undefined,
    refused: (error) => refusals.push(error.key),
  });
  return {
    refusals,
    end: async () => {
      device.pauses.end();
      await loop;
    },
  };
}

const rested = (device: Device, count: number): Promise<void> =>
  expect.poll(() => device.platform.timers).toBe(count);

test("once made it is added to once a day, by whichever device is there first", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled(3), seq: 3 });
  const { end } = running(old);
  await rested(old, 1);
  expect(server.asked).toEqual([]); // nobody has wanted one
  await old.history.backUp(silent);
  const passes = async (seconds: number): Promise<void> => {
    server.asked.length = 0;
    old.clock.seconds += seconds;
    old.platform.pass(REST_SECONDS);
    await rested(old, 1);
  };
  await passes(DAY_SECONDS - 1);
  expect(server.asked).toEqual([]);
  server.changed += 100;
  await passes(1);
  expect(server.asked).toEqual(["GET /history/backup"]); // another one was there first
  server.now = old.clock.now() + 100;
  await passes(100);
  expect(server.asked).toContain("PUT /history/backup");
  expect(server.version).toBe(2);
  await end();
});

test("what was begun goes on by itself, and what is refused is left for an hour", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  server.breakOff("PUT /history/archives", 2, false);
  await expect(old.history.backUp(silent)).rejects.toMatchObject(key("error-offline"));
  server.before = (what) => (what.startsWith("PUT") ? refused(Code.STORAGE_FULL) : null);
  const { end } = running(old);
  await rested(old, 1);
  server.asked.length = 0;
  old.platform.pass(REST_SECONDS);
  await rested(old, 1);
  expect(server.asked).toEqual([]);
  server.mend();
  old.clock.seconds += REFUSED_SECONDS;
  old.platform.pass(REST_SECONDS);
  await expect.poll(() => server.version).toBe(1);
  await end();
});

test("what was being taken in goes on by itself, and what ends that is told", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled() });
  await old.history.backUp(silent);
  const fresh = await Device.open(server, { number: 51 });
  server.breakOff("GET /history/archives", 2, false);
  await expect(fresh.history.restore(silent)).rejects.toMatchObject(key("error-offline"));
  server.mend();
  const [held] = server.segments.values();
  const last = held?.parts.at(-1);
  last?.set([(last.at(-1) ?? 0) ^ 1], last.length - 1);
  const { refusals, end } = running(fresh);
  await rested(fresh, 1);
  expect(refusals).toEqual(["error-history-changed"]);
  expect(fresh.told.length).toBeGreaterThan(0);
  await end();
});

test("a new device takes it in also if its page is closed before anything has come", async () => {
  const server = new BackupServer();
  const old = await Device.open(server, { store: await filled(3), seq: 3 });
  await old.history.backUp(silent);
  const store = new MemoryStore();
  await store.commit([INTENDED]); // with the device itself
  const again = await Device.open(server, { number: 51, store });
  const { end } = running(again);
  await rested(again, 1);
  expect(again.texts).toEqual(wrote(3));
  expect(await again.history.goesOn()).toBe(false);
  await end();
});

test("where there is none, or nothing is given to new devices, it does not look for ever", async () => {
  const server = new BackupServer();
  for (const policy of ["all", "none"]) {
    server.policy = { ...server.policy, history_for_new_devices: policy };
    const fresh = await Device.open(server, { number: 51 });
    await fresh.store.commit([INTENDED]);
    const { refusals, end } = running(fresh);
    await rested(fresh, 1);
    expect(await fresh.history.goesOn()).toBe(false);
    const none = policy === "all" ? "error-history-no-backup" : "error-history-policy";
    expect(refusals).toEqual([none]);
    await end();
  }
});

test("who closes the client breaks off nothing for good", async () => {
  const server = new BackupServer();
  const store = await filled();
  const old = await Device.open(server, { store });
  server.before = (what) => (what.endsWith("/parts/1") ? refused(Code.OVERLOADED, 60) : null);
  const making = old.history.backUp(silent);
  await rested(old, 1); // it waits, as it was told to
  old.pauses.end();
  await expect(making).rejects.toBeInstanceOf(BrokenOffError);
  server.mend();
  const again = await Device.open(server, { store });
  await again.history.backUp(silent);
  expect(server.segments.size).toBe(1);
});
