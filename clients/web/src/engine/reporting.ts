/**
 * Telling the server that there is an alarm about its key directory: once for each, no content.
 *
 * An honest company learns from it that something is wrong. A hostile one learns little: what it
 * has shown to whom it knows (docs/decisions/0015-alarms-are-reported.md).
 */

import { TransparencyError } from "../transparency/errors.ts";
import { parseVerifierKey } from "../transparency/keys.ts";
import { AlarmKind } from "../wire/alarms.ts";
import { digestOf } from "./evidence.ts";
import { type KeyLogState, recordOf } from "./key_log.ts";
import { begun } from "./key_reading.ts";
import { KeyLogRecord } from "./key_records.ts";
import * as requests from "./requests.ts";
import { ForReport, greeted } from "./state.ts";
import type { Step } from "./step.ts";
import { Put, Table } from "./store.ts";

/**
 * What is reported. Not: a log that began anew, which its operator did, and entries about others,
 * whom their own devices report.
 */
export const KINDS: ReadonlyMap<string, AlarmKind> = new Map([
  ["alarm-key-log-forked", AlarmKind.FORK],
  ["alarm-key-log-unproven", AlarmKind.FORK],
  ["alarm-key-log-unsigned", AlarmKind.FORK],
  ["alarm-key-log-other", AlarmKind.FORK],
  ["alarm-key-log-rolled-back", AlarmKind.ROLLBACK],
  ["alarm-key-log-split", AlarmKind.SPLIT],
  ["alarm-device-unlisted", AlarmKind.GHOST],
  ["alarm-own-reset", AlarmKind.GHOST],
  ["alarm-own-entry-refused", AlarmKind.GHOST],
  ["alarm-own-device-returned", AlarmKind.GHOST],
  ["alarm-key-log-unfit", AlarmKind.GHOST],
]);

/** Report the first finding that was not reported yet, if there is a connection. */
export function report(step: Step): void {
  const keys = skipped(step.desk.keys);
  const found = keys.findings[keys.reported];
  const kind = KINDS.get(found?.kind ?? "");
  if (keys.reporting || !greeted(step.session) || found === undefined || kind === undefined) {
    step.desk = { ...step.desk, keys };
    return;
  }
  const body = { kind, log: begunIn(found.log_key), evidence: digestOf(found) };
  step.ask(ForReport(), requests.reportAlarm(body));
  step.desk = { ...step.desk, keys: { ...keys, reporting: true } };
}

/** The server knows of it. */
export function takeAnswer(step: Step): void {
  const { reported } = step.desk.keys;
  const keys = { ...step.desk.keys, reported: reported + 1, reporting: false };
  step.desk = { ...step.desk, keys };
  step.write(Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(recordOf(keys))));
  report(step);
}

/** Pass over what is not reported. */
function skipped(keys: KeyLogState): KeyLogState {
  let { reported } = keys;
  for (const { kind } of keys.findings.slice(reported)) {
    if (KINDS.has(kind)) break;
    reported += 1;
  }
  return { ...keys, reported };
}

function begunIn(logKey: string): number {
  if (logKey === "") return 0;
  try {
    return begun(parseVerifierKey(logKey));
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return 0;
  }
}
