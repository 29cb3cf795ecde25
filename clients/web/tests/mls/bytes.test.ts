import { expect, test } from "vitest";

import { ascii, bytesKey, concat, equalBytes, toHex, uintBytes } from "../../src/mls/bytes.ts";
import { UsageError } from "../../src/mls/errors.ts";
import { bytes } from "../support/bytes.ts";

test("integers are big endian, up to 32 bits", () => {
  expect(uintBytes(0x01020304, 4)).toEqual(bytes("01020304"));
  expect(uintBytes(0xffff_fffe, 4)).toEqual(bytes("fffffffe"));
  expect(uintBytes(5, 2)).toEqual(bytes("0005"));
});

test("joined bytes share no memory with their parts", () => {
  const part = bytes("0102");
  const joined = concat(part, bytes(""), bytes("03"));
  part.fill(0);
  expect(joined).toEqual(bytes("010203"));
});

test("keys of a Map differ where the bytes do, however long they are", () => {
  const long = new Uint8Array(5000).fill(1);
  const other = long.with(4999, 2);
  expect(bytesKey(long)).toBe(bytesKey(long.slice()));
  expect(bytesKey(long)).not.toBe(bytesKey(other));
  expect(equalBytes(long, other)).toBe(false);
  expect(equalBytes(long, long.slice())).toBe(true);
  expect(equalBytes(bytes("01"), bytes("0100"))).toBe(false);
});

test("text is ASCII or refused, and hexadecimal has two digits for each byte", () => {
  expect(ascii("Az\x7f")).toEqual(bytes("417a7f"));
  expect(() => ascii("é")).toThrow(UsageError);
  expect(toHex(bytes("00ff0a"))).toBe("00ff0a");
});
