/** Commit: the list of proposals that begins the next epoch (RFC 9420 §12.4). */

import { type Infer, maybe, opaque, select, struct, uint8, vector } from "../codec/index.ts";
import { UpdatePath } from "../tree/path.ts";
import { PROPOSAL_ADD, PROPOSAL_PSK, PROPOSAL_REINIT, Proposal } from "./proposals.ts";

/** A proposal that stands in the commit itself. */
export const PROPOSAL_BY_VALUE = 1;
/** A proposal that was sent before, by the hash of its AuthenticatedContent. */
export const PROPOSAL_REFERENCE = 2;

/** ProposalOrRef (§12.4). */
export const ProposalOrRef = select("type", uint8, {
  [PROPOSAL_BY_VALUE]: struct({ proposal: Proposal }),
  [PROPOSAL_REFERENCE]: struct({ reference: opaque }),
});
export type ProposalOrRef = Infer<typeof ProposalOrRef>;

/** How many proposals of one epoch are remembered, and how many one commit may hold. */
export const MAX_PROPOSALS = 2048;

/**
 * Commit (§12.4). One proposal too many is read, so that the rule can be named to the one who
 * signed it; more are not read at all.
 */
export const Commit = struct({
  proposals: vector(ProposalOrRef, MAX_PROPOSALS + 1),
  path: maybe(UpdatePath),
});
export type Commit = Infer<typeof Commit>;

const PATHLESS: ReadonlySet<number> = new Set([PROPOSAL_ADD, PROPOSAL_PSK, PROPOSAL_REINIT]);

/**
 * Tell whether a commit of these proposals must carry an UpdatePath (§12.4).
 *
 * A custom proposal always takes one: nothing says that it could do without.
 */
export function needsPath(proposals: readonly Proposal[]): boolean {
  return proposals.length === 0 || !proposals.every((each) => PATHLESS.has(each.proposal_type));
}
