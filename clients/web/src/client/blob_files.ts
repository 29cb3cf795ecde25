/** Encrypted files between this device and the server: streamed, and gone on with if cut off. */

import type { BlobId, DeviceId } from "../ids.ts";
import { Blob as BlobBody } from "../wire/bodies.ts";
import { SetTakers } from "../wire/gifts.ts";
import { Code } from "../wire/problems.ts";
import type { Folder } from "./folder.ts";
import { decoded, type Http, json, OfflineError, RefusedError } from "./http.ts";
import type { Pauses } from "./pauses.ts";

/** How often in a row a download that was cut off is gone on with, without a byte in between. */
export const TRIES = 5;
/**
 * How often it is said for whom a file is, until the server hears it: for nine minutes, as each
 * pause is twice as long. The server keeps the file for an hour without.
 */
export const NAMING_TRIES = 9;
/** Refusals that end by themselves. */
export const LATER: ReadonlySet<Code> = new Set([
  Code.OVERLOADED,
  Code.TOO_MANY_REQUESTS,
  Code.INTERNAL,
]);
const PAUSE_SECONDS = 1;
/** How long an upload may take: a full one over half a megabit a second. */
const UPLOAD_SECONDS = 1800;

/** Told how many bytes are there by now. */
export type Moved = (done: number) => void;

/** The encrypted files of a server. */
export class BlobFiles {
  readonly #http: Http;
  readonly #folder: Folder;
  readonly #pauses: Pauses;

  constructor(http: Http, folder: Folder, pauses: Pauses) {
    this.#http = http;
    this.#folder = folder;
    this.#pauses = pauses;
  }

  /**
   * Keep a file on the server until these devices have taken it, or its time is over.
   *
   * @throws OfflineError - There was no answer of ours.
   * @throws RefusedError - The server does not take it.
   * @throws FolderError - The file cannot be read.
   */
  async give(name: string, takers: readonly DeviceId[], moved: Moved): Promise<BlobId> {
    const file = await this.#folder.body(name);
    moved(0);
    const sent = { type: "application/octet-stream", data: file };
    const answer = await this.#http.fetch("POST", "/gifts", sent, 0, UPLOAD_SECONDS);
    const blob = decoded(BlobBody, answer).id;
    moved(file.size);
    try {
      await this.#nameTakers(blob, takers);
    } catch (error) {
      await this.#takeBack(blob);
      throw error;
    }
    return blob;
  }

  /** Say for whom a file is, again and again: it was long on its way. */
  async #nameTakers(blob: BlobId, takers: readonly DeviceId[]): Promise<void> {
    const wanted = json(SetTakers, { devices: takers });
    for (let tries = 0; tries < NAMING_TRIES; tries += 1) {
      let pause = PAUSE_SECONDS * 2 ** tries;
      try {
        await this.#http.fetch("PUT", `/gifts/${blob}/takers`, wanted);
        return;
      } catch (error) {
        if (error instanceof RefusedError) {
          if (error.code === Code.CONFLICT) return; // it was heard, and the answer was lost
          if (!LATER.has(error.code)) throw error;
          pause = Math.max(pause, error.retryAfter);
        } else if (!(error instanceof OfflineError)) throw error;
      }
      await this.#pauses.pause(pause);
    }
    throw new OfflineError("the server does not hear for whom a file is");
  }

  async #takeBack(blob: BlobId): Promise<void> {
    try {
      await this.#http.fetch("DELETE", `/blobs/${blob}`);
    } catch (error) {
      if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
    }
  }

  /**
   * Say that this device has no more use for a file that was given to it.
   *
   * @throws OfflineError - There was no answer of ours.
   * @throws RefusedError - It was not for this device, or is gone.
   */
  async taken(blob: BlobId): Promise<void> {
    await this.#http.fetch("POST", `/gifts/${blob}/taken`);
  }

  /**
   * Fetch a file of at most `size` bytes; what of it is there already is not fetched again.
   *
   * @throws OfflineError - The connection was cut off too often.
   * @throws RefusedError - There is no such file.
   * @throws FolderError - It cannot be written.
   */
  async download(blob: BlobId, name: string, size: number, moved: Moved): Promise<void> {
    for (let tries = 0; ;) {
      const begun = await this.#folder.size(name);
      if (begun >= size) return;
      try {
        await this.#download(blob, name, size, moved);
        if ((await this.#folder.size(name)) <= begun) return; // it is shorter than was said
      } catch (error) {
        if (!(error instanceof OfflineError)) throw error;
        tries = (await this.#folder.size(name)) > begun ? 0 : tries + 1;
        if (tries >= TRIES) throw error;
        await this.#pauses.pause(PAUSE_SECONDS);
      }
    }
  }

  async #download(blob: BlobId, name: string, size: number, moved: Moved): Promise<void> {
    let done = await this.#folder.size(name);
    await this.#http.stream(`/blobs/${blob}`, done, async (piece, isAnew) => {
      if (isAnew) {
        await this.#folder.remove(name);
        done = 0;
      }
      done += piece.length;
      if (done > size) return false; // it is longer than was said
      await this.#folder.append(name, piece);
      moved(done);
      return true;
    });
  }
}
