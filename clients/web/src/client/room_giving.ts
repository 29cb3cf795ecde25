/**
 * Giving what was said before: the lines of a conversation become a sealed file on the server.
 *
 * What may be given is the engine's rule (`engine/sharing.ts`); others may have given what follows.
 */

import {
  archiveKey,
  encodeHead,
  type End,
  firstPlace,
  type Head,
  ID_BYTES,
  KEY_BYTES,
  NONCE_BYTES,
  Origin,
  type Place,
  placeAfter,
  seal,
} from "../content/archive.ts";
import { framed } from "../content/archive_file.ts";
import { type Given, MAX_LINES } from "../content/given.ts";
import type { GatherHistory } from "../engine/commands.ts";
import { HistoryGathered } from "../engine/events.ts";
import { lineEntry, Packer, roomEntry } from "../engine/history/entries.ts";
import { MessageKind } from "../engine/model.ts";
import type { Line } from "../engine/records.ts";
import { mayGive } from "../engine/sharing.ts";
import type { Cut, Store } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { type Bytes, toHex } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import type { Secret } from "../mls/crypto/secret.ts";
import type { Moved } from "./blob_files.ts";
import type { Folder } from "./folder.ts";
import { digestOf, type Files } from "./room_files.ts";

export const PAGE = 200;
/** Of one file; a server takes 100 MiB, unless its settings say otherwise. Others give the rest. */
export const MOST = 96 * 2 ** 20;
/** How the names of files begin that are on their way out. */
export const GIVING = "giving-";

/** What was written so far. */
interface Tally {
  count: number;
  since_ms: number;
  until_ms: number;
  bytes: number;
}

/** An archive that is being written into a file. */
interface Writing {
  readonly name: string;
  readonly key: Secret;
  readonly head: Head;
  place: Place;
  readonly tally: Tally;
}

/** Gives histories of conversations. */
export class RoomGiving {
  readonly #folder: Folder;
  readonly #store: Store;
  readonly #files: Files;
  readonly #crypto: CryptoProvider;
  readonly #moved: (conversation: ConversationId, total: number) => Moved;

  constructor(
    folder: Folder,
    store: Store,
    files: Files,
    crypto: CryptoProvider,
    moved: (conversation: ConversationId, total: number) => Moved,
  ) {
    this.#folder = folder;
    this.#store = store;
    this.#files = files;
    this.#crypto = crypto;
    this.#moved = moved;
  }

  /**
   * Write what may be given into a file, and bring it to the server.
   *
   * @throws RefusedError - The server does not take it.
   */
  async gathered(errand: GatherHistory): Promise<HistoryGathered> {
    const { conversation, arrived } = errand;
    const writing = this.#writing(errand);
    const { name, key, tally } = writing;
    try {
      await this.#write(writing, errand);
      if (tally.count === 0) return HistoryGathered(conversation, arrived.epoch, null);
      const size = await this.#folder.size(name);
      const digest = await digestOf(this.#folder, name);
      const blob = await this.#files.give(name, errand.takers, this.#moved(conversation, size));
      const given: Given = {
        blob,
        key: key.reveal(),
        size,
        digest,
        epoch: arrived.epoch,
        users: arrived.users,
        since_ms: tally.since_ms,
        until_ms: tally.until_ms,
        count: tally.count,
      };
      return HistoryGathered(conversation, arrived.epoch, given);
    } finally {
      await this.#folder.remove(name);
    }
  }

  #writing(errand: GatherHistory): Writing {
    const { by, device, now, since_ms } = errand;
    const archive = this.#crypto.random(ID_BYTES);
    const key = archiveKey(this.#crypto.random(KEY_BYTES));
    const head = {
      archive,
      origin: Origin.ROOM,
      user: by,
      device,
      created: now,
      since_ms,
      lines: 0,
    };
    const name = `${GIVING}${toHex(archive)}`;
    const tally = { count: 0, since_ms: 2 ** 53 - 1, until_ms: 0, bytes: 0 };
    return { name, key, head, place: firstPlace(head), tally };
  }

  async #write(writing: Writing, errand: GatherHistory): Promise<void> {
    const { head, tally } = writing;
    const packer = new Packer();
    packer.enter(roomEntry(errand.record));
    await this.#append(writing, framed(encodeHead(head)));
    for await (const lines of this.#pages(errand)) {
      for (const line of lines) {
        const full = packer.add(lineEntry(line));
        if (full !== null) await this.#part(writing, full, "more");
        count(tally, line);
      }
      if (tally.bytes > MOST || tally.count > MAX_LINES - PAGE) break;
    }
    await this.#part(writing, packer.take(), "last");
  }

  async #part(writing: Writing, body: Bytes, end: End): Promise<void> {
    const { key, head, place } = writing;
    const part = seal(key, head, place, body, end, this.#crypto.random(NONCE_BYTES));
    await this.#append(writing, framed(part));
    writing.place = placeAfter(place, part, end);
  }

  async #append({ name, tally }: Writing, data: Bytes): Promise<void> {
    await this.#folder.append(name, data);
    tally.bytes += data.length;
  }

  /** Go through the lines that may be given, the newest page first. */
  async *#pages(errand: GatherHistory): AsyncGenerator<readonly Line[], void, void> {
    const { conversation, by, since_ms, before_ms } = errand;
    for (let below: Cut = [await this.#end(errand), ""]; ;) {
      const page = await this.#store.lines(conversation, below, PAGE);
      yield page.filter((line) => mayGive(line, by, since_ms, before_ms));
      const found = page.filter(isRead);
      const older = found.length > 0 && found.every((line) => line.time_ms < since_ms);
      const [first] = page;
      if (first === undefined || page.length < PAGE || older) return;
      below = [first.position, first.id];
    }
  }

  /**
   * Return a position behind all that is to be given: others may have given what follows.
   *
   * Lines that were read here stand in the order of their times, so that most are not looked at.
   * Where there are only others, it is taken for too early: then more are looked at.
   */
  async #end({ conversation, arrived, before_ms }: GatherHistory): Promise<number> {
    let [low, high] = [0, arrived.below];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const found = await this.#readBelow(conversation, middle);
      if (found === null || found.time_ms < before_ms) low = middle;
      else high = Math.max(low, found.position);
    }
    return high;
  }

  async #readBelow(conversation: ConversationId, position: number): Promise<Line | null> {
    for (const limit of [1, PAGE]) {
      const page = await this.#store.lines(conversation, [position, ""], limit);
      const found = page.findLast(isRead);
      if (found !== undefined) return found;
    }
    return null;
  }
}

/** Whether a line stands where its time says: of what is given, others set the place. */
function isRead(line: Line): boolean {
  return line.kind === MessageKind.TEXT && line.given_by === "";
}

function count(tally: Tally, { time_ms }: Line): void {
  tally.count += 1;
  tally.since_ms = Math.min(tally.since_ms, time_ms);
  tally.until_ms = Math.max(tally.until_ms, time_ms);
}
