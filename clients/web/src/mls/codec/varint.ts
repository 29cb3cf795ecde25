/**
 * Length headers of variable-size vectors (RFC 9420 §2.1.2).
 *
 * The two highest bits of the first byte say how many bytes the length takes: 1, 2 or 4.
 * A length has exactly one encoding: the shortest. The fourth prefix is not a length.
 */

import { type Bytes, uintBytes } from "../bytes.ts";
import { DecodeError, UsageError } from "../errors.ts";
import type { Reader } from "./reader.ts";

/** The largest length of a vector, in bytes. */
export const MAX_LENGTH = 2 ** 30 - 1;
const SHORT = 2 ** 6;
const MIDDLE = 2 ** 14;

/**
 * Read a length header.
 *
 * @throws DecodeError - The header is cut off, not the shortest, or begins with 0b11.
 */
export function readLength(reader: Reader): number {
  const first = reader.takeUint(1);
  const prefix = first >> 6;
  if (prefix === 0) return first;
  if (prefix === 3) throw new DecodeError("a length header begins with 0b11");
  const size = 1 << prefix;
  const length = (first & 0x3f) * 256 ** (size - 1) + reader.takeUint(size - 1);
  if (length < (size === 2 ? SHORT : MIDDLE)) {
    throw new DecodeError(`the length ${length} is not encoded in the shortest way`);
  }
  return length;
}

/**
 * Encode a length header, the shortest way.
 *
 * @throws UsageError - The length does not fit into 30 bits.
 */
export function encodeLength(length: number): Bytes {
  if (length < SHORT) return Uint8Array.of(length);
  if (length < MIDDLE) return uintBytes(length + 0x4000, 2);
  if (length <= MAX_LENGTH) return uintBytes(length + 0x8000_0000, 4);
  throw new UsageError(`${length} bytes are more than a vector can hold`);
}
