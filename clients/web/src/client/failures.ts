/** What a page is told of an error. */

import type { Outcome } from "../bridge/core.ts";
import {
  DamagedError,
  LockedError,
  NewerStoreError,
  NotStoredError,
  StoreTakenError,
} from "../store/errors.ts";
import { BrokenOffError } from "./attempt.ts";
import { AccountError, notStored } from "./errors.ts";
import { why } from "./showing.ts";

/** It is not done, and why. */
export function refused(error: AccountError): Outcome & { readonly done: false } {
  return { done: false, why: why(error) };
}

/** What to tell the person of any error; of one that nobody foresaw, only that it did not work. */
export function forPeople(error: unknown): AccountError {
  if (error instanceof AccountError) return error;
  if (error instanceof NotStoredError) return notStored(error);
  if (error instanceof DamagedError) return new AccountError("error-store-damaged");
  if (error instanceof NewerStoreError) return new AccountError("error-store-version");
  if (error instanceof StoreTakenError) return new AccountError("web-error-elsewhere");
  if (error instanceof LockedError) return new AccountError("error-vault-locked");
  return new AccountError("error-not-possible", {}, { cause: error });
}

/**
 * Do something that stores.
 *
 * @throws AccountError - It cannot be stored now.
 * @throws BrokenOffError - The store was closed.
 */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotStoredError)) throw error;
    throw error.gone ? new BrokenOffError("the store is closed") : notStored(error);
  }
}
