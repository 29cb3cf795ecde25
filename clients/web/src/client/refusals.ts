/** What a server refused, said for people. */

import { Code, Reason } from "../wire/problems.ts";
import { AccountError } from "./errors.ts";
import { ForeignError, OfflineError, RefusedError } from "./http.ts";

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.values(Reason).map((each) => [each, `error-reason-${each}`]),
);
const CODES: ReadonlyMap<Code, string> = new Map<Code, string>([
  [Code.WRONG_CREDENTIALS, "error-wrong-credentials"],
  [Code.INVITATION_USED, "error-invitation-used"],
  [Code.NOT_FOUND, "error-not-found"],
  [Code.FORBIDDEN, "error-not-allowed"],
  [Code.TOO_MANY_REQUESTS, "error-too-many-requests"],
  [Code.NOT_LOGGED_IN, "error-signed-out"],
  [Code.REVOKED, "error-signed-out"],
  [Code.INVALID, "error-not-accepted"],
  [Code.CONFLICT, "error-conflict"],
]);

/** Say for people what the server refused: its reason, if it is a known one, or its code. */
export function forPeople(error: RefusedError): AccountError {
  const key = REASONS.get(error.reason) ?? CODES.get(error.code) ?? "error-not-possible";
  return new AccountError(key, {}, { cause: error });
}

/** Say for people that the server was not reached, or that something else answered. */
export function offline(cause: unknown = null): AccountError {
  const key = cause instanceof ForeignError ? "web-error-foreign" : "error-offline";
  return new AccountError(key, {}, { cause });
}

/**
 * Say for people what the server or the network says meanwhile.
 *
 * @throws AccountError - The server was not reached, or refused.
 */
export async function errorsForPeople<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OfflineError) throw offline(error);
    if (error instanceof RefusedError) throw forPeople(error);
    throw error;
  }
}
