/** How much history a device fetches after it came in. */

import { expect, test } from "vitest";

import { type Given, MAX_FILE, MAX_LINES } from "../../src/content/given.ts";
import {
  GIFTS,
  LATE_MS,
  OTHERS_BYTES,
  REMEMBERED,
  holds,
  isKnown,
  used,
} from "../../src/engine/allowance.ts";
import type { Said } from "../../src/engine/governing.ts";
import { ConversationRecord, Phase, Took } from "../../src/engine/records.ts";
import { ConversationState } from "../../src/engine/state.ts";
import { type BlobId, type ConversationId, type UserId, identifier } from "../../src/ids.ts";

const [ANNA, WEI, BO] = [userOf(1), userOf(2), userOf(3)];
const COMING_MS = 1_795_000_000_000;

function userOf(byte: number): UserId {
  return identifier<UserId>(new Uint8Array(16).fill(byte));
}

function blobOf(byte: number): BlobId {
  return identifier<BlobId>(new Uint8Array(16).fill(byte));
}

function came(...took: readonly Took[]): ConversationState {
  const record = ConversationRecord.of({
    id: identifier<ConversationId>(new Uint8Array(16)),
    direct: false,
    phase: Phase.JOINED,
    welcomed: 4,
    welcomed_by: ANNA,
    welcomed_ms: COMING_MS,
    took,
  });
  return ConversationState.of({ record });
}

function gift(byte: number, size = 100, count = 10): Given {
  const nothing = new Uint8Array(32);
  const times = { since_ms: 0, until_ms: 1 };
  return {
    blob: blobOf(byte),
    key: nothing,
    digest: nothing,
    size,
    count,
    epoch: 4,
    users: [WEI],
    ...times,
  };
}

function by(user: UserId, late = 0): Said {
  return { by: user, seq: 9, time_ms: COMING_MS + late };
}

function took(byte: number, by: UserId, expected: boolean, more: Partial<Took> = {}): Took {
  const kept = { epoch: 4, blob: blobOf(byte), size: 100, count: 10, expected, by };
  return Took.of({ ...kept, ...more });
}

test("the same file is known again", () => {
  expect(isKnown(came(took(1, ANNA, true)).record, gift(1))).toBe(true);
  expect(isKnown(came(took(1, ANNA, true)).record, gift(2))).toBe(false);
});

test("from who made the commit so many are fetched, and late ones too", () => {
  const some = Array.from({ length: GIFTS - 1 }, (_, at) => took(at, ANNA, true));
  expect(holds(came(...some), gift(9), by(ANNA, 2 * LATE_MS))).toBe(true);
  expect(holds(came(...some, took(8, ANNA, true)), gift(9), by(ANNA))).toBe(false);
});

test("from others one each is fetched, for two weeks", () => {
  expect(holds(came(), gift(9), by(BO, LATE_MS))).toBe(true);
  expect(holds(came(), gift(9), by(BO, LATE_MS + 1))).toBe(false);
  expect(holds(came(took(1, BO, false)), gift(9), by(BO))).toBe(false);
  expect(holds(came(took(1, WEI, false)), gift(9), by(BO))).toBe(true);
});

test("what one has given keeps out nobody else", () => {
  const others = Array.from({ length: 20 }, (_, at) => took(at, userOf(20 + at), false));
  expect(holds(came(...others), gift(9), by(ANNA))).toBe(true);
  expect(holds(came(...others), gift(9), by(BO))).toBe(true);
  expect(holds(came(...others, took(60, BO, false)), gift(9), by(BO))).toBe(false);
});

test("from others none is fetched that is larger than a client gives", () => {
  expect(holds(came(), gift(9, OTHERS_BYTES), by(BO))).toBe(true);
  expect(holds(came(), gift(9, OTHERS_BYTES + 1), by(BO))).toBe(false);
  expect(holds(came(), gift(9, OTHERS_BYTES + 1), by(ANNA))).toBe(true);
});

test("there is a bound to bytes and to lines, which begins anew with each coming", () => {
  const large = took(1, ANNA, true, { size: MAX_FILE - 100, count: MAX_LINES - 10 });
  expect(holds(came(large), gift(9), by(ANNA))).toBe(true);
  expect(holds(came(large), gift(9, 101), by(ANNA))).toBe(false);
  expect(holds(came(large), gift(9, 100, 11), by(ANNA))).toBe(false);
  expect(holds(came({ ...large, epoch: 3 }), gift(9, MAX_FILE), by(ANNA))).toBe(true);
});

test("what is fetched is remembered, all of this coming and the last of earlier ones", () => {
  const now = Array.from({ length: 30 }, (_, at) => took(at, BO, false));
  const earlier = now.map((each) => ({ ...each, epoch: 3 }));
  const found = used(came(...earlier, ...now), gift(99), by(ANNA));
  expect(found).toEqual([...earlier.slice(-REMEMBERED), ...now, took(99, ANNA, true)]);
});
