/** What is given never takes the place of what was read, and is never news. */

import { expect, test } from "vitest";

import type { Command } from "../../../src/engine/commands.ts";
import { Engine } from "../../../src/engine/engine.ts";
import {
  type Event,
  HistoryKeyGiven,
  HistoryRead,
  HistoryStopped,
} from "../../../src/engine/events.ts";
import {
  type Entry,
  type LineEntry,
  type PersonEntry,
  type RoomEntry,
  lineEntry,
  read as readPart,
  write,
} from "../../../src/engine/history/entries.ts";
import { MessageKind } from "../../../src/engine/model.ts";
import {
  AccountRecord,
  ConversationRecord,
  Line,
  LineState,
  PersonRecord,
  Phase,
} from "../../../src/engine/records.ts";
import { LOCAL_POSITION } from "../../../src/engine/state.ts";
import { Put, PutLine, Table, type Write } from "../../../src/engine/store.ts";
import { type ConversationId, type DeviceId, type UserId, identifier } from "../../../src/ids.ts";
import { ascii } from "../../../src/mls/bytes.ts";
import { Chance } from "../../support/chance.ts";
import { FakeClock, MemoryStore } from "../../support/memory_store.ts";
import { CRYPTO } from "../../support/suite.ts";
import { NOTHING_DONE } from "../../support/lines.ts";

const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const WEI = identifier<UserId>(new Uint8Array(16).fill(119));
const NEW = identifier<DeviceId>(new Uint8Array(16).fill(110));
const OLD = identifier<DeviceId>(new Uint8Array(16).fill(111));
const [ROOM, LEFT, GOING] = [roomOf(114), roomOf(108), roomOf(103)];
const HERE: RoomEntry = {
  type: "RoomEntry",
  id: ROOM,
  direct: false,
  title: "Werk",
  peer: "" as UserId,
  left: false,
  log_epoch: 1,
  shift: 0,
};
const ACCOUNT = AccountRecord.of({
  server: "https://x",
  user: ANNA,
  device: NEW,
  user_name: "anna",
  name: "Anna",
  organisation: "Werk",
  site: "",
  language: "en",
  identity_key: new Uint8Array(32).fill(105),
  certificate: ascii("c"),
  device_seed: new Uint8Array(32).fill(115),
  token: "t",
});
const KEPT = ConversationRecord.of({
  id: ROOM,
  direct: false,
  phase: Phase.JOINED,
  log_epoch: 1,
  seq: 20,
  first: 10,
});

function roomOf(byte: number): ConversationId {
  return identifier<ConversationId>(new Uint8Array(16).fill(byte));
}

/** An engine on a store in memory, with one conversation. */
class Device {
  readonly store = new MemoryStore();
  #engine: Engine | null = null;

  static async of(record = KEPT): Promise<Device> {
    const device = new Device();
    await device.store.commit([
      Put(Table.ACCOUNT, "profile", AccountRecord.encode(ACCOUNT)),
      Put(Table.CONVERSATION, ROOM, ConversationRecord.encode(record)),
    ]);
    await device.open();
    return device;
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error("not open");
    return this.#engine;
  }

  async open(): Promise<void> {
    this.#engine = await Engine.load(this.store, { clock: new FakeClock(), crypto: CRYPTO });
  }

  async tell(event: Event): Promise<readonly Command[]> {
    const commands = await this.engine.handle(event);
    for (const each of commands) if (each.type === "Persist") await this.store.commit(each.writes);
    return commands;
  }

  async take(...entries: readonly Entry[]): Promise<readonly Command[]> {
    return this.tell(HistoryRead(7, [ANNA, OLD], entries, 0, []));
  }

  async lines(room = ROOM): Promise<ReadonlyMap<string, Line>> {
    const found = await this.store.lines(room, null, 1000);
    return new Map(found.map((each) => [each.id, each]));
  }

  async line(number: number): Promise<Line> {
    const found = (await this.lines()).get(`x.${number}`);
    if (found === undefined) throw new Error(`no line ${number}`);
    return found;
  }
}

function given(number: number, sender = WEI): LineEntry {
  return {
    type: "LineEntry",
    id: `x.${number}`,
    position: number,
    kind: MessageKind.TEXT,
    sender,
    time_ms: number * 1000,
    text: "given",
    arguments: [],
    given_by: "" as UserId,
    ...NOTHING_DONE,
  };
}

function person(userName: string, name: string): PersonEntry {
  const site = { site: "Shenzhen", time_zone: "Asia/Shanghai" };
  return { type: "PersonEntry", id: WEI, user_name: userName, name, ...site };
}

function read(number: number): Line {
  return Line.of({
    id: `x.${number}`,
    conversation: ROOM,
    position: number,
    kind: MessageKind.TEXT,
    sender: WEI,
    time_ms: number * 1000,
    text: "read",
    state: LineState.RECEIVED,
  });
}

test("a part is one transaction with how far it was read", async () => {
  const device = await Device.of();
  const place: Write = Put(Table.HISTORY, "taking", ascii("place"));
  const event = HistoryRead(7, [ANNA, OLD], [HERE, given(1), given(2)], 0, [place]);
  const commands = await device.tell(event);
  expect(commands.filter((each) => each.type === "Persist")).toHaveLength(1);
  expect(commands.at(-1)).toEqual({ type: "Reply", call: 7, result: "2" });
  expect(await device.store.table(Table.HISTORY)).toEqual(new Map([["taking", ascii("place")]]));
  expect([...(await device.lines()).keys()]).toEqual(["x.1", "x.2"]);
});

test("a line bears who gave it and whose it is", async () => {
  const device = await Device.of();
  await device.take(HERE, given(1), given(2, ANNA));
  const [theirs, own] = [await device.line(1), await device.line(2)];
  expect([theirs.given_by, theirs.given_device]).toEqual([ANNA, OLD]);
  expect([theirs.state, own.state]).toEqual([LineState.RECEIVED, LineState.SENT]);
  expect(device.engine.conversations.get(ROOM)?.record.unread).toBe(0);
});

test("what a colleague once gave stays marked as theirs", async () => {
  const device = await Device.of();
  await device.take(HERE, { ...given(1), given_by: WEI });
  const found = await device.line(1);
  expect([found.given_by, found.given_device, found.unexpected]).toEqual([WEI, OLD, true]);
});

test("a line older than allowed is left out, and one without its conversation", async () => {
  const device = await Device.of();
  const entries = [given(3), HERE, given(1), given(2)];
  await device.tell(HistoryRead(0, [ANNA, OLD], entries, 2_000, []));
  expect([...(await device.lines()).keys()]).toEqual(["x.2"]);
});

test.each([
  [0, 0, 7],
  [0, 100, 107],
  [40, 0, -33],
])("positions are those of one's own log: %i and %i", async (giver, own, place) => {
  const device = await Device.of({ ...KEPT, shift: own });
  await device.take({ ...HERE, shift: giver }, given(7));
  expect((await device.line(7)).position).toBe(place);
});

test("of another log nothing is known of its places", async () => {
  const device = await Device.of({ ...KEPT, shift: 100 });
  await device.take({ ...HERE, log_epoch: 2, shift: 5 }, given(7));
  expect((await device.line(7)).position).toBe(2);
});

test("nobody gives a line a place among what is not sent, or one that cannot be given on", async () => {
  const device = await Device.of({ ...KEPT, shift: 2 ** 40 });
  await device.take(HERE, { ...given(8), position: LOCAL_POSITION - 1 });
  const far = { ...HERE, shift: Number.MAX_SAFE_INTEGER };
  await device.take(far, { ...given(9), position: -LOCAL_POSITION });
  const lines = [...(await device.lines()).values()];
  expect(lines.map((each) => each.position)).toEqual([-LOCAL_POSITION, LOCAL_POSITION - 1]);
  const said = [HERE, ...lines.map(lineEntry)];
  expect(readPart(write(said))).toEqual(said);
});

test("a conversation that was left is made, and one that goes on is not", async () => {
  const device = await Device.of();
  const left = { ...HERE, id: LEFT, left: true, title: "Alt" };
  await device.take(left, given(1), { ...HERE, id: GOING }, given(2));
  await device.open();
  const made = device.engine.conversations.get(LEFT);
  expect([made?.record.phase, made?.record.title]).toEqual([Phase.LEFT, "Alt"]);
  expect(made?.last?.id).toBe("x.1");
  expect(device.engine.conversations.has(GOING)).toBe(false);
  expect([...(await device.lines(GOING)).keys()]).toEqual(["x.2"]);
});

test("a conversation without a title gets the giver's, and keeps one that it has", async () => {
  const device = await Device.of();
  await device.take(HERE);
  await device.take({ ...HERE, title: "Other" });
  expect(device.engine.conversations.get(ROOM)?.record.title).toBe("Werk");
});

test("a person is known by name and by no key", async () => {
  const device = await Device.of();
  await device.take(person("wei", "Wei"));
  const known = { user_name: "wei", name: "Wei", site: "Shenzhen", time_zone: "Asia/Shanghai" };
  expect(device.engine.people.get(WEI)).toEqual(PersonRecord.of({ id: WEI, ...known }));
  await device.take(person("mallory", "Mallory"));
  expect(device.engine.people.get(WEI)?.name).toBe("Wei");
});

test("the key of the backup is kept once", async () => {
  const device = await Device.of();
  for (const byte of [107, 120]) {
    const commands = await device.tell(HistoryKeyGiven(3, new Uint8Array(32).fill(byte)));
    expect(commands.at(-1)).toEqual({ type: "Reply", call: 3, result: "" });
  }
  await device.open();
  expect(device.engine.desk.account.history_key).toEqual(new Uint8Array(32).fill(107));
});

test("who stopped a history is told so", async () => {
  const device = await Device.of();
  await device.tell(HistoryStopped(3));
  expect(device.engine.alarms.map((each) => each.key)).toEqual(["alarm-history-stopped"]);
});

test.each([1, 2, 3, 4, 5, 6])(
  "lines come from the log and from archives, in any order, and the process dies between (%i)",
  async (seed) => {
    const chance = new Chance(seed);
    const device = await Device.of();
    const wasRead = new Set<number>();
    const wasGiven = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const what = chance.whole(0, 2);
      if (what === 0) {
        const found = chance.list(0, 6, () => chance.whole(1, 12));
        await device.take(HERE, ...found.map((each) => given(each)));
        for (const each of found) wasGiven.add(each);
      } else if (what === 1) {
        const number = chance.whole(1, 12);
        await device.store.commit([PutLine(read(number))]);
        wasRead.add(number);
      } else await device.open();
      const lines = await device.lines();
      const all = [...new Set([...wasRead, ...wasGiven])];
      expect([...lines.keys()].toSorted()).toEqual(all.map((each) => `x.${each}`).toSorted());
      for (const each of wasRead) expect(lines.get(`x.${each}`)).toEqual(read(each));
      for (const each of wasGiven) {
        if (!wasRead.has(each)) expect(lines.get(`x.${each}`)?.given_device).toBe(OLD);
      }
    }
  },
);
