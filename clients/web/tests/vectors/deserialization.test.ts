/** deserialization.json of the MLS working group: length headers. */

import { expect, test } from "vitest";

import { Reader, encodeLength, readLength } from "../../src/mls/codec/index.ts";
import { bytes } from "../support/bytes.ts";
import { mls } from "../support/vectors.ts";

interface Case {
  readonly vlbytes_header: string;
  readonly length: number;
}

test("every header", (context) => {
  const cases = mls<Case>(context, "deserialization");
  expect(cases.length).toBe(14);
  for (const each of cases) {
    const header = bytes(each.vlbytes_header);
    const reader = new Reader(header);
    expect(readLength(reader)).toBe(each.length);
    reader.finish();
    expect(encodeLength(each.length)).toEqual(header);
  }
});
