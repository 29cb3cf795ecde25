/** What can be changed about an app lock, and what has to be given for it. */

import type { LockSet } from "../core.ts";

export const TASKS = [
  "passphrase",
  "passkey",
  "drop-passphrase",
  "drop-passkey",
  "take-away",
] as const;
export type Task = (typeof TASKS)[number];

/** What a person gives, in this order. */
export interface Steps {
  /** The passphrase of now: it proves who they are, or is to stay. */
  readonly typed: boolean;
  /** The passkey of now, for the same. */
  readonly touched: boolean;
  /** Another passphrase. */
  readonly fresh: boolean;
  /** Another passkey. */
  readonly made: boolean;
}

/**
 * Say what a task asks for.
 *
 * What is to open the lock from then on has to be given anew, for its key is another one; so
 * whatever stays is asked for, and is the proof as well.
 */
export function stepsOf(task: Task, lock: LockSet | null): Steps {
  const [passphrase, passkey] = [lock?.passphrase === true, (lock?.passkeys.length ?? 0) > 0];
  switch (task) {
    case "passphrase":
      return { typed: passphrase && !passkey, touched: passkey, fresh: true, made: false };
    case "passkey":
      return { typed: passphrase, touched: passkey && !passphrase, fresh: false, made: true };
    case "drop-passphrase":
      return { typed: false, touched: true, fresh: false, made: false };
    case "drop-passkey":
      return { typed: true, touched: false, fresh: false, made: false };
    case "take-away":
      return { typed: passphrase, touched: !passphrase, fresh: false, made: false };
  }
}
