/**
 * Witnesses that a person requires: k of n have cosigned the pinned checkpoint, and lately.
 *
 * Without enough of them nothing stops at once: a witness may be away. For a day messages are sent
 * and the person is told; then no more is sent until they are there again.
 */

import { WITNESSES, WITNESS_CHARACTERS, type Witnesses } from "../identity/linking/messages.ts";
import { characters } from "../transparency/encoding.ts";
import { TransparencyError, UsageError } from "../transparency/errors.ts";
import { type VerifierKey, parseVerifierKey } from "../transparency/keys.ts";
import { CLOCK_SKEW, check as trust, policy } from "../transparency/witness.ts";
import type { KeyLogState } from "./key_log.ts";
import { note as noteOf } from "./key_reading.ts";
import { WitnessRecord } from "./key_records.ts";
import * as looking from "./looking.ts";
import type { Step } from "./step.ts";
import { Drop, Put, Table } from "./store.ts";

/** How long messages are still sent without enough witnesses. */
export const GRACE_SECONDS = 24 * 3600;
export const MAX_AGE_SECONDS = 366 * 24 * 3600;
export const NAME = "witnesses";

/** How the witnesses stand to what is required. */
export const Standing = {
  MET: 0,
  /** Too few, or too long ago; messages are still sent. */
  LATE: 1,
  /** For a day: nothing is sent. */
  MISSING: 2,
} as const;
export type Standing = (typeof Standing)[keyof typeof Standing];

const SAID: Readonly<Record<Standing, string>> = {
  [Standing.MET]: "",
  [Standing.LATE]: "notice-witnesses-late",
  [Standing.MISSING]: "alarm-witnesses-missing",
};

/**
 * Require witnesses from now on, on this device; none if the quorum is 0.
 *
 * @returns The key of an error, or nothing.
 */
export async function require(
  step: Step,
  vkeys: readonly string[],
  quorum: number,
  maximumAge: number,
): Promise<string> {
  const { keys } = step.desk;
  if (quorum === 0) {
    step.desk = { ...step.desk, keys: { ...keys, witnesses: null } };
    step.write(Drop(Table.KEY_LOG, NAME));
    return "";
  }
  if (keys.pin === null) return "error-log-not-listed";
  const asked = { witnesses: vkeys, quorum, maximum_age: maximumAge, since: step.now };
  const record = WitnessRecord.of(asked);
  if (!canBeHanded(record)) return "error-witnesses-too-many";
  try {
    check(keys.pin.key, record);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return "error-witnesses";
  }
  put(step, record);
  await look(step);
  looking.lookAfresh(step); // they may have signed since the checkpoint was pinned
  return "";
}

/** Return what a device that this one links is to require (docs/spec/linking.md). */
export function handed(record: WitnessRecord | null): Witnesses | null {
  if (record === null) return null;
  const { witnesses, quorum, maximum_age } = record;
  return { keys: witnesses, quorum, maximum_age, since: Math.max(record.since, record.met) };
}

/**
 * Return what is stored of what the device that vouches has handed over.
 *
 * @param log - The key of the log.
 * @param witnesses - As they were handed over.
 * @param now - In seconds since 1970; nothing is later.
 * @throws TransparencyError - They cannot be required.
 */
export function taken(log: VerifierKey, witnesses: Witnesses, now: number): WitnessRecord {
  const { keys, quorum, maximum_age } = witnesses;
  const since = Math.min(witnesses.since, now);
  const record = WitnessRecord.of({ witnesses: keys, quorum, maximum_age, since });
  check(log, record);
  return record;
}

/** Tell the person, once for each time, that witnesses are late or missing. */
export async function look(step: Step): Promise<void> {
  const { keys } = step.desk;
  const record = keys.witnesses;
  if (record === null) return;
  const met = Math.max(record.met, await cosigned(keys, record, step.now));
  const now = standing({ ...record, met }, step.now);
  if (met !== record.met || now !== record.told) put(step, { ...record, met, told: now });
  if (now > record.told) step.alarm(SAID[now], []);
}

/** Say whether nothing is to be sent: the witnesses have been missing for a day. */
export function stop(step: Step): boolean {
  const record = step.desk.keys.witnesses;
  return record !== null && standing(record, step.now) === Standing.MISSING;
}

/** Return until when it is enough that they have cosigned as they have, in seconds. */
export function inOrderUntil(record: WitnessRecord): number {
  return Math.max(record.since, record.met) + record.maximum_age;
}

/**
 * Check that witnesses can be required.
 *
 * @throws TransparencyError - A key is none or there twice, or quorum or age cannot be kept.
 */
function check(log: VerifierKey, record: WitnessRecord): void {
  policy(log, record.witnesses.map(parseVerifierKey), record.quorum);
  if (!(record.maximum_age > 0 && record.maximum_age <= MAX_AGE_SECONDS)) {
    throw new UsageError("an age that no witness can keep, or everyone");
  }
}

/** Whether a further device can be told of them. */
function canBeHanded({ witnesses }: WitnessRecord): boolean {
  const isShort = witnesses.every((each) => characters(each) <= WITNESS_CHARACTERS);
  return witnesses.length <= WITNESSES && isShort;
}

/**
 * Say how the witnesses stand to what is required.
 *
 * A newer checkpoint that nobody has cosigned yet takes nothing back: it continues the one that
 * they have.
 */
function standing(record: WitnessRecord, now: number): Standing {
  const late = inOrderUntil(record);
  if (now <= late) return Standing.MET;
  return now <= late + GRACE_SECONDS ? Standing.LATE : Standing.MISSING;
}

/**
 * Return when the last signature was made that it takes, in seconds since 1970; 0 if none was.
 *
 * What is said to come from the future counts for nothing.
 */
async function cosigned(keys: KeyLogState, record: WitnessRecord, now: number): Promise<number> {
  if (keys.pin === null) return 0;
  let said: readonly (readonly [string, bigint])[];
  try {
    const asked = policy(keys.pin.key, record.witnesses.map(parseVerifierKey));
    ({ cosigned: said } = await trust(asked, noteOf(keys.pin)));
  } catch (error) {
    // A wrong signature of a witness spoils the checkpoint.
    if (!(error instanceof TransparencyError)) throw error;
    return 0;
  }
  const latest = BigInt(now) + CLOCK_SKEW;
  const times = said.flatMap(([, time]) => (time <= latest ? [Number(time)] : []));
  return times.sort((one, other) => other - one)[record.quorum - 1] ?? 0;
}

function put(step: Step, record: WitnessRecord): void {
  step.desk = { ...step.desk, keys: { ...step.desk.keys, witnesses: record } };
  step.write(Put(Table.KEY_LOG, NAME, WitnessRecord.encode(record)));
}
