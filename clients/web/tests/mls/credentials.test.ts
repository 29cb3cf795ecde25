import { expect, test } from "vitest";

import { ascii } from "../../src/mls/bytes.ts";
import { decode, encode } from "../../src/mls/codec/index.ts";
import { BASIC, Credential, X509, credentialType } from "../../src/mls/credentials.ts";
import { DecodeError } from "../../src/mls/errors.ts";
import { bytes } from "../support/bytes.ts";

const ADA: Credential = { credential_type: BASIC, identity: ascii("ada") };
const CHAIN: Credential = {
  credential_type: X509,
  certificates: [{ cert_data: ascii("x") }, { cert_data: ascii("yz") }],
};

test("a credential is its type and its body", () => {
  expect(encode(Credential, ADA)).toEqual(bytes("000103616461"));
  expect(encode(Credential, CHAIN)).toEqual(bytes("000205017802797a"));
  expect(decode(Credential, bytes("000205017802797a"))).toEqual(CHAIN);
});

test("a credential knows its type", () => {
  expect(credentialType(ADA)).toBe(BASIC);
  expect(credentialType(CHAIN)).toBe(X509);
});

test("a credential of an unknown type is refused", () => {
  expect(() => decode(Credential, bytes("0a0a03616461"))).toThrow(DecodeError);
});
