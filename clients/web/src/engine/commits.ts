/**
 * Commits of our own and of others: one epoch, one winner.
 *
 * A commit is stored with the state it leads to and its exact bytes before it is sent; it becomes
 * the state when it is seen in the log (an external commit: when the server has taken it). If
 * another commit is there first, ours is dropped and the winner is followed. Whether ours reached
 * the server before a crash is never guessed: the same bytes are sent again under the same client
 * id, and the log decides.
 */

import type { UserId } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";
import { type Nack, NackCode, type Sent } from "../wire/frames.ts";
import { CLIENT_ID_BYTES } from "../wire/limits.ts";
import * as absence from "./absence.ts";
import * as chronicle from "./chronicle.ts";
import * as clearing from "./clearing.ts";
import * as company from "./company.ts";
import * as departure from "./departure.ts";
import * as givingTurns from "./giving_turns.ts";
import * as governing from "./governing.ts";
import * as groups from "./groups.ts";
import * as intents from "./intents.ts";
import * as leaving from "./leaving.ts";
import * as listing from "./listing.ts";
import { same, sorted } from "./order.ts";
import * as outbox from "./outbox.ts";
import { Depart, Errand, type Intent, PendingRecord, Phase } from "./records.ts";
import { personOf, rosterOf } from "./roster.ts";
import * as session from "./session.ts";
import { type ConversationState, type Leaf, Listing, users } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";
import * as titleTurns from "./title_turns.ts";

/** How long nothing is tried after a commit has failed, doubled each time. */
const SETBACK_SECONDS = 1;
/** How often the own leaf gets new keys. */
const REFRESH_SECONDS = 7 * 24 * 3600;

// --- ours, on its way -----------------------------------------------------------------------

/** Store a commit with what it leads to, and send it. */
export function keepAndSend(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  made: groups.Commit,
  { external }: { readonly external: boolean },
): void {
  const pending = PendingRecord.of({
    client_id: step.crypto.random(CLIENT_ID_BYTES),
    intent,
    external,
    body: made.body,
    group_info: made.group_info,
    welcome: made.welcome,
    parts: made.parts,
  });
  sendPending(step, step.putPending(conversation, pending), pending);
}

/** Send a commit, or send it again: the same bytes under the same client id. */
export function sendPending(
  step: Step,
  conversation: ConversationState,
  pending: PendingRecord,
): void {
  const { client_id, body, group_info, welcome } = pending;
  outbox.fly(step, conversation, client_id, body, group_info, welcome);
}

/** The server has taken our commit, or a message. */
export async function takeSent(
  step: Step,
  conversation: ConversationState,
  clientId: Bytes,
  frame: Sent,
): Promise<void> {
  const { pending } = conversation;
  if (pending === null || !equalBytes(pending.client_id, clientId)) {
    const taken = step.put(clearing.unbarred(conversation));
    outbox.takeSent(step, taken, clientId, frame);
  } else if (pending.external) {
    await adopt(step, conversation, frame.seq, frame.time_ms);
    const joined = step.known(conversation.record.id);
    const record = { ...joined.record, seq: frame.seq, first: frame.seq };
    session.readOn(step, step.amend(joined, record));
  } else {
    step.put({ ...conversation, accepted: true });
  }
}

/** The server has not taken our commit, or a message. */
export function takeNack(
  step: Step,
  conversation: ConversationState,
  clientId: Bytes,
  frame: Nack,
): void {
  const { pending } = conversation;
  const isOurs = pending !== null && equalBytes(pending.client_id, clientId);
  if (frame.code === NackCode.DEVICE_ENDED && !isOurs) {
    clearing.bar(step, conversation);
  } else if (!isOurs) {
    outbox.takeNack(step, conversation, clientId, frame);
  } else if (frame.code === NackCode.OVERLOADED) {
    outbox.hold(step, conversation, frame.retry_ms / 1000);
  } else {
    dropPending(step, step.putPending(conversation, null), frame, pending);
  }
}

function dropPending(
  step: Step,
  conversation: ConversationState,
  frame: Nack,
  pending: PendingRecord,
): void {
  const { id, seq } = conversation.record;
  if (frame.code === NackCode.STALE_EPOCH) {
    stale(step, conversation, frame, pending);
  } else if (isToWait(conversation, frame, pending)) {
    absence.wait(step, conversation);
  } else if (pending.external) {
    departure.giveUp(step, conversation, seq);
  } else {
    // it is of another group, or this program is wrong
    if (frame.code === NackCode.INVALID) departure.askToCompare(step, id);
    intents.fail(step, conversation, "error-not-allowed");
    if (!pending.intent.call) setBack(step, step.known(id));
    if (pending.intent.type === "ExcludeDevice") clearing.tell(step, step.known(id));
  }
}

function stale(
  step: Step,
  conversation: ConversationState,
  frame: Nack,
  { external }: PendingRecord,
): void {
  const waiting = step.put({ ...conversation, wait_for: external ? 0 : frame.head });
  if (external) return;
  outbox.doubt(step, waiting, frame.epoch);
  if (isKnown(waiting, frame)) setBack(step, waiting);
}

/** Whether this device is to be taken in by others, though it had thought otherwise. */
function isToWait(
  conversation: ConversationState,
  frame: Nack,
  { external }: PendingRecord,
): boolean {
  const isOutside = conversation.record.phase === Phase.OUTSIDE;
  return external && isOutside && frame.code === NackCode.FORBIDDEN;
}

/** Whether all is read that a commit is said to lack, so that trying at once is in vain. */
function isKnown({ group, record }: ConversationState, frame: Nack): boolean {
  return group !== null && frame.epoch <= groups.epochIn(group) && frame.head <= record.seq;
}

/** A commit of ours has failed: wait, longer each time, before anything is tried again. */
export function setBack(step: Step, conversation: ConversationState): void {
  const setbacks = Math.min(conversation.setbacks + 1, 8);
  const put = step.put({ ...conversation, setbacks });
  outbox.hold(step, put, SETBACK_SECONDS * 2 ** setbacks);
}

// --- ours, in the log -----------------------------------------------------------------------

/** Our commit is in the log: what it leads to is the state. */
export async function adopt(
  step: Step,
  conversation: ConversationState,
  seq: number,
  timeMs: number,
): Promise<void> {
  const { pending, group } = conversation;
  if (pending === null) return;
  const { external } = pending;
  const policy = governing.setIn(conversation);
  const leavers = leaving.proposed(conversation);
  let after = groups.restored(pending.parts);
  if (group !== null && !external) after = groups.adopted(after, group, step.now);
  const roster = await rosterOf(after, step.authentication);
  if (company.intrudes(step, conversation.record, roster)) {
    departure.giveUp(step, conversation, seq, "alarm-direct-is-two");
    return;
  }
  const before = external ? [] : conversation.roster;
  const left = external ? begunAnew(step, conversation, after) : conversation;
  const entered = await enter(step, left, after, external);
  const own = step.account.user;
  chronicle.narrate(step, entered, before, own, leavers, seq, timeMs);
  const { id } = entered.record;
  if (external) {
    company.returned(step, step.known(id), seq, timeMs);
  } else {
    const said = { by: own, seq, time_ms: timeMs };
    const followed = governing.follow(step, step.known(id), policy, said);
    givingTurns.remember(step, followed, before, new Set(), said, { mine: true });
  }
  adopted(step, step.known(id), pending.intent, seq, timeMs);
}

/** What is entered by oneself is a new beginning: nothing of the group before is kept. */
function begunAnew(
  step: Step,
  conversation: ConversationState,
  after: groups.GroupState,
): ConversationState {
  const record = {
    ...company.remembered(conversation),
    title_told: true,
    compare: false,
    policy: groups.policyIn(after),
    policy_by: governing.NOBODY,
  };
  return step.dropGroup(step.amend(conversation, record));
}

/** Make the group that our commit leads to the one that is held. */
async function enter(
  step: Step,
  conversation: ConversationState,
  after: groups.GroupState,
  external: boolean,
): Promise<ConversationState> {
  const free = clearing.unbarred({ ...step.putPending(conversation, null), setbacks: 0 });
  const since = external ? groups.epochIn(after) : free.record.since;
  const put = await step.putGroup(free, after);
  const here = users(put);
  const newcomers = sorted(new Set(put.record.newcomers.filter((user) => here.has(user))));
  const refresh_due = nextRefresh(step);
  return step.amend(put, { ...put.record, phase: Phase.JOINED, refresh_due, since, newcomers });
}

function adopted(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  seq: number,
  timeMs: number,
): void {
  const { record } = conversation;
  if (intent.type === "Include") {
    if (record.title && !record.direct) outbox.repeatTitle(step, conversation);
  } else if (intent.type === "Rejoin") {
    const key = intent.lost ? "system-rejoined" : "system-joined";
    step.putLine(conversation, system(record, seq, timeMs, key));
  }
  const known = step.known(record.id);
  const isHalfway = intent.type === "Exclude" && record.absent.includes(intent.user);
  const [first] = record.intents;
  if (first !== undefined && same(first, intent) && !isHalfway) intents.done(step, known);
  sayAgain(step, step.known(record.id));
}

// --- of others ------------------------------------------------------------------------------

/**
 * Somebody else's commit is in the log: it is the state; ours, if any, has lost.
 *
 * Whoever is no member yet cannot join by themselves: only the server could have let them, so
 * that nobody would have been asked. Such a group is left alone, and that is said; so is one
 * that is over, or has a device that the key directory does not list. Whom the committer took in
 * without having asked for them is a newcomer. Whether somebody was removed, or had lost their
 * last device, the key directory says: if it does not yet, it is looked at before that is told.
 */
export async function follow(
  step: Step,
  found: ConversationState,
  seq: number,
  timeMs: number,
  heard: groups.CommitReceived,
): Promise<void> {
  const isLooked = found.listing === Listing.LOOKED;
  const verdict = listing.judge(step, found, heard.state);
  if (verdict === listing.Verdict.WAIT) return;
  const conversation = step.known(found.record.id);
  const leavers = leaving.proposed(conversation);
  const after = await rosterOf(heard.state, step.authentication);
  if (!isLooked && absence.isUnexplained(step, conversation.roster, after, leavers)) {
    listing.wait(step, conversation);
    return;
  }
  const free = step.putPending(conversation, null);
  const by = personOf(heard.committer);
  const why = notFollowed(step, free, heard, by, after, verdict);
  if (why === null) await moveOn(step, free, seq, timeMs, heard, by, leavers);
  else departure.giveUp(step, free, seq, why);
}

/** Return the key of an alarm if a commit is not to be followed, nothing if one was raised. */
function notFollowed(
  step: Step,
  conversation: ConversationState,
  heard: groups.CommitReceived,
  by: UserId,
  after: readonly Leaf[],
  verdict: listing.Verdict,
): string | null {
  const { record } = conversation;
  const isMember = users(conversation).has(by) || record.absent.includes(by) || record.peer === by;
  if (heard.state.reinit !== null || !isMember) return "alarm-conversation-broken";
  if (company.intrudes(step, record, after)) return "alarm-direct-is-two";
  return verdict === listing.Verdict.REFUSE ? "" : null;
}

async function moveOn(
  step: Step,
  found: ConversationState,
  seq: number,
  timeMs: number,
  heard: groups.CommitReceived,
  by: UserId,
  leavers: ReadonlySet<UserId>,
): Promise<void> {
  const { id } = found.record;
  const before = found.roster;
  const policy = governing.setIn(found);
  let conversation = clearing.unbarred({ ...found, setbacks: 0 });
  conversation = await step.putGroup(conversation, heard.state);
  const unasked = new Set(groups.unasked(heard));
  for (const leaf of before) unasked.delete(leaf.user);
  const newcomers = company.movedOn(conversation, before, by, unasked);
  conversation = step.amend(conversation, { ...conversation.record, newcomers });
  conversation = titleTurns.owe(step, conversation, before, by);
  chronicle.narrate(step, conversation, before, by, leavers, seq, timeMs, unasked);
  const said = { by, seq, time_ms: timeMs };
  const followed = governing.follow(step, step.known(id), policy, said);
  givingTurns.remember(step, followed, before, unasked, said, { mine: false });
  company.warn(step, step.known(id), sorted(unasked), seq, timeMs);
  sayAgain(step, step.known(id));
}

/** A new epoch knows nothing of what was proposed in the old one: to leave is said again. */
export function sayAgain(step: Step, conversation: ConversationState): void {
  let put = conversation;
  for (const item of conversation.outgoing) {
    if (item.errand === Errand.PROPOSAL) put = step.dropOutgoing(put, item);
  }
  const isDeparting = put.record.intents.some((each) => each.type === "Depart");
  if (put.record.leaving && !isDeparting) intents.wantFirst(step, put, Depart());
}

/** Return when the own leaf is to get new keys; not everybody's at once. */
export function nextRefresh(step: Step): number {
  return step.now + Math.trunc(REFRESH_SECONDS * (0.75 + step.chance() / 2));
}
