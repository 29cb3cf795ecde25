import { describe, expect, test } from "vitest";

import { issue, vouch } from "../../src/identity/certificate.ts";
import { encodeStatement } from "../../src/identity/entries.ts";
import { IdentityError } from "../../src/identity/errors.ts";
import { KeyDirectory, type Keys, vouchedFor } from "../../src/identity/key_directory.ts";
import { DeviceKey, IdentityKey } from "../../src/identity/keys.ts";
import {
  type Added,
  NO_DEVICE,
  type Removed,
  type Statement,
  dayOf,
  rotate,
  signRemoval,
} from "../../src/identity/statements.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { type Bytes, EMPTY, ascii, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";

const DAY = "2026-11-21";
const ANNA = idOf<UserId>(1);
const [LAPTOP, PHONE, TABLET] = [idOf<DeviceId>(3), idOf<DeviceId>(7), idOf<DeviceId>(8)];
const [IDENTITY, ANEW] = [await IdentityKey.of(seed(1)), await IdentityKey.of(seed(9))];
const LAPTOPS = await DeviceKey.of(seed(3));
const PHONES = await DeviceKey.of(seed(7));
const TABLETS = await DeviceKey.of(seed(8));

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as `identifier`
function idOf<Kind extends UserId | DeviceId>(byte: number): Kind {
  return identifier<Kind>(new Uint8Array(16).fill(byte));
}

function seed(byte: number): Secret {
  return new Secret(new Uint8Array(32).fill(byte));
}

function added(device: DeviceId, certificate: Bytes): Added {
  return { op: "add", user: ANNA, device, certificate, day: DAY };
}

const ON_LAPTOP = await issue(IDENTITY, ANNA, LAPTOP, LAPTOPS.public, 1);
const ON_PHONE = await vouch(LAPTOPS, {
  by: LAPTOP,
  user: ANNA,
  identity_key: IDENTITY.public,
  device: PHONE,
  device_key: PHONES.public,
  created: 1,
});
const ON_TABLET = await issue(ANEW, ANNA, TABLET, TABLETS.public, 1);
const BOTH = [added(LAPTOP, ON_LAPTOP), added(PHONE, ON_PHONE)];

async function after(...said: readonly Statement[]) {
  const [directory, told] = await KeyDirectory.EMPTY.after(said.map(encodeStatement));
  return { directory, refused: told.map((each) => each.refused) };
}

function keysOf(directory: KeyDirectory): Keys {
  const found = directory.people.get(ANNA);
  if (found === undefined) throw new Error("Anna is not listed");
  return found;
}

describe("devices", () => {
  test("are listed, by the identity key or by another device", async () => {
    const { directory, refused } = await after(...BOTH);
    expect(refused).toEqual(["", ""]);
    expect([directory.lists(ON_LAPTOP), directory.lists(ON_PHONE)]).toEqual([true, true]);
    expect(directory.lists(ON_TABLET)).toBe(false);
    const proven = await directory.certificateOf(ON_PHONE);
    expect([proven?.device_id, proven?.by]).toEqual([PHONE, LAPTOP]);
    expect(await directory.certificateOf(ON_PHONE)).toBe(proven);
    expect(await directory.certificateOf(ON_TABLET)).toBeNull();
    expect([...vouchedFor(keysOf(directory), LAPTOP)]).toEqual([PHONE]);
  });

  test("are not vouched for by one that is not there yet, nor used twice", async () => {
    const [laptop, phone] = BOTH;
    if (laptop === undefined || phone === undefined) throw new Error("there are two");
    expect((await after(phone, laptop, laptop)).refused).toEqual([
      "vouched for by a device that is none of this person's",
      "",
      "a device or key that was used before",
    ]);
  });

  test("end when they are removed, by whoever may", async () => {
    const by = { by: NO_DEVICE, signature: EMPTY };
    const gone: Removed = { op: "remove", user: ANNA, device: LAPTOP, day: DAY, ...by };
    const signature = await signRemoval(PHONES, ANNA, LAPTOP, PHONE);
    const asked = { ...gone, by: PHONE, signature };
    const { directory, refused } = await after(...BOTH, { ...asked, device: PHONE }, asked, gone);
    expect(refused.slice(2)).toEqual(["the signature is wrong", "", "not a device of this person"]);
    expect([directory.lists(ON_LAPTOP), directory.hasListed(ON_LAPTOP)]).toEqual([false, true]);
    expect((await directory.certificateOf(ON_PHONE))?.device_id).toBe(PHONE);
  });

  test("all end with a reset, which brings a new identity key", async () => {
    const reset = { ...added(TABLET, ON_TABLET), op: "reset" } as const;
    const { directory, refused } = await after(...BOTH, reset);
    expect(refused[2]).toBe("");
    expect([directory.lists(ON_PHONE), directory.lists(ON_TABLET)]).toEqual([false, true]);
    expect([...keysOf(directory).former]).toEqual([toHex(IDENTITY.public)]);
    expect((await after(reset)).refused).toEqual([
      "somebody without an identity key has lost none",
    ]);
  });

  test("stay when the identity key is another one, and a log is read in pieces", async () => {
    const said = await rotate(IDENTITY, ANEW, LAPTOPS, ANNA, LAPTOP, DAY);
    const { directory } = await after(...BOTH);
    const [next, told] = await directory.after(
      [said, added(TABLET, ON_TABLET)].map(encodeStatement),
    );
    expect(told.map(({ index, refused }) => [index, refused])).toEqual([
      [2, ""],
      [3, ""],
    ]);
    expect([directory.size, next.size]).toEqual([2, 4]);
    expect(keysOf(directory).identity_key).toEqual(IDENTITY.public);
    expect([directory.lists(ON_TABLET), next.lists(ON_TABLET), next.lists(ON_PHONE)]).toEqual([
      false,
      true,
      true,
    ]);
    const stored = KeyDirectory.of(next.size, next.people, next.custodians, next.sets);
    expect((await stored.certificateOf(ON_PHONE))?.by).toBe(LAPTOP);
    expect((await stored.after([encodeStatement(said)]))[1][0]?.refused).toBe(
      "a rotation brings a new identity key",
    );
  });
});

test("what is no entry counts and changes nothing", async () => {
  const entries = [ascii("noise"), ...BOTH.map(encodeStatement)];
  const [directory, told] = await KeyDirectory.EMPTY.after(entries);
  expect(told[0]).toEqual({
    index: 0,
    statement: null,
    refused: "not an entry of the key directory",
  });
  expect(keysOf(directory).devices.get(PHONE)?.index).toBe(2);
});

test("custodians are appointed once, and ended if there are any", async () => {
  const people = [ANNA, idOf<UserId>(2)].sort();
  const set = { op: "custodians", which: ANNA, people, threshold: 2, day: DAY } as const;
  const none = { ...set, which: PHONE, people: [], threshold: 0 } as const;
  const { directory, refused } = await after(none, set, set, { ...none, which: LAPTOP });
  expect(refused).toEqual([
    "there were no custodians to end",
    "",
    "a set of custodians that was there before",
    "",
  ]);
  expect([directory.custodians, directory.sets.size]).toEqual([null, 2]);
});

test("a statement that no reader takes is not written", () => {
  const [first] = BOTH;
  if (first === undefined) throw new Error("there is one");
  for (const bad of [
    { ...first, day: "2026-02-30" },
    { ...first, certificate: EMPTY },
    { ...first, device: "nobody" as DeviceId },
  ]) {
    expect(() => encodeStatement(bad)).toThrow(IdentityError);
  }
  expect(() => dayOf(Infinity)).toThrow("no such day");
});
