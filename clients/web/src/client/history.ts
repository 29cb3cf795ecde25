/**
 * The history of an account: asked for by a new device, given by one that has it.
 *
 * Only the person's own devices take part, each proven by the key directory. Nothing is given before
 * the person has said so on a device that has the history, and nothing that the organisation's
 * policy keeps back (docs/spec/history-transfer.md).
 */

import { readHead } from "../content/archive.ts";
import type { DeviceId } from "../ids.ts";
import type { HistoryArchive } from "../wire/history.ts";
import { BrokenOffError } from "./attempt.ts";
import { AccountError } from "./errors.ts";
import { Giving } from "./history_giving.ts";
import { type Grounds, Parts, type Tell } from "./history_parts.ts";
import { Taking } from "./history_taking.ts";
import { Transfers } from "./history_transfers.ts";
import type { Pauses } from "./pauses.ts";
import { Turns } from "./turns.ts";

/** How often a device that waits for history looks. */
export const LOOK_SECONDS = 1;
/** How often what was interrupted is taken up without being asked. */
export const REST_SECONDS = 60;

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

/** Asks for, gives and takes in histories. */
export class OwnHistory {
  readonly #transfers: Transfers;
  readonly #giving: Giving;
  readonly #taking: Taking;
  readonly #pauses: Pauses;
  readonly #turns = new Turns();

  /** @param grounds - What it needs of the account. */
  constructor(grounds: Grounds) {
    this.#transfers = new Transfers(grounds, new Parts(grounds));
    this.#giving = new Giving(this.#transfers);
    this.#taking = new Taking(this.#transfers);
    this.#pauses = grounds.pauses;
  }

  /**
   * Go on with what was interrupted, now and each minute, until nobody waits any more.
   *
   * @param tell - Told how far it comes; `given` if this device gives.
   * @param rests - Told when nothing is on its way any more.
   */
  async run(tell: (given: boolean) => Tell, rests: () => void): Promise<void> {
    try {
      for (;;) {
        await unlessRefused(() => this.#goOnTaking(tell(false)));
        await unlessRefused(() => this.#goOnGiving(tell(true)));
        rests();
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

  /**
   * Return how things stand.
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
    await this.#turns.take(() => this.#taking.ask());
  }

  /**
   * Take in what is there of the history that was asked for; return whether it is all.
   *
   * @throws AccountError - Nothing was asked for, or it is there no longer; the server was not
   *   reached; or it is not from a device of the person, or not as that has written it.
   */
  take(tell: Tell): Promise<boolean> {
    return this.#turns.take(() => this.#taking.take(tell));
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
    await this.#turns.take(() => this.#giving.give(wish, tell));
  }

  // --- inside ---------------------------------------------------------------------------

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

async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
  }
}
