import { expect, test } from "vitest";

import { rowsOf } from "../../../src/ui/chat/rows.ts";
import type { Line, Message } from "../../../src/ui/core.ts";
import { NOTHING_DONE } from "../../support/messages.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 20, 11);

function message(key: string, sender: string, minutes: number): Message {
  const from = { id: sender, name: sender, hue: 0 };
  return {
    type: "message",
    key,
    at: NOON + minutes * MINUTE,
    sender: from,
    text: key,
    state: null,
    ...NOTHING_DONE,
  };
}

const EVENT: Line = {
  type: "event",
  key: "e",
  at: NOON + 2 * MINUTE,
  text: { key: "system-joined", filling: {} },
};

function laid(lines: readonly Line[], unreadFrom: string | null = null): readonly string[] {
  return rowsOf(lines, unreadFrom, (at) => new Date(at).toISOString().slice(0, 10)).map((row) =>
    row.type === "message"
      ? `${row.key}${row.first ? " first" : ""}${row.last ? " last" : ""}`
      : row.type,
  );
}

test("messages of one person within five minutes belong together", () => {
  const lines = [
    message("a", "wei", 0),
    message("b", "wei", 4),
    message("c", "wei", 10),
    message("d", "anna", 11),
  ];
  expect(laid(lines)).toEqual(["day", "a first", "b last", "c first last", "d first last"]);
});

test("what happens in between parts them", () => {
  const lines = [message("a", "wei", 0), EVENT, message("b", "wei", 3)];
  expect(laid(lines)).toEqual(["day", "a first last", "event", "b first last"]);
});

test("so do a new day and what is unread", () => {
  const lines = [
    message("a", "wei", 0),
    message("b", "wei", 1),
    message("c", "wei", 779),
    message("d", "wei", 781),
  ];
  expect(laid(lines, "b")).toEqual([
    "day",
    "a first last",
    "unread",
    "b first last",
    "c first last",
    "day",
    "d first last",
  ]);
});

test("keys are there once, whatever is put before", () => {
  const late = [message("b", "wei", 1), message("c", "wei", 2)];
  const all = [message("a", "anna", 0), ...late];
  for (const lines of [late, all]) {
    const keys = rowsOf(lines, null, () => "one day").map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  }
  const places = rowsOf(all, null, () => "one day").flatMap((row) =>
    row.type === "message" ? row.place : [],
  );
  expect(places).toEqual([1, 2, 3]);
});

test("that something was before this device came stands above everything", () => {
  const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
  expect(rowsOf([EVENT], null, dayOf, true).map(({ type }) => type)).toEqual([
    "before",
    "day",
    "event",
  ]);
});
