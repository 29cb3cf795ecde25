/**
 * Members without a device: their last one was ended, and so was taken out of the group.
 *
 * They are members still, for the server, and for those who saw it happen. When the key directory
 * lists another device of theirs, one of these takes it in. It cannot come in by itself: whoever
 * came later knows the members by their leaves alone, and would take it for a stranger's.
 *
 * Who else may have removed the person meanwhile, only the server knows: so it is asked first.
 */

import { NO_DEVICE } from "../identity/statements.ts";
import type { DeviceId, UserId } from "../ids.ts";
import { type Conversation, ConversationKind } from "../wire/bodies.ts";
import { type Body, isAnswer } from "./events.ts";
import * as intents from "./intents.ts";
import * as listing from "./listing.ts";
import { LookupError, same, sorted } from "./order.ts";
import { isTheirs } from "./pins.ts";
import { type ConversationRecord, Include } from "./records.ts";
import * as requests from "./requests.ts";
import {
  type ConversationState,
  ForRecall,
  type Leaf,
  idOf,
  joined,
  users as usersOf,
} from "./state.ts";
import type { Step } from "./step.ts";

/** After a commit: remember who has no device here any more, and forget who has one again. */
export function note(
  step: Step,
  conversation: ConversationState,
  before: readonly Leaf[],
  leavers: ReadonlySet<UserId>,
): ConversationState {
  const { record } = conversation;
  const present = usersOf(conversation);
  const gone = [...deviceless(step, before, conversation.roster)].filter(
    (user) => !leavers.has(user) && user !== step.account.user,
  );
  const all = new Set([...record.absent, ...gone]);
  const absent = sorted([...all].filter((user) => !present.has(user)));
  if (record.direct || same(absent, record.absent)) return conversation;
  return step.amend(conversation, { ...record, absent });
}

/** Return who is in a group no more because each device of theirs in it had ended. */
export function deviceless(
  step: Step,
  before: readonly Leaf[],
  after: readonly Leaf[],
): ReadonlySet<UserId> {
  const gone = goneFrom(before, after);
  for (const leaf of before) if (!listing.isEnded(step, leaf)) gone.delete(leaf.user);
  return gone;
}

/** Say whether somebody is gone of whom the key directory, as far as it is read, says nothing. */
export function isUnexplained(
  step: Step,
  before: readonly Leaf[],
  after: readonly Leaf[],
  leavers: ReadonlySet<UserId>,
): boolean {
  const explained = deviceless(step, before, after);
  return [...goneFrom(before, after)].some(
    (user) => !leavers.has(user) && user !== step.account.user && !explained.has(user),
  );
}

/**
 * Return the key of the line about somebody's last device: it says who ended it, if the log does.
 *
 * @throws LookupError - The directory does not know them or a device of theirs.
 */
export function told(step: Step, user: UserId, before: readonly Leaf[]): string {
  const devices = step.desk.keys.directory.people.get(user)?.devices;
  const by = before
    .filter((leaf) => leaf.user === user)
    .map(({ device }) => {
      const listed = devices?.get(device);
      if (listed === undefined) throw new LookupError("a device that is not listed");
      return listed.ended_by;
    });
  if (by.length > 0 && by.every((each) => each === NO_DEVICE)) {
    return "system-deviceless-by-company";
  }
  const isOwn = by.every((each) => each !== NO_DEVICE && each !== null);
  return isOwn ? "system-deviceless-by-own" : "system-deviceless";
}

/** Believe the server who is no member any more. */
export function confirmed(record: ConversationRecord, body: Conversation): ConversationRecord {
  const members = new Set(body.members.map((each) => each.user));
  return { ...record, absent: record.absent.filter((user) => members.has(user)) };
}

/** Somebody who was absent is no member any more. */
export function forget(
  step: Step,
  conversation: ConversationState,
  user: UserId,
): ConversationState {
  const { record } = conversation;
  return step.amend(conversation, {
    ...record,
    absent: record.absent.filter((each) => each !== user),
  });
}

/** Return who is absent and has another device by now, which was not tried yet. */
export function returning(step: Step, conversation: ConversationState): readonly UserId[] {
  return conversation.record.absent.filter((user) => {
    const keys = step.desk.keys.directory.people.get(user);
    const isUntried = devicesOf(step, user).some((device) => !conversation.tried.has(device));
    return keys !== undefined && isUntried && isTheirs(step.person(user), keys.identity_key);
  });
}

/** It is our turn to take somebody in again: see first whether they are a member still. */
export function ask(step: Step, conversation: ConversationState): void {
  const users = returning(step, conversation);
  if (users.length === 0) return;
  const devices = users.flatMap((user) => devicesOf(step, user));
  step.put({ ...conversation, tried: new Set([...conversation.tried, ...devices]) });
  const id = idOf(conversation);
  step.ask(ForRecall(id, users), requests.conversation(id));
}

/** Take in those who are members still. */
export function recall(step: Step, purpose: ForRecall, body: Body): void {
  const found = step.conversation(purpose.conversation);
  if (!isAnswer(body, "Conversation") || found === null || !joined(found)) return;
  const now = step.amend(found, confirmed(found.record, body));
  const users = purpose.users.filter((user) => now.record.absent.includes(user));
  if (users.length > 0) intents.want(step, now, Include(users));
}

/** Say whether this person is a member without a device, whom somebody has to take in. */
export function waits(own: UserId, body: Conversation): boolean {
  const devices = body.members.find((each) => each.user === own)?.devices;
  const others = body.members.some((each) => each.user !== own && each.devices.length > 0);
  return body.kind === ConversationKind.GROUP && devices?.length === 0 && others;
}

/** The server does not let this device in by itself: somebody has to take it in. */
export function wait(step: Step, conversation: ConversationState): void {
  step.amend(conversation, { ...conversation.record, intents: [] });
}

function goneFrom(before: readonly Leaf[], after: readonly Leaf[]): Set<UserId> {
  const gone = new Set(before.map((leaf) => leaf.user));
  for (const leaf of after) gone.delete(leaf.user);
  return gone;
}

function devicesOf(step: Step, user: UserId): readonly DeviceId[] {
  const listed = step.desk.keys.directory.people.get(user)?.devices ?? [];
  return [...listed].flatMap(([device, each]) => (each.ended ? [] : [device]));
}
