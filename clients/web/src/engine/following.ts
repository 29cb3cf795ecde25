/**
 * Following the key directory: read what is new in it, and only then believe it.
 *
 * A look ends in one of three ways: the pin is at the newest checkpoint (one transaction with
 * everything that follows from it), the server has shown what it should not (a finding, kept with
 * both signed notes), or nothing came (tried again a little later). Whoever waits for a look is
 * released when one has ended that began after they came.
 */

import type { UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { Finding, TransparencyError } from "../transparency/errors.ts";
import { encodeNote } from "../transparency/note.ts";
import { bundlePath } from "../transparency/tiles.ts";
import { utf8Bytes } from "../utf8.ts";
import type { Code } from "../wire/problems.ts";
import * as clearing from "./clearing.ts";
import * as directory from "./directory.ts";
import { type Body, Timer, TimerKind, isAnswer } from "./events.ts";
import * as findings from "./findings.ts";
import * as gossip from "./gossip.ts";
import { continued } from "./key_anew.ts";
import {
  type KeyLogState,
  REFUSED,
  begin,
  disagreement,
  offered,
  personRecord,
  pinned,
  recordOf,
  sizeOf,
  succeeded,
} from "./key_log.ts";
import * as reading from "./key_reading.ts";
import { type Offer, OtherLogError, type Reading, UnmetRootError, begun } from "./key_reading.ts";
import { KeyLogRecord, PersonKeysRecord } from "./key_records.ts";
import * as listing from "./listing.ts";
import * as looking from "./looking.ts";
import { LookupError, sorted } from "./order.ts";
import * as reporting from "./reporting.ts";
import * as requests from "./requests.ts";
import * as session from "./session.ts";
import { ForEntries, Listing, type Purpose } from "./state.ts";
import type { Step } from "./step.ts";
import { Put, Table } from "./store.ts";
import * as watching from "./watching.ts";
import * as wiping from "./wiping.ts";
import * as witnesses from "./witnesses.ts";

export const AGAIN = Timer(TimerKind.KEY_LOG);
/** How soon a look that came to nothing is repeated; doubled each time, up to a minute. */
export const AGAIN_SECONDS = 1;
/** After so many of them in a row the person hears of it. */
export const PATIENCE = 3;

const KINDS: Readonly<Record<Finding, string>> = {
  [Finding.FORKED]: "alarm-key-log-forked",
  [Finding.ROLLED_BACK]: "alarm-key-log-rolled-back",
  [Finding.UNPROVEN]: "alarm-key-log-unproven",
};

/** The server says that there is a checkpoint of this size. */
export function takeSize(step: Step, size: number): void {
  const { keys } = step.desk;
  const known = sizeOf(keys);
  if (size > known || (size === known && keys.witnesses !== null)) {
    looking.lookAfresh(step); // of the same size if there is one more cosignature
  }
}

/** What was asked of the log is here. */
export async function takeAnswer(
  step: Step,
  number: number,
  purpose: Purpose,
  body: Body,
): Promise<void> {
  if (purpose.type === "ForKeyLog") await takeOffer(step, body);
  else if (purpose.type === "ForEntries") await takeEntries(step, number, body);
  else if (purpose.type === "ForTile") gossip.takeTile(step, purpose.tile, body);
  else if (purpose.type === "ForReport") reporting.takeAnswer(step);
}

/** The server does not show its log, or was not reached. */
export function takeRefusal(step: Step, purpose: Purpose, code: Code | null): void {
  if (purpose.type === "ForTile") {
    gossip.takeNoTile(step, code);
    return;
  }
  const failures = step.desk.keys.failures + 1;
  put(step, { ...step.desk.keys, asking: 0, reading: null, failures });
  step.setTimer(AGAIN, Math.min(60, AGAIN_SECONDS * 2 ** Math.min(failures, 8)));
  if (failures === PATIENCE && code !== null) step.alarm("alarm-key-log-away", []);
  for (const { record, listing: stands } of step.conversations()) {
    // What waits does not keep the rest from being here.
    if (stands === Listing.WAITING) session.caughtUp(step, record.id);
  }
}

/** The server shows its newest checkpoint. */
async function takeOffer(step: Step, body: Body): Promise<void> {
  const keys = { ...step.desk.keys, asking: 0 };
  put(step, keys);
  if (!isAnswer(body, "KeyLog")) return;
  let offer: Offer;
  try {
    offer = await offered(body, keys);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    const kind = error instanceof OtherLogError ? "alarm-key-log-other" : "alarm-key-log-unsigned";
    await find(step, kind, utf8Bytes(body.checkpoint));
    return;
  }
  const finding = disagreement(keys, offer);
  if (finding !== null) {
    await find(step, KINDS[finding], noted(offer));
    return;
  }
  await readOn(step, begin(keys, offer));
}

/** A bundle of entries is here. */
async function takeEntries(step: Step, number: number, body: Body): Promise<void> {
  const { reading: before } = step.desk.keys;
  if (!before?.asked.has(number) || !(body instanceof Uint8Array)) return;
  const own = step.account.user;
  const known = new Set<UserId>(step.people().keys());
  known.delete(own);
  let taken: Reading;
  try {
    taken = await reading.take(before, number, body, own, known);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    await readWhole(step, before);
    return;
  }
  await readOn(step, taken);
}

/** Ask for what is to be read next; if that was all, believe it if it is what was signed. */
async function readOn(step: Step, read: Reading): Promise<void> {
  if (!reading.complete(read)) {
    askForMore(step, read);
    return;
  }
  try {
    reading.check(read);
  } catch (error) {
    if (error instanceof OtherLogError) {
      await find(step, "alarm-key-log-other", noted(read.offer));
    } else if (error instanceof UnmetRootError) {
      await readWhole(step, read);
    } else {
      throw error;
    }
    return;
  }
  await accept(step, read);
}

function askForMore(step: Step, read: Reading): void {
  let asked = read;
  for (const bundle of reading.due(read)) {
    const query = requests.ofKeyLog(
      begun(asked.offer.key),
      bundlePath(bundle),
      reading.start(asked, bundle),
    );
    asked = reading.asking(asked, step.ask(ForEntries(), query), bundle);
  }
  put(step, { ...step.desk.keys, reading: asked });
}

/** What was read does not fit: if a part was left out, read it whole before that is told. */
async function readWhole(step: Step, read: Reading): Promise<void> {
  if (read.short) {
    await readOn(step, { ...begin(step.desk.keys, read.offer), held: 0, short: false });
  } else {
    await find(step, "alarm-key-log-unproven", noted(read.offer));
  }
}

/** The server has shown what it should not: nothing of it is believed. */
async function find(step: Step, kind: string, theirs: Bytes): Promise<void> {
  put(step, { ...step.desk.keys, reading: null });
  findings.find(step, findings.ofLog(step, kind, theirs));
  await conclude(step);
}

/** The log begins anew, and says so: it is followed, and people are asked to ask. */
function findAnew(step: Step, offer: Offer): void {
  findings.find(step, findings.ofLog(step, "alarm-key-log-anew", noted(offer)));
}

/** Pin the tree that was read, with all that follows from it: one transaction. */
async function accept(step: Step, whole: Reading): Promise<void> {
  const { offer } = whole;
  const anew = succeeded(step.desk.keys, offer);
  if (anew) findAnew(step, offer);
  const before = step.desk.keys;
  const read = anew ? merged(before, whole) : whole;
  const earlier = anew ? [] : before.refused;
  const keys = {
    ...before,
    pin: pinned(before, read),
    promise: null,
    directory: read.directory,
    refused: [...earlier, ...read.notes.refused].slice(0, REFUSED),
    checked: step.now,
    reading: null,
    failures: 0,
    proving: null,
    strange: anew ? [] : before.strange,
  };
  put(step, keys);
  writeWhatChanged(step, read, keys);
  await watching.heed(step, read, before.directory, { anew });
  if (before.pin === null) watching.lookThrough(step);
  for (const conversation of [...step.conversations()]) {
    clearing.heed(step, conversation);
    if (conversation.record.absent.length > 0 || listing.ended(step, conversation).length > 0) {
      step.touched.add(conversation.record.id);
    }
  }
  await conclude(step);
  if (!anew) await wiping.heed(step, read);
  step.store();
}

/** Return what is known once a log has taken the place of another one. */
function merged(before: KeyLogState, read: Reading): Reading {
  const all = continued(before.directory, read.directory);
  return { ...read, directory: all, changed: new Set(all.people.keys()) };
}

function writeWhatChanged(step: Step, read: Reading, keys: KeyLogState): void {
  for (const user of sorted(read.changed)) {
    const of = read.directory.people.get(user);
    if (of === undefined) throw new LookupError(user);
    step.write(Put(Table.KEYS, user, PersonKeysRecord.encode(personRecord(of))));
  }
  step.write(Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(recordOf(keys))));
}

/** A look is over. */
async function conclude(step: Step): Promise<void> {
  step.cancelTimer(AGAIN);
  if (step.desk.keys.again) {
    looking.look(step);
    return;
  }
  directory.judgeClaims(step);
  listing.release(step);
  gossip.judge(step);
  await witnesses.look(step);
}

function put(step: Step, keys: KeyLogState): void {
  step.desk = { ...step.desk, keys };
}

function noted(offer: Offer): Bytes {
  return encodeNote(reading.note(offer));
}
