/**
 * A client's memory of a log: what it has seen, and what must be consistent with that.
 *
 * The pinned checkpoint only ever moves to a tree that provably continues it. What other members
 * say they have seen (gossip) is unsigned: it is checked like everything else, but when it
 * contradicts the pin, that is a reason to ask them for their signed checkpoint, and only that is
 * evidence.
 */

import type { Bytes } from "../mls/bytes.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { type TreeHead, sameHead } from "./compact.ts";
import { characters } from "./encoding.ts";
import { Finding, InconsistentLogError, ProofError, SplitViewError, UsageError } from "./errors.ts";
import { encodeNote } from "./note.ts";
import { verifyExtension } from "./proofs.ts";
import type { TrustedCheckpoint } from "./witness.ts";

export const MAX_SOURCES = 1_024;
export const MAX_SOURCE_CHARACTERS = 128;

/** A consistency proof that the log owes: that `new` continues `old`. */
export interface Demand {
  /** Who has seen the other tree. */
  readonly source: string;
  /** The smaller tree. */
  readonly old: TreeHead;
  /** The larger one. */
  readonly new: TreeHead;
}

/** What one client knows of one log. */
export interface Monitor {
  /** The newest checkpoint it has verified. */
  readonly pinned: TrustedCheckpoint;
  /**
   * What others say they have seen and is not yet proven, by who says it. One tree for each: what
   * an honest member says later continues what it said before, and a lying one only takes back
   * its own words.
   */
  readonly heard: readonly (readonly [string, TreeHead])[];
}

/** Return the memory of a client that has seen one checkpoint. */
export function monitor(pinned: TrustedCheckpoint): Monitor {
  return { pinned, heard: [] };
}

/** Return the pinned tree. */
export function pinnedHead({ pinned }: Monitor): TreeHead {
  return pinned.signed.checkpoint.head;
}

/** Return how many leaves others have seen that the log has not shown us; 0 if none. */
export function behind(memory: Monitor): bigint {
  const { size } = pinnedHead(memory);
  return memory.heard
    .map(([, head]) => head.size - size)
    .reduce((most, each) => (each > most ? each : most), memory.heard.length > 0 ? -size : 0n);
}

/**
 * Return the memory with a newer checkpoint pinned.
 *
 * @param memory - What is known.
 * @param shown - What the log shows now, and policy trusts.
 * @param proof - The consistency proof from the pinned size to the new one.
 * @throws InconsistentLogError - The log shows another history, or a smaller tree.
 * @throws UsageError - It is another log's.
 */
export function advance(
  memory: Monitor,
  shown: TrustedCheckpoint,
  proof: readonly Bytes[],
): Monitor {
  checkOrigin(memory, shown.signed);
  const { head } = shown.signed.checkpoint;
  if (head.size < pinnedHead(memory).size) {
    throw evidence(memory, Finding.ROLLED_BACK, shown.signed);
  }
  compare(memory, shown.signed, proof);
  return { pinned: shown, heard: memory.heard.filter(([, each]) => !sameHead(each, head)) };
}

/**
 * Check that a signed checkpoint, such as another member's, is of the history we know.
 *
 * @param memory - What is known.
 * @param other - An older or a newer one.
 * @param proof - The consistency proof from the smaller size to the larger one.
 * @throws InconsistentLogError - It is not, or the proof does not show it.
 * @throws UsageError - It is another log's.
 */
export function compare(memory: Monitor, other: SignedCheckpoint, proof: readonly Bytes[]): void {
  checkOrigin(memory, other);
  const finding = disagreement(pinnedHead(memory), other.checkpoint.head, proof);
  if (finding !== null) throw evidence(memory, finding, other);
}

/**
 * Return the memory with what a member says to have seen.
 *
 * Beyond `MAX_SOURCES` members nothing is added: those that are waiting go first.
 *
 * @throws SplitViewError - It has our size and another root.
 * @throws UsageError - The source has no usable name.
 */
export function hear(memory: Monitor, source: string, head: TreeHead): Monitor {
  const length = characters(source);
  if (length < 1 || length > MAX_SOURCE_CHARACTERS) {
    throw new UsageError("a source has a short name");
  }
  if (sameHead(head, pinnedHead(memory))) return memory;
  if (head.size === pinnedHead(memory).size) throw new SplitViewError(Finding.FORKED, source);
  const others = memory.heard.filter(([name]) => name !== source);
  if (others.length >= MAX_SOURCES) return memory;
  return { ...memory, heard: [...others, [source, head]] };
}

/** Return what the log has to prove now; larger trees wait for a newer checkpoint. */
export function demands(memory: Monitor): readonly Demand[] {
  const head = pinnedHead(memory);
  return memory.heard
    .filter(([, seen]) => seen.size <= head.size)
    .map(([source, seen]) => ({ source, old: seen, new: head }));
}

/**
 * Return the memory without a demand that has been met.
 *
 * @throws SplitViewError - The proof does not verify: somebody has another tree, or lies.
 * @throws UsageError - It is not one of our demands.
 */
export function settle(memory: Monitor, demand: Demand, proof: readonly Bytes[]): Monitor {
  if (!demands(memory).some((each) => sameDemand(each, demand))) {
    throw new UsageError("nothing demands this proof");
  }
  const finding = disagreement(demand.old, demand.new, proof);
  if (finding !== null) throw new SplitViewError(finding, demand.source);
  const met = ([source, head]: readonly [string, TreeHead]): boolean =>
    source === demand.source && sameHead(head, demand.old);
  return { ...memory, heard: memory.heard.filter((each) => !met(each)) };
}

function sameDemand(one: Demand, other: Demand): boolean {
  return (
    one.source === other.source && sameHead(one.old, other.old) && sameHead(one.new, other.new)
  );
}

function checkOrigin(memory: Monitor, other: SignedCheckpoint): void {
  if (other.checkpoint.origin !== memory.pinned.signed.checkpoint.origin) {
    throw new UsageError("the checkpoint is another log's");
  }
}

function evidence(
  memory: Monitor,
  finding: Finding,
  theirs: SignedCheckpoint,
): InconsistentLogError {
  const ours = encodeNote(memory.pinned.signed.note);
  return new InconsistentLogError(finding, ours, encodeNote(theirs.note));
}

function disagreement(ours: TreeHead, theirs: TreeHead, proof: readonly Bytes[]): Finding | null {
  if (sameHead(ours, theirs)) return null;
  if (ours.size === theirs.size) return Finding.FORKED;
  const [old, grown] = ours.size < theirs.size ? [ours, theirs] : [theirs, ours];
  try {
    verifyExtension(old, grown, proof);
  } catch (error) {
    if (error instanceof ProofError) return Finding.UNPROVEN;
    throw error;
  }
  return null;
}
