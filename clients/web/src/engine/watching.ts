/**
 * What new entries of the key directory mean for people: for oneself, and for those one knows.
 *
 * A device that this one did not make is told of, a reset of oneself is an alarm, and another
 * identity key of somebody known is the changed key of `directory`.
 */

import type { Entry, KeyDirectory } from "../identity/key_directory.ts";
import type { Custodians, Removed, Rotated, Statement } from "../identity/statements.ts";
import { type Bytes, equalBytes, fromHex, toHex } from "../mls/bytes.ts";
import * as beginnings from "./beginnings.ts";
import * as departure from "./departure.ts";
import * as directory from "./directory.ts";
import * as findings from "./findings.ts";
import { told as toldOf } from "./key_notes.ts";
import { type Reading, note as noteOf } from "./key_reading.ts";
import * as listing from "./listing.ts";
import { sorted } from "./order.ts";
import { idOf } from "./state.ts";
import type { Step } from "./step.ts";

/** How a directory is compared with the one before. */
export interface Beginning {
  /** Whether the log begins anew; where its entries stand says nothing then. */
  readonly anew: boolean;
}

/**
 * Look at what was read: at one's own entries, and at the keys of those who are known.
 *
 * @param step - The step.
 * @param reading - What was read.
 * @param before - What was known before: a log that begins anew tells of old devices again.
 * @param beginning - Whether it does.
 */
export async function heed(
  step: Step,
  reading: Reading,
  before: KeyDirectory,
  { anew }: Beginning = { anew: false },
): Promise<void> {
  const own = step.account.user;
  const since = anew ? -1 : ownIndex(step);
  for (const entry of toldOf(reading.notes)) {
    if (entry.index <= since) continue;
    if (entry.statement?.op === "custodians") heedCustodians(step, entry.statement, before);
    else if (entry.refused !== "" || !isKnown(entry.statement, before)) {
      await heedOwn(step, entry, reading);
    }
  }
  const { missed, missed_at } = reading.notes;
  if (missed_at > since) step.alarm("alarm-own-entries-more", [["count", `${missed}`]]);
  heedRefused(step, reading);
  if (anew) beginnings.heed(step, reading, before);
  for (const user of sorted(reading.changed)) {
    const keys = reading.directory.people.get(user);
    if (user === own || keys === undefined || step.person(user) === null) continue;
    directory.holds(step, user, keys.identity_key);
  }
}

/** Compare the groups that there are with the first directory that there is. */
export function lookThrough(step: Step): void {
  for (const each of [...step.conversations()]) {
    const [stranger] = each.group === null ? [] : listing.strangers(step, each.group);
    if (stranger === undefined) continue;
    departure.giveUp(step, each, each.record.seq, "");
    listing.tell(step, idOf(each), stranger);
  }
}

/** Whether an entry says only what was known, as the first ones of a log that begins anew. */
function isKnown(said: Statement | null, before: KeyDirectory): boolean {
  switch (said?.op) {
    case "add":
    case "reset":
      return before.hasListed(said.certificate);
    case "remove": {
      const listed = before.people.get(said.user)?.devices.get(said.device);
      return listed !== undefined && listed.ended && !listed.kept_out;
    }
    case "rotate": {
      const keys = before.people.get(said.user);
      if (keys === undefined) return false;
      const { identity_key: key } = said;
      return equalBytes(key, keys.identity_key) || keys.former.has(toHex(key));
    }
    case "begin":
    case "custodians":
    case "web":
    case undefined:
      return false;
  }
}

/** Somebody has tried to change the devices of people who are known, or the log is padded. */
function heedRefused(step: Step, reading: Reading): void {
  const { notes } = reading;
  const note = noteOf(reading.offer);
  for (const [user, entry] of notes.of_known) {
    const found = findings.ofEntry(step, "alarm-entry-refused", entry, note);
    findings.find(step, found, ["who", user]);
  }
  if (notes.first_unfit === null) return;
  const [entry, said] = notes.first_unfit;
  const found = findings.ofEntry(step, "alarm-key-log-unfit", entry, note, said);
  findings.findOnce(step, found, ["count", `${notes.unfit}`]);
}

async function heedOwn(step: Step, entry: Entry, reading: Reading): Promise<void> {
  const note = noteOf(reading.offer);
  if (entry.refused !== "") {
    findings.find(step, findings.ofEntry(step, "alarm-own-entry-refused", entry, note));
    return;
  }
  const said = entry.statement;
  switch (said?.op) {
    case "add":
      // This device was asked, by the person before it; or it is told as come back.
      if ((await isVouchedFor(step, said.certificate)) || isOut(step, said.certificate)) return;
      if (isThis(step, said.certificate)) return;
      step.alarm("notice-own-device-added", [
        ["day", said.day],
        ["device", said.device],
      ]);
      return;
    case "reset":
      if (isThis(step, said.certificate)) return;
      findings.find(step, findings.ofEntry(step, "alarm-own-reset", entry, note), [
        "day",
        said.day,
      ]);
      return;
    case "rotate":
      heedRenewal(step, said);
      return;
    case "remove":
      heedRemoval(step, said);
      return;
    case "begin":
    case "custodians":
    case "web":
    case undefined:
      return;
  }
}

function heedRemoval(step: Step, { device, by, day }: Removed): void {
  const own = step.account.device;
  const said: [string, string][] = [
    ["day", day],
    ["device", device],
  ];
  if (by === "") step.alarm("notice-own-device-removed", said);
  else if (by === own) return;
  else if (by === device) step.alarm("notice-own-device-left", said);
  else step.alarm("notice-own-device-removed-by-own", [...said, ["by", by]]);
}

function isThis(step: Step, certificate: Bytes): boolean {
  return equalBytes(certificate, step.account.certificate);
}

/** Whether this device itself has let the other one in. */
async function isVouchedFor(step: Step, certificate: Bytes): Promise<boolean> {
  const found = await step.desk.keys.directory.certificateOf(certificate);
  return found !== null && found.by === step.account.device;
}

function isOut(step: Step, certificate: Bytes): boolean {
  return step.desk.keys.directory.keepsOut(certificate);
}

/** Tell of custodians that were not there before; a log that begins anew says them again. */
function heedCustodians(step: Step, said: Custodians, before: KeyDirectory): void {
  if (before.custodians?.which === said.which) return;
  if (said.people.length === 0) {
    step.alarm("notice-custodians-none", [["day", said.day]]);
    return;
  }
  step.alarm("notice-custodians", [
    ["threshold", `${said.threshold}`],
    ["count", `${said.people.length}`],
    ["day", said.day],
  ]);
}

/** The person's key was renewed; if not by this device, the person is to know. */
function heedRenewal(step: Step, said: Rotated): void {
  const own = step.person(step.account.user);
  if (own !== null) {
    const former = sorted(new Set([...own.former_keys, own.identity_key].map(toHex))).map(fromHex);
    step.putPerson({ ...own, identity_key: said.identity_key, former_keys: former });
  }
  step.renewIdentity(said.identity_key);
  if (said.by !== step.account.device) step.alarm("alarm-own-key-renewed", [["day", said.day]]);
}

/** Return where the log lists this device; what came before, this device need not be told. */
function ownIndex(step: Step): number {
  const { user, device } = step.account;
  return step.desk.keys.directory.people.get(user)?.devices.get(device)?.index ?? -1;
}
