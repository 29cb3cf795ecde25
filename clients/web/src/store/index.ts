/**
 * What a browser keeps of an account, and who may open it (docs/spec/web-store.md).
 *
 * One database for each account. It is opened by one tab or worker at a time, behind one door.
 * Erasing is begun with a mark and without the key: a store that was cut off half way through it
 * is no store any more, and the rest goes when somebody looks for it next.
 */

import { KEY_BYTES, VaultKey } from "../identity/vault.ts";
import { toHex } from "../mls/bytes.ts";
import { randomBytes } from "../mls/crypto/platform.ts";
import { Secret } from "../mls/crypto/secret.ts";
import {
  ERASING,
  KEPT,
  OWNER,
  SEALED,
  VAULT,
  answered,
  begin,
  checkOwner,
  deleteDatabase,
  openDatabase,
  ownerIn,
  read,
  transact,
} from "./database.ts";
import {
  BROWSER,
  type Door,
  type DoorSeen,
  type Kept,
  type Opener,
  open,
  seen,
  shut,
} from "./doors.ts";
import { DamagedError, NotStoredError } from "./errors.ts";
import { IndexedStore } from "./indexed_store.ts";
import { type Ownership, own } from "./ownership.ts";
import { type Database, type Platform, here } from "./platform.ts";
import { Seals } from "./seals.ts";

export type { Door, DoorName, DoorSeen, LockSeen, Opener, PasskeySeen, Way } from "./doors.ts";
export {
  DamagedError,
  LockedError,
  NewerStoreError,
  NotStoredError,
  StoreError,
  StoreTakenError,
} from "./errors.ts";
export { type Filling, filling, isKept } from "./room.ts";
export { type Tries, keepTries, triesOf } from "./tries.ts";

const OWNER_BYTES = 16;

/** How an account is opened. */
export interface Opening {
  /** What opens it; the browser alone if nothing is said. A new store is the browser's. */
  readonly opener?: Opener;
  /** Wait until no other tab has it open, and tell that one. */
  readonly wait?: boolean;
  /** Take it from a tab that sleeps, and that writes nothing any more when it wakes. */
  readonly steal?: boolean;
  /** Called each time when another tab waits for it. */
  readonly heard?: () => void;
  /** Called when the browser has closed the store, or another tab has taken it. */
  readonly lost?: () => void;
}

/** The store of an account that is open here. */
export class WebStore extends IndexedStore {
  readonly #platform: Platform;
  readonly #name: string;
  readonly #database: Database;
  readonly #ownership: Ownership;
  readonly #owner: string;

  constructor(
    platform: Platform,
    name: string,
    database: Database,
    key: VaultKey,
    ownership: Ownership,
    owner = "",
  ) {
    super(platform, database, new Seals(key), owner);
    this.#owner = owner;
    this.#platform = platform;
    this.#name = name;
    this.#database = database;
    this.#ownership = ownership;
  }

  /**
   * Open the store in another way from now on; everything is sealed anew, under another key.
   *
   * @throws NotStoredError - It stays behind the door it has.
   * @throws DamagedError - Something cannot be read; it stays behind the door it has.
   * @throws IdentityError - The passphrase cannot be used.
   */
  async setDoor(door: Door): Promise<void> {
    const key = freshKey();
    await this.reseal(new Seals(key), await shut(key, door));
  }

  /** Say behind which door it lies. */
  async door(): Promise<DoorSeen> {
    return seen(await this.#kept());
  }

  /**
   * Find out whether somebody could open the store with this, who has it open.
   *
   * @throws LockedError - They could not.
   * @throws IdentityError - The passphrase cannot be used.
   */
  async prove(opener: Opener): Promise<void> {
    await open(await this.#kept(), opener);
  }

  /** Keep after how many minutes it is to be locked; without an app lock there is nothing to keep. */
  async setMinutes(minutes: number): Promise<void> {
    const transaction = begin(this.#database, "readwrite", VAULT);
    await transact(transaction, async () => {
      await checkOwner(transaction, this.#owner);
      const vault = transaction.objectStore(VAULT);
      const kept = (await answered(vault.get(KEPT))) as Kept | undefined;
      if (kept?.door === "lock") vault.put({ ...kept, minutes }, KEPT);
    });
  }

  async #kept(): Promise<Kept> {
    const { kept } = await look(this.#database);
    if (kept === null) throw new DamagedError("the store has lost its key");
    return kept;
  }

  /** Close the store and let another tab have it. */
  close(): Promise<void> {
    this.#database.close();
    this.#ownership.release();
    return Promise.resolve();
  }

  /** Erase everything, then let another tab have the name. */
  async wipe(): Promise<void> {
    try {
      await mark(this.#database);
      this.#database.close();
      await deleteDatabase(this.#platform, this.#name);
    } finally {
      this.#database.close();
      this.#ownership.release();
    }
  }
}

/**
 * Open the store of an account; make it, if there is none.
 *
 * @throws StoreTakenError - Another tab has it, and `wait` was not asked for.
 * @throws LockedError - It is opened in another way, or what was given is wrong.
 * @throws DamagedError - Its key is missing, or is not what was kept.
 * @throws NewerStoreError - A newer version of teamchat wrote it.
 * @throws NotStoredError - The browser does not open it, or keeps nothing now.
 * @throws IdentityError - The passphrase cannot be used.
 */
export async function openStore(
  name: string,
  opening: Opening = {},
  platform: Platform = here(),
): Promise<WebStore> {
  const { opener = BROWSER, wait = false, steal = false } = opening;
  const { heard = () => undefined, lost = () => undefined } = opening;
  const ownership = await own(platform, name, { wait, heard, steal, stolen: lost });
  let database: Database | null = null;
  try {
    await finishErasing(platform, name);
    database = await openDatabase(platform, name, { make: true });
    if (database === null) throw new NotStoredError(true);
    // Before anything is read: what the other tab writes after this is refused.
    const owner = await (steal ? takenOver(database) : ownerOf(database));
    const key = await vaultKey(database, opener);
    database.onclose = lost;
    return new WebStore(platform, name, database, key, ownership, owner);
  } catch (error) {
    database?.close();
    ownership.release();
    throw error;
  }
}

/** Say whether there is a store of this account. */
export async function storeExists(name: string, platform: Platform = here()): Promise<boolean> {
  return (await doorOf(name, platform)) !== null;
}

/** Say what opens the store of an account; null if there is none. */
export async function doorOf(name: string, platform: Platform = here()): Promise<DoorSeen | null> {
  const database = await openDatabase(platform, name, { make: false });
  if (database === null) return null;
  try {
    const { kept, isErasing } = await look(database);
    return kept === null || isErasing ? null : seen(kept);
  } finally {
    database.close();
  }
}

/**
 * Erase the store of an account without opening it, whatever is in it; there need not be one.
 *
 * @throws StoreTakenError - Another tab has it open.
 */
export async function eraseStore(name: string, platform: Platform = here()): Promise<void> {
  const ownership = await own(platform, name, { wait: false, heard: () => undefined });
  try {
    const database = await openDatabase(platform, name, { make: false }).catch(() => null);
    if (database !== null) {
      await mark(database);
      database.close();
    }
    await deleteDatabase(platform, name);
  } finally {
    ownership.release();
  }
}

// --- the key --------------------------------------------------------------------------

async function vaultKey(database: Database, opener: Opener): Promise<VaultKey> {
  const { kept, isEmpty } = await look(database);
  if (kept !== null) return open(kept, opener);
  if (!isEmpty) throw new DamagedError("the store has lost its key");
  const key = freshKey();
  await writeKept(database, await shut(key, BROWSER));
  return key;
}

async function ownerOf(database: Database): Promise<string> {
  return read(ownerIn(begin(database, "readonly", VAULT)));
}

/** Become the owner in the place of another tab. */
async function takenOver(database: Database): Promise<string> {
  const owner = toHex(randomBytes(OWNER_BYTES));
  const transaction = begin(database, "readwrite", VAULT);
  await transact(transaction, () => {
    transaction.objectStore(VAULT).put(owner, OWNER);
    return Promise.resolve();
  });
  return owner;
}

function freshKey(): VaultKey {
  return new VaultKey(new Secret(randomBytes(KEY_BYTES)));
}

interface Looked {
  readonly kept: Kept | null;
  readonly isErasing: boolean;
  readonly isEmpty: boolean;
}

async function look(database: Database): Promise<Looked> {
  const transaction = begin(database, "readonly", VAULT, SEALED);
  const vault = transaction.objectStore(VAULT);
  const [kept, erasing, count] = await read(
    Promise.all([
      answered(vault.get(KEPT)),
      answered(vault.get(ERASING)),
      answered(transaction.objectStore(SEALED).count()),
    ]),
  );
  return {
    kept: kept === undefined ? null : (kept as Kept),
    isErasing: erasing !== undefined,
    isEmpty: count === 0,
  };
}

async function writeKept(database: Database, kept: Kept): Promise<void> {
  const transaction = begin(database, "readwrite", VAULT);
  await transact(transaction, () => {
    transaction.objectStore(VAULT).put(kept, KEPT);
    return Promise.resolve();
  });
}

// --- erasing --------------------------------------------------------------------------

/** Write that it is being erased, and forget the key: from here on there is no way back. */
async function mark(database: Database): Promise<void> {
  try {
    const transaction = begin(database, "readwrite", VAULT);
    await transact(transaction, () => {
      const vault = transaction.objectStore(VAULT);
      vault.put(true, ERASING);
      vault.delete(KEPT);
      return Promise.resolve();
    });
  } catch (error) {
    // Where nothing is written any more, it is deleted without.
    if (!(error instanceof NotStoredError)) throw error;
  }
}

async function finishErasing(platform: Platform, name: string): Promise<void> {
  const database = await openDatabase(platform, name, { make: false });
  if (database === null) return;
  try {
    if (!(await look(database)).isErasing) return;
  } finally {
    database.close();
  }
  await deleteDatabase(platform, name);
}
