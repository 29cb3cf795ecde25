/** Floating-point numbers in the shortest of their three forms (RFC 8949 §4.2.2). */

import { SIMPLE } from "./values.ts";

const NAN = 0x7e00;

/** Return the shortest of the three forms that keeps the value (RFC 8949 §4.2.2). */
export function floatBytes(value: number): Uint8Array {
  const half = halfBits(value);
  if (half !== null) return Uint8Array.of((SIMPLE << 5) | 25, half >> 8, half & 0xff);
  const single = Math.fround(value) === value;
  const written = new Uint8Array(single ? 5 : 9);
  const view = new DataView(written.buffer);
  view.setUint8(0, (SIMPLE << 5) | (single ? 26 : 27));
  if (single) view.setFloat32(1, value);
  else view.setFloat64(1, value);
  return written;
}

/** Return the 16 bits that hold a number exactly (IEEE 754 binary16), or null. */
function halfBits(value: number): number | null {
  if (Number.isNaN(value)) return NAN;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size >= 2 ** 16) return null;
  const exponent = Math.max(-14, exponentOf(size));
  const fraction = size * 2 ** (10 - exponent);
  if (!Number.isInteger(fraction)) return null;
  // A fraction of 11 bits carries into the exponent: what makes a number normal.
  return sign | (((exponent + 14) << 10) + fraction);
}

/** Return the largest e with 2^e <= size, for 0 < size < 2^16; very small for 0. */
function exponentOf(size: number): number {
  let exponent = 15;
  while (exponent > -15 && 2 ** exponent > size) exponent--;
  return exponent;
}

/** Return the number that 16 bits hold (IEEE 754 binary16). */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
