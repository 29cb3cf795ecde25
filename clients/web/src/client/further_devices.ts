/**
 * A person's further devices, as a page sees them: one is let in, another asks for what was
 * written before, and what is on its way goes on by itself.
 */

import type { Histories, HistoryMove, HistoryWish, LetIn, Met } from "../bridge/further.ts";
import { type Change, Link } from "../engine/model.ts";
import type { DeviceId } from "../ids.ts";
import type { Said } from "../bridge/core.ts";
import { OwnKind } from "../wire/frames.ts";
import type { Account } from "./account.ts";
import { BrokenOffError } from "./attempt.ts";
import { AccountError } from "./errors.ts";
import type { Tell } from "./history_parts.ts";
import type { Comparison } from "./linking.ts";
import { OwnBackup } from "./own_backup.ts";
import { compared, why } from "./showing.ts";

export class FurtherDevices {
  /** The backup of the person's messages. */
  readonly backup: OwnBackup;
  readonly #account: Account;
  readonly #changed: () => void;
  #comparison: Comparison | null = null;
  #wishes: readonly HistoryWish[] = [];
  /** Whether this device waits itself for what was written before it came. */
  #waits = false;
  #moving: HistoryMove | null = null;
  #because: Said | null = null;
  #looking: Promise<void> | null = null;
  #following = false;
  #giving = false;

  /** @param changed - Told when something else is to be shown. */
  constructor(account: Account, changed: () => void) {
    this.#account = account;
    this.#changed = changed;
    this.backup = new OwnBackup(account.history, changed);
    void account.history.run({
      given: this.#tell(true),
      taken: this.#tell(false),
      backedUp: this.backup.tell("making"),
      restored: this.backup.tell("restoring"),
      rests: () => {
        if (!this.#following && !this.#giving) this.#move(null);
        this.backup.rests();
      },
      refused: (error) => {
        this.backup.refused(error);
      },
    });
  }

  /** Devices that want what was written before they came; who waits for it has none to give. */
  get wishes(): readonly HistoryWish[] {
    return this.#waits ? [] : this.#wishes;
  }

  /** What is on its way; null if nothing. */
  get moving(): HistoryMove | null {
    return this.#moving;
  }

  /** The server has said that something is new. */
  heard(change: Change): void {
    if (change.type !== "OwnChanged") return;
    if (change.kind === OwnKind.HISTORY || change.kind === "") void this.#look();
  }

  /** This device is new: ask for what was written before, if there is a device that has it. */
  async arrived(): Promise<void> {
    await quietly(async () => {
      const devices = await this.#account.devices.list();
      if (devices.some((each) => !each.this)) await this.#account.history.ask();
    });
  }

  // --- letting one in -------------------------------------------------------------------

  /** Meet the device that shows a code. */
  async meet(code: string): Promise<Met> {
    await this.refuse(false);
    const comparison = await this.#account.linking.begin(code);
    this.#comparison = comparison;
    return { name: comparison.name, shown: compared(comparison.sas) };
  }

  /** It shows the same. */
  async letIn(): Promise<LetIn> {
    const comparison = this.#comparison;
    if (comparison === null) throw new AccountError("error-linking-cancelled");
    try {
      return { device: await comparison.confirm() };
    } catch (error) {
      if (!(error instanceof BrokenOffError)) throw error;
      throw new AccountError("error-linking-cancelled", {}, { cause: error });
    } finally {
      this.#comparison = null;
    }
  }

  /** It shows something else, or one does not go on; there need not be one. */
  async refuse(different: boolean): Promise<void> {
    const comparison = this.#comparison;
    this.#comparison = null;
    await (different ? comparison?.refuse() : comparison?.cancel());
  }

  // --- histories ------------------------------------------------------------------------

  async histories(): Promise<Histories> {
    const { policy, asked, giver } = await this.#account.history.status();
    const names = await this.#names();
    const because = this.#because;
    return { policy, asked, giver: giver === "" ? null : (names.get(giver) ?? ""), because };
  }

  /** Ask for what was written before; it comes by itself. */
  async ask(): Promise<void> {
    this.#because = null;
    await this.#account.history.ask();
    this.#waits = true;
    this.#changed();
    void this.#follow();
  }

  /** Give it; the person has said so. */
  async give(wish: string): Promise<void> {
    this.#giving = true;
    try {
      await this.#account.history.give(wish, this.#tell(true));
    } finally {
      this.#giving = false;
      this.#move(null);
      await this.#look();
    }
  }

  /** Want none, and give none any more. */
  async cancel(): Promise<void> {
    await this.#account.history.cancel();
    this.#because = null;
    this.#waits = false;
    this.#changed();
    this.#move(null);
  }

  // --- inside ---------------------------------------------------------------------------

  /** Look which devices have asked, and take in what there is; one after the other. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    if (this.#account.link === Link.SIGNED_OUT) return;
    await quietly(async () => {
      const wishes = await this.#account.history.wishes();
      const names = wishes.length === 0 ? new Map<DeviceId, string>() : await this.#names();
      // A device that was removed meanwhile takes nothing any more.
      const living = wishes.filter(({ device }) => names.has(device));
      this.#wishes = living.map(({ id, device, giver }) => ({
        id,
        device,
        name: names.get(device) ?? "",
        giver: giver === "" ? null : (names.get(giver) ?? ""),
      }));
      this.#waits = await this.#account.history.isAsked();
      this.#changed();
    });
    void this.#follow();
  }

  /** Take in what another device gives, as long as it gives; at other times the server hints. */
  async #follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    try {
      if (!(await this.#account.history.isAsked())) return;
      await this.#account.history.followGiven(this.#tell(false));
      this.#because = null;
      this.#waits = await this.#account.history.isAsked();
      this.#changed();
    } catch (error) {
      if (error instanceof BrokenOffError) return;
      if (!(error instanceof AccountError)) throw error;
      if (error.key !== "error-offline") this.#because = why(error);
    } finally {
      this.#following = false;
      this.#move(null);
    }
  }

  async #names(): Promise<ReadonlyMap<DeviceId, string>> {
    const devices = await this.#account.devices.list();
    return new Map(devices.map(({ id, name }) => [id, name]));
  }

  #tell(given: boolean): Tell {
    return ({ lines, expected }) => {
      this.#move({ given, lines, expected });
    };
  }

  #move(moving: HistoryMove | null): void {
    if (this.#moving === moving) return;
    this.#moving = moving;
    this.#changed();
  }
}

/** What does not work now is tried again by itself. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AccountError || error instanceof BrokenOffError)) throw error;
  }
}
