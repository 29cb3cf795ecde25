/** What can go wrong for a person; the page shows it in the person's language. */

import { TeamchatError } from "../errors.ts";

/** What fills a text of the catalogue. */
export type Filling = Readonly<Record<string, string>>;

/** Something a person asked for did not happen. */
export class AccountError extends TeamchatError {
  override readonly name: string = "AccountError";
  /** A key of the catalogue. */
  readonly key: string;
  /** What fills it. */
  readonly filling: Filling;

  constructor(key: string, filling: Filling = {}, options?: ErrorOptions) {
    super(key, options);
    this.key = key;
    this.filling = filling;
  }
}

/** This device was removed, and what it held was erased; `day` is YYYY-MM-DD in UTC. */
export class WipedError extends AccountError {
  override readonly name = "WipedError";
  readonly day: string;

  constructor(key: string, day: string) {
    super(key, { day });
    this.day = day;
  }
}

/** There is no room, or the store cannot be written to now; what was to be stored was not. */
export function notStored(cause: unknown): AccountError {
  return new AccountError("error-not-stored", {}, { cause });
}
