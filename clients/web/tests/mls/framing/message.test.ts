/** The outermost envelope. */

import { expect, test } from "vitest";

import { concat } from "../../../src/mls/bytes.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import { WIRE_KEY_PACKAGE } from "../../../src/mls/framing/content.ts";
import { unwrap, wrap } from "../../../src/mls/framing/message.ts";
import { bytes } from "../../support/bytes.ts";
import { bundleOf, person } from "../../support/people.ts";

const { key_package } = await bundleOf(await person("carol"));
const BODY = { wire_format: WIRE_KEY_PACKAGE, key_package } as const;

test("a KeyPackage travels in an envelope", () => {
  expect(unwrap(wrap(BODY))).toEqual(BODY);
});

test("other versions and formats are refused, and what is cut off or too long", () => {
  const data = wrap(BODY);
  const wrong = [
    concat(bytes("0002"), data.slice(2)),
    concat(bytes("00010009"), data.slice(4)),
    concat(data, bytes("00")),
    data.slice(0, -1),
  ];
  for (const changed of wrong) expect(() => unwrap(changed)).toThrow(DecodeError);
});
