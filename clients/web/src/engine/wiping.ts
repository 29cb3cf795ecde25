/**
 * Whether this device was removed, and so has to erase what it holds.
 *
 * The server's word is not enough: a lying one could have every device erase itself. What counts
 * is an entry of the key directory that ends this device, proved against the log's key that is
 * pinned here (docs/spec/wiping.md). If the server refuses the device, it is asked for that proof;
 * without one, the person logs in again. If the server goes on as if nothing were, the log that
 * was read is the proof.
 */

import { decodeStatement } from "../identity/entries.ts";
import { IdentityError } from "../identity/errors.ts";
import type { Keys } from "../identity/key_directory.ts";
import { DeviceKey } from "../identity/keys.ts";
import { sign } from "../identity/removal_question.ts";
import {
  NO_DEVICE,
  type Removed,
  type Reset,
  type Statement,
  verifyRemoval,
} from "../identity/statements.ts";
import type { DeviceId } from "../ids.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { TransparencyError } from "../transparency/errors.ts";
import { leafHash } from "../transparency/hashing.ts";
import { type VerifierKey, parseVerifierKey } from "../transparency/keys.ts";
import { type TLogProof, decodeTLogProof, verifyTLogProof } from "../transparency/tlog_proof.ts";
import { type Policy, check, policy } from "../transparency/witness.ts";
import { utf8Bytes } from "../utf8.ts";
import { Code } from "../wire/problems.ts";
import { CloseSocket, Wipe } from "./commands.ts";
import { type Body, Timer, TimerKind, isAnswer } from "./events.ts";
import { told as toldOf } from "./key_notes.ts";
import { type Reading, begun, head, note } from "./key_reading.ts";
import * as requests from "./requests.ts";
import { ForRemoval, SessionState } from "./state.ts";
import type { Step } from "./step.ts";

export const AGAIN: Timer = Timer(TimerKind.REMOVAL);
/** How soon is asked again if there was no answer. */
export const AGAIN_SECONDS = 60;

const LATER: ReadonlySet<Code | null> = new Set([
  null,
  Code.OVERLOADED,
  Code.TOO_MANY_REQUESTS,
  Code.INTERNAL,
]);

/** Ask the server to prove that this device was removed, if it was. */
export async function ask(step: Step): Promise<void> {
  const { account, now: time } = step;
  const key = logKey(step);
  if (key === null) {
    end(step, "link-revoked"); // nothing could be proved
    return;
  }
  const { device } = account;
  const signature = await sign(await DeviceKey.of(new Secret(account.device_seed)), device, time);
  step.ask(ForRemoval(), requests.removalProof({ device, time, signature, log: begun(key) }));
}

/** The server has answered: erase everything if it is proved, and nothing otherwise. */
export async function takeAnswer(step: Step, body: Body): Promise<void> {
  const key = logKey(step);
  if (isAnswer(body, "RemovalProof") && key !== null) {
    const said = await proved(step, body.proof, key);
    if (said !== null) {
      erase(step, said);
      return;
    }
    // The signatures of witnesses may be missing yet.
    if (step.desk.keys.witnesses !== null) step.setTimer(AGAIN, AGAIN_SECONDS);
  }
  end(step, "link-revoked");
}

/** There is no proof, or none yet. */
export function takeRefusal(step: Step, code: Code | null): void {
  if (LATER.has(code)) step.setTimer(AGAIN, AGAIN_SECONDS);
  end(step, "link-revoked");
}

/**
 * The log was read on: erase everything if an entry that counts ends this device.
 *
 * What it signed itself does not: whoever leaves erases, and a new login is to find nothing gone.
 */
export async function heed(step: Step, reading: Reading): Promise<void> {
  const { user, device } = step.account;
  const own = reading.directory.people.get(user)?.devices.get(device);
  if (own?.ended !== true || !(await isVouchedFor(step, reading))) return;
  for (const { index, statement: said, refused } of toldOf(reading.notes)) {
    if (refused !== "" || index <= own.index) continue;
    const isRemoved = said?.op === "remove" && said.device === device && said.by !== device;
    if (!isRemoved && said?.op !== "reset") continue;
    step.do(CloseSocket());
    erase(step, said);
    return;
  }
}

/** It is known why the session was refused; only a new login helps, or nothing does. */
export function end(step: Step, detail: string): void {
  step.session = { ...step.session, state: SessionState.ENDED };
  step.detail = detail;
}

function erase(step: Step, said: Removed | Reset): void {
  step.do(Wipe(reason(said), said.day));
  end(step, "link-wiped");
}

function reason(said: Removed | Reset): string {
  if (said.op === "reset") return "error-wiped-reset";
  return said.by === NO_DEVICE ? "error-wiped-by-company" : "error-wiped-by-owner";
}

/** Return the log's key that is pinned here, or was promised by the invitation. */
function logKey(step: Step): VerifierKey | null {
  const { pin, promise } = step.desk.keys;
  return pin?.key ?? promise?.key ?? null;
}

/** Return the entry, if it is in the log and ends this device. */
async function proved(step: Step, file: string, key: VerifierKey): Promise<Removed | Reset | null> {
  try {
    const proof = decodeTLogProof(utf8Bytes(file));
    await verifyTLogProof(proof, leafHash(proof.extra), asked(step, key));
    const said = decodeStatement(proof.extra);
    return isEnd(said) && (await endsThis(step, proof, said)) ? said : null;
  } catch (error) {
    if (error instanceof TransparencyError || error instanceof IdentityError) return null;
    throw error;
  }
}

/** Ask for the witnesses that the person requires, so that nobody shows an entry here alone. */
function asked(step: Step, key: VerifierKey): Policy {
  const required = step.desk.keys.witnesses;
  if (required === null) return policy(key);
  return policy(key, required.witnesses.map(parseVerifierKey), required.quorum);
}

async function isVouchedFor(step: Step, { offer }: Reading): Promise<boolean> {
  try {
    await check(asked(step, offer.key), note(offer));
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return false;
  }
  return true;
}

function isEnd(said: Statement): said is Removed | Reset {
  return said.op === "remove" || said.op === "reset";
}

/**
 * Say whether an entry ends this device.
 *
 * An entry that is true but old may be shown, or logged, once more: a reset counts only behind
 * this device's own entry, and the pinned directory says what it changes.
 *
 * @throws IdentityError - Its signature is wrong.
 */
async function endsThis(step: Step, proof: TLogProof, said: Removed | Reset): Promise<boolean> {
  const { user, device } = step.account;
  const { directory } = step.desk.keys;
  const person = directory.people.get(user);
  const own = person?.devices.get(device);
  if (said.user !== user || (said.op === "remove" && said.device !== device)) return false;
  const isBehind = isUnread(step, proof);
  if (said.op === "remove" && (own === undefined || (isBehind && !knows(person, said.by)))) {
    await checkSignature(person, said);
    return true;
  }
  if (own === undefined || proof.index <= BigInt(own.index)) return false;
  const [now, told] = isBehind ? await directory.after([proof.extra]) : ([directory, []] as const);
  // An old reset, logged again, says nothing.
  if (said.op === "reset" && told.some((each) => each.refused !== "")) return false;
  return now.people.get(user)?.devices.get(device)?.ended === true;
}

/** Whether an entry is behind everything that was read of the log. */
function isUnread(step: Step, proof: TLogProof): boolean {
  const { pin } = step.desk.keys;
  return pin === null || proof.index >= head(pin).size;
}

/** Whether whoever asked for a removal is known, or nobody is named. */
function knows(person: Keys | undefined, by: DeviceId): boolean {
  return by === NO_DEVICE || person?.devices.has(by) === true;
}

/**
 * Check who signed, if this device knows the one that did; it may have come since.
 *
 * A removal needs no signature, so one that cannot be checked takes away nothing.
 */
async function checkSignature(person: Keys | undefined, said: Removed): Promise<void> {
  const listed = person?.devices.get(said.by);
  if (listed !== undefined) await verifyRemoval(listed.device_key, said);
}
