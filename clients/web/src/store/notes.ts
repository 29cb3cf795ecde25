/**
 * Notes: the little that a browser keeps where there is no account (docs/spec/web-store.md).
 *
 * What stands in them is no secret of an account; one that has to be sealed is sealed by whoever
 * keeps it. The database is there only while there is a note: who has signed out leaves nothing.
 */

import { answered, begin, read, transact } from "./database.ts";
import { NotStoredError } from "./errors.ts";
import { type Database, type Platform, here } from "./platform.ts";

const DATABASE = "teamchat-notes";
const FORMAT = 1;
const NOTE = "note";

/** What may be noted: what a used invitation said, why all was erased, what custodians are asked. */
export type NoteName = "invitation" | "erased" | "custodians";

/** Where notes are kept; values are structured data. */
export interface Notes {
  /** Return a note; undefined if there is none, or none can be read now. */
  read(name: NoteName): Promise<unknown>;
  /**
   * Write a note down; what was there before is gone.
   *
   * @throws NotStoredError - There is no room, or nothing can be written now.
   */
  keep(name: NoteName, value: unknown): Promise<void>;
  /** Forget a note; it need not be there. What cannot be forgotten now stays. */
  forget(name: NoteName): Promise<void>;
}

/** Return the notes of this browser. */
export function notesHere(platform: Platform = here()): Notes {
  return {
    read: async (name) => {
      const database = await opened(platform, false).catch(() => null);
      if (database === null) return undefined;
      return closing(database, () => valueOf(database, name)).catch(() => undefined);
    },
    keep: async (name, value) => {
      const database = await opened(platform, true);
      if (database === null) throw new NotStoredError(true);
      await closing(database, async () => {
        const transaction = begin(database, "readwrite", NOTE);
        await transact(transaction, () => {
          transaction.objectStore(NOTE).put(value, name);
          return Promise.resolve();
        });
      });
    },
    forget: async (name) => {
      const database = await opened(platform, false).catch(() => null);
      if (database === null) return;
      const isLast = await closing(database, () => without(database, name)).catch(() => false);
      if (isLast) await answered(platform.databases.deleteDatabase(DATABASE)).catch(() => null);
    },
  };
}

/** Open the database; null if it is not there and was not made. */
async function opened(platform: Platform, make: boolean): Promise<Database | null> {
  try {
    const request = platform.databases.open(DATABASE, FORMAT);
    request.onupgradeneeded = () => {
      if (make) request.result.createObjectStore(NOTE);
      else request.transaction?.abort();
    };
    const database = await answered(request);
    database.onversionchange = () => {
      database.close(); // the last note is gone
    };
    return database;
  } catch (error) {
    if (!make && error instanceof Error && error.name === "AbortError") return null;
    throw new NotStoredError(false, { cause: error });
  }
}

async function valueOf(database: Database, name: NoteName): Promise<unknown> {
  return read(answered(begin(database, "readonly", NOTE).objectStore(NOTE).get(name)));
}

/** Delete a note; say whether there is none any more. */
async function without(database: Database, name: NoteName): Promise<boolean> {
  const transaction = begin(database, "readwrite", NOTE);
  let left = 0;
  await transact(transaction, async () => {
    const notes = transaction.objectStore(NOTE);
    notes.delete(name);
    left = await answered(notes.count());
  });
  return left === 0;
}

async function closing<T>(database: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    database.close();
  }
}
