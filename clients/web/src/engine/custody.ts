/**
 * Telling a person of requests to custodians: of one for their own key, and of those they answer.
 *
 * The server says that there is something; what it is, is asked for. Who asked once is told once.
 * What a custodian decides, and whether a code is right, is not here (`custody` of the client).
 */

import { IdentityError } from "../identity/errors.ts";
import { dayOf } from "../identity/statements.ts";
import type { User } from "../wire/bodies.ts";
import { Standing, Verdict } from "../wire/custody.ts";
import { OwnKind } from "../wire/frames.ts";
import { type Body, isAnswer } from "./events.ts";
import * as requests from "./requests.ts";
import { ForCustody } from "./state.ts";
import type { Arguments, Step } from "./step.ts";

const ASKED = "notice-custody-asked";

/**
 * Ask whether there is a request, if there can be one.
 *
 * @param step - The event's work.
 * @param kind - What the server says has changed; empty if nothing particular.
 */
export function look(step: Step, kind: string): void {
  const { custodians } = step.desk.keys.directory;
  if (kind !== OwnKind.CUSTODY && (kind !== "" || custodians === null)) return;
  step.ask(ForCustody(), requests.custody());
  step.ask(ForCustody(), requests.custodyRequests());
}

/** Tell of what was not told before. */
export function takeAnswer(step: Step, body: Body): void {
  if (isAnswer(body, "Custody") && body.request !== null) {
    const { id, made, standing } = body.request;
    const isUsed = standing === Standing.USED;
    tell(step, isUsed ? "notice-custody-opened" : "alarm-custody-requested", id, made);
  }
  if (!isAnswer(body, "CustodyRequests")) return;
  const waiting = body.requests.filter((each) => each.verdict === Verdict.WAITING);
  endAllBut(step, new Set(waiting.map((each) => each.id)));
  for (const each of waiting)
    tell(step, ASKED, each.id, each.made, ["name", called(step, each.user)]);
}

/** End what was told of requests that do not wait for this person any more. */
function endAllBut(step: Step, waiting: ReadonlySet<string>): void {
  step.endAlarms((alarm) => {
    const request = new Map(alarm.arguments).get("request");
    return alarm.key === ASKED && !(request !== undefined && waiting.has(request));
  });
}

/** Return the name to tell of somebody: the server's word only if they were never met. */
function called(step: Step, user: User): string {
  const name = step.person(user.id)?.name ?? "";
  return name === "" ? user.display_name : name;
}

function tell(step: Step, key: string, request: string, made: number, ...more: Arguments): void {
  const texts: Arguments = [...more, ["day", dayIfAny(made)], ["request", request]];
  if (!step.hasTold(key, ...texts)) step.alarm(key, texts);
}

/** Return the day of a time; a server that names no time says nothing else either. */
function dayIfAny(time: number): string {
  try {
    return dayOf(time);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return "";
  }
}
