/** Witnesses that are required: which can be, and how long their signatures do. */

import { beforeAll, expect, test } from "vitest";

import type { KeyLogState, Pin } from "../../src/engine/key_log.ts";
import { WitnessRecord } from "../../src/engine/key_records.ts";
import type { AccountRecord } from "../../src/engine/records.ts";
import type { Step } from "../../src/engine/step.ts";
import {
  GRACE_SECONDS,
  MAX_AGE_SECONDS,
  handed,
  look,
  require,
  stop,
  taken,
} from "../../src/engine/witnesses.ts";
import { TransparencyError } from "../../src/transparency/errors.ts";
import { type VerifierKey, vkey } from "../../src/transparency/keys.ts";
import { signedNote } from "../../src/transparency/note.ts";
import { accountOf } from "../support/account.ts";
import { KEY, followed } from "../support/key_logs.ts";
import { START } from "../support/memory_store.ts";
import { stepOf } from "../support/steps.ts";
import { CRYPTO } from "../support/suite.ts";
import { WITNESSES, entries, witnessed } from "../support/tlog.ts";

const AGE = 3600;
const KEYS = WITNESSES.map((each) => vkey(each.verifier));
let own: AccountRecord;
let keys: KeyLogState;

beforeAll(async () => {
  own = await accountOf(1);
  keys = await followed(entries(3));
});

function reader(state: KeyLogState = keys): Step {
  const step = stepOf(own, [], CRYPTO);
  step.desk = { ...step.desk, keys: state };
  return step;
}

/** A log whose pinned checkpoint so many have cosigned at these times. */
async function cosigned(...times: readonly bigint[]): Promise<KeyLogState> {
  const { pin } = keys;
  if (pin === null) throw new Error("there is a pin");
  let { note } = pin.monitor.pinned.signed;
  for (const [place, time] of times.entries()) {
    note = await witnessed(note, WITNESSES.slice(place, place + 1), time);
  }
  return { ...keys, pin: withNote(pin, note) };
}

function withNote(pin: Pin, note: Pin["monitor"]["pinned"]["signed"]["note"]): Pin {
  const { pinned } = pin.monitor;
  const signed = { ...pinned.signed, note };
  return { ...pin, monitor: { ...pin.monitor, pinned: { ...pinned, signed } } };
}

function told(step: Step): readonly string[] {
  const shown = step.adopt().flatMap((each) => (each.type === "Show" ? [each.change] : []));
  return shown.flatMap((each) => (each.type === "AlarmRaised" ? [each.alarm.key] : []));
}

async function required(state: KeyLogState, quorum: number, since: number, met = 0): Promise<Step> {
  const record = { witnesses: KEYS, quorum, maximum_age: AGE, since, met };
  const step = reader({ ...state, witnesses: WitnessRecord.of(record) });
  await look(step);
  return step;
}

test("what cannot be required is not", async () => {
  const log = vkey(KEY.verifier);
  const cases = [
    [KEYS, 4, AGE, "error-witnesses"],
    [KEYS, -1, AGE, "error-witnesses"],
    [KEYS, 2, 0, "error-witnesses"],
    [KEYS, 2, MAX_AGE_SECONDS + 1, "error-witnesses"],
    [[...KEYS, ...KEYS], 2, AGE, "error-witnesses"],
    [[log], 1, AGE, "error-witnesses"],
    [["x"], 1, AGE, "error-witnesses"],
    [Array.from({ length: 17 }, () => "x"), 1, AGE, "error-witnesses-too-many"],
    [["x".repeat(151)], 1, AGE, "error-witnesses-too-many"],
    [KEYS, 2, AGE, ""],
    [KEYS, 2, MAX_AGE_SECONDS, ""],
  ] as const;
  for (const [vkeys, quorum, age, key] of cases) {
    const step = reader();
    expect(await require(step, vkeys, quorum, age)).toBe(key);
    expect(step.desk.keys.witnesses === null).toBe(key !== "");
  }
  expect(await require(stepOf(own, [], CRYPTO), KEYS, 2, AGE)).toBe("error-log-not-listed");
});

test("none are required any more, and that is stored", async () => {
  const step = await required(keys, 2, START);
  expect(await require(step, [], 0, 0)).toBe("");
  expect(step.desk.keys.witnesses).toBeNull();
  expect(stop(step)).toBe(false);
});

test.each([
  [START - AGE, false, []],
  [START - AGE - 1, false, ["notice-witnesses-late"]],
  [START - AGE - GRACE_SECONDS, false, ["notice-witnesses-late"]],
  [START - AGE - GRACE_SECONDS - 1, true, ["alarm-witnesses-missing"]],
])("what was cosigned last at %i stops or not", async (time, isOver, alarms) => {
  const step = await required(await cosigned(BigInt(time), BigInt(time)), 2, 0);
  expect(stop(step)).toBe(isOver);
  expect(told(step)).toEqual(alarms);
});

test("it is the time of the last signature that it takes", async () => {
  const late = BigInt(START - AGE - 1);
  const step = await required(await cosigned(late, BigInt(START), late), 2, 0);
  expect(step.desk.keys.witnesses?.met).toBe(Number(late));
});

test("a signature from the future, a wrong one and too few count for nothing", async () => {
  const wrong = await cosigned(BigInt(START), BigInt(START));
  const { pin } = wrong;
  if (pin === null) throw new Error("there is a pin");
  const { text, signatures } = pin.monitor.pinned.signed.note;
  const spoilt = signatures.map((each) => ({ ...each, value: each.value.with(20, 0) }));
  const states = [
    await cosigned(BigInt(START), 2n ** 62n),
    await cosigned(BigInt(START)),
    { ...wrong, pin: withNote(pin, signedNote(text, spoilt)) },
    { ...wrong, pin: null },
  ];
  for (const state of states) {
    const step = await required(state, 2, START);
    expect(step.desk.keys.witnesses?.met).toBe(0);
  }
});

test("what was told once is not told again until it was in order", async () => {
  const step = await required(keys, 2, START - AGE - 1);
  await look(step);
  expect(told(step)).toEqual(["notice-witnesses-late"]);
});

test("a device that is linked requires the same, and since when it was in order", () => {
  const record = { witnesses: KEYS, quorum: 2, maximum_age: AGE, since: 10, met: 20 };
  const over = handed(WitnessRecord.of(record));
  expect(over).toEqual({ keys: KEYS, quorum: 2, maximum_age: AGE, since: 20 });
  expect(handed(null)).toBeNull();
  if (over === null) throw new Error("there are some");
  expect(taken(KEY.verifier, over, 15).since).toBe(15);
  expect(taken(KEY.verifier, over, 25)).toEqual(WitnessRecord.of({ ...record, since: 20, met: 0 }));
  const refused: readonly [VerifierKey, Partial<typeof over>][] = [
    [KEY.verifier, { quorum: 4 }],
    [KEY.verifier, { maximum_age: 0 }],
    [KEY.verifier, { keys: ["x"] }],
  ];
  for (const [log, changed] of refused) {
    expect(() => taken(log, { ...over, ...changed }, 25)).toThrow(TransparencyError);
  }
});
