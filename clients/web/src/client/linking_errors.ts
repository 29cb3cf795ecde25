/** Why a linking has ended, said for people. */

import { Fault, LinkingError } from "../identity/errors.ts";
import { AccountError } from "./errors.ts";
import { errorsForPeople } from "./refusals.ts";

const KEYS: Readonly<Record<Fault, string>> = {
  [Fault.MISTYPED]: "error-linking-mistyped",
  [Fault.EXPIRED]: "error-linking-expired",
  [Fault.DISTURBED]: "error-linking-disturbed",
  [Fault.FORGED]: "error-linking-forged",
  [Fault.DIFFERENT]: "error-linking-different",
  [Fault.CANCELLED]: "error-linking-cancelled",
};

/**
 * Say for people what ends a linking meanwhile.
 *
 * @throws AccountError - It has ended, or the server was not reached or refused.
 */
export async function linkingForPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await errorsForPeople(work);
  } catch (error) {
    if (!(error instanceof LinkingError)) throw error;
    throw new AccountError(KEYS[error.fault], {}, { cause: error });
  }
}

/** What the other side is to read of why it is over. */
export function faultOf(error: unknown): Fault {
  return error instanceof LinkingError ? error.fault : Fault.CANCELLED;
}
