/**
 * Giving those who are new what was said before they came, if the conversation allows it.
 *
 * Every device remembers who came lately. The one whose turn it is gives (`giving_turns`): it puts
 * the lines that it has read itself into an archive (`client` does that), and says in a message
 * where it lies and what opens it, so that all members see what was given to whom. Who added them,
 * and whoever manages the conversation, may give it again.
 *
 * What was given is owed until the message that gives it is stored, in the same transaction: a crash
 * before that leaves at worst a file on the server that nobody can open.
 */

import { unpack } from "../content/envelope.ts";
import { ContentError } from "../content/errors.ts";
import { type Given, LATEST_MS, givenIn } from "../content/given.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { ALL, NONE } from "../wire/room_policy.ts";
import { GatherHistory } from "./commands.ts";
import { type HistoryFailed, type HistoryGathered, type Timer, TimerKind } from "./events.ts";
import * as givingTurns from "./giving_turns.ts";
import type { Said } from "./governing.ts";
import { isGiven } from "./history/entries.ts";
import { MessageKind } from "./model.ts";
import { same } from "./order.ts";
import * as outbox from "./outbox.ts";
import * as policy from "./policy.ts";
import type { Arrived, Line, Outgoing } from "./records.ts";
import { type ConversationState, joined, leaving, users } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

export const DAY_MS = 24 * 3600 * 1000;
export const RETRY_SECONDS = 30;
/** How much older than allowed a line may have become between gathering and sending. */
export const OLDER_MS = DAY_MS;

/** Return how old a line may be that is given, in milliseconds since 1970; null if none is. */
export function since(recordHistory: number, nowMs: number): number | null {
  if (recordHistory === NONE) return null;
  return recordHistory === ALL ? 0 : Math.max(0, nowMs - recordHistory * DAY_MS);
}

/**
 * Whether a line may be given: said by somebody, read or written here, and in that time.
 *
 * What somebody else has given is not passed on: its giver alone answers for it. What came from
 * another device of one's own is.
 */
export function mayGive(line: Line, own: UserId, sinceMs: number, beforeMs = LATEST_MS): boolean {
  const spoken = line.kind === MessageKind.TEXT && isGiven(line) && line.withdrawn === null;
  const answered = line.given_by === "" || line.given_by === own;
  return spoken && answered && sinceMs <= line.time_ms && line.time_ms < beforeMs;
}

/** Begin to give, if somebody waits for it and all is quiet. */
export function proceed(step: Step, conversation: ConversationState): void {
  const { record } = conversation;
  const owed = record.arrived.find((each) => each.mine);
  const ready = joined(conversation) && conversation.caught_up && !conversation.giving;
  if (owed === undefined || !ready || leaving(conversation) || record.policy_by) return;
  const bound = since(policy.historyOf(record), step.nowMs);
  const over = givingTurns.isOver(step, conversation, owed);
  if (bound === null || over || !areHere(conversation, owed.users)) {
    settle(step, conversation, owed);
    return;
  }
  if (outbox.withheld(step, conversation) !== null) return;
  const giving = step.put({ ...conversation, giving: true });
  const { user, device } = step.account;
  const takers = takersOf(giving, owed);
  step.do(
    GatherHistory(record.id, record, owed, bound, owed.before_ms, takers, user, device, step.now),
  );
}

/** The archive lies on the server: say so to all, and owe it no more. */
export function takeGathered(step: Step, event: HistoryGathered): void {
  let found = step.conversation(event.conversation);
  if (found === null) return;
  found = step.put({ ...found, giving: false });
  const { epoch, given: gift } = event;
  const owed = found.record.arrived.find(
    (each) => each.mine && each.epoch === epoch && (gift === null || same(gift.users, each.users)),
  );
  if (owed === undefined || !joined(found)) return;
  if (gift !== null && gift.since_ms < owed.before_ms) outbox.give(step, found, gift);
  settle(step, step.known(found.record.id), owed);
}

/** It was not given: later, or never. */
export function takeFailure(step: Step, event: HistoryFailed): void {
  let found = step.conversation(event.conversation);
  if (found === null) return;
  found = step.put({ ...found, giving: false });
  if (!event.final) {
    givingTurns.putOff(step, found);
    return;
  }
  for (const owed of found.record.arrived.filter((each) => each.mine)) {
    found = settle(step, found, owed);
    givingTurns.warn(step, found, owed);
  }
}

/** Enough time has passed since fetching failed, if it is this timer. */
export function tryAgain(step: Step, timer: Timer): void {
  const found = step.conversation(timer.conversation);
  if (timer.kind === TimerKind.HISTORY && found !== null) step.put({ ...found, fetching: false });
}

/** Who manages the conversation wants it to be given to somebody from this device. */
export function giveAgain(
  step: Step,
  call: number,
  conversation: ConversationId,
  user: UserId,
): void {
  const found = step.conversation(conversation);
  if (found === null || !joined(found)) {
    step.decline(call, "error-not-a-member");
    return;
  }
  const { record } = found;
  const last = record.arrived.findLast((each) => each.users.includes(user));
  if (policy.historyOf(record) === NONE) {
    step.decline(call, "error-history-not-allowed");
  } else if (last === undefined || !users(found).has(user)) {
    step.decline(call, "error-history-not-new", ["who", user]);
  } else if (!givingTurns.isExpected(found, last, step.account.user)) {
    step.decline(call, "error-policy-not-yours");
  } else {
    const now = { mine: true, due_ms: 0, before_ms: LATEST_MS, tries: 0 };
    const others = record.arrived.map((each) =>
      each.due_ms && isOnly(each.users, user) ? givingTurns.settled(each) : each,
    );
    givingTurns.keep(step, found, [...others, { ...last, users: [user], ...now }]);
    step.reply(call);
  }
}

/** Whether what was gathered may be given as things are now; asked before it is encrypted. */
export function stillFits(step: Step, conversation: ConversationState, item: Outgoing): boolean {
  const gift = givenOf(item);
  const bound = since(policy.historyOf(conversation.record), step.nowMs - OLDER_MS);
  if (gift === null || bound === null || conversation.record.policy_by) return false;
  const wanted = owedFor(conversation, gift).some((each) => gift.since_ms < each.before_ms);
  return gift.since_ms >= bound && wanted && areHere(conversation, gift.users);
}

/** What was gathered does not fit any more: it is gathered anew, as far as it still may be. */
export function takeBack(step: Step, conversation: ConversationState, item: Outgoing): void {
  const gift = givenOf(item);
  if (gift === null) return;
  const owed = owedFor(conversation, gift);
  const arrived = conversation.record.arrived.map((each) =>
    owed.includes(each) ? { ...each, mine: true } : each,
  );
  step.amend(conversation, { ...conversation.record, arrived });
}

/** The message that gives a history will not be sent. */
export function fail(step: Step, conversation: ConversationState, item: Outgoing): void {
  const gift = givenOf(item);
  const owed = gift === null ? undefined : owedFor(conversation, gift).at(-1);
  if (owed !== undefined) givingTurns.warn(step, conversation, owed);
}

/** What this device has given is in the log. */
export function confirm(step: Step, conversation: ConversationState, item: Outgoing): void {
  const gift = givenOf(item);
  if (gift === null) return;
  const said = { by: step.account.user, seq: item.seq, time_ms: item.time_ms };
  tell(step, conversation, gift, said);
  givingTurns.note(step, step.known(conversation.record.id), gift, said);
}

/** Return what an outgoing item gives. */
export function givenOf(item: Outgoing): Given | null {
  try {
    return givenIn(unpack(item.content).message);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return null;
  }
}

/** Say to everybody what was given to whom. */
export function tell(step: Step, conversation: ConversationState, gift: Given, said: Said): Line {
  const day = new Date(gift.since_ms).toISOString().slice(0, 10);
  const line = system(
    conversation.record,
    said.seq,
    said.time_ms,
    "system-history-given",
    ["by", said.by],
    ["who", gift.users.join(",")],
    ["day", day],
    ["count", String(gift.count)],
  );
  step.putLine(conversation, line);
  return line;
}

function settle(step: Step, conversation: ConversationState, owed: Arrived): ConversationState {
  const { record } = conversation;
  const settled = givingTurns.settled(owed);
  const arrived = record.arrived.map((each) => (same(each, owed) ? settled : each));
  return step.amend(conversation, { ...record, arrived });
}

/** Return for whom a gift of this device is. */
function owedFor(conversation: ConversationState, gift: Given): readonly Arrived[] {
  return conversation.record.arrived.filter(
    (each) => each.epoch === gift.epoch && same(each.users, gift.users),
  );
}

function areHere(conversation: ConversationState, some: readonly UserId[]): boolean {
  const here = users(conversation);
  return some.some((user) => here.has(user));
}

function isOnly(users: readonly UserId[], user: UserId): boolean {
  return users.length > 0 && users.every((each) => each === user);
}

/** Return the devices that fetch it: with these their people came, and are here still. */
function takersOf(conversation: ConversationState, owed: Arrived): readonly DeviceId[] {
  return conversation.roster
    .filter((leaf) => owed.users.includes(leaf.user))
    .map((leaf) => leaf.device)
    .filter((device) => owed.devices.includes(device));
}
