/**
 * The first words with a server: whether one is there, and whether the clocks agree.
 *
 * Both are looked at before anything is made: an identity whose recovery key nobody was shown, and
 * keys that begin or end at a wrong time, cannot be mended afterwards.
 */

import { CLOCK_SKEW_SECONDS } from "../engine/groups.ts";
import { AccountError } from "./errors.ts";
import { ForeignError, OfflineError } from "./http.ts";

/** How much the clocks of this computer and of the server may differ when a device is made. */
export const CLOCK_SECONDS = Math.floor(CLOCK_SKEW_SECONDS / 2);

/**
 * Name the address if nothing of ours answers there.
 *
 * @throws AccountError - There was no answer.
 * @throws ForeignError - There was one of something else.
 */
export async function firstContact<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OfflineError) || error instanceof ForeignError) throw error;
    throw new AccountError("error-no-server", { address }, { cause: error });
  }
}

/**
 * Refuse to make keys that begin or end at a wrong time, as the server would refuse them.
 *
 * @throws AccountError - The clocks differ by more than is allowed for.
 */
export function checkClock(here: number, there: number | null): void {
  if (there !== null && Math.abs(here - there) > CLOCK_SECONDS) {
    throw new AccountError("error-clock", { here: minute(here), there: minute(there) });
  }
}

function minute(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
