/** Expecting that a message, state or call is turned down, and for which rule. */

import { expect } from "vitest";

import { CryptoError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import type { Rule } from "../../src/mls/rules.ts";

/** Return what an action failed with; that it fails with anything but an MlsError is a bug. */
export async function failure(act: () => unknown): Promise<MlsError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof MlsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Return the rule that an action was found to break; null if its error names none. */
export async function ruleOf(act: () => unknown): Promise<Rule | null> {
  const error = await failure(act);
  return error instanceof ValidationError || error instanceof CryptoError ? error.rule : null;
}

/** Expect that exactly this rule is found broken. */
export async function refused(rule: Rule, act: () => unknown): Promise<void> {
  expect((await ruleOf(act))?.name).toBe(rule.name);
}
