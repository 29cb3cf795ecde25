/**
 * Who gives those who are new what was said before: one device as a rule, else the next one.
 *
 * The device that added somebody gives at once. The others know the same order
 * (`title_turns.turnOf`): the further devices of who added them, then all as they stand in the tree.
 * The first three of them wait a quarter of an hour each, the rest at random times, the further
 * apart the larger the group. When its turn has come, a device gives what is older than all that was
 * given by then. So what the message of a gift says ends the wait of whoever has nothing older; who
 * has nothing gives nothing, and the next one does; and if the first one had only a part, the rest
 * follows (docs/decisions/0018-gifts-in-turn.md).
 *
 * Whoever was given a history within a day is given the next one when the day is over: else somebody
 * who comes again and again had others send all of it each time. Who cannot give tries it again,
 * after a pause that grows.
 *
 * A gift that comes out of turn is told as every other, and ends nobody's wait. When it is this
 * device's turn is stored; the clock is its own, and runs from when it saw them come.
 */

import { type Given, MAX_USERS } from "../content/given.ts";
import type { UserId } from "../ids.ts";
import { MEMBERS } from "../wire/limits.ts";
import { NONE } from "../wire/room_policy.ts";
import * as allowance from "./allowance.ts";
import { Timer, TimerKind } from "./events.ts";
import * as governing from "./governing.ts";
import type { Said } from "./governing.ts";
import { epochIn } from "./groups.ts";
import { same } from "./order.ts";
import * as policy from "./policy.ts";
import { Arrived, type ConversationRecord, position } from "./records.ts";
import { type ConversationState, type Leaf, heldGroup, joined } from "./state.ts";
import type { Step } from "./step.ts";
import { comings } from "./timeline.ts";
import * as titleTurns from "./title_turns.ts";

/** Of how many commits is remembered who came with them, if this device owes them nothing. */
export const REMEMBERED = 32;
/** Of how many if it does, or may in its turn: all members can come one by one. */
export const OWED = MEMBERS;
/** How many devices have a turn of their own, with the one that added them. */
export const FIRST = 4;
/** Longer than most histories take to be sealed and sent. */
export const TURN_SECONDS = 900;
/** For each device of the group: so about one begins in a minute. */
export const SPREAD_SECONDS = 60;
export const LONGEST_SECONDS = 24 * 3600;
/** Between two histories that one person is given unasked, in one conversation. */
export const REST_SECONDS = 24 * 3600;
/** After which what failed is tried again; each time the pause is four times as long. */
export const RETRY_SECONDS = 30;
export const LONGEST_RETRY_SECONDS = 6 * 3600;
/** Within this time gives whoever was away when it was their turn: many come back at one hour. */
export const LATE_SECONDS = 120;

/**
 * A commit is in the log: whoever it brought is to be given what was said before.
 *
 * By this device at once, if it has made the commit (`mine`). Who came in by themselves is a
 * member already; a member takes them in if they are to be given anything.
 */
export function remember(
  step: Step,
  conversation: ConversationState,
  before: readonly Leaf[],
  unasked: ReadonlySet<UserId>,
  said: Said,
  { mine }: { readonly mine: boolean },
): ConversationState {
  const { record } = conversation;
  const users = comings(before, conversation.roster).added.filter((user) => !unasked.has(user));
  const cameAlone = !before.some((leaf) => leaf.user === said.by);
  if (users.length === 0 || cameAlone || policy.historyOf(record) === NONE) return conversation;
  const delayMs = mine ? 0 : Math.trunc(1000 * delay(step, conversation, before, said.by));
  const fresh = groups(record, users, said).map(([each, restMs, givenMs]) =>
    Arrived.of({
      epoch: epochIn(heldGroup(conversation)),
      users: each,
      below: position(record, said.seq),
      mine: mine && restMs === 0,
      by: said.by,
      time_ms: said.time_ms,
      due_ms: mine && restMs === 0 ? 0 : step.nowMs + restMs + delayMs,
      devices: conversation.roster.filter((x) => each.includes(x.user)).map((x) => x.device),
      begins_ms: restMs === 0 ? 0 : said.time_ms + restMs,
      given_ms: givenMs,
    }),
  );
  const earlier = record.arrived.filter((each) => !isWithin(each.users, users));
  const put = step.put({ ...conversation, awaiting_turn: false }); // it may be the next one
  return keep(step, put, [...earlier, ...fresh]);
}

/**
 * Remember who came: whom this device may have to give something, and the last of the others.
 *
 * Whoever is forgotten in spite of it is named to the person who answers for it.
 */
export function keep(
  step: Step,
  conversation: ConversationState,
  arrived: readonly Arrived[],
): ConversationState {
  const kept: Arrived[] = [];
  let [room, roomOfOwed] = [REMEMBERED, OWED];
  for (const each of arrived.toReversed()) {
    const owed = each.mine || each.due_ms > 0;
    if (owed ? roomOfOwed > 0 : room > 0) kept.push(each);
    else if (owed) warn(step, conversation, each);
    if (owed) roomOfOwed -= 1;
    else room -= 1;
  }
  return step.amend(conversation, { ...conversation.record, arrived: kept.reverse() });
}

/** Say that it was not given, if this person answers for it; else it is for others now. */
export function warn(step: Step, conversation: ConversationState, owed: Arrived): void {
  if (!isExpected(conversation, owed, step.account.user)) return;
  const who = ["who", owed.users.join(",")] as const;
  step.alarm("alarm-history-not-given", [who], conversation.record.id);
}

/**
 * Return who is given one history together, how long they wait for it, and since when.
 *
 * Nobody waits because of others who were given one lately; all in milliseconds.
 */
function groups(
  record: ConversationRecord,
  users: readonly UserId[],
  said: Said,
): readonly (readonly [readonly UserId[], number, number])[] {
  const restMs = 1000 * REST_SECONDS;
  const lately = new Map<UserId, number>();
  for (const each of record.arrived) {
    if (each.given_ms + restMs <= said.time_ms) continue;
    for (const user of each.users) {
      lately.set(user, Math.max(each.given_ms, lately.get(user) ?? 0));
    }
  }
  const found: [readonly UserId[], number, number][] = [];
  for (const wereGiven of [false, true]) {
    const which = users.filter((user) => lately.has(user) === wereGiven);
    for (let at = 0; at < which.length; at += MAX_USERS) {
      const some = which.slice(at, at + MAX_USERS);
      const givenMs = Math.max(...some.map((user) => lately.get(user) ?? 0));
      const rest = givenMs ? Math.min(restMs, givenMs + restMs - said.time_ms) : 0;
      found.push([some, rest, givenMs]);
    }
  }
  return found;
}

/** Return that this device is not to give it, now or later. */
export function settled(owed: Arrived): Arrived {
  return { ...owed, mine: false, due_ms: 0 };
}

/** Somebody has given a history: only what is older than that is to be given still. */
export function hear(
  step: Step,
  conversation: ConversationState,
  gift: Given,
  said: Said,
): ConversationState {
  return amend(step, conversation, (owed) => {
    if (!covers(gift, owed) || !isInTurn(conversation, owed, said)) return owed;
    const before_ms = Math.min(owed.before_ms, gift.since_ms);
    return { ...owed, before_ms, given_ms: said.time_ms };
  });
}

/** This device has given a history: when the next one is due is counted from there. */
export function note(step: Step, conversation: ConversationState, gift: Given, said: Said): void {
  amend(step, conversation, (owed) =>
    covers(gift, owed) ? { ...owed, given_ms: said.time_ms } : owed,
  );
}

function covers(gift: Given, owed: Arrived): boolean {
  return owed.epoch === gift.epoch && isWithin(owed.users, gift.users);
}

function isWithin(some: readonly UserId[], all: readonly UserId[]): boolean {
  return some.every((user) => all.includes(user));
}

function amend(
  step: Step,
  conversation: ConversationState,
  change: (owed: Arrived) => Arrived,
): ConversationState {
  const arrived = conversation.record.arrived.map(change);
  return step.amend(conversation, { ...conversation.record, arrived });
}

/** Wait for our turn, if we are to have one. */
export function proceed(step: Step, conversation: ConversationState): void {
  const { record } = conversation;
  const ready = joined(conversation) && conversation.caught_up && !conversation.awaiting_turn;
  if (!ready || !record.arrived.some((each) => each.due_ms)) return;
  const longest = LONGEST_SECONDS + REST_SECONDS; // unless the clock was set back
  const latest = step.nowMs + 1000 * longest;
  const arrived = record.arrived.map((each) => ({
    ...each,
    due_ms: Math.min(each.due_ms, latest),
  }));
  let waiting = conversation;
  if (!same(arrived, record.arrived)) waiting = step.amend(conversation, { ...record, arrived });
  const due = Math.min(...arrived.map((each) => each.due_ms).filter((dueMs) => dueMs));
  const seconds = Math.max((due - step.nowMs) / 1000, step.chance() * LATE_SECONDS);
  step.put({ ...waiting, awaiting_turn: true });
  step.setTimer(Timer(TimerKind.GIVING, conversation.record.id), seconds);
}

/** It is our turn to give what nobody has given, if it is this timer. */
export function takeTurn(step: Step, timer: Timer): void {
  let found = step.conversation(timer.conversation);
  if (timer.kind !== TimerKind.GIVING || found?.awaiting_turn !== true) return;
  found = step.put({ ...found, awaiting_turn: false });
  amend(step, found, (each) =>
    0 < each.due_ms && each.due_ms <= step.nowMs ? { ...each, mine: true, due_ms: 0 } : each,
  );
}

/** What this device was to give it could not: it tries again, each time after a longer pause. */
export function putOff(step: Step, conversation: ConversationState): void {
  amend(step, step.put({ ...conversation, awaiting_turn: false }), (owed) => {
    if (!owed.mine) return owed;
    const pause = Math.min(RETRY_SECONDS * 4 ** Math.min(owed.tries, 5), LONGEST_RETRY_SECONDS);
    const due_ms = step.nowMs + Math.trunc(1000 * pause);
    return { ...owed, mine: false, due_ms, tries: owed.tries + 1 };
  });
}

/** Whether those who came would not fetch it any more from who gives it in another's place. */
export function isOver(step: Step, conversation: ConversationState, owed: Arrived): boolean {
  const late = step.nowMs > owed.time_ms + allowance.LATE_MS;
  return late && !isExpected(conversation, owed, step.account.user);
}

/** Whether somebody added those who came, or manages the conversation. */
export function isExpected(conversation: ConversationState, owed: Arrived, user: UserId): boolean {
  return user === owed.by || governing.may(conversation, user);
}

/** Whether a gift came from who was to give it, or so late that it may be another's turn. */
function isInTurn(conversation: ConversationState, owed: Arrived, said: Said): boolean {
  const beginsMs = Math.max(owed.time_ms, owed.begins_ms);
  const early = said.time_ms < beginsMs + (1000 * TURN_SECONDS) / 2;
  return !early || isExpected(conversation, owed, said.by);
}

/** Return how long this device waits for those before it, in seconds. */
function delay(
  step: Step,
  conversation: ConversationState,
  before: readonly Leaf[],
  by: UserId,
): number {
  const were = new Set(before.map((leaf) => leaf.device));
  const knowing = conversation.roster.filter((leaf) => were.has(leaf.device));
  const turn = Math.max(1, titleTurns.turnOf(step.account.device, knowing, by));
  if (turn < FIRST) return turn * TURN_SECONDS + step.chance() * SPREAD_SECONDS;
  const spread = step.chance() * SPREAD_SECONDS * conversation.roster.length;
  return Math.min(FIRST * TURN_SECONDS + spread, LONGEST_SECONDS);
}
