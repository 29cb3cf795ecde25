/** What a part of an archive may say that a member gives. */

import { expect, test } from "vitest";

import { ArchiveError } from "../../src/content/archive.ts";
import { check } from "../../src/engine/gifts.ts";
import type { LineEntry, PersonEntry, RoomEntry } from "../../src/engine/history/entries.ts";
import { MessageKind } from "../../src/engine/model.ts";
import { Offer } from "../../src/engine/records.ts";
import type { BlobId, ConversationId, DeviceId, UserId } from "../../src/ids.ts";
import { NOTHING_DONE } from "../support/lines.ts";

const TALK = "t".repeat(26) as ConversationId;
const ANNA = "a".repeat(26) as UserId;
const OFFER = Offer.of({
  blob: "b".repeat(26) as BlobId,
  key: new Uint8Array(32),
  size: 9,
  digest: new Uint8Array(32),
  by: ANNA,
  device: "d".repeat(26) as DeviceId,
  since_ms: 100,
  until_ms: 200,
  count: 2,
  below: 50,
  seq: 51,
});
const ROOM: RoomEntry = {
  type: "RoomEntry",
  id: TALK,
  direct: false,
  title: "",
  peer: "" as UserId,
  left: false,
  log_epoch: 1,
  shift: 0,
};
const LINE: LineEntry = {
  type: "LineEntry",
  id: `${"d".repeat(26)}.${"0".repeat(32)}`,
  position: 7,
  kind: MessageKind.TEXT,
  sender: ANNA,
  time_ms: 150,
  text: "words",
  arguments: [],
  given_by: "" as UserId,
  ...NOTHING_DONE,
};

test("lines as they were said are counted", () => {
  expect(check(TALK, OFFER, [ROOM, LINE, LINE])).toBe(2);
  expect(check(TALK, OFFER, [ROOM, { ...LINE, given_by: ANNA }])).toBe(1);
});

test.each<Partial<LineEntry>>([
  { time_ms: 99 },
  { time_ms: 201 },
  { kind: MessageKind.SYSTEM },
  { kind: MessageKind.UNSUPPORTED },
  { arguments: [["by", ANNA]] },
  { sender: "" as UserId },
  { text: " \u0085\u001c" },
  { text: "x".repeat(70_000) },
  { text: "ü".repeat(33_000) },
  { id: "1.57.system-added.aaaaaaaa" },
  { id: `${"d".repeat(26)}.${"0".repeat(31)}` },
  { id: `${"d".repeat(26)}.${"0".repeat(32)}\n` },
  { id: `${"D".repeat(26)}.${"0".repeat(32)}` },
  { given_by: "w".repeat(26) as UserId },
])("a line that is none is refused: %j", (wrong) => {
  expect(() => check(TALK, OFFER, [ROOM, { ...LINE, ...wrong }])).toThrow(ArchiveError);
});

test("another conversation and people are refused", () => {
  const other = { ...ROOM, id: "u".repeat(26) as ConversationId };
  const person: PersonEntry = {
    type: "PersonEntry",
    id: ANNA,
    user_name: "anna",
    name: "Anna",
    site: "",
    time_zone: "",
  };
  for (const entry of [other, person]) {
    expect(() => check(TALK, OFFER, [entry, LINE])).toThrow(ArchiveError);
  }
});
