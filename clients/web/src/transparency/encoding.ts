/** Strict, canonical text: what is read here can be written in exactly one way. */

import type { Bytes } from "../mls/bytes.ts";
import { Utf8Error, isUnicode, utf8Text } from "../utf8.ts";
import { FormatError } from "./errors.ts";

/** The largest size, index or time: what fits a signed 64-bit integer, as other readers need. */
export const MAX_NUMBER = 2n ** 63n - 1n;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** What each digit counts, by its character code; what is none counts nothing. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(DIGITS.indexOf(String.fromCharCode(code)), 0),
);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;
const CONTROL = /[\0-\x1f]/;

/**
 * Return the bytes of one base64 text (RFC 4648 §4).
 *
 * @throws FormatError - It is not base64, or not as an encoder would have written it.
 */
export function decodeBase64(text: string): Bytes {
  const data = base64Bytes(text);
  if (data === null) throw new FormatError("not base64");
  if (encodeBase64(data) !== text) throw new FormatError("not canonical base64");
  return data;
}

/** Return the bytes of a base64 text; null if it is none. Bits without a meaning may be set. */
export function base64Bytes(text: string): Bytes | null {
  if (!BASE64.test(text)) return null;
  const data = new Uint8Array((text.length / 4) * 3 - (text.match(/=/g)?.length ?? 0));
  let [buffer, bits, place] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    buffer = ((buffer << 6) | (VALUES[text.charCodeAt(at)] ?? 0)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      data[place++] = (buffer >> bits) & 0xff;
    }
  }
  return data;
}

/** Write bytes in base64 (RFC 4648 §4). */
export function encodeBase64(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 3) {
    const three = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) text += DIGITS.charAt((three >> shift) & 63);
  }
  const missing = (3 - (data.length % 3)) % 3;
  return text.slice(0, text.length - missing) + "=".repeat(missing);
}

/**
 * Return a number from 0 to 2^63 - 1, written without leading zeroes.
 *
 * @throws FormatError - It is not written like that.
 */
export function decodeDecimal(text: string): bigint {
  if (!DECIMAL.test(text) || BigInt(text) > MAX_NUMBER) {
    throw new FormatError("not a decimal number below 2^63 without leading zeroes");
  }
  return BigInt(text);
}

/**
 * Return UTF-8 text whose only control characters are newlines.
 *
 * @throws FormatError - It is not that.
 */
export function decodeText(data: Bytes): string {
  const text = utf8(data);
  if (CONTROL.test(text.replaceAll("\n", ""))) throw new FormatError("a control character");
  return text;
}

/**
 * Tell whether a text can stand as one line that is not empty.
 *
 * Only a newline ends a line here: U+2028 and its kind are characters like others.
 */
export function isLine(text: string): boolean {
  return text !== "" && !CONTROL.test(text) && isUnicode(text);
}

/** Return how many characters of Unicode a text has. */
export function characters(text: string): number {
  return Array.from(text).length;
}

/** Return the lines of a text, at most `most` of them split off: the rest stays in one piece. */
export function splitLines(text: string, most: number): string[] {
  const lines = text.split("\n");
  if (lines.length <= most + 1) return lines;
  return [...lines.slice(0, most), lines.slice(most).join("\n")];
}

function utf8(data: Bytes): string {
  try {
    return utf8Text(data);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw new FormatError("not UTF-8", { cause: error });
  }
}
