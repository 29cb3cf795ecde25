/** Lines become parts of bounded size and come out again, each part by itself. */

import { expect, test } from "vitest";

import { ArchiveError, MAX_BODY, PART_BYTES } from "../../../src/content/archive.ts";
import {
  type Entry,
  type LineEntry,
  Packer,
  type PersonEntry,
  type RoomEntry,
  isGiven,
  lineEntry,
  positionHere,
  read,
  write,
} from "../../../src/engine/history/entries.ts";
import { MessageKind } from "../../../src/engine/model.ts";
import { type ConversationRecord, Line, LineState } from "../../../src/engine/records.ts";
import { LOCAL_POSITION } from "../../../src/engine/state.ts";
import { type ConversationId, type UserId, identifier } from "../../../src/ids.ts";
import type { Bytes } from "../../../src/mls/bytes.ts";
import { Chance } from "../../support/chance.ts";

const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const WEI = identifier<UserId>(new Uint8Array(16).fill(119));
const ROOM: RoomEntry = {
  type: "RoomEntry",
  id: identifier<ConversationId>(new Uint8Array(16).fill(114)),
  direct: false,
  title: "Werk",
  peer: "" as UserId,
  left: false,
  log_epoch: 1,
  shift: 0,
};

function who(id: UserId): PersonEntry {
  return { type: "PersonEntry", id, user_name: "a", name: "A", site: "", time_zone: "" };
}

function line(number: number, text = "Moin", sender = ANNA): LineEntry {
  const said = Line.of({
    id: `x.${number}`,
    conversation: ROOM.id,
    position: number,
    kind: MessageKind.TEXT,
    sender,
    time_ms: 1_795_000_000_000,
    text,
    state: LineState.SENT,
  });
  return lineEntry(said);
}

function packed(lines: readonly LineEntry[]): readonly Bytes[] {
  const packer = new Packer();
  packer.enter(ROOM);
  const full = lines.map((each) => packer.add(each, [who(each.sender)]));
  return [...full.filter((each) => each !== null), packer.take()];
}

function linesIn(said: readonly Entry[]): readonly LineEntry[] {
  return said.filter((each) => each.type === "LineEntry");
}

test("lines come out as they went in, and parts stand alone", () => {
  const chance = new Chance(7);
  for (let round = 0; round < 20; round++) {
    const lines = chance.list(0, 40, () => {
      const text = chance.pick(["x", "ü", "🙂", "\0"]).repeat(chance.whole(0, 10_000));
      return line(chance.whole(1, 2 ** 40), text, chance.pick([ANNA, WEI]));
    });
    const found: LineEntry[] = [];
    for (const body of packed(lines)) {
      const said = read(body);
      expect(said[0]).toEqual(ROOM);
      const named = said.filter((each) => each.type === "PersonEntry").map((each) => each.id);
      const senders = new Set(linesIn(said).map((each) => each.sender));
      expect(named).toHaveLength(senders.size);
      expect(new Set(named)).toEqual(senders);
      found.push(...linesIn(said));
    }
    expect(found).toEqual(lines);
  }
});

test("a part is full at 256 KiB", () => {
  const bodies = packed(Array.from({ length: 1000 }, (_, at) => line(at + 1, "x".repeat(1000))));
  expect(bodies).toHaveLength(5);
  expect(Math.max(...bodies.map((body) => body.length))).toBeLessThanOrEqual(PART_BYTES);
});

test("a long line has the least before it in its part", () => {
  const bodies = packed([line(1), line(2, "ü".repeat(140_000)), line(3)]);
  expect(bodies.map((body) => read(body).length)).toEqual([4, 3]);
  expect(Math.max(...bodies.map((body) => body.length))).toBeLessThan(MAX_BODY);
  expect(() => packed([line(1, "x".repeat(MAX_BODY))])).toThrow(ArchiveError);
});

test("a packer holds one part, however much goes through it", () => {
  const packer = new Packer();
  packer.enter(ROOM);
  let count = 0;
  for (let number = 0; number < 4_000; number++) {
    const full = packer.add(line(number, "x".repeat(250)), [who(ANNA)]);
    expect(packer.size).toBeLessThanOrEqual(PART_BYTES);
    count += full === null ? 0 : linesIn(read(full)).length;
  }
  expect(count + linesIn(read(packer.take())).length).toBe(4_000);
});

test("a line without its conversation is refused, on both sides", () => {
  expect(() => read(write([line(1)]))).toThrow("a line without its conversation");
  expect(() => new Packer().add(line(1))).toThrow("a line without its conversation");
});

test("only what is in the log is given", () => {
  const sent = { position: 1, state: LineState.SENT } as Line;
  expect(isGiven(sent)).toBe(true);
  expect(isGiven({ ...sent, position: LOCAL_POSITION + 1 })).toBe(false);
  expect(isGiven({ ...sent, state: LineState.QUEUED })).toBe(false);
  expect(isGiven({ ...sent, state: LineState.FAILED })).toBe(false);
});

test.each([
  [{ log_epoch: 1, shift: 100 }, 5, 7, undefined, 102],
  [{ log_epoch: 2, shift: 100 }, 5, 7, undefined, 2],
  [null, 5, 7, undefined, 2],
  [null, 0, LOCAL_POSITION - 1, 50, 49],
  [{ log_epoch: 1, shift: 9 }, 0, LOCAL_POSITION - 1, undefined, LOCAL_POSITION - 1],
  [null, Number.MAX_SAFE_INTEGER, -LOCAL_POSITION, 50, -LOCAL_POSITION],
  [{ log_epoch: 1, shift: 2 ** 53 - 2 }, 2 ** 53 - 1, -7, undefined, -8],
])("a line stands where an archive can name it: %j", (record, shift, position, below, place) => {
  const here = record === null ? null : (record as ConversationRecord);
  const room = { ...ROOM, shift };
  expect(positionHere(here, room, { ...line(1), position }, below)).toBe(place);
});
