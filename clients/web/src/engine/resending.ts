/**
 * What was said is said again, when another log has taken the place of the one it was in.
 *
 * A server that was restored from a backup may lack what this device has sent. It is sent again
 * under its old client id, so that whoever holds it already knows it.
 */

import { pack, unpack } from "../content/envelope.ts";
import type { MessageId } from "../content/model.ts";
import { Author, type Seen } from "../content/profile.ts";
import { type Bytes, equalBytes, fromHex, toHex } from "../mls/bytes.ts";
import type { Item } from "../wire/frames.ts";
import type { Edited, Reacted, Withdrawn } from "./amendments.ts";
import { MessageKind } from "./model.ts";
import * as outbox from "./outbox.ts";
import { Errand, type Line, LineState, Outgoing } from "./records.ts";
import type { ConversationState } from "./state.ts";
import type { Step } from "./step.ts";

const ARRIVALS: ReadonlySet<string> = new Set([
  "system-added",
  "system-device-added",
  "system-joined",
  "system-rejoined",
]);

/**
 * Queue what this device has said and another log may lack; under its old client id.
 *
 * It goes to who is in the group then, so nothing goes back beyond the last time somebody came
 * or a device was added: who was not there is not to read it, whatever the server says it lost.
 */
export function sendAgain(
  step: Step,
  conversation: ConversationState,
  lines: readonly Line[],
): void {
  let put = conversation;
  for (const item of conversation.outgoing) {
    if (item.seq !== 0) put = step.putOutgoing(put, { ...item, seq: 0 }); // it was in the old log
  }
  const held = new Set(put.outgoing.map((item) => toHex(item.client_id)));
  for (const line of sinceTheLastArrival(lines)) {
    for (const item of saidWith(step, put, line)) {
      if (!held.has(toHex(item.client_id))) put = step.putOutgoing(put, item);
    }
  }
}

/** Say whether an item of a log that is read again was to be sent again; it need not be. */
export function stillThere(
  step: Step,
  conversation: ConversationState,
  seq: number,
  item: Item,
): boolean {
  if (seq > conversation.record.reread) return false;
  const isIt = (each: Outgoing): boolean =>
    equalBytes(each.client_id, item.client_id) && each.body.length === 0 && each.order === 0;
  const found = conversation.outgoing.find(isIt);
  if (found === undefined) return false;
  step.dropOutgoing(conversation, found);
  return true;
}

function sinceTheLastArrival(lines: readonly Line[]): readonly Line[] {
  const last = lines.findLastIndex(
    (line) => ARRIVALS.has(line.text) && line.kind === MessageKind.SYSTEM,
  );
  return lines.slice(Math.max(0, last));
}

/** Go through what this device has said with a line, or done to it. */
function* saidWith(step: Step, conversation: ConversationState, line: Line): Generator<Outgoing> {
  const device = `${step.account.device}.`;
  const { kind, state, edits, reactions, withdrawn } = line;
  const ours = kind === MessageKind.TEXT && state === LineState.SENT;
  if (ours && line.id.startsWith(device) && withdrawn === null && !line.hidden) {
    yield again(step, conversation, line);
  }
  for (const done of [...edits, ...reactions, ...(withdrawn === null ? [] : [withdrawn])]) {
    if (done.id.startsWith(device) && !done.waiting) {
      yield doneAgain(step, conversation, line, done);
    }
  }
}

function again(step: Step, conversation: ConversationState, line: Line): Outgoing {
  const salt = line.salt.length > 0 ? line.salt : step.crypto.random(outbox.SALT_BYTES);
  const author = new Author(step.account.user, conversation.record.id, seenIn(line));
  const answers = line.answers.length > 0 ? line.answers : undefined;
  return Outgoing.of({
    client_id: clientId(line.id),
    order: 0,
    errand: Errand.TEXT,
    content: pack(author.text(line.text, salt, answers)),
    text: line.text,
    time_ms: line.time_ms,
    line: line.id,
    salt,
    seen: line.seen,
  });
}

type Done = Edited | Reacted | Withdrawn;

function doneAgain(step: Step, conversation: ConversationState, line: Line, done: Done): Outgoing {
  const author = outbox.author(step, conversation);
  const salt = step.crypto.random(outbox.SALT_BYTES);
  const content = contentOf(author, line.message, salt, done);
  const named = done.type === "Reacted" ? { ...done, message: unpack(content).id } : done;
  return Outgoing.of({
    client_id: clientId(done.id),
    order: 0,
    errand: Errand.AMENDMENT,
    content,
    text: "",
    time_ms: done.time_ms,
    line: done.type === "Edited" ? done.id : "",
    target: line.message,
    amendment: named,
  });
}

function contentOf(author: Author, first: MessageId, salt: Bytes, done: Done): Bytes {
  switch (done.type) {
    case "Edited":
      return pack(author.edit(first, done.text, salt));
    case "Reacted":
      return pack(author.reaction(first, done.reaction, salt));
    case "Withdrawn":
      return pack(author.deletion(first, salt));
  }
}

function seenIn({ seen }: Line): Seen | null {
  if (seen === null) return null;
  const [begun, size, root] = seen;
  return { begun, size, root };
}

function clientId(line: string): Bytes {
  return fromHex(line.slice(line.indexOf(".") + 1));
}
