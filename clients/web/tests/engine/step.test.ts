/** One event's work: wholly or not at all, in one order, stored before it is shown. */

import { beforeAll, expect, test } from "vitest";

import { ConversationsChanged, MembersChanged, TimelineChanged } from "../../src/engine/model.ts";
import { Acquaintances } from "../../src/engine/namesakes.ts";
import { LookupError } from "../../src/engine/order.ts";
import {
  type AccountRecord,
  ConversationRecord,
  Errand,
  KeyPackageRecord,
  Outgoing,
  PersonRecord,
  Phase,
} from "../../src/engine/records.ts";
import { ConversationState, Desk } from "../../src/engine/state.ts";
import { type Holdings, Step, inTurn } from "../../src/engine/step.ts";
import { Clear, Drop, Put, Table } from "../../src/engine/store.ts";
import { queued } from "../../src/engine/timeline.ts";
import { type ConversationId, type UserId, identifier } from "../../src/ids.ts";
import { EMPTY } from "../../src/mls/bytes.ts";
import { accountOf } from "../support/account.ts";
import { FakeClock } from "../support/memory_store.ts";
import { CRYPTO } from "../support/suite.ts";

const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));
const OTHER = identifier<ConversationId>(new Uint8Array(16).fill(6));
const BO = "bo" as UserId;
const PERSON = PersonRecord.of({ id: BO, name: "Bo" });
let own: AccountRecord;

beforeAll(async () => {
  own = await accountOf(1);
});

function state(id = TALK): ConversationState {
  const record = ConversationRecord.of({ id, direct: false, phase: Phase.JOINED });
  return ConversationState.of({ record });
}

function holding(...conversations: readonly ConversationState[]): Holdings {
  return {
    desk: Desk.of({ account: own }),
    conversations: new Map(conversations.map((each) => [each.record.id, each])),
    people: new Acquaintances(new Map()),
    key_packages: new Map(),
    alarms: new Map(),
  };
}

function stepping(held: Holdings): Step {
  return new Step(held, { clock: new FakeClock(), crypto: CRYPTO });
}

function item(client: number, order: number, timeMs: number): Outgoing {
  const client_id = Uint8Array.of(client);
  const text = { errand: Errand.TEXT, content: EMPTY, text: "x" } as const;
  return Outgoing.of({ client_id, order, time_ms: timeMs, ...text });
}

test("what is tried and fails has not happened", async () => {
  const held = holding(state());
  const step = stepping(held);
  step.putPerson(PERSON);
  const before = { desk: step.desk, touched: [...step.touched] };
  const work = step.attempt(async () => {
    step.put({ ...step.known(TALK), record: { ...step.known(TALK).record, title: "x" } });
    step.put(state(OTHER));
    step.alarm("alarm-key-changed", [["who", BO]]);
    step.putPerson({ ...PERSON, name: "Mallory" });
    step.putKeyPackage("00", keyPackage());
    step.show(ConversationsChanged());
    step.ask(
      { type: "ForStock" },
      { method: "GET", path: "/x", answer: null, body: null, start: 0 },
    );
    step.detail = "error";
    step.forget(TALK);
    step.store();
    await Promise.resolve();
    throw new RangeError("no");
  });
  await expect(work).rejects.toThrow("no");
  expect({ desk: step.desk, touched: [...step.touched] }).toEqual(before);
  expect(step.detail).toBe("");
  expect(step.known(TALK).record.title).toBe("");
  expect(step.conversation(OTHER)).toBeNull();
  expect(step.keyPackages().size).toBe(0);
  expect(step.hasTold("alarm-key-changed", ["who", BO])).toBe(false);
  expect(step.adopt().map((each) => each.type)).toEqual(["Persist"]);
  expect(held.people.get(BO)?.name).toBe("Bo");
});

function keyPackage(): KeyPackageRecord {
  return KeyPackageRecord.of({
    key_package: EMPTY,
    init_private_key: EMPTY,
    leaf_private_key: EMPTY,
    not_after: 1,
    last_resort: false,
  });
}

test("what is tried and works stays, with what it gives", async () => {
  const step = stepping(holding());
  expect(await step.attempt(() => Promise.resolve(step.put(state())))).toBe(step.known(TALK));
});

test("nothing is held before it is adopted, and then all of it", () => {
  const held = holding(state(), state(OTHER));
  const step = stepping(held);
  step.forget(OTHER);
  step.amend(step.known(TALK), { ...step.known(TALK).record, title: "Team" });
  step.alarm("alarm", []);
  expect([...step.conversations()].map((each) => each.record.id)).toEqual([TALK]);
  expect([...held.conversations.keys()]).toEqual([TALK, OTHER]);
  expect(held.alarms.size).toBe(0);
  step.adopt();
  expect([...held.conversations.values()].map((each) => each.record.title)).toEqual(["Team"]);
  expect([held.alarms.size, held.desk.alarms]).toEqual([1, 1]);
});

test("a conversation that is not there is not known", () => {
  expect(() => stepping(holding()).known(TALK)).toThrow(LookupError);
});

test("of several writes to one place the last stands, where it came", () => {
  const step = stepping(holding());
  const put = (key: string, value: number): Put => Put(Table.HISTORY, key, Uint8Array.of(value));
  step.write(put("a", 1), put("b", 2), Drop(Table.HISTORY, "a"), Clear(Table.HISTORY, "a"));
  const [persisted] = step.adopt();
  const writes = [put("b", 2), Drop(Table.HISTORY, "a"), Clear(Table.HISTORY, "a")];
  expect(persisted).toEqual({ type: "Persist", writes });
});

test("what is the same is shown once, behind what is stored and before what is done", () => {
  const step = stepping(holding());
  step.reply(3);
  step.show(MembersChanged(TALK));
  step.show(ConversationsChanged());
  step.show(MembersChanged(TALK));
  step.show(TimelineChanged(TALK));
  step.show(TimelineChanged(OTHER));
  step.putPerson(PERSON);
  const commands = step.adopt();
  expect(commands.map((each) => each.type)).toEqual([
    "Persist", "Show", "Show", "Show", "Show", "Reply",
  ]); // prettier-ignore
});

test("a person who stays as they were is not stored again, nor is a record", () => {
  const step = stepping(holding(state()));
  step.put({ ...state(), caught_up: true });
  step.putPerson(PERSON);
  step.store();
  step.putPerson({ ...PERSON, alarmed: [] });
  expect(step.adopt().map((each) => each.type)).toEqual(["Persist"]);
});

test("what is sent again goes first, by its time", () => {
  const items = [item(1, 2, 0), item(2, 0, 9), item(3, 1, 0), item(4, 0, 8)];
  expect(items.sort(inTurn).map((each) => each.client_id[0])).toEqual([4, 2, 3, 1]);
});

test("what waits to be sent is counted when it changes", () => {
  const step = stepping(holding(state()));
  step.putOutgoing(step.known(TALK), item(1, 1, 0));
  step.putOutgoing(step.known(TALK), item(1, 1, 0));
  step.putLine(step.known(TALK), queued(TALK, "x", 1, own.user, 0, "x"));
  const shown = step.adopt().flatMap((each) => (each.type === "Show" ? [each.change] : []));
  expect(shown.at(-1)).toMatchObject({ type: "LinkChanged", queued: 1 });
});

test("chance is below one", () => {
  const step = stepping(holding());
  const highest = { ...step.surroundings, crypto: fixed(0xff) };
  expect(new Step(holding(), highest).chance()).toBeLessThan(1);
  expect(new Step(holding(), { ...highest, crypto: fixed(0x80) }).chance()).toBeCloseTo(0.50196);
});

function fixed(byte: number): typeof CRYPTO {
  return Object.assign(Object.create(CRYPTO) as typeof CRYPTO, {
    random: (length: number) => new Uint8Array(length).fill(byte),
  });
}
