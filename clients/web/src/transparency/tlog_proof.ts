/** Proof files (c2sp.org/tlog-proof): that an entry is in a log, to be checked without the log. */

import { type Bytes, EMPTY, concat } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import {
  MAX_NUMBER,
  decodeBase64,
  decodeDecimal,
  decodeText,
  encodeBase64,
  splitLines,
} from "./encoding.ts";
import { FormatError } from "./errors.ts";
import { HASH_BYTES } from "./hashing.ts";
import { MAX_NOTE_BYTES, type SignedNote, decodeNote, encodeNote } from "./note.ts";
import { MAX_PROOF_HASHES, verifyInclusion } from "./proofs.ts";
import { type Policy, type TrustedCheckpoint, check } from "./witness.ts";

export const HEADER = "c2sp.org/tlog-proof@v1";
export const MAX_EXTRA_BYTES = 65_535;

const NEWLINE = 10;

/** What a proof file holds. */
export interface TLogProof {
  /** Where the entry stands in the log. */
  readonly index: bigint;
  /** The inclusion proof. */
  readonly hashes: readonly Bytes[];
  /** The signed checkpoint. */
  readonly note: SignedNote;
  /** For the application; nothing vouches for it. The line is left out if it is empty. */
  readonly extra: Bytes;
}

/**
 * Return a proof that can be read back.
 *
 * @throws FormatError - A part is out of bounds.
 */
export function tlogProof(
  index: bigint,
  hashes: readonly Bytes[],
  note: SignedNote,
  extra: Bytes = EMPTY,
): TLogProof {
  if (index < 0n || index > MAX_NUMBER || extra.length > MAX_EXTRA_BYTES) {
    throw new FormatError("the index or the extra data are out of bounds");
  }
  if (hashes.length > MAX_PROOF_HASHES) throw new FormatError("the proof is too long");
  if (hashes.some((each) => each.length !== HASH_BYTES)) {
    throw new FormatError(`a hash has ${HASH_BYTES} bytes`);
  }
  return { index, hashes, note, extra };
}

/** Write the file. */
export function encodeTLogProof({ index, hashes, note, extra }: TLogProof): Bytes {
  const lines = [HEADER];
  if (extra.length > 0) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${index}`, ...hashes.map(encodeBase64), "");
  return concat(utf8Bytes(lines.map((line) => `${line}\n`).join("")), encodeNote(note));
}

/**
 * Read a file.
 *
 * @throws FormatError - It is not a proof file, or not its one canonical form.
 */
export function decodeTLogProof(data: Bytes): TLogProof {
  if (data.length > MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES) {
    throw new FormatError("a proof file is too large");
  }
  const end = emptyLine(data);
  const [header, ...lines] = splitLines(decodeText(data.slice(0, end)), MAX_PROOF_HASHES + 3);
  if (header !== HEADER) throw new FormatError("not a proof file");
  const extra = lines[0]?.startsWith("extra ") ? after("extra ", lines.shift() ?? "") : null;
  const [index, ...hashes] = lines;
  if (index === undefined || extra === "") {
    throw new FormatError("a proof file has an index, and no empty extra data");
  }
  return tlogProof(
    decodeDecimal(after("index ", index)),
    hashes.map(decodeBase64),
    decodeNote(data.slice(end + 2)),
    extra === null ? EMPTY : decodeBase64(extra),
  );
}

/**
 * Check that an entry is in the log, as witnessed at any time.
 *
 * @param proof - The file.
 * @param leaf - The hash of the entry, made from the entry itself.
 * @param policy - Which log, and how many witnesses.
 * @throws SignatureError - A signature of a known key is wrong, or the log's is missing.
 * @throws FormatError - The note is not a checkpoint.
 * @throws PolicyError - Too few witnesses have cosigned.
 * @throws ProofError - The entry is not in the tree of the checkpoint, at this index.
 */
export async function verifyTLogProof(
  proof: TLogProof,
  leaf: Bytes,
  policy: Policy,
): Promise<TrustedCheckpoint> {
  const trusted = await check(policy, proof.note);
  const { size, root } = trusted.signed.checkpoint.head;
  verifyInclusion(leaf, proof.index, size, proof.hashes, root);
  return trusted;
}

/** Return where the first empty line begins; the end of the data if there is none. */
function emptyLine(data: Bytes): number {
  for (let at = 0; at + 1 < data.length; at++) {
    if (data[at] === NEWLINE && data[at + 1] === NEWLINE) return at;
  }
  return data.length;
}

function after(word: string, line: string): string {
  if (!line.startsWith(word)) throw new FormatError(`a line does not begin with '${word}'`);
  return line.slice(word.length);
}
