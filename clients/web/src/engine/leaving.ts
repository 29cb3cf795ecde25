/**
 * Who is on the way out: they have said so, and nobody has committed it yet.
 *
 * A person leaves with all devices. The one that was asked proposes the removal of each, its own
 * last; the others take it up when they see it, and all of them say it again in each new epoch.
 *
 * Nobody removes their own leaf (RFC 9420 §12.2): who leaves proposes it, and waits for another
 * member's client. Until then they are in the group, and read; but what they would write could
 * not be sent over the proposals (§12.4) and would fail with their going. So it is not taken.
 *
 * This is the one use of proposals. Any other, whoever made it, is refused: no commit of this
 * device takes it up. It is remembered for the epoch, because a commit of somebody else may, and
 * is then judged by what it does (`commits.follow`).
 */

import type { UserId } from "../ids.ts";
import { toHex } from "../mls/bytes.ts";
import type { SentProposal } from "../mls/evolution/resolve.ts";
import type { ProposalReceived } from "../mls/group/received.ts";
import * as groups from "./groups.ts";
import { ConversationsChanged } from "./model.ts";
import { LookupError } from "./order.ts";
import { type ConversationState, heldGroup } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** How many proposals of one epoch that were refused are remembered. */
export const REFUSED = 16;

/** Return the people who have proposed their own removal in this epoch. */
export function proposed(conversation: ConversationState): ReadonlySet<UserId> {
  const { group, record, roster } = conversation;
  if (group === null || record.direct) return new Set();
  const users = new Map(roster.map((leaf) => [leaf.index, leaf.user]));
  const targets = groups.removals(group).map(([, target]) => users.get(target));
  return new Set(targets.filter((user) => user !== undefined));
}

/**
 * Somebody proposes something: to leave, or what is refused.
 *
 * Nobody leaves a conversation between two people.
 */
export async function hear(
  step: Step,
  conversation: ConversationState,
  seq: number,
  timeMs: number,
  heard: ProposalReceived,
): Promise<void> {
  if (conversation.record.direct || !groups.isDeparture(heard.state, sentIn(heard))) {
    await refuse(step, conversation, heard);
  } else {
    takeUp(step, await step.putGroup(conversation, heard.state), seq, timeMs);
  }
}

/** Go on as if it had not been proposed, and say so once. */
async function refuse(
  step: Step,
  conversation: ConversationState,
  heard: ProposalReceived,
): Promise<void> {
  const refused = new Map(conversation.refused);
  if (refused.size < REFUSED) refused.set(toHex(heard.ref), sentIn(heard));
  const { pending_proposals } = heldGroup(conversation);
  if (!conversation.warned) {
    step.alarm("alarm-proposal-refused", [], conversation.record.id);
  }
  const put = await step.putGroup(conversation, { ...heard.state, pending_proposals });
  step.put({ ...put, refused, warned: true });
}

/** @throws LookupError - The group does not hold it. */
function sentIn(heard: ProposalReceived): SentProposal {
  const sent = heard.state.pending_proposals.get(toHex(heard.ref));
  if (sent === undefined) throw new LookupError("a proposal that was not remembered");
  return sent;
}

/**
 * Leave with another device of the person, if one has proposed that they are removed.
 *
 * Were this device to go on as before, it would be the one that commits the proposals: without
 * its own removal, which no committer can commit. Half of the person would stay.
 */
function takeUp(step: Step, conversation: ConversationState, seq: number, timeMs: number): void {
  if (!proposed(conversation).has(step.account.user) || conversation.record.leaving) return;
  tell(step, step.amend(conversation, { ...conversation.record, leaving: true }), seq, timeMs);
}

/** Say that the person is leaving: until it is done, nothing more is taken from them. */
export function tell(
  step: Step,
  conversation: ConversationState,
  seq: number,
  timeMs: number,
): void {
  step.putLine(conversation, system(conversation.record, seq, timeMs, "system-leaving"));
  step.show(ConversationsChanged());
}
