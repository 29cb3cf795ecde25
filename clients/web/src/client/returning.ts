/**
 * Coming back: a device whose session has ended gets a new one, and keeps all it holds.
 *
 * The person shows the password, the device shows its key (docs/spec/session-proof.md). Only the
 * token and language in the profile change: history, groups, drafts and what waits to be sent stay.
 */

import { AccountRecord } from "../engine/records.ts";
import { Put, type Store, Table } from "../engine/store.ts";
import { DeviceKey } from "../identity/keys.ts";
import { sign } from "../identity/session_proof.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { Device, Devices, type Me, TakeDevice } from "../wire/bodies.ts";
import { Code } from "../wire/problems.ts";
import { AccountError } from "./errors.ts";
import { type Http, json, RefusedError } from "./http.ts";

const PLACE = "profile";

/**
 * Return the account that a store holds.
 *
 * @throws AccountError - There is none (`error-store-damaged`).
 */
export async function heldAccount(store: Store): Promise<AccountRecord> {
  const stored = (await store.table(Table.ACCOUNT)).get(PLACE);
  if (stored === undefined) throw new AccountError("error-store-damaged");
  return AccountRecord.decode(stored);
}

/**
 * Refuse whoever is not the person of an account.
 *
 * @throws AccountError - It is another one.
 */
export function checkPerson(account: AccountRecord, server: string, userName: string): void {
  const sameServer = account.server.toLowerCase() === server.toLowerCase();
  if (!sameServer || account.user_name !== userName.trim().toLowerCase()) {
    throw new AccountError("error-profile-taken");
  }
}

/**
 * Bind the new session to the device of this profile.
 *
 * @throws AccountError - The device was removed, or the account is another person's.
 * @throws OfflineError - There was no answer.
 * @throws RefusedError - The server did not do it.
 */
export async function takeDevice(
  http: Http,
  account: AccountRecord,
  me: Me,
  token: string,
): Promise<void> {
  if (me.user.id !== account.user) throw new AccountError("error-profile-taken");
  const key = await DeviceKey.of(new Secret(account.device_seed));
  const signature = await sign(key, account.user, account.device, token);
  const wanted = json(TakeDevice, { device: account.device, signature });
  try {
    await http.ask("PUT", "/me/session/device", Device, wanted);
  } catch (error) {
    const missing = error instanceof RefusedError && error.code === Code.NOT_FOUND;
    if (!missing || !(await isRemoved(http, account))) throw error;
    throw new AccountError("error-device-removed", {}, { cause: error });
  }
}

/** Store the new session in the profile, and the language the person wants by now. */
export async function keepSession(
  store: Store,
  account: AccountRecord,
  token: string,
  language: string,
): Promise<void> {
  const changed = AccountRecord.encode({ ...account, token, language });
  await store.commit([Put(Table.ACCOUNT, PLACE, changed)]);
}

/** Ask again before anybody is told to erase what is here. */
async function isRemoved(http: Http, account: AccountRecord): Promise<boolean> {
  const { devices } = await http.ask("GET", "/me/devices", Devices);
  return devices.every((each) => each.id !== account.device);
}
