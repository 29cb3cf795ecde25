/** Bodies of HTTP to bytes and back; `bodies.ts` and its neighbours say what they are. */

import type { Bytes } from "../mls/bytes.ts";
import { readJson, writeJson } from "./json.ts";
import type { Shape } from "./shape.ts";

/**
 * Return a body as it travels.
 *
 * @throws WireError - A text in it is not Unicode.
 */
export function encodeBody<T>(shape: Shape<T>, body: T): Bytes {
  return writeJson(shape.write(body));
}

/**
 * Read a body; how large it may be, its reader has looked after.
 *
 * @throws WireError - It is something else.
 */
export function decodeBody<T>(shape: Shape<T>, data: Uint8Array): T {
  return shape.read(readJson(data));
}
