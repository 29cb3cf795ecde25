/**
 * The browser's storage: as much of IndexedDB, Web Locks and their like as is used, and no more.
 *
 * Declared here, because the core knows neither a page's types nor a worker's. It is handed in
 * where it is needed, so that tests bring their own.
 */

export type Key = string | number | readonly Key[];
export type Direction = "next" | "prev";

export interface Request<T> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

export interface OpenRequest extends Request<Database> {
  readonly transaction: Transaction | null;
  onupgradeneeded: ((change: { readonly oldVersion: number }) => void) | null;
}

export interface Database {
  createObjectStore(name: string, options?: { readonly keyPath: readonly string[] }): ObjectStore;
  transaction(
    names: readonly string[],
    mode: "readonly" | "readwrite",
    options?: { readonly durability: "strict" },
  ): Transaction;
  close(): void;
  /** Somebody wants to delete the database, or to change its version. */
  onversionchange: (() => void) | null;
  /** The browser has closed it. */
  onclose: (() => void) | null;
}

export interface Transaction {
  readonly error: Error | null;
  objectStore(name: string): ObjectStore;
  abort(): void;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}

/** What is read from: an object store, or one of its indexes. */
export interface Source {
  get(key: Key): Request<unknown>;
  getAll(range: KeyRange | null): Request<readonly unknown[]>;
  getAllKeys(range: KeyRange | null): Request<readonly Key[]>;
  count(): Request<number>;
  openCursor(range: KeyRange | null, direction: Direction): Request<Cursor | null>;
}

export interface ObjectStore extends Source {
  put(value: unknown, key?: Key): Request<unknown>;
  delete(key: Key | KeyRange): Request<unknown>;
  clear(): Request<unknown>;
  createIndex(name: string, keyPath: readonly string[]): unknown;
  index(name: string): Source;
}

export interface Cursor {
  readonly value: unknown;
  continue(key?: Key): void;
}

declare const RANGE: unique symbol;

export interface KeyRange {
  readonly [RANGE]: true;
}

export interface KeyRanges {
  bound(lower: Key, upper: Key, lowerOpen: boolean, upperOpen: boolean): KeyRange;
}

export interface Factory {
  open(name: string, version: number): OpenRequest;
  deleteDatabase(name: string): Request<unknown>;
}

export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: boolean } | { readonly steal: true },
    held: (lock: object | null) => Promise<void>,
  ): Promise<void>;
  query(): Promise<{
    readonly pending?: readonly { readonly name?: string }[];
    readonly held?: readonly { readonly name?: string; readonly clientId?: string }[];
  }>;
}

/** What the tabs of one origin tell each other. */
export interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

export interface Room {
  persisted(): Promise<boolean>;
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
}

/** Everything of the browser that keeps things. */
export interface Platform {
  readonly databases: Factory;
  readonly ranges: KeyRanges;
  readonly locks: Locks;
  readonly room: Room;
  channel(name: string): Channel;
}

interface Globals {
  readonly indexedDB: Factory;
  readonly IDBKeyRange: KeyRanges;
  readonly navigator: { readonly locks: Locks; readonly storage: Room };
  readonly BroadcastChannel: new (name: string) => Channel;
}

/** Return the platform that this runs on: a page, or a worker. */
export function here(): Platform {
  const found = globalThis as unknown as Globals;
  return {
    databases: found.indexedDB,
    ranges: found.IDBKeyRange,
    locks: found.navigator.locks,
    room: found.navigator.storage,
    channel: (name) => new found.BroadcastChannel(name),
  };
}
