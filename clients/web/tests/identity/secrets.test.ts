/** No secret of this room is printed, cloned, thrown or made JSON of. */

import { expect, test } from "vitest";

import { SlotKey } from "../../src/identity/device_box.ts";
import { IdentityError } from "../../src/identity/errors.ts";
import { DeviceKey, IdentityKey, verify } from "../../src/identity/keys.ts";
import { EphemeralKey } from "../../src/identity/linking/channel.ts";
import { LinkingCode, Way } from "../../src/identity/linking/code.ts";
import { enter } from "../../src/identity/linking/existing_device.ts";
import { offer } from "../../src/identity/linking/new_device.ts";
import { RecoveryKey } from "../../src/identity/recovery.ts";
import { ShortAuthenticationString } from "../../src/identity/sas.ts";
import { VaultKey } from "../../src/identity/vault.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { ascii } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { leaked, shown } from "../support/leaks.ts";
import { CRYPTO } from "../support/suite.ts";

const NOW = 1_795_000_000;

function random(length: number): Secret {
  return new Secret(CRYPTO.random(length));
}

test("what holds a secret does not show it", async () => {
  const [seed, recovery, vault, sas] = [random(32), random(20), random(32), random(6)];
  const [ephemeral, scanned, slot] = [random(32), random(16), random(32)];
  const key = await DeviceKey.of(seed);
  const device = identifier<DeviceId>(CRYPTO.random(16));
  const receiver = { user: identifier<UserId>(CRYPTO.random(16)), device };
  const made = await SlotKey.make(CRYPTO, key, "history", receiver, NOW);
  const beginning = { way: Way.SCANNED, secret: scanned, ephemeral, device, key, name: "New" };
  const offered = await offer(beginning, NOW);
  const entered = await enter(LinkingCode.read(offered.code.written()), slot, NOW);
  const awaits = entered.receive(offered.message, NOW);
  const compares = await offered.receive(awaits.message, NOW);
  const there = await awaits.receive(compares.message, NOW);
  const holders = [
    key,
    await IdentityKey.of(seed),
    new RecoveryKey(recovery),
    new VaultKey(vault),
    new ShortAuthenticationString(sas),
    await EphemeralKey.of(ephemeral),
    made,
    ...[offered, entered, awaits, compares, there, there.sas],
  ];
  const secrets = [seed, recovery, vault, sas, ephemeral, scanned, slot, made.secret];
  for (const holder of holders) {
    expect(leaked(secrets, shown(holder))).toEqual([]);
  }
});

test("keys are of their kind, and equal if they sign alike", async () => {
  const seed = random(32);
  const [device, again] = [await DeviceKey.of(seed), await DeviceKey.of(seed)];
  const [identity, other] = [await IdentityKey.of(seed), await DeviceKey.of(random(32))];
  expect([device.equals(again), device.equals(other), device.equals(identity)]).toEqual([
    true,
    false,
    false,
  ]);
  const signature = await device.sign(ascii("a text"));
  await verify(device.public, ascii("a text"), signature);
  for (const [key, text, signed] of [
    [other.public, "a text", signature],
    [device.public, "another", signature],
    [device.public, "a text", signature.slice(1)],
    [device.public.slice(1), "a text", signature],
  ] as const) {
    await expect(verify(key, ascii(text), signed)).rejects.toThrow(IdentityError);
  }
});

test("a secret of another length makes no key", async () => {
  await expect(DeviceKey.of(random(31))).rejects.toThrow("a seed has 32 bytes, not 31");
  await expect(EphemeralKey.of(random(33))).rejects.toThrow("an ephemeral key has 32 bytes");
  expect(() => new RecoveryKey(random(19))).toThrow("a recovery key has 20 bytes, not 19");
  expect(() => new VaultKey(random(31))).toThrow("a vault key has 32 bytes, not 31");
  expect(() => new ShortAuthenticationString(random(7))).toThrow("6 bytes are shown, not 7");
  expect(() => new LinkingCode(random(6))).toThrow("another number of bytes");
});
