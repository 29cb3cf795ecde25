/**
 * Histories on their way between a person's own devices: what server and key directory say.
 *
 * The two sides are in `history_giving` and `history_taking` (docs/spec/history-transfer.md).
 */

import { bound } from "../engine/history/giving.ts";
import type { AccountRecord } from "../engine/records.ts";
import { Put, Table } from "../engine/store.ts";
import type { Surroundings } from "../engine/step.ts";
import type { Party } from "../identity/device_box.ts";
import { IdentityError } from "../identity/errors.ts";
import type { DeviceId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import { type HistoryArchive, HistoryTransfers } from "../wire/history.ts";
import { Policy } from "../wire/policy.ts";
import { AccountError } from "./errors.ts";
import { type Grounds, Parts } from "./history_parts.ts";
import { decoded } from "./http.ts";
import { errorsForPeople } from "./refusals.ts";

export const PURPOSE = "history";
export const CONTEXT = utf8Bytes("teamchat history transfer\0");
export const KEY_VERSION = 1;

/** How a record is read and written (`engine/stored.ts`). */
interface Kind<R> {
  encode(value: R): Bytes;
  decode(data: Bytes): R;
}

/** What both sides of a transfer ask, and keep. */
export class Transfers {
  readonly grounds: Grounds;
  /** Reads and writes archives. */
  readonly parts: Parts;

  constructor(grounds: Grounds, parts: Parts) {
    this.grounds = grounds;
    this.parts = parts;
  }

  /** Whose device this is. */
  get account(): AccountRecord {
    return this.grounds.engine.desk.account;
  }

  /** Time and cryptography. */
  get surroundings(): Surroundings {
    return this.grounds.engine.surroundings;
  }

  /** This device, as a side of a sealed box. */
  get party(): Party {
    return { user: this.account.user, device: this.account.device };
  }

  /** Return what is kept under a name. */
  async held<R>(name: string, kind: Kind<R>): Promise<R | null> {
    const found = (await this.grounds.store.table(Table.HISTORY)).get(name);
    return found === undefined ? null : kind.decode(found);
  }

  /** Return the names that begin like this, of what is kept. */
  async names(prefix: string): Promise<readonly string[]> {
    const kept = await this.grounds.store.table(Table.HISTORY);
    return [...kept.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Keep something under a name. */
  async put<R>(name: string, kind: Kind<R>, value: R): Promise<void> {
    await this.grounds.store.commit([Put(Table.HISTORY, name, kind.encode(value))]);
  }

  /** Return how many lines this device has. */
  lines(): Promise<number> {
    return this.grounds.store.count();
  }

  /**
   * Return what the organisation allows.
   *
   * @throws AccountError - The server was not reached.
   */
  policy(): Promise<Policy> {
    return errorsForPeople(() => this.grounds.http.ask("GET", "/me/policy", Policy));
  }

  /**
   * Return how old a line may be that goes to a new device, in milliseconds since 1970.
   *
   * @throws AccountError - The organisation gives new devices nothing, or the server was not reached.
   */
  async since(): Promise<number> {
    return this.sinceBy((await this.policy()).history_for_new_devices);
  }

  /**
   * Return the same by a policy that is known.
   *
   * @throws AccountError - It gives new devices nothing.
   */
  sinceBy(policy: string): number {
    const since = bound(policy, this.surroundings.clock.nowMs());
    if (since === null) throw new AccountError("error-history-policy");
    return since;
  }

  /**
   * Return the transfers between the person's devices, as the server shows them, by id.
   *
   * @throws AccountError - The server was not reached.
   */
  async shown(): Promise<ReadonlyMap<string, HistoryArchive>> {
    const answer = await this.parts.ask("GET", "/transfers");
    return errorsForPeople(() => {
      const { transfers } = decoded(HistoryTransfers, answer);
      return Promise.resolve(new Map(transfers.map((each) => [each.id, each])));
    });
  }

  /**
   * Let the server forget a transfer; it may have done so.
   *
   * @throws AccountError - The server was not reached.
   */
  async drop(which: string): Promise<void> {
    try {
      await this.parts.ask("DELETE", `/archives/${which}`);
    } catch (error) {
      if (!(error instanceof AccountError && error.key === "error-not-found")) throw error;
    }
  }

  /**
   * Return the key of a device of the person, as the key directory says it.
   *
   * @throws IdentityError - It says of no such device, or that it is none any more.
   */
  deviceKey(device: DeviceId): Bytes {
    const keys = this.grounds.engine.desk.keys.directory.people.get(this.account.user);
    const listed = keys?.devices.get(device);
    if (listed === undefined || listed.ended) {
      throw new IdentityError("not a device of the person");
    }
    return listed.device_key;
  }

  /**
   * Return the key of another device of the person.
   *
   * @throws IdentityError - It is none.
   */
  senderKey({ user, device }: Party): Bytes {
    if (user !== this.account.user || device === this.account.device) {
      throw new IdentityError("not from another device of the person");
    }
    return this.deviceKey(device);
  }
}
