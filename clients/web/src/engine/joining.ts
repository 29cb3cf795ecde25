/**
 * Coming into conversations: by a Welcome, or by oneself when one is a member already.
 *
 * The inbox of the device is read in order; each item is done before the next is looked at. A
 * Welcome that cannot be used (its key package is gone) is no dead end: the device joins by an
 * external commit, as it does when it is new to a person who is a member.
 *
 * What was left stays left, whatever the server says: only a member brings a device back into it,
 * by a new Welcome.
 */

import type { ConversationId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { MlsError } from "../mls/errors.ts";
import { type Conversation, ConversationKind, MemberRole } from "../wire/bodies.ts";
import { type InboxBatch, type InboxItem, InboxKind } from "../wire/frames.ts";
import { Code } from "../wire/problems.ts";
import * as absence from "./absence.ts";
import * as company from "./company.ts";
import * as departure from "./departure.ts";
import * as directory from "./directory.ts";
import { type Body, isAnswer, Timer, TimerKind } from "./events.ts";
import * as governing from "./governing.ts";
import * as groups from "./groups.ts";
import * as keyPackages from "./key_packages.ts";
import * as listing from "./listing.ts";
import { ConversationsChanged, MembersChanged } from "./model.ts";
import { LookupError, same, sorted } from "./order.ts";
import { ConversationRecord, PersonRecord, Phase, position, Rejoin, shifted } from "./records.ts";
import * as requests from "./requests.ts";
import { rosterOf, UnlistedError } from "./roster.ts";
import * as session from "./session.ts";
import {
  ConversationState,
  ForLook,
  ForOne,
  ForWelcome,
  greeted,
  joined as isJoined,
  type Letter,
  MAX_SHIFT,
  SessionState,
  users,
} from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** How many unread items of the inbox are held; the rest is asked for again. */
const LETTERS = 1000;
const LOOK_AROUND = Timer(TimerKind.LOOK_AROUND);
const LOOK_SECONDS = 1;
/**
 * How many conversations that this device was never in are on their way, or have come to nothing;
 * a server that lists more of them is not believed before these are done.
 */
const UNKNOWN = 200;
/** How long a Welcome may stay out after the server has said that we are in a group. */
const LOOK_AGAIN_SECONDS = 5;

const NO_TREE: ReadonlySet<Code | null> = new Set([Code.NOT_FOUND, Code.FORBIDDEN, Code.TOO_LARGE]);

// --- the inbox of the device ------------------------------------------------------------------

/** Put what is new behind what waits; an empty batch says that this was all. */
export function takeInbox(step: Step, batch: InboxBatch): void {
  if (batch.items.length === 0) takeEnd(step);
  for (const [place, item] of batch.items.entries()) {
    const number = batch.first + place;
    const { inbox, letters } = step.desk;
    const last = letters.at(-1)?.number ?? inbox;
    if (number <= last) continue;
    if (number > last + 1 || letters.length >= LETTERS) {
      if (letters.length === 0) step.send({ type: "Sync", cursors: new Map(), inbox: last });
      break;
    }
    step.desk = { ...step.desk, letters: [...letters, { number, item }] };
    hearAgain(step, item);
  }
  readNext(step);
}

/** The server did not know a conversation and now takes us in: its log says what happened. */
function hearAgain(step: Step, item: InboxItem): void {
  const found = step.conversation(item.conversation);
  if (found?.record.unknown === true && item.kind === InboxKind.WELCOME) {
    session.readOn(step, found);
  }
}

/** There is nothing more in the inbox, or nobody says so. */
export function takeEnd(step: Step): void {
  step.session = { ...step.session, inbox_read: true };
}

/** Do the next items of the inbox, until one has to wait for an answer. */
export function readNext(step: Step): void {
  for (;;) {
    const [letter] = step.desk.letters;
    if (letter === undefined || step.desk.opening !== 0) return;
    const { item } = letter;
    if (item.kind === InboxKind.WELCOME) {
      if (isHeld(step, item)) return;
      consider(step, letter);
    } else {
      if (item.kind === InboxKind.KEY_PACKAGES_LOW) keyPackages.ask(step);
      else leftElsewhere(step, item);
      finish(step);
    }
  }
}

function leftElsewhere(step: Step, item: InboxItem): void {
  const found = step.conversation(item.conversation);
  if (found !== null) departure.leftElsewhere(step, found, item.seq);
}

/** The ratchet tree of the first Welcome is here. */
export async function takeTree(step: Step, body: Body): Promise<void> {
  step.desk = { ...step.desk, opening: 0 };
  const [letter] = step.desk.letters;
  if (letter === undefined) return;
  const found = step.conversation(letter.item.conversation);
  // otherwise it has joined by itself meanwhile
  if ((found?.group ?? null) === null) {
    if (!(await openLetter(step, letter.item, body))) return;
    finish(step);
  }
  readNext(step);
}

/** Enter the group of a Welcome, or do without; return whether that is settled already. */
async function openLetter(step: Step, item: InboxItem, body: Body): Promise<boolean> {
  let joined: groups.Joined;
  try {
    joined = await join(step, item, body);
  } catch (error) {
    if (error instanceof UnlistedError) return judge(step, item, [error.certificate]);
    if (!(error instanceof MlsError)) throw error;
    joinByOneself(step, item.conversation, null);
    return true;
  }
  const strangers = listing.strangers(step, joined.group);
  if (!judge(step, item, strangers)) return false;
  if (strangers.length === 0) {
    keyPackages.used(step, joined.ref, keyPackageOf(step, joined.ref));
    await enterIfFit(step, item, joined);
  }
  return true;
}

async function join(step: Step, item: InboxItem, body: Body): Promise<groups.Joined> {
  if (!(body instanceof Uint8Array)) throw new TypeError("a ratchet tree is bytes");
  return groups.join(
    step.crypto,
    item.conversation,
    item.body,
    body,
    step.keyPackages(),
    step.account,
    step.now,
    step.authentication,
  );
}

function keyPackageOf(step: Step, ref: string) {
  const found = step.keyPackages().get(ref);
  if (found === undefined) throw new LookupError("no such key package");
  return found;
}

/** Leave a group with unlisted devices alone; return whether that is settled already. */
function judge(step: Step, item: InboxItem, strangers: readonly Bytes[]): boolean {
  const verdict = listing.judgeLetter(step, item.conversation, strangers);
  if (verdict === listing.Verdict.REFUSE) leaveAlone(step, item);
  return verdict !== listing.Verdict.WAIT;
}

/** The tree of the first Welcome will not come: now, or ever. */
export function takeNoTree(step: Step, code: Code | null): void {
  step.desk = { ...step.desk, opening: 0 };
  const [letter] = step.desk.letters;
  if (NO_TREE.has(code) && letter !== undefined) {
    joinByOneself(step, letter.item.conversation, null);
    finish(step);
    readNext(step);
  } else {
    step.desk = { ...step.desk, letters: [] };
    step.setTimer(LOOK_AROUND, LOOK_AGAIN_SECONDS);
  }
}

/**
 * Whether a Welcome is to a group that we are in, at a later epoch.
 *
 * Then the log has to take us out first. A Welcome alone would let a server put another group,
 * of people it has made up, in the place of ours.
 */
function isHeld(step: Step, item: InboxItem): boolean {
  const epoch = heldEpoch(step, item);
  return epoch !== null && epoch < item.epoch;
}

/** Ask for the tree of a Welcome, unless we are in already. */
function consider(step: Step, { item }: Letter): void {
  const epoch = heldEpoch(step, item);
  if (epoch !== null && epoch >= item.epoch) {
    finish(step);
    return;
  }
  const query = requests.ratchetTree(item.conversation, item.epoch);
  const opening = step.ask(ForWelcome(), query);
  step.desk = { ...step.desk, opening };
}

function heldEpoch(step: Step, item: InboxItem): number | null {
  const group = step.conversation(item.conversation)?.group ?? null;
  return group === null ? null : groups.epochIn(group);
}

/** Enter, unless it is a conversation between two and somebody else is in it. */
async function enterIfFit(step: Step, item: InboxItem, joined: groups.Joined): Promise<void> {
  const known = step.conversation(item.conversation);
  if (known !== null) {
    if (isOld(known, joined)) return;
    const roster = await rosterOf(joined.group, step.authentication);
    if (company.intrudes(step, known.record, roster)) {
      departure.giveUp(step, known, known.record.seq, "alarm-direct-is-two");
      return;
    }
  }
  await enter(step, item, joined);
}

/** A group with a device that is not listed is not entered, now or by oneself. */
function leaveAlone(step: Step, item: InboxItem): void {
  const known =
    step.conversation(item.conversation) ??
    step.put(ConversationState.of({ record: outside(item.conversation) }));
  departure.giveUp(step, known, known.record.seq, "");
}

function outside(conversation: ConversationId): ConversationRecord {
  return ConversationRecord.of({ id: conversation, direct: false, phase: Phase.OUTSIDE });
}

/** Whether a Welcome to what was left is the one by which this device came, or an older one. */
function isOld({ record }: ConversationState, joined: groups.Joined): boolean {
  return record.phase === Phase.LEFT && groups.epochIn(joined.group) <= record.since;
}

/** The group is ours too: keep it, say so, and read its log from the Welcome on. */
async function enter(step: Step, item: InboxItem, joined: groups.Joined): Promise<void> {
  const { conversation: id, seq } = item;
  const known = step.conversation(id);
  for (const intent of known?.record.intents ?? []) {
    if (intent.type === "Rejoin") step.reply(intent.call, id);
    else step.decline(intent.call, "error-not-possible");
  }
  const before = known === null ? outside(id) : company.remembered(known);
  const shift = known === null ? 0 : shifted(before, item.log_epoch, seq);
  const record = entered(step, { ...before, shift: Math.min(shift, MAX_SHIFT) }, item, joined);
  const put = step.amend(known ?? ConversationState.of({ record }), record);
  const fresh = step.putPending({ ...put, group: null }, null);
  directory.observe(step, await step.putGroup(fresh, joined.group));
  const { nowMs } = step;
  const who = ["who", step.account.user] as const;
  const line = system(record, seq, nowMs, "system-added", who, ["by", joined.by]);
  company.returned(step, step.putLine(step.known(id), line), seq, nowMs);
  const conversation = step.known(id);
  step.show(ConversationsChanged());
  step.ask(ForOne(id), requests.conversation(id));
  session.readOn(step, conversation);
}

function entered(
  step: Step,
  before: ConversationRecord,
  item: InboxItem,
  joined: groups.Joined,
): ConversationRecord {
  const epoch = groups.epochIn(joined.group);
  return {
    ...before,
    phase: Phase.JOINED,
    log_epoch: item.log_epoch,
    seq: item.seq,
    first: item.seq,
    reread: 0,
    unknown: false,
    read: Math.max(before.read, position(before, item.seq)),
    since: epoch,
    welcomed: epoch,
    welcomed_by: joined.by,
    welcomed_ms: step.nowMs,
    title_told: true,
    compare: false,
    intents: [],
    leaving: false,
    policy: groups.policyIn(joined.group),
    policy_by: governing.NOBODY,
    refresh_due: step.now + Math.trunc(3600 * (1 + 23 * step.chance())),
  };
}

/**
 * Correct when this device came in: no later than what it reads first was said.
 *
 * A Welcome bears no date; until then the line bears that of the moment it was opened.
 */
export function date(
  step: Step,
  conversation: ConversationState,
  timeMs: number,
): ConversationState {
  const { last: line, record } = conversation;
  if (line?.position !== position(record, record.first)) return conversation;
  const isLater = 0 < timeMs && timeMs < line.time_ms;
  if (line.text !== "system-added" || !isLater) return conversation;
  return step.putLine(conversation, { ...line, time_ms: timeMs }, { news: false });
}

/** The first item is done: one transaction with whatever it changed. */
function finish(step: Step): void {
  const [letter, ...letters] = step.desk.letters;
  if (letter === undefined) throw new LookupError("the inbox is empty");
  step.desk = { ...step.desk, letters };
  step.advanceInbox(letter.number);
  session.oweAck(step);
  step.store();
  if (letters.length === 0 && step.session.state === SessionState.CATCHING_UP) {
    // what follows is waited for
    step.send({ type: "Ack", cursors: new Map(), inbox: step.desk.inbox });
  }
}

// --- looking around ---------------------------------------------------------------------------

/** Compare with the server once what is on its way has arrived; a new device does so at once. */
export function lookSoon(step: Step): void {
  const isNew = [...step.conversations()].length === 0;
  step.setTimer(LOOK_AROUND, isNew ? 0 : LOOK_SECONDS + step.chance());
}

/** Ask which conversations there are. */
export function look(step: Step, call = 0): void {
  if (greeted(step.session)) step.ask(ForLook(call), requests.conversations());
  else step.decline(call, "error-offline");
}

/** Compare what the server knows with what we hold. */
export function takeLook(step: Step, purpose: ForLook, body: Body): void {
  if (!isAnswer(body, "Conversations")) return;
  const { conversations } = body;
  const strange = conversations.filter((each) => isStrange(step, each)).map((each) => each.id);
  const suspects = new Set(strange.slice(0, Math.max(0, UNKNOWN - countBegun(step))));
  for (const each of conversations) {
    takeOne(step, each);
    const isDue = !each.joined || step.desk.suspects.has(each.id);
    if (suspects.has(each.id) && isDue) joinByOneself(step, each.id, each);
  }
  const isNews = [...suspects].some((each) => !step.desk.suspects.has(each));
  const isComing = [...step.conversations()].some(({ record }) => record.phase === Phase.OUTSIDE);
  if (isNews || (isComing && strange.length > suspects.size)) {
    step.setTimer(LOOK_AROUND, LOOK_AGAIN_SECONDS);
  }
  step.desk = { ...step.desk, suspects };
  if (purpose.direct_with === null) step.reply(purpose.call);
  else answerDirect(step, purpose.call, purpose.direct_with, conversations);
}

/** Learn who is in the conversation that was asked about. */
export function takeOneAnswer(step: Step, body: Body): void {
  if (isAnswer(body, "Conversation")) takeOne(step, body);
}

/** Learn who is in a conversation and may do what. */
export function takeOne(step: Step, body: Conversation): void {
  const known = step.conversation(body.id);
  if (known === null) return;
  const managing = body.members.filter((each) => each.role === MemberRole.ADMIN);
  const admins = sorted(managing.map((each) => each.user));
  const record = { ...absence.confirmed(kindOf(step, known, body), body), admins };
  if (record.peer && step.person(record.peer) === null) {
    step.putPerson(PersonRecord.of({ id: record.peer }));
    directory.askForNames(step);
  }
  let found = known;
  if (!same(record, known.record)) {
    found = step.amend(known, record);
    step.show(ConversationsChanged());
    step.show(MembersChanged(body.id));
  }
  found = governing.judge(step, found);
  if (isBehind(found, body)) departure.lose(step, found, found.record.seq);
}

/**
 * Believe the server once whether it is between two people, if these two are in it.
 *
 * Before this device is in it is only a claim, which keeps everybody else out.
 */
function kindOf(step: Step, found: ConversationState, body: Conversation): ConversationRecord {
  const { record } = found;
  if (record.kind_known) return record;
  const kind_known = isJoined(found);
  const claimed = body.kind === ConversationKind.DIRECT ? peerIn(step, body) : governing.NOBODY;
  const isTrue = !kind_known || same(users(found), new Set([step.account.user, claimed]));
  const peer = isTrue ? claimed : governing.NOBODY;
  return { ...record, direct: peer !== "", peer, kind_known };
}

/** Whether the server has lost commits: it holds all that we read, and an older epoch. */
function isBehind({ group, record }: ConversationState, body: Conversation): boolean {
  const readsAll = body.log_epoch === record.log_epoch && body.head >= record.seq;
  return readsAll && group !== null && body.epoch < groups.epochIn(group);
}

/** Whether the server counts us in, and we do not. */
function isStrange(step: Step, body: Conversation): boolean {
  if (step.conversation(body.id) !== null) return false;
  const isWelcome = step.desk.letters.some(({ item }) => item.conversation === body.id);
  return !isWelcome && body.members.some((each) => each.user === step.account.user);
}

/** Return of how many conversations there is no more than that the server has named them. */
function countBegun(step: Step): number {
  return [...step.conversations()].filter(isNothingYet).length;
}

function isNothingYet({ record }: ConversationState): boolean {
  const isBegun = record.phase === Phase.FOUNDING || record.phase === Phase.JOINED;
  return !(isBegun || record.seq > 0 || record.company.length > 0);
}

function peerIn(step: Step, body: Conversation): UserId {
  const others = body.members.filter((each) => each.user !== step.account.user);
  const [peer] = others;
  return peer !== undefined && others.length === 1 ? peer.user : governing.NOBODY;
}

/** Tell the caller which direct conversation there is with somebody already. */
function answerDirect(
  step: Step,
  call: number,
  user: UserId,
  conversations: readonly Conversation[],
): void {
  for (const each of conversations) {
    if (each.kind !== ConversationKind.DIRECT || peerIn(step, each) !== user) continue;
    if (step.conversation(each.id) === null) joinByOneself(step, each.id, each);
    const record = step.conversation(each.id)?.record;
    if (record?.direct === true && record.peer === user) {
      step.reply(call, each.id);
      return;
    }
  }
  step.decline(call, "error-not-possible");
}

/** Join by an external commit; whether we may is for the server and the group to say. */
function joinByOneself(step: Step, conversation: ConversationId, body: Conversation | null): void {
  if (step.conversation(conversation) !== null || countBegun(step) >= UNKNOWN) return;
  const isAbsent = body !== null && absence.waits(step.account.user, body);
  const record = { ...outside(conversation), intents: isAbsent ? [] : [Rejoin(false)] };
  step.amend(ConversationState.of({ record }), record);
  if (body !== null) takeOne(step, body);
  step.show(ConversationsChanged());
}
