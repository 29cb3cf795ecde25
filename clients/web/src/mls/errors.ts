/**
 * What can go wrong, and whose fault it is.
 *
 * Every failure of this package is an `MlsError`. The kind says who is to blame, the
 * message carries evidence but never a secret.
 */

import type { Rule } from "./rules.ts";

/** Something about an MLS message, state or call is not right. */
export class MlsError extends Error {
  override readonly name: string = "MlsError";
}

/** Their bytes are not the message they claim to be. */
export class DecodeError extends MlsError {
  override readonly name = "DecodeError";
}

/** Their message breaks a rule of the protocol. */
export class ValidationError extends MlsError {
  override readonly name = "ValidationError";
  /** The rule that was broken. */
  readonly rule: Rule;

  constructor(rule: Rule, detail = "", options?: ErrorOptions) {
    super(describe(rule, detail), options);
    this.rule = rule;
  }
}

/** A signature, tag or ciphertext of theirs does not verify. */
export class CryptoError extends MlsError {
  override readonly name = "CryptoError";
  /** The rule that asks for the check, when one does. */
  readonly rule: Rule | null;

  constructor(rule: Rule | null = null, detail = "", options?: ErrorOptions) {
    super(rule === null ? detail : describe(rule, detail), options);
    this.rule = rule;
  }
}

/** The caller asked for something that cannot be done: a bug outside this package. */
export class UsageError extends MlsError {
  override readonly name = "UsageError";
}

/** An impossible state: a bug in this package. The caller's state is unchanged. */
export class InternalError extends MlsError {
  override readonly name = "InternalError";
}

function describe(rule: Rule, detail: string): string {
  const text = `RFC 9420 §${rule.section}: ${rule.text}`;
  return detail ? `${text} (${detail})` : text;
}
