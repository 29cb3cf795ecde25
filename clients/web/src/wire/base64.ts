/** Bytes as base64 with padding (RFC 4648 §4), as they travel in JSON. */

import type { Bytes } from "../mls/bytes.ts";
import { WireError } from "./errors.ts";

// Declared here and not in `lib`: the core sees no page.
declare function atob(text: string): string;
declare function btoa(bytes: string): string;

const WRITTEN = /^[A-Za-z0-9+/]*={0,2}$/;
/** A call takes only so many arguments. */
const SLICE = 4096;

/**
 * Return the bytes of a text.
 *
 * @throws WireError - It is no base64; as in Python, unused bits of the last character may be set.
 */
export function fromBase64(text: string): Bytes {
  if (text.length % 4 !== 0 || !WRITTEN.test(text)) throw new WireError("no base64");
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = decoded.charCodeAt(place);
  return bytes;
}

/** Return the one text for bytes. */
export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (let start = 0; start < bytes.length; start += SLICE) {
    characters += String.fromCharCode(...bytes.subarray(start, start + SLICE));
  }
  return btoa(characters);
}
