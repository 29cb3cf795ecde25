/**
 * What is done to a message after it was said: another text, an emoji, its end.
 *
 * It is a message like any other, and travels as one: queued, stored, sent in its turn. What it is
 * done to is named by its MessageId; the store finds the line, and `fold` decides what may be done
 * to it. Until the log shows it, what this device has done is marked as waiting.
 */

import { pack, unpack } from "../content/envelope.ts";
import type { MessageId } from "../content/model.ts";
import type { Deletion, Edit, Reaction } from "../content/profile.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";
import { type Amendment, Edited, Reacted, ReactionWithdrawn, Withdrawn } from "./amendments.ts";
import type { EditAsked, HideAsked, ReactionAsked, WithdrawAsked } from "./events.ts";
import * as fold from "./fold.ts";
import * as outbox from "./outbox.ts";
import { Errand, type Line, LineState } from "./records.ts";
import type { ConversationState } from "./state.ts";
import type { Step } from "./step.ts";

/** So long after it was said, its author may edit a message; whoever reads it takes any edit. */
export const EDIT_MS = 24 * 60 * 60 * 1000;

export type Wish = EditAsked | ReactionAsked | WithdrawAsked | HideAsked;

// --- what others do --------------------------------------------------------------------------

/**
 * Somebody has done something to a message.
 *
 * @param step - The event's work.
 * @param conversation - Where.
 * @param done - What.
 * @param message - The id of the message that says so.
 * @param said - Who says it, and when.
 */
export function hear(
  step: Step,
  conversation: ConversationState,
  done: Edit | Reaction | Deletion,
  message: MessageId,
  said: Line,
): void {
  const { id, sender: by, position, time_ms } = said;
  const where = { id, by, position, time_ms };
  switch (done.type) {
    case "Edit":
      step.amendLine(conversation, done.first, Edited({ ...where, text: done.text }));
      return;
    case "Reaction": {
      const reacted = Reacted({ ...where, reaction: done.reaction, message });
      step.amendLine(conversation, done.to, reacted);
      return;
    }
    case "Deletion": {
      if (done.reaction_to === null) {
        step.amendLine(conversation, done.first, Withdrawn(where));
        return;
      }
      const taken = Reacted({ ...where, id: "", reaction: "", message: done.first });
      step.amendLine(conversation, done.reaction_to, ReactionWithdrawn(id, by, taken));
    }
  }
}

// --- what the person does --------------------------------------------------------------------

/** Do to a message what the person wants. */
export function wish(step: Step, event: Wish): void {
  const { call, line } = event;
  const found = step.conversation(line.conversation);
  if (found === null || line.state === LineState.QUEUED || line.state === LineState.FAILED) {
    step.decline(call, "error-message-not-here");
    return;
  }
  if (event.type === "HideAsked") {
    step.hideLine(found, line);
    step.reply(call);
    return;
  }
  const why = outbox.barred(step, found) ?? whyNot(step, event);
  if (why !== null) {
    outbox.decline(step, call, why);
    return;
  }
  switch (event.type) {
    case "EditAsked":
      edit(step, found, event);
      return;
    case "ReactionAsked":
      if (event.back) takeBack(step, found, event);
      else react(step, found, event);
      return;
    case "WithdrawAsked":
      withdraw(step, found, event);
  }
}

/** Return why this is not to be done to a message. */
function whyNot(step: Step, event: Exclude<Wish, HideAsked>): outbox.Withheld | null {
  const { line } = event;
  if (line.message.length === 0 || line.withdrawn !== null || line.hidden) {
    return ["error-message-not-here", []];
  }
  if (event.type === "ReactionAsked") return null;
  if (line.sender !== step.account.user) return ["error-not-your-message", []];
  if (event.type === "EditAsked" && step.nowMs - line.time_ms > EDIT_MS) {
    return ["error-too-late-to-edit", []];
  }
  return null;
}

function edit(step: Step, found: ConversationState, event: EditAsked): void {
  const { call, line, text } = event;
  if (text === fold.textOf(line)) {
    step.reply(call);
    return;
  }
  const salt = step.crypto.random(outbox.SALT_BYTES);
  const answers = line.answers.length > 0 ? line.answers : undefined;
  const content = outbox.written(() =>
    outbox.author(step, found).edit(line.message, text, salt, answers),
  );
  if (content === null) {
    step.decline(call, "error-text-not-sendable");
    return;
  }
  const edited = Edited({ id: "", by: step.account.user, position: 0, time_ms: 0, text });
  queue(step, found, event, content, edited);
}

function react(step: Step, found: ConversationState, event: ReactionAsked): void {
  const { call, line, reaction } = event;
  const { user } = step.account;
  const own = line.reactions.filter((each) => each.by === user);
  if (own.some((each) => each.reaction === reaction)) {
    step.reply(call);
    return;
  }
  if (own.length >= fold.OWN_REACTIONS || line.reactions.length >= fold.REACTIONS) {
    step.decline(call, "error-too-many-reactions");
    return;
  }
  const salt = step.crypto.random(outbox.SALT_BYTES);
  const content = outbox.written(() =>
    outbox.author(step, found).reaction(line.message, reaction, salt),
  );
  if (content === null) {
    step.decline(call, "error-no-reaction");
    return;
  }
  const said = { id: "", by: user, position: 0, time_ms: 0 };
  const reacted = Reacted({ ...said, reaction, message: unpack(content).id });
  queue(step, found, event, content, reacted);
}

function takeBack(step: Step, found: ConversationState, event: ReactionAsked): void {
  const { call, line, reaction } = event;
  const { user } = step.account;
  const held = line.reactions.find((each) => each.by === user && each.reaction === reaction);
  if (held === undefined) {
    step.reply(call);
    return;
  }
  const salt = step.crypto.random(outbox.SALT_BYTES);
  const [first, to] = [held.message, line.message];
  const content = pack(outbox.author(step, found).deletion(first, salt, to));
  queue(step, found, event, content, ReactionWithdrawn("", user, held));
}

function withdraw(step: Step, found: ConversationState, event: WithdrawAsked): void {
  const salt = step.crypto.random(outbox.SALT_BYTES);
  const first = event.line.message;
  const content = pack(outbox.author(step, found).deletion(first, salt));
  const said = { id: "", by: step.account.user, position: 0, time_ms: 0 };
  queue(step, found, event, content, Withdrawn(said));
}

function queue(
  step: Step,
  found: ConversationState,
  { call, line }: Wish,
  content: Bytes,
  amendment: Amendment,
): void {
  const target = line.message;
  const [errand, text, salt] = [Errand.AMENDMENT, "", EMPTY];
  outbox.queue(step, found, { errand, content, text, salt, target, amendment });
  step.reply(call);
}
