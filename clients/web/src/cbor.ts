/**
 * Deterministic CBOR (RFC 8949 §4.2.1): one value, one encoding, and nothing else is read.
 *
 * A reader refuses what it would not have written: longer numbers than needed, indefinite
 * lengths, unsorted or repeated keys, bytes behind the end. So the bytes of a value can be
 * hashed and signed, and two readers never understand one message differently.
 *
 * A whole number is a `number` as long as that holds it exactly, and a `bigint` beyond; only
 * `Float` is a floating-point number, so that 1 and 1.0 stay two values.
 */

import { Reader } from "./cbor/reader.ts";
import { CborError, DEFAULT_LIMITS, type Limits, type Value } from "./cbor/values.ts";
import { written } from "./cbor/writer.ts";

export {
  CborError,
  DEFAULT_LIMITS,
  Float,
  type Key,
  type Limits,
  Simple,
  Tag,
  type Value,
} from "./cbor/values.ts";

/**
 * Return the one encoding of a value.
 *
 * @throws CborError - The value is of another type, too large a number or nested too deeply.
 */
export function encode(value: Value, depth = DEFAULT_LIMITS.depth): Uint8Array<ArrayBuffer> {
  return written(value, depth);
}

/**
 * Read one value that fills `data` exactly; what it holds is copied from there.
 *
 * @throws CborError - The bytes are not deterministic CBOR or exceed the limits.
 */
export function decode(data: Uint8Array, limits: Limits = DEFAULT_LIMITS): Value {
  if (data.length > limits.size) throw new CborError("larger than allowed");
  const reader = new Reader(data, limits.items);
  const value = reader.value(limits.depth);
  if (reader.position !== data.length) throw new CborError("bytes behind the end of the value");
  return value;
}
