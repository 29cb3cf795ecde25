/** Checkpoints (c2sp.org/tlog-checkpoint): a tree's size and root, signed by its log. */

import type { Bytes } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import { type TreeHead, treeHead } from "./compact.ts";
import {
  characters,
  decodeBase64,
  decodeDecimal,
  decodeText,
  encodeBase64,
  isLine,
  splitLines,
} from "./encoding.ts";
import { FormatError, SignatureError, UsageError } from "./errors.ts";
import { ED25519, type VerifierKey } from "./keys.ts";
import { type SignedNote, verifyNote } from "./note.ts";

export const MAX_LINE_CHARACTERS = 1_024;
export const MAX_EXTENSIONS = 16;

declare const OPENED: unique symbol;

/** The text of a checkpoint. */
export interface Checkpoint {
  /** Which log. */
  readonly origin: string;
  /** The tree: how many leaves, and the root over them. */
  readonly head: TreeHead;
  /** Further lines. Ours have none: nobody audits them. */
  readonly extensions: readonly string[];
}

/** A checkpoint that its log has signed; made by `openCheckpoint` alone. */
export interface SignedCheckpoint {
  readonly [OPENED]: true;
  /** What it says. */
  readonly checkpoint: Checkpoint;
  /** What was signed, with all signatures. */
  readonly note: SignedNote;
}

/**
 * Return a checkpoint that can be read back.
 *
 * @throws FormatError - A line is empty, too long or has a control character; there are too many;
 *   or the size or the root's length is out of bounds.
 */
export function checkpoint(
  origin: string,
  size: bigint,
  root: Bytes,
  extensions: readonly string[] = [],
): Checkpoint {
  if (extensions.length > MAX_EXTENSIONS) {
    throw new FormatError("a checkpoint has too many extension lines");
  }
  for (const line of [origin, ...extensions]) {
    if (!isLine(line) || characters(line) > MAX_LINE_CHARACTERS) {
      throw new FormatError("a line of a checkpoint is empty or too long");
    }
  }
  return { origin, head: treeHead(size, root), extensions };
}

/** Write the text, as it is signed. */
export function encodeCheckpoint({ origin, head, extensions }: Checkpoint): Bytes {
  const lines = [origin, `${head.size}`, encodeBase64(head.root), ...extensions];
  return utf8Bytes(lines.map((line) => `${line}\n`).join(""));
}

/**
 * Read the text of a note.
 *
 * @throws FormatError - It is not a checkpoint's.
 */
export function decodeCheckpoint(text: Bytes): Checkpoint {
  const lines = splitLines(decodeText(text), MAX_EXTENSIONS + 4);
  if (lines.length < 4 || lines.pop() !== "") {
    throw new FormatError("a checkpoint has at least three lines, each with a newline");
  }
  const [origin = "", size = "", root = "", ...extensions] = lines;
  return checkpoint(origin, decodeDecimal(size), decodeBase64(root), extensions);
}

/**
 * Take a checkpoint from a note that its log has signed.
 *
 * @throws SignatureError - The log's signature is wrong or missing, or the origin is another log's.
 * @throws FormatError - The text is not a checkpoint's.
 * @throws UsageError - The key is not one for logs.
 */
export async function openCheckpoint(
  note: SignedNote,
  log: VerifierKey,
): Promise<SignedCheckpoint> {
  if (log.type !== ED25519) throw new UsageError("a log's key is of type 0x01");
  await verifyNote(note, [log]);
  const said = decodeCheckpoint(note.text);
  if (said.origin !== log.name) throw new SignatureError("the origin is another log's");
  return { checkpoint: said, note } as SignedCheckpoint;
}
