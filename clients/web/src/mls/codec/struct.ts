/**
 * Structures to presentation language and back (RFC 9420 §2.1).
 *
 * A structure is written as the RFC writes it, once, and is a value and a type of one name:
 *
 *     export const ParentNode = kept(struct({
 *       encryption_key: opaque,
 *       parent_hash: opaque,
 *       unmerged_leaves: vector(uint32),
 *     }));
 *     export type ParentNode = Infer<typeof ParentNode>;
 *
 *     decode(ParentNode, bytes)      // the whole input, or DecodeError
 *     encode(ParentNode, node)       // bytes
 *
 * Every encoding is canonical: lengths are minimal, presence is 0 or 1, nothing follows the
 * end. So a value that was decoded encodes to exactly the bytes it came from.
 */

import type { Bytes } from "../bytes.ts";
import { DecodeError, UsageError } from "../errors.ts";
import { Reader } from "./reader.ts";
import { readLength } from "./varint.ts";
import { Writer } from "./writer.ts";

/** How one type is read and written. */
export interface Codec<T> {
  /** Read one value from where the reader stands, or throw DecodeError. */
  read(reader: Reader): T;
  /** Append a value's encoding, or throw UsageError. */
  write(writer: Writer, value: T): void;
}

/** The type of the values of a codec. */
export type Infer<C> = C extends Codec<infer T> ? T : never;

// A codec of whatever type: only `Infer` looks at it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyCodec = Codec<any>;
type Fields = Readonly<Record<string, AnyCodec>>;
type Values<F extends Fields> = { readonly [K in keyof F]: Infer<F[K]> };

/**
 * A tag that no case of a select names. To the compiler it is a value apart, so that a check
 * for a case's tag excludes it; what it is at run time, the wire has said.
 */
export declare enum OtherTag {
  ANY = -1,
}

/** Return a number as the tag of what no case of a select names. */
export function otherTag(number: number): OtherTag {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- that is the point
  return number;
}

type Simplify<T> = { readonly [K in keyof T]: T[K] };
type Cases = Readonly<Record<number, AnyCodec>>;
type Case<N extends string, C extends Cases> = {
  [K in keyof C & number]: Simplify<Record<N, K> & Infer<C[K]>>;
}[keyof C & number];
type Other<N extends string, O> = Simplify<Record<N, OtherTag> & O>;

/**
 * Encode a value. The bytes are the caller's own.
 *
 * @throws UsageError - The value does not fit the type.
 */
export function encode<T>(codec: Codec<T>, value: T): Bytes {
  const kept = ENCODINGS.get(codec)?.get(object(value));
  if (kept !== undefined) return kept.slice();
  const writer = new Writer();
  codec.write(writer, value);
  return writer.finish();
}

/**
 * Decode exactly one value.
 *
 * @throws DecodeError - The bytes are not one canonical value of this type.
 */
export function decode<T>(codec: Codec<T>, data: Uint8Array): T {
  const reader = new Reader(data);
  const value = codec.read(reader);
  reader.finish();
  return value;
}

/**
 * Return the same value with memory of its own: what a caller handed in may change while a
 * Promise is waited for.
 *
 * @throws UsageError - The value does not fit the type.
 */
export function copied<T>(codec: Codec<T>, value: T): T {
  return decode(codec, encode(codec, value));
}

function uint(size: number): Codec<number> {
  const limit = 256 ** size;
  return {
    read: (reader) => reader.takeUint(size),
    write: (writer, value) => {
      if (!Number.isInteger(value) || value < 0 || value >= limit) {
        throw new UsageError(`not an integer of ${size} bytes`);
      }
      writer.putUint(value, size);
    },
  };
}

/** An unsigned integer of one byte. */
export const uint8: Codec<number> = uint(1);
/** An unsigned integer of two bytes; unknown values survive (GREASE). */
export const uint16: Codec<number> = uint(2);
/** An unsigned integer of four bytes. */
export const uint32: Codec<number> = uint(4);

const HALF = 2n ** 32n;

/** An unsigned integer of eight bytes. */
export const uint64: Codec<bigint> = {
  read: (reader) => BigInt(reader.takeUint(4)) * HALF + BigInt(reader.takeUint(4)),
  write: (writer, value) => {
    if (typeof value !== "bigint" || value < 0n || value >= HALF * HALF) {
      throw new UsageError("not an integer of 8 bytes");
    }
    writer.putUint(Number(value / HALF), 4);
    writer.putUint(Number(value % HALF), 4);
  },
};

/** `opaque x<V>`. */
export const opaque: Codec<Bytes> = {
  read: (reader) => reader.take(readLength(reader)),
  write: (writer, value) => {
    const start = writer.length;
    writer.put(bytes(value));
    writer.close(start);
  },
};

/** `opaque x[length]`. */
export function fixed(length: number): Codec<Bytes> {
  return {
    read: (reader) => reader.take(length),
    write: (writer, value) => {
      if (bytes(value).length !== length) {
        throw new UsageError(`${length} bytes expected, not ${value.length}`);
      }
      writer.put(value);
    },
  };
}

/** `X x<V>`; more than `most` items are refused before they cost time, and not written. */
export function vector<T>(item: Codec<T>, most = Infinity): Codec<readonly T[]> {
  return {
    read: (reader) => {
      const length = readLength(reader);
      const stop = reader.position + length;
      const outer = reader.end;
      if (stop > outer) throw new DecodeError(`a vector leads ${stop - outer} bytes too far`);
      reader.end = stop;
      const items: T[] = [];
      while (reader.position < stop) {
        if (items.length === most) {
          throw new DecodeError(`more than ${most} items are too large a vector`);
        }
        items.push(item.read(reader));
      }
      reader.end = outer;
      return items;
    },
    write: (writer, value) => {
      if (value.length > most) {
        throw new UsageError(
          `${value.length} items are too large a vector: ${most} may be written`,
        );
      }
      const start = writer.length;
      for (const each of value) item.write(writer, each);
      writer.close(start);
    },
  };
}

/** `optional<X>` (§2.1.1): one byte, 0 or 1, then the value if it is there. */
export function maybe<T>(item: Codec<T>): Codec<T | null> {
  return {
    read: (reader) => {
      const present = reader.takeUint(1);
      if (present > 1) throw new DecodeError(`presence is ${present}`);
      return present === 1 ? item.read(reader) : null;
    },
    write: (writer, value) => {
      writer.putUint(value === null ? 0 : 1, 1);
      if (value !== null) item.write(writer, value);
    },
  };
}

/** A closed enumeration: a value that is not listed is refused. */
export function enumerated<const V extends readonly number[]>(
  number: Codec<number>,
  values: V,
): Codec<V[number]> {
  const known: ReadonlySet<number> = new Set(values);
  return {
    read: (reader) => {
      const value = number.read(reader);
      if (!known.has(value)) throw new DecodeError(`${value} is not one of ${values.join(", ")}`);
      return value;
    },
    write: (writer, value) => {
      if (!known.has(value)) throw new UsageError(`not one of ${values.join(", ")}`);
      number.write(writer, value);
    },
  };
}

/** A structure: its fields, one after the other. */
export function struct<F extends Fields>(fields: F): Codec<Values<F>> {
  const entries = Object.entries(fields);
  return {
    read: (reader) => {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) value[name] = codec.read(reader);
      return value as Values<F>;
    },
    write: (writer, value) => {
      const given = object(value);
      for (const [name, codec] of entries) codec.write(writer, given[name]);
    },
  };
}

/**
 * A tag, then the structure that the tag names: `select (tag) { case ... }`.
 *
 * The value is the case's structure with the tag among its fields. `other` reads and writes
 * what follows a tag that no case names; without it, such a tag is refused.
 */
export function select<const N extends string, C extends Cases>(
  name: N,
  tag: Codec<number>,
  cases: C,
): Codec<Case<N, C>>;
export function select<const N extends string, C extends Cases, O>(
  name: N,
  tag: Codec<number>,
  cases: C,
  other: Codec<O>,
): Codec<Case<N, C> | Other<N, O>>;
export function select(name: string, tag: Codec<number>, cases: Cases, other?: AnyCodec): AnyCodec {
  return {
    read: (reader) => {
      const start = reader.position;
      const number = tag.read(reader);
      const codec = cases[number] ?? other;
      if (codec === undefined) throw new DecodeError(`the tag ${number} at ${start} names nothing`);
      return { [name]: number, ...(codec.read(reader) as object) };
    },
    write: (writer, value) => {
      const number = object(value)[name] as number;
      const codec = cases[number] ?? other;
      if (codec === undefined) throw new UsageError(`a value without a known ${name}`);
      tag.write(writer, number);
      codec.write(writer, value);
    },
  };
}

const ENCODINGS = new WeakMap<object, WeakMap<object, Bytes>>();

/**
 * A structure that remembers the bytes it was read from or first written as, because it is
 * hashed or signed again. Those bytes never leave this file.
 */
export function kept<T extends object>(plain: Codec<T>): Codec<T> {
  const encodings = new WeakMap<object, Bytes>();
  const codec: Codec<T> = {
    read: (reader) => {
      const start = reader.position;
      const value = plain.read(reader);
      encodings.set(value, reader.slice(start, reader.position));
      return value;
    },
    write: (writer, value) => {
      let encoding = encodings.get(object(value));
      if (encoding === undefined) {
        encoding = encode(plain, value);
        encodings.set(value, encoding);
      }
      writer.put(encoding);
    },
  };
  ENCODINGS.set(codec, encodings);
  return codec;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new UsageError("not a structure");
  return value as Readonly<Record<string, unknown>>;
}

function bytes(value: unknown): Bytes {
  if (!(value instanceof Uint8Array)) throw new UsageError("not bytes");
  return value as Bytes;
}
