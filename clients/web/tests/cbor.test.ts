/** The cases that Python has written: the same values, the same bytes, the same refusals. */

import { describe, expect, test } from "vitest";

import { CborError, Float, type Limits, Simple, Tag, decode, encode } from "../src/cbor.ts";
import { fromHex, toHex } from "../src/mls/bytes.ts";
import { type Json, shown, valueOf } from "./support/cbor_json.ts";
import { ownVectors } from "./support/own_vectors.ts";

interface Reading {
  readonly name: string;
  readonly data: string;
  readonly limits: Limits;
  readonly value?: Json;
  readonly refused?: string;
}

interface Writing {
  readonly name: string;
  readonly value: Json;
  readonly refused: string;
}

const CASES = ownVectors<{ reading: readonly Reading[]; writing: readonly Writing[] }>("cbor");
const TAKEN = CASES.reading.filter((each) => each.value !== undefined);
const REFUSED = CASES.reading.filter((each) => each.refused !== undefined);

test("there are cases of every kind", () => {
  expect(TAKEN.length).toBeGreaterThan(80);
  expect(REFUSED.length).toBeGreaterThan(50);
  expect(TAKEN.length + REFUSED.length).toBe(CASES.reading.length);
});

test.each(TAKEN)("taken: $name", ({ data, limits, value }) => {
  const read = decode(fromHex(data), limits);
  expect(shown(read)).toEqual(value);
  expect(toHex(encode(read))).toBe(data);
  expect(toHex(encode(valueOf(value ?? null)))).toBe(data);
});

test.each(REFUSED)("refused: $name", ({ data, limits, refused }) => {
  expect(() => decode(fromHex(data), limits)).toThrow(new CborError(refused));
});

test.each(CASES.writing)("without an encoding: $name", ({ value, refused }) => {
  expect(() => encode(valueOf(value))).toThrow(new CborError(refused));
});

describe("what only this language can say", () => {
  test.each([
    ["a fraction that is no Float", 1.5],
    ["a number that is not exact", 2 ** 53],
    ["NaN that is no Float", NaN],
    ["half a character", "\ud800"],
    ["half a character as a key", new Map([["\udc00", 1]])],
    ["a tag that is no whole number", new Tag(1.5, 1)],
    ["a tag below zero", new Tag(-1, 1)],
    ["a simple that is no whole number", new Simple(1.5)],
    ["undefined", undefined as never],
    ["an object", {} as never],
    ["a set", new Set() as never],
    ["a view that is not of bytes", new Uint16Array(1) as never],
    ["a key that is a boolean", new Map([[true as never, 1]])],
    ["a key that is a Float", new Map([[new Float(1) as never, 1]])],
  ])("%s has no encoding", (_name, value) => {
    expect(() => encode(value)).toThrow(CborError);
  });

  test("a key that is there twice has no encoding", () => {
    const bytes = new Map([
      [Uint8Array.of(1), 1],
      [Uint8Array.of(1), 2],
    ]);
    const numbers = new Map<number | bigint, number>([
      [5, 1],
      [5n, 2],
    ]);
    for (const map of [bytes, numbers]) expect(() => encode(map)).toThrow("twice");
  });

  test("one number has one encoding, whichever type holds it", () => {
    expect(encode(5n)).toEqual(encode(5));
    expect(encode(-0)).toEqual(encode(0));
    expect(encode(-1n)).toEqual(encode(-1));
  });

  test("what is read does not share memory with what it was read from", () => {
    const data = encode([Uint8Array.of(1, 2), new Map([[Uint8Array.of(3), "a"]])]);
    const value = decode(data);
    const before = encode(value);
    data.fill(0);
    expect(encode(value)).toEqual(before);
  });

  test("a length may need four bytes", () => {
    const written = encode("a".repeat(65_536));
    expect(toHex(written.subarray(0, 6))).toBe("7a0001000061");
    expect(decode(written)).toBe("a".repeat(65_536));
  });

  test("a part of a larger buffer is read by itself", () => {
    const larger = Uint8Array.of(0xff, 0x19, 0x01, 0x00, 0xff);
    expect(decode(larger.subarray(1, 4))).toBe(256);
  });
});
