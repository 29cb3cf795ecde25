/**
 * UTF-8, strictly (RFC 3629): what is not Unicode is neither written nor read.
 *
 * The platform's own coder replaces what it does not like; a signed text must not change.
 */

/** The text holds half a character, or the bytes are not UTF-8. */
export class Utf8Error extends Error {
  override readonly name = "Utf8Error";
}

// Declared here and not in `lib`: the core sees no page.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (
  label: "utf-8",
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HALF_A_CHARACTER = /\p{Surrogate}/u;

/** Say whether a text can be written at all. */
export function isUnicode(text: string): boolean {
  return !HALF_A_CHARACTER.test(text);
}

/**
 * Return a text as UTF-8.
 *
 * @throws Utf8Error - It holds half a character.
 */
export function utf8Bytes(text: string): Uint8Array<ArrayBuffer> {
  if (!isUnicode(text)) throw new Utf8Error("the text is not Unicode");
  return ENCODER.encode(text);
}

/**
 * Return the text that bytes are; a byte order mark is a character like any other.
 *
 * @throws Utf8Error - They are not UTF-8.
 */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    throw new Utf8Error("not UTF-8", { cause: error });
  }
}
