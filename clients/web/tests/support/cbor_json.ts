/**
 * CBOR values as JSON that loses nothing, so that two languages can compare what they have read.
 *
 * `tests/support/cbor_json.py` is the same in Python.
 */

import { Float, type Key, Simple, Tag, type Value } from "../../src/cbor.ts";
import { fromHex, toHex } from "../../src/mls/bytes.ts";

export type Json =
  | null
  | boolean
  | string
  | { readonly int: string }
  | { readonly float: string }
  | { readonly bytes: string }
  | { readonly tag: string; readonly value: Json }
  | { readonly simple: number }
  | { readonly map: readonly (readonly [Json, Json])[] }
  | { readonly array: readonly Json[] };

/** Return the JSON of a value. */
export function shown(value: Value): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return { int: String(value) };
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (value instanceof Float) return { float: toHex(doubleBytes(value.value)) };
  if (value instanceof Tag) return { tag: String(value.number), value: shown(value.value) };
  if (value instanceof Simple) return { simple: value.number };
  if (value instanceof Map) return { map: shownMap(value) };
  return { array: (value as readonly Value[]).map(shown) };
}

/** Return the value that `shown` made the JSON of. */
export function valueOf(json: Json): Value {
  if (json === null || typeof json === "boolean" || typeof json === "string") return json;
  if ("int" in json) return wholeNumber(json.int);
  if ("float" in json) return new Float(new DataView(fromHex(json.float).buffer).getFloat64(0));
  if ("bytes" in json) return fromHex(json.bytes);
  if ("tag" in json) return new Tag(wholeNumber(json.tag), valueOf(json.value));
  if ("simple" in json) return new Simple(json.simple);
  if ("array" in json) return json.array.map(valueOf);
  return new Map(json.map.map(([key, item]) => [valueOf(key) as Key, valueOf(item)]));
}

function shownMap(map: ReadonlyMap<Key, Value>): readonly (readonly [Json, Json])[] {
  return [...map].map(([key, item]) => [shown(key), shown(item)]);
}

function wholeNumber(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}
