/** The app lock, as a page knows it: what opens it, what it is to be, and when it locks itself. */

import type { Bytes } from "../mls/bytes.ts";

/** After how many minutes without use; one of them is chosen. */
export const LOCK_MINUTES = [1, 5, 15, 60] as const;
export const USUAL_MINUTES = 15;
/** How many characters a new passphrase has at least. */
export const PASSPHRASE_CHARACTERS = 10;

/** Which passkey is asked, and for which salt. */
export interface PasskeyAsked {
  readonly credential: Bytes;
  readonly salt: Bytes;
}

/** What opens the lock: each of it by itself. */
export interface LockWays {
  readonly passphrase: boolean;
  readonly passkeys: readonly PasskeyAsked[];
}

/** A lock that is set. */
export interface LockSet extends LockWays {
  readonly minutes: number;
}

/** What the lock is tried with. */
export type Unlocking =
  | { readonly type: "passphrase"; readonly passphrase: string }
  /** What the passkey gave out for the salt: 32 bytes. */
  | { readonly type: "passkey"; readonly secret: Bytes };

/** All that is to open the lock from now on; one of both at least. */
export interface LockWanted {
  readonly passphrase: string | null;
  readonly passkey: (PasskeyAsked & { readonly secret: Bytes }) | null;
}
