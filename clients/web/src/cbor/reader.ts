/** Reads values from bytes that may be anything. */

import { Utf8Error, utf8Text } from "../utf8.ts";
import { floatBytes, halfValue } from "./floats.ts";
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
  TEXT,
  Tag,
  UNSIGNED,
  type Value,
  checkKey,
  checkTag,
  compare,
  deeper,
  exact,
} from "./values.ts";

/** How many bytes follow, by the low bits of the first one. */
const WIDTHS: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([
  [24, 1],
  [25, 2],
  [26, 4],
  [27, 8],
]);

/** A cursor over bytes; every read is checked against the end and the limits. */
export class Reader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  #items: number;
  position = 0;

  constructor(data: Uint8Array, items: number) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#items = items;
  }

  value(depth: number): Value {
    this.#items -= 1;
    if (this.#items < 0) throw new CborError("more values than allowed");
    const first = this.#view.getUint8(this.#skip(1));
    const major = first >> 5;
    const code = first & 31;
    if (major === SIMPLE) return this.#simpleOrFloat(code);
    return this.#withArgument(major, this.#argument(code), depth);
  }

  #withArgument(major: number, argument: number | bigint, depth: number): Value {
    // No message is as long as a number that is not exact.
    const count = typeof argument === "bigint" ? Infinity : argument;
    switch (major) {
      case UNSIGNED:
        return argument;
      case NEGATIVE:
        return exact(-1n - BigInt(argument));
      case BYTES:
        return this.#take(count);
      case TEXT:
        return this.#text(count);
      case ARRAY:
        return this.#array(count, deeper(depth));
      case MAP:
        return this.#map(count, deeper(depth));
      default: {
        const tag = new Tag(argument, this.value(deeper(depth)));
        checkTag(tag);
        return tag;
      }
    }
  }

  /** Go on by so many bytes; return where they begin. */
  #skip(count: number): number {
    const start = this.position;
    if (start + count > this.#data.length) throw new CborError("the value is cut off");
    this.position = start + count;
    return start;
  }

  #take(count: number): Uint8Array<ArrayBuffer> {
    const start = this.#skip(count);
    return new Uint8Array(this.#data.subarray(start, this.position));
  }

  #argument(code: number): number | bigint {
    if (code < 24) return code;
    const width = WIDTHS.get(code);
    if (width === undefined) {
      throw new CborError("indefinite or reserved lengths are not deterministic");
    }
    const argument = this.#uint(this.#skip(width), width);
    if (argument < (width === 1 ? 24 : 2 ** (4 * width))) {
      throw new CborError("a number is not in its shortest form");
    }
    return argument;
  }

  #uint(start: number, width: 1 | 2 | 4 | 8): number | bigint {
    switch (width) {
      case 1:
        return this.#view.getUint8(start);
      case 2:
        return this.#view.getUint16(start);
      case 4:
        return this.#view.getUint32(start);
      case 8:
        return exact(this.#view.getBigUint64(start));
    }
  }

  #text(count: number): string {
    try {
      return utf8Text(this.#take(count));
    } catch (error) {
      if (!(error instanceof Utf8Error)) throw error;
      throw new CborError("a text is not UTF-8", { cause: error });
    }
  }

  #array(count: number, depth: number): readonly Value[] {
    if (count > this.#items) throw new CborError("more values than allowed");
    const found: Value[] = [];
    while (found.length < count) found.push(this.value(depth));
    return found;
  }

  #map(count: number, depth: number): ReadonlyMap<Key, Value> {
    if (2 * count > this.#items) throw new CborError("more values than allowed");
    const found = new Map<Key, Value>();
    let last = this.#data.subarray(0, 0);
    for (let place = 0; place < count; place++) {
      const start = this.position;
      const key = this.value(depth);
      const written = this.#data.subarray(start, this.position);
      if (compare(written, last) <= 0) {
        throw new CborError("keys are not in their order, or one is there twice");
      }
      last = written;
      checkKey(key);
      found.set(key, this.value(depth));
    }
    return found;
  }

  #simpleOrFloat(code: number): Value {
    const constant = CONSTANTS.get(code);
    if (constant !== undefined) return constant;
    if (code >= 25 && code <= 27) return this.#float(code);
    if (code < 24) return new Simple(code);
    if (code === 24) {
      const number = this.#view.getUint8(this.#skip(1));
      if (number >= 32) return new Simple(number);
    }
    throw new CborError("a simple value is not in its shortest form");
  }

  #float(code: number): Float {
    const start = this.position - 1;
    const at = this.#skip(2 ** (code - 24));
    const value = this.#readFloat(code, at);
    if (compare(floatBytes(value), this.#data.subarray(start, this.position)) !== 0) {
      throw new CborError("a float is not in its shortest form");
    }
    return new Float(value);
  }

  #readFloat(code: number, at: number): number {
    if (code === 26) return this.#view.getFloat32(at);
    if (code === 27) return this.#view.getFloat64(at);
    return halfValue(this.#view.getUint16(at));
  }
}
