import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import {
  PSK_EXTERNAL,
  PSK_RESUMPTION,
  PreSharedKeyID,
  ResumptionPSKUsage,
  resumptionPskUsageName,
} from "../../../src/mls/schedule/key_names.ts";
import { bytes } from "../../support/bytes.ts";

test("a PreSharedKeyID is its type, its name and its nonce", () => {
  const external = { psktype: PSK_EXTERNAL, psk_id: ascii("id"), psk_nonce: ascii("n") } as const;
  expect(encode(PreSharedKeyID, external)).toEqual(bytes("01026964016e"));
  const resumption = {
    psktype: PSK_RESUMPTION,
    usage: ResumptionPSKUsage.BRANCH,
    psk_group_id: ascii("g"),
    psk_epoch: 7n,
    psk_nonce: ascii("n"),
  } as const;
  expect(encode(PreSharedKeyID, resumption)).toEqual(bytes("020301670000000000000007016e"));
  expect(decode(PreSharedKeyID, bytes("020301670000000000000007016e"))).toEqual(resumption);
});

test.each(["00", "03026964016e", "020001670000000000000007016e", "020401670000000000000007016e"])(
  "an unknown type or usage is refused: %s",
  (hex) => {
    expect(() => decode(PreSharedKeyID, bytes(hex))).toThrow(DecodeError);
  },
);

test("a usage is named as RFC 9420 does", () => {
  const names = [1, 2, 3].map((usage) => resumptionPskUsageName(usage as ResumptionPSKUsage));
  expect(names).toEqual(["APPLICATION", "REINIT", "BRANCH"]);
});
