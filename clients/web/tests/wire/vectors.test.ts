/** The cases that Python has written: the same verdict, and the same bytes. */

import { expect, test } from "vitest";

import { fromHex, toHex } from "../../src/mls/bytes.ts";
import { utf8Bytes, utf8Text } from "../../src/utf8.ts";
import { WireError } from "../../src/wire/errors.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { ofBody, ofFrame } from "../support/wire_verdict.ts";

interface Body {
  readonly body: string;
  readonly text?: string;
  readonly data?: string;
  readonly written?: string;
}

interface Frame {
  readonly side: string;
  readonly data: string;
  readonly written?: string;
}

interface Cases {
  readonly bodies: readonly Body[];
  readonly frames: readonly Frame[];
  readonly stricter: readonly { readonly name: string; body: string; data: string }[];
}

const CASES = ownVectors<Cases>("wire");
const bytesOf = (each: Body): Uint8Array =>
  each.text === undefined ? fromHex(each.data ?? "") : utf8Bytes(each.text);

test("there are cases of both verdicts", () => {
  for (const cases of [CASES.bodies, CASES.frames]) {
    expect(cases.filter((each) => each.written !== undefined).length).toBeGreaterThan(50);
    expect(cases.filter((each) => each.written === undefined).length).toBeGreaterThan(50);
  }
});

test.each(CASES.bodies)("$body $text$data", (each) => {
  const judge = (): string => utf8Text(ofBody(each.body, bytesOf(each)));
  if (each.written === undefined) expect(judge).toThrow(WireError);
  else expect(judge()).toBe(each.written);
});

test.each(CASES.frames)("$side frame $data", ({ side, data, written }) => {
  const judge = (): string => toHex(ofFrame(side, fromHex(data)));
  if (written === undefined) expect(judge).toThrow(WireError);
  else expect(judge()).toBe(written);
});

test.each(CASES.stricter)("only here it is refused: $name", ({ body, data }) => {
  expect(() => ofBody(body, fromHex(data))).toThrow(WireError);
});
