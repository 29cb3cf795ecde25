/** A browser's storage in memory: IndexedDB is fake-indexeddb's, the rest is written down here. */

import * as fake from "fake-indexeddb";

import { FORMAT, LINES, SEALED, VAULT } from "../../src/store/database.ts";
import type {
  Channel,
  Database,
  Factory,
  KeyRanges,
  Locks,
  Platform,
} from "../../src/store/platform.ts";

// Its types are a page's, which tests have not got.
const { IDBFactory, IDBKeyRange, forceCloseDatabase } = fake as unknown as {
  readonly IDBFactory: new () => Factory;
  readonly IDBKeyRange: KeyRanges;
  readonly forceCloseDatabase: (database: Database) => void;
};

/** The storage of one origin, as several tabs see it. */
export class Origin {
  readonly databases = new IDBFactory();
  /** Whether nobody hears what is said on a channel. */
  deaf = false;
  readonly #held = new Map<string, Held>();
  #waiting: { readonly name: string; readonly go: () => void }[] = [];
  #tabs = 0;
  readonly #channels = new Set<Tuned>();

  /** Return the platform as one tab sees it, until that is gone. */
  tab(databases: Factory = this.databases, gone: Promise<void> | null = null): Platform {
    return {
      databases,
      ranges: IDBKeyRange,
      locks: this.#locks(gone),
      room: {
        persisted: () => Promise.resolve(true),
        estimate: () => Promise.resolve({ usage: 5, quota: 100 }),
      },
      channel: (name) => {
        const channel = new Tuned(name, this.#channels, () => this.deaf);
        void gone?.then(() => {
          channel.close();
        });
        return channel;
      },
    };
  }

  #locks(gone: Promise<void> | null): Locks {
    this.#tabs += 1;
    const clientId = `client ${this.#tabs}`;
    let isGone = false;
    void gone?.then(() => (isGone = true));
    return {
      request: async (name, how, held) => {
        const before = this.#held.get(name);
        if ("steal" in how) {
          this.#held.delete(name);
          before?.steal();
        } else if (before !== undefined) {
          if (how.ifAvailable) return held(null);
          await new Promise<void>((go) => this.#waiting.push({ name, go }));
          if (isGone) {
            this.#next(name);
            return;
          }
        }
        await this.#hold(name, clientId, held, gone);
      },
      query: () =>
        Promise.resolve({
          pending: this.#waiting.map(({ name }) => ({ name })),
          held: [...this.#held].map(([name, { clientId }]) => ({ name, clientId })),
        }),
    };
  }

  #hold(
    name: string,
    clientId: string,
    held: Parameters<Locks["request"]>[2],
    gone: Promise<void> | null,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const steal = (): void => {
        reject(new DOMException("stolen", "AbortError"));
      };
      const own: Held = { clientId, steal };
      this.#held.set(name, own);
      const end = (): void => {
        resolve();
        if (this.#held.get(name) !== own) return;
        this.#held.delete(name);
        this.#next(name);
      };
      held({ name }).then(end, (error: unknown) => {
        reject(error instanceof Error ? error : new Error("what is no error was thrown"));
        end();
      });
      void gone?.then(end);
    });
  }

  #next(name: string): void {
    const next = this.#waiting.find((each) => each.name === name);
    this.#waiting = this.#waiting.filter((each) => each !== next);
    next?.go();
  }
}

interface Held {
  readonly clientId: string;
  readonly steal: () => void;
}

class Tuned implements Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly #name: string;
  readonly #all: Set<Tuned>;
  readonly #deaf: () => boolean;

  constructor(name: string, all: Set<Tuned>, deaf: () => boolean) {
    this.#name = name;
    this.#all = all;
    this.#deaf = deaf;
    all.add(this);
  }

  postMessage(message: unknown): void {
    if (this.#deaf()) return;
    const data: unknown = structuredClone(message);
    for (const each of this.#all) {
      if (each !== this && each.#name === this.#name) each.onmessage?.({ data });
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}

/** Take a database away from whoever has it open, as a browser does that wants its room. */
export function evict(database: Database): void {
  forceCloseDatabase(database);
}

/** Return everything that lies in a database, as it lies there. */
export async function dump(databases: Factory, name: string): Promise<readonly unknown[]> {
  const request = databases.open(name, FORMAT);
  await new Promise<void>((resolve) => (request.onsuccess = resolve));
  const database = request.result;
  const found: unknown[] = [];
  for (const store of [VAULT, SEALED, LINES]) {
    const source = database.transaction([store], "readonly").objectStore(store);
    for (const all of [source.getAllKeys(null), source.getAll(null)]) {
      await new Promise<void>((resolve) => (all.onsuccess = resolve));
      found.push(...all.result);
    }
  }
  database.close();
  return found;
}
