/** What a message turned out to be. */

import type { Bytes } from "../bytes.ts";
import type { SentProposal } from "../evolution/resolve.ts";
import type { Sender } from "../framing/content.ts";
import type { Proposal } from "../messages/proposals.ts";
import type { GroupState, Member } from "./state.ts";

/** Application data of a member. */
export interface ApplicationReceived {
  readonly type: "application";
  readonly state: GroupState;
  /** The sender as it was in the message's epoch; it may have left since. */
  readonly sender: Member;
  /** The epoch the message was sent in. */
  readonly epoch: bigint;
  readonly data: Bytes;
  readonly authenticated_data: Bytes;
}

/** A proposal, remembered for a later commit. */
export interface ProposalReceived {
  readonly type: "proposal";
  readonly state: GroupState;
  readonly sender: Sender;
  /** The sender, if it is a member. */
  readonly member: Member | null;
  /** The ProposalRef a commit will name it by. */
  readonly ref: Bytes;
  readonly proposal: Proposal;
}

/** A commit, and the state of the epoch it began. */
export interface CommitReceived {
  readonly type: "commit";
  readonly state: GroupState;
  /** The committer in the new epoch. */
  readonly committer: Member;
  readonly proposals: readonly SentProposal[];
  /** Those who are new, an external joiner among them. */
  readonly added: readonly Member[];
  /** Those who are gone, as they were. */
  readonly removed: readonly Member[];
  /** Leaves that were replaced, the committer's own not counted. */
  readonly updated: readonly Member[];
}

/**
 * A commit that removed us. There is no next state: forget the group.
 *
 * Nothing of the new epoch can be checked by one who is not in it; the commit's signature and its
 * proposals have been.
 */
export interface RemovedFromGroup {
  readonly type: "removed";
  readonly committer: Member;
  readonly proposals: readonly SentProposal[];
}

export type Received = ApplicationReceived | ProposalReceived | CommitReceived | RemovedFromGroup;
