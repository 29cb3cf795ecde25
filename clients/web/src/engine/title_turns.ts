/**
 * Who repeats the title for those who are new: exactly one device, as a rule.
 *
 * Somebody who comes into a group cannot read what was said before, so somebody has to say the
 * title again (docs/decisions/0006-titles-are-repeated.md). Every device that saw them come knows
 * the same order: first the devices of whoever let them in, or of the newcomer's own person, then
 * the others as they stand in the tree. The first one speaks at once, the next three a little later
 * if nobody has, the rest at random times, the further apart the larger the group. That somebody is
 * owed the title is stored, and forgotten when a title is read that they can read too.
 */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { Timer, TimerKind } from "./events.ts";
import * as groups from "./groups.ts";
import * as outbox from "./outbox.ts";
import { Errand } from "./records.ts";
import { type ConversationState, type Leaf, heldGroup, joined } from "./state.ts";
import type { Step } from "./step.ts";

/** How many devices have a turn of their own. */
export const FIRST = 4;
export const TURN_SECONDS = 2;
/** For each device of the group: in a group of 1,000 about two would speak in one second. */
export const SPREAD_SECONDS = 0.5;

/** A commit of `by` is in the log: whoever it brought must be told the title. */
export function owe(
  step: Step,
  conversation: ConversationState,
  before: readonly Leaf[],
  by: UserId,
): ConversationState {
  const were = new Set(before.map((leaf) => leaf.device));
  const knowing = conversation.roster.filter((leaf) => were.has(leaf.device));
  if (knowing.length === conversation.roster.length) return conversation;
  return oweThese(step, conversation, knowing, by);
}

/** A title was given by `by` in an earlier epoch: who has come since could not read it. */
export function oweAgain(
  step: Step,
  conversation: ConversationState,
  epoch: number,
  by: UserId,
): ConversationState {
  if (conversation.group === null || epoch >= groups.epochIn(conversation.group))
    return conversation;
  return oweThese(step, conversation, conversation.roster, by);
}

function oweThese(
  step: Step,
  conversation: ConversationState,
  knowing: readonly Leaf[],
  by: UserId,
): ConversationState {
  const group = heldGroup(conversation);
  const { record } = conversation;
  if (!record.title || record.direct) return conversation;
  const title_turn = turnOf(step.account.device, knowing, by);
  return step.amend(
    { ...conversation, titling: false },
    { ...record, title_owed: groups.epochIn(group), title_turn },
  );
}

/** Return how many devices are before one of those that saw somebody come with `by`. */
export function turnOf(device: DeviceId, knowing: readonly Leaf[], by: UserId): number {
  const order = [...knowing].sort(
    (one, other) => Number(one.user !== by) - Number(other.user !== by) || one.index - other.index,
  );
  const turn = order.findIndex((leaf) => leaf.device === device);
  return turn < 0 ? order.length : turn;
}

/** Repeat the title if it is our turn, or wait for our turn. */
export function proceed(step: Step, conversation: ConversationState): void {
  const { record } = conversation;
  const ready = joined(conversation) && conversation.caught_up && !conversation.titling;
  if (!record.title_owed || !ready || isQueued(conversation)) return;
  if (!record.title_turn) {
    outbox.repeatTitle(step, conversation);
    return;
  }
  step.put({ ...conversation, titling: true });
  const seconds = delay(record.title_turn, conversation.roster.length, step.chance());
  step.setTimer(Timer(TimerKind.TITLE, conversation.record.id), seconds);
}

/** It is our turn, if nobody has spoken. */
export function takeTurn(step: Step, conversation: ConversationId): void {
  let found = step.conversation(conversation);
  if (found?.titling !== true) return;
  found = step.put({ ...found, titling: false });
  if (found.record.title_owed && joined(found) && !isQueued(found)) outbox.repeatTitle(step, found);
}

/** Return how long a device waits for those before it, in seconds. */
function delay(turn: number, devices: number, chance: number): number {
  if (turn < FIRST) return turn * TURN_SECONDS;
  return FIRST * TURN_SECONDS + chance * SPREAD_SECONDS * devices;
}

function isQueued(conversation: ConversationState): boolean {
  return conversation.outgoing.some((item) => item.errand === Errand.TITLE_AGAIN);
}
