/**
 * Cosignatures (c2sp.org/tlog-cosignature) and the policy that asks for them.
 *
 * A log alone can show everybody another tree. A witness signs only what continues what it has
 * signed before, so enough of them, recently, leave room for one tree only, and for no old one.
 */

import { bytesKey } from "../mls/bytes.ts";
import { type SignedCheckpoint, openCheckpoint } from "./checkpoint.ts";
import { PolicyError, UsageError } from "./errors.ts";
import { COSIGNATURE_V1, ED25519, type VerifierKey } from "./keys.ts";
import { type SignedNote, verifyNote } from "./note.ts";

export const MAX_WITNESSES = 32;
/** How many seconds ahead of ours a witness's clock may be. */
export const CLOCK_SKEW = 300n;

declare const TRUSTED: unique symbol;
declare const POLICY: unique symbol;

/** A checkpoint that satisfies a policy; made by `check` and `checkFresh` alone. */
export interface TrustedCheckpoint {
  readonly [TRUSTED]: true;
  /** The checkpoint with its note. */
  readonly signed: SignedCheckpoint;
  /** When each known witness cosigned, in POSIX seconds, by the witness's name. */
  readonly cosigned: readonly (readonly [string, bigint])[];
}

/** Which checkpoints to trust: of one log, cosigned by k of n witnesses; made by `policy` alone. */
export interface Policy {
  readonly [POLICY]: true;
  /** The log's key; its name is the log's origin. */
  readonly log: VerifierKey;
  /** The keys of the n witnesses. */
  readonly witnesses: readonly VerifierKey[];
  /** k; 0 asks for none. */
  readonly quorum: number;
}

/**
 * Return a policy that is not satisfied by fewer than it says.
 *
 * @throws UsageError - A key is of the wrong type or there twice, under whatever name, or the
 *   quorum cannot be reached.
 */
export function policy(
  log: VerifierKey,
  witnesses: readonly VerifierKey[] = [],
  quorum = 0,
): Policy {
  if (log.type !== ED25519) throw new UsageError("a log's key is of type 0x01");
  if (witnesses.some((key) => key.type !== COSIGNATURE_V1)) {
    throw new UsageError("a witness's key is of type 0x04");
  }
  if (new Set([log, ...witnesses].map((key) => bytesKey(key.public))).size <= witnesses.length) {
    throw new UsageError("a key counts once, under one name");
  }
  if (new Set(witnesses.map((key) => key.name)).size < witnesses.length) {
    throw new UsageError("two witnesses have one name");
  }
  if (!(quorum >= 0 && quorum <= witnesses.length && witnesses.length <= MAX_WITNESSES)) {
    throw new UsageError("the quorum is larger than the number of witnesses, or they are many");
  }
  return { log, witnesses, quorum } as Policy;
}

/**
 * Trust a checkpoint whatever its age, as for a proof that is kept for years.
 *
 * @throws SignatureError - A signature of a known key is wrong, or the log's is missing.
 * @throws FormatError - The text is not a checkpoint's.
 * @throws PolicyError - Too few witnesses have cosigned.
 */
export async function check(asked: Policy, note: SignedNote): Promise<TrustedCheckpoint> {
  const signed = await openCheckpoint(note, asked.log);
  return trusted(asked, signed, await timesOf(asked, note), 0);
}

/**
 * Trust a checkpoint if witnesses say that it is the newest, and have said so lately.
 *
 * @param asked - Which log, and how many witnesses.
 * @param note - The note as received.
 * @param now - In POSIX seconds.
 * @param maximumAge - How many seconds ago a witness may have cosigned.
 * @throws SignatureError - A signature of a known key is wrong, or the log's is missing.
 * @throws FormatError - The text is not a checkpoint's.
 * @throws PolicyError - Too few witnesses have cosigned, or too long ago.
 */
export async function checkFresh(
  asked: Policy,
  note: SignedNote,
  now: bigint,
  maximumAge: bigint,
): Promise<TrustedCheckpoint> {
  const signed = await openCheckpoint(note, asked.log);
  const times = await timesOf(asked, note);
  const lately = ([, time]: readonly [string, bigint]): boolean =>
    now - maximumAge <= time && time <= now + CLOCK_SKEW;
  const fresh = new Map([...times].filter(lately));
  return trusted(asked, signed, fresh, times.size - fresh.size);
}

/** Return when each witness cosigned last; the log's signature is among those checked. */
async function timesOf(asked: Policy, note: SignedNote): Promise<ReadonlyMap<string, bigint>> {
  const times = new Map<string, bigint>();
  for (const { key, time } of await verifyNote(note, [asked.log, ...asked.witnesses])) {
    if (time === null) continue;
    const before = times.get(key.name) ?? 0n;
    times.set(key.name, time > before ? time : before);
  }
  return times;
}

function trusted(
  asked: Policy,
  signed: SignedCheckpoint,
  times: ReadonlyMap<string, bigint>,
  stale: number,
): TrustedCheckpoint {
  if (times.size < asked.quorum) throw new PolicyError(asked.quorum, times.size, stale);
  const cosigned = [...times].sort(([one], [other]) => (one < other ? -1 : 1));
  return { signed, cosigned } as unknown as TrustedCheckpoint;
}
