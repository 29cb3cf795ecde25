/** What is wanted of a group: remembered until it is done, given up, or found to be so already. */

import type { Query } from "./commands.ts";
import { LookupError, same } from "./order.ts";
import type { Intent } from "./records.ts";
import { type ConversationState, ForIntent, idOf } from "./state.ts";
import type { Step } from "./step.ts";

/** Remember that something is to be done to the group. */
export function want(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
): ConversationState {
  const { record } = conversation;
  const intents = [...record.intents, { ...intent, after: record.written }];
  return step.amend(conversation, { ...record, intents });
}

/** Remember that something is to be done before everything else, but for joining again. */
export function wantFirst(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
): ConversationState {
  const { record } = conversation;
  const back = record.intents.filter((each) => each.type === "Rejoin");
  const rest = record.intents.filter((each) => each.type !== "Rejoin");
  return step.amend(conversation, { ...record, intents: [...back, intent, ...rest] });
}

/** Say whether somebody or something is to go: nothing keeps that from being done first. */
export function takesOut(intent: Intent): boolean {
  return ["Exclude", "ExcludeDevice", "Depart"].includes(intent.type);
}

/** Let who is to go not wait for what the server takes only when they are gone. */
export function putFirstWhatTakesOut(
  step: Step,
  conversation: ConversationState,
): ConversationState {
  const { record } = conversation;
  const out = record.intents.filter(takesOut);
  const intents = [...out, ...record.intents.filter((each) => !takesOut(each))];
  if (same(intents, record.intents)) return conversation;
  return step.amend(conversation, { ...record, intents });
}

/** Make the HTTP request that the first intent waits for. */
export function ask(step: Step, conversation: ConversationState, query: Query): void {
  const number = step.ask(ForIntent(idOf(conversation)), query);
  step.put({ ...conversation, asking: number });
}

/**
 * Say that the first intent is done, or that there was nothing to do.
 *
 * @throws LookupError - There is none.
 */
export function done(step: Step, conversation: ConversationState): void {
  const intent = takeFirst(step, conversation);
  step.reply(intent.call, idOf(conversation));
}

/**
 * Say that the first intent will not be done.
 *
 * @throws LookupError - There is none.
 */
export function fail(
  step: Step,
  conversation: ConversationState,
  key: string,
  ...named: readonly (readonly [string, string])[]
): void {
  const intent = takeFirst(step, conversation);
  step.decline(intent.call, key, ...named);
}

function takeFirst(step: Step, conversation: ConversationState): Intent {
  const [intent, ...intents] = conversation.record.intents;
  if (intent === undefined) throw new LookupError("nothing is to be done");
  step.amend({ ...conversation, claimed: [] }, { ...conversation.record, intents });
  return intent;
}
