/** What recovery words open: the box of the identity, or that of the one which is to follow it. */

import type { UserId } from "../ids.ts";
import { IdentityError, Slip, WrongRecoveryKeyError } from "../identity/errors.ts";
import { type Kept, RecoveryKey, WORDS } from "../identity/recovery.ts";
import { Identity, type Me } from "../wire/bodies.ts";
import { PendingReset } from "../wire/recovery.ts";
import { AccountError } from "./errors.ts";
import type { Http } from "./http.ts";

/**
 * Asks the person for their recovery key; asked again when it was mistyped, with what was wrong.
 */
export type RecoveryPrompt = (slip: AccountError | null) => Promise<string>;

const DEVICES = "/me/devices";
export const RESET = "/me/identity/reset/device";

/** What was in a box. */
export interface Opened {
  /** The identity; null for somebody who has none yet. */
  readonly kept: Kept | null;
  /** Where its next device is registered: elsewhere if it follows a lost one. */
  readonly path: string;
}

/**
 * Open the identity of somebody with their recovery key.
 *
 * The key of an identity that is to follow a lost one is taken as well, so that who has waited
 * for it goes on with the words that they were shown. A page asks as often as the person likes.
 *
 * @throws AccountError - The box holds something else, or the person broke off.
 */
export async function openedIdentity(http: Http, me: Me, ask: RecoveryPrompt): Promise<Opened> {
  const held = await http.ask("GET", "/me/identity", Identity);
  if (held.identity_key.length === 0) return { kept: null, path: DEVICES };
  const pending = await http.ask("GET", "/me/identity/reset", PendingReset);
  for (let slip: AccountError | null = null; ;) {
    const words = await ask(slip);
    try {
      return await opened(RecoveryKey.read(words), me.user.id, held, pending);
    } catch (error) {
      if (error instanceof WrongRecoveryKeyError) slip = told(error);
      else if (error instanceof IdentityError) {
        throw new AccountError("error-recovery-box", {}, { cause: error });
      } else throw error;
    }
  }
}

/**
 * Open the identity of now with words that were typed.
 *
 * @throws AccountError - They are not the ones, or the box holds something else.
 */
export async function openedNow(http: Http, user: UserId, words: string): Promise<Kept> {
  const held = await http.ask("GET", "/me/identity", Identity);
  try {
    return await RecoveryKey.read(words).open(held.recovery_box, user, held.identity_key);
  } catch (error) {
    if (error instanceof WrongRecoveryKeyError) throw told(error);
    if (!(error instanceof IdentityError)) throw error;
    throw new AccountError("error-recovery-box", {}, { cause: error });
  }
}

/** Return what to say about a recovery key that is not right. */
export function told(error: WrongRecoveryKeyError): AccountError {
  switch (error.slip) {
    case Slip.COUNT: {
      const [count, wanted] = [`${error.count}`, `${WORDS}`];
      return new AccountError("error-recovery-count", { count, wanted });
    }
    case Slip.UNKNOWN: {
      const place = `${error.place}`;
      if (error.meant.length === 0)
        return new AccountError("error-recovery-word-strange", { place });
      return new AccountError("error-recovery-word", { place, meant: error.meant.join(", ") });
    }
    case Slip.MIXED:
      return new AccountError("error-recovery-mixed");
    case Slip.OTHER:
      return new AccountError("error-wrong-recovery-key");
  }
}

async function opened(
  key: RecoveryKey,
  user: UserId,
  held: Identity,
  pending: PendingReset,
): Promise<Opened> {
  try {
    return { kept: await key.open(held.recovery_box, user, held.identity_key), path: DEVICES };
  } catch (error) {
    const other = error instanceof WrongRecoveryKeyError && error.slip === Slip.OTHER;
    if (!other || pending.identity_key.length === 0) throw error;
  }
  const kept = await key.open(pending.recovery_box, user, pending.identity_key);
  return { kept, path: RESET };
}
