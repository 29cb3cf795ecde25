/** What deterministic CBOR holds, and the rules that writer and reader share. */

/** The bytes are not deterministic CBOR, or the value has no encoding. */
export class CborError extends Error {
  override readonly name = "CborError";
}

/** A floating-point number (RFC 8949 §3.3). */
export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A tagged value (RFC 8949 §3.4). */
export class Tag {
  readonly number: number | bigint;
  readonly value: Value;

  constructor(number: number | bigint, value: Value) {
    this.number = number;
    this.value = value;
  }
}

/** A simple value that is not false, true or null (RFC 8949 §3.3); 23 is undefined. */
export class Simple {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }
}

export type Key = number | bigint | string | Uint8Array<ArrayBuffer>;
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array<ArrayBuffer>
  | Float
  | Tag
  | Simple
  | readonly Value[]
  | ReadonlyMap<Key, Value>;

/**
 * How much a reader is willing to read.
 *
 * `size` is in bytes; `depth` counts arrays, maps and tags inside each other; `items` counts
 * every value, so that a small message cannot become a large one in memory.
 */
export interface Limits {
  readonly size: number;
  readonly depth: number;
  readonly items: number;
}

export const DEFAULT_LIMITS: Limits = { size: 1024 * 1024, depth: 16, items: 10_000 };

/** The kinds of values (RFC 8949 §3.1): the upper three bits of the first byte. */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
export const SIMPLE = 7;

/** Simple values that are values of their own (RFC 8949 §3.3). */
export const CONSTANTS: ReadonlyMap<number, boolean | null> = new Map([
  [20, false],
  [21, true],
  [22, null],
]);

export function checkKey(key: Value): asserts key is Key {
  const whole = typeof key === "number" || typeof key === "bigint";
  if (!whole && typeof key !== "string" && !(key instanceof Uint8Array)) {
    throw new CborError("a key is a whole number, a text or bytes");
  }
}

const BIGNUMS: ReadonlySet<number> = new Set([2, 3]);

/** Refuse a bignum that would fit into a whole number (RFC 8949 §3.4.3, §4.2.1). */
export function checkTag(tag: Tag): void {
  if (!BIGNUMS.has(Number(tag.number))) return;
  if (!(tag.value instanceof Uint8Array) || tag.value.length <= 8 || tag.value[0] === 0) {
    throw new CborError("a number is not in its shortest form");
  }
}

export function deeper(depth: number): number {
  if (depth <= 0) throw new CborError("nested too deeply");
  return depth - 1;
}

/** Order byte strings as the standard orders keys: negative, zero or positive. */
export function compare(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let place = 0; place < shared; place++) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Return a whole number as the type that its size has. */
export function exact(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
