import { afterEach, expect, test, vi } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../../src/mls/crypto/default.ts";
import { havePlatformCurves } from "../../../src/mls/crypto/platform_curves.ts";
import { portableCurves } from "../../../src/mls/crypto/portable_curves.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page from http: it has random numbers, and nothing else. */
function insecure(): void {
  const { crypto } = globalThis;
  const getRandomValues = (array: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(array);
  vi.stubGlobal("crypto", { getRandomValues });
}

test("this platform has both curves", async () => {
  expect(await havePlatformCurves()).toBe(true);
});

test("where WebCrypto is not to be had, nobody else is blamed for it", async () => {
  const pair = await CRYPTO.hpkeKeyPair(SUITE);
  const [output, sealed] = await CRYPTO.hpkeSeal(SUITE, pair.public_key, EMPTY, ascii("hello"));
  insecure();
  expect(await havePlatformCurves()).toBe(false);
  const crypto = new DefaultCrypto(portableCurves);
  const key = new Secret(new Uint8Array(SUITE.aead_key_length));
  const nonce = new Uint8Array(SUITE.aead_nonce_length);
  await expect(crypto.aeadOpen(SUITE, key, nonce, EMPTY, sealed)).rejects.toThrow(UsageError);
  const opening = crypto.hpkeOpen(SUITE, pair.private_key, output, EMPTY, sealed);
  await expect(opening).rejects.toThrow(UsageError);
});

test("signatures do without WebCrypto", async () => {
  insecure();
  const crypto = new DefaultCrypto(portableCurves);
  const pair = await crypto.signatureKeyPair(SUITE);
  const signature = await crypto.sign(SUITE, pair.private_key, ascii("hello"));
  await crypto.verify(SUITE, pair.public_key, ascii("hello"), signature);
});
