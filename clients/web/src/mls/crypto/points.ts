/**
 * Which encoded points may be keys: decided by their bytes, before anybody calculates.
 *
 * The libraries behind us differ in what they take (points of low order, coordinates that are
 * not reduced), and two members who disagree about one signature are in two groups from then
 * on. So the same list is refused everywhere (docs/spec/mls-ciphersuites.md, "Keys").
 */

import { bytesKey, type Bytes } from "../bytes.ts";

const P = 2n ** 255n - 19n;
/** y of the points of order 1, 2, 4 and 8; x only adds a sign. */
const LOW_ORDER_ED25519 = encodings([
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
]);
/** u of the points of order 1, 2, 4 and 8, and the second encodings of 0 and 1. */
const LOW_ORDER_X25519 = encodings([
  0n,
  1n,
  0x00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0n,
  0x57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5fn,
  P - 1n,
  P,
  P + 1n,
]);

/** Tell whether 32 bytes are an Ed25519 point's only encoding, and the point is of high order. */
export function isEd25519Point(encoded: Bytes): boolean {
  return isReduced(encoded) && !LOW_ORDER_ED25519.has(bytesKey(withoutSign(encoded)));
}

/** Tell whether 32 bytes stand for an X25519 public key that contributes to a secret. */
export function isX25519PublicKey(encoded: Bytes): boolean {
  return !LOW_ORDER_X25519.has(bytesKey(withoutSign(encoded)));
}

/** Tell whether a coordinate is below the field's prime, 0x7fff...ed, little endian. */
function isReduced(encoded: Bytes): boolean {
  const bytes = withoutSign(encoded);
  return (
    (bytes[0] ?? 0) < 0xed || bytes[31] !== 0x7f || bytes.subarray(1, 31).some((b) => b !== 0xff)
  );
}

function withoutSign(encoded: Bytes): Bytes {
  const copy = encoded.slice();
  copy[31] = (copy[31] ?? 0) & 0x7f;
  return copy;
}

function encodings(coordinates: readonly bigint[]): ReadonlySet<string> {
  return new Set(coordinates.map((coordinate) => bytesKey(littleEndian(coordinate))));
}

function littleEndian(coordinate: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, place) =>
    Number((coordinate >> BigInt(8 * place)) & 0xffn),
  );
}
