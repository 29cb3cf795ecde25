/** A backup gets everything that some device holds, and hardly anything twice. */

import { expect, test } from "vitest";

import {
  Coverage,
  MOST_INTERVALS,
  MOST_ROOMS,
  intervalsOf,
  wanted,
  withAll,
} from "../../../src/engine/history/coverage.ts";
import { MessageKind } from "../../../src/engine/model.ts";
import { ConversationRecord, Line, LineState, Phase } from "../../../src/engine/records.ts";
import { type ConversationId, type UserId, identifier } from "../../../src/ids.ts";
import { uintBytes } from "../../../src/mls/bytes.ts";
import { Chance } from "../../support/chance.ts";

const ROOM = identifier<ConversationId>(new Uint8Array(16).fill(114));
const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const NOTHING = Coverage.of({});

function record(first: number, seq: number, epoch = 1, shift = 0): ConversationRecord {
  const kept = { id: ROOM, direct: false, phase: Phase.JOINED };
  return ConversationRecord.of({ ...kept, log_epoch: epoch, first, seq, shift });
}

function line(position: number, givenBy = "" as UserId): Line {
  return Line.of({
    id: `x.${position}`,
    conversation: ROOM,
    position,
    kind: MessageKind.TEXT,
    sender: ANNA,
    time_ms: 1,
    text: "x",
    state: LineState.SENT,
    given_by: givenBy,
  });
}

/** What one device puts into the next segment, which must not be there yet. */
function added(covered: Coverage, held: ConversationRecord): readonly number[] {
  const which = wanted(covered, { given: false });
  const stop = which.stop(held) ?? held.first;
  const seqs = Array.from({ length: held.seq - held.first }, (_, place) => held.seq - place);
  return seqs.filter((seq) => seq > stop && which.line(held, line(seq)));
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  "what any device holds is in it in the end, whatever came first (%i)",
  (seed) => {
    const chance = new Chance(seed);
    const kept = new Set<number>();
    const everything = new Set<number>();
    let covered = NOTHING;
    for (let device = 0; device < 12; device++) {
      const first = chance.whole(0, 30);
      const held = record(first, first + chance.whole(0, 30));
      for (let seq = first + 1; seq <= held.seq; seq++) everything.add(seq);
      for (const seq of added(covered, held)) {
        expect(kept).not.toContain(seq);
        kept.add(seq);
      }
      covered = withAll(covered, [held]);
    }
    expect(kept).toEqual(everything);
    const which = wanted(covered, { given: false });
    const left = [...everything].filter((seq) => which.line(record(0, 99), line(seq)));
    expect(left).toEqual([]);
  },
);

test("a shifted device means the same messages", () => {
  const which = wanted(withAll(NOTHING, [record(0, 10)]), { given: false });
  const shifted = record(0, 12, 1, 100);
  expect(which.stop(shifted)).toBe(110);
  expect(which.line(shifted, line(110))).toBe(false);
  expect(which.line(shifted, line(111))).toBe(true);
});

test("another log is not covered by the one before", () => {
  const covered = withAll(NOTHING, [record(0, 10)]);
  const which = wanted(covered, { given: false });
  const other = record(0, 10, 2);
  expect(which.stop(other)).toBeNull();
  expect(which.line(other, line(5))).toBe(true);
  expect(intervalsOf(withAll(covered, [other]), record(0, 1))).toEqual([]);
});

test("what was given goes in when it is asked for", () => {
  const covered = withAll(NOTHING, [record(0, 10)]);
  const once = wanted(covered, { given: true });
  expect(once.stop(record(0, 10))).toBeNull();
  expect(once.line(record(0, 10), line(5, ANNA))).toBe(true);
  const notAgain = wanted(covered, { given: false });
  expect(notAgain.line(record(0, 10), line(5, ANNA))).toBe(false);
});

test("what a device does not hold is not said to be there", () => {
  expect(withAll(NOTHING, [record(5, 5), record(5, 3)]).rooms).toEqual([]);
});

test("a manifest holds no more than it may", () => {
  const records = Array.from({ length: MOST_ROOMS + 5 }, (_, place) => {
    const bytes = new Uint8Array(16);
    bytes.set(uintBytes(place, 4), 12);
    return { ...record(0, 5), id: identifier<ConversationId>(bytes) };
  });
  expect(withAll(NOTHING, records).rooms).toHaveLength(MOST_ROOMS);
  let covered = NOTHING;
  for (let at = 0; at < 100; at += 2) covered = withAll(covered, [record(at, at + 1)]);
  expect(intervalsOf(covered, record(0, 1))).toHaveLength(MOST_INTERVALS);
});
