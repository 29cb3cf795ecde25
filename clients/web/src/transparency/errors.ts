/**
 * What can go wrong, and whose fault it is.
 *
 * Every failure of this package is a `TransparencyError`. Verification never returns a boolean:
 * it throws one of these, so that its answer cannot be ignored.
 */

import type { Bytes } from "../mls/bytes.ts";

/** Something about a log, a proof or a call is not right. */
export class TransparencyError extends Error {
  override readonly name: string = "TransparencyError";
}

/** Their bytes are not the format they claim to be, or not its one canonical form. */
export class FormatError extends TransparencyError {
  override readonly name = "FormatError";
}

/** The hashes do not lead to the root: a proof, tile or entry is not of this tree. */
export class ProofError extends TransparencyError {
  override readonly name = "ProofError";
}

/** A signature of a known key is wrong, or there is none. */
export class SignatureError extends TransparencyError {
  override readonly name = "SignatureError";
}

/** The checkpoint may be right, but too few witnesses vouch for it. */
export class PolicyError extends TransparencyError {
  override readonly name = "PolicyError";
  /** How many witnesses must have cosigned. */
  readonly needed: number;
  /** How many have, recently enough. */
  readonly found: number;
  /** How many have, but too long ago or in the future. */
  readonly stale: number;

  constructor(needed: number, found: number, stale: number) {
    super(`${found} of ${needed} needed witnesses have cosigned, ${stale} out of date`);
    this.needed = needed;
    this.found = found;
    this.stale = stale;
  }
}

/** How two checkpoints of one log disagree. */
export const Finding = {
  /** Conclusive: the two notes alone convict the log before anybody. */
  FORKED: "one size, two roots",
  /** An old answer, or a log put back: what the log says next decides. */
  ROLLED_BACK: "a smaller tree than before",
  /** The log can still clear itself, by a proof that verifies. */
  UNPROVEN: "no proof that one continues the other",
} as const;
export type Finding = (typeof Finding)[keyof typeof Finding];

/** The log shows two histories. */
export class InconsistentLogError extends TransparencyError {
  override readonly name = "InconsistentLogError";
  /** In which way. */
  readonly finding: Finding;
  /** The signed checkpoint that was pinned, as received. */
  readonly ours: Bytes;
  /** The signed checkpoint that contradicts it, as received. */
  readonly theirs: Bytes;

  constructor(finding: Finding, ours: Bytes, theirs: Bytes) {
    super(finding);
    this.finding = finding;
    this.ours = ours;
    this.theirs = theirs;
  }
}

/** Somebody claims to have seen another tree; a claim is not signed and so no evidence yet. */
export class SplitViewError extends TransparencyError {
  override readonly name = "SplitViewError";
  /** In which way it disagrees with what is pinned. */
  readonly finding: Finding;
  /** Who claims it. */
  readonly source: string;

  constructor(finding: Finding, source: string) {
    super(finding);
    this.finding = finding;
    this.source = source;
  }
}

/** The caller asked for something that cannot be done: a bug outside this package. */
export class UsageError extends TransparencyError {
  override readonly name = "UsageError";
}
