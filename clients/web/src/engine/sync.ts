/**
 * The cursor of each log: nothing is skipped, nothing is read twice (docs/spec/realtime.md).
 *
 * A log is dense. What lies at or below the cursor is a repetition and is dropped; what lies
 * beyond the next place shows a gap, and the rest is asked for again. A cursor counts within
 * one `log_epoch`; when the server says RESET, the log is another one.
 */

import type { ConversationId } from "../ids.ts";
import type { Batch, CaughtUp, Delivered, Lag, Reset } from "../wire/frames.ts";
import { KIB } from "../wire/limits.ts";
import { Recall } from "./commands.ts";
import * as departure from "./departure.ts";
import { Timer, TimerKind } from "./events.ts";
import * as governing from "./governing.ts";
import * as inbox from "./inbox.ts";
import { compare, same } from "./order.ts";
import * as resending from "./resending.ts";
import { type Line, Phase, position, shifted } from "./records.ts";
import * as session from "./session.ts";
import { type ConversationState, greeted, Listing, MAX_SHIFT } from "./state.ts";
import type { Step } from "./step.ts";

/** Credit is given for so many bytes at once. */
const CREDIT_BYTES = 32 * KIB;
const INBOX = Timer(TimerKind.INBOX);
/** How long the server may take to say that the inbox is empty. */
const INBOX_SECONDS = 10;
/** How often in a row one gap is asked for before the person hears of it. */
const GAPS = 3;
/** How many lines are looked through for what to send again, and for what is no news. */
const RECALLED = 1000;
/** How much of a log is read again that is in place of another. */
const REREAD = 2000;
/** How many parts of a log that did not reach everybody are kept. */
const UNDELIVERED = 16;

/** Tell the server where everything stands. */
export function start(step: Step): void {
  const reading = [...step.conversations()].filter(isReading);
  const awaiting = new Set(reading.map((each) => each.record.id));
  step.session = { ...step.session, awaiting, inbox_read: false };
  const cursors = new Map(
    reading.map(({ record }) => [record.id, [record.log_epoch, record.seq] as const]),
  );
  step.send({ type: "Sync", cursors, inbox: step.desk.inbox });
  step.setTimer(INBOX, INBOX_SECONDS);
}

/** Read what arrived, strictly in order, one transaction for each message. */
export async function takeBatch(step: Step, batch: Batch, size: number): Promise<void> {
  for (const [place, item] of batch.items.entries()) {
    const found = step.conversation(batch.conversation);
    if (found === null || !isReading(found) || waits(step, found.record.id)) break;
    if (governing.ask(step, found)) break;
    const seq = batch.first_seq + place;
    const isSameLog = batch.log_epoch === found.record.log_epoch;
    if (isSameLog && seq <= found.record.seq) continue;
    if (!isSameLog || seq > found.record.seq + 1) {
      if (found.caught_up) miss(step, found); // else it is asked for already: CAUGHT_UP tells
      break;
    }
    await inbox.take(step, found, seq, item);
    if (waits(step, found.record.id)) break;
    advance(step, found.record.id, seq);
  }
  digest(step, size);
}

/** What follows is live. */
export function takeCaughtUp(step: Step, frame: CaughtUp): void {
  const found = step.conversation(frame.conversation);
  if (found !== null && isReading(found)) {
    const { record } = found;
    if (found.reset !== null || found.judging > 0 || waits(step, record.id)) {
      return; // it is said of a log that we have not begun to read, or that waits
    }
    if (record.seq < frame.head) {
      miss(step, found);
      return;
    }
    if (record.seq > frame.head && frame.head === 0) {
      departure.stayBehind(step, found);
    } else if (record.seq > frame.head) {
      tellBehind(step, found);
    } else {
      const arrived = { ...found, caught_up: true, gaps: 0, behind: false };
      step.amend(arrived, { ...record, reread: 0, unknown: false });
    }
  }
  session.caughtUp(step, frame.conversation);
}

/** We were too slow: the server reads to us from its log once we have caught breath. */
export function takeLag(step: Step, frame: Lag): void {
  const found = step.conversation(frame.conversation);
  if (found !== null) step.put({ ...found, caught_up: false });
  giveCredit(step);
}

/** The log was shortened: go on where it begins. Or it is another one: read it again. */
export function takeReset(step: Step, frame: Reset): void {
  const found = step.conversation(frame.conversation);
  if (found === null || !isReading(found)) return;
  const { record } = found;
  if (frame.log_epoch !== record.log_epoch) {
    step.put({ ...found, caught_up: false, reset: frame });
    step.do(Recall(record.id, RECALLED));
  } else if (record.seq < frame.min_seq - 1) {
    restart(step, found, frame.log_epoch, frame.min_seq - 1);
    inbox.tellReset(step, step.known(record.id), { lostCommits: true });
    readAnew(step, record.id);
  }
}

/**
 * Read a log that is in place of another, and send again what it lacks of ours.
 *
 * The two begin alike, and nobody says how far: so the last part is read again. What is known
 * of it cannot be read a second time, which is no loss.
 */
export function beginAnew(step: Step, conversation: ConversationId, lines: readonly Line[]): void {
  const held = step.conversation(conversation);
  const frame = held?.reset ?? null;
  if (held === null || frame === null) return;
  const { record } = held;
  const last = Math.min(record.seq, frame.head);
  const first = Math.min(record.first, frame.head);
  const seq = Math.max(frame.min_seq - 1, first, last - REREAD, 0);
  const recalled = new Set(lines.map((line) => line.id));
  const found = step.put({ ...held, reset: null, accepted: false, recalled });
  if (!restart(step, found, frame.log_epoch, seq, Math.max(record.seq, record.reread))) return;
  inbox.tellReset(step, step.known(conversation), { lostCommits: false });
  resending.sendAgain(step, step.known(conversation), lines);
  readAnew(step, conversation);
}

/** Set the cursor; what comes now stands behind what was there, unless that goes on for ever. */
function restart(
  step: Step,
  found: ConversationState,
  logEpoch: number,
  seq: number,
  reread = 0,
): boolean {
  const { record } = found;
  const shift = shifted(record, logEpoch, seq);
  if (shift > MAX_SHIFT) {
    tellBehind(step, found);
    return false;
  }
  step.amend(found, { ...record, log_epoch: logEpoch, seq, shift, reread, unknown: false });
  return true;
}

/** Say once that the server has lost something; it can say so without end. */
function tellBehind(step: Step, found: ConversationState): void {
  if (found.behind) return;
  step.alarm("alarm-server-behind", [], found.record.id);
  step.put({ ...found, behind: true });
}

function readAnew(step: Step, conversation: ConversationId): void {
  const found = step.known(conversation);
  session.readOn(step, step.amend(found, { ...found.record, compare: true }));
  departure.askToCompare(step, conversation);
  step.store();
}

/** Every other member holds everything up to here, but for what is missing. */
export function takeDelivered(step: Step, frame: Delivered): void {
  const found = step.conversation(frame.conversation);
  if (found === null) return;
  const { record } = found;
  const delivered = position(record, frame.seq);
  const parts = frame.missing.map(
    ({ first, last }) => [position(record, first), position(record, last)] as const,
  );
  const earlier = record.undelivered.filter(([, last]) => last <= record.shift); // of another log
  const undelivered = [...earlier, ...parts].slice(-UNDELIVERED);
  if (delivered < record.delivered) return;
  if (delivered === record.delivered && same(undelivered, record.undelivered)) return;
  step.amend(found, { ...record, delivered, undelivered });
  inbox.tellTimeline(step, record.id);
}

/** Say what is stored; at most once a second. */
export function acknowledge(step: Step): void {
  const waiting = [...step.session.unacknowledged].sort(compare);
  step.session = { ...step.session, unacknowledged: new Set(), ack_due: false };
  const found = waiting.map((each) => step.conversation(each)).filter((each) => each !== null);
  const cursors = new Map(found.map(({ record }) => [record.id, record.seq]));
  if (greeted(step.session)) step.send({ type: "Ack", cursors, inbox: step.desk.inbox });
}

function isReading({ record }: ConversationState): boolean {
  return record.phase === Phase.JOINED || record.phase === Phase.BROKEN;
}

/** Whether the next item is read again when the key directory was looked at. */
function waits(step: Step, conversation: ConversationId): boolean {
  return step.conversation(conversation)?.listing === Listing.WAITING;
}

function advance(step: Step, conversation: ConversationId, seq: number): void {
  const found = step.conversation(conversation);
  if (found !== null) {
    step.amend(found, { ...found.record, seq });
    session.oweAck(step, conversation);
  }
  step.store();
}

/** Ask for what is missing; if it does not come, say so and wait for the next connection. */
function miss(step: Step, conversation: ConversationState): void {
  const gaps = conversation.gaps + 1;
  const missing = step.put({ ...conversation, gaps });
  if (gaps <= GAPS) session.readOn(step, missing);
  else if (gaps === GAPS + 1) step.alarm("alarm-log-gap", [], missing.record.id);
}

function digest(step: Step, size: number): void {
  step.session = { ...step.session, undigested: step.session.undigested + size };
  if (step.session.undigested >= CREDIT_BYTES) giveCredit(step);
}

function giveCredit(step: Step): void {
  const { undigested } = step.session;
  if (undigested === 0 || !greeted(step.session)) return;
  step.send({ type: "Credit", bytes: undigested });
  step.session = { ...step.session, undigested: 0 };
}
