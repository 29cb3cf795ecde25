import { expect, test } from "vitest";

import { DeviceKey } from "../../src/identity/keys.ts";
import { SECONDS, sign, verify } from "../../src/identity/removal_question.ts";
import { type DeviceId, identifier } from "../../src/ids.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { CRYPTO } from "../support/suite.ts";

const NOW = 1_795_000_000;
const DEVICE = identifier<DeviceId>(new Uint8Array(16));

test("a device asks whether it was removed, for itself and for a day", async () => {
  const key = await DeviceKey.of(new Secret(CRYPTO.random(32)));
  const signature = await sign(key, DEVICE, NOW);
  await verify(key.public, signature, DEVICE, NOW, NOW + SECONDS);
  const late = verify(key.public, signature, DEVICE, NOW, NOW + SECONDS + 1);
  await expect(late).rejects.toThrow("asked at another time");
  const other = identifier<DeviceId>(new Uint8Array(16).fill(1));
  const wrong = verify(key.public, signature, other, NOW, NOW);
  await expect(wrong).rejects.toThrow("the signature is wrong");
  await expect(sign(key, "nobody" as DeviceId, NOW)).rejects.toThrow("not an identifier");
  await expect(sign(key, DEVICE, 0.5)).rejects.toThrow("and a time");
});
