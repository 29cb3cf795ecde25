/** Proposals that RFC 9420 does not define are preserved. */

import { inspect } from "node:util";

import { expect, test } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import {
  PROPOSAL_REMOVE,
  Proposal,
  customProposal,
  isCustomProposal,
} from "../../../src/mls/messages/proposals.ts";
import { GroupSecrets } from "../../../src/mls/messages/welcome.ts";
import { bytes } from "../../support/bytes.ts";

test("a custom proposal is read and written back", () => {
  const data = bytes("f0010568656c6c6f");
  const read = decode(Proposal, data);
  expect(read).toEqual(customProposal(0xf001, ascii("hello")));
  expect(isCustomProposal(read)).toBe(true);
  expect(encode(Proposal, read)).toEqual(data);
});

test("a defined type has its own structure", () => {
  const remove = decode(Proposal, bytes("000300000007"));
  expect(remove).toEqual({ proposal_type: PROPOSAL_REMOVE, removed: 7 });
  expect(isCustomProposal(remove)).toBe(false);
  expect(() => customProposal(PROPOSAL_REMOVE, EMPTY)).toThrow(UsageError);
});

test.each(["", "00", "000300", "f0010568656c6c"])("a proposal cut off is refused: %s", (hex) => {
  expect(() => decode(Proposal, bytes(hex))).toThrow(DecodeError);
});

test("what a Welcome seals does not print, and is read back", () => {
  const secrets: GroupSecrets = {
    joiner_secret: new Secret(ascii("joiner")),
    path_secret: { path_secret: new Secret(ascii("path")) },
    psks: [],
  };
  for (const shown of [inspect(secrets, { showHidden: true, depth: 9 }), JSON.stringify(secrets)]) {
    expect(shown).toContain("Secret(6 bytes)");
    for (const byte of ["106, 111", "6a6f"]) expect(shown).not.toContain(byte);
  }
  const again = decode(GroupSecrets, encode(GroupSecrets, secrets));
  expect(again.joiner_secret.equals(secrets.joiner_secret)).toBe(true);
});
