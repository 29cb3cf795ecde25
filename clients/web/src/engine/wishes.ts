/**
 * What a person asks for that changes a group, checked before anything is begun.
 *
 * People are resolved to devices before a conversation is made of them: it is made of all of
 * them or of none.
 */

import { ContentError } from "../content/errors.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import * as company from "./company.ts";
import * as departure from "./departure.ts";
import * as directory from "./directory.ts";
import {
  type AddAsked,
  type Body,
  type DeviceRevoked,
  type DirectAsked,
  type GroupAsked,
  type HistoryGiveAsked,
  type HistoryGoverned,
  type KeyKept,
  type LeaveAsked,
  type MembersAccepted,
  type NameClaimed,
  type PersonVerified,
  type RejoinAsked,
  type RemoveAsked,
  type RenameAsked,
  type WitnessesRequired,
  isAnswer,
} from "./events.ts";
import * as founding from "./founding.ts";
import * as governing from "./governing.ts";
import * as intents from "./intents.ts";
import * as listing from "./listing.ts";
import { sorted } from "./order.ts";
import * as outbox from "./outbox.ts";
import { Depart, Exclude, ExcludeDevice, Govern, Include, type Intent, Phase } from "./records.ts";
import * as requests from "./requests.ts";
import * as sharing from "./sharing.ts";
import { ForGroupOfPeople, greeted, joined, leaving, waiting } from "./state.ts";
import type { Step } from "./step.ts";
import * as witnesses from "./witnesses.ts";

export type Wish =
  | DirectAsked
  | GroupAsked
  | AddAsked
  | RemoveAsked
  | LeaveAsked
  | RenameAsked
  | DeviceRevoked
  | HistoryGoverned
  | HistoryGiveAsked;

/** What a person says when the engine had to stop and ask. */
export type Decision =
  PersonVerified | KeyKept | NameClaimed | MembersAccepted | RejoinAsked | WitnessesRequired;

/** Begin what was asked for, or say why not. */
export function take(step: Step, wish: Wish): void {
  switch (wish.type) {
    case "DirectAsked":
      direct(step, wish.call, wish.user);
      break;
    case "GroupAsked":
      people(step, ForGroupOfPeople(wish.call, wish.title, null, wish.users, false, wish.history));
      break;
    case "AddAsked":
      change(step, wish.conversation, Include(sorted(new Set(wish.users)), wish.call));
      break;
    case "RemoveAsked":
      change(step, wish.conversation, Exclude(wish.user, wish.call));
      break;
    case "LeaveAsked":
      change(step, wish.conversation, Depart(wish.call));
      break;
    case "RenameAsked":
      rename(step, wish.call, wish.conversation, wish.title);
      break;
    case "DeviceRevoked":
      expel(step, wish.call, wish.device);
      break;
    case "HistoryGoverned":
      govern(step, wish.call, wish.conversation, wish.history);
      break;
    case "HistoryGiveAsked":
      sharing.giveAgain(step, wish.call, wish.conversation, wish.user);
      break;
    default:
      wish satisfies never;
  }
}

/** Do what the person decided, or say why not. */
export async function decide(step: Step, decision: Decision): Promise<void> {
  const { call } = decision;
  switch (decision.type) {
    case "PersonVerified":
      answer(step, call, directory.accept(step, decision.user, decision.key));
      break;
    case "KeyKept":
      answer(step, call, directory.keep(step, decision.user), ["who", decision.user]);
      break;
    case "NameClaimed":
      directory.claimed(step, decision.owner);
      step.decline(call, "error-name-claimed", ["who", decision.owner]);
      break;
    case "MembersAccepted":
      answer(step, call, company.accept(step, decision.conversation, decision.shown));
      break;
    case "RejoinAsked":
      rejoin(step, call, decision.conversation);
      break;
    case "WitnessesRequired": {
      const { witnesses: keys, quorum, maximum_age } = decision;
      answer(step, call, await witnesses.require(step, keys, quorum, maximum_age));
      break;
    }
    default:
      decision satisfies never;
  }
}

function answer(
  step: Step,
  call: number,
  refusal: string,
  ...args: readonly (readonly [string, string])[]
): void {
  if (refusal) step.decline(call, refusal, ...args);
  else step.reply(call);
}

function rejoin(step: Step, call: number, conversation: ConversationId): void {
  const found = step.conversation(conversation);
  if (found !== null && waiting(found)) {
    step.decline(call, "error-waits-for-colleague");
  } else if (found === null || !(joined(found) || found.record.phase === Phase.BROKEN)) {
    step.decline(call, "error-not-broken");
  } else if (!greeted(step.session)) {
    step.decline(call, "error-offline");
  } else if (joined(found)) {
    departure.askToCompare(step, conversation, call);
  } else {
    departure.tryAgain(step, found, call);
  }
}

function expel(step: Step, call: number, device: DeviceId): void {
  for (const each of [...step.conversations()]) {
    if (joined(each) && each.roster.some((leaf) => leaf.device === device)) {
      intents.want(step, each, ExcludeDevice(device));
    }
  }
  step.reply(call);
}

/** The key packages of those a conversation is to be made of are here. */
export async function takePeople(step: Step, purpose: ForGroupOfPeople, body: Body): Promise<void> {
  if (!isAnswer(body, "ClaimedKeyPackages")) return;
  const claimed = listing.letIn(step, body);
  if (!purpose.looked && listing.unlisted(step, claimed.key_packages).length > 0) {
    listing.waitToFound(step, purpose);
    return;
  }
  const wrong = await founding.unreachable(step, claimed, purpose.users);
  if (wrong !== null) {
    const [key, users] = wrong;
    step.decline(purpose.call, key, ["who", users.join(",")]);
    return;
  }
  await founding.found(step, purpose, claimed);
}

function direct(step: Step, call: number, user: UserId): void {
  if (user === step.account.user) {
    step.decline(call, "error-not-with-yourself");
    return;
  }
  for (const { record } of step.conversations()) {
    const isOver = record.phase === Phase.LEFT || record.unknown;
    if (record.direct && record.peer === user && !isOver) {
      step.reply(call, record.id);
      return;
    }
  }
  people(step, ForGroupOfPeople(call, "", user, [user]));
}

function people(step: Step, wish: ForGroupOfPeople): void {
  if (!greeted(step.session)) {
    step.decline(wish.call, "error-offline");
    return;
  }
  const users = sorted(new Set([...wish.users, step.account.user]));
  step.ask({ ...wish, users }, requests.claim(users));
}

function change(step: Step, conversation: ConversationId, intent: Intent): void {
  const found = step.conversation(conversation);
  if (found === null || !joined(found)) {
    step.decline(intent.call, "error-not-a-member");
  } else if (!greeted(step.session)) {
    step.decline(intent.call, "error-offline");
  } else if (found.record.direct) {
    step.decline(intent.call, "error-direct-is-two");
  } else if (leaving(found) && intent.type === "Depart") {
    step.reply(intent.call, conversation);
  } else if (leaving(found)) {
    step.decline(intent.call, "error-leaving");
  } else {
    intents.want(step, found, intent);
  }
}

function govern(step: Step, call: number, conversation: ConversationId, history: number): void {
  const found = step.conversation(conversation);
  if (found !== null && joined(found) && !governing.may(found, step.account.user)) {
    step.decline(call, found.record.direct ? "error-direct-is-two" : "error-policy-not-yours");
  } else {
    change(step, conversation, Govern(history, call));
  }
}

function rename(step: Step, call: number, conversation: ConversationId, title: string): void {
  const found = step.conversation(conversation);
  if (found === null || !joined(found) || found.record.direct) {
    step.decline(call, "error-not-a-member");
    return;
  }
  if (leaving(found)) {
    step.decline(call, "error-leaving");
    return;
  }
  try {
    outbox.announce(step, found, title);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    step.decline(call, "error-title-not-usable");
    return;
  }
  step.reply(call);
}
