/**
 * Tries at an app lock: who types is held up a little longer after each one in vain, also over a
 * page that is loaded anew.
 */

import type { Unlocking } from "../bridge/lock.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../identity/errors.ts";
import type { Stretch } from "../identity/vault.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { LockedError } from "../store/errors.ts";
import type { Opener, Tries } from "../store/index.ts";
import { AccountError } from "./errors.ts";

/** So many tries in vain are nobody's fault. */
const FREE_TRIES = 3;
const LONGEST_PAUSE_SECONDS = 60;
const NONE: Tries = { wrong: 0, at: 0 };

/** Where tries are kept (`store/tries.ts`), and what a passphrase is tried with. */
export interface TryShelf {
  tries(): Promise<Tries>;
  keepTries(tries: Tries): Promise<void>;
  readonly stretch: Stretch;
}

export class LockTries {
  readonly #shelf: TryShelf;
  readonly #clock: Pick<Clock, "nowMs">;
  #trying = false;

  constructor(shelf: TryShelf, clock: Pick<Clock, "nowMs">) {
    this.#shelf = shelf;
    this.#clock = clock;
  }

  /**
   * Try what is given, unless it is too soon.
   *
   * @throws AccountError - It does not open the lock, or it is too soon; as `work` throws else.
   */
  async tried(given: Unlocking, work: (opener: Opener) => Promise<void>): Promise<void> {
    if (this.#trying) throw new AccountError("error-still-working");
    this.#trying = true;
    try {
      const { wrong } = given.type === "passphrase" ? await this.#counted() : NONE;
      await this.#work(wrong, () => work(this.#openerOf(given)));
    } finally {
      this.#trying = false;
    }
  }

  /** It was opened: what was in vain before that is forgotten. */
  async forgive(): Promise<void> {
    const { wrong } = await this.#shelf.tries();
    if (wrong > 0) await this.#shelf.keepTries(NONE);
  }

  /** @param wrong - How many passphrases in a row, this one too; 0 for a passkey. */
  async #work(wrong: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof IdentityError) throw withoutMemory(error);
      if (!(error instanceof LockedError)) throw error;
      const seconds = pauseAfter(wrong);
      if (wrong === 0) throw new AccountError("web-lock-wrong-passkey");
      if (seconds === 0) throw new AccountError("web-lock-wrong");
      throw new AccountError("web-lock-wrong-pause", { seconds: `${seconds}` });
    }
  }

  /** Count a try as one in vain before it is made: who ends the page meanwhile wins nothing. */
  async #counted(): Promise<Tries> {
    const { wrong, at } = await this.#shelf.tries();
    const now = this.#clock.nowMs();
    const left = Math.ceil(pauseAfter(wrong) - (now - at) / 1000);
    // A clock that was set back must lock nobody out.
    if (left > 0 && now >= at) throw new AccountError("web-lock-pause", { seconds: `${left}` });
    const tries = { wrong: wrong + 1, at: now };
    await this.#shelf.keepTries(tries);
    return tries;
  }

  #openerOf(given: Unlocking): Opener {
    if (given.type === "passkey") return { type: "passkey", secret: new Secret(given.secret) };
    const { passphrase } = given;
    return { type: "passphrase", passphrase, stretch: this.#shelf.stretch };
  }
}

/** How many seconds the next try waits after so many in vain. */
export function pauseAfter(wrong: number): number {
  return wrong < FREE_TRIES ? 0 : Math.min(2 ** (wrong - FREE_TRIES + 1), LONGEST_PAUSE_SECONDS);
}

/** The passphrase can be stretched with no memory that there is. */
export function withoutMemory(cause: IdentityError): AccountError {
  return new AccountError("web-lock-memory", {}, { cause });
}
