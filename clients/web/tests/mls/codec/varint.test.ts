import { expect, test } from "vitest";

import { Reader, encodeLength, readLength, MAX_LENGTH } from "../../../src/mls/codec/index.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import { bytes } from "../../support/bytes.ts";

test.each([
  [0, "00"],
  [63, "3f"],
  [64, "4040"],
  [16383, "7fff"],
  [16384, "80004000"],
  [MAX_LENGTH, "bfffffff"],
])("the length %i is written in the shortest way, and read", (length, header) => {
  expect(encodeLength(length)).toEqual(bytes(header));
  expect(readLength(new Reader(bytes(header)))).toBe(length);
});

test.each(["4000", "403f", "80000000", "80003fff", "c0", "ff", "", "40", "800040"])(
  "%j is no length",
  (header) => {
    expect(() => readLength(new Reader(bytes(header)))).toThrow(DecodeError);
  },
);

test("a length of more than 30 bits is not written", () => {
  expect(() => encodeLength(MAX_LENGTH + 1)).toThrow(UsageError);
});
