/** Our own formats (docs/spec), written byte for byte as Python writes them, and read back. */

import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";

import * as certificate from "../../src/identity/certificate.ts";
import {
  SlotKey,
  checkSlot,
  encodeBox,
  encodeSlot,
  readBox,
  readSlot,
  seal,
} from "../../src/identity/device_box.ts";
import { decodeStatement, encodeStatement } from "../../src/identity/entries.ts";
import { DeviceKey, IdentityKey } from "../../src/identity/keys.ts";
import { RecoveryKey } from "../../src/identity/recovery.ts";
import { codeParts, read, safetyNumber, same } from "../../src/identity/safety_number.ts";
import { ALL } from "../../src/identity/sas.ts";
import * as sessionProof from "../../src/identity/session_proof.ts";
import { rotate, verifyRotation } from "../../src/identity/statements.ts";
import {
  Method,
  VaultKey,
  method,
  unlockWithKey,
  unlockWithPassphrase,
} from "../../src/identity/vault.ts";
import type { DeviceId, UserId } from "../../src/ids.ts";
import { ascii, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { utf8Bytes } from "../../src/utf8.ts";
import { stretch } from "../support/argon2.ts";
import { bytes, secret } from "../support/bytes.ts";
import { ownVectors } from "../support/own_vectors.ts";
import { CRYPTO } from "../support/suite.ts";

type Fields<Name extends string> = Readonly<Record<Name, string>>;
interface Owned {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly by: DeviceId;
  readonly created: number;
}

type Certified = Owned & Fields<"identity_seed" | "identity_key" | "device_key" | "certificate">;

test.each(ownVectors<readonly Certified[]>("certificate"))("a certificate", async (given) => {
  const key = await IdentityKey.of(secret(given.identity_seed));
  expect(toHex(key.public)).toBe(given.identity_key);
  const { user, device, created } = given;
  const made = await certificate.issue(key, user, device, bytes(given.device_key), created);
  expect(toHex(made)).toBe(given.certificate);
  const found = await certificate.read(made);
  expect([found.user_id, found.device_id, found.created]).toEqual([user, device, created]);
  expect(certificate.named(made)).toBe(device);
});

type Vouched = Owned & Fields<"by_seed" | "by_key" | "identity_key" | "device_key" | "certificate">;

test.each(ownVectors<readonly Vouched[]>("certificate-vouched"))("a vouching", async (given) => {
  const [identityKey, deviceKey] = [bytes(given.identity_key), bytes(given.device_key)];
  const { by, user, device, created } = given;
  const what = { by, user, device, created, identity_key: identityKey, device_key: deviceKey };
  const made = await certificate.vouch(await DeviceKey.of(secret(given.by_seed)), what);
  expect(toHex(made)).toBe(given.certificate);
  const found = await certificate.readAny(made);
  if (!(found instanceof certificate.VouchedCertificate)) throw new Error("it proves itself");
  const proven = await found.vouchedBy(bytes(given.by_key), identityKey);
  expect([proven.user_id, proven.by, toHex(proven.device_key)]).toEqual([
    user,
    by,
    given.device_key,
  ]);
  expect([found.namesKey(deviceKey), found.namesKey(identityKey)]).toEqual([true, false]);
  await expect(certificate.read(made)).rejects.toThrow("proves nothing by itself");
});

type Proof = Owned & Fields<"device_seed" | "device_key" | "token" | "signature">;

test.each(ownVectors<readonly Proof[]>("session-proof"))("a session proof", async (given) => {
  const { user, device, token } = given;
  const made = await sessionProof.sign(
    await DeviceKey.of(secret(given.device_seed)),
    user,
    device,
    token,
  );
  expect(toHex(made)).toBe(given.signature);
  const hash = new Uint8Array(sha256(ascii(token)));
  await sessionProof.verify(bytes(given.device_key), made, user, device, hash);
  const other = new Uint8Array(sha256(ascii("another")));
  const wrong = sessionProof.verify(bytes(given.device_key), made, user, device, other);
  await expect(wrong).rejects.toThrow("the signature is wrong");
});

type Rotation = Owned &
  Fields<"former_seed" | "former_key" | "new_seed" | "device_seed" | "device_key" | "entry">;

test.each(ownVectors<readonly Rotation[]>("rotation"))("a rotation", async (given) => {
  const former = await IdentityKey.of(secret(given.former_seed));
  const anew = await IdentityKey.of(secret(given.new_seed));
  const key = await DeviceKey.of(secret(given.device_seed));
  const said = await rotate(former, anew, key, given.user, given.by, "2026-11-21");
  expect(encodeStatement(said)).toEqual(ascii(given.entry));
  expect(decodeStatement(ascii(given.entry))).toEqual(said);
  await verifyRotation(bytes(given.former_key), bytes(given.device_key), said);
});

type Recovered = Owned &
  Fields<
    | "recovery_secret"
    | "german"
    | "english"
    | "identity_seed"
    | "identity_key"
    | "history_key"
    | "nonce"
    | "box"
  >;

test.each(ownVectors<readonly Recovered[]>("recovery"))("a recovery box", async (given) => {
  const key = new RecoveryKey(secret(given.recovery_secret));
  expect([key.written("de-CH"), key.written("fr")]).toEqual([given.german, given.english]);
  expect(RecoveryKey.read(given.german).equals(RecoveryKey.read(given.english))).toBe(true);
  const identity = await IdentityKey.of(secret(given.identity_seed));
  const kept = { identity, history_key: secret(given.history_key) };
  expect(toHex(key.seal(kept, given.user, bytes(given.nonce)))).toBe(given.box);
  const opened = await key.open(bytes(given.box), given.user, bytes(given.identity_key));
  expect(opened.identity.equals(identity)).toBe(true);
  expect(opened.history_key.equals(kept.history_key)).toBe(true);
});

type Vaulted = Fields<
  "file" | "vault_key" | "place" | "plaintext" | "field_nonce" | "field" | "index"
> & { readonly passphrase?: string; readonly keyring_key?: string };

test.each(ownVectors<readonly Vaulted[]>("vault"))("a vault", async (given) => {
  const [file, place] = [utf8Bytes(given.file), ascii(given.place)];
  const key = new VaultKey(secret(given.vault_key));
  const nonce = Uint8Array.from({ length: 24 }, (_, at) => 160 + at);
  const salt = Uint8Array.from({ length: 16 }, (_, at) => 200 + at);
  const { passphrase, keyring_key: wrapping = "" } = given;
  if (passphrase === undefined) {
    expect(method(file)).toBe(Method.KEYRING);
    expect(unlockWithKey(file, secret(wrapping)).equals(key)).toBe(true);
    expect(key.wrappedByKey(secret(wrapping), nonce)).toEqual(file);
    await expect(unlockWithPassphrase(stretch, file, "x")).rejects.toThrow("by the keyring");
  } else {
    expect(method(file)).toBe(Method.PASSPHRASE);
    expect((await unlockWithPassphrase(stretch, file, passphrase)).equals(key)).toBe(true);
    const cost = { passes: 1, memory_kib: 64 };
    expect(await key.wrappedByPassphrase(stretch, passphrase, salt, nonce, cost)).toEqual(file);
    const other = unlockWithPassphrase(stretch, file, "another");
    await expect(other).rejects.toThrow("this does not unlock the vault");
    expect(() => unlockWithKey(file, secret(given.vault_key))).toThrow("by a passphrase");
  }
  expect(toHex(key.seal(utf8Bytes(given.plaintext), place, bytes(given.field_nonce)))).toBe(
    given.field,
  );
  expect(key.open(bytes(given.field), place)).toEqual(utf8Bytes(given.plaintext));
  expect(toHex(key.index(ascii("line"), ascii("7")))).toBe(given.index);
});

test("no more memory is asked for than a vault may want", async () => {
  const key = new VaultKey(new Secret(new Uint8Array(32)));
  const [salt, nonce] = [new Uint8Array(16), new Uint8Array(24)];
  for (const [passes, memory_kib] of [
    [0, 64],
    [17, 64],
    [1, 7],
    [1, 1024 * 1024 + 1],
  ] as const) {
    const made = key.wrappedByPassphrase(stretch, "x", salt, nonce, { passes, memory_kib });
    await expect(made).rejects.toThrow("a cost that is not allowed");
  }
  for (const passphrase of ["", "x".repeat(4097)]) {
    const made = key.wrappedByPassphrase(stretch, passphrase, salt, nonce);
    await expect(made).rejects.toThrow("neither empty nor endless");
  }
});

type Numbered = Fields<"identity_key" | "other_identity_key" | "number" | "code"> & {
  readonly user: UserId;
  readonly other_user: UserId;
};

test.each(ownVectors<readonly Numbered[]>("safety-number"))("a safety number", (given) => {
  const [one, other] = [bytes(given.identity_key), bytes(given.other_identity_key)];
  expect(safetyNumber(given.user, one, given.other_user, other)).toBe(given.number);
  expect(safetyNumber(given.other_user, other, given.user, one)).toBe(given.number);
  expect(codeParts(given.number).join("")).toBe(given.code);
  expect(read(given.code)).toBe(given.number);
  expect(same(given.number, given.code.slice("TEAMCHAT-VERIFY:1:".length))).toBe(true);
  expect(same(given.number, given.number.replace(/.$/, "x"))).toBe(false);
  expect(() => safetyNumber(given.user, one, given.user, other)).toThrow("between two people");
});

interface Numbering {
  readonly number: number;
  readonly emoji: string;
  readonly english: string;
  readonly german: string;
}

test("the pictures are those of the other clients", () => {
  const given = ownVectors<readonly Numbering[]>("linking-pictures");
  expect(ALL.map((each, number) => ({ number, ...each }))).toEqual(given);
});

type Boxed = Fields<
  "receiver_key" | "sender_key" | "private_key" | "slot" | "context" | "box" | "plaintext"
>;

test.each(ownVectors<readonly Boxed[]>("device-box"))("a device box", async (given) => {
  const [slot, box] = [readSlot(bytes(given.slot)), readBox(bytes(given.box))];
  expect([toHex(encodeSlot(slot)), toHex(encodeBox(box))]).toEqual([given.slot, given.box]);
  await checkSlot(slot, bytes(given.receiver_key), "history", slot.receiver);
  const key = new SlotKey(secret(given.private_key), slot);
  const [sender, context] = [bytes(given.sender_key), bytes(given.context)];
  expect(toHex((await key.open(CRYPTO, box, sender, context)).reveal())).toBe(given.plaintext);
  const elsewhere = key.open(CRYPTO, box, sender, ascii("elsewhere"));
  await expect(elsewhere).rejects.toThrow("the box does not open");
  await expect(key.open(CRYPTO, box, bytes(given.receiver_key), context)).rejects.toThrow(
    "signature",
  );
});

test("a box is opened by the slot that it was made for, and by no other", async () => {
  const [one, other] = await Promise.all(
    [3, 7].map((byte) => DeviceKey.of(new Secret(new Uint8Array(32).fill(byte)))),
  );
  if (one === undefined || other === undefined) throw new Error("there are two keys");
  const [given] = ownVectors<readonly Boxed[]>("device-box");
  const { receiver } = readSlot(bytes(given?.slot ?? ""));
  const { sender } = readBox(bytes(given?.box ?? ""));
  const key = await SlotKey.make(CRYPTO, one, "custody", receiver, 1_795_000_000);
  const slot = readSlot(encodeSlot(key.slot));
  await checkSlot(slot, one.public, "custody", receiver);
  await expect(checkSlot(slot, one.public, "history", receiver)).rejects.toThrow("another purpose");
  await expect(checkSlot(slot, other.public, "custody", receiver)).rejects.toThrow("signature");
  const context = ascii("context");
  const made = await seal(CRYPTO, slot, new Secret(ascii("Moin")), other, sender, context);
  const box = readBox(encodeBox(made));
  const opened = await key.open(CRYPTO, box, other.public, context);
  expect(opened.reveal()).toEqual(ascii("Moin"));
  const another = await SlotKey.make(CRYPTO, one, "custody", receiver, 1_795_000_000);
  await expect(another.open(CRYPTO, box, other.public, context)).rejects.toThrow("another key");
  const thief = { ...box, sender: receiver };
  await expect(key.open(CRYPTO, thief, other.public, context)).rejects.toThrow("signature");
  const unsealable = { ...slot, public_key: new Uint8Array(slot.public_key.length).fill(255) };
  const sealing = seal(CRYPTO, unsealable, new Secret(context), other, sender, context);
  await expect(sealing).rejects.toThrow("nothing can be sealed to this key");
});
