/**
 * How a history archive lies in one file: its head, then its parts, each behind its length.
 *
 * A length is four bytes, big endian (docs/spec/history-archive.md). Nothing here is secret or
 * authenticated by itself; the parts are (`archive`).
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, EMPTY, concat, uintBytes } from "../mls/bytes.ts";
import { ArchiveError, Fault, MAX_HEAD, MAX_PART } from "./archive.ts";

export const LENGTH_BYTES = 4;

/** Return a head or part as it lies in a file. */
export function framed(data: Uint8Array): Bytes {
  return concat(uintBytes(data.length, LENGTH_BYTES), data);
}

/** Takes a file apart as it comes; holds one part and a piece. */
export class Unframer {
  #rest = EMPTY;
  #bound = MAX_HEAD;

  /**
   * Take more of the file; return what is whole: the head first, then parts.
   *
   * @throws ArchiveError - MALFORMED, a length is that of no head or part.
   */
  add(piece: Uint8Array): readonly Bytes[] {
    const data = concat(this.#rest, piece);
    const view = new DataView(data.buffer);
    const found: Bytes[] = [];
    let start = 0;
    while (data.length - start >= LENGTH_BYTES) {
      const length = view.getUint32(start);
      if (length === 0 || length > this.#bound) {
        throw new ArchiveError(Fault.MALFORMED, "a length that no part has");
      }
      const end = start + LENGTH_BYTES + length;
      if (data.length < end) break;
      found.push(data.slice(start + LENGTH_BYTES, end));
      this.#bound = MAX_PART;
      start = end;
    }
    this.#rest = data.slice(start);
    return found;
  }

  /**
   * Nothing follows.
   *
   * @throws ArchiveError - CUT_OFF, there is a beginning without an end.
   */
  end(): void {
    if (this.#rest.length > 0) throw new ArchiveError(Fault.CUT_OFF, "the file ends within a part");
  }
}

/** The SHA-256 of a file, as it comes. */
export class FileDigest {
  readonly #hash = sha256.create();

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  value(): Bytes {
    return new Uint8Array(this.#hash.digest());
  }
}
