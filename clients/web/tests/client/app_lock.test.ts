/** The app lock on the real store: what opens it, what is asked for, what is said. */

import { beforeEach, expect, test } from "vitest";

import type { LockWanted, Unlocking } from "../../src/bridge/lock.ts";
import {
  AppLock,
  type Behind,
  type LockableStore,
  type LockShelf,
} from "../../src/client/app_lock.ts";
import { AccountError } from "../../src/client/errors.ts";
import { pauseAfter } from "../../src/client/lock_tries.ts";
import { Put, Table } from "../../src/engine/store.ts";
import type { Cost, Stretch } from "../../src/identity/vault.ts";
import { ascii, concat } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { doorOf, keepTries, openStore, triesOf, type Opener } from "../../src/store/index.ts";
import { FakeClock } from "../support/memory_store.ts";
import { Origin } from "../support/storage.ts";
import { FakePlatform, settled } from "./edge.ts";

const TYPED: Unlocking = { type: "passphrase", passphrase: "under the old oak" };
const OTHER: Unlocking = { type: "passphrase", passphrase: "under the new oak" };
const SECRET = new Uint8Array(32).fill(7);
const TOUCHED: Unlocking = { type: "passkey", secret: SECRET };
const ASKED = { credential: ascii("which"), salt: ascii("salt") };
const PASSKEY = { ...ASKED, secret: SECRET };
const BY_PASSPHRASE: LockWanted = { passphrase: TYPED.passphrase, passkey: null };
const BY_PASSKEY: LockWanted = { passphrase: null, passkey: PASSKEY };
const BY_BOTH: LockWanted = { passphrase: TYPED.passphrase, passkey: PASSKEY };

let origin: Origin;
let platform: FakePlatform;
let clock: FakeClock;
/** The most memory there is to stretch with, and what was asked for. */
let memory: number;
let costs: Cost[];

const stretch: Stretch = (passphrase, salt, cost) => {
  costs.push(cost);
  if (cost.memory_kib > memory) return Promise.reject(new Error("no memory"));
  const all = concat(passphrase.reveal(), salt, new Uint8Array(32));
  return Promise.resolve(new Secret(all.slice(0, 32)));
};

const shelf: LockShelf = {
  door: () => doorOf("alice", origin.tab()),
  tries: () => triesOf("alice", origin.tab()),
  keepTries: (tries) => keepTries("alice", tries, origin.tab()),
  stretch,
};

/** A core of which only the lock is real. */
class House implements Behind {
  pages = 1;
  readonly stood: unknown[] = [];
  store: LockableStore | null = null;
  readonly lock = new AppLock({ clock, platform }, shelf, this);

  stand(view: unknown): void {
    this.stood.push(view);
    if ((view as { type: string }).type === "locking")
      for (let n = 0; n < this.answering; n += 1) {
        this.lock.settled();
      }
  }

  /** How many pages answer that they have stored what was typed. */
  answering = 1;

  tell(): void {
    this.stood.push("told");
  }

  async open(opener: Opener): Promise<void> {
    this.store = await openStore("alice", { opener }, origin.tab());
    await this.lock.inside(this.store);
  }

  async close(): Promise<void> {
    await this.store?.close();
    this.store = null;
    this.lock.outside();
  }
}

async function open(): Promise<House> {
  const house = new House();
  await house.open({ type: "browser" });
  await house.store?.commit([Put(Table.DRAFT, "room", ascii("begun"))]);
  return house;
}

/** A house whose lock is set, and locked. */
async function locked(wanted: LockWanted): Promise<House> {
  const house = await open();
  await house.lock.change(null, wanted);
  await house.lock.lock();
  return house;
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof AccountError ? error.key : String(error);
}

async function draft(house: House): Promise<string> {
  const found = (await house.store?.table(Table.DRAFT))?.get("room");
  return new TextDecoder().decode(found);
}

function pass(seconds: number): void {
  clock.seconds += seconds;
  platform.pass(seconds);
}

beforeEach(() => {
  [origin, platform, clock] = [new Origin(), new FakePlatform(), new FakeClock()];
  [memory, costs] = [1024 * 1024, []];
});

test("without a lock there is nothing to lock", async () => {
  const house = await open();
  expect(house.lock.set).toBeNull();
  expect(await refusal(house.lock.lock())).toBe("error-not-possible");
  pass(7 * 86_400);
  house.lock.used();
  expect(house.stood).toEqual([]);
  expect(platform.timers).toBe(0);
});

test.each([
  ["a passphrase", BY_PASSPHRASE, TYPED],
  ["a passkey", BY_PASSKEY, TOUCHED],
  ["a passphrase beside a passkey", BY_BOTH, TYPED],
  ["a passkey beside a passphrase", BY_BOTH, TOUCHED],
])("%s opens what was locked, and nothing else does", async (_, wanted, given) => {
  const house = await open();
  await house.lock.change(null, wanted);
  expect(house.stood).toEqual(["told"]);
  await house.lock.lock();
  const asked = {
    passphrase: wanted.passphrase !== null,
    passkeys: wanted.passkey === null ? [] : [ASKED],
  };
  expect(house.stood.slice(1)).toEqual([{ type: "locking" }, { type: "locked", ...asked }]);
  expect(house.store).toBeNull();
  expect(platform.timers).toBe(0);
  expect(await refusal(house.lock.lock())).toBe("error-not-possible");
  expect(await refusal(house.lock.unlock(OTHER))).toBe("web-lock-wrong");
  const touched = { type: "passkey", secret: new Uint8Array(32) } as const;
  expect(await refusal(house.lock.unlock(touched))).toBe("web-lock-wrong-passkey");
  expect(house.store).toBeNull();
  await house.lock.unlock(given);
  expect(await draft(house)).toBe("begun");
  expect(house.lock.set).toEqual({ ...asked, minutes: 15 });
});

test("a page that is loaded anew stands before the lock, and learns what opens it", async () => {
  await locked(BY_BOTH);
  const house = new House();
  await house.lock.before();
  expect(house.stood).toEqual([{ type: "locked", passphrase: true, passkeys: [ASKED] }]);
  await house.lock.unlock(TOUCHED);
  expect(await draft(house)).toBe("begun");
});

test("what is being typed in every page is stored before anything is closed", async () => {
  const house = await open();
  await house.lock.change(null, BY_PASSPHRASE);
  [house.pages, house.answering] = [2, 1];
  const locking = house.lock.lock();
  await settled();
  expect(house.store).not.toBeNull();
  house.lock.settled();
  await locking;
  expect(house.store).toBeNull();
});

test("a page that does not answer is waited for, but not for ever", async () => {
  const house = await open();
  await house.lock.change(null, BY_PASSPHRASE);
  house.answering = 0;
  const locking = house.lock.lock();
  pass(4);
  await settled();
  expect(house.store).not.toBeNull();
  pass(1);
  await locking;
  expect(house.store).toBeNull();
});

test("it locks itself after the minutes that were chosen, and use puts that off", async () => {
  const house = await open();
  await house.lock.change(null, BY_PASSPHRASE);
  expect(await refusal(house.lock.setMinutes(2))).toBe("error-not-possible");
  await house.lock.setMinutes(5);
  expect(house.lock.set).toMatchObject({ minutes: 5 });
  pass(290);
  house.lock.used();
  pass(290);
  expect(house.stood).not.toContainEqual({ type: "locking" });
  pass(10);
  await expect.poll(() => house.stood.at(-1)).toMatchObject({ type: "locked" });
  await house.lock.unlock(TYPED);
  expect(house.lock.set).toMatchObject({ minutes: 5 });
});

test("after three tries in vain the next ones wait longer and longer, also in another page", async () => {
  await locked(BY_BOTH);
  const tried = (given: Unlocking): Promise<string> => {
    const house = new House();
    return refusal(house.lock.unlock(given));
  };
  expect(await tried(OTHER)).toBe("web-lock-wrong");
  expect(await tried(OTHER)).toBe("web-lock-wrong");
  expect(await tried(OTHER)).toBe("web-lock-wrong-pause");
  expect(await tried(TYPED)).toBe("web-lock-pause");
  const before = costs.length;
  expect(await tried(TYPED)).toBe("web-lock-pause");
  expect(costs).toHaveLength(before);
  clock.seconds += 2;
  expect(await tried(OTHER)).toBe("web-lock-wrong-pause");
  clock.seconds += 3;
  expect(await tried(TYPED)).toBe("web-lock-pause");
  const house = new House();
  await house.lock.unlock(TOUCHED); // a passkey cannot be guessed
  expect(await triesOf("alice", origin.tab())).toMatchObject({ wrong: 0 });
});

test("the pause grows up to a minute", () => {
  expect(Array.from({ length: 12 }, (_, wrong) => pauseAfter(wrong))).toEqual([
    0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60, 60,
  ]);
  expect(pauseAfter(4000)).toBe(60);
});

test("a clock that was set back locks nobody out", async () => {
  const house = await locked(BY_PASSPHRASE);
  for (const given of [OTHER, OTHER, OTHER]) await refusal(house.lock.unlock(given));
  clock.seconds -= 86_400;
  await house.lock.unlock(TYPED);
  expect(await draft(house)).toBe("begun");
});

test("the lock is changed and taken away by who can open it, and by nobody else", async () => {
  const house = await open();
  const change = (...given: Parameters<AppLock["change"]>): Promise<string> =>
    refusal(house.lock.change(...given));
  await house.lock.change(null, BY_PASSPHRASE);
  const wanted = { passphrase: OTHER.passphrase, passkey: null };
  expect(await change(null, wanted)).toBe("error-not-possible");
  expect(await change(OTHER, wanted)).toBe("web-lock-wrong");
  expect(await change(OTHER, null)).toBe("web-lock-wrong");
  await house.lock.prove(TYPED);
  expect(await triesOf("alice", origin.tab())).toMatchObject({ wrong: 0 });
  await house.lock.setMinutes(60);
  await house.lock.change(TYPED, { ...wanted, passkey: PASSKEY });
  expect(house.lock.set).toEqual({ passphrase: true, passkeys: [ASKED], minutes: 60 });
  await house.lock.lock();
  expect(await refusal(house.lock.unlock(TYPED))).toBe("web-lock-wrong");
  await house.lock.unlock(OTHER);
  await house.lock.change(TOUCHED, null);
  expect(house.lock.set).toBeNull();
  expect(platform.timers).toBe(0);
  expect(await doorOf("alice", origin.tab())).toEqual({ type: "browser" });
  expect(await draft(house)).toBe("begun");
});

test("a passphrase that is short or endless is none, nor is a lock that nothing opens", async () => {
  const house = await open();
  const set = (passphrase: string | null): Promise<string> =>
    refusal(house.lock.change(null, { passphrase, passkey: null }));
  expect(await set("nine char")).toBe("web-lock-short");
  expect(await set("x".repeat(1001))).toBe("error-passphrase-not-usable");
  expect(await set(null)).toBe("error-not-possible");
  expect(house.lock.set).toBeNull();
  await house.lock.change(null, { passphrase: "ten 字字字字字字", passkey: null });
});

test("a device with little memory takes a smaller cost, and one with none no passphrase", async () => {
  const house = await open();
  memory = 100 * 1024;
  await house.lock.change(null, BY_PASSPHRASE);
  expect(costs.map(({ memory_kib }) => memory_kib)).toEqual([256 * 1024, 64 * 1024]);
  await house.lock.lock();
  await house.lock.unlock(TYPED);
  memory = 0;
  expect(await refusal(house.lock.change(TYPED, BY_PASSPHRASE))).toBe("web-lock-memory");
  await house.lock.lock();
  expect(await refusal(house.lock.unlock(TYPED))).toBe("web-lock-memory");
  memory = 1024 * 1024;
  await house.lock.unlock(TYPED);
  expect(costs.at(-1)).toEqual({ passes: 3, memory_kib: 64 * 1024 });
});

test("a lock that is changed while it locks asks for what opens it by then", async () => {
  const house = await open();
  await house.lock.change(null, BY_PASSPHRASE);
  const { store } = house;
  if (store === null) throw new Error("it is not open");
  const setDoor = store.setDoor.bind(store);
  const locking: Promise<void>[] = [];
  store.setDoor = async (door) => {
    await setDoor(door);
    locking.push(house.lock.lock()); // nobody has been told yet
  };
  await refusal(house.lock.change(TYPED, BY_PASSKEY));
  await Promise.all(locking);
  expect(house.stood.at(-1)).toEqual({ type: "locked", passphrase: false, passkeys: [ASKED] });
  await house.lock.unlock(TOUCHED);
  expect(await draft(house)).toBe("begun");
});

test("what comes too late waits until it is opened", async () => {
  const house = await open();
  await house.lock.opened(); // nothing is locked
  await house.lock.change(null, BY_PASSPHRASE);
  await house.lock.lock();
  let isOpen = false;
  const late = house.lock.opened().then(() => (isOpen = true));
  await refusal(house.lock.unlock(OTHER));
  await settled();
  expect(isOpen).toBe(false);
  await house.lock.unlock(TYPED);
  await late;
  await house.lock.lock();
  const never = refusal(house.lock.opened());
  house.lock.erased();
  expect(await never).toBe("error-closed"); // it is nobody's who comes in next
  await house.lock.opened();
});

test("two tries at once are one", async () => {
  const house = await locked(BY_PASSPHRASE);
  const [one, other] = await Promise.all([
    refusal(house.lock.unlock(TYPED)),
    refusal(house.lock.unlock(TYPED)),
  ]);
  expect([one, other]).toEqual(["null", "error-still-working"]);
  expect(await refusal(house.lock.unlock(TYPED))).toBe("error-not-possible");
});
