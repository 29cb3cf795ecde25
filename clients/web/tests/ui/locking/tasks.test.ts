import { expect, test } from "vitest";

import type { LockSet } from "../../../src/ui/core.ts";
import { stepsOf, TASKS } from "../../../src/ui/locking/tasks.ts";

const PASSKEY = { credential: new Uint8Array(1), salt: new Uint8Array(1) };
const minutes = 15;
const LOCKS: Readonly<Record<string, LockSet>> = {
  passphrase: { passphrase: true, passkeys: [], minutes },
  passkey: { passphrase: false, passkeys: [PASSKEY], minutes },
  both: { passphrase: true, passkeys: [PASSKEY], minutes },
};

test.each([
  ["passphrase", null, ["fresh"]],
  ["passphrase", "passphrase", ["typed", "fresh"]],
  ["passphrase", "passkey", ["touched", "fresh"]],
  ["passphrase", "both", ["touched", "fresh"]],
  ["passkey", null, ["made"]],
  ["passkey", "passphrase", ["typed", "made"]],
  ["drop-passphrase", "both", ["touched"]],
  ["drop-passkey", "both", ["typed"]],
  ["take-away", "passphrase", ["typed"]],
  ["take-away", "passkey", ["touched"]],
  ["take-away", "both", ["typed"]],
] as const)("%s of a lock with %s", (task, lock, wanted) => {
  const steps = stepsOf(task, lock === null ? null : (LOCKS[lock] ?? null));
  const asked = Object.entries(steps).flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  expect(asked).toEqual(wanted);
});

test.each(TASKS)("nothing about a lock that is set changes without what opens it: %s", (task) => {
  for (const lock of Object.values(LOCKS)) {
    const { typed, touched } = stepsOf(task, lock);
    expect(typed || touched).toBe(true);
  }
});
