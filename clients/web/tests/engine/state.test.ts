/** What is worked out of values: of a conversation, a person, a log. */

import { expect, test } from "vitest";

import { LogDevice, cameThrough, newcomersSee } from "../../src/engine/model.ts";
import { LookupError } from "../../src/engine/order.ts";
import { isTheirs } from "../../src/engine/pins.ts";
import { historyOf, parsed, policyOf } from "../../src/engine/policy.ts";
import {
  ConversationRecord,
  Depart,
  Errand,
  Include,
  Line,
  LineState,
  Outgoing,
  PersonRecord,
  Phase,
  givesWayTo,
  position,
} from "../../src/engine/records.ts";
import {
  ConversationState,
  Session,
  SessionState,
  greeted,
  heldGroup,
  joined,
  leaving,
  linkOf,
  ofPerson,
  queued,
  users,
  waiting,
} from "../../src/engine/state.ts";
import type { ConversationId, DeviceId, UserId } from "../../src/ids.ts";
import type { GroupState } from "../../src/mls/group/index.ts";
import { ALL, DEFAULT, NONE, encode } from "../../src/wire/room_policy.ts";

const RECORD = ConversationRecord.of({
  id: "t" as ConversationId,
  direct: false,
  phase: Phase.JOINED,
});
const GROUP = {} as GroupState;
const HERE = ConversationState.of({ record: RECORD, group: GROUP });

test("positions grow when a log was shortened", () => {
  expect(position({ ...RECORD, shift: 5 }, 3)).toBe(8);
});

test("a line that nobody expected gives way to one that was", () => {
  const line = { unexpected: false } as Line;
  const doubtful = { ...line, unexpected: true };
  expect(givesWayTo(doubtful, line)).toBe(true);
  expect(givesWayTo(doubtful, doubtful)).toBe(false);
  expect(givesWayTo(line, line)).toBe(false);
  expect(LineState.SENT).toBe("sent");
});

test("a device without a group and a wish waits to be taken in", () => {
  const outside = { ...HERE, record: { ...RECORD, phase: Phase.OUTSIDE }, group: null };
  expect(waiting(outside)).toBe(true);
  const wishing = { ...outside.record, intents: [Include([])] };
  expect(waiting({ ...outside, record: wishing })).toBe(false);
  expect([joined(outside), joined(HERE)]).toEqual([false, true]);
  expect(() => heldGroup(outside)).toThrow(LookupError);
  expect(heldGroup(HERE)).toBe(GROUP);
});

test("who wants to leave is leaving until it is done", () => {
  expect(leaving(HERE)).toBe(false);
  expect(leaving({ ...HERE, record: { ...RECORD, leaving: true } })).toBe(true);
  const asked = { ...RECORD, intents: [Include([]), Depart()] };
  expect(leaving({ ...HERE, record: asked })).toBe(true);
  expect(leaving({ ...HERE, record: asked, group: null })).toBe(false);
});

test("what is neither sent nor failed is queued", () => {
  const nothing = new Uint8Array();
  const item = Outgoing.of({
    client_id: nothing,
    order: 1,
    errand: Errand.TEXT,
    content: nothing,
    text: "",
    time_ms: 0,
  });
  const outgoing = [item, { ...item, seq: 4 }, { ...item, failed: true }, item];
  expect(queued({ ...HERE, outgoing })).toBe(2);
});

test("people and their devices are those of the roster", () => {
  const nothing = new Uint8Array();
  const roster = ["anna", "bo", "anna"].map((user, index) => ({
    index,
    user: user as UserId,
    device: `${index}` as DeviceId,
    identity_key: nothing,
  }));
  const conversation = { ...HERE, roster };
  expect([...users(conversation)]).toEqual(["anna", "bo"]);
  expect(ofPerson(conversation, "anna" as UserId).map((leaf) => leaf.index)).toEqual([0, 2]);
});

test("a connection shows a link in each of its states", () => {
  for (const state of Object.values(SessionState)) {
    expect(linkOf(Session.of({ state })), state).toEqual(expect.any(String));
  }
  const among = Object.values(SessionState).filter((state) => greeted(Session.of({ state })));
  expect(among).toEqual([SessionState.CATCHING_UP, SessionState.ONLINE]);
});

test("what a lost device has brought goes with it, also through others", () => {
  const device = (id: string, by: string | null, ended = false): LogDevice =>
    LogDevice.of({ device: id as DeviceId, index: 0, by: by as DeviceId | null, ended });
  const own = [
    device("a", null),
    device("b", "a"),
    device("c", "b", true),
    device("d", "c"),
    device("e", null),
  ];
  expect(cameThrough("b" as DeviceId, own)).toEqual(["d"]);
  expect(cameThrough("a" as DeviceId, own)).toEqual(["b", "d"]);
  expect(cameThrough("e" as DeviceId, own)).toEqual([]);
});

test("a key is a person's if it is the pinned one or was before", () => {
  const [now, before, other] = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte));
  const keys = { identity_key: now ?? new Uint8Array(), former_keys: [before ?? new Uint8Array()] };
  const person = PersonRecord.of({ id: "u" as UserId, ...keys });
  const answers = [now, before, other].map((key) => isTheirs(person, key ?? new Uint8Array()));
  expect(answers).toEqual([true, true, false]);
  expect(isTheirs(null, new Uint8Array())).toBe(false);
});

test("a policy is followed as far as it can be read, and between two people there is none", () => {
  const policy = encode({ history: ALL, others: new Map() });
  expect(parsed(new Uint8Array())).toBe(DEFAULT);
  expect(parsed(Uint8Array.of(0xff))).toBeNull();
  expect(policyOf({ ...RECORD, policy: Uint8Array.of(0xff) })).toBe(DEFAULT);
  expect(historyOf({ ...RECORD, policy })).toBe(ALL);
  expect(historyOf({ ...RECORD, policy, direct: true })).toBe(NONE);
});

test("what newcomers see is said in one word", () => {
  const words = [NONE, 1, 30, ALL].map((history) => newcomersSee({ history } as never));
  expect(words).toEqual(["none", "days", "days", "all"]);
});
