/** A log that takes the place of another one: what had ended has ended, whatever it says. */

import { beforeAll, expect, test } from "vitest";

import { continued, gone } from "../../src/engine/key_anew.ts";
import type { AccountRecord } from "../../src/engine/records.ts";
import { vouch } from "../../src/identity/certificate.ts";
import { encodeStatement } from "../../src/identity/entries.ts";
import { KeyDirectory, type Listed } from "../../src/identity/key_directory.ts";
import { DeviceKey } from "../../src/identity/keys.ts";
import { NO_DEVICE, type Statement } from "../../src/identity/statements.ts";
import { type DeviceId, identifier } from "../../src/ids.ts";
import { EMPTY, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { accountOf } from "../support/account.ts";

const DAY = "2026-11-21";
const [PHONE, TABLET] = [70, 80].map((byte) => deviceOf(byte)) as [DeviceId, DeviceId];
let anna: AccountRecord;
let bo: AccountRecord;
let phone: Statement;
let tablet: Statement;

beforeAll(async () => {
  [anna, bo] = [await accountOf(1), await accountOf(2)];
  const laptops = await keyOf(anna.device_seed);
  const phones = await keyOf(new Uint8Array(32).fill(70));
  phone = await vouched(laptops, anna.device, PHONE, phones);
  tablet = await vouched(phones, PHONE, TABLET, await keyOf(new Uint8Array(32).fill(80)));
});

function deviceOf(byte: number): DeviceId {
  return identifier<DeviceId>(new Uint8Array(16).fill(byte));
}

function keyOf(seed: AccountRecord["device_seed"]): Promise<DeviceKey> {
  return DeviceKey.of(new Secret(seed));
}

async function vouched(key: DeviceKey, by: DeviceId, device: DeviceId, its: DeviceKey) {
  const { user, identity_key } = anna;
  const what = { by, user, identity_key, device, device_key: its.public, created: 1 };
  const certificate = await vouch(key, what);
  return { op: "add", user, device, certificate, day: DAY } as const;
}

function added({ user, device, certificate }: AccountRecord): Statement {
  return { op: "add", user, device, certificate, day: DAY };
}

function removed(device: DeviceId): Statement {
  return { op: "remove", user: anna.user, device, day: DAY, by: NO_DEVICE, signature: EMPTY };
}

async function read(...said: readonly Statement[]): Promise<KeyDirectory> {
  const [directory] = await KeyDirectory.EMPTY.after(said.map(encodeStatement));
  return directory;
}

function listed(directory: KeyDirectory, device: DeviceId): Listed {
  const found = directory.people.get(anna.user)?.devices.get(device);
  if (found === undefined) throw new Error("it is listed");
  return found;
}

test("devices that a new log lacks are none any more, but were, as of its end", async () => {
  const before = await read(added(anna), added(bo));
  const directory = continued(before, await read(added(bo)));
  expect(directory.size).toBe(1);
  expect(directory.lists(bo.certificate)).toBe(true);
  expect(directory.lists(anna.certificate)).toBe(false);
  expect(directory.hasListed(anna.certificate)).toBe(true);
  expect(directory.people.get(anna.user)?.identity_key).toEqual(anna.identity_key);
  expect(directory.people.get(anna.user)?.former.size).toBe(0);
  expect(listed(directory, anna.device)).toMatchObject({ index: 0, ended: true, kept_out: false });
});

test("what had ended stays out, and so does whatever it vouches for now", async () => {
  const before = await read(added(anna), phone, removed(PHONE));
  expect(gone(before)).toEqual(new Set([PHONE, toHex(listed(before, PHONE).device_key)]));
  const directory = continued(before, await read(added(anna), phone, tablet));
  for (const device of [PHONE, TABLET]) {
    expect(listed(directory, device)).toMatchObject({ ended: true, kept_out: true });
  }
  expect(listed(directory, anna.device).ended).toBe(false);
});

test("whom an ended device had let in before, stays in", async () => {
  const before = await read(added(anna), phone, tablet, removed(PHONE));
  const directory = continued(before, await read(added(anna), phone, tablet));
  expect(listed(directory, TABLET)).toMatchObject({ ended: false, kept_out: false });
  expect(listed(directory, PHONE)).toMatchObject({ ended: true, kept_out: true });
});

test("what has ended in both is not kept out", async () => {
  const both = await read(added(anna), phone, removed(PHONE));
  const found = listed(continued(both, both), PHONE);
  expect(found).toMatchObject({ ended: true, kept_out: false });
});
