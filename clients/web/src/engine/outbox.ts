/**
 * Outgoing messages: written once, encrypted once, sent until they are in the log.
 *
 * What a person writes is stored and shown before it is sent. It is encrypted when it is its
 * turn; from then on every attempt sends the same bytes under the same client id, and the
 * server takes them once. Only when the server says that their epoch is over (it has not taken
 * them then) are they encrypted anew, under the same client id. One message of a conversation
 * is on its way at a time, so that the order of writing is the order of the log.
 */

import { pack, unpack } from "../content/envelope.ts";
import { ContentError } from "../content/errors.ts";
import { type Given, message } from "../content/given.ts";
import type { Message } from "../content/model.ts";
import { Author } from "../content/profile.ts";
import type { UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, toHex } from "../mls/bytes.ts";
import { type Item, type Nack, NackCode, type Sent } from "../wire/frames.ts";
import { CLIENT_ID_BYTES, MESSAGE_BYTES } from "../wire/limits.ts";
import { EditDiscarded } from "./amendments.ts";
import * as directory from "./directory.ts";
import {
  type DiscardAsked,
  type RetryAsked,
  type TextWritten,
  Timer,
  TimerKind,
} from "./events.ts";
import * as gossip from "./gossip.ts";
import * as groups from "./groups.ts";
import * as listing from "./listing.ts";
import { Errand, type Line, LineState, Outgoing, Phase, position } from "./records.ts";
import * as requests from "./requests.ts";
import * as sharing from "./sharing.ts";
import { type ConversationState, ForOne, heldGroup, joined, leaving, ofPerson } from "./state.ts";
import type { Step } from "./step.ts";
import * as timeline from "./timeline.ts";
import * as titles from "./titles.ts";
import * as witnesses from "./witnesses.ts";

export const SALT_BYTES = 16;
export const RETRY_SECONDS = 5;

const OVER: ReadonlySet<Phase> = new Set([Phase.LEFT, Phase.BROKEN]);
const FINAL: ReadonlySet<NackCode> = new Set([
  NackCode.FORBIDDEN,
  NackCode.INVALID,
  NackCode.TOO_LARGE,
  NackCode.UNKNOWN_CONVERSATION,
]);

/** The key of an error, and because of whom. */
export type Withheld = readonly [key: string, users: readonly UserId[]];

const NO_MEMBER: Withheld = ["error-not-a-member", []];

// --- what the person does -------------------------------------------------------------------

/** Do what the person wants with something written. */
export function take(step: Step, event: TextWritten | RetryAsked | DiscardAsked): void {
  switch (event.type) {
    case "TextWritten":
      write(step, event);
      return;
    case "RetryAsked":
      retry(step, event.call, event.message);
      return;
    case "DiscardAsked":
      discard(step, event.call, event.message);
  }
}

/** Queue a text. */
function write(step: Step, { call, conversation, text, answers }: TextWritten): void {
  const found = step.conversation(conversation);
  const why = found === null ? NO_MEMBER : barred(step, found);
  if (found === null || why !== null) {
    decline(step, call, why ?? NO_MEMBER);
    return;
  }
  const salt = step.crypto.random(SALT_BYTES);
  const inReplyTo = answers.length > 0 ? answers : undefined;
  const content = written(() => author(step, found).text(text, salt, inReplyTo));
  if (content === null) {
    step.decline(call, "error-text-not-sendable");
    return;
  }
  const item = queue(step, found, { errand: Errand.TEXT, content, text, salt });
  step.reply(call, item.line);
}

/** Return why the person can say nothing here now. */
export function barred(step: Step, found: ConversationState): Withheld | null {
  if (OVER.has(found.record.phase) || found.record.unknown) return NO_MEMBER;
  return leaving(found) ? ["error-leaving", []] : withheld(step, found);
}

/** Refuse a call, and say because of whom. */
export function decline(step: Step, call: number, [key, users]: Withheld): void {
  step.decline(call, key, ...(users.length > 0 ? [["who", users.join(",")] as const] : []));
}

/** Return a message as bytes; null if it cannot be sent. */
export function written(make: () => Message): Bytes | null {
  try {
    return pack(make());
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return null;
  }
}

/**
 * Queue another title.
 *
 * @throws ContentError - It is no title.
 */
export function announce(step: Step, conversation: ConversationState, title: string): void {
  const salt = step.crypto.random(SALT_BYTES);
  const content = pack(author(step, conversation).roomTitle(title, salt));
  queue(step, conversation, { errand: Errand.TITLE, content, text: title, salt });
}

/** Queue the title as it is, for those who are new. */
export function repeatTitle(step: Step, conversation: ConversationState): void {
  const salt = step.crypto.random(SALT_BYTES);
  const { title, titled, shift } = conversation.record;
  const since = Math.max(0, titled - shift);
  const content = pack(author(step, conversation).roomTitle(title, salt, since));
  queue(step, conversation, { errand: Errand.TITLE_AGAIN, content, text: title, salt });
}

/** Queue the message that gives a history to those who are new. */
export function give(step: Step, conversation: ConversationState, gift: Given): void {
  const salt = step.crypto.random(SALT_BYTES);
  const content = pack(message(author(step, conversation), gift, salt));
  queue(step, conversation, { errand: Errand.HISTORY, content, text: "", salt });
}

/** Send a failed message again. */
function retry(step: Step, call: number, line: string): void {
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
  tell(step, step.putOutgoing(found.conversation, fresh), fresh);
  step.reply(call);
}

/** Forget a message that has failed, or was never encrypted and so never sent. */
function discard(step: Step, call: number, line: string): void {
  const found = ofLine(step, line);
  if (found === null || (isEncrypted(found.item) && !found.item.failed)) {
    step.decline(call, "error-no-such-message");
    return;
  }
  const conversation = step.dropOutgoing(found.conversation, found.item);
  if (found.item.amendment === null) step.dropLine(conversation, line);
  else step.amendLine(conversation, found.item.target, EditDiscarded(line));
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
  tell(step, step.putOutgoing(conversation, sent), sent);
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
  tell(step, step.dropOutgoing(conversation, placed), placed);
  return placed;
}

/** Nothing of this will be sent: this device is no longer in the conversation. */
export function failAll(step: Step, conversation: ConversationState): void {
  for (const item of conversation.outgoing) {
    if (item.seq === 0) fail(step, step.known(conversation.record.id), item);
  }
}

// --- inside -----------------------------------------------------------------------------------

/** Return who writes what this account says here. */
export function author(step: Step, conversation: ConversationState): Author {
  return new Author(step.account.user, conversation.record.id, gossip.seen(step));
}

/**
 * What is written: for what, in which bytes, and the text that is shown of it.
 *
 * Of what is done to a message, `target` names the message and `amendment` what is done.
 */
type Written = Pick<Outgoing, "errand" | "content" | "text" | "salt"> &
  Partial<Pick<Outgoing, "target" | "amendment">>;

/** Queue what is written, and show it as waiting. */
export function queue(step: Step, conversation: ConversationState, said: Written): Outgoing {
  const client_id = step.crypto.random(CLIENT_ID_BYTES);
  const order = conversation.record.written + 1;
  const seen = gossip.seen(step);
  const hasLine = said.errand === Errand.TEXT || said.amendment?.type === "Edited";
  const item = Outgoing.of({
    ...said,
    client_id,
    order,
    time_ms: step.nowMs,
    line: hasLine ? `${step.account.device}.${toHex(client_id)}` : "",
    seen: seen === null ? null : [seen.begun, seen.size, seen.root],
  });
  const amended = step.amend(conversation, { ...conversation.record, written: order });
  tell(step, step.putOutgoing(amended, item), item);
  return item;
}

/** Show how far something written has come, if it is to be seen. */
function tell(step: Step, conversation: ConversationState, item: Outgoing): void {
  if (item.amendment !== null) {
    const done = timeline.amendmentOf(conversation.record, step.account, item);
    step.amendLine(conversation, item.target, done);
  } else if (item.line) {
    step.putLine(conversation, lineOf(step, conversation, item));
  }
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
  const failed = { ...item, failed: true };
  if (item.line) {
    tell(step, step.putOutgoing(conversation, failed), failed);
    return;
  }
  const dropped = step.dropOutgoing(conversation, item);
  if (item.errand === Errand.HISTORY) {
    sharing.fail(step, dropped, item);
  } else if (item.amendment !== null) {
    tell(step, dropped, failed);
    if (item.amendment.type === "Withdrawn") {
      step.alarm("alarm-not-withdrawn", [], dropped.record.id);
    }
  }
}

function lineOf(step: Step, { record }: ConversationState, item: Outgoing): Line {
  const { user } = step.account;
  const { line, order, seq, time_ms, text, salt, seen } = item;
  const queued = timeline.queued(record.id, line, order, user, time_ms, text);
  const at = seq === 0 ? queued.position : position(record, seq);
  const opened = unpack(item.content);
  const answers = opened.message.in_reply_to ?? EMPTY;
  const state = stateOf(item);
  return { ...queued, state, position: at, salt, seen, message: opened.id, answers };
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
