import { expect, test } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import { exportSecret } from "../../../src/mls/schedule/exporter.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";

const EXPORTER = new Secret(new Uint8Array(32).fill(7));

function exported(label: string, context = EMPTY, length = 32): Secret {
  return exportSecret(CRYPTO, SUITE, EXPORTER, label, context, length);
}

test("label, context and length each make another secret", () => {
  const one = exported("one");
  expect(one.equals(exported("one"))).toBe(true);
  const others = [exported("two"), exported("one", ascii("context")), exported("one", EMPTY, 33)];
  for (const other of others) expect(one.equals(other)).toBe(false);
  expect(others[2]?.reveal().slice(0, 32)).not.toEqual(one.reveal());
});

test.each(["\u00e9", "\ud800"])("a label is ASCII: %j", (label) => {
  expect(() => exported(label)).toThrow(UsageError);
});

test("HKDF gives so many bytes and no more", () => {
  expect(exported("all", EMPTY, 255 * 32)).toHaveLength(255 * 32);
  expect(exported("none", EMPTY, 0)).toHaveLength(0);
  for (const length of [-1, 0.5, 255 * 32 + 1, Number.NaN]) {
    expect(() => exported("label", EMPTY, length)).toThrow(UsageError);
  }
});
