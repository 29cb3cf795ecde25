/** identity.json: what Python's twin of this room says to what is wrong, down to the reason. */

import { describe, expect, test } from "vitest";

import * as certificate from "../../src/identity/certificate.ts";
import * as crockford from "../../src/identity/crockford.ts";
import { checkSlot, readBox, readSlot } from "../../src/identity/device_box.ts";
import { decodeStatement } from "../../src/identity/entries.ts";
import { IdentityError, WrongRecoveryKeyError } from "../../src/identity/errors.ts";
import { verify } from "../../src/identity/keys.ts";
import { LinkingCode } from "../../src/identity/linking/code.ts";
import { decode, decodeHandover } from "../../src/identity/linking/messages.ts";
import { RecoveryKey } from "../../src/identity/recovery.ts";
import * as safetyNumber from "../../src/identity/safety_number.ts";
import { unseal } from "../../src/identity/sealing.ts";
import { dayOf } from "../../src/identity/statements.ts";
import { folded } from "../../src/identity/typing.ts";
import { unlockWithKey } from "../../src/identity/vault.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { type Bytes, ascii, toHex } from "../../src/mls/bytes.ts";
import { bytes, secret } from "../support/bytes.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { type Told, verdict, verdicts } from "../support/verdicts.ts";

interface Case {
  readonly kind: string;
  readonly data: string;
  readonly verdict: string;
}

interface Vectors {
  readonly identity_key: string;
  readonly laptop_key: string;
  readonly user: UserId;
  readonly recovery_secret: string;
  readonly wrapping: string;
  readonly sealing_key: string;
  readonly changed: readonly (Case & { readonly changed: Told })[];
  readonly data: readonly Case[];
  readonly texts: readonly {
    readonly kind: string;
    readonly text: string;
    readonly verdict: string;
  }[];
}

const GIVEN = ownVectors<Vectors>("identity");
const [BOX] = ownVectors<readonly { readonly receiver_key: string }[]>("device-box");
const IDENTITY_KEY = bytes(GIVEN.identity_key);
const RECOVERY = new RecoveryKey(secret(GIVEN.recovery_secret));
const LAPTOP = {
  user: identifier<UserId>(counting(0)),
  device: identifier<DeviceId>(counting(32)),
};

function counting(first: number): Bytes {
  return Uint8Array.from({ length: 16 }, (_, place) => first + place);
}

const READERS: Readonly<Record<string, (data: Bytes) => unknown>> = {
  certificate: async (data) => {
    const read = await certificate.readAny(data);
    if (!(read instanceof certificate.VouchedCertificate)) return read;
    return read.vouchedBy(bytes(GIVEN.laptop_key), IDENTITY_KEY);
  },
  named: certificate.named,
  named_identity: (data) => toHex(certificate.namedIdentity(data)),
  statement: decodeStatement,
  message: decode,
  handover: decodeHandover,
  slot: (data) => checkSlot(readSlot(data), bytes(BOX?.receiver_key ?? ""), "history", LAPTOP),
  box: readBox,
  recovery: (data) => RECOVERY.open(data, GIVEN.user, IDENTITY_KEY),
  vault: (data) => unlockWithKey(data, secret(GIVEN.wrapping)),
  sealed: (data) => unseal(secret(GIVEN.sealing_key), data, ascii("place")),
  signature: (data) => verify(IDENTITY_KEY, ascii("a text"), data),
};

const TEXTS: Readonly<Record<string, (text: string) => string>> = {
  code: (text) => LinkingCode.read(text).written(),
  crockford: (text) => crockford.typed(text, 4) ?? "None",
  safety: safetyNumber.read,
  words: recovered,
  folded,
  day: (text) => dayOf(Number(text)),
};

function recovered(text: string): string {
  try {
    return toHex(RecoveryKey.read(text).secret.reveal());
  } catch (error) {
    if (!(error instanceof WrongRecoveryKeyError)) throw error;
    return `${error.slip} ${error.place} ${error.meant.join(" ")} ${error.count}`;
  }
}

function judge(kind: string): (data: Bytes) => unknown {
  const found = READERS[kind];
  if (found === undefined) throw new Error(`nobody reads a ${kind}`);
  return found;
}

describe.each(GIVEN.changed)("a good $kind", (given) => {
  test("is read, and wherever it is changed for the same reason not", async () => {
    const [read, data] = [judge(given.kind), bytes(given.data)];
    expect(await verdict(IdentityError, () => read(data))).toBe(given.verdict);
    expect(await verdicts(IdentityError, read, data)).toEqual(given.changed);
  });
});

test("what was made by hand is refused for the same reason", async () => {
  expect(new Set(GIVEN.data.map((each) => each.kind)).size).toBe(6);
  for (const given of GIVEN.data) {
    const said = await verdict(IdentityError, () => judge(given.kind)(bytes(given.data)));
    expect({ ...given, verdict: said }).toEqual(given);
  }
});

test.each(GIVEN.texts)("$kind $text", async ({ kind, text, verdict: told }) => {
  expect(await verdict(IdentityError, () => TEXTS[kind]?.(text))).toBe(told);
});
