/** Writes values as the bytes that a reader takes. */

import { Utf8Error, utf8Bytes } from "../utf8.ts";
import { floatBytes } from "./floats.ts";
import {
  ARRAY,
  BYTES,
  CONSTANTS,
  CborError,
  Float,
  type Key,
  MAP,
  NEGATIVE,
  SIMPLE,
  Simple,
  TAG,
  TEXT,
  Tag,
  UNSIGNED,
  type Value,
  checkKey,
  checkTag,
  compare,
  deeper,
} from "./values.ts";

const MAX = 2n ** 64n - 1n;

/** Bytes that grow. */
class Writer {
  #bytes = new Uint8Array(64);
  #length = 0;

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = byte;
  }

  uint(value: bigint, width: number): void {
    for (let place = width - 1; place >= 0; place--) {
      this.byte(Number((value >> BigInt(8 * place)) & 0xffn));
    }
  }

  head(major: number, argument: number | bigint): void {
    if (argument < 24) {
      this.byte((major << 5) | Number(argument));
      return;
    }
    if (argument > MAX) throw new CborError("the number needs more than 64 bits");
    const step =
      Number(argument > 0xff) + Number(argument > 0xffff) + Number(argument > 0xffff_ffff);
    this.byte((major << 5) | (24 + step));
    this.uint(BigInt(argument), 1 << step);
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Return the one encoding of a value that goes at most so deep. */
export function written(value: Value, depth: number): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  write(out, value, depth);
  return out.finish();
}

function write(out: Writer, value: Value, depth: number): void {
  if (value === null) out.byte(0xf6);
  else if (typeof value === "boolean") out.byte(value ? 0xf5 : 0xf4);
  else if (typeof value === "number" || typeof value === "bigint") writeNumber(out, value);
  else if (typeof value === "string") writeText(out, value);
  else if (value instanceof Uint8Array) {
    out.head(BYTES, value.length);
    out.add(value);
  } else if (value instanceof Float) out.add(floatBytes(value.value));
  else if (value instanceof Tag) writeTag(out, value, deeper(depth));
  else if (value instanceof Simple) writeSimple(out, value.number);
  else if (isMap(value)) writeMap(out, value, deeper(depth));
  else if (Array.isArray(value)) {
    const inner = deeper(depth);
    out.head(ARRAY, value.length);
    for (const item of value as readonly Value[]) write(out, item, inner);
  } else throw new CborError("a value of this type has no encoding");
}

function isMap(value: object): value is ReadonlyMap<Key, Value> {
  return value instanceof Map;
}

function writeNumber(out: Writer, value: number | bigint): void {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new CborError("a number that is not whole, or not exact, is no whole number");
  }
  if (value >= 0) out.head(UNSIGNED, value);
  else out.head(NEGATIVE, -1n - BigInt(value));
}

function writeText(out: Writer, value: string): void {
  const bytes = utf8(value);
  out.head(TEXT, bytes.length);
  out.add(bytes);
}

function utf8(value: string): Uint8Array {
  try {
    return utf8Bytes(value);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw new CborError(error.message, { cause: error });
  }
}

function writeTag(out: Writer, tag: Tag, depth: number): void {
  checkTag(tag);
  if (tag.number < 0 || (typeof tag.number === "number" && !Number.isSafeInteger(tag.number))) {
    throw new CborError("no such tag");
  }
  out.head(TAG, tag.number);
  write(out, tag.value, depth);
}

function writeMap(out: Writer, map: ReadonlyMap<Key, Value>, depth: number): void {
  const entries: [Uint8Array, Value][] = [];
  for (const [key, item] of map) {
    checkKey(key);
    entries.push([written(key, depth), item]);
  }
  entries.sort(([one], [other]) => compare(one, other));
  out.head(MAP, entries.length);
  let last = new Uint8Array() as Uint8Array;
  for (const [encoded, item] of entries) {
    if (compare(last, encoded) === 0) throw new CborError("a key is there twice");
    last = encoded;
    out.add(encoded);
    write(out, item, depth);
  }
}

function writeSimple(out: Writer, number: number): void {
  if (CONSTANTS.has(number)) throw new CborError("false, true and null are values of their own");
  if (!Number.isInteger(number)) throw new CborError("no such simple value");
  if (0 <= number && number < 24) out.byte((SIMPLE << 5) | number);
  else if (32 <= number && number < 256) out.add(Uint8Array.of((SIMPLE << 5) | 24, number));
  else throw new CborError("no such simple value");
}
