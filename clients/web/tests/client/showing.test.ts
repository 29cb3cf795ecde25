/** What a page is shown of a line. */

import { expect, test } from "vitest";

import type { Message as ShownMessage } from "../../src/bridge/core.ts";
import { lacksEarlier, lineOf } from "../../src/client/showing.ts";
import { Delivery, Message, MessageKind } from "../../src/engine/model.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";

const MESSAGE = Message.of({
  id: "d.1",
  conversation: "talk" as ConversationId,
  position: 1,
  kind: MessageKind.TEXT,
  sender: "anna" as UserId,
  sender_name: "Anna",
  own: false,
  time_ms: 7,
  text: "Um 9",
  delivery: Delivery.RECEIVED,
});

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST = { id: "", time_ms: 7, text: "Um 8", delivery: Delivery.SENT };

/** A message as a page has it. */
function shown(more: Partial<Message>): ShownMessage {
  const line = lineOf({ ...MESSAGE, ...more });
  if (line.type !== "message") throw new Error("it is shown as no message");
  return line;
}

test("a message that was edited says so", () => {
  const version = { ...FIRST, id: "d.2", text: "Um 9" };
  expect(shown({})).toMatchObject({ text: "Um 9", edited: false, unsent: null });
  expect(shown({ versions: [FIRST, version] })).toMatchObject({ edited: true, unsent: null });
});

test("another text that was not sent is to be sent again, and is not what it says", () => {
  const failed = { ...FIRST, id: "d.3", text: "Um 10", delivery: Delivery.FAILED };
  expect(shown({ versions: [FIRST, failed] })).toMatchObject({ edited: false, unsent: "d.3" });
});

test("as long as another text for it waits, a message of one's own does", () => {
  const waiting = { ...FIRST, id: "d.3", delivery: Delivery.QUEUED };
  const own = { own: true, delivery: Delivery.SENT };
  expect(shown(own).state).toBe("sent");
  expect(shown({ ...own, versions: [FIRST, waiting] }).state).toBe("queued");
});

test("only one's own is to be changed, within a day, once it is sent", () => {
  const own = { own: true, addressable: true };
  expect(shown(own).editableUntil).toBe(MESSAGE.time_ms + DAY_MS);
  expect(shown({ addressable: true }).editableUntil).toBe(0);
  expect(shown({ own: true }).editableUntil).toBe(0);
  expect(shown({ ...own, kind: MessageKind.UNSUPPORTED }).editableUntil).toBe(0);
});

test("a message that was deleted says whose it was, and nothing of what it said", () => {
  const gone = { text: "", withdrawn: true };
  expect(shown(gone)).toMatchObject({ deleted: true, text: "", state: null });
  expect(shown({ ...gone, own: true, delivery: Delivery.QUEUED })).toMatchObject({
    deleted: true,
    state: "queued",
  });
  expect(shown({ ...gone, kind: MessageKind.UNSUPPORTED }).deleted).toBe(true);
});

test("who has reacted with what is shown as it came", () => {
  const reactions = [{ reaction: "\u{1f44d}", names: ["Bo"], own: true, waiting: true }];
  expect(shown({ reactions }).reactions).toEqual([
    { emoji: "\u{1f44d}", names: ["Bo"], own: true, waiting: true },
  ]);
});

test("a quote is how a message begins, on one line", () => {
  const quote = { id: "d.0", sender_name: "Bo", own: false, text: "Um\n9?", withdrawn: false };
  const expected = { key: "d.0", name: "Bo", own: false, text: "Um 9?", deleted: false };
  expect(shown({ quote }).quote).toEqual(expected);
  const long = { ...quote, text: "\u{1f422}".repeat(200) };
  expect(shown({ quote: long }).quote?.text).toBe(`${"\u{1f422}".repeat(160)}\u2026`);
});

test("what is answered and not on this device leads nowhere", () => {
  const quote = { id: "", sender_name: "", own: false, text: "", withdrawn: false };
  expect(shown({ quote }).quote?.key).toBeNull();
});

test.each([
  ["this device has joined", "system-joined", 3, {}, true],
  ["another one of the reader's has added it", "system-added", 3, { "by-own": "yes" }, true],
  ["the reader has founded it elsewhere", "system-added", 1, { "by-own": "yes" }, false],
  ["somebody has added the reader", "system-added", 3, { by: "Bo" }, false],
  ["it began here", "system-created", 0, { "by-own": "yes" }, false],
])("where %s, earlier messages may be missing: %s at %i", (_, text, position, more, lacks) => {
  const filled = Object.entries({ who: "Anna", "who-own": "yes", ...more });
  const first = { ...MESSAGE, kind: MessageKind.SYSTEM, text, position, arguments: filled };
  expect(lacksEarlier(first)).toBe(lacks);
  expect(lacksEarlier({ ...first, kind: MessageKind.TEXT })).toBe(false);
});
