/**
 * engine/store's Store on IndexedDB: what can be read without the vault key is only structure.
 *
 * As `client/sqlite_store` in Python: keys of tables are ids and part names; in the clear beside
 * lines are ids and positions. One transaction for each commit, with strict durability: what
 * `commit` returned from was handed to the disk.
 */

import * as fold from "../engine/fold.ts";
import { HIDDEN_POSITION } from "../engine/fold.ts";
import type { Line } from "../engine/records.ts";
import type { AddLine, AmendLine, Cut, PutLine, Store, Table, Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import {
  BY_MESSAGE,
  BY_POSITION,
  KEPT,
  LINES,
  SEALED,
  VAULT,
  answered,
  begin,
  checkOwner,
  read,
  transact,
} from "./database.ts";
import type {
  Cursor,
  Database,
  Key,
  KeyRange,
  ObjectStore,
  Platform,
  Request,
  Source,
  Transaction,
} from "./platform.ts";
import type { Row, Seals } from "./seals.ts";

/** Behind every text and number in the order of IndexedDB's keys. */
const END: Key = [];
/** Behind every character that a key holds. */
const LAST = "\uffff";

/** For how long nothing is asked again: less than another tab waits before it takes the store. */
const CONFIRMED_MS = 2000;

/** Where to go on: at the next line, before a key, or nowhere. */
type Onward = "next" | "end" | { readonly before: Key };

/** A write, with everything sealed that it stores. */
type Prepared = (tables: ObjectStore, lines: ObjectStore) => Promise<void> | undefined;

/** The store of one account. */
export class IndexedStore implements Store {
  readonly #platform: Platform;
  readonly #database: Database;
  readonly #owner: string;
  #seals: Seals;
  /** When it was last known that the store is still this one's, in milliseconds. */
  #known = 0;
  /** While everything is sealed anew, nothing else is begun. */
  #resealing: Promise<unknown> | null = null;

  /**
   * @param platform - The browser's storage.
   * @param database - Open; whoever opened it closes it.
   * @param seals - Under the vault key.
   * @param owner - What has to be kept as its owner, so that it may be written.
   */
  constructor(platform: Platform, database: Database, seals: Seals, owner = "") {
    this.#platform = platform;
    this.#database = database;
    this.#seals = seals;
    this.#owner = owner;
  }

  /**
   * Store all of it or, if this fails, nothing.
   *
   * @throws NotStoredError - There is no room, or the database is closed.
   * @throws DamagedError - A line that was to give way cannot be read.
   */
  commit(writes: readonly Write[]): Promise<void> {
    return this.#under(async (seals) => {
      const prepared = writes.map((write) => this.#prepared(seals, write));
      const transaction = begin(this.#database, "readwrite", VAULT, SEALED, LINES);
      await transact(transaction, async () => {
        await checkOwner(transaction, this.#owner);
        await performAll(transaction, prepared);
      });
      this.#known = Date.now();
    });
  }

  /**
   * Make sure that the store is still this one's, before something leaves that needs no write.
   *
   * @throws NotStoredError - Another tab has taken it, while this one slept.
   */
  async confirm(): Promise<void> {
    const since = Date.now() - this.#known;
    if (since >= 0 && since < CONFIRMED_MS) return;
    await read(checkOwner(this.#reading(VAULT), this.#owner));
    this.#known = Date.now();
  }

  /**
   * Return every value of a table by its key.
   *
   * @throws DamagedError - One of them cannot be read.
   * @throws NotStoredError - The database is closed, or cannot be read now.
   */
  table(table: Table): Promise<ReadonlyMap<string, Bytes>> {
    return this.#under(async (seals) => {
      const range = this.#between([table], [table, END]);
      const values = await read(allIn(this.#reading(SEALED).objectStore(SEALED), range));
      return new Map(values.map(([key, value]) => [key[1], seals.open(table, key[1], value)]));
    });
  }

  /** Return the line that stands for every conversation; throws as `table`. */
  lastLines(): Promise<ReadonlyMap<ConversationId, Line>> {
    return this.#under(async (seals) => {
      const found = new Map<ConversationId, Line>();
      let looked = 0;
      await this.#walk(null, (row) => {
        const conversation = row.conversation as ConversationId;
        const beforeAll = { before: [row.conversation] };
        if (row.position <= HIDDEN_POSITION) return beforeAll;
        const line = seals.line(row);
        looked = found.has(conversation) ? looked + 1 : 1;
        if (looked === 1 || fold.isNews(line)) found.set(conversation, line);
        return fold.isNews(line) || looked === fold.LOOKED_AT ? beforeAll : "next";
      });
      return found;
    });
  }

  /** Return the last lines, those before the cut, the oldest first; throws as `table`. */
  lines(conversation: ConversationId, before: Cut | null, limit: number): Promise<readonly Line[]> {
    return this.#under(async (seals) => {
      const found: Line[] = [];
      if (limit < 1) return found;
      const end = before === null ? [END] : [before[0], before[1] && seals.index(before[1])];
      const begin = [conversation, HIDDEN_POSITION, END];
      await this.#walk(this.#between(begin, [conversation, ...end]), (row) => {
        found.push(seals.line(row));
        return found.length < limit ? "next" : "end";
      });
      return found.reverse();
    });
  }

  /** Return a line of a conversation by its id; throws as `table`. */
  line(conversation: ConversationId, line: string): Promise<Line | null> {
    return this.#under((seals) => {
      const lines = this.#reading(LINES).objectStore(LINES);
      return read(found(lines.get([conversation, seals.index(line)]), seals));
    });
  }

  /** Return the line of a conversation that is the message with this MessageId; throws as `table`. */
  message(conversation: ConversationId, said: Bytes): Promise<Line | null> {
    return this.#under((seals) => {
      const lines = this.#reading(LINES).objectStore(LINES);
      return read(message(lines, seals, conversation, said));
    });
  }

  /** Return how many lines there are in all; throws as `table`. */
  count(): Promise<number> {
    return read(answered(this.#reading(LINES).objectStore(LINES).count()));
  }

  /**
   * Seal everything anew under another key, wholly or not at all.
   *
   * @param seals - Under the new key.
   * @param kept - What is kept of the new key (`doors.Kept`).
   * @throws NotStoredError - There is no room, or the database is closed.
   * @throws DamagedError - Something cannot be read.
   */
  protected reseal(seals: Seals, kept: unknown): Promise<void> {
    return this.#under((before) => {
      const transaction = begin(this.#database, "readwrite", VAULT, SEALED, LINES);
      const resealing = transact(transaction, async () => {
        await checkOwner(transaction, this.#owner);
        transaction.objectStore(VAULT).put(kept, KEPT);
        await resealTables(transaction.objectStore(SEALED), before, seals);
        await this.#resealLines(transaction.objectStore(LINES), before, seals);
      })
        .then(() => void (this.#seals = seals))
        .finally(() => (this.#resealing = null));
      this.#resealing = resealing.catch(() => undefined);
      return resealing;
    });
  }

  /** Begin something at once, unless everything is being sealed anew. */
  async #under<T>(work: (seals: Seals) => Promise<T>): Promise<T> {
    while (this.#resealing !== null) await this.#resealing;
    return work(this.#seals);
  }

  // --- one write ----------------------------------------------------------------------

  #prepared(seals: Seals, write: Write): Prepared {
    switch (write.type) {
      case "Put": {
        const { table, key } = write;
        const value = seals.seal(table, key, write.value);
        return (tables) => void tables.put(value, [table, key]);
      }
      case "Drop":
        return (tables) => void tables.delete([write.table, write.key]);
      case "Clear": {
        const { table, prefix } = write;
        const range = this.#between([table, prefix], [table, prefix + LAST]);
        return (tables) => void tables.delete(range);
      }
      case "PutLine":
      case "AddLine":
      case "AmendLine":
        return (_, lines) => change(lines, seals, write);
      case "DropLine": {
        const key = [write.conversation, seals.index(write.id)];
        return (_, lines) => void lines.delete(key);
      }
    }
  }

  // --- what is read -------------------------------------------------------------------

  /** Go through lines from the last one back. */
  #walk(range: KeyRange | null, visit: (row: Row) => Onward): Promise<void> {
    const lines = this.#reading(LINES).objectStore(LINES);
    return read(eachRow(lines.index(BY_POSITION).openCursor(range, "prev"), visit));
  }

  #reading(name: string): Transaction {
    return begin(this.#database, "readonly", name);
  }

  /** From a key on, up to another that is not in it. */
  #between(lower: Key, upper: Key): KeyRange {
    return this.#platform.ranges.bound(lower, upper, false, true);
  }

  /** One conversation after the other: what is in memory at once is one of them. */
  async #resealLines(lines: ObjectStore, before: Seals, after: Seals): Promise<void> {
    const conversations: string[] = [];
    await eachRow(lines.index(BY_POSITION).openCursor(null, "prev"), ({ conversation }) => {
      conversations.push(conversation);
      return { before: [conversation] };
    });
    for (const conversation of conversations) {
      const range = this.#between([conversation], [conversation, END]);
      const rows = await answered(lines.getAll(range));
      lines.delete(range);
      for (const row of rows) lines.put(after.row(before.line(row)));
    }
  }
}

/** In their order: what comes after a line that is read first waits for that. */
async function performAll(transaction: Transaction, writes: readonly Prepared[]): Promise<void> {
  const tables = transaction.objectStore(SEALED);
  const lines = transaction.objectStore(LINES);
  for (const perform of writes) {
    const reading = perform(tables, lines);
    if (reading !== undefined) await reading;
  }
}

/** Do to a line what `fold` says. */
async function change(
  lines: ObjectStore,
  seals: Seals,
  write: PutLine | AddLine | AmendLine,
): Promise<void> {
  const [old, named] = await Promise.all(concerned(lines, seals, write));
  const line = fold.after(old ?? null, write, named ?? null);
  if (line !== null && line !== old) lines.put(seals.row(line));
}

/** Begin to read the line that is changed, and the one that is the message it says to be. */
function concerned(
  lines: ObjectStore,
  seals: Seals,
  write: PutLine | AddLine | AmendLine,
): readonly Promise<Line | null>[] {
  if (write.type === "AmendLine") return [message(lines, seals, write.conversation, write.message)];
  const { conversation, id, message: said } = write.line;
  const own = found(lines.get([conversation, seals.index(id)]), seals);
  return write.type === "PutLine" ? [own] : [own, message(lines, seals, conversation, said)];
}

function message(
  lines: ObjectStore,
  seals: Seals,
  conversation: string,
  said: Bytes,
): Promise<Line | null> {
  if (said.length === 0) return Promise.resolve(null);
  return found(lines.index(BY_MESSAGE).get([conversation, seals.messageIndex(said)]), seals);
}

async function found(request: Request<unknown>, seals: Seals): Promise<Line | null> {
  const row = await answered(request);
  return row === undefined ? null : seals.line(row);
}

async function resealTables(tables: ObjectStore, before: Seals, after: Seals): Promise<void> {
  for (const [[table, key], value] of await allIn(tables, null)) {
    tables.put(after.seal(table, key, before.open(table, key, value)), [table, key]);
  }
}

type Entry = readonly [key: readonly [table: Table, key: string], value: unknown];

async function allIn(tables: Source, range: KeyRange | null): Promise<readonly Entry[]> {
  const [keys, values] = await Promise.all([
    answered(tables.getAllKeys(range)),
    answered(tables.getAll(range)),
  ]);
  return keys.map((key, place) => [key as Entry[0], values[place]]);
}

/** Go through what a cursor finds, as long as `visit` wants to go on. */
async function eachRow(
  request: Request<Cursor | null>,
  visit: (row: Row) => Onward,
): Promise<void> {
  for (;;) {
    const cursor = await answered(request);
    if (cursor === null) return;
    const onward = visit(cursor.value as Row);
    if (onward === "end") return;
    if (onward === "next") cursor.continue();
    else cursor.continue(onward.before);
  }
}
