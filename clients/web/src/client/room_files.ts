/** Archives as files in this device's folder: one part of a file is in memory at a time. */

import { FileDigest, Unframer } from "../content/archive_file.ts";
import type { BlobId, DeviceId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { Moved } from "./blob_files.ts";
import type { Folder } from "./folder.ts";

/** How much of a file is read at once. */
export const PIECE = 256 * 1024;

/** The encrypted files of a server (`blob_files.ts`). */
export interface Files {
  /** Keep a file on the server until these devices have taken it, or its time is over. */
  give(name: string, takers: readonly DeviceId[], moved: Moved): Promise<BlobId>;
  /** Fetch a file. */
  download(blob: BlobId, name: string, size: number, moved: Moved): Promise<void>;
  /** Say that this device has no more use for a file that was given to it. */
  taken(blob: BlobId): Promise<void>;
}

/** Return the SHA-256 of a file. */
export async function digestOf(folder: Folder, name: string): Promise<Bytes> {
  const digest = new FileDigest();
  for await (const piece of pieces(folder, name)) digest.add(piece);
  return digest.value();
}

/**
 * Go through an archive: its head, then its parts.
 *
 * @throws ArchiveError - It is none, or ends within a part.
 */
export async function* frames(folder: Folder, name: string): AsyncGenerator<Bytes, void, void> {
  const unframer = new Unframer();
  for await (const piece of pieces(folder, name)) yield* unframer.add(piece);
  unframer.end();
}

async function* pieces(folder: Folder, name: string): AsyncGenerator<Bytes, void, void> {
  for (let at = 0; ;) {
    const piece = await folder.read(name, at, PIECE);
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
