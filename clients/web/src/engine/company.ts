/**
 * Coming back: who is in a group now that was not when it was left behind.
 *
 * A group that is joined again, or entered by a second Welcome, is whatever the server and the
 * maker of its GroupInfo say it is: nobody saw its people being added. So those who are new are
 * named, and nothing is sent to them before the person has accepted them; so is whoever a commit
 * takes in whom its committer did not ask for. A conversation between two people is entered with
 * nobody else in it.
 */

import type { ConversationId, UserId } from "../ids.ts";
import { ConversationsChanged, MembersChanged } from "./model.ts";
import { sorted } from "./order.ts";
import type { ConversationRecord } from "./records.ts";
import { type ConversationState, type Leaf, joined, users } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** Return the record with the people of the group, for the time when its keys are gone. */
export function remembered(conversation: ConversationState): ConversationRecord {
  const { record, roster } = conversation;
  const known = [...users(conversation)].filter((user) => !record.newcomers.includes(user));
  return {
    ...record,
    company: roster.length > 0 ? sorted(known) : record.company,
    newcomers: [],
  };
}

/** Whether somebody is in a conversation between two who is neither of them. */
export function intrudes(step: Step, record: ConversationRecord, roster: Iterable<Leaf>): boolean {
  if (!record.direct || record.peer === "") return false;
  const pair: readonly UserId[] = [step.account.user, record.peer];
  return [...roster].some((leaf) => !pair.includes(leaf.user));
}

/** This device is in a group again: say who is new and who is gone. */
export function returned(
  step: Step,
  conversation: ConversationState,
  seq: number,
  timeMs: number,
): void {
  const { record: left } = conversation;
  const before = new Set(left.company);
  const after = users(conversation);
  if (before.size === 0) return;
  const { user: own } = step.account;
  const came = sorted([...after].filter((user) => !before.has(user) && user !== own));
  const gone = sorted([...before].filter((user) => !after.has(user) && user !== own));
  const record = { ...left, newcomers: came };
  let back = step.amend(conversation, record);
  if (gone.length > 0) {
    const line = system(record, seq, timeMs, "system-removed", ["who", gone.join(",")]);
    back = step.putLine(back, line);
  }
  warn(step, back, came, seq, timeMs);
  step.show(MembersChanged(record.id));
  step.show(ConversationsChanged());
}

/** Say who came in without a member having been seen to add them. */
export function warn(
  step: Step,
  conversation: ConversationState,
  came: readonly UserId[],
  seq: number,
  timeMs: number,
): void {
  if (came.length === 0) return;
  const { record } = conversation;
  const who = ["who", came.join(",")] as const;
  step.putLine(conversation, system(record, seq, timeMs, "system-members-unknown", who));
  step.alarm("alarm-members-unknown", [who], record.id);
}

/**
 * Return who is still to be accepted after a commit: whom they bring is as new as they are.
 *
 * So is whom the committer took in without having asked for them.
 */
export function movedOn(
  conversation: ConversationState,
  before: Iterable<Leaf>,
  by: UserId,
  unasked: ReadonlySet<UserId>,
): readonly UserId[] {
  const { newcomers } = conversation.record;
  const after = users(conversation);
  const old = new Set([...before].map((leaf) => leaf.user));
  const brought = newcomers.includes(by) ? [...after].filter((user) => !old.has(user)) : [];
  const found = new Set([...newcomers, ...brought, ...unasked]);
  return sorted([...found].filter((user) => after.has(user)));
}

/**
 * The person knows about those who are new; what waits may be sent to them.
 *
 * Only if these are among those who were shown: others may have come in between.
 *
 * Returns the key of an error, or nothing.
 */
export function accept(
  step: Step,
  conversation: ConversationId,
  shown: readonly UserId[] | null = null,
): string {
  const found = step.conversation(conversation);
  if (found === null || !joined(found)) return "error-not-a-member";
  const { record } = found;
  if (shown !== null && !record.newcomers.every((user) => shown.includes(user))) {
    return "error-others-came";
  }
  step.amend(found, { ...record, newcomers: [] });
  step.show(MembersChanged(conversation));
  step.show(ConversationsChanged());
  return "";
}
