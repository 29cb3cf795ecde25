/**
 * Taking what was said before one came, from a member who gives it.
 *
 * Whoever gives can say what they like, so little is believed: that the conversation allows it, that
 * it is for those who came with this device's commit, and that everything is as old as was said.
 * The lines are marked with who gave them, stand before the place where this device came in, are no
 * news, and take the place of none that it read itself. What somebody gave who was not to give it
 * gives way to what is given by who was: else it were enough to be quicker. An archive is taken
 * whole or not at all: `client` checks all of it by `check` before the first part comes here.
 */

import { ArchiveError, Fault } from "../content/archive.ts";
import type { Given } from "../content/given.ts";
import { MAX_TEXT_BYTES } from "../content/profile.ts";
import { strip } from "../content/spaces.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { utf8Bytes } from "../utf8.ts";
import { CLIENT_ID_BYTES, MEMBERS } from "../wire/limits.ts";
import * as allowance from "./allowance.ts";
import { FetchHistory } from "./commands.ts";
import * as directory from "./directory.ts";
import { HistoryFailed, type HistoryOpened, Timer, TimerKind } from "./events.ts";
import * as givingTurns from "./giving_turns.ts";
import type { Said } from "./governing.ts";
import {
  type Entry,
  type LineEntry,
  type RoomEntry,
  positionHere,
  withWhatWasDone,
} from "./history/entries.ts";
import { UNTOLD } from "./history/records.ts";
import { MessageKind, TimelineChanged } from "./model.ts";
import { same } from "./order.ts";
import * as policy from "./policy.ts";
import { Line, LineState, Offer, PersonRecord, position } from "./records.ts";
import * as session from "./state.ts";
import type { ConversationState, Leaf } from "./state.ts";
import * as sharing from "./sharing.ts";
import type { Step } from "./step.ts";
import { AddLine } from "./store.ts";
import { system } from "./timeline.ts";

/** How much older than the policy allows a line may be: it was gathered before it was sent. */
export const SLACK_MS = 2 * sharing.DAY_MS;
/** How many histories may wait to be taken in, in one conversation: more than anybody means well. */
export const OFFERS = 64;
/** How many people at most have said what is given: those who are there, and as many who were. */
export const SENDERS = 2 * MEMBERS;

const LINE_ID = new RegExp(`^[a-z2-7]{26}\\.[0-9a-f]{${2 * CLIENT_ID_BYTES}}$`);

/** Somebody gives a history: tell it, and take it if it is for this device. */
export function hear(
  step: Step,
  conversation: ConversationState,
  gift: Given,
  by: Leaf,
  said: Said,
): void {
  const { record: known } = conversation;
  const giver = ["by", said.by] as const;
  if (!isAllowed(conversation, gift, said)) {
    const who = ["who", gift.users.join(",")] as const;
    const line = system(known, said.seq, said.time_ms, "system-history-refused", giver, who);
    step.putLine(conversation, line);
    return;
  }
  sharing.tell(step, conversation, gift, said);
  const heard = givingTurns.hear(step, step.known(known.id), gift, said);
  const { record } = heard;
  if (!isForUs(step, record, gift, said) || allowance.isKnown(record, gift)) return;
  if (record.offers.length >= OFFERS || !allowance.holds(heard, gift, said)) {
    const line = system(record, said.seq, said.time_ms, "system-history-not-taken", giver);
    step.putLine(heard, line);
    return;
  }
  const offer = Offer.of({
    blob: gift.blob,
    key: gift.key,
    size: gift.size,
    digest: gift.digest,
    by: by.user,
    device: by.device,
    since_ms: gift.since_ms,
    until_ms: gift.until_ms,
    count: gift.count,
    below: position(record, record.first),
    seq: said.seq,
    expected: allowance.isExpected(heard, said),
  });
  const took = allowance.used(heard, gift, said);
  step.amend(heard, { ...record, offers: [...record.offers, offer], took });
}

function isForUs(
  step: Step,
  record: ConversationState["record"],
  gift: Given,
  said: Said,
): boolean {
  const own = step.account.user;
  const named = gift.users.includes(own) && gift.epoch === record.welcomed;
  return named && said.by !== own && !record.policy_by;
}

function isAllowed(conversation: ConversationState, gift: Given, said: Said): boolean {
  const { record } = conversation;
  if (record.policy_by) return true; // not to be learnt now: nobody is accused, nothing is fetched
  const bound = sharing.since(policy.historyOf(record), said.time_ms - SLACK_MS);
  if (bound === null || record.newcomers.includes(said.by)) return false;
  return gift.since_ms >= bound && gift.until_ms <= said.time_ms + SLACK_MS;
}

/** Begin to fetch what was given, first by who was to give it. */
export function proceed(step: Step, conversation: ConversationState): void {
  const { offers } = conversation.record;
  const offer = offers.find((each) => each.expected) ?? offers[0];
  if (offer === undefined || conversation.fetching || !session.greeted(step.session)) return;
  step.put({ ...conversation, fetching: true });
  step.do(FetchHistory(conversation.record.id, offer));
}

/**
 * Check what a part says, and return how many lines it holds.
 *
 * @throws ArchiveError - MALFORMED, something in it is not what its giver said, or is no line of
 *   this conversation.
 */
export function check(
  conversation: ConversationId,
  offer: Offer,
  entries: readonly Entry[],
): number {
  let count = 0;
  for (const entry of entries) {
    if (entry.type === "RoomEntry" && entry.id === conversation) continue;
    if (entry.type !== "LineEntry" || !isLine(offer, entry)) {
      throw new ArchiveError(Fault.MALFORMED, "not a line as its giver said");
    }
    count += 1;
  }
  return count;
}

function isLine(offer: Offer, entry: LineEntry): boolean {
  const plain = entry.kind === MessageKind.TEXT && entry.arguments.length === 0 && !!entry.sender;
  const inTime = offer.since_ms <= entry.time_ms && entry.time_ms <= offer.until_ms;
  const held = entry.given_by === "" || entry.given_by === offer.by;
  const texts = [entry.text, ...entry.edits.map((edit) => edit.text)];
  const said = texts.every((one) => strip(one) !== "" && utf8Bytes(one).length <= MAX_TEXT_BYTES);
  const here = said && entry.withdrawn_ms === 0;
  return plain && inTime && held && here && LINE_ID.test(entry.id);
}

/** Store the lines of a part, in one transaction with how far the archive was taken in. */
export function takePart(step: Step, event: HistoryOpened): void {
  let found = step.conversation(event.conversation);
  const offer = offerOf(found, event);
  if (found === null || event.index !== offer?.taken) return;
  try {
    check(found.record.id, offer, event.entries);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    takeFailure(step, HistoryFailed(found.record.id, offer.blob, true));
    return;
  }
  step.write(UNTOLD);
  let room: RoomEntry | null = null;
  for (const entry of event.entries) {
    if (entry.type === "RoomEntry") {
      room = entry;
    } else if (entry.type === "LineEntry" && room !== null) {
      step.write(AddLine(lineOf(found, offer, room, entry)));
      meet(step, entry.sender);
    }
  }
  const taken = { ...offer, taken: offer.taken + 1 };
  found = replaceOffer(step, found, offer, event.last ? null : taken);
  if (event.last) {
    step.put({ ...found, fetching: false });
    directory.askForNames(step);
  }
  step.show(TimelineChanged(found.record.id));
}

/** A history was not fetched: later, or never, and that is said. */
export function takeFailure(step: Step, event: HistoryFailed): void {
  let found = step.conversation(event.conversation);
  const offer = offerOf(found, event);
  if (found === null || offer === null) return;
  const { id } = found.record;
  if (!event.final) {
    step.setTimer(Timer(TimerKind.HISTORY, id), sharing.RETRY_SECONDS);
    return;
  }
  found = step.put({ ...found, fetching: false });
  found = replaceOffer(step, found, offer, null);
  const by = ["by", offer.by] as const;
  step.putLine(found, system(found.record, offer.seq, step.nowMs, "system-history-damaged", by));
}

function offerOf(
  found: ConversationState | null,
  event: HistoryOpened | HistoryFailed,
): Offer | null {
  return found?.record.offers.find((each) => each.blob === event.blob) ?? null;
}

function replaceOffer(
  step: Step,
  found: ConversationState,
  old: Offer,
  now: Offer | null,
): ConversationState {
  const kept = found.record.offers.map((each) => (same(each, old) ? now : each));
  const offers = kept.filter((each) => each !== null);
  return step.amend(found, { ...found.record, offers });
}

function lineOf(found: ConversationState, offer: Offer, room: RoomEntry, entry: LineEntry): Line {
  const line = Line.of({
    id: entry.id,
    conversation: found.record.id,
    position: positionHere(found.record, room, entry, offer.below),
    kind: MessageKind.TEXT,
    sender: entry.sender,
    time_ms: entry.time_ms,
    text: entry.text,
    state: LineState.RECEIVED,
    given_by: offer.by,
    unexpected: !offer.expected,
  });
  return withWhatWasDone(line, entry);
}

/** Know whom the key directory lists. Of others there is a giver's word alone, and no end. */
function meet(step: Step, user: UserId): void {
  if (step.person(user) === null && step.desk.keys.directory.people.has(user)) {
    step.putPerson(PersonRecord.of({ id: user }));
  }
}
