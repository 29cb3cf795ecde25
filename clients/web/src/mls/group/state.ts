/**
 * GroupState: a member's view of a group in one epoch, readonly.
 *
 * Every operation takes a state and returns a new one; nothing changes the one it was given.
 */

import { equalBytes, type Bytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { Credential } from "../credentials.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { UsageError, ValidationError } from "../errors.ts";
import type { SentProposal } from "../evolution/resolve.ts";
import type { ReInit } from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import type { GroupContext } from "../schedule/context.ts";
import type { EpochSecrets } from "../schedule/epoch.ts";
import type { SecretTree } from "../schedule/secret_tree.ts";
import type { LeafNode } from "../tree/nodes.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { resumptionName, type ResumptionPSKs } from "./psk_store.ts";

/** How many past epochs a state can still read messages of. */
export const MAX_PAST_EPOCHS = 5;

/** How long after its end an epoch's messages can still be read, in seconds. */
export const MAX_PAST_SECONDS = 2 * 24 * 3600;

/** A member as messages show it. */
export interface Member {
  readonly leaf: number;
  readonly credential: Credential;
  readonly signature_key: Bytes;
}

/** The members of one epoch, by leaf. */
export type Roster = ReadonlyMap<number, Member>;

/** What is kept of an epoch that is over, to read messages that come late. */
export interface PastEpoch {
  readonly context: GroupContext;
  readonly roster: Roster;
  readonly sender_data_secret: Secret;
  readonly resumption_psk: Secret;
  readonly secret_tree: SecretTree;
  /** When the epoch ended, in seconds since 1970. */
  readonly ended: number;
}

/** The private keys of an Update that we proposed and that awaits its commit. */
export interface OwnUpdate {
  readonly encryption_key: Secret;
  readonly signature_key: Secret;
}

/** One epoch of a group, as one member holds it. */
export interface GroupState {
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  readonly roster: Roster;
  /** Our leaf in the tree. */
  readonly own_leaf: number;
  readonly signature_key: Secret;
  /** The HPKE private keys we hold, by node; our leaf's among them. */
  readonly private_keys: ReadonlyMap<number, Secret>;
  readonly secrets: EpochSecrets;
  readonly secret_tree: SecretTree;
  readonly confirmation_tag: Bytes;
  readonly interim_transcript_hash: Bytes;
  /** The proposals seen in this epoch, by ProposalRef in hex. */
  readonly pending_proposals: ReadonlyMap<string, SentProposal>;
  /** The keys of our own pending Updates, by ProposalRef in hex. */
  readonly own_updates: ReadonlyMap<string, OwnUpdate>;
  /** The latest past epochs, the oldest first. */
  readonly past: readonly PastEpoch[];
  /** What the group is to be replaced by; it is over when this is set. */
  readonly reinit: ReInit | null;
  /** In the epoch we joined by a Welcome, the leaf that signed it; not stored. */
  readonly welcomed_by: number | null;
}

/** What a state is when its epoch has just begun and none came before. */
export const UNTOUCHED = {
  pending_proposals: new Map(),
  own_updates: new Map(),
  past: [],
  reinit: null,
  welcomed_by: null,
} as const;

/**
 * Return our leaf.
 *
 * @throws UsageError - The state is none: its leaf is blank.
 */
export function ownLeafNode(state: GroupState): LeafNode {
  const leaf = state.tree.leaf(state.own_leaf);
  if (leaf === null) throw new UsageError("a state without its own leaf");
  return leaf;
}

/** Return the members in the order of their leaves. */
export function members(state: GroupState): readonly Member[] {
  return [...state.roster.values()];
}

/** Return the resumption keys we hold (§8.6). */
export function resumptionPsks(state: GroupState): ResumptionPSKs {
  const groupId = state.context.group_id;
  const held = new Map<string, Secret>();
  for (const past of state.past) {
    held.set(resumptionName(groupId, past.context.epoch), past.resumption_psk);
  }
  held.set(resumptionName(groupId, state.context.epoch), state.secrets.resumption_psk);
  return held;
}

/**
 * Return a past epoch.
 *
 * @throws ValidationError - The epoch is not among those kept.
 */
export function pastEpoch(state: GroupState, epoch: bigint): PastEpoch {
  const found = state.past.find((past) => past.context.epoch === epoch);
  if (found === undefined) throw new ValidationError(Rule.EPOCH_KNOWN, `epoch ${epoch.toString()}`);
  return found;
}

/**
 * Check that the group may still be used (§12.4.2).
 *
 * @throws ValidationError - A commit has reinitialised it.
 */
export function checkActive(state: GroupState): void {
  if (state.reinit !== null) throw new ValidationError(Rule.GROUP_REINITIALISED);
}

/** Return the past epochs of the state that follows `state`, which ends `now`. */
export function history(state: GroupState, now: number): readonly PastEpoch[] {
  const ended: PastEpoch = {
    context: state.context,
    roster: state.roster,
    sender_data_secret: state.secrets.sender_data_secret,
    resumption_psk: state.secrets.resumption_psk,
    secret_tree: state.secret_tree,
    ended: now,
  };
  return recent([...state.past, ended], now);
}

/** Return the past epochs that may still be kept at `now`. */
export function recent(past: readonly PastEpoch[], now: number): readonly PastEpoch[] {
  return past.filter((epoch) => now - epoch.ended <= MAX_PAST_SECONDS).slice(-MAX_PAST_EPOCHS);
}

/** Return the state without the past epochs whose time is over. */
export function forgetting(state: GroupState, now: number): GroupState {
  const past = recent(state.past, now);
  return past.length === state.past.length ? state : { ...state, past };
}

/** Return the members of a tree; the same object as `before` when nobody changed. */
export function rosterOf(tree: RatchetTree, before: Roster | null = null): Roster {
  const roster = new Map<number, Member>();
  for (const [leaf, { credential, signature_key }] of tree.leaves()) {
    roster.set(leaf, { leaf, credential, signature_key });
  }
  return before !== null && isSameRoster(before, roster) ? before : roster;
}

function isSameRoster(before: Roster, after: Roster): boolean {
  return (
    before.size === after.size &&
    [...after.values()].every((member) => isSameMember(before.get(member.leaf), member))
  );
}

function isSameMember(before: Member | undefined, after: Member): boolean {
  return (
    before !== undefined &&
    equalBytes(before.signature_key, after.signature_key) &&
    (before.credential === after.credential ||
      equalBytes(encode(Credential, before.credential), encode(Credential, after.credential)))
  );
}
