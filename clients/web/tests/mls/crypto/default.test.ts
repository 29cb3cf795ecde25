import { describe, expect, test } from "vitest";

import { EMPTY, ascii, concat, toHex, type Bytes } from "../../../src/mls/bytes.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { SUITES, cipherSuite } from "../../../src/mls/crypto/suites.ts";
import { CryptoError, UsageError } from "../../../src/mls/errors.ts";
import { bytes } from "../../support/bytes.ts";
import { BOTH } from "../../support/crypto.ts";
import { CRYPTO } from "../../support/suite.ts";

const [INFO, HELLO] = [ascii("info"), ascii("hello")];
const EACH = BOTH.flatMap(([name, crypto]) =>
  [...SUITES.values()].map((suite) => ({ by: name, crypto, suite, id: suite.id })),
);

function changed(data: Bytes): Bytes {
  return data.map((byte, place) => (place === 0 ? byte ^ 1 : byte));
}

async function fails(attempt: Promise<unknown>): Promise<void> {
  await expect(attempt).rejects.toThrow(CryptoError);
}

test.each(BOTH)("the bytes of a public key decide, not where they lie: %s", async (_, crypto) => {
  const suite = cipherSuite(1);
  const [old, fresh] = [await crypto.signatureKeyPair(suite), await crypto.signatureKeyPair(suite)];
  const place = old.public_key.slice();
  const byOld = await crypto.sign(suite, old.private_key, HELLO);
  const byFresh = await crypto.sign(suite, fresh.private_key, HELLO);
  await crypto.verify(suite, place, HELLO, byOld);
  place.set(fresh.public_key);
  await crypto.verify(suite, place, HELLO, byFresh);
  await fails(crypto.verify(suite, place, HELLO, byOld));
});

test.each(BOTH)("a signature key has one length: %s", async (_, crypto) => {
  const suite = cipherSuite(1);
  for (const length of [0, 31, 33]) {
    const key = new Secret(new Uint8Array(length));
    await expect(crypto.sign(suite, key, HELLO)).rejects.toThrow(UsageError);
    await expect(crypto.signaturePublicKey(suite, key)).rejects.toThrow(UsageError);
  }
});

describe.each(EACH)("suite $id by $by", ({ crypto, suite }) => {
  test("sizes are as the suite says", async () => {
    const pair = await crypto.hpkeKeyPair(suite);
    expect(pair.public_key.length).toBe(suite.kem_public_key_length);
    expect(pair.private_key.length).toBe(suite.kem_private_key_length);
    const [output] = await crypto.hpkeSeal(suite, pair.public_key, EMPTY, EMPTY);
    expect(output.length).toBe(suite.kem_output_length);
    expect(crypto.hash(suite, EMPTY).length).toBe(suite.hash_length);
    expect(crypto.mac(suite, new Secret(INFO), EMPTY).length).toBe(suite.hash_length);
  });

  test("a fresh key pair is one, and another each time", async () => {
    const [pair, other] = [await crypto.hpkeKeyPair(suite), await crypto.hpkeKeyPair(suite)];
    expect(pair.private_key.equals(other.private_key)).toBe(false);
    // As a client knows it that has just been started: the platform's key is not at hand.
    const stored = new Secret(pair.private_key.reveal().slice());
    const [output, sealed] = await crypto.hpkeSeal(suite, pair.public_key, INFO, HELLO);
    const opened = await crypto.hpkeOpen(suite, stored, output, INFO, sealed);
    expect(opened.reveal()).toEqual(HELLO);
  });

  test("HPKE opens what it sealed and nothing else", async () => {
    const [pair, other] = [await crypto.hpkeKeyPair(suite), await crypto.hpkeKeyPair(suite)];
    const [output, sealed] = await crypto.hpkeSeal(suite, pair.public_key, INFO, HELLO);
    const opened = await crypto.hpkeOpen(suite, pair.private_key, output, INFO, sealed);
    expect(opened.reveal()).toEqual(HELLO);
    const key = pair.private_key;
    await fails(crypto.hpkeOpen(suite, other.private_key, output, INFO, sealed));
    await fails(crypto.hpkeOpen(suite, key, changed(output), INFO, sealed));
    await fails(crypto.hpkeOpen(suite, key, output.slice(1), INFO, sealed));
    await fails(crypto.hpkeOpen(suite, key, output, ascii("Info"), sealed));
    await fails(crypto.hpkeOpen(suite, key, output, INFO, changed(sealed)));
    await fails(crypto.hpkeOpen(suite, key, output, INFO, EMPTY));
    await fails(crypto.hpkeOpen(suite, new Secret(bytes("00")), output, INFO, sealed));
  });

  test("HPKE export agrees on both sides", async () => {
    const pair = await crypto.hpkeKeyPair(suite);
    const context = ascii("context");
    const [output, ours] = await crypto.hpkeExportTo(suite, pair.public_key, INFO, context, 100);
    const { private_key: key } = pair;
    const theirs = await crypto.hpkeExportFrom(suite, key, output, INFO, context, 100);
    expect(theirs.equals(ours)).toBe(true);
    expect(ours.length).toBe(100);
    const elsewhere = await crypto.hpkeExportFrom(suite, key, output, INFO, INFO, 100);
    expect(elsewhere.equals(ours)).toBe(false);
  });

  test("public keys and KEM outputs of another length are refused", async () => {
    const { public_key: good, private_key: key } = await crypto.hpkeKeyPair(suite);
    for (const wrong of [EMPTY, good.slice(1), concat(good, bytes("00"))]) {
      expect(() => {
        crypto.hpkeCheckPublicKey(suite, wrong);
      }).toThrow(CryptoError);
      await fails(crypto.hpkeSeal(suite, wrong, EMPTY, EMPTY));
      await fails(crypto.hpkeExportTo(suite, wrong, EMPTY, EMPTY, 32));
      await fails(crypto.hpkeExportFrom(suite, key, wrong.slice(0, 31), EMPTY, EMPTY, 32));
    }
  });

  test("derived keys are the same for the same material", async () => {
    const [one, same, other] = await Promise.all(
      ["a", "a", "b"].map((text) => crypto.hpkeDeriveKeyPair(suite, new Secret(ascii(text)))),
    );
    expect(one?.public_key).toEqual(same?.public_key);
    expect(one?.public_key).not.toEqual(other?.public_key);
  });

  test("the AEAD opens what it sealed and nothing else", async () => {
    const key = new Secret(new Uint8Array(suite.aead_key_length));
    const nonce = new Uint8Array(suite.aead_nonce_length);
    const sealed = await crypto.aeadSeal(suite, key, nonce, INFO, HELLO);
    expect(await crypto.aeadOpen(suite, key, nonce, INFO, sealed)).toEqual(HELLO);
    await fails(crypto.aeadOpen(suite, key, nonce, ascii("Info"), sealed));
    await fails(crypto.aeadOpen(suite, key, nonce, INFO, changed(sealed)));
    await fails(crypto.aeadOpen(suite, key, nonce, INFO, EMPTY));
  });

  test("a signature verifies and nothing else does", async () => {
    const pair = await crypto.signatureKeyPair(suite);
    const other = await crypto.signatureKeyPair(suite);
    const signature = await crypto.sign(suite, pair.private_key, HELLO);
    await crypto.verify(suite, pair.public_key, HELLO, signature);
    await fails(crypto.verify(suite, other.public_key, HELLO, signature));
    await fails(crypto.verify(suite, pair.public_key, ascii("Hello"), signature));
    await fails(crypto.verify(suite, pair.public_key, HELLO, changed(signature)));
    await fails(crypto.verify(suite, pair.public_key, HELLO, EMPTY));
    await fails(crypto.verify(suite, pair.public_key, HELLO, new Uint8Array(64)));
    await fails(crypto.verify(suite, pair.public_key.slice(1), HELLO, signature));
    await fails(crypto.verify(suite, new Uint8Array(32), HELLO, signature));
  });

  test("HKDF makes any length up to its bound", () => {
    const key = new Secret(new Uint8Array(suite.hash_length));
    const long = crypto.expand(suite, key, INFO, 255 * suite.hash_length).reveal();
    for (const length of [0, 10, suite.hash_length, suite.hash_length + 1]) {
      expect(crypto.expand(suite, key, INFO, length).reveal()).toEqual(long.slice(0, length));
    }
    expect(() => crypto.expand(suite, key, INFO, 255 * suite.hash_length + 1)).toThrow(UsageError);
  });
});

test("HKDF of RFC 5869, appendix A.1", () => {
  const suite = cipherSuite(1);
  const [salt, material] = [bytes("000102030405060708090a0b0c"), bytes("0b".repeat(22))];
  const key = CRYPTO.extract(suite, new Secret(salt), new Secret(material));
  expect(toHex(key.reveal())).toBe(
    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
  );
  const output = CRYPTO.expand(suite, key, bytes("f0f1f2f3f4f5f6f7f8f9"), 42);
  expect(toHex(output.reveal())).toBe(
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
});

test("random bytes come in any number, and never twice", () => {
  expect(CRYPTO.random(0).length).toBe(0);
  const long = CRYPTO.random(70_000);
  expect(long.length).toBe(70_000);
  expect(long.subarray(65_536).some((byte) => byte !== 0)).toBe(true);
  expect(CRYPTO.random(32)).not.toEqual(CRYPTO.random(32));
});
