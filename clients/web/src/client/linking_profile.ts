/**
 * What is stored of a device that is being linked, until it is one (docs/spec/web-store.md).
 *
 * It lies in the store under another name than an account does, so that no other code takes it for
 * one: a browser that is closed leaves either nothing that anybody sees, or an account that is
 * whole. What is there is gone on with: the grant may be redeemed again by whoever has the key of
 * the device.
 */

import {
  begin,
  disagreement,
  KeyLogState,
  offered,
  personRecord,
  pinned,
  type Promised,
  recordOf,
} from "../engine/key_log.ts";
import { asking, begun as logBegun, check, complete, due, take } from "../engine/key_reading.ts";
import { KeyLogRecord, PersonKeysRecord, WitnessRecord } from "../engine/key_records.ts";
import { AccountRecord, KeyPackageRecord, PersonRecord } from "../engine/records.ts";
import { Drop, Put, type Store, Table } from "../engine/store.ts";
import { record } from "../engine/stored.ts";
import { NAME as WITNESSES } from "../engine/witnesses.ts";
import type { KeyDirectory } from "../identity/key_directory.ts";
import type { DeviceId } from "../ids.ts";
import { equalBytes } from "../mls/bytes.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { parseVerifierKey } from "../transparency/keys.ts";
import { decodeNote } from "../transparency/note.ts";
import { bundlePath } from "../transparency/tiles.ts";
import { check as trust, policy } from "../transparency/witness.ts";
import { utf8Bytes, utf8Text } from "../utf8.ts";
import { KeyLog, Me, Session } from "../wire/bodies.ts";
import { RedeemGrant } from "../wire/linking.ts";
import { Code, Reason } from "../wire/problems.ts";
import { bytes, type Infer, text } from "../wire/shape.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, OfflineError, RefusedError } from "./http.ts";
import type { Begun } from "./linking_new.ts";
import type { Pauses } from "./pauses.ts";

/** How often is looked whether an administrator has approved, or the server is back. */
export const AGAIN_SECONDS = 15;

const PLACE = "linking";
/** What a server says that may take the same later. */
const PASSING: ReadonlySet<Code> = new Set([
  Code.OVERLOADED,
  Code.STORAGE_FULL,
  Code.TOO_MANY_REQUESTS,
  Code.INTERNAL,
]);

/** What is left to be done: `grant` is to be redeemed, `by` to be found in the directory. */
const LinkingRecord = record({
  /** The account as it is to be: `AccountRecord`. */
  account: bytes(),
  grant: text(),
  name: text(),
  by: text<DeviceId>(),
  by_key: bytes(),
  log_key: text(),
  checkpoint: text(),
});
type LinkingRecord = Infer<typeof LinkingRecord>;

/** An account that is not one yet. */
export class HalfProfile {
  readonly #store: Store;
  readonly #rest: LinkingRecord;
  readonly #account: AccountRecord;

  private constructor(store: Store, rest: LinkingRecord) {
    this.#store = store;
    this.#rest = rest;
    this.#account = AccountRecord.decode(rest.account);
  }

  /**
   * Store what was handed over.
   *
   * @throws NotStoredError - There is no room.
   */
  static async begun(store: Store, made: Begun): Promise<HalfProfile> {
    const { handover, proven, required } = made;
    const rest = LinkingRecord.of({
      account: AccountRecord.encode(made.account),
      grant: utf8Text(handover.grant.reveal()),
      name: made.name,
      by: proven.by ?? ("" as DeviceId),
      by_key: handover.by_key,
      log_key: handover.log.key,
      checkpoint: handover.log.checkpoint,
    });
    await store.commit([
      Put(Table.ACCOUNT, PLACE, LinkingRecord.encode(rest)),
      ...(required === null ? [] : [Put(Table.KEY_LOG, WITNESSES, WitnessRecord.encode(required))]),
      ...[...made.key_packages].map(([ref, each]) =>
        Put(Table.KEY_PACKAGE, ref, KeyPackageRecord.encode(each)),
      ),
    ]);
    return new HalfProfile(store, rest);
  }

  /** Return what an earlier try has left in a store; null if it is none. */
  static async resumed(store: Store): Promise<HalfProfile | null> {
    const stored = (await store.table(Table.ACCOUNT)).get(PLACE);
    return stored === undefined ? null : new HalfProfile(store, LinkingRecord.decode(stored));
  }

  /** Of which company. */
  get organisation(): string {
    return this.#account.organisation;
  }

  /**
   * Be registered, and get a session; wait for an administrator if that must be.
   *
   * @param http - The token of the session is the one that it has from here on.
   * @param waits - Told once, if an administrator has to approve.
   * @throws RefusedError - The server does not register this device.
   * @throws OfflineError - The server was not reached; begun again, it goes on.
   * @throws BrokenOffError - Nobody waits any more.
   */
  async redeem(http: Http, pauses: Pauses, waits: () => void): Promise<void> {
    const stored = await this.#store.table(Table.KEY_PACKAGE);
    const records = [...stored.values()].map((each) => KeyPackageRecord.decode(each));
    const wanted = json(RedeemGrant, {
      grant: this.#rest.grant,
      name: this.#rest.name,
      certificate: this.#account.certificate,
      key_packages: records.filter((each) => !each.last_resort).map((each) => each.key_package),
      last_resort: records.find((each) => each.last_resort)?.key_package ?? new Uint8Array(),
    });
    for (;;) {
      try {
        http.token = (await http.ask("POST", "/linkings/redeem", Session, wanted)).token;
        return;
      } catch (error) {
        const waiting = error instanceof RefusedError && error.reason === Reason.LINKING_WAITS;
        if (!waiting) throw error;
      }
      waits();
      await pauses.pause(AGAIN_SECONDS);
    }
  }

  /**
   * Find in the key directory who has vouched, and make it an account.
   *
   * @throws AccountError - The directory does not say so; the device is taken back.
   * @throws OfflineError - The server was not reached; begun again, it goes on.
   */
  async settle(http: Http, now: number): Promise<void> {
    const me = await http.ask("GET", "/me", Me);
    const { user, device } = this.#account;
    const state = await this.#listed(http);
    if (state === null || me.user.id !== user || me.device !== device) {
      await this.#takeBack(http);
      throw new AccountError("error-linking-directory");
    }
    const account = {
      ...this.#account,
      token: http.token,
      user_name: me.user.user_name,
      name: me.user.display_name,
      organisation: me.organisation,
      site: me.user.site.name,
      time_zone: me.user.site.time_zone,
      language: me.language,
    };
    await this.#finish(account, { ...state, checked: now });
  }

  /** Return the key directory if it lists this device as it was handed over. */
  async #listed(http: Http): Promise<KeyLogState | null> {
    try {
      const state = await readLog(http, await this.#promise(), this.#account);
      return (await this.#isVouchedFor(state.directory)) ? state : null;
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      return null;
    }
  }

  async #promise(): Promise<Promised> {
    const key = parseVerifierKey(this.#rest.log_key);
    const note = decodeNote(utf8Bytes(this.#rest.checkpoint));
    return { key, head: (await trust(policy(key), note)).signed.checkpoint.head };
  }

  /** Whether the directory lists this device, and the one that vouched, as was handed over. */
  async #isVouchedFor(directory: KeyDirectory): Promise<boolean> {
    const { user, certificate, identity_key } = this.#account;
    const keys = directory.people.get(user);
    const by = keys?.devices.get(this.#rest.by);
    if (keys === undefined || by === undefined || !directory.lists(certificate)) return false;
    if ((await directory.certificateOf(certificate)) === null) return false;
    const same =
      equalBytes(keys.identity_key, identity_key) && equalBytes(by.device_key, this.#rest.by_key);
    return same && !by.ended;
  }

  /** Store all that was learnt, in one: from here on it is an account. */
  async #finish(account: AccountRecord, state: KeyLogState): Promise<void> {
    const { user, user_name, name, site, time_zone, identity_key } = account;
    const own = PersonRecord.of({
      id: user,
      user_name,
      name,
      site,
      time_zone,
      identity_key,
      verified: true,
    });
    await this.#store.commit([
      Put(Table.ACCOUNT, "profile", AccountRecord.encode(account)),
      Drop(Table.ACCOUNT, PLACE),
      Put(Table.PERSON, user, PersonRecord.encode(own)),
      Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(recordOf(state))),
      ...[...state.directory.people].map(([each, keys]) =>
        Put(Table.KEYS, each, PersonKeysRecord.encode(personRecord(keys))),
      ),
    ]);
  }

  /** Undo the registration, as far as such a server does it. */
  async #takeBack(http: Http): Promise<void> {
    try {
      await http.fetch("DELETE", `/me/devices/${this.#account.device}`);
    } catch (error) {
      if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
    }
  }
}

/** Whether what was begun is gone on with later: the server was only away, or busy. */
export function isPassing(error: unknown): boolean {
  return error instanceof RefusedError ? PASSING.has(error.code) : error instanceof OfflineError;
}

/**
 * Read the whole key directory; it has to continue what was handed over.
 *
 * @throws TransparencyError - It does not, or it is not what the log has signed.
 */
async function readLog(
  http: Http,
  promise: Promised,
  { user }: AccountRecord,
): Promise<KeyLogState> {
  const state = KeyLogState.of({ promise });
  const offer = await offered(await http.ask("GET", "/keys", KeyLog), state);
  if (disagreement(state, offer) !== null) {
    throw new TransparencyError("less than what was handed over");
  }
  let reading = begin(state, offer);
  for (let number = 0; !complete(reading);) {
    for (const bundle of due(reading)) {
      number += 1;
      const path = `/keys/${logBegun(offer.key)}/${bundlePath(bundle)}`;
      const data = await http.fetch("GET", path);
      const asked = asking(reading, number, bundle);
      reading = await take(asked, number, data, user, new Set());
    }
  }
  check(reading);
  const pin = pinned(state, reading);
  return KeyLogState.of({ pin, directory: reading.directory });
}
