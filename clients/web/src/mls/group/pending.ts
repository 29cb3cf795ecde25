/**
 * A commit that waits for the delivery service's word.
 *
 * Making a commit changes nothing: whoever made it keeps the state it has until the service
 * has put the commit in its place, and only then adopts the next one.
 */

import { equalBytes, type Bytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { GroupContext } from "../schedule/context.ts";
import { history, type GroupState } from "./state.ts";

/** A commit by a member. */
export interface PendingCommit {
  /** The MLSMessage with the commit. */
  readonly message: Bytes;
  /** The MLSMessage for those it adds, to be delivered after its acceptance. */
  readonly welcome: Bytes | null;
  /** The MLSMessage for external joiners of the new epoch, without the tree. */
  readonly group_info: Bytes;
  /** The tree of the new epoch. */
  readonly ratchet_tree: Bytes;
  /** The epoch the commit was made in. */
  readonly base_epoch: bigint;
  /**
   * The state to keep meanwhile. For a commit in a PublicMessage it equals the state the commit
   * was made from; a PrivateMessage has used up a key of it.
   */
  readonly before: GroupState;
  readonly next: GroupState;
  /** When the commit was made, in seconds since 1970. */
  readonly created: number;
}

/**
 * An external commit, by one who is not a member yet. Its fields are a PendingCommit's; `next` is
 * the state of the new epoch, to be taken once the commit is accepted.
 */
export interface PendingJoin {
  readonly message: Bytes;
  readonly group_info: Bytes;
  readonly ratchet_tree: Bytes;
  readonly base_epoch: bigint;
  readonly next: GroupState;
  readonly created: number;
}

/**
 * Return the state of the new epoch, once the commit is accepted.
 *
 * `latest` is the state of the old epoch as it is by now, if messages were read with it since
 * the commit was made: else the keys they used up would come back to life.
 *
 * @throws UsageError - `latest` is of another group or epoch, or of another history.
 */
export function adopt(pending: PendingCommit, latest: GroupState = pending.before): GroupState {
  const made = encode(GroupContext, pending.before.context);
  if (!equalBytes(encode(GroupContext, latest.context), made)) {
    throw new UsageError("this commit was not made in that epoch");
  }
  return { ...pending.next, past: history(latest, pending.created) };
}
