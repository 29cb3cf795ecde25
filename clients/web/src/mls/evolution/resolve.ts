/** From the references of a commit to the proposals they mean (RFC 9420 §12.4). */

import { type Bytes, toHex } from "../bytes.ts";
import { ValidationError } from "../errors.ts";
import { SENDER_NEW_MEMBER_COMMIT, type Sender } from "../framing/content.ts";
import { type Commit, PROPOSAL_BY_VALUE } from "../messages/commit.ts";
import type { Proposal, ProposalOf } from "../messages/proposals.ts";
import { Rule } from "../rules.ts";

/** A proposal, and who made it. */
export interface SentProposal {
  readonly sender: Sender;
  readonly proposal: Proposal;
}

/** The proposals seen in an epoch, in their order, by ProposalRef in hexadecimal. */
export type Proposals = ReadonlyMap<string, SentProposal>;

/**
 * Return the proposals of a commit in their order.
 *
 * `sent` holds the proposals seen in this epoch.
 *
 * @throws ValidationError - A reference names no proposal, or an external commit has one.
 */
export function resolve(
  commit: Commit,
  committer: Sender,
  sent: Proposals,
): readonly SentProposal[] {
  return commit.proposals.map((item) =>
    item.type === PROPOSAL_BY_VALUE
      ? { sender: committer, proposal: item.proposal }
      : referenced(item.reference, committer, sent),
  );
}

function referenced(reference: Bytes, committer: Sender, sent: Proposals): SentProposal {
  if (committer.sender_type === SENDER_NEW_MEMBER_COMMIT) {
    throw new ValidationError(Rule.EXTERNAL_COMMIT_NO_REFERENCES);
  }
  const name = toHex(reference);
  const found = sent.get(name);
  if (found === undefined) throw new ValidationError(Rule.PROPOSAL_REFERENCE_KNOWN, name);
  return found;
}

/** Return the proposals of one type, in their order. */
export function ofType<T extends number>(
  proposals: readonly SentProposal[],
  proposalType: T,
): readonly ProposalOf<T>[] {
  return proposals
    .map(({ proposal }) => proposal)
    .filter((proposal): proposal is ProposalOf<T> => proposal.proposal_type === proposalType);
}
