import { expect, test } from "vitest";

import { ascii, bytesKey } from "../../../src/mls/bytes.ts";
import { expandWithLabel, signWithLabel, verifyWithLabel } from "../../../src/mls/crypto/labels.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { CryptoError } from "../../../src/mls/errors.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";

test("a signature holds for its label only, wherever label and content meet", async () => {
  const pair = await CRYPTO.signatureKeyPair(SUITE);
  const [key, content] = [pair.public_key, ascii("content")];
  const signature = await signWithLabel(CRYPTO, SUITE, pair.private_key, "label", content);
  await verifyWithLabel(CRYPTO, SUITE, key, "label", content, signature);
  for (const [label, other] of [
    ["Label", content],
    ["labelc", ascii("ontent")],
    ["labe", ascii("lcontent")],
  ] as const) {
    const verified = verifyWithLabel(CRYPTO, SUITE, key, label, other, signature);
    await expect(verified).rejects.toThrow(CryptoError);
  }
});

test("any number of labels is told apart", () => {
  const secret = new Secret(ascii("secret"));
  const labels = Array.from({ length: 200 }, (_, number) => `label ${number}`);
  const derived = [...labels, ...labels].map((label) =>
    bytesKey(expandWithLabel(CRYPTO, SUITE, secret, label, ascii(""), 16).reveal()),
  );
  expect(new Set(derived).size).toBe(200);
});

test("a label is ASCII", () => {
  const secret = new Secret(ascii("secret"));
  expect(() => expandWithLabel(CRYPTO, SUITE, secret, "ü", ascii(""), 16)).toThrow(UsageError);
});
