/**
 * What a conversation allows (`wire/room_policy`), and who has the right to say so.
 *
 * Every member reads the policy in the group itself, so nobody shows two members two policies. But
 * who manages a conversation is the server's to say. So a client asks it when the policy was set by
 * somebody of whom it does not know that they may; until it knows, and if they may not, it goes on
 * by the policy before, shares nothing by the new one, and says so. What stands behind it in the log
 * is read when that is settled: a gift is never judged by a policy that may be over. The commit
 * itself is followed: to leave the group over it would let one member take the conversation from
 * everybody.
 *
 * The log does not say who managed it at a place of it, and the server says only who does now. So a
 * policy that was set while this device was away is taken as the server let it pass, and told.
 */

import type { UserId } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
import * as roomPolicy from "../wire/room_policy.ts";
import { ALL, DEFAULT, NONE } from "../wire/room_policy.ts";
import * as groups from "./groups.ts";
import { ConversationsChanged } from "./model.ts";
import * as policy from "./policy.ts";
import * as requests from "./requests.ts";
import * as session from "./session.ts";
import {
  type ConversationState,
  type ForGroupOfPeople,
  ForOne,
  UNANSWERED,
  heldGroup,
  joined,
} from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

export const NOBODY = "" as UserId;

/** Who has done something to the conversation, and where and when the log says so. */
export interface Said {
  readonly by: UserId;
  readonly seq: number;
  readonly time_ms: number;
}

/** Return the policy of the group of a conversation; nothing if it has none. */
export function setIn(conversation: ConversationState): Bytes {
  return conversation.group === null ? new Uint8Array() : groups.policyIn(conversation.group);
}

/** Whether somebody may change what a conversation allows, as far as this device knows. */
export function may(conversation: ConversationState, user: UserId): boolean {
  return !conversation.record.direct && conversation.record.admins.includes(user);
}

/** Return the policy that a new conversation begins with; nothing if it allows nothing. */
export function first(wish: ForGroupOfPeople): Bytes {
  if (wish.peer !== null || wish.history === NONE) return new Uint8Array();
  return roomPolicy.encode({ history: wish.history, others: new Map() });
}

/** Say what a conversation of ours allows from the beginning, if it allows anything. */
export function tellFirst(step: Step, conversation: ConversationState): ConversationState {
  if (conversation.record.policy.length === 0) return conversation;
  return tell(step, conversation, { by: step.account.user, seq: 0, time_ms: step.nowMs });
}

/** Return the policy of the group with another history; null if it has this one. */
export function changed(conversation: ConversationState, history: number): Bytes | null {
  const inGroup = groups.policyIn(heldGroup(conversation));
  const { history: current, others } = policy.parsed(inGroup) ?? DEFAULT;
  if (current === history && equalBytes(inGroup, conversation.record.policy)) return null;
  return roomPolicy.encode({ history, others });
}

/**
 * A commit is in the log: take the policy it has set, or find out whether its maker may.
 *
 * @param step - The event's work.
 * @param conversation - With its group as it is now.
 * @param before - The policy of its group before the commit (`groups.policyIn`).
 * @param said - Who made the commit, and its place in the log.
 */
export function follow(
  step: Step,
  conversation: ConversationState,
  before: Bytes,
  said: Said,
): ConversationState {
  const { record } = conversation;
  const now = groups.policyIn(heldGroup(conversation));
  if (equalBytes(now, before)) return conversation;
  if (equalBytes(now, record.policy)) {
    return step.amend(conversation, { ...record, policy_by: NOBODY }); // somebody has put it right
  }
  if (policy.parsed(now) === null) return refuse(step, conversation, said);
  if (may(conversation, said.by) || !conversation.caught_up) {
    return accept(step, conversation, said);
  }
  const { by: policy_by, seq: policy_seq, time_ms: policy_ms } = said;
  const open = step.amend(conversation, { ...record, policy_by, policy_seq, policy_ms });
  ask(step, open);
  return step.known(open.record.id);
}

/** Whether what follows in the log waits until it is known who may set the policy; ask it. */
export function ask(step: Step, conversation: ConversationState): boolean {
  const { id, policy_by } = conversation.record;
  if (!policy_by || conversation.judging === UNANSWERED) return false;
  if (!conversation.judging) {
    const judging = step.ask(ForOne(id), requests.conversation(id));
    step.put({ ...conversation, judging });
  }
  return true;
}

/** That is not to be learnt now: go on with the log, by the policy before. */
export function takeRefusal(step: Step, found: ConversationState | null, number: number): void {
  if (found?.judging === number) {
    session.readOn(step, step.put({ ...found, judging: UNANSWERED }));
  }
}

/** The server has said who manages the conversation: settle what waits for that. */
export function judge(step: Step, conversation: ConversationState): ConversationState {
  const { record } = conversation;
  if (!record.policy_by || !joined(conversation)) return conversation;
  const judged = may(conversation, record.policy_by) ? accept : refuse;
  const said = { by: record.policy_by, seq: record.policy_seq, time_ms: record.policy_ms };
  const settled = judged(step, step.put({ ...conversation, judging: 0 }), said);
  if (conversation.judging > 0) session.readOn(step, settled);
  return step.known(record.id);
}

function accept(step: Step, conversation: ConversationState, said: Said): ConversationState {
  const before = policy.historyOf(conversation.record);
  const setNow = groups.policyIn(heldGroup(conversation));
  const record = { ...conversation.record, policy: setNow, policy_by: NOBODY };
  const amended = step.amend(conversation, record);
  if (policy.historyOf(record) === before) return amended;
  step.show(ConversationsChanged());
  return tell(step, amended, said);
}

/** Somebody without the right has set it, or it is none: this device goes on by the last one. */
function refuse(step: Step, conversation: ConversationState, said: Said): ConversationState {
  const record = { ...conversation.record, policy_by: NOBODY };
  const amended = step.amend(conversation, record);
  const who = ["who", said.by] as const;
  const line = system(record, said.seq, said.time_ms, "system-policy-refused", who);
  step.alarm("alarm-policy-refused", [who], record.id);
  return step.putLine(amended, line);
}

function tell(step: Step, conversation: ConversationState, said: Said): ConversationState {
  const { record } = conversation;
  const history = policy.historyOf(record);
  const line = system(
    record,
    said.seq,
    said.time_ms,
    keyOf(history),
    ["by", said.by],
    ["days", String(history)],
  );
  return step.putLine(conversation, line);
}

function keyOf(history: number): string {
  if (history === NONE) return "system-history-none";
  return history === ALL ? "system-history-all" : "system-history-days";
}
