/**
 * Canonical JSON of flat objects: ASCII, keys in alphabetical order, no spaces.
 *
 * One object has one encoding, so that it can be signed, hashed, or bound to what is sealed.
 */

import { type Bytes, ascii } from "../mls/bytes.ts";
import { utf8Text } from "../utf8.ts";

/** An object with values that are not objects themselves. */
export type Flat = Readonly<Record<string, unknown>>;

/** Return the one encoding of an object. */
export function canonical(fields: Flat): Bytes {
  const names = Object.keys(fields).sort();
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, fields[name]])));
  return ascii(text.replace(/[\x7f-\uffff]/g, (unit) => `\\u${digits(unit.charCodeAt(0))}`));
}

/**
 * Read an object in any encoding; null if it is JSON of something else.
 *
 * @throws SyntaxError - It is no JSON, or has a byte that is not ASCII.
 */
export function parsed(data: Bytes): Flat | null {
  if (data.some((byte) => byte > 0x7f)) throw new SyntaxError("not ASCII");
  const value: unknown = JSON.parse(utf8Text(data));
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Flat) : null;
}

function digits(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}
