/**
 * The history of an account comes to a new device of the person: asked for, opened, taken in.
 *
 * Only a device that the key directory proves to be the person's own is believed.
 */

import * as cbor from "../cbor.ts";
import {
  ArchiveError,
  archiveKey,
  encodeHead,
  firstPlace,
  type Head,
  Origin,
  readHead,
} from "../content/archive.ts";
import { HistoryKeyGiven } from "../engine/events.ts";
import { AskedRecord, stored, TakingRecord } from "../engine/history/records.ts";
import { encodeSlot, type Party, readBox, readSlot, SlotKey } from "../identity/device_box.ts";
import { IdentityError } from "../identity/errors.ts";
import { DeviceKey } from "../identity/keys.ts";
import { HISTORY_KEY_BYTES } from "../identity/recovery.ts";
import type { Bytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { AskHistory, HistoryArchive } from "../wire/history.ts";
import { AccountError } from "./errors.ts";
import type { Tell } from "./history_parts.ts";
import { CONTEXT, KEY_VERSION, PURPOSE, type Transfers } from "./history_transfers.ts";
import { decoded, json } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

const ASKED = "asked";
const TAKING = "taking";

/** What a giver has sealed for this device. */
interface Inside {
  readonly head: Head;
  readonly key: Bytes;
  /** The key of the backup, or nothing. */
  readonly history_key: Bytes;
}

/** The side that wants it. */
export class Taking {
  readonly #transfers: Transfers;

  /** @param transfers - What server and key directory say. */
  constructor(transfers: Transfers) {
    this.#transfers = transfers;
  }

  /** Return what this device has asked for, if not everything of it has come. */
  asked(): Promise<AskedRecord | null> {
    return this.#transfers.held(ASKED, AskedRecord);
  }

  /** Return how far this device has come. */
  taking(): Promise<TakingRecord | null> {
    return this.#transfers.held(TAKING, TakingRecord);
  }

  /**
   * Ask the person's other devices for their history; what is under way goes on.
   *
   * @throws AccountError - The organisation gives new devices nothing, or the server was not
   *   reached.
   */
  async ask(): Promise<void> {
    const { account, parts, party, surroundings } = this.#transfers;
    await this.#transfers.since();
    const before = await this.asked();
    if (before !== null && (await this.#transfers.shown()).has(before.transfer)) return;
    const own = await DeviceKey.of(new Secret(account.device_seed));
    const now = surroundings.clock.now();
    const key = await SlotKey.make(surroundings.crypto, own, PURPOSE, party, now);
    const slot = encodeSlot(key.slot);
    const answer = await parts.ask("POST", "/transfers", json(AskHistory, { slot }));
    const made = await errorsForPeople(() => Promise.resolve(decoded(HistoryArchive, answer)));
    await parts.forget(TAKING);
    const asked = AskedRecord.of({ transfer: made.id, slot, secret: key.secret.reveal() });
    await this.#transfers.put(ASKED, AskedRecord, asked);
  }

  /**
   * Take in what is there of the history that was asked for; return whether it is all.
   *
   * @throws AccountError - Nothing was asked for, or it is there no longer; the server was not
   *   reached; or it is not from a device of the person, or not as that has written it.
   */
  async take(tell: Tell): Promise<boolean> {
    const asked = await this.asked();
    if (asked === null) throw new AccountError("error-history-not-asked");
    const at = (await this.#transfers.shown()).get(asked.transfer) ?? null;
    const before = await this.taking();
    if (before?.place.ended === true) {
      await this.#thank(asked.transfer, at === null);
      return true;
    }
    if (at === null) {
      await this.forget();
      throw new AccountError("error-history-gone");
    }
    if (at.box.length === 0) return false;
    const record = before ?? (await this.#begin(asked, at));
    const since_ms = await this.#transfers.since();
    const taken = await this.#transfers.parts.read({ name: TAKING, record, at, since_ms, tell });
    if (taken.place.ended) await this.#thank(asked.transfer, false);
    return taken.place.ended;
  }

  /** Want nothing any more; what was taken in stays. */
  forget(): Promise<void> {
    return this.#transfers.parts.forget(ASKED, TAKING);
  }

  async #begin(asked: AskedRecord, at: HistoryArchive): Promise<TakingRecord> {
    const taking = await this.#opened(asked, at);
    await this.#transfers.put(TAKING, TakingRecord, taking);
    return taking;
  }

  /**
   * Open what another device of the person has sealed for this one.
   *
   * @throws AccountError - It is not by a device of the person, or not for this one.
   */
  async #opened(asked: AskedRecord, at: HistoryArchive): Promise<TakingRecord> {
    const { head, key, history_key } = await this.#inside(asked, at);
    if (history_key.length > 0) {
      await this.#transfers.grounds.runner.call((call) => HistoryKeyGiven(call, history_key));
    }
    return TakingRecord.of({
      archive: at.id,
      head: encodeHead(head),
      key,
      place: stored(firstPlace(head)),
    });
  }

  async #inside(asked: AskedRecord, at: HistoryArchive): Promise<Inside> {
    const { crypto } = this.#transfers.surroundings;
    try {
      const box = readBox(at.box);
      const slotKey = new SlotKey(new Secret(asked.secret), readSlot(asked.slot));
      const senderKey = this.#transfers.senderKey(box.sender);
      const opened = await slotKey.open(crypto, box, senderKey, CONTEXT);
      return inside(opened.reveal(), box.sender);
    } catch (error) {
      if (!(error instanceof IdentityError || error instanceof ArchiveError)) throw error;
      throw new AccountError("error-history-not-yours", {}, { cause: error });
    }
  }

  /** Everything is here: the server need not keep it. */
  async #thank(transfer: string, gone: boolean): Promise<void> {
    if (!gone) await this.#transfers.drop(transfer);
    await this.forget();
  }
}

/**
 * Read what a giver has sealed.
 *
 * @throws IdentityError - It is none of this version, or another device's archive.
 * @throws ArchiveError - The head is none.
 */
function inside(plaintext: Bytes, sender: Party): Inside {
  const [version, written, key, historyKey, ...more] = fieldsOf(plaintext);
  const areBytes = [written, key, historyKey].every((each) => each instanceof Uint8Array);
  if (version !== KEY_VERSION || !areBytes || more.length > 0) {
    throw new IdentityError("not the key of a history");
  }
  const history_key = historyKey as Bytes;
  if (history_key.length !== 0 && history_key.length !== HISTORY_KEY_BYTES) {
    throw new IdentityError("not the key of a history");
  }
  const head = readHead(written as Bytes);
  const { user, device, origin } = head;
  if (user !== sender.user || device !== sender.device || origin !== Origin.DEVICE) {
    throw new IdentityError("another device's archive");
  }
  return { head, key: archiveKey(key as Bytes).reveal(), history_key };
}

function fieldsOf(plaintext: Bytes): readonly cbor.Value[] {
  try {
    const value = cbor.decode(plaintext);
    return Array.isArray(value) ? (value as readonly cbor.Value[]) : [];
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    return [];
  }
}
