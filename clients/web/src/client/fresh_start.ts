/**
 * A fresh start for somebody who has lost their recovery key (docs/spec/recovery.md).
 *
 * Nothing of it is kept in this browser while it waits: who wants to go on types the new words, on
 * any device, and `enrol.login` carries it out.
 */

import { Device, Identity, AddDevice } from "../wire/bodies.ts";
import { AskReset, PendingReset } from "../wire/recovery.ts";
import type { Entry, NewStore } from "./enrol.ts";
import { begin, distinct, keep, loggedIn, newDevice, newIdentity } from "./enrolment.ts";
import type { Surroundings } from "./enrolment.ts";
import { AccountError } from "./errors.ts";
import { type Http, json } from "./http.ts";
import { RESET } from "./opening.ts";
import { errorsForPeople } from "./refusals.ts";

/**
 * Ask for another identity, and take it at once if the person has no device that could object.
 *
 * @param keepKey - Shows a new recovery key, before anything is asked for.
 * @param make - Makes the store of the new device.
 * @returns When it can be carried out, in seconds since 1970, if the person has devices that are
 *   asked first; 0 if this is a device now.
 * @throws AccountError - The person never had an identity, the password is wrong, or the server is
 *   not reached.
 */
export function beginAnew(
  surroundings: Surroundings,
  http: Http,
  entry: Omit<Entry, "promise">,
  keepKey: (words: string) => Promise<void>,
  make: () => Promise<NewStore>,
): Promise<number> {
  return errorsForPeople(() =>
    loggedIn(http, async () => {
      const me = await begin(surroundings, http, entry.userName, entry.password);
      const { identity_key } = await http.ask("GET", "/me/identity", Identity);
      if (identity_key.length === 0) throw new AccountError("error-nothing-to-recover");
      const made = await newIdentity(me, surroundings.crypto);
      const name = await distinct(http, entry.deviceName);
      const device = await newDevice(surroundings, me, http.token, made.kept, name);
      await keepKey(made.words);
      const asked = { identity_key: device.account.identity_key, recovery_box: made.box };
      const wanted = json(AskReset, asked);
      const pending = await http.ask("PUT", "/me/identity/reset", PendingReset, wanted);
      if (pending.due > pending.asked) {
        await http.fetch("POST", "/logout");
        return pending.due;
      }
      const place = await make();
      try {
        await keep(place.store, device, null);
        await http.ask("POST", RESET, Device, json(AddDevice, device.wanted));
        await place.close();
      } catch (error) {
        await place.unmake();
        throw error;
      }
      return 0;
    }),
  );
}
