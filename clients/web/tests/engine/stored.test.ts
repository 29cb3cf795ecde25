/** What a client stores: the cases that Python has written, with the same verdict and bytes. */

import { expect, test } from "vitest";

import * as historyRecords from "../../src/engine/history/records.ts";
import * as keyRecords from "../../src/engine/key_records.ts";
import * as records from "../../src/engine/records.ts";
import { StoredError } from "../../src/engine/stored.ts";
import { type Bytes, fromHex, toHex } from "../../src/mls/bytes.ts";
import { writeMessagePack } from "../../src/wire/message_pack.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { changes } from "../support/verdicts.ts";

interface Case {
  readonly record: string;
  readonly data: string;
  readonly value?: unknown;
  readonly written?: string;
  readonly refused?: true;
}

interface Cases {
  readonly cases: readonly Case[];
  readonly changed: readonly {
    readonly record: string;
    readonly data: string;
    /** Every how many changes there is a verdict. */
    readonly step: number;
    readonly verdicts: readonly (readonly [string, number])[];
  }[];
  readonly stricter: readonly (Case & { readonly name: string })[];
}

/** What a record knows of itself. */
interface Kind {
  decode(data: Uint8Array): object;
  encode(value: object): Bytes;
}

const CASES = ownVectors<Cases>("stored");
const KINDS = new Map<string, unknown>(
  [records, keyRecords, historyRecords].flatMap((room) => Object.entries(room)),
);

function kindOf(name: string): Kind {
  const kind = KINDS.get(name) as Kind | undefined;
  if (kind === undefined) throw new Error(`no record ${name}`);
  return kind;
}

/** Return a value as Python's `stored_examples.plain` does; which intent it is, its fields say. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { b: toHex(new Uint8Array(value)) };
  if (value instanceof Map) {
    return { map: [...value].map(([key, each]: [unknown, unknown]) => [plain(key), plain(each)]) };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== "type");
  return Object.fromEntries(fields.map(([name, each]) => [name, plain(each)]));
}

/** Read a record and write it anew. */
function ofRecord(name: string, data: Uint8Array): string {
  const kind = kindOf(name);
  return toHex(kind.encode(kind.decode(data)));
}

function verdict(name: string, data: Uint8Array): string {
  try {
    const written = ofRecord(name, data);
    return written === toHex(data) ? "same" : written;
  } catch (error) {
    if (error instanceof StoredError) return "refused";
    throw error;
  }
}

test("there are cases of both verdicts", () => {
  expect(CASES.cases.filter((each) => each.refused === true).length).toBeGreaterThan(50);
  expect(CASES.cases.filter((each) => each.value !== undefined).length).toBeGreaterThan(100);
});

test("every value is read field by field, and written byte for byte", () => {
  for (const { record, data, value } of CASES.cases) {
    if (value === undefined) continue;
    expect(plain(kindOf(record).decode(fromHex(data))), record).toEqual(value);
    expect(ofRecord(record, fromHex(data)), record).toBe(data);
  }
});

test("what older and newer clients wrote is read, what nobody writes is refused", () => {
  for (const { record, data, written = data, refused = false } of CASES.cases) {
    const judge = (): string => ofRecord(record, fromHex(data));
    if (refused) expect(judge, `${record} ${data}`).toThrow(StoredError);
    else expect(judge(), record).toBe(written);
  }
});

test.each(CASES.changed)("a changed $record", ({ record, data, step, verdicts }) => {
  const expected = verdicts.flatMap(([text, times]) => Array.from({ length: times }, () => text));
  const tried = [...changes(fromHex(data))].filter((_, place) => place % step === 0);
  const said = tried.map((each) => verdict(record, each));
  const against = said.filter(
    (each, place) => each !== expected[place] && expected[place] !== "inexact",
  );
  expect(said.length).toBe(expected.length);
  expect(against).toEqual([]);
});

test.each(CASES.stricter)("only here it is refused: $name", ({ record, data }) => {
  expect(() => ofRecord(record, fromHex(data))).toThrow(StoredError);
});

test("what is long is written in its longest forms", () => {
  const key = "ü".repeat(40_000);
  const named = Array.from({ length: 70_000 }, () => ["who", ""] as const);
  const alarm = records.AlarmRecord.of({
    key,
    arguments: named,
    conversation: "" as never,
    time_ms: 0,
  });
  expect(toHex(records.AlarmRecord.encode({ ...alarm, arguments: [] })).slice(0, 12)).toBe(
    "94db00013880",
  );
  const rest = toHex(records.AlarmRecord.encode({ ...alarm, key: "" }));
  expect(rest.slice(0, 16)).toBe("94a0dd0001117092");
});

test("a commit of a group of thousands comes back, whose parts are more than any frame has", () => {
  const nothing = new Uint8Array();
  const parts = Array.from({ length: 60_000 }, (_, at) => [`keys:${at}`, nothing] as const);
  const pending = records.PendingRecord.of({
    client_id: nothing,
    intent: records.Settle(),
    external: false,
    body: nothing,
    group_info: nothing,
    welcome: nothing,
    parts: new Map(parts),
  });
  const found = records.PendingRecord.decode(records.PendingRecord.encode(pending));
  expect(found.parts.size).toBe(60_000);
});

test("an error says nothing of what is stored", () => {
  const data = writeMessagePack(["a secret", "another", 7, 7]);
  expect(() => records.AlarmRecord.decode(data)).toThrow(
    new StoredError("stored bytes are not what they should be"),
  );
});
