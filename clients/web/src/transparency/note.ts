/**
 * Signed notes (c2sp.org/signed-note): text, an empty line, signature lines.
 *
 * The text of a note means nothing until `verifyNote` has found a signature of a known key.
 */

import { type Bytes, concat } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import { decodeText, splitLines } from "./encoding.ts";
import { FormatError, SignatureError } from "./errors.ts";
import {
  type Signature,
  type VerifierKey,
  made,
  parseSignature,
  signatureLine,
  verifySignature,
} from "./keys.ts";

/** Room for sixteen post-quantum signatures, which every reader must accept. */
export const MAX_NOTE_BYTES = 131_072;
export const MAX_SIGNATURES = 64;

/** A note; its signatures are not yet checked. */
export interface SignedNote {
  /** The signed text with its last newline. */
  readonly text: Bytes;
  /** In the order of their lines. */
  readonly signatures: readonly Signature[];
}

/**
 * Return a note that can be read back.
 *
 * @throws FormatError - The text is not UTF-8 or does not end with a newline, has other control
 *   characters, or there are no signatures or too many.
 */
export function signedNote(text: Bytes, signatures: readonly Signature[]): SignedNote {
  if (!decodeText(text).endsWith("\n")) throw new FormatError("a note's text ends with a newline");
  if (signatures.length < 1 || signatures.length > MAX_SIGNATURES) {
    throw new FormatError(`a note has 1 to ${MAX_SIGNATURES} signatures`);
  }
  const note = { text, signatures };
  if (encodeNote(note).length > MAX_NOTE_BYTES) throw new FormatError("a note is too large");
  return note;
}

/** Write a note. */
export function encodeNote({ text, signatures }: SignedNote): Bytes {
  return concat(text, utf8Bytes(`\n${signatures.map(signatureLine).join("")}`));
}

/**
 * Read a note.
 *
 * @throws FormatError - It is not one.
 */
export function decodeNote(data: Bytes): SignedNote {
  if (data.length > MAX_NOTE_BYTES) throw new FormatError("a note is too large");
  const whole = decodeText(data);
  const empty = whole.lastIndexOf("\n\n");
  if (empty < 0 || !whole.slice(empty + 2).endsWith("\n")) {
    throw new FormatError("a note has an empty line before its signatures");
  }
  const lines = splitLines(whole.slice(empty + 2, -1), MAX_SIGNATURES);
  return signedNote(utf8Bytes(whole.slice(0, empty + 1)), lines.map(parseSignature));
}

/**
 * Return the note with further signatures at its end.
 *
 * @throws FormatError - There are too many.
 */
export function withSignatures(note: SignedNote, ...more: readonly Signature[]): SignedNote {
  return signedNote(note.text, [...note.signatures, ...more]);
}

/** A signature that is a known key's over the note's text. */
export interface Verified {
  /** Whose. */
  readonly key: VerifierKey;
  /** When it was made, in POSIX seconds; null if signatures of its type do not say so. */
  readonly time: bigint | null;
}

/**
 * Check the signatures of known keys; those of others are ignored.
 *
 * @throws SignatureError - One of them is wrong, or there is none.
 */
export async function verifyNote(
  note: SignedNote,
  keys: readonly VerifierKey[],
): Promise<readonly Verified[]> {
  const verified: Verified[] = [];
  for (const signature of note.signatures) {
    for (const key of keys.filter((each) => made(each, signature))) {
      verified.push({ key, time: await verifySignature(key, note.text, signature) });
    }
  }
  if (verified.length === 0) throw new SignatureError("no known key has signed the note");
  return verified;
}
