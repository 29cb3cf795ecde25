/** What is entrusted to custodians: custody.json and shamir.json, which Python and others have made. */

import { describe, expect, test } from "vitest";

import * as custody from "../../src/identity/custody.ts";
import { check, publish } from "../../src/identity/custody_key.ts";
import { SlotKey, readSlot } from "../../src/identity/device_box.ts";
import { DeviceKey } from "../../src/identity/keys.ts";
import * as shamir from "../../src/identity/shamir.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { type Bytes, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { bytes, secret } from "../support/bytes.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { CRYPTO } from "../support/suite.ts";

const NOW = 1_795_000_000;

interface Custodian {
  readonly user: UserId;
  readonly history_key: string;
  readonly public_key: string;
  readonly signed_by: DeviceId;
  readonly device_seed: string;
  readonly signature: string;
  readonly number: number;
  readonly sealed: string;
  readonly check: string;
}

interface Vectors {
  readonly user: UserId;
  readonly identity_key: string;
  readonly set: string;
  readonly deposit: string;
  readonly threshold: number;
  readonly recovery_key: string;
  readonly custodians: readonly Custodian[];
  readonly user_name: string;
  readonly slot: string;
  readonly code: string;
}

const GIVEN = ownVectors<Vectors>("custody");
const DEPOSIT: custody.Deposit = {
  user: GIVEN.user,
  identity_key: bytes(GIVEN.identity_key),
  which: GIVEN.set,
  number: GIVEN.deposit,
  threshold: GIVEN.threshold,
};

function entrusted({ user, number, sealed, check: right }: Custodian): custody.SealedShare {
  return { custodian: user, number, sealed: bytes(sealed), check: bytes(right) };
}

async function opened(given: Custodian, deposit = DEPOSIT): Promise<shamir.Share> {
  const pair = await custody.keyPair(CRYPTO, secret(given.history_key), given.user, GIVEN.set);
  return custody.openShare(CRYPTO, deposit, entrusted(given), pair.private_key);
}

function at<Item>(list: readonly Item[], place: number): Item {
  const found = list[place];
  if (found === undefined) throw new Error(`nothing at ${place}`);
  return found;
}

const FIRST = at(GIVEN.custodians, 0);

test.each(GIVEN.custodians)(
  "a custody key follows from a history key, and is signed",
  async (given) => {
    const pair = await custody.keyPair(CRYPTO, secret(given.history_key), given.user, GIVEN.set);
    expect(toHex(pair.public_key)).toBe(given.public_key);
    const key = await DeviceKey.of(secret(given.device_seed));
    const what = {
      user: given.user,
      which: GIVEN.set,
      public_key: pair.public_key,
      by: given.signed_by,
    };
    const published = await publish(key, what);
    expect(toHex(published.signature)).toBe(given.signature);
    await check(published, key.public);
    const elsewhere = check({ ...published, which: GIVEN.deposit }, key.public);
    await expect(elsewhere).rejects.toThrow("the signature is wrong");
    const short = publish(key, { ...what, public_key: pair.public_key.slice(1) });
    await expect(short).rejects.toThrow("a custody key has 1216 bytes");
    await expect(publish(key, { ...what, which: "x" })).rejects.toThrow("not an identifier");
  },
);

test("any two shares that were entrusted make the key", async () => {
  const shares = await Promise.all(GIVEN.custodians.map((each) => opened(each)));
  for (const some of [shares.slice(0, 2), shares.slice(1), [at(shares, 2), at(shares, 0)]]) {
    expect(toHex(custody.combine(DEPOSIT, some).reveal())).toBe(GIVEN.recovery_key);
  }
  expect(() => custody.combine(DEPOSIT, shares.slice(0, 1))).toThrow("too few shares");
});

test("a share is of one deposit, for one custodian, as it was sealed", async () => {
  for (const changed of [
    { user: FIRST.user },
    { identity_key: new Uint8Array(32).fill(1) },
    { which: GIVEN.deposit },
    { number: GIVEN.set },
    { threshold: 3 },
  ]) {
    const other = opened(FIRST, { ...DEPOSIT, ...changed });
    await expect(other).rejects.toThrow("this share does not open");
  }
  const sealed = bytes(FIRST.sealed);
  for (const place of [0, 1100, 1125, sealed.length - 1]) {
    const changed = toHex(sealed.with(place, at([...sealed], place) ^ 1));
    const bent = opened({ ...FIRST, sealed: changed });
    await expect(bent).rejects.toThrow("this share does not open");
  }
  await expect(opened({ ...FIRST, sealed: "00" })).rejects.toThrow("this share does not open");
  const wrong = opened({ ...FIRST, check: "00".repeat(32) });
  await expect(wrong).rejects.toThrow("not the share that was entrusted");
});

test("the code follows from slot and person, and only its digits are typed", () => {
  const slot = readSlot(bytes(GIVEN.slot));
  expect(custody.code(slot, GIVEN.user, GIVEN.user_name)).toBe(GIVEN.code);
  expect(custody.code(slot, GIVEN.user, ` @${GIVEN.user_name.toUpperCase()} `)).toBe(GIVEN.code);
  const right = custody.isCode(slot, GIVEN.user, GIVEN.user_name, GIVEN.code.replaceAll(" ", "-"));
  const other = custody.isCode(slot, GIVEN.user, "wei", GIVEN.code);
  const short = custody.isCode(slot, GIVEN.user, GIVEN.user_name, GIVEN.code.slice(1));
  expect([right, other, short]).toEqual([true, false, false]);
});

test("a share goes on to the device whose code was typed, and to no other", async () => {
  const pairs = GIVEN.custodians.map(async (each) => {
    const pair = await custody.keyPair(CRYPTO, secret(each.history_key), each.user, GIVEN.set);
    return [each.user, pair] as const;
  });
  const keys = new Map(await Promise.all(pairs));
  const publicKeys = new Map([...keys].map(([user, pair]) => [user, pair.public_key]));
  const kept = secret(GIVEN.recovery_key);
  const sealed = await custody.entrust(CRYPTO, DEPOSIT, kept, publicKeys);
  const asking = await DeviceKey.of(new Secret(CRYPTO.random(32)));
  const receiver = { user: GIVEN.user, device: identifier<DeviceId>(CRYPTO.random(16)) };
  const slot = await SlotKey.make(CRYPTO, asking, custody.PURPOSE, receiver, NOW);
  const received: shamir.Share[] = [];
  for (const share of sealed.slice(1)) {
    const privateKey = keys.get(share.custodian)?.private_key ?? kept;
    const ours = await custody.openShare(CRYPTO, DEPOSIT, share, privateKey);
    const key = await DeviceKey.of(new Secret(CRYPTO.random(32)));
    const sender = { user: share.custodian, device: identifier<DeviceId>(CRYPTO.random(16)) };
    const box = await custody.handOver(CRYPTO, DEPOSIT, slot.slot, ours, key, sender);
    const request = { slot, sender_key: key.public };
    received.push(await custody.receive(CRYPTO, DEPOSIT, share, box, request));
    const other = custody.receive(CRYPTO, DEPOSIT, at(sealed, 0), box, request);
    await expect(other).rejects.toThrow("another custodian's answer");
    const foreign = { ...DEPOSIT, number: GIVEN.set };
    const elsewhere = custody.receive(CRYPTO, foreign, share, box, request);
    await expect(elsewhere).rejects.toThrow("the box does not open");
    const wrong = await SlotKey.make(CRYPTO, asking, "history", receiver, NOW);
    const refused = custody.handOver(CRYPTO, DEPOSIT, wrong.slot, ours, key, sender);
    await expect(refused).rejects.toThrow("a request for something else");
  }
  expect(custody.combine(DEPOSIT, received).equals(kept)).toBe(true);
});

test("too few or too many hold no key together, and nobody without a key", async () => {
  const two = new Map(
    GIVEN.custodians.slice(0, 2).map((each) => [each.user, bytes(each.public_key)]),
  );
  for (const threshold of [1, 3]) {
    const refused = custody.entrust(CRYPTO, { ...DEPOSIT, threshold }, secret("00"), two);
    await expect(refused).rejects.toThrow("between 2 and 16 custodians");
  }
  const bad = new Map(two).set(FIRST.user, new Uint8Array(1216).fill(255));
  const sealing = custody.entrust(CRYPTO, DEPOSIT, secret("00"), bad);
  await expect(sealing).rejects.toThrow("nothing can be sealed to this custody key");
  const nothing = custody.keyPair(CRYPTO, new Secret(new Uint8Array()), FIRST.user, GIVEN.set);
  await expect(nothing).rejects.toThrow("this device has no history key");
});

interface Shared {
  readonly threshold: number;
  readonly secret: string;
  readonly shares: Readonly<Record<string, string>>;
}

describe("shares of another library", () => {
  const { cases } = ownVectors<{ readonly cases: readonly Shared[] }>("shamir");

  test.each(cases)("are combined, $threshold at a time", ({ threshold, secret: whole, shares }) => {
    const all = Object.entries(shares).map(([number, value]) => {
      return { number: Number(number), value: secret(value) };
    });
    for (const some of [all.slice(0, threshold), all.slice(-threshold).reverse()]) {
      expect(toHex(shamir.combine(some).reveal())).toBe(whole);
    }
  });
});

describe("our own shares", () => {
  const whole = new Secret(CRYPTO.random(20));
  const random = (threshold: number): Secret =>
    new Secret(CRYPTO.random(shamir.randomBytes(20, threshold)));

  test("give the secret back, and fewer do not", () => {
    const shares = shamir.split(whole, 3, 255, random(3));
    expect(shares).toHaveLength(255);
    for (const some of [shares.slice(0, 3), [at(shares, 254), at(shares, 7), at(shares, 100)]]) {
      expect(shamir.combine(some).equals(whole)).toBe(true);
    }
    expect(shamir.combine(shares.slice(0, 2)).equals(whole)).toBe(false);
  });

  test("are counted", () => {
    for (const [threshold, count] of [
      [1, 2],
      [3, 2],
      [2, 256],
    ] as const) {
      const act = (): unknown => shamir.split(whole, threshold, count, random(threshold));
      expect(act).toThrow("2 of 2 up to 255 of 255");
    }
    expect(() => shamir.split(whole, 2, 2, random(3))).toThrow("as many random bytes");
    const [one, two] = shamir.split(whole, 2, 2, random(2));
    if (one === undefined || two === undefined) throw new Error("there are two");
    const short: Bytes = two.value.reveal().slice(1);
    expect(() => shamir.combine([one])).toThrow("two or more shares");
    expect(() => shamir.combine([one, one])).toThrow("of different numbers");
    expect(() => shamir.combine([one, { ...two, number: 0 }])).toThrow("of different numbers");
    expect(() => shamir.combine([one, { ...two, number: 256 }])).toThrow("different numbers");
    const odd = [one, { ...two, value: new Secret(short) }];
    expect(() => shamir.combine(odd)).toThrow("shares of different secrets");
  });
});
