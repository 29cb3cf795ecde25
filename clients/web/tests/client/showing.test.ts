/** What a page is shown of a line. */

import { expect, test } from "vitest";

import { lineOf } from "../../src/client/showing.ts";
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

test("a message that was edited says so", () => {
  const version = { id: "d.2", time_ms: 8, text: "Um 9", delivery: Delivery.RECEIVED };
  expect(lineOf(MESSAGE)).toMatchObject({ type: "message", text: "Um 9", edited: false });
  const edited = lineOf({ ...MESSAGE, versions: [version, version] });
  expect(edited).toMatchObject({ type: "message", edited: true });
});

test("a message that was deleted is no empty bubble", () => {
  const gone = { ...MESSAGE, text: "", withdrawn: true };
  expect(lineOf(gone)).toMatchObject({
    type: "event",
    text: { key: "said-withdrawn", filling: { own: "no" } },
  });
  expect(lineOf({ ...gone, own: true })).toMatchObject({ text: { filling: { own: "yes" } } });
});
