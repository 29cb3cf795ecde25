/**
 * The history of an account goes from a device that has it to a new one of the same person.
 *
 * Nothing is given before the person has said so on this device, nothing to a device that the key
 * directory does not prove to be theirs, and nothing that the organisation's policy keeps back.
 */

import * as cbor from "../cbor.ts";
import {
  encodeHead,
  firstPlace,
  ID_BYTES,
  KEY_BYTES,
  Origin,
  readHead,
} from "../content/archive.ts";
import { HistoryStopped } from "../engine/events.ts";
import { Wanted } from "../engine/history/giving.ts";
import { GivingRecord, Stand, stored } from "../engine/history/records.ts";
import { checkSlot, encodeBox, readSlot, seal } from "../identity/device_box.ts";
import { IdentityError } from "../identity/errors.ts";
import { DeviceKey } from "../identity/keys.ts";
import type { DeviceId } from "../ids.ts";
import { equalBytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { type HistoryArchive, OfferHistory } from "../wire/history.ts";
import { AccountError } from "./errors.ts";
import type { Tell } from "./history_parts.ts";
import { CONTEXT, KEY_VERSION, PURPOSE, type Transfers } from "./history_transfers.ts";
import { json } from "./http.ts";

const GIVING = "giving/";
/** What stops a history that was going out, and is said to the person as an alarm. */
const TOLD: ReadonlySet<string> = new Set(["error-history-policy", "error-history-receiver"]);
/** After these a history that was going out is not gone on with. */
const OVER: ReadonlySet<string> = new Set([
  ...TOLD,
  "error-history-disagree",
  "error-history-gone",
]);

/** The side that has it. */
export class Giving {
  readonly #transfers: Transfers;

  /** @param transfers - What server and key directory say. */
  constructor(transfers: Transfers) {
    this.#transfers = transfers;
  }

  /** Return the ids of the transfers that were begun here and are not over. */
  async begun(): Promise<readonly string[]> {
    const names = await this.#transfers.names(GIVING);
    return names.map((name) => name.slice(GIVING.length));
  }

  /** Give nothing any more. */
  async forget(): Promise<void> {
    await this.#transfers.parts.forget(...(await this.#transfers.names(GIVING)));
  }

  /**
   * Give this device's history to the one that has asked; the person has said so.
   *
   * What was interrupted goes on where it was.
   *
   * @param wish - The id of the transfer.
   * @param tell - Told after each part.
   * @throws AccountError - Nobody asked for this, or not a device of the person, or it is none any
   *   more; the policy keeps it back; another device gives it; or the server was not reached or has
   *   no room.
   */
  async give(wish: string, tell: Tell): Promise<void> {
    const name = `${GIVING}${wish}`;
    try {
      await this.#giveWhileGood(wish, name, tell);
    } catch (error) {
      const over = error instanceof AccountError && OVER.has(error.key) ? error : null;
      if (over !== null && (await this.begun()).includes(wish)) await this.#giveUp(wish, over.key);
      throw error;
    }
    await this.#transfers.parts.forget(name);
  }

  async #giveWhileGood(wish: string, name: string, tell: Tell): Promise<void> {
    const { parts, account } = this.#transfers;
    const policy = (await this.#transfers.policy()).history_for_new_devices;
    const bound = this.#transfers.sinceBy(policy);
    const at = (await this.#transfers.shown()).get(wish);
    if (at === undefined || at.receiver === account.device) {
      throw new AccountError("error-history-gone");
    }
    const record = await this.#begin(name, at, bound);
    const since = Math.max(bound, readHead(record.head).since_ms);
    this.#requireReceiver(record, at);
    const offer = json(OfferHistory, { head: record.head, box: record.box });
    await parts.ask("PUT", `/transfers/${wish}`, offer);
    const check = async (): Promise<void> => {
      this.#requireReceiver(record, at);
      const now = (await this.#transfers.policy()).history_for_new_devices;
      this.#transfers.sinceBy(now);
      if (now !== policy) throw new AccountError("error-history-policy-changed");
    };
    await parts.write({ name, record, at, wanted: Wanted.of({ since_ms: since }), tell, check });
  }

  /** Return what was begun before, or begin. */
  async #begin(name: string, at: HistoryArchive, since: number): Promise<GivingRecord> {
    const held = await this.#transfers.held(name, GivingRecord);
    if (held !== null) return held;
    const record = await this.#offer(at, since);
    await this.#transfers.put(name, GivingRecord, record);
    return record;
  }

  /** Stop giving for good: forget it here before the server is asked to, and tell. */
  async #giveUp(wish: string, why: string): Promise<void> {
    await this.#transfers.parts.forget(`${GIVING}${wish}`);
    if (TOLD.has(why)) await this.#transfers.grounds.runner.call(HistoryStopped);
    await this.#transfers.drop(wish);
  }

  /**
   * Insist that a history still goes to the device for which the person has said yes.
   *
   * @throws AccountError - It is none of the person's any more, has another key, or the server
   *   shows another wish (`error-history-receiver`).
   */
  #requireReceiver(record: GivingRecord, at: HistoryArchive): void {
    const same = at.receiver === record.receiver && equalBytes(at.slot, record.slot);
    try {
      const key = this.#transfers.deviceKey(record.receiver as DeviceId);
      if (same && equalBytes(key, record.receiver_key)) return;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
    }
    throw new AccountError("error-history-receiver");
  }

  /** Make the key of a new archive, sealed to the device that asked. */
  async #offer(at: HistoryArchive, since: number): Promise<GivingRecord> {
    const { account, party, surroundings } = this.#transfers;
    const { clock, crypto } = surroundings;
    const receiver = { user: account.user, device: at.receiver as DeviceId };
    const head = {
      archive: crypto.random(ID_BYTES),
      origin: Origin.DEVICE,
      user: account.user,
      device: account.device,
      created: clock.now(),
      since_ms: since,
      lines: await this.#transfers.lines(),
    };
    const key = crypto.random(KEY_BYTES);
    const inside = cbor.encode([KEY_VERSION, encodeHead(head), key, account.history_key]);
    try {
      const slot = readSlot(at.slot);
      const receiverKey = this.#transfers.deviceKey(receiver.device);
      await checkSlot(slot, receiverKey, PURPOSE, receiver);
      const own = await DeviceKey.of(new Secret(account.device_seed));
      const box = await seal(crypto, slot, new Secret(inside), own, party, CONTEXT);
      return GivingRecord.of({
        archive: at.id,
        head: encodeHead(head),
        key,
        box: encodeBox(box),
        before: Stand.of({ place: stored(firstPlace(head)), cursor: null, lines: 0 }),
        receiver: at.receiver,
        receiver_key: receiverKey,
        slot: at.slot,
      });
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      throw new AccountError("error-history-not-yours", {}, { cause: error });
    }
  }
}
