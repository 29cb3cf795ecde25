/** Reading a log bundle by bundle: whole and as signed, or not believed. */

import { describe, expect, test } from "vitest";

import { KeyLogState, begin, offered } from "../../src/engine/key_log.ts";
import {
  AT_ONCE,
  OtherLogError,
  type Reading,
  UnmetRootError,
  begun,
  check,
  due,
  take,
} from "../../src/engine/key_reading.ts";
import { type Bytes, ascii } from "../../src/mls/bytes.ts";
import { type TreeHead, headOf } from "../../src/transparency/compact.ts";
import { FormatError } from "../../src/transparency/errors.ts";
import { ED25519, verifierKey } from "../../src/transparency/keys.ts";
import {
  BEGUN,
  KEY,
  OWN,
  ask,
  bundleOf,
  followed,
  readAll,
  shown,
  treeOf,
} from "../support/key_logs.ts";
import { entries } from "../support/tlog.ts";

const NOBODY = new Set<never>();

async function readingOf(
  log: readonly Bytes[],
  keys: KeyLogState = KeyLogState.of({}),
): Promise<Reading> {
  return begin(keys, await offered(await shown(treeOf(log)), keys));
}

function promising(head: TreeHead): KeyLogState {
  return KeyLogState.of({ promise: { key: KEY.verifier, head } });
}

describe.each([1, 255, 256, 257, 1500])("a log of %i", (count) => {
  test.each([false, true])(
    "makes the signed root in whatever order it comes: %s",
    async (backwards) => {
      const log = entries(count);
      const reading = await readAll(log, await readingOf(log), { backwards });
      check(reading);
      expect(headOf(reading.range)).toEqual(treeOf(log));
      expect(reading.directory.size).toBe(count);
    },
  );
});

test("a few bundles are asked for at once, and each once", async () => {
  const log = entries(256 * 9);
  let reading = ask(await readingOf(log));
  expect(reading.asked.size).toBe(AT_ONCE);
  expect(due(reading)).toEqual([]);
  for (const [number, expected] of [
    [AT_ONCE, []],
    [1, [BigInt(AT_ONCE)]],
  ] as const) {
    const bundle = reading.asked.get(number);
    if (bundle === undefined) throw new Error("it was asked for");
    reading = await take(reading, number, bundleOf(log, bundle), OWN, NOBODY);
    expect(due(reading).map((each) => each.index)).toEqual(expected);
  }
});

test("what is known is not read twice", async () => {
  const keys = await followed(entries(300));
  const log = entries(310);
  const later = await readingOf(log, keys);
  expect(due(later)).toEqual([{ index: 1n, width: 310 - 256 }]);
  expect(later.held).toBe(bundleOf(entries(300), { index: 1n, width: 44 }).length);
  const read = await readAll(log, later);
  check(read);
  expect(read.directory.size).toBe(310);
});

test("another entry does not make the signed root", async () => {
  const reading = await readingOf(entries(300));
  const other = [...entries(299), ascii("{}")];
  const read = await readAll(other, reading);
  expect(() => {
    check(read);
  }).toThrow(UnmetRootError);
});

test.each([-1, 1])("a bundle of another size is none: %i", async (more) => {
  const log = entries(3);
  const reading = ask(await readingOf(log));
  const whole = bundleOf(log, { index: 0n, width: 3 });
  const data = more < 0 ? whole.slice(0, more) : Uint8Array.from([...whole, 0x78]);
  await expect(take(reading, 1, data, OWN, NOBODY)).rejects.toThrow(FormatError);
  await expect(take(reading, 7, whole, OWN, NOBODY)).rejects.toThrow(FormatError);
});

test.each([0, 1, 255, 256, 257, 300])("a promise of %i is kept on the way", async (size) => {
  const log = entries(300);
  const keys = promising(treeOf(log.slice(0, size)));
  check(await readAll(log, await readingOf(log, keys)));
});

test.each([1n, 256n, 300n])("a promise of %i that is not kept spoils the log", async (size) => {
  const log = entries(300);
  const keys = promising({ size, root: new Uint8Array(32) });
  const read = await readAll(log, await readingOf(log, keys));
  expect(() => {
    check(read);
  }).toThrow(OtherLogError);
});

test("an origin says when its log was begun", () => {
  expect(begun(KEY.verifier)).toBe(BEGUN);
  const long = `chat.example/v1/keys/${"1".repeat(16)}`;
  for (const name of ["chat.example/audit/1", "a/v1/keys/", "a/v1/keys/1x", "a/v1/keys/١", long]) {
    const key = verifierKey(name, ED25519, new Uint8Array(32));
    expect(() => begun(key)).toThrow(FormatError);
  }
});
