/**
 * Taking what a member gives: fetched into a file, checked from end to end, then told part by part.
 *
 * A changed or false archive changes nothing here. Only a file that was taken in is let go, once
 * its last line is stored: a member may name another's file as theirs, in any conversation with
 * the same people.
 */

import {
  ArchiveError,
  archiveKey,
  Fault,
  firstPlace,
  type Head,
  openPart,
  Origin,
  type Place,
  readHead,
  requireEnd,
} from "../content/archive.ts";
import type { FetchHistory } from "../engine/commands.ts";
import { type Event, HistoryOpened } from "../engine/events.ts";
import { check as checkGift, SENDERS } from "../engine/gifts.ts";
import { read } from "../engine/history/entries.ts";
import type { Offer } from "../engine/records.ts";
import type { BlobId, ConversationId } from "../ids.ts";
import { type Bytes, equalBytes, toHex } from "../mls/bytes.ts";
import type { Moved } from "./blob_files.ts";
import type { Folder } from "./folder.ts";
import { OfflineError, RefusedError } from "./http.ts";
import { digestOf, type Files, frames } from "./room_files.ts";

/** How the names of files begin that are on their way in. */
export const TAKING = "taking-";

/** Returns once what was told is stored. */
export type Tell = (event: Event) => Promise<void>;

/** Return what a file is called until all of it is taken. */
export function nameOf(conversation: ConversationId, { digest }: Offer): string {
  return `${TAKING}${conversation}-${toHex(digest)}`;
}

/** Takes histories of conversations. */
export class RoomTaking {
  readonly #folder: Folder;
  readonly #files: Files;
  readonly #moved: (conversation: ConversationId, total: number) => Moved;

  constructor(
    folder: Folder,
    files: Files,
    moved: (conversation: ConversationId, total: number) => Moved,
  ) {
    this.#folder = folder;
    this.#files = files;
    this.#moved = moved;
  }

  /**
   * Fetch a file, check it, and tell what it holds.
   *
   * @throws RefusedError - The server has no such file.
   * @throws ArchiveError - It is not the one its giver meant, or not what they said.
   */
  async fetch(errand: FetchHistory, tell: Tell): Promise<void> {
    const { conversation, offer } = errand;
    const name = nameOf(conversation, offer);
    const moved = this.#moved(conversation, offer.size);
    try {
      await this.#files.download(offer.blob, name, offer.size, moved);
      await this.#check(name, errand);
    } catch (error) {
      const useless = error instanceof RefusedError || error instanceof ArchiveError;
      if (useless) await this.#folder.remove(name);
      throw error;
    }
    for await (const opened of this.#opened(name, errand)) {
      if (opened.index >= offer.taken) await tell(opened);
    }
    await this.#folder.remove(name);
    await this.#release(offer.blob);
  }

  /** Say that a file is taken; if nobody hears it, it stays until its time is over. */
  async #release(blob: BlobId): Promise<void> {
    try {
      await this.#files.taken(blob);
    } catch (error) {
      if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
    }
  }

  /**
   * Check all of a file before any of it is taken.
   *
   * @throws ArchiveError - It is not the one its giver meant, or not what they said.
   */
  async #check(name: string, errand: FetchHistory): Promise<void> {
    const { conversation, offer } = errand;
    const size = await this.#folder.size(name);
    if (size !== offer.size || !equalBytes(await digestOf(this.#folder, name), offer.digest)) {
      throw new ArchiveError(Fault.CHANGED, "the file is not the one its giver meant");
    }
    let found = 0;
    const senders = new Set<string>();
    for await (const { entries } of this.#opened(name, errand)) {
      found += checkGift(conversation, offer, entries);
      for (const each of entries) if (each.type === "LineEntry") senders.add(each.sender);
      if (senders.size > SENDERS) {
        throw new ArchiveError(Fault.MALFORMED, "more people than a conversation has");
      }
    }
    if (found !== offer.count) {
      throw new ArchiveError(Fault.MALFORMED, "not as many lines as its giver said");
    }
  }

  /**
   * Open a file part by part.
   *
   * @throws ArchiveError - It is not what its giver wrote.
   */
  async *#opened(
    name: string,
    { conversation, offer }: FetchHistory,
  ): AsyncGenerator<HistoryOpened, void, void> {
    const key = archiveKey(offer.key);
    let head: Head | null = null;
    let place: Place | null = null;
    for await (const frame of frames(this.#folder, name)) {
      if (head === null || place === null) {
        head = headOf(frame, offer);
        place = firstPlace(head);
        continue;
      }
      const [body, behind] = openPart(key, head, place, frame);
      place = behind;
      yield HistoryOpened(conversation, offer.blob, place.index - 1, read(body), place.ended);
    }
    requireEnd(place ?? firstPlace(headOf(new Uint8Array(), offer)));
  }
}

/**
 * Read the head of a file.
 *
 * @throws ArchiveError - It is none, or not of this giver.
 */
function headOf(frame: Bytes, offer: Offer): Head {
  const head = readHead(frame);
  const { origin, user, device } = head;
  if (origin !== Origin.ROOM || user !== offer.by || device !== offer.device) {
    throw new ArchiveError(Fault.MALFORMED, "made by somebody else, or for something else");
  }
  return head;
}
