/** What the store keeps, and in which order it gives it back. */

import { beforeEach, expect, test } from "vitest";

import { Edited } from "../../src/engine/amendments.ts";
import * as fold from "../../src/engine/fold.ts";
import { MessageKind } from "../../src/engine/model.ts";
import { Line, LineState } from "../../src/engine/records.ts";
import {
  AddLine,
  AmendLine,
  Clear,
  type Cut,
  Drop,
  DropLine,
  Put,
  PutLine,
  Table,
} from "../../src/engine/store.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";
import { ascii } from "../../src/mls/bytes.ts";
import {
  LINES,
  SEALED,
  VAULT,
  answered,
  begin,
  databaseName,
  openDatabase,
  transact,
} from "../../src/store/database.ts";
import { DamagedError, NotStoredError, type WebStore, openStore } from "../../src/store/index.ts";
import type { ObjectStore } from "../../src/store/platform.ts";
import { Origin, dump } from "../support/storage.ts";

const ROOM = "room" as ConversationId;
const HALL = "hall" as ConversationId;
const CANARY = "canary in a coal mine";

let origin: Origin;
let store: WebStore;

beforeEach(async () => {
  origin = new Origin();
  store = await openStore("alice", {}, origin.tab());
});

function line(id: string, position: number, more: Partial<Line> = {}): Line {
  return Line.of({
    id,
    conversation: ROOM,
    position,
    kind: MessageKind.TEXT,
    sender: "bob" as UserId,
    time_ms: 1,
    text: `text of ${id}`,
    state: LineState.RECEIVED,
    ...more,
  });
}

async function again(): Promise<WebStore> {
  await store.close();
  return openStore("alice", {}, origin.tab());
}

function ids(lines: readonly Line[]): readonly string[] {
  return lines.map(({ id }) => id);
}

test("what was committed is there when it is opened again", async () => {
  await store.commit([
    Put(Table.ACCOUNT, "profile", ascii("whose")),
    Put(Table.ACCOUNT, "inbox", ascii("7")),
    Put(Table.DRAFT, "profile", ascii("another table")),
  ]);
  await store.commit([Put(Table.ACCOUNT, "inbox", ascii("8"))]);
  const reopened = await again();
  expect(await reopened.table(Table.ACCOUNT)).toEqual(
    new Map([
      ["inbox", ascii("8")],
      ["profile", ascii("whose")],
    ]),
  );
  expect(await reopened.table(Table.KEYS)).toEqual(new Map());
});

test("writes are done in their order", async () => {
  await store.commit([Put(Table.GROUP, "room/old", ascii("old"))]);
  await store.commit([
    Clear(Table.GROUP, "room/"),
    Put(Table.GROUP, "room/tree", ascii("tree")),
    Put(Table.GROUP, "room/gone", ascii("gone")),
    Drop(Table.GROUP, "room/gone"),
    Drop(Table.GROUP, "room/never"),
  ]);
  expect([...(await store.table(Table.GROUP)).keys()]).toEqual(["room/tree"]);
});

test("Clear forgets what begins so, and nothing else", async () => {
  const keys = ["a", "room", "room/", "room/1", "room/ü", "room0", "s"];
  await store.commit(keys.map((key) => Put(Table.GROUP, key, ascii(key === "" ? "-" : "x"))));
  await store.commit([Put(Table.OUTGOING, "room/1", ascii("x")), Clear(Table.GROUP, "room/")]);
  expect([...(await store.table(Table.GROUP)).keys()]).toEqual(["a", "room", "room0", "s"]);
  expect((await store.table(Table.OUTGOING)).size).toBe(1);
  await store.commit([Clear(Table.GROUP, "")]);
  expect((await store.table(Table.GROUP)).size).toBe(0);
});

test("lines come by position, the oldest first", async () => {
  await store.commit([line("c", 3), line("a", -1), line("b", 2), line("d", 2 ** 52)].map(PutLine));
  await store.commit([PutLine(line("other", 9, { conversation: HALL }))]);
  expect(ids(await store.lines(ROOM, null, 10))).toEqual(["a", "b", "c", "d"]);
  expect(ids(await store.lines(ROOM, null, 2))).toEqual(["c", "d"]);
  expect(ids(await store.lines(ROOM, [3, ""], 10))).toEqual(["a", "b"]);
  expect(ids(await store.lines(ROOM, [3, "c"], 10))).toEqual(["a", "b"]);
  expect(ids(await store.lines(ROOM, null, 0))).toEqual([]);
  expect(ids(await store.lines("none" as ConversationId, null, 3))).toEqual([]);
  expect(await store.count()).toBe(5);
});

test("a line that moves stands at its new place alone, and a dropped one nowhere", async () => {
  await store.commit([PutLine(line("a", 2 ** 52)), PutLine(line("b", 5))]);
  await store.commit([PutLine(line("a", 6, { text: "sent" })), DropLine(ROOM, "b")]);
  expect(await store.lines(ROOM, null, 10)).toEqual([line("a", 6, { text: "sent" })]);
});

test("pages leave none out if several stand at one position", async () => {
  const all = ["a", "b", "c", "d", "e"].map((id) => line(id, 4));
  await store.commit([...all, line("z", 9), line("y", 1)].map(PutLine));
  const seen: string[] = [];
  let before: Cut | null = null;
  for (;;) {
    const page: readonly Line[] = await store.lines(ROOM, before, 2);
    seen.unshift(...ids(page));
    const [first] = page;
    if (first === undefined) break;
    before = [first.position, first.id];
  }
  expect(seen[0]).toBe("y");
  expect(seen.at(-1)).toBe("z");
  expect([...seen].sort()).toEqual(["a", "b", "c", "d", "e", "y", "z"]);
  expect(ids(await store.lines(ROOM, null, 9))).toEqual(seen);
  expect(ids(await store.lines(ROOM, [4, ""], 9))).toEqual(["y"]);
});

test("that a device came does not stand for a conversation", async () => {
  const device = (id: string, position: number): Line =>
    line(id, position, { kind: MessageKind.SYSTEM, text: "system-device-added" });
  await store.commit([device("a", 1), device("b", 2)].map(PutLine));
  expect((await store.lastLines()).get(ROOM)?.id).toBe("b");
  await store.commit([line("c", 3), device("d", 4), device("e", 5)].map(PutLine));
  await store.commit([PutLine(line("h", 2, { conversation: HALL }))]);
  const last = await store.lastLines();
  expect([last.get(ROOM)?.id, last.get(HALL)?.id]).toEqual(["c", "h"]);
});

test("the last line of every conversation is found", async () => {
  expect(await store.lastLines()).toEqual(new Map());
  await store.commit([line("a", 1), line("b", 7), line("c", 3)].map(PutLine));
  await store.commit([PutLine(line("h", 2, { conversation: HALL }))]);
  const last = await store.lastLines();
  expect(last.get(ROOM)?.id).toBe("b");
  expect(last.get(HALL)?.id).toBe("h");
  expect(last.size).toBe(2);
});

test("AddLine takes the place of none but one that gives way", async () => {
  await store.commit([PutLine(line("a", 1)), PutLine(line("b", 2, { unexpected: true }))]);
  await store.commit([
    AddLine(line("a", 1, { text: "made up" })),
    AddLine(line("b", 2, { text: "expected" })),
    AddLine(line("c", 3)),
    AddLine(line("c", 3, { text: "made up" })),
    PutLine(line("d", 4)),
  ]);
  const texts = (await store.lines(ROOM, null, 9)).map(({ text }) => text);
  expect(texts).toEqual(["text of a", "expected", "text of c", "text of d"]);
});

const NAME = new Uint8Array(32).fill(7);
const EDIT = Edited({ id: "z", by: "bob" as UserId, position: 9, time_ms: 9, text: "anew" });

test("what is done to a message finds it by its name", async () => {
  await store.commit([
    PutLine(line("a", 1, { message: ascii("other") })),
    PutLine(line("b", 2, { message: NAME })),
    PutLine(line("c", 3)),
    PutLine(line("d", 4, { message: NAME, conversation: HALL })),
  ]);
  await store.commit([
    AmendLine(ROOM, NAME, EDIT),
    AmendLine(ROOM, ascii("nobody"), EDIT),
    AmendLine(ROOM, ascii(""), EDIT),
  ]);
  const lines = await store.lines(ROOM, null, 9);
  expect(lines.map(({ edits }) => edits)).toEqual([[], [EDIT], []]);
  expect((await store.message(HALL, NAME))?.edits).toEqual([]);
  expect(await store.message(ROOM, NAME)).toEqual(await store.line(ROOM, "b"));
  expect(await store.line(ROOM, "none")).toBeNull();
  await store.commit([PutLine(line("b", 5, { message: NAME }))]);
  expect((await store.line(ROOM, "b"))?.edits).toEqual([EDIT]);
});

test("what was deleted here is in no page", async () => {
  const hidden = fold.hidden(line("b", 2));
  await store.commit([line("a", 1), line("b", 2), hidden].map(PutLine));
  expect(ids(await store.lines(ROOM, null, 9))).toEqual(["a"]);
  const again = [AddLine(line("b", 2)), PutLine(line("b", 2)), PutLine(fold.hidden(line("a", 1)))];
  await store.commit(again);
  expect(await store.lines(ROOM, null, 9)).toEqual([]);
  expect(await store.lastLines()).toEqual(new Map());
});

test("a line that was given takes no name of another", async () => {
  const message = NAME;
  await store.commit([PutLine(line("a", 1, { message })), AddLine(line("b", 2, { message }))]);
  const lines = await store.lines(ROOM, null, 9);
  expect(lines.map((each) => each.message)).toEqual([NAME, new Uint8Array()]);
});

test("a store of the first version goes on", async () => {
  await store.close();
  const first = new Origin();
  await layFirst(first);
  const opened = await openStore("alice", {}, first.tab());
  await opened.commit([PutLine(line("a", 1, { message: NAME }))]);
  expect((await opened.message(ROOM, NAME))?.id).toBe("a");
});

/** Lay a database as the first version did. */
async function layFirst(there: Origin): Promise<void> {
  const request = there.databases.open(databaseName("alice"), 1);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore(VAULT);
    database.createObjectStore(SEALED);
    const lines = database.createObjectStore(LINES, { keyPath: ["conversation", "id"] });
    lines.createIndex("by_position", ["conversation", "position", "id"]);
  };
  (await answered(request)).close();
}

test("nothing that is said lies open, nor the id of a line", async () => {
  await store.commit([
    Put(Table.CONVERSATION, ROOM, ascii(CANARY)),
    PutLine(line("id of a line", 1, { text: CANARY })),
  ]);
  await store.close();
  const raw = await dump(origin.databases, databaseName("alice"));
  const seen = raw.map(spelt).join("\n");
  expect(seen).toContain(ROOM);
  expect(seen).not.toContain("canary");
  expect(seen).not.toContain("id of a line");
});

/** Every byte and every text of a value, as text. */
function spelt(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (typeof value === "object" && value !== null) return Object.values(value).map(spelt).join("|");
  return String(value);
}

test("a value that was moved to another place does not open", async () => {
  await store.commit([Put(Table.ACCOUNT, "profile", ascii("mine")), PutLine(line("a", 1))]);
  await store.close();
  await meddle(async (tables, lines) => {
    const profile = await answered(tables.get(["account", "profile"]));
    tables.put(profile, ["account", "inbox"]);
    const [found] = await answered(lines.getAll(null));
    lines.put({ ...(found as object), value: profile });
  });
  const reopened = await openStore("alice", {}, origin.tab());
  await expect(reopened.table(Table.ACCOUNT)).rejects.toThrow(DamagedError);
  await expect(reopened.lines(ROOM, null, 1)).rejects.toThrow(DamagedError);
  await expect(reopened.lastLines()).rejects.toThrow(DamagedError);
  const late = reopened.commit([
    Put(Table.ALARM, "1", ascii("not kept")),
    AddLine(line("a", 1, { text: "in place of what cannot be read" })),
  ]);
  await expect(late).rejects.toThrow(DamagedError);
  expect((await reopened.table(Table.ALARM)).size).toBe(0);
});

async function meddle(
  how: (tables: ObjectStore, lines: ObjectStore) => Promise<void>,
): Promise<void> {
  const database = await openDatabase(origin.tab(), "alice", { make: false });
  if (database === null) throw new Error("no database");
  const transaction = begin(database, "readwrite", SEALED, LINES);
  await transact(transaction, () =>
    how(transaction.objectStore(SEALED), transaction.objectStore(LINES)),
  );
  database.close();
}

test("a commit on a closed store stores nothing, and says so", async () => {
  await store.commit([Put(Table.ALARM, "1", ascii("kept"))]);
  await store.close();
  const late = store.commit([Put(Table.ALARM, "2", ascii("late"))]);
  await expect(late).rejects.toMatchObject({ name: "NotStoredError", gone: true });
  await expect(store.table(Table.ALARM)).rejects.toThrow(NotStoredError);
  const reopened = await openStore("alice", {}, origin.tab());
  expect([...(await reopened.table(Table.ALARM)).keys()]).toEqual(["1"]);
});
