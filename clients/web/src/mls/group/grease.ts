/**
 * GREASE in what we send: never where an unknown value has a message refused (RFC 9420 §13.5).
 *
 * Asked of our own messages only. What others send is treated as any other unknown value.
 */

import { ValidationError } from "../errors.ts";
import { isGrease, type Extension } from "../extensions.ts";
import {
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_REINIT,
  type Proposal,
} from "../messages/proposals.ts";
import { Rule } from "../rules.ts";

/**
 * Check a proposal that we are to send.
 *
 * @throws ValidationError - Its type, or that of a GroupContext extension, is a GREASE value.
 */
export function checkGreaseless(proposal: Proposal): void {
  if (isGrease(proposal.proposal_type)) {
    throw new ValidationError(Rule.GREASE_PLACE, `proposal ${hex(proposal.proposal_type)}`);
  }
  if (
    proposal.proposal_type === PROPOSAL_GROUP_CONTEXT_EXTENSIONS ||
    proposal.proposal_type === PROPOSAL_REINIT
  ) {
    checkGreaselessContext(proposal.extensions);
  }
}

/**
 * Check the GroupContext extensions of a group that we are to make.
 *
 * @throws ValidationError - The type of one is a GREASE value.
 */
export function checkGreaselessContext(extensions: readonly Extension[]): void {
  for (const { extension_type: kind } of extensions) {
    if (isGrease(kind)) throw new ValidationError(Rule.GREASE_PLACE, `extension ${hex(kind)}`);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, "0")}`;
}
