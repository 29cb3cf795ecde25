import { expect, test } from "vitest";

import * as cbor from "../../src/cbor.ts";
import { fromHex, toHex } from "../../src/mls/bytes.ts";
import {
  ALL,
  MAX_BYTES,
  MAX_DAYS,
  NONE,
  RoomPolicyError,
  decode,
  encode,
} from "../../src/wire/room_policy.ts";

const of = (...entries: readonly [cbor.Key, cbor.Value][]): Uint8Array =>
  cbor.encode(new Map(entries));

test.each([NONE, 1, 30, MAX_DAYS, ALL])("what is written is read: %i", (history) => {
  const policy = { history, others: new Map() };
  expect(decode(encode(policy))).toEqual(policy);
});

test("the bytes are these", () => {
  expect(toHex(encode({ history: 30, others: new Map() }))).toBe("a167686973746f7279181e");
  expect(toHex(encode({ history: ALL, others: new Map() }))).toBe("a167686973746f727920");
});

test("what a newer client has put there stays", () => {
  const later = new Map<cbor.Key, cbor.Value>([["a", [1, Uint8Array.of(120)]]]);
  const policy = decode(of(["history", 7], ["later", later]));
  expect(policy.history).toBe(7);
  expect(encode({ ...policy, history: ALL })).toEqual(of(["history", -1], ["later", later]));
});

test.each([
  ["nothing", new Uint8Array()],
  ["no map", cbor.encode(30)],
  ["no history", of()],
  ["another key alone", of(["later", 1])],
  ["less than all", of(["history", -2])],
  ["too many days", of(["history", MAX_DAYS + 1])],
  ["far too many days", of(["history", 2n ** 63n])],
  ["true", of(["history", true])],
  ["a text", of(["history", "all"])],
  ["a float", of(["history", new cbor.Float(30)])],
  ["a number as a key", of([1, 30])],
  ["bytes as a key", of(["history", 30], [Uint8Array.of(120), 1])],
  ["bytes behind", Uint8Array.of(...of(["history", 30]), 0)],
  ["a long number", fromHex("a167686973746f727918001e")],
  ["too large", of(["history", 30], ["later", new Uint8Array(MAX_BYTES)])],
  ["too deep", of(["history", 30], ["later", [[[[1]]]]])],
  ["too many", of(["history", 30], ["later", new Array<number>(64).fill(0)])],
])("refused: %s", (_name, data) => {
  expect(() => decode(data)).toThrow(RoomPolicyError);
});

test("one that nobody would read is not written", () => {
  const later = new Map([["later", new Uint8Array(MAX_BYTES)]]);
  expect(() => encode({ history: 30, others: later })).toThrow(RoomPolicyError);
  expect(() => encode({ history: MAX_DAYS + 1, others: new Map() })).toThrow(RoomPolicyError);
});
