/**
 * Carries what is given to new members: from the store into a file on the server, and back.
 *
 * A file lies sealed in this device's folder until it is at the server, or is wholly taken in; one
 * part of it is held in memory. How it is given is in `room_giving`, how it is taken in
 * `room_taking`.
 */

import { ArchiveError } from "../content/archive.ts";
import type { FetchHistory, GatherHistory } from "../engine/commands.ts";
import { HistoryFailed } from "../engine/events.ts";
import { type Change, HistoryMoved } from "../engine/model.ts";
import { ConversationRecord } from "../engine/records.ts";
import { type Store, Table } from "../engine/store.ts";
import type { BlobId, ConversationId } from "../ids.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import { NotStoredError } from "../store/errors.ts";
import { LATER, type Moved } from "./blob_files.ts";
import type { Porter } from "./errands.ts";
import { type Folder, FolderError } from "./folder.ts";
import { OfflineError, RefusedError } from "./http.ts";
import type { Files } from "./room_files.ts";
import { GIVING, RoomGiving } from "./room_giving.ts";
import { nameOf, RoomTaking, TAKING, type Tell } from "./room_taking.ts";
import { Turns } from "./turns.ts";

const NOTHING = "" as BlobId;

/** Carries histories of conversations. */
export class RoomHistory implements Porter {
  readonly #folder: Folder;
  readonly #store: Store;
  readonly #giving: RoomGiving;
  readonly #taking: RoomTaking;
  readonly #turns = new Turns();
  #tidied = false;

  /**
   * @param folder - Where files lie.
   * @param store - Where the lines are.
   * @param files - Those of the server.
   * @param crypto - The source of randomness.
   * @param show - Told how far it has come.
   */
  constructor(
    folder: Folder,
    store: Store,
    files: Files,
    crypto: CryptoProvider,
    show: (change: Change) => void,
  ) {
    const moved =
      (conversation: ConversationId, total: number): Moved =>
      (done) => {
        show(HistoryMoved(conversation, done, total));
      };
    this.#folder = folder;
    this.#store = store;
    this.#giving = new RoomGiving(folder, store, files, crypto, moved);
    this.#taking = new RoomTaking(folder, files, moved);
  }

  /**
   * Do an errand, and tell what comes of it; one after the other, so that two connections never
   * write one file.
   *
   * @throws BrokenOffError - Nobody waits for it any more.
   */
  carry(errand: GatherHistory | FetchHistory, tell: Tell): Promise<void> {
    return this.#turns.take(() => this.#carry(errand, tell));
  }

  async #carry(errand: GatherHistory | FetchHistory, tell: Tell): Promise<void> {
    const blob = errand.type === "FetchHistory" ? errand.offer.blob : NOTHING;
    try {
      await this.#tidy();
      if (errand.type === "FetchHistory") await this.#taking.fetch(errand, tell);
      else await tell(await this.#giving.gathered(errand));
    } catch (error) {
      await tell(HistoryFailed(errand.conversation, blob, isFinal(error)));
    }
  }

  /** Remove what an earlier run has left, and nobody goes on with. */
  async #tidy(): Promise<void> {
    if (this.#tidied) return;
    const names = await this.#folder.names();
    const kept = await this.#store.table(Table.CONVERSATION);
    const wanted = new Set(
      [...kept.values()]
        .map((each) => ConversationRecord.decode(each))
        .flatMap(({ id, offers }) => offers.map((offer) => nameOf(id, offer))),
    );
    for (const name of names) {
      const left = name.startsWith(GIVING) || (name.startsWith(TAKING) && !wanted.has(name));
      if (left) await this.#folder.remove(name);
    }
    this.#tidied = true;
  }
}

/**
 * Whether what was to be carried never will be.
 *
 * @throws The error itself, if nobody foresaw it or nobody waits any more.
 */
function isFinal(error: unknown): boolean {
  if (error instanceof RefusedError) return !LATER.has(error.code);
  if (error instanceof ArchiveError) return true; // it may be another's: it is not let go
  const passes = [OfflineError, NotStoredError, FolderError].some((kind) => error instanceof kind);
  if (!passes) throw error;
  return false;
}
