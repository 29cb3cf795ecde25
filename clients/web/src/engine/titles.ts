/**
 * What a conversation is called (docs/spec/content.md): the title given last in the log wins.
 *
 * Who has read a title when it was given believes no repetition of another one. Who is new, or may
 * have missed one, believes what was repeated last, and is told by whom: so a false repetition is
 * put right by the next true one, and nobody renames a conversation without being named.
 */

import type { UserId } from "../ids.ts";
import * as groups from "./groups.ts";
import { ConversationsChanged } from "./model.ts";
import { Errand, type Line, type Outgoing, position } from "./records.ts";
import type { ConversationState } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";
import * as titleTurns from "./title_turns.ts";

/** A title as a message told it. */
export interface Told {
  /** The title. */
  readonly title: string;
  /** At which place it was given; null if by this very message. */
  readonly since: number | null;
  /** The place of the message. */
  readonly seq: number;
  /** Whoever was in the group in this epoch could read it. */
  readonly epoch: number;
}

/**
 * Somebody has given the conversation a title, or repeats the one it has.
 *
 * @param step - The event's work.
 * @param conversation - Where it was said.
 * @param told - What was said.
 * @param line - Who said it, and when.
 */
export function hear(step: Step, conversation: ConversationState, told: Told, line: Line): void {
  const { direct, since } = conversation.record;
  // What was founded here between two stays so.
  if (direct && since === 0) return;
  const group = direct ? isGroup(step, conversation) : conversation;
  const heard = taken(step, group, told, line);
  const { record } = heard;
  const isKnown = record.title_owed !== 0 && told.epoch >= record.title_owed;
  if (record.title === told.title && isKnown) settle(step, heard);
}

function taken(
  step: Step,
  conversation: ConversationState,
  told: Told,
  line: Line,
): ConversationState {
  if (told.since !== null && told.since < told.seq) return learn(step, conversation, told, line);
  const given = give(step, conversation, told.title, told.seq, line);
  return titleTurns.oweAgain(step, given, told.epoch, line.sender);
}

/** Nobody gives a conversation between two a title: the server has called it what it is not. */
function isGroup(step: Step, conversation: ConversationState): ConversationState {
  return step.amend(conversation, { ...conversation.record, direct: false, peer: "" as UserId });
}

/** What this device said about the title is in the log. */
export function confirm(step: Step, conversation: ConversationState, item: Outgoing): void {
  const epoch = groups.epochOf(item.body) ?? 0;
  let confirmed = conversation;
  if (item.errand === Errand.TITLE) {
    const { user } = step.account;
    const said = [
      ["by", user],
      ["title", item.text],
    ] as const;
    const line = system(conversation.record, item.seq, item.time_ms, "system-renamed", ...said);
    const given = give(step, conversation, item.text, item.seq, line);
    confirmed = titleTurns.oweAgain(step, given, epoch, user);
  }
  const { title, title_owed: owed } = confirmed.record;
  if (title === item.text && owed !== 0 && epoch >= owed) settle(step, confirmed);
}

/** The conversation has this title from this place on. */
function give(
  step: Step,
  conversation: ConversationState,
  title: string,
  seq: number,
  by: Line,
): ConversationState {
  const { record } = conversation;
  const titled = { ...record, title, titled: position(record, seq), title_told: false };
  return shown(step, step.amend(conversation, titled), conversation, () => {
    return system(record, seq, by.time_ms, "system-renamed", ["by", by.sender], ["title", title]);
  });
}

/** Take a title that is repeated, unless this device has read it when it was given. */
function learn(
  step: Step,
  conversation: ConversationState,
  told: Told,
  by: Line,
): ConversationState {
  const { record } = conversation;
  const { title, since, seq } = told;
  if (record.title !== "" && !record.title_told) return conversation;
  const titled = since === null || since === 0 ? 0 : position(record, since);
  const learned = step.amend(conversation, { ...record, title, titled, title_told: true });
  return shown(step, learned, conversation, () => {
    const said = [
      ["by", by.sender],
      ["title", title],
    ] as const;
    return system(record, seq, by.time_ms, "system-title-told", ...said);
  });
}

/** Say that a title is another one, with a line unless it is the first. */
function shown(
  step: Step,
  conversation: ConversationState,
  { record: before }: ConversationState,
  line: () => Line,
): ConversationState {
  if (before.title === conversation.record.title) return conversation;
  step.show(ConversationsChanged());
  return before.title === "" ? conversation : step.putLine(conversation, line());
}

/** Something was said that this device cannot read: it may have been a title. */
export function miss(step: Step, conversation: ConversationState): ConversationState {
  return step.amend(conversation, { ...conversation.record, title_told: true });
}

/** Everybody knows the title: what was to repeat it need not be sent any more. */
function settle(step: Step, conversation: ConversationState): void {
  let settled = conversation;
  for (const item of conversation.outgoing) {
    if (item.errand === Errand.TITLE_AGAIN && item.body.length === 0) {
      settled = step.dropOutgoing(settled, item);
    }
  }
  step.amend(settled, { ...settled.record, title_owed: 0, title_turn: 0 });
}
