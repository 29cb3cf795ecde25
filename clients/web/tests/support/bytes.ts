import type { Bytes } from "../../src/mls/bytes.ts";

/** Return the bytes that hexadecimal digits stand for. */
export function bytes(hex: string): Bytes {
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw new Error(`not hexadecimal: ${hex}`);
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
