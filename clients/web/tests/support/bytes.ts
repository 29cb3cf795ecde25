import type { Bytes } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";

/** Return the bytes that hexadecimal digits stand for. */
export function bytes(hex: string): Bytes {
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw new Error(`not hexadecimal: ${hex}`);
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Return the secret that hexadecimal digits stand for. */
export function secret(hex: string): Secret {
  return new Secret(bytes(hex));
}
