/**
 * The only module that reads the time.
 *
 * Order never depends on a clock: sequence numbers do that. Time is for lifetimes and for people.
 */

/** Says what time it is. */
export interface Clock {
  /** Return whole seconds since 1970-01-01T00:00:00Z. */
  now(): number;

  /** Return whole milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;

  /** Return seconds on a clock that never jumps, for measuring intervals. */
  monotonic(): number;
}

// Declared here and not in `lib`: the core sees no page.
declare const performance: { now(): number };

/** The clock of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  nowMs: () => Date.now(),
  monotonic: () => performance.now() / 1000,
};
