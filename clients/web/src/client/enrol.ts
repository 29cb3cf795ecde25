/**
 * Entering: redeem an invitation, log in, and make this browser a device of a person.
 *
 * The first device of a person makes the identity key and a recovery key, which is shown once.
 * A further device opens the identity with the recovery key that the person types. The device's
 * secrets are stored before the server hears of them; if the server refuses, they are removed.
 * Where the account is stored already, logging in gives its device a new session.
 */

import type { Promised } from "../engine/key_log.ts";
import {
  AddDevice,
  Device,
  InvitationSecret,
  InvitationShown,
  Redeem,
  Server,
} from "../wire/bodies.ts";
import type { Store } from "../engine/store.ts";
import { idleOneNamed } from "./device_limit.ts";
import {
  begin,
  distinct,
  firstIdentity,
  keep,
  loggedIn,
  newDevice,
  type Surroundings,
} from "./enrolment.ts";
import { firstContact } from "./first_contact.ts";
import { type Http, json } from "./http.ts";
import type { Invitation } from "./invitation.ts";
import { openedIdentity, type RecoveryPrompt } from "./opening.ts";
import { errorsForPeople } from "./refusals.ts";
import { checkPerson, heldAccount, keepSession, takeDevice } from "./returning.ts";

/** What is asked of the person meanwhile. */
export interface Questions {
  readonly recoveryKey: RecoveryPrompt;
  /**
   * Shows a new recovery key; comes back when the person has it. If it fails, nothing was made.
   */
  readonly keepKey: (words: string) => Promise<void>;
}

/** A store that is made for a new device, and unmade if the server does not take it. */
export interface NewStore {
  readonly store: Store;
  close(): Promise<void>;
  unmake(): Promise<void>;
}

/** What a login needs. */
export interface Entry {
  readonly userName: string;
  readonly password: string;
  /** It gets a number behind it if the person has a device of that name already. */
  readonly deviceName: string;
  /** What the invitation said of the key directory; null if there was none. */
  readonly promise: Promised | null;
}

/**
 * Return whom an invitation is for.
 *
 * @throws AccountError - It was used, or the server is not reached.
 */
export function showInvitation(
  http: Http,
  { server, secret }: Invitation,
): Promise<InvitationShown> {
  const wanted = json(InvitationSecret, { secret });
  return errorsForPeople(() =>
    firstContact(server, () => http.ask("POST", "/invitations/lookup", InvitationShown, wanted)),
  );
}

/**
 * Use an invitation: set the password.
 *
 * @throws AccountError - It was used, the password is not taken, or the server is not reached.
 */
export async function redeemInvitation(
  http: Http,
  { secret }: Invitation,
  password: string,
): Promise<void> {
  const wanted = json(Redeem, { secret, password });
  await errorsForPeople(() => http.fetch("POST", "/invitations/redeem", wanted));
}

/**
 * Return what the server says of itself to anybody.
 *
 * @throws AccountError - The server is not reached.
 */
export function askServer(http: Http, address: string): Promise<Server> {
  return errorsForPeople(() => firstContact(address, () => http.ask("GET", "/server", Server)));
}

/**
 * Log in and make this browser a device.
 *
 * @throws AccountError - The password or recovery key is wrong, the person broke off, nothing can
 *   be stored, or the server is not reached.
 */
export async function login(
  surroundings: Surroundings,
  http: Http,
  entry: Entry,
  questions: Questions,
  make: () => Promise<NewStore>,
): Promise<void> {
  await errorsForPeople(() =>
    loggedIn(http, async () => {
      const me = await begin(surroundings, http, entry.userName, entry.password);
      const { kept, path } = await openedIdentity(http, me, questions.recoveryKey);
      const name = await distinct(http, entry.deviceName);
      const made = kept === null ? await firstIdentity(http, me, surroundings.crypto) : null;
      const identity = kept ?? made?.kept;
      if (identity === undefined) throw new Error("nobody has no identity"); // either is there
      const device = await newDevice(surroundings, me, http.token, identity, name);
      if (made !== null) await questions.keepKey(made.words);
      const place = await make();
      try {
        await keep(place.store, device, entry.promise);
        const wanted = json(AddDevice, device.wanted);
        await idleOneNamed(http, () => http.ask("POST", path, Device, wanted));
        await place.close();
      } catch (error) {
        await place.unmake();
        throw error;
      }
    }),
  );
}

/**
 * Give the device that is stored here a new session.
 *
 * @throws AccountError - It is another person's, or was removed; the password is wrong; or the
 *   server is not reached.
 */
export async function comeBack(
  surroundings: Surroundings,
  http: Http,
  { userName, password }: Entry,
  store: Store,
): Promise<void> {
  const account = await heldAccount(store);
  checkPerson(account, surroundings.address, userName);
  await errorsForPeople(() =>
    loggedIn(http, async () => {
      const me = await begin(surroundings, http, userName, password);
      await takeDevice(http, account, me, http.token);
      await keepSession(store, account, http.token, me.language);
    }),
  );
}
