/**
 * The history of an account: asked for by a new device, given by one that has it, and backed up.
 *
 * Only the person's own devices take part, each proven by the key directory. Nothing is given before
 * the person has said so on a device that has the history, and nothing that the organisation's
 * policy keeps back (docs/spec/history-transfer.md).
 */

import { readHead } from "../content/archive.ts";
import { bound } from "../engine/history/giving.ts";
import type { DeviceId } from "../ids.ts";
import type { HistoryArchive } from "../wire/history.ts";
import { BrokenOffError } from "./attempt.ts";
import type { BackupStatus } from "./backup_ledger.ts";
import { AccountError } from "./errors.ts";
import { storing } from "./failures.ts";
import { Backup } from "./history_backup.ts";
import { Giving } from "./history_giving.ts";
import { type Grounds, Parts, type Tell } from "./history_parts.ts";
import { Taking } from "./history_taking.ts";
import { Transfers } from "./history_transfers.ts";
import type { Pauses } from "./pauses.ts";
import { Turns } from "./turns.ts";

/** How often a device that waits for history looks. */
export const LOOK_SECONDS = 1;
/** How often what was interrupted is taken up, and the backup looked after, without being asked. */
export const REST_SECONDS = 60;
/** How long the backup is not looked after once the server has refused it. */
export const REFUSED_SECONDS = 3_600;

/** A device of the person that has asked for history. */
export interface Wish {
  /** What the server calls the transfer. */
  readonly id: string;
  /** Who asked. */
  readonly device: DeviceId;
  /** Which device gives; empty if none does yet. */
  readonly giver: DeviceId;
  /** This device gives it, and was interrupted. */
  readonly mine: boolean;
  /** When it was asked, in seconds since 1970. */
  readonly created: number;
}

/** How things stand with the history of this account. */
export interface HistoryStatus {
  /** What goes to a new device: `all`, `none`, or a number of days. */
  readonly policy: string;
  /** Devices of the person that have asked. */
  readonly wishes: readonly Wish[];
  /** This device has asked, and not everything has come. */
  readonly asked: boolean;
  /** Which device gives it; empty if none does yet. */
  readonly giver: DeviceId;
  /** How many lines of it this device has taken in. */
  readonly taken: number;
  /** How many there were to be; 0 if that is not known. */
  readonly expected: number;
}

/** Told what goes on by itself, and how far it comes. */
export interface Hearer {
  readonly given: Tell;
  readonly taken: Tell;
  readonly backedUp: Tell;
  readonly restored: Tell;
  /** Nothing is on its way any more. */
  readonly rests: () => void;
  /** A backup that was being taken in cannot go on. */
  readonly refused: (error: AccountError) => void;
}

/** Asks for, gives and takes in histories, and keeps the backup. */
export class OwnHistory {
  readonly #transfers: Transfers;
  readonly #copy: Backup;
  readonly #giving: Giving;
  readonly #taking: Taking;
  readonly #pauses: Pauses;
  readonly #turns = new Turns();
  #restsUntil = 0;

  /** @param grounds - What it needs of the account. */
  constructor(grounds: Grounds) {
    const parts = new Parts(grounds);
    this.#transfers = new Transfers(grounds, parts);
    this.#copy = new Backup(grounds, parts);
    this.#giving = new Giving(this.#transfers);
    this.#taking = new Taking(this.#transfers);
    this.#pauses = grounds.pauses;
  }

  /**
   * Go on with what was interrupted, now and each minute, and add to the backup once a day; until
   * nobody waits any more.
   */
  async run(hearer: Hearer): Promise<void> {
    try {
      for (;;) {
        await unlessRefused(() => this.#goOnTaking(hearer.taken));
        await unlessRefused(() => this.#goOnGiving(hearer.given));
        await unlessRefused(() => this.#goOnRestoring(hearer));
        await unlessRefused(() => this.#addDaily(hearer.backedUp));
        hearer.rests();
        await this.#pauses.pause(REST_SECONDS);
      }
    } catch (error) {
      if (!(error instanceof BrokenOffError)) throw error;
    }
  }

  async #goOnTaking(tell: Tell): Promise<void> {
    if ((await this.#taking.asked()) !== null) await this.take(tell);
  }

  async #goOnGiving(tell: Tell): Promise<void> {
    const begun = await this.#giving.begun();
    if (begun.length === 0) return;
    for (const { id } of await this.wishes()) {
      // Another one may go on if this one does not.
      if (begun.includes(id)) await unlessRefused(() => this.give(id, tell));
    }
  }

  async #goOnRestoring(hearer: Hearer): Promise<void> {
    try {
      await this.#inTurn(async () => {
        if (await this.#copy.restoring.isBegun()) await this.#restore(hearer.restored);
      });
    } catch (error) {
      if (isRefusal(error)) hearer.refused(error);
      throw error;
    }
  }

  /** Add what a day has brought, or go on with that; what was refused is left for an hour. */
  async #addDaily(tell: Tell): Promise<void> {
    const now = this.#transfers.surroundings.clock.now();
    if (now < this.#restsUntil) return;
    try {
      await this.#inTurn(async () => {
        const isWriting = await this.#copy.isWriting();
        if (isWriting || ((await this.#copy.isDue()) && (await this.#copy.isOld()))) {
          await this.#backUp(tell);
        }
      });
    } catch (error) {
      if (isRefusal(error)) this.#restsUntil = now + REFUSED_SECONDS;
      throw error;
    }
  }

  // --- the backup -----------------------------------------------------------------------

  /**
   * Add to the person's backup what it lacks; from now on this device does so every day.
   *
   * @param tell - Told after each part.
   * @throws AccountError - See `Backup.make`.
   */
  backUp(tell: Tell): Promise<void> {
    return this.#inTurn(() => this.#backUp(tell));
  }

  /**
   * Take in the person's backup, as far as the policy lets a new device; return how much.
   *
   * @param tell - Told after each part.
   * @throws AccountError - See `Restoring.take`; or the policy keeps all of it back.
   */
  restore(tell: Tell): Promise<number> {
    return this.#inTurn(() => this.#restore(tell));
  }

  /**
   * Remove the person's backup from the server; from now on this device adds to none.
   *
   * @throws AccountError - The server was not reached.
   */
  forgetBackup(): Promise<void> {
    return this.#inTurn(() => this.#copy.forget());
  }

  /** Whether something of the backup was begun, and goes on by itself. */
  async goesOn(): Promise<boolean> {
    return (await this.#copy.isWriting()) || (await this.#copy.restoring.isBegun());
  }

  /**
   * Return how things stand with the backup.
   *
   * @throws AccountError - The server was not reached.
   */
  async backup(): Promise<BackupStatus> {
    return this.#copy.ledger.status(await this.#transfers.policy());
  }

  /**
   * Return how things stand between the devices.
   *
   * @throws AccountError - The server was not reached.
   */
  async status(): Promise<HistoryStatus> {
    const policy = await this.#transfers.policy();
    const found = await this.#transfers.shown();
    const asked = await this.#taking.asked();
    const taking = await this.#taking.taking();
    const own = asked === null ? undefined : found.get(asked.transfer);
    return {
      policy: policy.history_for_new_devices,
      wishes: this.#wishesIn(found),
      asked: own !== undefined,
      giver: (own?.maker ?? "") as DeviceId,
      taken: taking?.lines ?? 0,
      expected: taking === null ? 0 : readHead(taking.head).lines,
    };
  }

  /**
   * Return which other devices of the person have asked for history.
   *
   * @throws AccountError - The server was not reached.
   */
  async wishes(): Promise<readonly Wish[]> {
    return this.#wishesIn(await this.#transfers.shown());
  }

  // --- the new device -------------------------------------------------------------------

  /**
   * Ask the person's other devices for their history; what is under way goes on.
   *
   * @throws AccountError - The organisation gives new devices nothing, or the server was not
   *   reached.
   */
  async ask(): Promise<void> {
    await this.#inTurn(() => this.#taking.ask());
  }

  /**
   * Take in what is there of the history that was asked for; return whether it is all.
   *
   * @throws AccountError - Nothing was asked for, or it is there no longer; the server was not
   *   reached; or it is not from a device of the person, or not as that has written it.
   */
  take(tell: Tell): Promise<boolean> {
    return this.#inTurn(() => this.#taking.take(tell));
  }

  /** Whether this device has asked, and not everything has come. */
  async isAsked(): Promise<boolean> {
    return (await this.#taking.asked()) !== null;
  }

  /**
   * Take in the history that was asked for, as long as another device gives it.
   *
   * @throws AccountError - As `take`.
   * @throws BrokenOffError - Nobody waits any more.
   */
  async followGiven(tell: Tell): Promise<void> {
    // What goes on by itself may take in the last of it first.
    const take = async (): Promise<boolean> =>
      (await this.#taking.asked()) === null || this.#taking.take(tell);
    while (!(await this.#turns.take(take))) {
      if ((await this.#taking.taking()) === null) return; // nobody gives it yet
      await this.#pauses.pause(LOOK_SECONDS);
    }
  }

  /**
   * Want no history any more, and give none; what was taken in stays.
   *
   * @throws AccountError - The server was not reached.
   */
  async cancel(): Promise<void> {
    const found = await this.#transfers.shown();
    const asked = await this.#taking.asked();
    const own = this.#transfers.account.device;
    for (const { id, maker } of found.values()) {
      if (id === asked?.transfer || maker === own) await this.#transfers.drop(id);
    }
    await this.#taking.forget();
    await this.#giving.forget();
  }

  // --- the device that has it -----------------------------------------------------------

  /**
   * Give this device's history to the one that has asked; the person has said so.
   *
   * What was interrupted goes on where it was.
   *
   * @param wish - The id of the transfer.
   * @param tell - Told after each part.
   * @throws AccountError - Nobody asked for this, or not a device of the person, or it is none any
   *   more; the policy keeps it back; another device gives it; or the server was not reached or
   *   has no room.
   */
  async give(wish: string, tell: Tell): Promise<void> {
    await this.#inTurn(() => this.#giving.give(wish, tell));
  }

  // --- inside ---------------------------------------------------------------------------

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => storing(work));
  }

  async #backUp(tell: Tell): Promise<void> {
    const policy = await this.#transfers.policy();
    if (!policy.history_backup) throw new AccountError("error-reason-no-history-backup");
    const now = this.#transfers.surroundings.clock.nowMs();
    await this.#copy.make(tell, bound(policy.history_for_new_devices, now));
  }

  async #restore(tell: Tell): Promise<number> {
    const { history_for_new_devices: policy } = await this.#transfers.policy();
    const since = bound(policy, this.#transfers.surroundings.clock.nowMs());
    if (since !== null) return this.#copy.restoring.take(tell, since);
    await this.#copy.restoring.giveUp();
    throw new AccountError("error-history-policy");
  }

  #wishesIn(found: ReadonlyMap<string, HistoryArchive>): readonly Wish[] {
    const own = this.#transfers.account.device;
    return [...found.values()]
      .filter(({ receiver }) => receiver !== own)
      .map(({ id, receiver, maker, complete, created }) => ({
        id,
        device: receiver as DeviceId,
        giver: maker as DeviceId,
        mine: maker === own && !complete,
        created,
      }));
  }
}

/** Whether it is refused for good: what did not reach the server goes on by itself. */
function isRefusal(error: unknown): error is AccountError {
  return error instanceof AccountError && error.key !== "error-offline";
}

async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  try {
    await storing(work);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
  }
}
