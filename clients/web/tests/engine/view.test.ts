/** What is stored, as people see it: names, oneself, trust, and how a conversation stands. */

import { beforeAll, expect, test } from "vitest";

import { Delivery, MessageKind, Standing, Trust } from "../../src/engine/model.ts";
import {
  type AccountRecord,
  AlarmRecord,
  ConversationRecord,
  Depart,
  Line,
  LineState,
  PersonRecord,
  Phase,
} from "../../src/engine/records.ts";
import { ConversationState, Leaf } from "../../src/engine/state.ts";
import {
  alarmOf,
  conversationOf,
  membersOf,
  messageOf,
  nameOf,
  named,
  personOf,
  profileOf,
} from "../../src/engine/view.ts";
import * as groups from "../../src/engine/groups.ts";
import { type ConversationId, type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { accountOf } from "../support/account.ts";
import { CRYPTO } from "../support/suite.ts";

const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));
const A = "a" as UserId;
const B = "b" as UserId;
const KEY = new Uint8Array(32).fill(1);
const PEOPLE = new Map([
  [A, PersonRecord.of({ id: A, user_name: "anna", name: "Anna", identity_key: KEY })],
  [B, PersonRecord.of({ id: B, user_name: "bo", identity_key: KEY })],
]);
const RECORD = ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED });
let own: AccountRecord;
let group: groups.GroupState;

beforeAll(async () => {
  own = await accountOf(1);
  ({ group } = await groups.create(CRYPTO, own, TALK, 1_790_000_000));
});

function leaf(user: UserId, device: string, key = KEY): Leaf {
  return Leaf.of({ index: 0, user, device: device as DeviceId, identity_key: key });
}

function line(given: Partial<Line> = {}): Line {
  const plain = { id: "x", conversation: TALK, position: 7, kind: MessageKind.TEXT, text: "hello" };
  return Line.of({ ...plain, sender: A, time_ms: 1, state: LineState.RECEIVED, ...given });
}

test("an alarm names people", () => {
  const texts = [
    ["who", "a,b,c"],
    ["n", "a"],
  ] as const;
  const conversation = "" as ConversationId;
  const record = AlarmRecord.of({ key: "alarm", arguments: texts, conversation, time_ms: 5 });
  expect(alarmOf(record, PEOPLE)).toEqual({
    key: "alarm",
    arguments: [
      ["who", "Anna, bo, c"],
      ["n", "a"],
    ],
    conversation: null,
    time_ms: 5,
  });
  expect(nameOf("c" as UserId, PEOPLE)).toBe("c");
});

test.each([
  ["a,b", [["who", "Anna, bo"]]],
  [
    "a,own",
    [
      ["who", "Anna"],
      ["who-own", "too"],
    ],
  ],
  [
    "own",
    [
      ["who", "own"],
      ["who-own", "yes"],
    ],
  ],
  ["", [["who", ""]]],
])("oneself is named apart: %s", (who, shown) => {
  expect(named([["who", who]], PEOPLE, "own" as UserId)).toEqual(shown);
});

test("a changed key outweighs that it was verified", () => {
  const person = PersonRecord.of({ id: A, verified: true });
  expect(personOf(person).trust).toBe(Trust.VERIFIED);
  expect(personOf({ ...person, changed_key: KEY }).trust).toBe(Trust.CHANGED);
});

test("a message of one's own is delivered once everybody holds it", () => {
  const sent = line({ sender: own.user, state: LineState.SENT });
  const held = (delivered: number, ...undelivered: [number, number][]): ConversationRecord => ({
    ...RECORD,
    delivered,
    undelivered,
  });
  const shown = (record: ConversationRecord): unknown =>
    messageOf(sent, own, PEOPLE, record).delivery;
  expect([shown(held(6)), shown(held(7))]).toEqual([Delivery.SENT, Delivery.DELIVERED]);
  expect(shown(held(9, [2, 3], [7, 8]))).toBe(Delivery.SENT);
  expect(shown(held(9, [2, 6], [8, 8]))).toBe(Delivery.DELIVERED);
  expect(messageOf(line(), own, PEOPLE, held(7)).delivery).toBe(Delivery.RECEIVED);
});

test("a message that was given says by whom", () => {
  const given = { given_by: B, given_device: "d" as DeviceId };
  const shown = messageOf(line(given), own, PEOPLE, RECORD);
  expect(shown).toMatchObject({ ...given, given_by_name: "bo", given_by_own: false, own: false });
  const read = messageOf(line({ sender: own.user }), own, PEOPLE, RECORD);
  expect(read).toMatchObject({ given_by: null, given_device: null, given_by_name: "", own: true });
});

test("a conversation is called by its title or its peer, and says who is new or changed", () => {
  const roster = [leaf(A, "a1"), leaf(A, "a2", new Uint8Array(32)), leaf(B, "b1")];
  const record = { ...RECORD, title: "Team", newcomers: [B], admins: [own.user] };
  const state = ConversationState.of({ record, roster, group, last: line() });
  const shown = conversationOf(state, own, PEOPLE);
  expect(shown).toMatchObject({ title: "Team", member_count: 2, joined: true, own_admin: true });
  expect(shown.newcomers.map((each) => each.name)).toEqual(["bo"]);
  expect(shown.changed.map((each) => each.name)).toEqual(["Anna"]);
  expect([shown.suite, shown.last?.text]).toEqual([0xf00d, "hello"]);
  const direct = { ...RECORD, direct: true, peer: A };
  const between = conversationOf(ConversationState.of({ record: direct }), own, PEOPLE);
  expect(between).toMatchObject({ title: "Anna", suite: null, last: null, joined: false });
});

test("a group without a title says who is in it besides the reader", () => {
  const roster = [leaf(own.user, "o1"), leaf(A, "a1"), leaf(B, "b1")];
  const named = (title: string, direct = false): readonly string[] => {
    const record = { ...RECORD, title, direct, peer: A };
    return conversationOf(ConversationState.of({ record, roster }), own, PEOPLE).names;
  };
  expect([named(""), named("Team"), named("", true)]).toEqual([["Anna", "bo"], [], []]);
});

test("a conversation stands as this device and the person do", () => {
  const standing = (given: Partial<ConversationRecord>, held = true): unknown => {
    const record = { ...RECORD, ...given };
    const state = ConversationState.of({ record, group: held ? group : null });
    return conversationOf(state, own, PEOPLE).standing;
  };
  expect(standing({})).toBe(Standing.MEMBER);
  expect(standing({ leaving: true })).toBe(Standing.LEAVING);
  expect(standing({ intents: [Depart()] })).toBe(Standing.LEAVING);
  expect(standing({ phase: Phase.FOUNDING })).toBe(Standing.ENTERING);
  expect(standing({ phase: Phase.OUTSIDE }, false)).toBe(Standing.WAITING);
  expect(standing({ phase: Phase.OUTSIDE, intents: [Depart()] }, false)).toBe(Standing.ENTERING);
  expect(standing({ phase: Phase.LEFT }, false)).toBe(Standing.LEFT);
  expect(standing({ phase: Phase.BROKEN }, false)).toBe(Standing.BROKEN);
});

test("members stand by name, with those who have no device here", () => {
  const record = { ...RECORD, admins: [B], absent: [A] };
  const state = ConversationState.of({ record, roster: [leaf(B, "b1"), leaf(own.user, "o1")] });
  const shown = membersOf(state, own, PEOPLE);
  const seen = shown.map((each) => [each.person.name, each.admin, each.own, each.devices]);
  expect(seen).toEqual([
    [own.user, false, true, 1],
    ["Anna", false, false, 0],
    ["bo", true, false, 1],
  ]);
  const direct = { ...RECORD, direct: true, kind_known: true, peer: A };
  const alone = ConversationState.of({ record: direct, roster: [leaf(own.user, "o1")] });
  expect(membersOf(alone, own, PEOPLE)).toHaveLength(2);
});

test("a profile holds no secret", () => {
  const shown = Object.values(profileOf(own)) as readonly unknown[];
  expect(shown).not.toContain(own.token);
  expect(shown.every((each) => typeof each === "string")).toBe(true);
});
