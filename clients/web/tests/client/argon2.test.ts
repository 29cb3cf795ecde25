/** argon2id by libsodium, held against two others: JavaScript's and the reference in C. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { argon2id } from "../../src/client/argon2.ts";
import { DEFAULT_COST, type Stretch, unlockWithPassphrase } from "../../src/identity/vault.ts";
import { ascii, fromHex, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { utf8Bytes } from "../../src/utf8.ts";
import { stretch as inJavaScript } from "../support/argon2.ts";

const PASSPHRASE = utf8Bytes("Grüße, 你好");
const SALT = fromHex("000102030405060708090a0b0c0d0e0f");
const VECTORS = new URL("../../../../tests/vectors/data/vault.json", import.meta.url);

test("at the cost of a vault it is what the reference implementation makes", async () => {
  // argon2-cffi 25.1.0: hash_secret_raw(PASSPHRASE, SALT, 3, 262144, 1, 32, Type.ID)
  const reference = "27c8bf894608e2c65d37156c5ba9cdbf53f839176b908841634e6c4e1b1805d2";
  expect(toHex(await argon2id(PASSPHRASE, SALT, DEFAULT_COST))).toBe(reference);
});

test.each([
  [1, 8],
  [1, 64],
  [2, 100],
  [5, 1024],
])("with %i passes over %i KiB it is what JavaScript makes", async (passes, memory) => {
  const cost = { passes, memory_kib: memory };
  const other = await inJavaScript(new Secret(PASSPHRASE), SALT, cost);
  expect(toHex(await argon2id(PASSPHRASE, SALT, cost))).toBe(toHex(other.reveal()));
});

test("it opens what Python has shut", async () => {
  const [written] = JSON.parse(readFileSync(VECTORS, "utf8")) as readonly {
    readonly file: string;
    readonly passphrase: string;
  }[];
  const stretch: Stretch = async (passphrase, salt, cost) =>
    new Secret(await argon2id(passphrase.reveal(), salt, cost));
  const file = ascii(written?.file ?? "");
  await unlockWithPassphrase(stretch, file, written?.passphrase ?? "");
  await expect(unlockWithPassphrase(stretch, file, "another one")).rejects.toThrow();
});

test("without the memory it is refused", async () => {
  const cost = { passes: 1, memory_kib: 64 * 1024 * 1024 };
  await expect(argon2id(PASSPHRASE, SALT, cost)).rejects.toThrow();
});
