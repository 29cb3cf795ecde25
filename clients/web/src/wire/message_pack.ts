/**
 * MessagePack as the frames of the socket use it: written in its shortest form, read within bounds.
 *
 * A reader takes longer forms as well, as Python's does: nothing here is signed. What no frame
 * has (floats, extensions) is passed over.
 */

import type { Bytes } from "../mls/bytes.ts";
import { Utf8Error, utf8Bytes, utf8Text } from "../utf8.ts";
import { WireError } from "./errors.ts";
import { type Bounds, Budget, type Tree, add, isMap } from "./tree.ts";

const BOUNDS: Bounds = { depth: 32, items: 100_000 };

/**
 * Read one value that fills the bytes.
 *
 * @throws WireError - It is malformed, or is larger or deeper inside than allowed: any frame of
 *   ours, unless `bounds` says otherwise.
 */
export function readMessagePack(data: Uint8Array, bounds = BOUNDS): Tree {
  const reader = new Reader(data, bounds);
  const tree = reader.value();
  reader.end();
  return tree;
}

/**
 * Return the shortest encoding of a tree.
 *
 * @throws WireError - A text holds half a character, or a number is not exact.
 */
export function writeMessagePack(tree: Tree): Bytes {
  const out = new Writer();
  out.value(tree);
  return out.finish();
}

// --- writing --------------------------------------------------------------------------

/** Where a kind of value begins: what it is shorter than, its first byte in each form. */
interface Form {
  readonly fixed: number;
  readonly below: number;
  readonly code8: number | null;
  readonly code16: number;
  readonly code32: number;
}

const TEXT: Form = { fixed: 0xa0, below: 32, code8: 0xd9, code16: 0xda, code32: 0xdb };
const BYTES: Form = { fixed: 0, below: 0, code8: 0xc4, code16: 0xc5, code32: 0xc6 };
const ARRAY: Form = { fixed: 0x90, below: 16, code8: null, code16: 0xdc, code32: 0xdd };
const MAP: Form = { fixed: 0x80, below: 16, code8: null, code16: 0xde, code32: 0xdf };

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  finish(): Bytes {
    return this.#bytes.slice(0, this.#length);
  }

  value(tree: Tree): void {
    if (tree === null) this.#byte(0xc0);
    else if (typeof tree === "boolean") this.#byte(tree ? 0xc3 : 0xc2);
    else if (typeof tree === "number") this.#number(tree);
    else if (typeof tree === "bigint") throw new WireError("a number is not exact");
    else if (typeof tree === "string") this.#text(tree);
    else if (tree instanceof Uint8Array) {
      this.#head(BYTES, tree.length);
      this.#add(tree);
    } else if (isMap(tree)) {
      this.#head(MAP, tree.size);
      for (const [key, item] of tree) {
        this.value(key);
        this.value(item);
      }
    } else {
      this.#head(ARRAY, tree.length);
      for (const item of tree) this.value(item);
    }
  }

  #text(value: string): void {
    const bytes = encoded(value);
    this.#head(TEXT, bytes.length);
    this.#add(bytes);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) throw new WireError("a number is not exact");
    if (value >= 0) this.#unsigned(value);
    else this.#negative(value);
  }

  #unsigned(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value <= 0xff) this.#byte(0xcc, value);
    else if (value <= 0xffff) this.#uint16(0xcd, value);
    else if (value <= 0xffff_ffff) this.#uint32(0xce, value);
    else this.#uint64(0xcf, BigInt(value));
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#byte(value & 0xff);
    else if (value >= -0x80) this.#byte(0xd0, value & 0xff);
    else if (value >= -0x8000) this.#uint16(0xd1, value & 0xffff);
    else if (value >= -0x8000_0000) this.#uint32(0xd2, value >>> 0);
    else this.#uint64(0xd3, BigInt.asUintN(64, BigInt(value)));
  }

  #head(form: Form, count: number): void {
    if (count < form.below) this.#byte(form.fixed | count);
    else if (form.code8 !== null && count <= 0xff) this.#byte(form.code8, count);
    else if (count <= 0xffff) this.#uint16(form.code16, count);
    else this.#uint32(form.code32, count);
  }

  #byte(...bytes: readonly number[]): void {
    const start = this.#room(bytes.length);
    this.#bytes.set(bytes, start);
  }

  #uint16(code: number, value: number): void {
    this.#byte(code);
    const start = this.#room(2);
    this.#view.setUint16(start, value);
  }

  #uint32(code: number, value: number): void {
    this.#byte(code);
    const start = this.#room(4);
    this.#view.setUint32(start, value);
  }

  #uint64(code: number, value: bigint): void {
    this.#byte(code);
    const start = this.#room(8);
    this.#view.setBigUint64(start, value);
  }

  #add(bytes: Uint8Array): void {
    const start = this.#room(bytes.length);
    this.#bytes.set(bytes, start);
  }

  /** Make room for so many bytes; return where they begin. */
  #room(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }
}

function encoded(value: string): Bytes {
  try {
    return utf8Bytes(value);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw new WireError("a text is not Unicode", [], { cause: error });
  }
}

// --- reading --------------------------------------------------------------------------

/** What stands for a value that nothing takes. */
const OTHER = NaN;

class Reader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #budget: Budget;
  #position = 0;

  constructor(data: Uint8Array, bounds: Bounds) {
    this.#data = data;
    this.#budget = new Budget(bounds);
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  value(): Tree {
    this.#budget.take();
    const first = this.#uint8();
    if (first < 0x80) return first;
    if (first < 0x90) return this.#map(first & 0x0f);
    if (first < 0xa0) return this.#array(first & 0x0f);
    if (first < 0xc0) return this.#text(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    return this.#coded(first);
  }

  end(): void {
    if (this.#position !== this.#data.length) throw new WireError("bytes behind the end");
  }

  #coded(code: number): Tree {
    if (code >= 0xd9) return this.#counted(code);
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#count(code - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#other(1 + this.#count(code - 0xc7));
      case 0xca:
        return this.#other(4);
      case 0xcb:
        return this.#other(8);
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#count(code - 0xcc);
      case 0xcf:
        return exact(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return exact(this.#view.getBigInt64(this.#skip(8)));
      case 0xc1:
        throw new WireError("no MessagePack");
      default:
        return this.#other(1 + 2 ** (code - 0xd4));
    }
  }

  /** Texts, arrays and maps behind a length of one, two or four bytes. */
  #counted(code: number): Tree {
    if (code <= 0xdb) return this.#text(this.#count(code - 0xd9));
    if (code <= 0xdd) return this.#array(this.#count(code - 0xdc + 1));
    return this.#map(this.#count(code - 0xde + 1));
  }

  /** Read a count of 1, 2 or 4 bytes: 2 to the power of `width`. */
  #count(width: number): number {
    if (width === 0) return this.#uint8();
    if (width === 1) return this.#view.getUint16(this.#skip(2));
    return this.#view.getUint32(this.#skip(4));
  }

  #uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #other(count: number): Tree {
    this.#skip(count);
    return OTHER;
  }

  #take(count: number): Bytes {
    const start = this.#skip(count);
    return new Uint8Array(this.#data.subarray(start, this.#position));
  }

  #text(count: number): string {
    const start = this.#skip(count);
    try {
      return utf8Text(this.#data.subarray(start, this.#position));
    } catch (error) {
      if (!(error instanceof Utf8Error)) throw error;
      throw new WireError("a text is not UTF-8", [], { cause: error });
    }
  }

  #array(count: number): Tree {
    return this.#budget.inside(() => {
      const found: Tree[] = [];
      while (found.length < count) found.push(this.value());
      return found;
    });
  }

  #map(count: number): Tree {
    return this.#budget.inside(() => {
      const found = new Map<Tree, Tree>();
      for (let place = 0; place < count; place++) add(found, this.value(), this.value());
      return found;
    });
  }

  /** Go on by so many bytes; return where they begin. */
  #skip(count: number): number {
    const start = this.#position;
    if (start + count > this.#data.length) throw new WireError("the message is cut off");
    this.#position = start + count;
    return start;
  }
}

function exact(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
