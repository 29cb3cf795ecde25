/**
 * Tries: how often in a row an app lock was tried in vain, so that a page loaded anew does not
 * begin to count anew. It is for the pause between two tries of whoever sits before the screen;
 * who copies the files is held up by argon2id alone.
 */

import { VAULT, answered, begin, openDatabase, read, transact } from "./database.ts";
import { type Database, type Platform, here } from "./platform.ts";

const TRIES = "tries";

export interface Tries {
  /** How many were in vain since the lock was opened last. */
  readonly wrong: number;
  /** When the last of them was, in milliseconds since 1970. */
  readonly at: number;
}

const NONE: Tries = { wrong: 0, at: 0 };

/** Return the tries of an account; it need not be open. */
export async function triesOf(name: string, platform: Platform = here()): Promise<Tries> {
  const found = await within(name, platform, (database) =>
    read(answered(begin(database, "readonly", VAULT).objectStore(VAULT).get(TRIES))),
  );
  return (found ?? NONE) as Tries;
}

/** Keep the tries of an account; it need not be open, and nothing is made for it. */
export async function keepTries(
  name: string,
  tries: Tries,
  platform: Platform = here(),
): Promise<void> {
  await within(name, platform, (database) => {
    const transaction = begin(database, "readwrite", VAULT);
    return transact(transaction, () => {
      transaction.objectStore(VAULT).put(tries, TRIES);
      return Promise.resolve();
    });
  });
}

async function within<T>(
  name: string,
  platform: Platform,
  work: (database: Database) => Promise<T>,
): Promise<T | null> {
  const database = await openDatabase(platform, name, { make: false });
  if (database === null) return null;
  try {
    return await work(database);
  } finally {
    database.close();
  }
}
