/** mls-primitives.json of this repository: what every client of ours accepts, seals and opens alike. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { ascii, concat, toHex } from "../../src/mls/bytes.ts";
import { dhkemX25519, xWing } from "../../src/mls/crypto/kem.ts";
import { platformCurves } from "../../src/mls/crypto/platform_curves.ts";
import { portableCurves } from "../../src/mls/crypto/portable_curves.ts";
import { SUITES, cipherSuite } from "../../src/mls/crypto/suites.ts";
import { CryptoError } from "../../src/mls/errors.ts";
import { bytes, secret } from "../support/bytes.ts";
import { BOTH } from "../support/crypto.ts";
import { PRIMITIVES, type Primitives } from "../support/primitives.ts";
import { CRYPTO, SUITE } from "../support/suite.ts";

const GIVEN = JSON.parse(readFileSync(PRIMITIVES, "utf8")) as Primitives;

describe.each(BOTH)("by %s", (_, crypto) => {
  test.each(GIVEN.ed25519)("a signature at the edge: $name", async (given) => {
    const [key, message] = [bytes(given.public_key), bytes(given.message)];
    const verified = crypto.verify(SUITE, key, message, bytes(given.signature));
    if (given.accepted) await verified;
    else await expect(verified).rejects.toThrow(CryptoError);
  });

  test.each(GIVEN.hpke)("what was sealed in suite $cipher_suite is opened", async (given) => {
    const suite = cipherSuite(given.cipher_suite);
    const pair = await crypto.hpkeDeriveKeyPair(suite, secret(given.key_material));
    const [key, info] = [pair.private_key, bytes(given.info)];
    expect(toHex(key.reveal())).toBe(given.private_key);
    expect(toHex(crypto.hash(SUITE, pair.public_key))).toBe(given.public_key_sha256);
    const ciphertext = bytes(given.ciphertext);
    const opened = await crypto.hpkeOpen(suite, key, bytes(given.kem_output), info, ciphertext);
    expect(toHex(opened.reveal())).toBe(given.plaintext);
    const [output, context] = [bytes(given.exporter_kem_output), bytes(given.exporter_context)];
    const exported = await crypto.hpkeExportFrom(suite, key, output, info, context, 80);
    expect(toHex(exported.reveal())).toBe(given.exported);
  });

  test.each([...SUITES.values()])("points of low order are no keys in $name", async (suite) => {
    const pair = await crypto.hpkeKeyPair(suite);
    const head = pair.public_key.slice(0, -32);
    const [output] = await crypto.hpkeExportTo(suite, pair.public_key, bytes(""), bytes(""), 32);
    crypto.hpkeCheckPublicKey(suite, pair.public_key);
    for (const point of GIVEN.low_order_x25519.flatMap((low) => [
      bytes(low),
      highBit(bytes(low)),
    ])) {
      const wrong = concat(head, point);
      expect(() => {
        crypto.hpkeCheckPublicKey(suite, wrong);
      }).toThrow(CryptoError);
      const sent = crypto.hpkeSeal(suite, wrong, bytes(""), bytes(""));
      await expect(sent).rejects.toThrow(CryptoError);
      const badOutput = concat(output.slice(0, -32), point);
      const received = crypto.hpkeExportFrom(
        ...([suite, pair.private_key, badOutput, bytes(""), bytes(""), 32] as const),
      );
      await expect(received).rejects.toThrow(CryptoError);
    }
  });
});

test.each([platformCurves, portableCurves])("X-Wing of its draft, appendix C", async (curves) => {
  const seed = secret(GIVEN.x_wing.private_key);
  const pair = await xWing.keyPair(curves, seed);
  expect(toHex(CRYPTO.hash(SUITE, pair.public_key))).toBe(GIVEN.x_wing.public_key_sha256);
  const shared = await xWing.decapsulate(curves, seed, bytes(GIVEN.x_wing.kem_output));
  expect(toHex(shared)).toBe(GIVEN.x_wing.shared_secret);
});

test("X25519 of RFC 7748 is the same by both, coordinates beyond the field's prime included", async () => {
  const key = secret("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
  const point = bytes("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
  const expected = "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552";
  // 2^255 - 19 + 9: the base point, not reduced.
  const unreduced = concat(bytes("f6"), new Uint8Array(30).fill(0xff), bytes("7f"));
  for (const curves of [platformCurves, portableCurves]) {
    expect(toHex(await curves.x25519(key, point))).toBe(expected);
    expect(await curves.x25519(key, unreduced)).toEqual(await curves.x25519PublicKey(key));
  }
});

test("ML-KEM keys with a coefficient that is not reduced are refused, wherever it is", async () => {
  const suite = cipherSuite(0xf00d);
  const { public_key: good } = await CRYPTO.hpkeKeyPair(suite);
  expect(xWing.fault(good)).toBeNull();
  for (const [place, change] of [
    [0, [0x01, 0x0d, 0x00]],
    [0, [0x00, 0x10, 0xd0]],
    [1149, [0x01, 0x0d, 0x00]],
    [1149, [0xff, 0xff, 0xff]],
  ] as const) {
    const wrong = good.slice();
    wrong.set(change, place);
    expect(xWing.fault(wrong)).not.toBeNull();
    await expect(CRYPTO.hpkeSeal(suite, wrong, bytes(""), bytes(""))).rejects.toThrow(CryptoError);
  }
  const edge = good.slice();
  edge.set([0x00, 0x0d, 0xd0], 0); // 3328 twice: the largest that is reduced
  expect(xWing.fault(edge)).toBeNull();
});

test("DHKEM's DeriveKeyPair of RFC 9180, appendix A.1.1", async () => {
  const material = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037";
  const key = dhkemX25519.derive(bytes(material));
  expect(toHex(key)).toBe("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
  const output = bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
  const info = ascii("Ode on a Grecian Urn");
  const exported = await CRYPTO.hpkeExportFrom(
    ...([cipherSuite(1), secret(toHex(key)), output, info, bytes(""), 32] as const),
  );
  expect(toHex(exported.reveal())).toBe(
    "3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee",
  );
});

function highBit(point: Uint8Array): Uint8Array {
  return point.map((byte, place) => (place === 31 ? byte | 0x80 : byte));
}
