/**
 * Byte strings as the rest of the core handles them: never `Buffer`, never shared memory.
 *
 * Nothing here is constant time; tags and secrets are compared with `crypto/labels.ts`.
 */

import { UsageError } from "./errors.ts";

/** Bytes with memory of their own, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** No bytes at all. */
export const EMPTY: Bytes = new Uint8Array(0);

/** Join byte strings. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

/**
 * Return the bytes of an ASCII text.
 *
 * @throws UsageError - A character is beyond ASCII.
 */
export function ascii(text: string): Bytes {
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code > 0x7f) throw new UsageError("a label is not ASCII");
    bytes[place] = code;
  }
  return bytes;
}

/** Return an unsigned integer of up to 32 bits as `size` bytes, big endian. */
export function uintBytes(value: number, size: number): Bytes {
  const bytes = new Uint8Array(size);
  for (let place = size - 1, rest = value; place >= 0; place--, rest = Math.floor(rest / 256)) {
    bytes[place] = rest % 256;
  }
  return bytes;
}

/** Tell whether two public byte strings are the same. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** Return a text that stands for public bytes as the key of a Map or a member of a Set. */
export function bytesKey(bytes: Uint8Array): string {
  let key = "";
  // In slices, because a call takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 4096) {
    key += String.fromCharCode(...bytes.subarray(start, start + 4096));
  }
  return key;
}

/** Return bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the bytes that `toHex` made a text of. */
export function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
