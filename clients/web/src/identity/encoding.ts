/** What the formats of this room have in common: identifiers, contexts, and reading CBOR. */

import { type Value, CborError, type Limits, decode, encode } from "../cbor.ts";
import { type DeviceId, type UserId, identifierBytes } from "../ids.ts";
import { type Bytes, ascii, concat } from "../mls/bytes.ts";
import { IdentityError } from "./errors.ts";

/** Times are in seconds, below what a number holds exactly. */
export const MAX_TIME = 2 ** 53;

/** A context stands before what is signed, so that the signature means nothing anywhere else. */
export function contextOf(text: string): Bytes {
  return ascii(`teamchat ${text}\0`);
}

/** Return what is signed: a context, and values in their one encoding. */
export function inContext(context: Bytes, value: Value): Bytes {
  return concat(context, encode(value));
}

/**
 * Return the bytes of identifiers.
 *
 * @throws IdentityError - One is none.
 */
export function rawOf(ids: readonly string[], wrong: string): readonly Bytes[] {
  try {
    return ids.map(identifierBytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new IdentityError(wrong, { cause: error });
  }
}

/**
 * Return the bytes of a person and their devices.
 *
 * @throws IdentityError - One is no identifier.
 */
export function rawIds(user: UserId, ...devices: readonly DeviceId[]): readonly Bytes[] {
  return rawOf([user, ...devices], "not an identifier of a person and a device");
}

/** Read CBOR; null, and why, if it is none. */
export function decoded(data: Bytes, limits: Limits): { value: Value } | { refused: CborError } {
  try {
    return { value: decode(data, limits) };
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return { refused: error };
  }
}

/** Return the parts of an array; an empty list for any other value. */
export function partsOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** Tell whether a value is a byte string, of a length if one is asked for. */
export function isBytes(value: Value | undefined, length?: number): value is Bytes {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

/** Tell whether a value is a whole number. */
export function isWhole(value: Value | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Tell whether a whole number is a time there is. */
export function isTime(value: number | bigint): value is number {
  return value >= 0 && value < MAX_TIME && Number.isSafeInteger(value);
}
