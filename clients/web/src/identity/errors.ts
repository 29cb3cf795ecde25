/** What goes wrong with keys, certificates and passphrases. */

import { TeamchatError } from "../errors.ts";

/** A key, certificate or sealed secret is not what it must be. */
export class IdentityError extends TeamchatError {
  override readonly name: string = "IdentityError";
}

/** The passphrase or key given does not open the vault. */
export class WrongPassphraseError extends IdentityError {
  override readonly name = "WrongPassphraseError";
}

/** What is wrong with a recovery key; what a person is told follows from it. */
export const Slip = {
  /** There are more or fewer words. */
  COUNT: "count",
  /** One of the words is in no list. */
  UNKNOWN: "unknown",
  /** The words are words of the list, but one is another, or they stand in another order. */
  MIXED: "mixed",
  /** It is a recovery key, but not the one that opens this box. */
  OTHER: "other",
} as const;
export type Slip = (typeof Slip)[keyof typeof Slip];

/** The recovery key is mistyped, or another than the one that is needed. */
export class WrongRecoveryKeyError extends IdentityError {
  override readonly name = "WrongRecoveryKeyError";
  /** What is wrong. */
  readonly slip: Slip;
  /** Which word is in no list, from 1; 0 if none is. */
  readonly place: number;
  /** Words that look like it, the likeliest first. */
  readonly meant: readonly string[];
  /** How many words there are. */
  readonly count: number;

  constructor(slip: Slip, count = 0, place = 0, meant: readonly string[] = []) {
    super(`the recovery key is not right: ${slip}`);
    this.slip = slip;
    this.place = place;
    this.meant = meant;
    this.count = count;
  }
}

/** Why a linking has ended; what a person is told follows from it. */
export const Fault = {
  /** The code is none, or has a typing error. */
  MISTYPED: "mistyped",
  /** The time of the code, or of the comparison, is over. */
  EXPIRED: "expired",
  /** A message that is none, too large, repeated, or not the one to come next. */
  DISTURBED: "disturbed",
  /** A message that the device with the code, or the one compared with, has not made. */
  FORGED: "forged",
  /** Somebody said that the pictures are not the same. */
  DIFFERENT: "different",
  /** Somebody has broken it off. */
  CANCELLED: "cancelled",
} as const;
export type Fault = (typeof Fault)[keyof typeof Fault];

/** The linking of a device has ended, and nothing was changed; a new one needs a new code. */
export class LinkingError extends IdentityError {
  override readonly name = "LinkingError";
  /** Why. */
  readonly fault: Fault;

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
