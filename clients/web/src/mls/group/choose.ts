/**
 * Which pending proposals a commit of ours takes up (RFC 9420 §12.2, §12.4).
 *
 * All that are valid together: of several changes to one leaf a Remove, else the latest Update; of
 * several for one client the first Add; a ReInit only if there is nothing else. What is left out
 * may be sent again by its sender in the next epoch.
 *
 * Nobody must be able to keep us from committing by a proposal that fits no other, so what does
 * not go together is left out as well. Finding it takes a bounded number of trials.
 */

import { toHex } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { MlsError } from "../errors.ts";
import { type SentProposal } from "../evolution/resolve.ts";
import { target } from "../evolution/rules_of_list.ts";
import { MAX_PROPOSALS } from "../messages/commit.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
} from "../messages/proposals.ts";
import { PreSharedKeyID } from "../schedule/key_names.ts";
import type { GroupState } from "./state.ts";

/** How often a part of the pending proposals is tried before the rest is left out. */
export const MAX_TRIALS = 64;

/** Proposals by ProposalRef. */
export type Chosen = ReadonlyMap<string, SentProposal>;

/** Throws an MlsError for a list that no commit could hold. */
export type Check = (proposals: readonly SentProposal[]) => Promise<void>;

type Candidate = readonly [ref: string, sent: SentProposal];

/** Return the pending proposals to commit beside `byValue`, by ProposalRef. */
export async function choose(
  state: GroupState,
  byValue: readonly SentProposal[],
  check: Check,
): Promise<Chosen> {
  const candidates = await eligible(state, byValue, check);
  const trials = new Trials(check, byValue);
  await trials.tryAll(candidates);
  const { chosen } = trials;
  return new Map([...state.pending_proposals].filter(([ref]) => chosen.has(ref)));
}

/** Return those that are valid alone and claim nothing twice, the preferred first. */
async function eligible(
  state: GroupState,
  byValue: readonly SentProposal[],
  check: Check,
): Promise<Candidate[]> {
  const taken = new Set(byValue.map(claim));
  const found: Candidate[] = [];
  for (const [ref, sent] of byPreference(state)) {
    if (byValue.length + found.length >= MAX_PROPOSALS) break;
    const crowded = byValue.length > 0 || found.length > 0;
    if (sent.proposal.proposal_type === PROPOSAL_REINIT && crowded) continue;
    const claimed = claim(sent);
    if (target(sent) === state.own_leaf || taken.has(claimed)) continue;
    if (await passes([sent], check)) {
      found.push([ref, sent]);
      taken.add(claimed);
    }
  }
  return found;
}

/** Finds what goes together: all at once, or else the halves one after the other. */
class Trials {
  /** What goes together of all that was tried. */
  chosen: Chosen = new Map();
  readonly #check: Check;
  readonly #byValue: readonly SentProposal[];
  #left = MAX_TRIALS;

  constructor(check: Check, byValue: readonly SentProposal[]) {
    this.#check = check;
    this.#byValue = byValue;
  }

  /** Add as many of these as go with those chosen before. */
  async tryAll(candidates: readonly Candidate[]): Promise<void> {
    if (candidates.length === 0 || this.#left === 0) return;
    this.#left -= 1;
    const together = new Map([...this.chosen, ...candidates]);
    if (await passes([...together.values(), ...this.#byValue], this.#check)) {
      this.chosen = together;
    } else if (candidates.length > 1) {
      const middle = Math.floor(candidates.length / 2);
      await this.tryAll(candidates.slice(0, middle));
      await this.tryAll(candidates.slice(middle));
    }
  }
}

/** Order so that whoever comes first may stay: Removes, others, Updates latest first, ReInits. */
function byPreference(state: GroupState): Candidate[] {
  const pending = [...state.pending_proposals];
  const of = (...types: number[]): Candidate[] =>
    pending.filter(([, { proposal }]) => types.includes(proposal.proposal_type));
  const others = pending.filter(
    ([, { proposal }]) =>
      ![PROPOSAL_REMOVE, PROPOSAL_UPDATE, PROPOSAL_REINIT].includes(proposal.proposal_type),
  );
  return [
    ...of(PROPOSAL_REMOVE),
    ...others,
    ...of(PROPOSAL_UPDATE).reverse(),
    ...of(PROPOSAL_REINIT),
  ];
}

/** Return what no two proposals of one commit may share. */
function claim(sent: SentProposal): unknown {
  const { proposal } = sent;
  const leaf = target(sent);
  if (leaf !== null) return `leaf ${leaf}`;
  if (proposal.proposal_type === PROPOSAL_ADD) {
    return `client ${toHex(proposal.key_package.leaf_node.signature_key)}`;
  }
  if (proposal.proposal_type === PROPOSAL_PSK) {
    return `psk ${toHex(encode(PreSharedKeyID, proposal.psk))}`;
  }
  return proposal.proposal_type === PROPOSAL_GROUP_CONTEXT_EXTENSIONS ? "extensions" : sent;
}

async function passes(proposals: readonly SentProposal[], check: Check): Promise<boolean> {
  try {
    await check(proposals);
  } catch (error) {
    if (error instanceof MlsError) return false;
    throw error;
  }
  return true;
}
