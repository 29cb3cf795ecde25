/** A manifest opens for its person, its key and its version, and for nothing else. */

import { expect, test } from "vitest";

import {
  MOST_BYTES,
  type Manifest,
  ManifestError,
  digest,
  open,
  seal,
} from "../../../src/engine/history/manifest.ts";
import { type ConversationId, type UserId, identifier } from "../../../src/ids.ts";
import { toHex, uintBytes } from "../../../src/mls/bytes.ts";

const KEY = new Uint8Array(32).fill(104);
const NONCE = new Uint8Array(24).fill(110);
const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const WEI = identifier<UserId>(new Uint8Array(16).fill(119));
const SEGMENT = {
  id: identifier(new Uint8Array(16).fill(115)),
  head: new Uint8Array(4),
  key: new Uint8Array(32).fill(107),
  parts: 3,
  chain: new Uint8Array(32).fill(99),
};
const ROOM = identifier<ConversationId>(new Uint8Array(16).fill(114));
const MADE: Manifest = { segments: [SEGMENT], coverage: { rooms: [[ROOM, 1, [[0, 7]]]] } };
const SEALED = seal(MADE, KEY, ANNA, 4, NONCE);

test("it comes back as it was", () => {
  expect(open(KEY, ANNA, 4, SEALED)).toEqual(MADE);
});

test("it is of one person, key and version", () => {
  const other = new Uint8Array(32).fill(120);
  const others = [
    [other, ANNA, 4],
    [KEY, WEI, 4],
    [KEY, ANNA, 5],
    [KEY, ANNA, 3],
    [KEY, ANNA, -1],
    [KEY, "nobody" as UserId, 4],
  ] as const;
  for (const [key, user, version] of others) {
    expect(() => open(key, user, version, SEALED)).toThrow(ManifestError);
  }
});

test("no changed byte is taken", () => {
  for (const [at, byte] of SEALED.entries()) {
    expect(() => open(KEY, ANNA, 4, SEALED.with(at, byte ^ 1))).toThrow(ManifestError);
  }
  for (const cut of [new Uint8Array(), SEALED.slice(0, -1), new Uint8Array([...SEALED, 120])]) {
    expect(() => open(KEY, ANNA, 4, cut)).toThrow(ManifestError);
  }
});

test("it stays below its bound", () => {
  const intervals = Array.from({ length: 16 }, (_, at) => [2 * at, 2 * at + 1] as const);
  const rooms = Array.from({ length: 1_000 }, (_, at) => {
    const bytes = new Uint8Array(16);
    bytes.set(uintBytes(at, 4), 12);
    return [identifier<ConversationId>(bytes), 1, intervals] as const;
  });
  const sealed = seal({ segments: [SEGMENT], coverage: { rooms } }, KEY, ANNA, 1, NONCE);
  expect(sealed.length).toBeLessThanOrEqual(MOST_BYTES);
  const opened = open(KEY, ANNA, 1, sealed);
  expect(opened.segments).toEqual([SEGMENT]);
  expect(opened.coverage.rooms.length).toBeGreaterThan(0);
  expect(opened.coverage.rooms.length).toBeLessThan(1_000);
});

test("it is sealed for somebody, at a version", () => {
  expect(() => seal(MADE, KEY, "nobody" as UserId, 1, NONCE)).toThrow(ManifestError);
  for (const version of [-1, 1.5, NaN, 2 ** 64]) {
    expect(() => seal(MADE, KEY, ANNA, version, NONCE)).toThrow(ManifestError);
  }
});

test("a device remembers it by its hash", () => {
  expect(toHex(digest(new Uint8Array()))).toMatch(/^e3b0c44298fc1c14/);
  expect(digest(SEALED)).not.toEqual(digest(SEALED.slice(1)));
});
