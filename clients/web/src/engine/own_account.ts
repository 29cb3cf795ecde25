/**
 * Looking after the own account: what the server says of it is only a hint to look.
 *
 * Called when the server has greeted this device and whenever it says that something has changed.
 * What is looked after by HTTP from outside hears of it as a change; what is looked after here
 * adds its own look to `heed`.
 */

import { IdentityError } from "../identity/errors.ts";
import { dayOf } from "../identity/statements.ts";
import { toHex } from "../mls/bytes.ts";
import { OwnKind } from "../wire/frames.ts";
import * as custody from "./custody.ts";
import { type Body, isAnswer } from "./events.ts";
import { OwnChanged } from "./model.ts";
import * as requests from "./requests.ts";
import { ForOwnReset } from "./state.ts";
import type { Arguments, Step } from "./step.ts";

/** The kind of a look that nothing particular led to. */
export const EVERYTHING = "";

/**
 * Look after the own account.
 *
 * @param step - The event's work.
 * @param kind - What the server says has changed (`OwnKind` in `wire`), or EVERYTHING.
 */
export function heed(step: Step, kind: string = EVERYTHING): void {
  step.show(OwnChanged(kind));
  custody.look(step, kind);
  if (kind === EVERYTHING || kind === OwnKind.RESET) {
    step.ask(ForOwnReset(), requests.ownReset());
  }
}

/** Somebody with the person's password may have asked for another identity: say so, once. */
export function takeReset(step: Step, body: Body): void {
  if (!isAnswer(body, "PendingReset") || body.identity_key.length === 0) return;
  let day: string;
  try {
    day = dayOf(body.due);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return; // a server that makes up times
  }
  const texts: Arguments = [
    ["day", day],
    ["key", toHex(body.identity_key).slice(0, 16)],
  ];
  if (step.hasTold("alarm-own-reset-asked", ...texts)) return;
  step.alarm("alarm-own-reset-asked", texts);
}
