/**
 * Conversation and MLS group in step: what is to be done next, if anything.
 *
 * What a person wants of a group is an intent, stored with the conversation until it is done.
 * An intent becomes a commit only when the log is caught up. After a lost race it is looked at
 * again: what is already so needs no commit. What was written before an intent is sent before
 * it, what was written after it afterwards.
 */

import type { ConversationId, UserId } from "../ids.ts";
import { MlsError } from "../mls/errors.ts";
import { Code } from "../wire/problems.ts";
import * as absence from "./absence.ts";
import * as clearing from "./clearing.ts";
import * as commits from "./commits.ts";
import * as company from "./company.ts";
import * as departure from "./departure.ts";
import { type Answer, type Body, isAnswer, Timer, TimerKind } from "./events.ts";
import * as founding from "./founding.ts";
import * as governing from "./governing.ts";
import * as groups from "./groups.ts";
import * as intents from "./intents.ts";
import * as leaving from "./leaving.ts";
import * as listing from "./listing.ts";
import * as outbox from "./outbox.ts";
import { Errand, type Include, type Intent, Phase, type Rejoin, Settle } from "./records.ts";
import * as requests from "./requests.ts";
import { rosterOf, UnlistedError } from "./roster.ts";
import {
  type ConversationState,
  ForLook,
  greeted,
  heldGroup,
  joined,
  type Leaf,
  Listing,
  ofPerson,
  queued,
  SessionState,
  users,
} from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** Within this time, and more in a large group, somebody commits what was proposed. */
const SETTLE_SECONDS = 0.5;

const LATER: ReadonlySet<Code | null> = new Set([
  null,
  Code.OVERLOADED,
  Code.STORAGE_FULL,
  Code.TOO_MANY_REQUESTS,
  Code.INTERNAL,
]);

// --- what is next ---------------------------------------------------------------------------

/** Do the next thing that can be done now: resend a commit, an intent, or a message. */
export async function proceed(step: Step, found: ConversationState): Promise<void> {
  if (!isFree(step, found)) return;
  const { pending, record } = found;
  if (joined(found) && record.compare) {
    departure.askToCompare(step, record.id);
    return;
  }
  if (pending !== null) {
    if (!found.accepted) commits.sendPending(step, found, pending);
    return;
  }
  const conversation = found.barred > 0 ? intents.putFirstWhatTakesOut(step, found) : found;
  if (await waitsForALeaver(step, conversation)) return;
  if (waitsForAClearing(step, conversation)) return;
  const intent = firstOf(conversation);
  if (intent !== null && !isPreceded(step, conversation, intent)) {
    await begin(step, conversation, intent);
  } else if (joined(conversation)) {
    await outbox.proceed(step, conversation);
    recallLater(step, step.known(record.id));
  }
}

/** Let it be our turn soon to take in who was absent, if nobody is faster. */
function recallLater(step: Step, conversation: ConversationState): void {
  const isIdle = joined(conversation) && !conversation.record.leaving && !conversation.settling;
  if (isIdle && absence.returning(step, conversation).length > 0) settleLater(step, conversation);
}

/**
 * Whether something was written before it was asked for: those who come do not read it.
 *
 * What the server does not take keeps nobody in.
 */
function isPreceded(step: Step, conversation: ConversationState, intent: Intent): boolean {
  if (conversation.barred > 0 && intents.takesOut(intent)) return false;
  const item = outbox.nextItem(conversation);
  const isAfter = item !== null && 0 < intent.after && intent.after >= item.order;
  return joined(conversation) && isAfter && outbox.withheld(step, conversation) === null;
}

/** It is our turn to commit what was proposed, if nobody has. */
export function settle(step: Step, conversation: ConversationId): void {
  const waiting = step.conversation(conversation);
  if (waiting === null) return;
  const found = step.put({ ...waiting, settling: false });
  if (!joined(found)) return;
  if (hasProposals(found)) {
    intents.wantFirst(step, found, Settle());
  } else {
    clearing.clear(step, found);
    absence.ask(step, step.known(conversation));
  }
}

/** Whether anything may be sent in this conversation now. */
function isFree(step: Step, conversation: ConversationState): boolean {
  const { asking, flight, held, record } = conversation;
  if (!greeted(step.session) || flight !== 0 || asking !== 0 || held) return false;
  if (conversation.listing === Listing.WAITING) return false;
  if (record.phase === Phase.JOINED) {
    return conversation.caught_up && record.seq >= conversation.wait_for;
  }
  const isWilling = record.phase === Phase.FOUNDING || record.phase === Phase.OUTSIDE;
  return isWilling && step.session.state === SessionState.ONLINE;
}

/** Whether proposals are pending: nothing is sent over them (RFC 9420 §12.4). */
async function waitsForALeaver(step: Step, conversation: ConversationState): Promise<boolean> {
  if (!joined(conversation)) return false;
  const { outgoing, record } = conversation;
  if (outgoing.some((item) => item.errand === Errand.PROPOSAL && item.seq === 0)) {
    await outbox.proceed(step, conversation);
    return true;
  }
  const intent = firstOf(conversation);
  if (record.leaving) {
    if (intent?.type === "Depart") return false;
    const leavers = leaving.proposed(conversation);
    // one of those who stay commits it; if nobody stays, one of us does
    if (![...users(conversation)].every((user) => leavers.has(user))) return true;
  }
  if (!hasProposals(conversation)) return false;
  if (intent !== null && !isPreceded(step, conversation, intent)) {
    return false; // its commit takes them up
  }
  if (queued(conversation) > 0) intents.wantFirst(step, conversation, Settle());
  else if (!conversation.settling) settleLater(step, conversation);
  return true;
}

/**
 * Whether a device is in the group that is none any more: nothing is said before it is out.
 *
 * Whoever has something to say takes it out at once; otherwise one of the members does.
 */
function waitsForAClearing(step: Step, conversation: ConversationState): boolean {
  if (!joined(conversation) || conversation.record.leaving) return false;
  if (clearing.due(step, conversation).length === 0) return false;
  const intent = firstOf(conversation);
  if (intent !== null && !isPreceded(step, conversation, intent)) {
    return false; // it is done first; then nothing is said before they are out
  }
  if (queued(conversation) > 0) clearing.clear(step, conversation);
  else if (!conversation.settling) settleLater(step, conversation);
  return true;
}

/** Let it be our turn within a short time, if nobody is faster. */
function settleLater(step: Step, conversation: ConversationState): void {
  step.put({ ...conversation, settling: true });
  const spread = SETTLE_SECONDS + 0.02 * conversation.roster.length;
  step.setTimer(Timer(TimerKind.SETTLE, conversation.record.id), step.chance() * spread);
}

// --- the first step towards it --------------------------------------------------------------

/** Take the first step towards an intent; it may be done already. */
async function begin(step: Step, conversation: ConversationState, intent: Intent): Promise<void> {
  switch (intent.type) {
    case "Found":
      founding.register(step, conversation, intent);
      return;
    case "Include":
      await include(step, conversation, intent);
      return;
    case "Exclude":
      await excludePerson(step, conversation, intent, intent.user);
      return;
    case "ExcludeDevice":
      await exclude(
        step,
        conversation,
        intent,
        conversation.roster.filter((leaf) => leaf.device === intent.device),
      );
      return;
    case "Depart":
      await depart(step, conversation);
      return;
    case "Settle":
      if (hasProposals(conversation)) await commit(step, conversation, intent);
      else intents.done(step, conversation);
      return;
    case "Refresh":
      await commit(step, conversation, intent);
      return;
    case "Govern":
      await govern(step, conversation, intent, intent.history);
      return;
    case "Rejoin":
      intents.ask(step, conversation, requests.group(conversation.record.id));
  }
}

/** Give the group another room policy; only if every device in it can read one. */
async function govern(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  history: number,
): Promise<void> {
  const policy = governing.changed(conversation, history);
  if (policy === null) {
    intents.done(step, conversation);
  } else if (!groups.allReadPolicies(heldGroup(conversation))) {
    intents.fail(step, conversation, "error-policy-not-read");
  } else {
    await commit(step, conversation, intent, { policy });
  }
}

async function include(
  step: Step,
  conversation: ConversationState,
  intent: Include,
): Promise<void> {
  const { claimed, roster } = conversation;
  if (claimed.length === 0) {
    const here = users(conversation);
    const isHere = (user: UserId): boolean => user === step.account.user || here.has(user);
    if (intent.users.every(isHere) && intent.call !== 0) intents.done(step, conversation);
    else intents.ask(step, conversation, requests.claim(intent.users));
    return;
  }
  const present = new Set(roster.map((leaf) => leaf.device));
  const fresh = claimed.filter((each) => !present.has(each.device));
  if (fresh.length === 0) {
    intents.done(step, conversation);
    return;
  }
  await commit(step, conversation, intent, { add: fresh.map((each) => each.key_package) });
}

/** Remove a person: by a commit, and from the server's list if no commit can do it. */
async function excludePerson(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  user: UserId,
): Promise<void> {
  const { id, absent } = conversation.record;
  const leaves = ofPerson(conversation, user);
  if (leaves.length > 0 || !absent.includes(user)) {
    await exclude(step, conversation, intent, leaves);
  } else {
    intents.ask(step, conversation, requests.removeAbsent(id, user));
  }
}

async function exclude(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  leaves: readonly Leaf[],
): Promise<void> {
  const remove = leaves.map((leaf) => leaf.index);
  if (remove.length === 0) intents.done(step, conversation);
  else await commit(step, conversation, intent, { remove });
}

/**
 * Propose the removal of all own devices; alone, there is nobody to tell.
 *
 * This one is the last: if somebody commits in between, it is still here to say it again.
 */
async function depart(step: Step, before: ConversationState): Promise<void> {
  const { user, device } = step.account;
  const record = { ...before.record, leaving: true };
  let conversation = step.amend(before, record);
  const devices = ofPerson(conversation, user);
  const own = [
    ...devices.filter((leaf) => leaf.device !== device),
    ...devices.filter((leaf) => leaf.device === device),
  ];
  if (own.length === conversation.roster.length) {
    intents.done(step, conversation);
    const line = system(record, record.seq, step.nowMs, "system-left", ["who", user]);
    departure.go(step, step.known(record.id), line);
    return;
  }
  for (const [place, leaf] of own.entries()) {
    const held = heldGroup(conversation);
    const [group, body] = await groups.proposeRemoval(step.crypto, held, leaf.index);
    conversation = await step.putGroup(conversation, group);
    outbox.queueProposal(step, conversation, body, place - own.length);
    conversation = step.known(record.id);
  }
  intents.done(step, conversation);
  if (!before.record.leaving) {
    leaving.tell(step, step.known(record.id), record.seq, step.nowMs);
  }
}

/** Make a commit, store it with what it leads to, and send it. */
async function commit(
  step: Step,
  conversation: ConversationState,
  intent: Intent,
  wanted: groups.Wanted = {},
): Promise<void> {
  const made = await make(step, conversation, wanted);
  if (made !== null) {
    commits.keepAndSend(step, conversation, intent, made, { external: false });
    return;
  }
  const { id } = conversation.record;
  intents.fail(step, conversation, "error-not-possible");
  commits.setBack(step, step.known(id));
  if (intent.type === "ExcludeDevice") clearing.tell(step, step.known(id));
}

/** Return a commit that does this; null if it cannot be made. */
async function make(
  step: Step,
  conversation: ConversationState,
  { remove = [], ...wanted }: groups.Wanted,
): Promise<groups.Commit | null> {
  const group = heldGroup(conversation);
  const { authentication } = step;
  try {
    const gone = new Set(groups.removals(group).map(([, target]) => target));
    const left = remove.filter((index) => !gone.has(index));
    const whole = { ...wanted, remove: left, authentication };
    return await groups.commit(step.crypto, group, step.now, whole);
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return null;
  }
}

// --- what it waited for ---------------------------------------------------------------------

/** What the first intent waited for is here. */
export async function takeAnswer(
  step: Step,
  waiting: ConversationState,
  body: Body,
): Promise<void> {
  const conversation = step.put({ ...waiting, asking: 0 });
  const intent = firstOf(conversation);
  if (intent?.type === "Found" && isAnswer(body, "Conversation")) {
    founding.registered(step, conversation, intent, body);
  } else if (intent?.type === "Include" && isAnswer(body, "ClaimedKeyPackages")) {
    await takeClaimed(step, conversation, intent.users, body);
  } else if (intent?.type === "Rejoin" && isAnswer(body, "Group")) {
    await rejoin(step, conversation, intent, body);
  } else if (intent?.type === "Exclude") {
    intents.done(step, absence.forget(step, conversation, intent.user));
  }
}

/** What the first intent waited for will not come now, or never. */
export function takeRefusal(
  step: Step,
  waiting: ConversationState,
  code: Code | null,
  retryAfter: number,
): void {
  const conversation = step.put({ ...waiting, asking: 0 });
  const { record } = conversation;
  const intent = firstOf(conversation);
  if (intent === null) return;
  if (LATER.has(code)) {
    outbox.hold(step, conversation, retryAfter);
  } else if (intent.type === "Found" && code === Code.CONFLICT) {
    intents.ask(step, conversation, requests.conversation(record.id));
  } else if (intent.type === "Found") {
    giveWay(step, conversation);
    if (code === Code.NOT_FOUND && intent.peer) {
      step.ask(ForLook(intent.call, intent.peer), requests.conversations());
    } else {
      step.decline(intent.call, "error-not-allowed");
    }
  } else if (intent.type === "Rejoin" && code === Code.TOO_LARGE) {
    departure.giveUp(step, conversation, record.seq);
  } else if (intent.type === "Rejoin") {
    const who = ["who", step.account.user] as const;
    const line = system(record, record.seq, step.nowMs, "system-removed", who);
    departure.go(step, conversation, line);
  } else {
    intents.fail(step, conversation, "error-not-possible");
  }
}

/** The server has another conversation in its place: what was written is not to be lost. */
function giveWay(step: Step, conversation: ConversationState): void {
  if (conversation.outgoing.length === 0) {
    step.forget(conversation.record.id);
    return;
  }
  const record = { ...conversation.record, intents: [] };
  const line = system(record, record.seq, step.nowMs, "system-not-begun");
  departure.go(step, step.amend(conversation, record), line);
}

async function takeClaimed(
  step: Step,
  before: ConversationState,
  asked: readonly UserId[],
  body: Answer<"ClaimedKeyPackages">,
): Promise<void> {
  const letIn = listing.letIn(step, body);
  const verdict = listing.judgeClaimed(step, before, letIn.key_packages);
  if (verdict === listing.Verdict.WAIT) return; // they are claimed again afterwards
  const conversation = step.known(before.record.id);
  const wrong = await founding.unreachable(step, letIn, asked);
  if (wrong !== null) {
    const [key, whom] = wrong;
    intents.fail(step, conversation, key, ["who", whom.join(",")]);
  } else if (letIn.key_packages.length === 0) {
    intents.done(step, conversation);
  } else {
    step.put({ ...conversation, claimed: letIn.key_packages });
  }
}

async function rejoin(
  step: Step,
  before: ConversationState,
  intent: Rejoin,
  body: Answer<"Group">,
): Promise<void> {
  const { id, seq } = before.record;
  const made = await joinExternal(step, before, body);
  if (made === null) return;
  const entered = groups.restored(made.parts);
  const verdict = listing.judge(step, before, entered);
  if (verdict === listing.Verdict.WAIT) return; // the group is asked for again afterwards
  const conversation = step.known(id);
  const roster = await rosterOf(entered, step.authentication);
  if (company.intrudes(step, conversation.record, roster)) {
    departure.giveUp(step, conversation, seq, "alarm-direct-is-two");
  } else if (verdict === listing.Verdict.REFUSE) {
    departure.giveUp(step, conversation, seq, "");
  } else {
    const record = { ...conversation.record, log_epoch: body.log_epoch };
    const amended = step.amend(conversation, record);
    commits.keepAndSend(step, amended, intent, made, { external: true });
  }
}

/** Return the commit by which this device joins; null if it does not, or not now. */
async function joinExternal(
  step: Step,
  conversation: ConversationState,
  body: Answer<"Group">,
): Promise<groups.Commit | null> {
  const { id, seq } = conversation.record;
  try {
    return await groups.joinExternal(
      step.crypto,
      step.account,
      id,
      body.group_info,
      body.ratchet_tree,
      step.now,
      step.authentication,
    );
  } catch (error) {
    if (error instanceof UnlistedError) {
      const verdict = listing.judgeStranger(step, conversation, error.certificate);
      // else the group is asked for again afterwards
      if (verdict === listing.Verdict.REFUSE) departure.giveUp(step, step.known(id), seq, "");
    } else if (error instanceof MlsError) {
      departure.giveUp(step, conversation, seq);
    } else {
      throw error;
    }
    return null;
  }
}

function firstOf({ record }: ConversationState): Intent | null {
  return record.intents[0] ?? null;
}

function hasProposals(conversation: ConversationState): boolean {
  return heldGroup(conversation).pending_proposals.size > 0;
}
