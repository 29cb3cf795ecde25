/**
 * The steps of entering, as login and recovery take them.
 *
 * The device's secrets are stored before the server hears of them; if the server refuses, they are
 * removed again.
 */

import type { Clock } from "../clock.ts";
import { makeKeyPackage } from "../engine/groups.ts";
import { KeyLogState, type Promised, recordOf } from "../engine/key_log.ts";
import { LIFETIME_SECONDS, STOCK } from "../engine/key_packages.ts";
import { KeyLogRecord } from "../engine/key_records.ts";
import { AccountRecord, KeyPackageRecord, PersonRecord } from "../engine/records.ts";
import { Put, type Store, Table } from "../engine/store.ts";
import { issue } from "../identity/certificate.ts";
import { DeviceKey, IdentityKey, SEED_BYTES } from "../identity/keys.ts";
import { HISTORY_KEY_BYTES, KEY_BYTES, type Kept, RecoveryKey } from "../identity/recovery.ts";
import { NONCE_BYTES } from "../identity/sealing.ts";
import { BYTES, type DeviceId, type UserId, identifier } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import { Secret } from "../mls/crypto/secret.ts";
import {
  type AddDevice,
  Devices,
  Identity,
  Login,
  Me,
  Server,
  Session,
  SetIdentity,
} from "../wire/bodies.ts";
import { PROTOCOL_VERSION } from "../wire/limits.ts";
import { INTENDED } from "./backup_restoring.ts";
import { AccountError } from "./errors.ts";
import { checkClock, firstContact } from "./first_contact.ts";
import { type Http, json, OfflineError, RefusedError } from "./http.ts";

/** A recovery key that was just made. */
export interface NewKey {
  /** What it opens. */
  readonly kept: Kept;
  /** What the server keeps. */
  readonly box: Bytes;
  /** The key, for the person's eyes. */
  readonly words: string;
}

/** A device that was made here, and what the server is to hear of it. */
export interface NewDevice {
  readonly account: AccountRecord;
  readonly wanted: AddDevice;
  readonly key_packages: ReadonlyMap<string, KeyPackageRecord>;
}

/** What the steps of entering need. */
export interface Surroundings {
  /** Where the server is. */
  readonly address: string;
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
  /** What is spoken here; the account's own language where that is not said. */
  readonly language?: string;
}

/** End the session that was begun, if what follows fails. */
export async function loggedIn<T>(http: Http, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Also where the person breaks off at a question.
    if (http.token !== "") await endSession(http);
    throw error;
  }
}

async function endSession(http: Http): Promise<void> {
  try {
    await http.fetch("POST", "/logout");
  } catch (error) {
    // It ends by itself in a day.
    if (!(error instanceof OfflineError || error instanceof RefusedError)) throw error;
  }
}

/**
 * Log in; return who that is. The token of the session is the one that `http` has from here on.
 *
 * @throws AccountError - No server of ours is there, or the clocks differ.
 */
export async function begin(
  { address, clock, language = "" }: Surroundings,
  http: Http,
  userName: string,
  password: string,
): Promise<Me> {
  const server = await firstContact(address, () => http.ask("GET", "/server", Server));
  checkClock(clock.now(), http.serverTime);
  if (server.protocol !== PROTOCOL_VERSION) {
    throw new AccountError("error-protocol", { version: server.version });
  }
  const wanted = json(Login, { user_name: userName, password });
  const session = await http.ask("POST", "/login", Session, wanted);
  http.token = session.token;
  const me = await http.ask("GET", "/me", Me);
  return language === "" ? me : { ...me, language };
}

/** Make another recovery key for what it is to open. */
export function newKey(kept: Kept, user: UserId, language: string, crypto: CryptoProvider): NewKey {
  const key = new RecoveryKey(new Secret(crypto.random(KEY_BYTES)));
  return {
    kept,
    box: key.seal(kept, user, crypto.random(NONCE_BYTES)),
    words: key.written(language),
  };
}

/** Make an identity of somebody; nobody hears of it. */
export async function newIdentity(me: Me, crypto: CryptoProvider): Promise<NewKey> {
  const identity = await IdentityKey.of(new Secret(crypto.random(SEED_BYTES)));
  const kept = { identity, history_key: new Secret(crypto.random(HISTORY_KEY_BYTES)) };
  return newKey(kept, me.user.id, me.language, crypto);
}

/** Make and publish the identity of somebody who has none. */
export async function firstIdentity(http: Http, me: Me, crypto: CryptoProvider): Promise<NewKey> {
  const made = await newIdentity(me, crypto);
  const identity_key = made.kept.identity.public;
  const wanted = json(SetIdentity, { identity_key, recovery_box: made.box });
  await http.ask("PUT", "/me/identity", Identity, wanted);
  return made;
}

/** Make a device of the person, certified by their identity key. */
export async function newDevice(
  { address, clock, crypto }: Surroundings,
  me: Me,
  token: string,
  { identity, history_key }: Kept,
  name: string,
): Promise<NewDevice> {
  const now = clock.now();
  const key = await DeviceKey.of(new Secret(crypto.random(SEED_BYTES)));
  const device = identifier<DeviceId>(crypto.random(BYTES));
  const certificate = await issue(identity, me.user.id, device, key.public, now);
  const account = AccountRecord.of({
    server: address,
    user: me.user.id,
    device,
    user_name: me.user.user_name,
    name: me.user.display_name,
    organisation: me.organisation,
    site: me.user.site.name,
    language: me.language,
    identity_key: identity.public,
    certificate,
    device_seed: key.seed.reveal(),
    token,
    time_zone: me.user.site.time_zone,
    history_key: history_key.reveal(),
  });
  const made: (readonly [string, KeyPackageRecord])[] = [];
  for (let place = 0; place <= STOCK; place += 1) {
    const lastResort = place === STOCK;
    made.push(await makeKeyPackage(crypto, account, now, LIFETIME_SECONDS, { lastResort }));
  }
  const written = made.map(([, { key_package }]) => key_package);
  const wanted = {
    name,
    certificate,
    key_packages: written.slice(0, STOCK),
    last_resort: written[STOCK] ?? new Uint8Array(),
  };
  return { account, wanted, key_packages: new Map(made) };
}

/** Store the device that was made, before the server hears of it, and that it wants the backup. */
export async function keep(
  store: Store,
  { account, key_packages }: NewDevice,
  promise: Promised | null,
): Promise<void> {
  const own = PersonRecord.of({
    id: account.user,
    user_name: account.user_name,
    name: account.name,
    site: account.site,
    time_zone: account.time_zone,
    identity_key: account.identity_key,
    verified: true,
  });
  const log = recordOf(KeyLogState.of({ promise }));
  await store.commit([
    Put(Table.ACCOUNT, "profile", AccountRecord.encode(account)),
    Put(Table.PERSON, account.user, PersonRecord.encode(own)),
    Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(log)),
    ...[...key_packages].map(([ref, each]) =>
      Put(Table.KEY_PACKAGE, ref, KeyPackageRecord.encode(each)),
    ),
    INTENDED,
  ]);
}

/** Return the name of the device, with a number if the person has one of this name. */
export async function distinct(http: Http, wanted: string): Promise<string> {
  const { devices } = await http.ask("GET", "/me/devices", Devices);
  const taken = new Set(devices.map((each) => each.name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
  return name;
}
