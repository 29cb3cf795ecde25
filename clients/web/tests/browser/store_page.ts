/** What a page does with the store; `store.test.ts` serves it, and calls `stage`. */

import { MessageKind } from "../../src/engine/model.ts";
import { Line, LineState } from "../../src/engine/records.ts";
import { Put, PutLine, Table, type Write } from "../../src/engine/store.ts";
import type { Stretch } from "../../src/identity/vault.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";
import { concat } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { utf8Bytes } from "../../src/utf8.ts";
import { type WebStore, type Way, openStore, storeExists } from "../../src/store/index.ts";
import { type Database, type Source, here } from "../../src/store/platform.ts";

const ROOM = "room" as ConversationId;
const VALUES = 300;

/** What a test calls. */
export interface Stage {
  /** Open the store, with a passphrase if there is one; the name of what was thrown, or nothing. */
  open(wait: boolean, passphrase?: string): Promise<string>;
  close(): Promise<void>;
  /** Put it behind a lock with this passphrase. */
  lock(passphrase: string): Promise<void>;
  /** The same; answers as soon as the transaction has begun, and never lets it end if `hold`. */
  beginLocking(passphrase: string, hold: boolean): Promise<void>;
  wipe(): Promise<void>;
  exists(): Promise<boolean>;
  /** Write every value and every line anew, in one commit. */
  write(round: string): Promise<void>;
  /** The same; answers as soon as the transaction has begun, and never lets it end if `hold`. */
  beginWriting(round: string, hold: boolean): Promise<void>;
  /** Of which rounds the values and lines are; how many there are. */
  rounds(): Promise<readonly [rounds: readonly string[], count: number]>;
  /** Everything in all databases of this origin, every byte and text spelt out. */
  dump(): Promise<string>;
  /** Put something in the clear beside the store. */
  bare(text: string): Promise<void>;
}

let store: WebStore | null = null;
const { databases } = here();

function opened(): WebStore {
  if (store === null) throw new Error("not open");
  return store;
}

function writesOf(round: string): readonly Write[] {
  return Array.from({ length: VALUES }, (_, number) => [
    Put(Table.GROUP, `${ROOM}/${number}`, utf8Bytes(`${round} `.repeat(400))),
    PutLine(
      Line.of({
        id: `line ${number}`,
        conversation: ROOM,
        position: number,
        kind: MessageKind.TEXT,
        sender: "somebody" as UserId,
        time_ms: 1,
        text: round,
        state: LineState.RECEIVED,
      }),
    ),
  ]).flat();
}

/** Tell when a transaction that writes has begun; keep it from ending if `hold`. */
function whenBegun(hold: boolean): Promise<void> {
  const { prototype } = (globalThis as unknown as { IDBDatabase: { prototype: Database } })
    .IDBDatabase;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with what it was called on
  const { transaction } = prototype;
  return new Promise((resolve) => {
    prototype.transaction = function begin(this: Database, names, mode, options) {
      const begun = transaction.call(this, names, mode, options);
      if (mode === "readwrite") {
        prototype.transaction = transaction;
        if (hold) keepBusy(begun.objectStore(names[0] ?? ""));
        queueMicrotask(resolve);
      }
      return begun;
    };
  });
}

function keepBusy(source: Source): void {
  source.count().onsuccess = () => {
    keepBusy(source);
  };
}

async function all(source: Source): Promise<readonly unknown[]> {
  const [keys, values] = [source.getAllKeys(null), source.getAll(null)];
  await new Promise<void>((resolve) => (values.onsuccess = resolve));
  return [...keys.result, ...values.result];
}

function spelt(value: unknown): string {
  if (value instanceof Uint8Array) return String.fromCharCode(...value);
  if (typeof value === "object" && value !== null) return Object.values(value).map(spelt).join("|");
  return String(value);
}

async function openAny(name: string, version: number, store?: string): Promise<Database> {
  const request = databases.open(name, version);
  request.onupgradeneeded = () => {
    if (store !== undefined) request.result.createObjectStore(store);
  };
  await new Promise<void>((resolve) => (request.onsuccess = resolve));
  return request.result;
}

interface Listed {
  databases(): Promise<readonly { readonly name: string; readonly version: number }[]>;
}

/** Not argon2id: what a try costs is the stretch's own affair. */
const stretch: Stretch = (passphrase, salt) =>
  Promise.resolve(new Secret(concat(passphrase.reveal(), salt, new Uint8Array(32)).slice(0, 32)));

function typed(passphrase: string): Way {
  return { type: "passphrase", passphrase, stretch };
}

function lock(passphrase: string): Promise<void> {
  return opened().setDoor({ type: "lock", ways: [typed(passphrase)], minutes: 15 });
}

const stage: Stage = {
  open: async (wait, passphrase) => {
    const opener = passphrase === undefined ? ({ type: "browser" } as const) : typed(passphrase);
    try {
      store = await openStore("alice", { wait, opener });
      return "";
    } catch (error) {
      return (error as Error).name;
    }
  },
  close: () => opened().close(),
  lock,
  beginLocking: async (passphrase, hold) => {
    const begun = whenBegun(hold);
    void lock(passphrase);
    await begun;
  },
  wipe: () => opened().wipe(),
  exists: () => storeExists("alice"),
  write: (round) => opened().commit(writesOf(round)),
  beginWriting: async (round, hold) => {
    const begun = whenBegun(hold);
    void opened().commit(writesOf(round));
    await begun;
  },
  rounds: async () => {
    const found = new Set<string>();
    const values = await opened().table(Table.GROUP);
    for (const value of values.values()) {
      const text = new TextDecoder().decode(value);
      text
        .trim()
        .split(" ")
        .forEach((round) => found.add(round));
    }
    const lines = await opened().lines(ROOM, null, 2 * VALUES);
    for (const { text } of lines) found.add(text);
    return [[...found], values.size + lines.length];
  },
  dump: async () => {
    const texts: string[] = [];
    for (const { name, version } of await (databases as unknown as Listed).databases()) {
      const database = await openAny(name, version);
      const names = (database as unknown as { objectStoreNames: Iterable<string> })
        .objectStoreNames;
      for (const each of names) {
        const transaction = database.transaction([each], "readonly");
        texts.push(each, ...(await all(transaction.objectStore(each))).map(spelt));
      }
      database.close();
    }
    return texts.join("\n");
  },
  bare: async (text) => {
    const database = await openAny("bare", 1, "bare");
    const transaction = database.transaction(["bare"], "readwrite", { durability: "strict" });
    transaction.objectStore("bare").put(text, "bare");
    await new Promise<void>((resolve) => (transaction.oncomplete = resolve));
    database.close();
  },
};

(globalThis as unknown as { stage: Stage }).stage = stage;
