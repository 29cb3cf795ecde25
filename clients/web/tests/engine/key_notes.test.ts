/** What is kept of a log that somebody pads: little, and never less of what is one's own. */

import { expect, test } from "vitest";

import { LISTED, Notes, OF_ONE_SORT, after, subject, told } from "../../src/engine/key_notes.ts";
import type { Entry } from "../../src/identity/key_directory.ts";
import type { Statement } from "../../src/identity/statements.ts";
import type { DeviceId, UserId } from "../../src/ids.ts";
import { EMPTY, ascii } from "../../src/mls/bytes.ts";

const [OWN, WEI, CEM] = ["own", "wei", "cem"] as UserId[] as [UserId, UserId, UserId];
const KNOWN = new Set([WEI]);
const DAY = "2026-11-21";

function removed(user: UserId): Statement {
  return {
    op: "remove",
    user,
    device: "d" as DeviceId,
    day: DAY,
    by: "" as DeviceId,
    signature: EMPTY,
  };
}

function entry(index: number, statement: Statement | null, refused = ""): Entry {
  return { index, statement, refused };
}

function noted(entries: Iterable<Entry>): Notes {
  let notes = Notes.of({});
  for (const each of entries) notes = after(notes, each, ascii(`${each.index}`), OWN, KNOWN);
  return notes;
}

function many(count: number, made: (index: number) => Entry): readonly Entry[] {
  return Array.from({ length: count }, (_, index) => made(index));
}

test("of one's own entries the first and the newest are kept, and the rest is counted", () => {
  const notes = noted(many(200, (index) => entry(index, removed(OWN))));
  const kept = told(notes).map((each) => each.index);
  expect(kept).toEqual([...Array.from({ length: OF_ONE_SORT - 1 }, (_, index) => index), 199]);
  expect([notes.missed, notes.missed_at]).toEqual([200 - OF_ONE_SORT, 198]);
});

test("refused ones of one's own push out nothing and are not missed", () => {
  const own = entry(0, removed(OWN));
  const notes = noted([own, ...many(500, (index) => entry(index + 1, removed(OWN), "why"))]);
  expect(told(notes)[0]).toBe(own);
  expect(told(notes).length).toBe(1 + OF_ONE_SORT);
  expect([notes.missed, notes.missed_at]).toEqual([0, -1]);
  expect(notes.refused.length).toBe(LISTED);
});

test("of those who are known the first refused entry is kept, of others only where it stands", () => {
  const [first, second, other] = [1, 2, 3].map((index) =>
    entry(index, removed(index === 3 ? CEM : WEI), "why"),
  ) as [Entry, Entry, Entry];
  const notes = noted([first, second, other]);
  expect([...notes.of_known]).toEqual([[WEI, first]]);
  expect(notes.refused).toEqual([
    [1, WEI, "why"],
    [2, WEI, "why"],
    [3, CEM, "why"],
  ]);
  expect(told(notes)).toEqual([]);
});

test("of what nobody can read the first is kept with its bytes, and all are counted", () => {
  const notes = noted(many(300, (index) => entry(index, null, "not an entry")));
  expect(notes.unfit).toBe(300);
  expect(notes.first_unfit).toEqual([entry(0, null, "not an entry"), ascii("0")]);
  expect(notes.refused.length).toBe(LISTED);
});

test("whoever appoints custodians is told of, unless it was refused", () => {
  const said = { op: "custodians", which: "x", people: [], threshold: 0, day: DAY } as const;
  expect(told(noted([entry(1, said)]))).toEqual([entry(1, said)]);
  const refused = noted([entry(1, said, "why")]);
  expect([told(refused), refused.unfit]).toEqual([[], 1]);
  expect(subject(entry(1, said))).toBeNull();
});
