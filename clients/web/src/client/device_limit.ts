/** One person has so many devices at most: who has them is told which one to end. */

import { type Device, Devices } from "../wire/bodies.ts";
import { Reason } from "../wire/problems.ts";
import { AccountError } from "./errors.ts";
import { type Http, OfflineError, RefusedError } from "./http.ts";

/**
 * Register a device; if there are too many, name the one unused for longest.
 *
 * @throws AccountError - There are too many.
 */
export async function idleOneNamed<T>(http: Http, register: () => Promise<T>): Promise<T> {
  try {
    return await register();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.reason !== Reason.TOO_MANY_DEVICES) throw error;
    const unused = await idle(http);
    if (unused === null) throw error;
    throw new AccountError("error-too-many-devices", { name: unused.name }, { cause: error });
  }
}

async function idle(http: Http): Promise<Device | null> {
  try {
    const { devices } = await http.ask("GET", "/me/devices", Devices);
    const [longest = null] = devices.toSorted((one, other) => {
      return one.last_active_day - other.last_active_day;
    });
    return longest;
  } catch (error) {
    if (error instanceof OfflineError || error instanceof RefusedError) return null;
    throw error;
  }
}
