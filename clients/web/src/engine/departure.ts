/**
 * Leaving a group behind: removed, left, lost, or broken.
 *
 * Whoever is out destroys every key of the group; the history stays. A group that has gone on
 * without us is joined again, but not twice in a short time: then it is left alone, and that is
 * said. The person may try again.
 */

import type { ConversationId } from "../ids.ts";
import * as company from "./company.ts";
import { type Body, isAnswer } from "./events.ts";
import * as groups from "./groups.ts";
import * as intents from "./intents.ts";
import * as leaving from "./leaving.ts";
import { ConversationsChanged, MembersChanged } from "./model.ts";
import * as outbox from "./outbox.ts";
import { type Line, Phase, Rejoin } from "./records.ts";
import * as requests from "./requests.ts";
import { personOf } from "./roster.ts";
import { type ConversationState, ForComparison, idOf } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** A group is joined again by itself at most once in this time. */
export const REJOIN_SECONDS = 600;

/** We were removed: nothing more can be read, and every key is destroyed. */
export function leaveBehind(
  step: Step,
  conversation: ConversationState,
  seq: number,
  timeMs: number,
  heard: groups.RemovedFromGroup,
): void {
  const { record } = conversation;
  const own = step.account.user;
  const by = personOf(heard.committer);
  const hasLeft = leaving.proposed(conversation).has(own) || record.leaving;
  const line = hasLeft
    ? system(record, seq, timeMs, "system-left", ["who", own])
    : system(record, seq, timeMs, "system-removed", ["who", own], ["by", by]);
  go(step, conversation, line);
}

/** The group has gone on without us: join it again, once. */
export function lose(step: Step, conversation: ConversationState, seq: number): void {
  const found = step.putPending(conversation, null);
  const { record } = found;
  if (record.intents.some((intent) => intent.type === "Rejoin")) return;
  if (step.now < record.rejoined_at + REJOIN_SECONDS) {
    giveUp(step, found, seq);
    return;
  }
  const amended = step.amend(found, { ...record, rejoined_at: step.now });
  intents.wantFirst(step, amended, Rejoin(true));
}

/** The person wants to be back in what was given up; an automatic try is free again. */
export function tryAgain(step: Step, conversation: ConversationState, call: number): void {
  step.amend(conversation, {
    ...conversation.record,
    phase: Phase.OUTSIDE,
    intents: [Rejoin(true, call)],
    rejoined_at: 0,
  });
}

/** Ask whether the log leads to the group that we hold, unless that is asked already. */
export function askToCompare(step: Step, conversation: ConversationId, call = 0): void {
  const isAsked = [...step.desk.purposes.values()].some(
    (each) =>
      each.type === "ForComparison" && each.conversation === conversation && each.call === call,
  );
  if (isAsked) return;
  const group = step.conversation(conversation)?.group ?? null;
  const epoch = group === null ? 0 : groups.epochIn(group);
  step.ask(ForComparison(conversation, epoch, call), requests.group(conversation));
}

/**
 * If the log does not lead to our group, join the one it leads to.
 *
 * A later epoch may still be ours: the commits that lead to it say so when they are read. An
 * earlier one may be of a time when our group was there too: then it is asked again.
 */
export function compare(step: Step, purpose: ForComparison, body: Body): void {
  const found = step.conversation(purpose.conversation);
  const group = found?.group ?? null;
  if (found === null || group === null || !isAnswer(body, "Group")) {
    step.decline(purpose.call, "error-not-possible");
    return;
  }
  const isOurs = groups.isOf(group, body.group_info);
  const epoch = groups.epochIn(group);
  if (!isOurs && body.epoch < epoch && epoch !== purpose.epoch) {
    askToCompare(step, found.record.id, purpose.call);
    return;
  }
  const amended = step.amend(found, { ...found.record, compare: false });
  if (isOurs) step.decline(purpose.call, "error-not-broken");
  else if (purpose.call !== 0) comeBack(step, step.putPending(amended, null), purpose.call);
  else if (body.epoch <= epoch) lose(step, amended, amended.record.seq);
}

/** The server does not show its group now: it is asked again before anything is said. */
export function notCompared(step: Step, purpose: ForComparison, retryAfter: number): void {
  const found = step.conversation(purpose.conversation);
  step.decline(purpose.call, "error-not-possible");
  if (found?.record.compare === true) outbox.hold(step, found, retryAfter);
}

/** The server says that we are no longer a member. */
export function leftElsewhere(step: Step, conversation: ConversationState, seq: number): void {
  const { record } = conversation;
  const isOut = record.phase === Phase.OUTSIDE || record.phase === Phase.BROKEN;
  if (!isOut && !(record.phase === Phase.JOINED && record.seq >= seq && seq > 0)) return;
  const own = step.account.user;
  go(step, conversation, system(record, seq, step.nowMs, "system-removed", ["who", own]));
}

/** We are out: every key of the group is destroyed, the history stays. */
export function go(step: Step, conversation: ConversationState, line: Line): void {
  const id = idOf(conversation);
  for (const intent of conversation.record.intents) {
    if (intent.type === "Depart") step.reply(intent.call, id);
    else step.decline(intent.call, "error-not-a-member");
  }
  let record = company.remembered(conversation);
  record = { ...record, phase: Phase.LEFT, intents: [], leaving: false };
  if (line.text === "system-left") {
    // Whoever leaves is done with what is there.
    record = { ...record, unread: 0, read: Math.max(record.read, line.position) };
  }
  const amended = step.putPending(step.amend(conversation, record), null);
  const left = step.putLine(step.dropGroup(amended), line);
  outbox.failAll(step, left);
  step.show(MembersChanged(id));
  step.show(ConversationsChanged());
}

/**
 * The group cannot be followed, or must not be: say so, and leave it alone.
 *
 * @param step - The event's work.
 * @param conversation - Which.
 * @param seq - Where in the log.
 * @param alarm - Empty if whoever calls has raised one that says more.
 */
export function giveUp(
  step: Step,
  conversation: ConversationState,
  seq: number,
  alarm = "alarm-conversation-broken",
): void {
  for (const intent of conversation.record.intents) {
    step.decline(intent.call, "error-conversation-broken");
  }
  const line = system(conversation.record, seq, step.nowMs, "system-broken");
  const record = { ...company.remembered(conversation), phase: Phase.BROKEN, intents: [] };
  const amended = step.putPending(step.amend(conversation, record), null);
  const broken = step.putLine(step.dropGroup(amended), line);
  outbox.failAll(step, broken);
  if (alarm !== "") step.alarm(alarm, [], idOf(broken));
  step.show(ConversationsChanged());
}

/**
 * The server knows nothing of the conversation, or of us in it: what is written goes nowhere.
 *
 * So nothing more is taken here, and that is said; what was said stays. The keys stay too: the
 * server may know it again.
 */
export function stayBehind(step: Step, conversation: ConversationState): void {
  if (conversation.record.unknown) return;
  for (const intent of conversation.record.intents) step.decline(intent.call, "error-not-a-member");
  const record = {
    ...conversation.record,
    unknown: true,
    intents: [],
    leaving: false,
    compare: false,
  };
  const amended = step.putPending(step.amend(conversation, record), null);
  const line = system(record, record.seq, step.nowMs, "system-unknown");
  outbox.failAll(step, step.putLine(amended, line));
  step.show(MembersChanged(record.id));
  step.show(ConversationsChanged());
}

/** Let this device join again before anything else is done; an automatic try is free again. */
function comeBack(step: Step, conversation: ConversationState, call: number): void {
  const { record } = conversation;
  const others = record.intents.filter((each) => each.type !== "Rejoin");
  const free = { ...record, intents: others, rejoined_at: 0 };
  const amended = step.amend({ ...conversation, held: false }, free);
  intents.wantFirst(step, amended, Rejoin(true, call));
}
