/**
 * What convicts the log or the server: kept with its evidence, and told once.
 *
 * Nothing is told without end: a server that makes up contradictions is not to bury the first.
 */

import { encodeStatement } from "../identity/entries.ts";
import type { Entry } from "../identity/key_directory.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";
import { vkey } from "../transparency/keys.ts";
import { type SignedNote, encodeNote } from "../transparency/note.ts";
import { subject } from "./key_notes.ts";
import { note as noteOf } from "./key_reading.ts";
import { FindingRecord } from "./key_records.ts";
import { same } from "./order.ts";
import * as reporting from "./reporting.ts";
import type { Arguments, Step } from "./step.ts";
import { Put, Table } from "./store.ts";

/** How many findings are kept: more than there are kinds to fill it, so that none hides another. */
export const KEPT = 128;
export const OF_ONE_KIND = 8;

/** Keep a finding and raise its alarm, unless it is known or one of too many. */
export function find(step: Step, finding: FindingRecord, ...texts: Arguments): void {
  const { keys } = step.desk;
  const alike = keys.findings.filter((each) => each.kind === finding.kind);
  if (alike.some((each) => saysTheSame(each, finding))) return;
  if (alike.length >= OF_ONE_KIND || keys.findings.length >= KEPT) return;
  const number = `${keys.findings.length + 1}`.padStart(8, "0");
  step.desk = { ...step.desk, keys: { ...keys, findings: [...keys.findings, finding] } };
  step.write(Put(Table.FINDING, number, FindingRecord.encode(finding)));
  step.alarm(finding.kind, texts, finding.conversation === "" ? null : finding.conversation);
  reporting.report(step);
}

/** Keep a finding and raise its alarm, unless the same log has given cause for that before. */
export function findOnce(step: Step, finding: FindingRecord, ...texts: Arguments): void {
  const told = step.desk.keys.findings.some(
    (each) => each.kind === finding.kind && each.log_key === finding.log_key,
  );
  if (!told) find(step, finding, ...texts);
}

/** Return a finding of what the server has shown against what is pinned. */
export function ofLog(step: Step, kind: string, theirs: Bytes): FindingRecord {
  return FindingRecord.of({ kind, ...now(step), theirs });
}

/** Return a finding of what a member has seen against what is pinned. */
export function ofClaim(step: Step, who: UserId, claim: string): FindingRecord {
  return FindingRecord.of({ kind: "alarm-key-log-split", ...now(step), claim, who });
}

/** Return a finding of a device that is not listed. */
export function ofStranger(
  step: Step,
  conversation: ConversationId,
  certificate: Bytes,
): FindingRecord {
  const kind = "alarm-device-unlisted";
  return FindingRecord.of({ kind, ...now(step), conversation, certificate });
}

/**
 * Return a finding of an entry that the log should not hold.
 *
 * @param step - The step.
 * @param kind - The key of its alarm.
 * @param entry - What became of it.
 * @param note - The checkpoint under which it was read.
 * @param said - Its bytes; needed if it could not be read.
 */
export function ofEntry(
  step: Step,
  kind: string,
  entry: Entry,
  note: SignedNote,
  said: Bytes = EMPTY,
): FindingRecord {
  const { time_ms, log_key } = now(step);
  return FindingRecord.of({
    kind,
    time_ms,
    theirs: encodeNote(note),
    who: subject(entry) ?? ("" as UserId),
    entry: entry.statement === null ? said : encodeStatement(entry.statement),
    index: entry.index,
    log_key,
  });
}

/** Return when it is found, and against which checkpoint of which log. */
function now(step: Step): Pick<FindingRecord, "time_ms" | "ours" | "log_key"> {
  const { pin } = step.desk.keys;
  const known = pin === null ? null : { ours: encodeNote(noteOf(pin)), log_key: vkey(pin.key) };
  return { time_ms: step.nowMs, ...(known ?? { ours: EMPTY, log_key: "" }) };
}

/** Whether two findings say the same, whenever they were made. */
function saysTheSame(one: FindingRecord, other: FindingRecord): boolean {
  // The same entry is below every later checkpoint.
  const isOfEntry = one.entry.length > 0 || other.entry.length > 0;
  const told = isOfEntry
    ? (each: FindingRecord) => [each.entry, each.index]
    : (each: FindingRecord) => [each.theirs, each.who, each.conversation, each.certificate];
  return same(told(one), told(other));
}
