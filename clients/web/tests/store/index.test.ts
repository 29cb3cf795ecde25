/** Who opens a store, what is left of an erased one, and what happens where nothing can be kept. */

import { inspect } from "node:util";
import { beforeEach, expect, test, vi } from "vitest";

import { MessageKind } from "../../src/engine/model.ts";
import { Line, LineState } from "../../src/engine/records.ts";
import { AddLine, Put, PutLine, Table } from "../../src/engine/store.ts";
import type { Stretch } from "../../src/identity/vault.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";
import { ascii, concat } from "../../src/mls/bytes.ts";
import { type PlatformKey, subtle } from "../../src/mls/crypto/platform.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { ERASING, FORMAT, VAULT, databaseName } from "../../src/store/database.ts";
import {
  DamagedError,
  type Door,
  LockedError,
  NewerStoreError,
  NotStoredError,
  type Opener,
  StoreTakenError,
  type Way,
  doorOf,
  eraseStore,
  filling,
  isKept,
  keepTries,
  openStore,
  storeExists,
  triesOf,
} from "../../src/store/index.ts";
import type { Database, Factory, Transaction } from "../../src/store/platform.ts";
import { Origin, dump, evict } from "../support/storage.ts";

const ROOM = "room" as ConversationId;
const NEW = ascii("new");

let origin: Origin;

function line(id: string, position: number, conversation = "room"): Line {
  return Line.of({
    id,
    conversation: conversation as ConversationId,
    position,
    kind: MessageKind.TEXT,
    sender: "bob" as UserId,
    time_ms: 1,
    text: id,
    state: LineState.RECEIVED,
  });
}

beforeEach(() => {
  origin = new Origin();
});

// Not argon2id: what a try costs is the stretch's own affair.
const STRETCH: Stretch = (passphrase, salt) =>
  Promise.resolve(new Secret(concat(passphrase.reveal(), salt, new Uint8Array(32)).slice(0, 32)));

const BROWSER = { type: "browser" } as const;

function typed(passphrase: string): Way {
  return { type: "passphrase", passphrase, stretch: STRETCH };
}

function passkey(fill: number): Way {
  const secret = new Secret(new Uint8Array(32).fill(fill));
  return { type: "passkey", secret, credential: ascii("which"), salt: ascii("salt") };
}

function locked(way: Way, ...more: readonly Way[]): Door {
  return { type: "lock", ways: [way, ...more], minutes: 15 };
}

async function filled(...ways: readonly Way[]): Promise<void> {
  const store = await openStore("alice", {}, origin.tab());
  await store.commit([Put(Table.ACCOUNT, "profile", ascii("alice's"))]);
  const [first, ...more] = ways;
  if (first !== undefined) await store.setDoor(locked(first, ...more));
  await store.close();
}

async function profile(opener: Opener = BROWSER): Promise<string | undefined> {
  const store = await openStore("alice", { opener }, origin.tab());
  try {
    const found = (await store.table(Table.ACCOUNT)).get("profile");
    return found === undefined ? undefined : new TextDecoder().decode(found);
  } finally {
    await store.close();
  }
}

test("a store is there once it was opened, and each account has its own", async () => {
  expect(await storeExists("alice", origin.tab())).toBe(false);
  await filled();
  expect(await storeExists("alice", origin.tab())).toBe(true);
  expect(await storeExists("bob", origin.tab())).toBe(false);
  expect(await profile()).toBe("alice's");
});

test("asking for a store does not make one", async () => {
  await storeExists("alice", origin.tab());
  const names = await (origin.databases as unknown as IDBList).databases();
  expect(names).toEqual([]);
});

interface IDBList {
  databases(): Promise<readonly { readonly name: string }[]>;
}

// --- doors ----------------------------------------------------------------------------

test("a passphrase opens it, and nothing else does", async () => {
  await filled(typed("old oak"));
  const door = { type: "lock", passphrase: true, passkeys: [], minutes: 15 };
  expect(await doorOf("alice", origin.tab())).toEqual(door);
  expect(await profile(typed("old oak"))).toBe("alice's");
  await expect(profile(typed("new oak"))).rejects.toMatchObject({ door: "lock", wrong: true });
  await expect(profile()).rejects.toMatchObject({ door: "lock", wrong: false });
  await expect(profile(passkey(1))).rejects.toMatchObject({ door: "lock", wrong: false });
});

test("a passkey opens it, and the page learns which one to ask for what", async () => {
  await filled(passkey(1));
  expect(await doorOf("alice", origin.tab())).toEqual({
    type: "lock",
    passphrase: false,
    passkeys: [{ credential: ascii("which"), salt: ascii("salt") }],
    minutes: 15,
  });
  expect(await profile(passkey(1))).toBe("alice's");
  await expect(profile(passkey(2))).rejects.toMatchObject({ door: "lock", wrong: true });
  await expect(profile(typed("old oak"))).rejects.toMatchObject({ wrong: false });
});

test("with both, each of them opens it", async () => {
  await filled(typed("old oak"), passkey(1));
  expect(await profile(passkey(1))).toBe("alice's");
  expect(await profile(typed("old oak"))).toBe("alice's");
  await expect(profile(passkey(2))).rejects.toMatchObject({ wrong: true });
  await expect(profile()).rejects.toThrow(LockedError);
});

test("without a lock nothing but the browser opens it", async () => {
  await filled();
  expect(await doorOf("alice", origin.tab())).toEqual(BROWSER);
  await expect(profile(typed("old oak"))).rejects.toMatchObject({ door: "browser", wrong: false });
});

test("who has it open can tell what opens it, and when it is to be locked", async () => {
  await filled(typed("old oak"));
  const store = await openStore("alice", { opener: typed("old oak") }, origin.tab());
  await store.prove(typed("old oak"));
  await expect(store.prove(typed("new oak"))).rejects.toThrow(LockedError);
  await expect(store.prove(BROWSER)).rejects.toThrow(LockedError);
  await store.setMinutes(60);
  expect(await store.door()).toMatchObject({ passphrase: true, minutes: 60 });
  await store.setDoor(BROWSER);
  await store.setMinutes(5); // there is nothing to lock
  expect(await store.door()).toEqual(BROWSER);
  await store.close();
  expect(await profile()).toBe("alice's");
});

test("the browser keeps no key of a store that has a lock", async () => {
  const keys = async (): Promise<number> => {
    const all = await dump(origin.databases, databaseName("alice"));
    return inspect(all, { depth: 9 }).split("CryptoKey").length - 1;
  };
  await filled();
  expect(await keys()).toBeGreaterThan(0);
  await filled(typed("old oak"), passkey(1));
  expect(await keys()).toBe(0);
});

/** From a door to another one, cut off after so many writes; which door opens it then. */
async function cutOff(from: Way | null, to: Door, writes: number): Promise<string> {
  origin = new Origin();
  await filled(...(from === null ? [] : [from]));
  const reopened = { opener: from ?? BROWSER };
  let isCut = false;
  const cutting = narrow(origin.databases, () => isCut, writes);
  const store = await openStore("alice", reopened, origin.tab(cutting));
  await store.commit([line("a", 1), line("b", 1, "hall")].map(PutLine));
  isCut = true;
  const done = await store.setDoor(to).then(
    () => "new",
    () => "old",
  );
  await store.close();
  const openers: readonly Opener[] = [from ?? BROWSER, to.type === "lock" ? to.ways[0] : to];
  const opened: unknown[] = [];
  for (const opener of openers) opened.push(await profile(opener).catch((error: unknown) => error));
  const which = done === "old" ? opened[0] : opened[1];
  expect(which).toBe("alice's");
  expect(opened[done === "old" ? 1 : 0]).toBeInstanceOf(LockedError);
  return done;
}

test.each([
  ["setting a lock", null, locked(typed("old oak"))],
  ["setting a lock with both", null, locked(typed("old oak"), passkey(1))],
  ["another passphrase", typed("old oak"), locked(typed("new oak"))],
  ["a passkey for a passphrase", typed("old oak"), locked(passkey(1))],
  ["taking the lock away", typed("old oak"), BROWSER],
])("%s that is cut off leaves one door and not both", async (_, from, to) => {
  const ends: string[] = [];
  for (let writes = 0; ends.at(-1) !== "new"; writes += 1) {
    ends.push(await cutOff(from, to, writes));
  }
  expect(ends.length).toBeGreaterThan(3); // the key, a value, two lines
});

test("another door takes the place of the one before, with another key", async () => {
  await filled();
  const store = await openStore("alice", {}, origin.tab());
  await store.commit([line("a", 1), line("b", 1), line("c", 2)].map(PutLine));
  await store.commit([PutLine(line("h", 7, "hall"))]);
  const before = await sealed();
  const state = { isSet: false };
  const setting = store.setDoor(locked(typed("old oak"))).then(() => (state.isSet = true));
  const meanwhile: Promise<unknown>[] = [];
  for (let count = 0; !state.isSet; count += 1) {
    meanwhile.push(store.commit([PutLine(line("b", 3)), Put(Table.ALARM, `${count % 9}`, NEW)]));
    meanwhile.push(store.lines(ROOM, null, 9), store.table(Table.ALARM));
    await new Promise(setImmediate); // so that some begin at every moment of it
  }
  await Promise.all([setting, ...meanwhile]);
  await store.close();
  for (const value of await sealed()) expect(before).not.toContainEqual(value);

  await expect(profile()).rejects.toThrow(LockedError);
  expect(await profile(typed("old oak"))).toBe("alice's");
  const reopened = await openStore("alice", { opener: typed("old oak") }, origin.tab());
  const texts = (await reopened.lines(ROOM, null, 9)).map(({ id }) => id);
  expect(texts).toEqual(["a", "c", "b"]);
  expect(await reopened.count()).toBe(4);
  for (const value of (await reopened.table(Table.ALARM)).values()) expect(value).toEqual(NEW);
  await reopened.commit([AddLine(line("a", 9))]);
  expect(await reopened.count()).toBe(4);
});

async function sealed(): Promise<readonly unknown[]> {
  const all = await dump(origin.databases, databaseName("alice"));
  return all
    .flatMap((each) =>
      typeof each === "object" && each !== null
        ? Object.values(each as Readonly<Record<string, unknown>>)
        : [],
    )
    .concat(all)
    .filter((each) => each instanceof Uint8Array);
}

test("a door that cannot be set leaves the one there is", async () => {
  await filled();
  let isFull = false;
  const store = await openStore("alice", {}, origin.tab(narrow(origin.databases, () => isFull)));
  isFull = true;
  await expect(store.setDoor(locked(typed("old oak")))).rejects.toThrow(NotStoredError);
  isFull = false;
  await store.commit([Put(Table.ALARM, "1", ascii("x"))]);
  await store.close();
  expect(await profile()).toBe("alice's");
});

test("how often it was tried in vain is known without opening it", async () => {
  expect(await triesOf("alice", origin.tab())).toEqual({ wrong: 0, at: 0 });
  await keepTries("alice", { wrong: 1, at: 7 }, origin.tab());
  expect(await storeExists("alice", origin.tab())).toBe(false); // nothing was made for it
  await filled(typed("old oak"));
  await keepTries("alice", { wrong: 2, at: 9 }, origin.tab());
  expect(await triesOf("alice", origin.tab())).toEqual({ wrong: 2, at: 9 });
  expect(await profile(typed("old oak"))).toBe("alice's");
});

test("a locked store can be tried again, and tells nobody that it is taken", async () => {
  await filled(typed("old oak"));
  await expect(profile(typed("wrong"))).rejects.toThrow(LockedError);
  await expect(profile(typed("wrong"))).rejects.toThrow(LockedError);
  expect(await profile(typed("old oak"))).toBe("alice's");
});

test("the browser's key gives itself out to nobody", async () => {
  await filled();
  const kept = (await inVault("kept")) as { readonly key: PlatformKey };
  await expect(subtle().exportKey("jwk", kept.key)).rejects.toThrow();
});

test("a store that has lost its key is damaged, not made anew", async () => {
  await filled();
  await changeVault((vault) => {
    vault.delete("kept");
  });
  await expect(profile()).rejects.toThrow(DamagedError);
});

test("a vault file that is none is damage", async () => {
  await filled(typed("old oak"));
  await changeVault((vault) => {
    const ways = [{ type: "passphrase", file: ascii("{}") }];
    vault.put({ door: "lock", ways, minutes: 15 }, "kept");
  });
  await expect(profile(typed("old oak"))).rejects.toThrow(DamagedError);
});

// --- erasing --------------------------------------------------------------------------

test("nothing is left of a wiped store", async () => {
  await filled();
  const store = await openStore("alice", {}, origin.tab());
  await store.wipe();
  expect(await storeExists("alice", origin.tab())).toBe(false);
  expect(await profile()).toBeUndefined();
});

test("a store is erased without what opens it", async () => {
  await filled(typed("old oak"));
  await eraseStore("alice", origin.tab());
  await eraseStore("alice", origin.tab());
  expect(await profile()).toBeUndefined();
});

test("an erasing that was cut off is no store any more, and is ended by whoever opens it", async () => {
  await filled();
  const store = await openStore("alice", {}, origin.tab(withoutDeleting(origin.databases)));
  await expect(store.wipe()).rejects.toThrow();
  expect(await storeExists("alice", origin.tab())).toBe(false);
  expect(await inVault("kept")).toBeUndefined();
  expect(await inVault(ERASING)).toBe(true);
  expect(await profile()).toBeUndefined();
  expect(await storeExists("alice", origin.tab())).toBe(true);
});

function withoutDeleting(databases: Factory): Factory {
  return {
    open: (name, version) => databases.open(name, version),
    deleteDatabase: () => {
      throw new Error("the power went");
    },
  };
}

// --- one owner ------------------------------------------------------------------------

test("one tab has a store open, and frees it when it closes", async () => {
  const [one, other] = [origin.tab(), origin.tab()];
  const store = await openStore("alice", {}, one);
  await expect(openStore("alice", {}, other)).rejects.toThrow(StoreTakenError);
  await expect(eraseStore("alice", other)).rejects.toThrow(StoreTakenError);
  await (await openStore("bob", {}, other)).close();
  await store.close();
  await (await openStore("alice", {}, other)).close();
});

test("from a tab that sleeps the store is taken, and when it wakes it writes nothing any more", async () => {
  let lost = 0;
  const lose = (): void => void (lost += 1);
  const sleeping = await openStore("alice", { lost: lose }, origin.tab());
  await sleeping.commit([Put(Table.ACCOUNT, "profile", ascii("before"))]);
  const other = origin.tab();
  const next = await openStore("alice", { steal: true }, other);
  await expect(sleeping.commit([Put(Table.ACCOUNT, "profile", ascii("late"))])).rejects.toThrow(
    "the store is closed",
  );
  await expect(sleeping.setDoor(locked(typed("a passphrase")))).rejects.toThrow(
    "the store is closed",
  );
  expect(lost).toBe(1);
  await next.commit([Put(Table.ACCOUNT, "inbox", ascii("after"))]);
  expect([...(await next.table(Table.ACCOUNT))]).toEqual([
    ["inbox", ascii("after")],
    ["profile", ascii("before")],
  ]);
  await next.confirm();
  await next.close();
  const third = await openStore("alice", {}, origin.tab());
  await third.commit([Put(Table.ACCOUNT, "profile", ascii("third"))]);
  await expect(sleeping.commit([])).rejects.toThrow("the store is closed");
  await third.close();
});

test("nothing leaves that needs no write, once the store is another's", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const sleeping = await openStore("alice", {}, origin.tab());
    await sleeping.confirm();
    await openStore("alice", { steal: true }, origin.tab());
    await sleeping.confirm(); // it was known a moment ago, and nobody takes it so soon
    vi.advanceTimersByTime(3000);
    await expect(sleeping.confirm()).rejects.toThrow("the store is closed");
  } finally {
    vi.useRealTimers();
  }
});

test("who waits is heard, and has it next", async () => {
  let heard = 0;
  const hear = (): void => void (heard += 1);
  const store = await openStore("alice", { heard: hear }, origin.tab());
  expect(heard).toBe(0);
  const second = openStore("alice", { wait: true, heard: hear }, origin.tab());
  const third = openStore("alice", { wait: true }, origin.tab());
  expect(heard).toBe(2);
  await store.commit([Put(Table.ACCOUNT, "profile", ascii("first"))]);
  await store.close();
  const next = await second;
  expect(heard).toBe(3); // the third one waits still
  expect((await next.table(Table.ACCOUNT)).size).toBe(1);
  await next.close();
  await (await third).close();
});

// --- where nothing can be kept ----------------------------------------------------------

test("a store that the browser takes away says so at the next commit", async () => {
  const opened: Database[] = [];
  const store = await openStore("alice", {}, origin.tab(watched(origin.databases, opened)));
  await store.commit([Put(Table.ALARM, "1", ascii("x"))]);
  opened.forEach(evict);
  const late = store.commit([Put(Table.ALARM, "2", ascii("x"))]);
  await expect(late).rejects.toMatchObject({ name: "NotStoredError", gone: true });
});

test("without room nothing is stored, and later there may be some", async () => {
  let isFull = false;
  const tab = origin.tab(narrow(origin.databases, () => isFull));
  const store = await openStore("alice", {}, tab);
  await store.commit([Put(Table.ALARM, "1", ascii("x"))]);
  isFull = true;
  const writes = [Put(Table.ALARM, "2", ascii("x")), Put(Table.ALARM, "3", ascii("x"))];
  const failed = store.commit(writes);
  await expect(failed).rejects.toMatchObject({ name: "NotStoredError", gone: false });
  await expect(failed).rejects.toHaveProperty("cause.name", "QuotaExceededError");
  expect([...(await store.table(Table.ALARM)).keys()]).toEqual(["1"]);
  isFull = false;
  await store.commit(writes);
  expect((await store.table(Table.ALARM)).size).toBe(3);
});

test("a store of a newer version is left alone", async () => {
  const request = origin.databases.open(databaseName("alice"), 99);
  await new Promise<void>((resolve) => (request.onsuccess = resolve));
  request.result.close();
  await expect(openStore("alice", {}, origin.tab())).rejects.toThrow(NewerStoreError);
  await expect(storeExists("alice", origin.tab())).rejects.toThrow(NewerStoreError);
});

test("a browser that keeps nothing is said to", async () => {
  const nothing = {
    ...origin.databases,
    open: () => {
      throw new Error("storage is off");
    },
  };
  await expect(openStore("alice", {}, origin.tab(nothing))).rejects.toThrow(NotStoredError);
});

test("the browser says whether it keeps the store, and how full it is", async () => {
  expect(await isKept(origin.tab())).toBe(true);
  expect(await filling(origin.tab())).toEqual({ used: 5, room: 100 });
});

// --- what a test does behind the store's back -------------------------------------------

interface Vault {
  delete(key: string): void;
  put(value: unknown, key: string): void;
}

async function changeVault(change: (vault: Vault) => void): Promise<void> {
  await withVault((transaction) => {
    change(transaction.objectStore(VAULT));
    return Promise.resolve();
  });
}

async function inVault(key: string): Promise<unknown> {
  let found: unknown;
  await withVault(async (transaction) => {
    const request = transaction.objectStore(VAULT).get(key);
    await new Promise<void>((resolve) => (request.onsuccess = resolve));
    found = request.result;
  });
  return found;
}

async function withVault(work: (transaction: Transaction) => Promise<void>): Promise<void> {
  const request = origin.databases.open(databaseName("alice"), FORMAT);
  await new Promise<void>((resolve) => (request.onsuccess = resolve));
  const transaction = request.result.transaction([VAULT], "readwrite");
  const ended = new Promise<void>((resolve) => (transaction.oncomplete = resolve));
  await work(transaction);
  await ended;
  request.result.close();
}

function watched(databases: Factory, opened: Database[]): Factory {
  return {
    deleteDatabase: (name) => databases.deleteDatabase(name),
    open: (name, version) => {
      const request = databases.open(name, version);
      (request as unknown as EventTarget).addEventListener("success", () => {
        opened.push(request.result);
      });
      return request;
    },
  };
}

/** A disk that may be full: after so many values a transaction finds no room. */
function narrow(databases: Factory, isFull: () => boolean, room = 1): Factory {
  return {
    deleteDatabase: (name) => databases.deleteDatabase(name),
    open: (name, version) => {
      const request = databases.open(name, version);
      (request as unknown as EventTarget).addEventListener("success", () => {
        const database = request.result;
        const begin = database.transaction.bind(database);
        database.transaction = (names, mode, options) => {
          const transaction = begin(names, mode, options);
          if (mode === "readwrite" && isFull()) runOut(transaction, room);
          return transaction;
        };
      });
      return request;
    },
  };
}

function runOut(transaction: Transaction, room: number): void {
  const find = transaction.objectStore.bind(transaction);
  let count = 0;
  transaction.objectStore = (name) => {
    const store = find(name);
    const put = store.put.bind(store);
    store.put = (value, key) => {
      count += 1;
      if (count > room) throw new DOMException("the disk is full", "QuotaExceededError");
      return put(value, key);
    };
    return store;
  };
}
