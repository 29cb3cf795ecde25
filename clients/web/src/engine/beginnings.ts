/**
 * What a log that takes another one's place means for people: compared with what was known.
 *
 * It says all devices anew, so where an entry stands says nothing. Devices that had ended and are
 * listed again stay out (`key_anew`), and their people are told; so is whoever has another key in
 * it, or devices that it has not.
 */

import type { Entry, KeyDirectory, Keys } from "../identity/key_directory.ts";
import type { DeviceId, UserId } from "../ids.ts";
import { equalBytes, toHex } from "../mls/bytes.ts";
import * as findings from "./findings.ts";
import { deviceOf, subject, told as toldOf } from "./key_notes.ts";
import { type Reading, note as noteOf } from "./key_reading.ts";
import type { FindingRecord } from "./key_records.ts";
import { sorted } from "./order.ts";
import type { Step } from "./step.ts";

const NO_ENTRY: Entry = { index: 0, statement: null, refused: "" };

/**
 * Compare oneself, and those who are known, before and after.
 *
 * @param step - The step.
 * @param reading - What was read; its directory is the one that counts from now on.
 * @param before - What counted before.
 */
export function heed(step: Step, reading: Reading, before: KeyDirectory): void {
  const own = step.account.user;
  const { people } = reading.directory;
  for (const user of sorted(people.keys())) {
    const out = keptOut(people.get(user));
    if (out.size === 0) continue;
    if (user === own) {
      findings.find(step, returned(step, "alarm-own-device-returned", reading, user, out));
    } else if (step.person(user) !== null) {
      const found = returned(step, "alarm-device-returned", reading, user, out);
      findings.find(step, found, ["who", user]);
    }
  }
  const [was, now] = [before.people.get(own), people.get(own)];
  if (was !== undefined && now !== undefined) compareOwn(step, reading, was, now);
}

function keptOut(keys: Keys | undefined): ReadonlySet<DeviceId> {
  const listed = [...(keys?.devices ?? [])].filter(([, each]) => each.kept_out);
  return new Set(listed.map(([device]) => device));
}

/** Return the finding of devices that are listed again, with the entry of one if it was kept. */
function returned(
  step: Step,
  kind: string,
  reading: Reading,
  user: UserId,
  out: ReadonlySet<DeviceId>,
): FindingRecord {
  const kept = reading.notes.returned.get(user) ?? [];
  const entry = kept.find((each) => {
    const device = deviceOf(each);
    return device !== null && out.has(device);
  });
  return findings.ofEntry(step, kind, entry ?? NO_ENTRY, noteOf(reading.offer));
}

/** Tell of another key that no entry led to, and of devices that are not listed any more. */
function compareOwn(step: Step, reading: Reading, was: Keys, now: Keys): void {
  const told = toldOf(reading.notes).filter((each) => each.refused === "");
  const isReset = told.some((each) => each.statement?.op === "reset");
  const isRenewed =
    equalBytes(was.identity_key, now.identity_key) || now.renewed.has(toHex(was.identity_key));
  if (!isRenewed && !isReset) {
    const entry = told.find((each) => subject(each) === step.account.user) ?? NO_ENTRY;
    const found = findings.ofEntry(step, "alarm-own-reset", entry, noteOf(reading.offer));
    findings.find(step, found, ["day", entry.statement?.day ?? ""]);
  }
  const said = new Set(told.flatMap(({ statement }) => removedBy(statement)));
  const lost = [...was.devices].flatMap(([device, each]) => {
    const isLost = !each.ended && now.devices.get(device)?.ended === true && !said.has(device);
    return isLost ? [device] : [];
  });
  if (!isReset && lost.some((device) => device !== step.account.device)) {
    step.alarm("notice-own-devices-missing", [["count", `${lost.length}`]]);
  }
}

function removedBy(said: Entry["statement"]): readonly DeviceId[] {
  return said?.op === "remove" ? [said.device] : [];
}
