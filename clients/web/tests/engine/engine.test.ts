/** What no tape reaches: two events at once, a step that fails, a store that is damaged. */

import { beforeAll, expect, test } from "vitest";

import { BusyError, Engine } from "../../src/engine/engine.ts";
import { SocketClosed, SocketOpened, Started } from "../../src/engine/events.ts";
import * as groups from "../../src/engine/groups.ts";
import { LookupError } from "../../src/engine/order.ts";
import { AccountRecord, AlarmRecord, ConversationRecord, Phase } from "../../src/engine/records.ts";
import { SessionState, idOf } from "../../src/engine/state.ts";
import { Put, Table } from "../../src/engine/store.ts";
import { StoredError } from "../../src/engine/stored.ts";
import { type ConversationId, identifier } from "../../src/ids.ts";
import { type Bytes, ascii } from "../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { DecodeError } from "../../src/mls/errors.ts";
import { snapshot } from "../../src/mls/group/snapshot.ts";
import { accountOf } from "../support/account.ts";
import { FakeClock, MemoryStore, START } from "../support/memory_store.ts";
import { CRYPTO } from "../support/suite.ts";

const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));
const SURROUNDINGS = { clock: new FakeClock(), crypto: CRYPTO };
let anna: AccountRecord;

beforeAll(async () => {
  anna = await accountOf(1);
});

/** Return a store with an account, and whatever else. */
async function stored(...writes: readonly Put[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit([Put(Table.ACCOUNT, "profile", AccountRecord.encode(anna)), ...writes]);
  return store;
}

/** Return what a conversation is stored as, with its group. */
async function talk(): Promise<readonly Put[]> {
  const record = ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED });
  const { group } = await groups.create(CRYPTO, anna, TALK, START);
  const parts = [...snapshot(group)].map(([part, data]) =>
    Put(Table.GROUP, `${TALK}/${part}`, data),
  );
  return [Put(Table.CONVERSATION, TALK, ConversationRecord.encode(record)), ...parts];
}

async function loaded(...writes: readonly Put[]): Promise<Engine> {
  return Engine.load(await stored(...writes), SURROUNDINGS);
}

test("a mind is what its store holds", async () => {
  const alarm = AlarmRecord.of({
    key: "alarm-key-changed",
    arguments: [],
    conversation: TALK,
    time_ms: 1,
  });
  const alarms = [2, 1].map((number) =>
    Put(Table.ALARM, `0000000${number}`, AlarmRecord.encode({ ...alarm, time_ms: number })),
  );
  const engine = await loaded(
    ...(await talk()),
    ...alarms,
    Put(Table.ACCOUNT, "inbox", ascii("7")),
  );
  expect(engine.desk.account.user).toBe(anna.user);
  expect([engine.desk.inbox, engine.desk.alarms]).toEqual([7, 2]);
  expect(engine.alarms.map((each) => each.time_ms)).toEqual([1, 2]);
  const [found] = engine.conversations.values();
  expect(found && idOf(found)).toBe(TALK);
  expect(found?.roster.map((leaf) => leaf.user)).toEqual([anna.user]);
});

test("a store without an account is none of anybody's", async () => {
  await expect(Engine.load(new MemoryStore(), SURROUNDINGS)).rejects.toThrow(LookupError);
});

test.each<readonly [Table, string, Bytes]>([
  [Table.ACCOUNT, "profile", ascii("x")],
  [Table.ACCOUNT, "inbox", ascii("-1")],
  [Table.ACCOUNT, "inbox", ascii("1e3")],
  [Table.ACCOUNT, "inbox", ascii("9007199254740993")],
  [Table.ALARM, "first", AlarmRecord.encode(emptyAlarm())],
  [Table.ALARM, "00000001", ascii("x")],
  [Table.PERSON, "x", ascii("x")],
  [Table.KEY_PACKAGE, "00", Uint8Array.of(0x91, 0xc0)],
  [Table.CONVERSATION, "x", Uint8Array.of(0x90)],
])("what is damaged in %s is not taken for anything: %s %o", async (table, key, value) => {
  await expect(loaded(Put(table, key, value))).rejects.toThrow(StoredError);
});

function emptyAlarm(): AlarmRecord {
  return AlarmRecord.of({ key: "", arguments: [], conversation: TALK, time_ms: 0 });
}

test("a group of which a part is missing is none", async () => {
  const writes = (await talk()).filter((write) => !write.key.endsWith("/group"));
  await expect(loaded(...writes)).rejects.toThrow(DecodeError);
});

test("one event is handled at a time, and nobody sees half of it", async () => {
  const [engine, store] = [await loaded(), await stored()];
  const first = engine.handle(Started());
  const others = Promise.allSettled([engine.handle(SocketOpened()), engine.setBack(store)]);
  expect(engine.desk.session.state).toBe(SessionState.STOPPED);
  for (const each of await others) {
    expect(each.status === "rejected" && each.reason).toBeInstanceOf(BusyError);
  }
  const commands = await first;
  expect(commands.map((each) => each.type)).toContain("OpenSocket");
  expect(engine.desk.session.state).toBe(SessionState.CONNECTING);
  await engine.handle(SocketOpened());
  expect(engine.desk.session.state).toBe(SessionState.GREETING);
});

/** Chance that fails when it is told to. */
class Failing extends DefaultCrypto {
  fails = false;

  override random(length: number): Bytes {
    if (this.fails) throw new RangeError("no chance");
    return super.random(length);
  }
}

test("a step that fails has not happened, and the next one can", async () => {
  const crypto = new Failing();
  const engine = await Engine.load(await stored(), { clock: new FakeClock(), crypto });
  await engine.handle(Started());
  const { desk } = engine;
  crypto.fails = true;
  await expect(engine.handle(SocketClosed())).rejects.toThrow("no chance");
  expect(engine.desk).toBe(desk);
  crypto.fails = false;
  const commands = await engine.handle(SocketClosed());
  expect(commands.map((each) => each.type)).toContain("SetTimer");
});

test("what was not stored has not happened", async () => {
  const engine = await loaded();
  await engine.handle(Started());
  await engine.setBack(await stored(...(await talk())));
  expect(engine.desk.session.state).toBe(SessionState.STOPPED);
  expect([...engine.conversations.keys()]).toEqual([TALK]);
});
