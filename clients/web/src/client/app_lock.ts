/**
 * The app lock: what is stored here opens for who knows the passphrase or has the passkey.
 *
 * Locked means that nothing is decrypted: the account is closed, its connection with it, and no
 * key is held. Before that every page stores what is being typed. Where a lock is set, nothing
 * that lies in the browser opens the store without it, and nobody who forgot it can be helped but
 * by beginning anew with the recovery words (docs/decisions/0027-app-lock.md).
 */

import type { View } from "../bridge/core.ts";
import {
  LOCK_MINUTES,
  type LockSet,
  type LockWanted,
  PASSPHRASE_CHARACTERS,
  USUAL_MINUTES,
  type Unlocking,
} from "../bridge/lock.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../identity/errors.ts";
import { type Cost, DEFAULT_COST } from "../identity/vault.ts";
import { Secret } from "../mls/crypto/secret.ts";
import type { Door, DoorSeen, LockSeen, Opener, Way } from "../store/index.ts";
import type { OwnStore } from "./account.ts";
import { AccountError } from "./errors.ts";
import { Idle } from "./idle.ts";
import { LockTries, type TryShelf, withoutMemory } from "./lock_tries.ts";
import type { Platform } from "./platform.ts";

/** How long pages may take to store what is being typed. */
const SETTLE_SECONDS = 5;
/** For a device without the memory of the usual cost: the second choice of RFC 9106, one lane. */
const SMALL_COST: Cost = { passes: 3, memory_kib: 64 * 1024 };
/** So many characters are fewer bytes than a vault takes, whichever they are. */
const MOST_CHARACTERS = 1000;

/** A store that can be put behind a lock (`store/index.ts`). */
export interface LockableStore extends OwnStore {
  door(): Promise<DoorSeen>;
  prove(opener: Opener): Promise<void>;
  setDoor(door: Door): Promise<void>;
  setMinutes(minutes: number): Promise<void>;
}

/** What is known of a lock while nothing is open. */
export interface LockShelf extends TryShelf {
  /** How the store is opened; null if there is none. */
  door(): Promise<DoorSeen | null>;
}

/** What tells the time. */
export interface Around {
  readonly clock: Clock;
  readonly platform: Platform;
}

/** What is behind the lock. */
export interface Behind {
  /** How many pages look at it. */
  readonly pages: number;
  stand(view: Extract<View, { type: "locking" | "locked" }>): void;
  /** Show again what has changed. */
  tell(): void;
  /**
   * Open what is stored.
   *
   * @throws LockedError - This does not open it.
   */
  open(opener: Opener): Promise<void>;
  /** Close the account, and forget all of it. */
  close(): Promise<void>;
}

export class AppLock {
  readonly #around: Around;
  readonly #shelf: LockShelf;
  readonly #behind: Behind;
  readonly #tries: LockTries;
  #store: LockableStore | null = null;
  #seen: LockSeen | null = null;
  #idle: Idle | null = null;
  #locking: Promise<void> | null = null;
  #settled: () => void = () => undefined;
  #barrier: Barrier | null = null;

  constructor(around: Around, shelf: LockShelf, behind: Behind) {
    this.#around = around;
    this.#shelf = shelf;
    this.#behind = behind;
    this.#tries = new LockTries(shelf, around.clock);
  }

  /** The lock that is set; null if none is. */
  get set(): LockSet | null {
    if (this.#seen === null) return null;
    const { passphrase, passkeys, minutes } = this.#seen;
    return { passphrase, passkeys, minutes };
  }

  /** The account is open, on this store. */
  async inside(store: LockableStore): Promise<void> {
    this.#take(store, await store.door());
    if (this.#seen !== null) await this.#tries.forgive();
    this.#barrier?.lift();
    this.#barrier = null;
  }

  /** Wait until what is locked is opened; what is asked for meanwhile is held in memory alone. */
  async opened(): Promise<void> {
    await this.#barrier?.lifted;
  }

  /** The account is open no more. */
  outside(): void {
    this.#idle?.stop();
    this.#idle = null;
    this.#store = null;
  }

  /** What was locked is no more: what waited for it is for nobody. */
  erased(): void {
    this.#barrier?.tearDown();
    this.#barrier = null;
  }

  /** Stand before the lock of a store that is not open. */
  async before(): Promise<void> {
    const door = await this.#shelf.door();
    if (door?.type !== "lock") throw new AccountError("error-vault-locked");
    this.#seen = door;
    this.#shut(door);
  }

  // --- locking ----------------------------------------------------------------------------

  /**
   * Lock now: everything that is being typed is stored, then everything is forgotten.
   *
   * @throws AccountError - No lock is set, or nothing is open.
   */
  lock(): Promise<void> {
    const seen = this.#seen;
    if (this.#store === null || seen === null) {
      return Promise.reject(new AccountError("error-not-possible"));
    }
    this.#locking ??= this.#lock(seen).finally(() => (this.#locking = null));
    return this.#locking;
  }

  /** A page has stored what was being typed in it. */
  settled(): void {
    this.#settled();
  }

  /** Somebody uses the client. */
  used(): void {
    this.#idle?.used();
  }

  async #lock(seen: LockSeen): Promise<void> {
    this.#idle?.stop();
    const settled = this.#pagesSettled();
    this.#behind.stand({ type: "locking" });
    await settled;
    try {
      await this.#behind.close();
    } finally {
      this.outside();
      this.#shut(await this.#seenNow(seen));
    }
  }

  /** What opens it by now: perhaps that was being changed. */
  async #seenNow(before: LockSeen): Promise<LockSeen> {
    const door = await this.#shelf.door().catch(() => null);
    return door?.type === "lock" ? door : before;
  }

  #shut({ passphrase, passkeys }: LockSeen): void {
    this.#barrier ??= new Barrier();
    this.#behind.stand({ type: "locked", passphrase, passkeys });
  }

  /** A page that does not answer is not waited for: the lock is what was asked for. */
  #pagesSettled(): Promise<void> {
    let missing = this.#behind.pages;
    const { platform } = this.#around;
    return new Promise((done) => {
      if (missing === 0) {
        done();
        return;
      }
      const limit = platform.after(SETTLE_SECONDS, done);
      this.#settled = () => {
        missing -= 1;
        if (missing > 0) return;
        platform.cancel(limit);
        done();
      };
    });
  }

  // --- opening ----------------------------------------------------------------------------

  /**
   * Open what is locked.
   *
   * @throws AccountError - This does not open it, or it is too soon to try again.
   */
  async unlock(given: Unlocking): Promise<void> {
    if (this.#store !== null) throw new AccountError("error-not-possible");
    await this.#tries.tried(given, (opener) => this.#behind.open(opener));
  }

  /**
   * Find out whether this would open the lock that is set.
   *
   * @throws AccountError - It would not, or it is too soon to try again.
   */
  async prove(given: Unlocking): Promise<void> {
    const store = this.#opened();
    await this.#tries.tried(given, (opener) => store.prove(opener));
    await this.#tries.forgive();
  }

  // --- what opens it ----------------------------------------------------------------------

  /**
   * Set another lock, or none; everything is sealed anew, under another key.
   *
   * @param proof - What opens the lock that there is; null if there is none.
   * @param wanted - All that opens it from now on; null takes it away.
   * @throws AccountError - The proof is none, or the passphrase cannot be used; nothing changes.
   */
  async change(proof: Unlocking | null, wanted: LockWanted | null): Promise<void> {
    const store = this.#opened();
    checkPassphrase(wanted?.passphrase ?? null);
    if (this.#seen !== null) {
      if (proof === null) throw new AccountError("error-not-possible");
      await this.prove(proof);
    }
    await this.#setDoor(store, wanted);
    await this.#changed(store);
  }

  /** Choose after how many minutes without use it is locked. */
  async setMinutes(minutes: number): Promise<void> {
    const store = this.#opened();
    if (!LOCK_MINUTES.some((each) => each === minutes)) {
      throw new AccountError("error-not-possible");
    }
    await store.setMinutes(minutes);
    await this.#changed(store);
  }

  async #changed(store: LockableStore): Promise<void> {
    const door = await store.door();
    if (this.#store !== store) throw new AccountError("error-closed"); // it was locked meanwhile
    this.#take(store, door);
    this.#behind.tell();
  }

  async #setDoor(store: LockableStore, wanted: LockWanted | null): Promise<void> {
    if (wanted === null) {
      await store.setDoor({ type: "browser" });
      return;
    }
    try {
      await store.setDoor(this.#doorOf(wanted, DEFAULT_COST));
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      await this.#setCheaply(store, wanted);
    }
  }

  async #setCheaply(store: LockableStore, wanted: LockWanted): Promise<void> {
    try {
      await store.setDoor(this.#doorOf(wanted, SMALL_COST));
    } catch (error) {
      throw error instanceof IdentityError ? withoutMemory(error) : error;
    }
  }

  #doorOf({ passphrase, passkey }: LockWanted, cost: Cost): Door {
    const ways: Way[] = [];
    const { stretch } = this.#shelf;
    if (passphrase !== null) ways.push({ type: "passphrase", passphrase, stretch, cost });
    if (passkey !== null) {
      ways.push({ ...passkey, type: "passkey", secret: new Secret(passkey.secret) });
    }
    const [first, ...more] = ways;
    if (first === undefined) throw new AccountError("error-not-possible");
    return { type: "lock", ways: [first, ...more], minutes: this.#seen?.minutes ?? USUAL_MINUTES };
  }

  #take(store: LockableStore, door: DoorSeen): void {
    this.#idle?.stop();
    this.#idle = null;
    this.#store = store;
    this.#seen = door.type === "lock" ? door : null;
    if (door.type !== "lock") return;
    const { clock, platform } = this.#around;
    this.#idle = new Idle(clock, platform, door.minutes * 60, () => {
      void this.lock().catch(() => undefined); // it was closed meanwhile
    });
  }

  #opened(): LockableStore {
    if (this.#store === null) throw new AccountError("error-closed");
    return this.#store;
  }
}

function checkPassphrase(passphrase: string | null): void {
  if (passphrase === null) return;
  const { length } = Array.from(passphrase);
  if (length > MOST_CHARACTERS) throw new AccountError("error-passphrase-not-usable");
  if (length >= PASSPHRASE_CHARACTERS) return;
  throw new AccountError("web-lock-short", { count: `${PASSPHRASE_CHARACTERS}` });
}

/** What stands in the way of those who come too late. */
class Barrier {
  readonly lifted: Promise<void>;
  #lift: () => void = () => undefined;
  #tear: (error: AccountError) => void = () => undefined;

  constructor() {
    this.lifted = new Promise((lift, tear) => {
      [this.#lift, this.#tear] = [lift, tear];
    });
    this.lifted.catch(() => undefined); // perhaps nobody waits
  }

  lift(): void {
    this.#lift();
  }

  tearDown(): void {
    this.#tear(new AccountError("error-closed"));
  }
}
