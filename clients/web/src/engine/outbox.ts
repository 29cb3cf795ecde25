/**
 * Outgoing messages: written once, encrypted once, sent until they are in the log.
 *
 * What a person writes is stored and shown before it is sent. It is encrypted when it is its
 * turn; from then on every attempt sends the same bytes under the same client id, and the
 * server takes them once. Only when the server says that their epoch is over (it has not taken
 * them then) are they encrypted anew, under the same client id. One message of a conversation
 * is on its way at a time, so that the order of writing is the order of the log.
 */

import { pack } from "../content/envelope.ts";
import { ContentError } from "../content/errors.ts";
import { type Given, message } from "../content/given.ts";
import { Author, type Seen } from "../content/profile.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, fromHex, toHex } from "../mls/bytes.ts";
import { type Item, type Nack, NackCode, type Sent } from "../wire/frames.ts";
import { CLIENT_ID_BYTES, MESSAGE_BYTES } from "../wire/limits.ts";
import * as directory from "./directory.ts";
import { Timer, TimerKind } from "./events.ts";
import * as gossip from "./gossip.ts";
import * as groups from "./groups.ts";
import * as listing from "./listing.ts";
import { MessageKind } from "./model.ts";
import { Errand, type Line, LineState, Outgoing, Phase, position } from "./records.ts";
import * as requests from "./requests.ts";
import * as sharing from "./sharing.ts";
import { type ConversationState, ForOne, heldGroup, joined, leaving, ofPerson } from "./state.ts";
import type { Step } from "./step.ts";
import * as timeline from "./timeline.ts";
import * as titles from "./titles.ts";
import * as witnesses from "./witnesses.ts";

const SALT_BYTES = 16;
export const RETRY_SECONDS = 5;

const ARRIVALS: ReadonlySet<string> = new Set([
  "system-added",
  "system-device-added",
  "system-joined",
  "system-rejoined",
]);
const OVER: ReadonlySet<Phase> = new Set([Phase.LEFT, Phase.BROKEN]);
const FINAL: ReadonlySet<NackCode> = new Set([
  NackCode.FORBIDDEN,
  NackCode.INVALID,
  NackCode.TOO_LARGE,
  NackCode.UNKNOWN_CONVERSATION,
]);

/** The key of an error, and because of whom. */
export type Withheld = readonly [key: string, users: readonly UserId[]];

// --- what the person does -------------------------------------------------------------------

/** Queue a text. */
export function write(step: Step, call: number, conversation: ConversationId, text: string): void {
  const found = step.conversation(conversation);
  if (found === null || OVER.has(found.record.phase) || found.record.unknown) {
    step.decline(call, "error-not-a-member");
    return;
  }
  if (leaving(found)) {
    step.decline(call, "error-leaving");
    return;
  }
  const why = withheld(step, found);
  if (why !== null) {
    const [key, users] = why;
    step.decline(call, key, ["who", users.join(",")]);
    return;
  }
  const salt = step.crypto.random(SALT_BYTES);
  let content: Bytes;
  try {
    content = pack(authorIn(step, found).text(text, salt));
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    step.decline(call, "error-text-not-sendable");
    return;
  }
  const item = queue(step, found, { errand: Errand.TEXT, content, text, salt });
  step.reply(call, item.line);
}

/**
 * Queue another title.
 *
 * @throws ContentError - It is no title.
 */
export function announce(step: Step, conversation: ConversationState, title: string): void {
  const author = authorIn(step, conversation);
  const salt = step.crypto.random(SALT_BYTES);
  const content = pack(author.roomTitle(title, salt));
  queue(step, conversation, { errand: Errand.TITLE, content, text: title, salt });
}

/** Queue the title as it is, for those who are new. */
export function repeatTitle(step: Step, conversation: ConversationState): void {
  const author = authorIn(step, conversation);
  const salt = step.crypto.random(SALT_BYTES);
  const { title, titled, shift } = conversation.record;
  const content = pack(author.roomTitle(title, salt, Math.max(0, titled - shift)));
  queue(step, conversation, { errand: Errand.TITLE_AGAIN, content, text: title, salt });
}

/** Queue the message that gives a history to those who are new. */
export function give(step: Step, conversation: ConversationState, gift: Given): void {
  const author = authorIn(step, conversation);
  const salt = step.crypto.random(SALT_BYTES);
  const content = pack(message(author, gift, salt));
  queue(step, conversation, { errand: Errand.HISTORY, content, text: "", salt });
}

/** Send a failed message again. */
export function retry(step: Step, call: number, line: string): void {
  const found = ofLine(step, line);
  if (!found?.item.failed) {
    step.decline(call, "error-no-such-message");
    return;
  }
  if (found.conversation.record.unknown) {
    step.decline(call, "error-not-a-member");
    return;
  }
  if (leaving(found.conversation)) {
    step.decline(call, "error-leaving");
    return;
  }
  const fresh = { ...found.item, failed: false, body: EMPTY };
  const conversation = step.putOutgoing(found.conversation, fresh);
  step.putLine(conversation, lineOf(step, conversation, fresh));
  step.reply(call);
}

/** Forget a message that has failed, or was never encrypted and so never sent. */
export function discard(step: Step, call: number, line: string): void {
  const found = ofLine(step, line);
  if (found === null || (isEncrypted(found.item) && !found.item.failed)) {
    step.decline(call, "error-no-such-message");
    return;
  }
  step.dropLine(step.dropOutgoing(found.conversation, found.item), line);
  step.reply(call);
}

// --- sending ----------------------------------------------------------------------------------

/** Send the next message, if there is one and its members are who they were. */
export async function proceed(step: Step, conversation: ConversationState): Promise<void> {
  const item = nextItem(conversation);
  if (item === null) return;
  if (item.errand !== Errand.PROPOSAL) {
    if (withheld(step, conversation) !== null) return;
    // a commit comes first (RFC 9420 §12.4)
    if (heldGroup(conversation).pending_proposals.size > 0) return;
  }
  if (isEncrypted(item)) {
    sendItem(step, conversation, item);
  } else if (item.errand === Errand.HISTORY && !sharing.stillFits(step, conversation, item)) {
    sharing.takeBack(step, step.dropOutgoing(conversation, item), item);
  } else {
    const [put, encrypted] = await encryptedIn(step, conversation, item);
    sendItem(step, put, encrypted);
  }
}

function sendItem(step: Step, conversation: ConversationState, item: Outgoing): void {
  if (item.body.length > MESSAGE_BYTES) fail(step, conversation, item);
  else fly(step, conversation, item.client_id, item.body);
}

/** Return why nothing may be said here now, as the key of an error, and because of whom. */
export function withheld(step: Step, conversation: ConversationState): Withheld | null {
  const changed = directory.changed(step, conversation.roster);
  if (changed.length > 0) return ["error-key-changed", changed];
  const { newcomers, peer, direct } = conversation.record;
  if (newcomers.length > 0) return ["error-members-unknown", newcomers];
  if (joined(conversation) && direct) {
    const devices = ofPerson(conversation, peer);
    if (devices.every((leaf) => listing.isEnded(step, leaf))) return ["error-peer-absent", [peer]];
  }
  return witnesses.stop(step) ? ["error-witnesses-missing", []] : null;
}

/** Send something and remember that its answer is awaited. */
export function fly(
  step: Step,
  conversation: ConversationState,
  clientId: Bytes,
  body: Bytes,
  groupInfo: Bytes = EMPTY,
  welcome: Bytes = EMPTY,
): void {
  const number = step.number();
  const { id } = conversation.record;
  const flight = { conversation: id, client_id: clientId };
  step.desk = { ...step.desk, flights: new Map([...step.desk.flights, [number, flight]]) };
  step.put({ ...conversation, flight: number });
  step.send({
    type: "Send",
    request: number,
    conversation: id,
    client_id: clientId,
    body,
    group_info: groupInfo,
    welcome,
  });
}

/** The server has it; the log will show it. */
export function takeSent(
  step: Step,
  conversation: ConversationState,
  clientId: Bytes,
  frame: Sent,
): void {
  const item = inFlight(conversation, clientId);
  if (item === null) return; // the log has shown it already
  const { seq, time_ms } = frame;
  if (frame.duplicate && seq <= conversation.record.seq) {
    confirm(step, conversation, item, seq, time_ms); // read, but not as ours
    return;
  }
  const sent = { ...item, seq, time_ms };
  const put = step.putOutgoing(conversation, sent);
  if (sent.line) step.putLine(put, lineOf(step, put, sent));
}

/** The server does not have it: later, anew, or never. */
export function takeNack(
  step: Step,
  conversation: ConversationState,
  clientId: Bytes,
  frame: Nack,
): void {
  const item = inFlight(conversation, clientId);
  if (item === null) return;
  const wait_for = frame.head;
  if (FINAL.has(frame.code)) {
    fail(step, conversation, item);
  } else if (frame.code === NackCode.OVERLOADED) {
    hold(step, conversation, frame.retry_ms / 1000);
  } else if (isAhead(conversation, frame.epoch)) {
    hold(step, conversation, RETRY_SECONDS);
    doubt(step, conversation, frame.epoch);
  } else if (item.errand === Errand.PROPOSAL) {
    step.put({ ...step.dropOutgoing(conversation, item), wait_for });
  } else {
    step.put({ ...step.putOutgoing(conversation, { ...item, body: EMPTY }), wait_for });
  }
}

/** The server may have lost commits, by the epoch it says it is in: see whether it has. */
export function doubt(step: Step, conversation: ConversationState, epoch: number): void {
  const { id } = conversation.record;
  if (isAhead(conversation, epoch)) step.ask(ForOne(id), requests.conversation(id));
}

/** Send nothing in this conversation for a while. */
export function hold(step: Step, conversation: ConversationState, seconds: number): void {
  step.put({ ...conversation, held: true });
  const timer = Timer(TimerKind.RETRY, conversation.record.id);
  step.setTimer(timer, Math.max(0.05, Math.min(seconds || RETRY_SECONDS, 60)));
}

// --- the log shows it -------------------------------------------------------------------------

/** Return what of ours an item of the log is: the same bytes under the same client id. */
export function find(conversation: ConversationState, item: Item): Outgoing | null {
  const isIt = (each: Outgoing): boolean =>
    isEncrypted(each) &&
    equalBytes(each.client_id, item.client_id) &&
    equalBytes(each.body, item.body);
  return conversation.outgoing.find(isIt) ?? null;
}

/** It is in the log, at this place: nothing more is to be done. */
export function confirm(
  step: Step,
  conversation: ConversationState,
  item: Outgoing,
  seq: number,
  timeMs: number,
): void {
  const placed = place(step, conversation, item, seq, timeMs);
  const { id } = conversation.record;
  if (placed.errand === Errand.TITLE || placed.errand === Errand.TITLE_AGAIN) {
    titles.confirm(step, step.known(id), placed);
  } else if (placed.errand === Errand.HISTORY) {
    sharing.confirm(step, step.known(id), placed);
  }
}

/** Note where it is in the log: it waits no more, and its line says that it is sent. */
export function place(
  step: Step,
  conversation: ConversationState,
  item: Outgoing,
  seq: number,
  timeMs: number,
): Outgoing {
  const placed = { ...item, seq, time_ms: timeMs, failed: false };
  const put = step.dropOutgoing(conversation, placed);
  if (placed.line) step.putLine(put, lineOf(step, put, placed));
  return placed;
}

/** Nothing of this will be sent: this device is no longer in the conversation. */
export function failAll(step: Step, conversation: ConversationState): void {
  for (const item of conversation.outgoing) {
    if (item.seq === 0) fail(step, step.known(conversation.record.id), item);
  }
}

// --- the log is another one -------------------------------------------------------------------

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
  const held = new Set(put.outgoing.map((item) => item.line));
  for (const line of sinceTheLastArrival(lines)) {
    const isOurs = line.kind === MessageKind.TEXT && line.state === LineState.SENT;
    if (isOurs && line.id.startsWith(`${step.account.device}.`) && !held.has(line.id)) {
      put = step.putOutgoing(put, again(step, put, line));
    }
  }
}

/** Say whether an item is what was to be sent again; then it need not be. */
export function stillThere(step: Step, conversation: ConversationState, item: Item): boolean {
  const found = conversation.outgoing.find(
    (each) => equalBytes(each.client_id, item.client_id) && !isEncrypted(each) && each.order === 0,
  );
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

function again(step: Step, conversation: ConversationState, line: Line): Outgoing {
  const salt = line.salt.length > 0 ? line.salt : step.crypto.random(SALT_BYTES);
  const author = new Author(step.account.user, conversation.record.id, seenIn(line));
  return Outgoing.of({
    client_id: fromHex(line.id.slice(line.id.indexOf(".") + 1)),
    order: 0,
    errand: Errand.TEXT,
    content: pack(author.text(line.text, salt)),
    text: line.text,
    time_ms: line.time_ms,
    line: line.id,
    salt,
    seen: line.seen,
  });
}

function seenIn({ seen }: Line): Seen | null {
  if (seen === null) return null;
  const [begun, size, root] = seen;
  return { begun, size, root };
}

// --- inside -----------------------------------------------------------------------------------

function authorIn(step: Step, conversation: ConversationState): Author {
  return new Author(step.account.user, conversation.record.id, gossip.seen(step));
}

/** What is written: for what, in which bytes, and the text that is shown of it. */
type Written = Pick<Outgoing, "errand" | "content" | "text" | "salt">;

function queue(step: Step, conversation: ConversationState, written: Written): Outgoing {
  const client_id = step.crypto.random(CLIENT_ID_BYTES);
  const order = conversation.record.written + 1;
  const seen = gossip.seen(step);
  const isText = written.errand === Errand.TEXT;
  const item = Outgoing.of({
    ...written,
    client_id,
    order,
    time_ms: step.nowMs,
    line: isText ? `${step.account.device}.${toHex(client_id)}` : "",
    seen: seen === null ? null : [seen.begun, seen.size, seen.root],
  });
  const amended = step.amend(conversation, { ...conversation.record, written: order });
  const put = step.putOutgoing(amended, item);
  if (item.line) step.putLine(put, lineOf(step, put, item));
  return item;
}

/** Queue a proposal: it is bytes already; `order` is below 0, before everything else. */
export function queueProposal(
  step: Step,
  conversation: ConversationState,
  body: Bytes,
  order: number,
): void {
  const item = Outgoing.of({
    client_id: step.crypto.random(CLIENT_ID_BYTES),
    order,
    errand: Errand.PROPOSAL,
    content: EMPTY,
    text: "",
    time_ms: step.nowMs,
    body,
  });
  step.putOutgoing(conversation, item);
}

/** Encrypt; group and bytes are stored together before they leave. */
async function encryptedIn(
  step: Step,
  conversation: ConversationState,
  item: Outgoing,
): Promise<readonly [ConversationState, Outgoing]> {
  const held = heldGroup(conversation);
  const [group, body] = await groups.encrypt(step.crypto, held, item.content, item.client_id);
  const encrypted = { ...item, body };
  const put = await step.putGroup(conversation, group);
  return [step.putOutgoing(put, encrypted), encrypted];
}

function fail(step: Step, conversation: ConversationState, item: Outgoing): void {
  if (!item.line) {
    step.dropOutgoing(conversation, item);
    if (item.errand === Errand.HISTORY) sharing.fail(step, conversation, item);
    return;
  }
  const failed = { ...item, failed: true };
  const put = step.putOutgoing(conversation, failed);
  step.putLine(put, lineOf(step, put, failed));
}

function lineOf(step: Step, { record }: ConversationState, item: Outgoing): Line {
  const { user } = step.account;
  const { line, order, seq, time_ms, text, salt, seen } = item;
  const queued = timeline.queued(record.id, line, order, user, time_ms, text);
  const at = seq === 0 ? queued.position : position(record, seq);
  return { ...queued, state: stateOf(item), position: at, salt, seen };
}

function stateOf(item: Outgoing): LineState {
  if (item.failed) return LineState.FAILED;
  return item.seq === 0 ? LineState.QUEUED : LineState.SENT;
}

/** Return what is to be sent next. */
export function nextItem(conversation: ConversationState): Outgoing | null {
  return conversation.outgoing.find((each) => each.seq === 0 && !each.failed) ?? null;
}

function isEncrypted(item: Outgoing): boolean {
  return item.body.length > 0;
}

function isAhead({ group }: ConversationState, epoch: number): boolean {
  return group !== null && epoch < groups.epochIn(group);
}

function inFlight(conversation: ConversationState, clientId: Bytes): Outgoing | null {
  const isIt = (each: Outgoing): boolean => each.seq === 0 && equalBytes(each.client_id, clientId);
  return conversation.outgoing.find(isIt) ?? null;
}

/** An item that waits, and where. */
interface Waiting {
  readonly conversation: ConversationState;
  readonly item: Outgoing;
}

function ofLine(step: Step, line: string): Waiting | null {
  for (const conversation of step.conversations()) {
    const item = conversation.outgoing.find((each) => each.line === line && each.seq === 0);
    if (item !== undefined) return { conversation, item };
  }
  return null;
}
