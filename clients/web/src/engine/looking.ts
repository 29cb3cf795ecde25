/** Asking how far the key directory is; what comes of it is in `following`. */

import { busy } from "./key_log.ts";
import * as requests from "./requests.ts";
import { ForKeyLog, greeted } from "./state.ts";
import type { Step } from "./step.ts";

/** See how far the log is, unless that is being done. */
export function look(step: Step): void {
  if (!greeted(step.session) || busy(step.desk.keys)) return;
  const asking = step.ask(ForKeyLog(), requests.keyLog());
  step.desk = { ...step.desk, keys: { ...step.desk.keys, asking, again: false } };
}

/** See how far the log is now: a look that has begun already is not enough. */
export function lookAfresh(step: Step): void {
  if (busy(step.desk.keys)) {
    step.desk = { ...step.desk, keys: { ...step.desk.keys, again: true } };
  } else {
    look(step);
  }
}
