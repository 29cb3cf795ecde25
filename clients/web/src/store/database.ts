/**
 * The database of one account: its layout, and how its requests and transactions are awaited.
 *
 * Nothing here knows what a value means, or how it is sealed.
 */

import { NewerStoreError, NotStoredError, StoreError } from "./errors.ts";
import type { Database, Factory, OpenRequest, Platform, Request, Transaction } from "./platform.ts";

/** Version of the layout; IndexedDB keeps it. */
export const FORMAT = 2;
/** How its key is kept (`doors.Kept`), and that it is being erased. */
export const VAULT = "vault";
/** By table and key: a sealed value. */
export const SEALED = "sealed";
/** Lines, with conversation, keyed hashes of id and message, and position in the clear. */
export const LINES = "line";
export const BY_POSITION = "by_position";
export const BY_MESSAGE = "by_message";

/**
 * Who may write: the token of whoever took the store from another tab last. Every transaction that
 * writes looks at it first, so a tab that was asleep meanwhile writes nothing any more.
 */
export const OWNER = "owner";
export const KEPT = "kept";
export const ERASING = "erasing";

/** How the database of an account is called. */
export function databaseName(name: string): string {
  return `teamchat/${name}`;
}

/**
 * Open the database; make it, if it is not there and `make` says so.
 *
 * @returns null if it is not there and was not made.
 * @throws NewerStoreError - A newer version of teamchat has changed its layout.
 * @throws NotStoredError - The browser does not open it now.
 */
export async function openDatabase(
  platform: Platform,
  name: string,
  { make }: { readonly make: boolean },
): Promise<Database | null> {
  const request = requested(platform.databases, name);
  request.onupgradeneeded = ({ oldVersion }) => {
    if (oldVersion === 1) addMessages(request.transaction);
    else if (make) lay(request.result);
    else request.transaction?.abort();
  };
  try {
    const database = await answered(request);
    database.onversionchange = () => {
      database.close(); // it is being erased
    };
    return database;
  } catch (error) {
    if (!make && isNamed(error, "AbortError")) return null;
    throw unopened(error);
  }
}

/**
 * Delete the database; it need not be there.
 *
 * @throws NotStoredError - It cannot be deleted now.
 */
export async function deleteDatabase(platform: Platform, name: string): Promise<void> {
  try {
    await answered(platform.databases.deleteDatabase(databaseName(name)));
  } catch (error) {
    throw new NotStoredError(false, { cause: error });
  }
}

/**
 * Await what is read.
 *
 * @throws NotStoredError - It cannot be read now.
 * @throws StoreError - As `reading` has thrown it.
 */
export async function read<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw error instanceof StoreError ? error : new NotStoredError(false, { cause: error });
  }
}

/** Await what a request finds. */
export function answered<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("a request has failed"));
    };
  });
}

/** Await that a transaction is stored; it fails if it was aborted, and then nothing of it is. */
export function stored(transaction: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve();
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error("a transaction was aborted"));
    };
  });
}

/**
 * Begin a transaction.
 *
 * @throws NotStoredError - The database is closed.
 */
export function begin(
  database: Database,
  mode: "readonly" | "readwrite",
  ...names: readonly string[]
): Transaction {
  try {
    return database.transaction(names, mode, { durability: "strict" });
  } catch (error) {
    throw new NotStoredError(true, { cause: error });
  }
}

/**
 * Do something in one transaction, wholly or not at all.
 *
 * @throws NotStoredError - It is not done.
 * @throws StoreError - As `work` has thrown it, and it is not done.
 */
export async function transact(
  transaction: Transaction,
  work: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  const working = work(transaction).catch((error: unknown) => {
    giveUp(transaction);
    throw error;
  });
  const [worked, end] = await Promise.allSettled([working, stored(transaction)]);
  if (worked.status === "rejected" && worked.reason instanceof StoreError) throw worked.reason;
  if (worked.status === "fulfilled" && end.status === "fulfilled") return;
  const thrown: unknown = worked.status === "rejected" ? worked.reason : null;
  throw new NotStoredError(false, { cause: transaction.error ?? thrown });
}

/** Read whose the store is; empty as long as it was never taken from anybody. */
export async function ownerIn(transaction: Transaction): Promise<string> {
  const owner = await answered(transaction.objectStore(VAULT).get(OWNER));
  return typeof owner === "string" ? owner : "";
}

/**
 * Let nobody write who is not the owner any more.
 *
 * @throws NotStoredError - Another tab has taken the store.
 */
export async function checkOwner(transaction: Transaction, owner: string): Promise<void> {
  if ((await ownerIn(transaction)) !== owner) throw new NotStoredError(true);
}

function giveUp(transaction: Transaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}

function lay(database: Database): void {
  database.createObjectStore(VAULT);
  database.createObjectStore(SEALED);
  const lines = database.createObjectStore(LINES, { keyPath: ["conversation", "id"] });
  lines.createIndex(BY_POSITION, ["conversation", "position", "id"]);
  lines.createIndex(BY_MESSAGE, ["conversation", "message"]);
}

/** Lay what the first version had not. */
function addMessages(transaction: Transaction | null): void {
  transaction?.objectStore(LINES).createIndex(BY_MESSAGE, ["conversation", "message"]);
}

function requested(databases: Factory, name: string): OpenRequest {
  try {
    return databases.open(databaseName(name), FORMAT);
  } catch (error) {
    throw unopened(error);
  }
}

function unopened(error: unknown): StoreError {
  if (isNamed(error, "VersionError")) {
    return new NewerStoreError("a newer version wrote the store", { cause: error });
  }
  return new NotStoredError(false, { cause: error });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
