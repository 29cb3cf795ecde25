import { expect, test } from "vitest";

import { EMPTY, ascii } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { BASIC } from "../../src/mls/credentials.ts";
import { DecodeError } from "../../src/mls/errors.ts";
import {
  EXTERNAL_SENDERS,
  type Extension,
  GROUP_CONTEXT_TYPES,
  LEAF_NODE_TYPES,
  RATCHET_TREE,
  REQUIRED_CAPABILITIES,
  RequiredCapabilities,
  checkExtensions,
  externalSenders,
  externalSendersExtension,
  findExtension,
  isGrease,
  requiredCapabilities,
} from "../../src/mls/extensions.ts";
import { Rule } from "../../src/mls/rules.ts";
import { bytes } from "../support/bytes.ts";
import { refused } from "../support/refused.ts";

const extension = (kind: number, data = EMPTY): Extension => ({
  extension_type: kind,
  extension_data: data,
});
const CUSTOM = extension(0xf123, ascii("ours"));

test("an extension is found by its type", () => {
  expect(findExtension([CUSTOM], 0xf123)).toEqual(ascii("ours"));
  expect(findExtension([CUSTOM], 0xf124)).toBeNull();
});

test("two extensions of one type are refused", async () => {
  const twice = [CUSTOM, extension(0xf123)];
  await refused(Rule.EXTENSION_UNIQUE, () => {
    checkExtensions(twice, LEAF_NODE_TYPES);
  });
});

test("an extension in the wrong place is refused", async () => {
  await refused(Rule.EXTENSION_ELSEWHERE, () => {
    checkExtensions([extension(RATCHET_TREE)], LEAF_NODE_TYPES);
  });
});

test("a refusal says which type it is about", () => {
  expect(() => {
    checkExtensions([extension(RATCHET_TREE)], LEAF_NODE_TYPES);
  }).toThrow(/\(type 0x0002\)$/);
});

test("custom and GREASE extensions stand anywhere", () => {
  const grease = extension(0x1a1a, bytes("00"));
  for (const allowed of [LEAF_NODE_TYPES, GROUP_CONTEXT_TYPES]) {
    expect(() => {
      checkExtensions([CUSTOM, grease], allowed);
    }).not.toThrow();
  }
});

test("required capabilities are read or empty", () => {
  const wanted = { extension_types: [0xf123], proposal_types: [9], credential_types: [1] };
  const data = encode(RequiredCapabilities, wanted);
  expect(requiredCapabilities([extension(REQUIRED_CAPABILITIES, data)])).toEqual(wanted);
  const none = { extension_types: [], proposal_types: [], credential_types: [] };
  expect(requiredCapabilities([CUSTOM])).toEqual(none);
  expect(() => requiredCapabilities([extension(REQUIRED_CAPABILITIES, bytes("01"))])).toThrow(
    DecodeError,
  );
});

test("external senders are read as they were written", () => {
  const credential = { credential_type: BASIC, identity: ascii("server") } as const;
  const senders = [{ signature_key: new Uint8Array(32), credential }];
  const made = externalSendersExtension(senders);
  expect(made.extension_type).toBe(EXTERNAL_SENDERS);
  expect(externalSenders([made])).toEqual(senders);
  expect(externalSenders([])).toEqual([]);
});

test("GREASE is what section 13.5 lists", () => {
  const listed = Array.from({ length: 15 }, (_, n) => (n << 12) | 0x0a00 | (n << 4) | 0x0a);
  const found = Array.from({ length: 2 ** 16 }, (_, value) => value).filter(isGrease);
  expect(found).toEqual(listed);
});
