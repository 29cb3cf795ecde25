/**
 * Who people are, and which identity key is theirs: trust on first use, alarm on change.
 *
 * The first identity key seen for a person is pinned. Another one raises an alarm (one for each
 * key), is marked at the person, and is not silently used: nothing is sent to a conversation with
 * that person, and no device of theirs is added, until the owner of this account has compared the
 * safety number.
 */

import type { Keys } from "../identity/key_directory.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, fromHex, toHex } from "../mls/bytes.ts";
import type { User } from "../wire/bodies.ts";
import { Code } from "../wire/problems.ts";
import { type Body, isAnswer } from "./events.ts";
import * as looking from "./looking.ts";
import { ConversationsChanged, MembersChanged } from "./model.ts";
import { casefold, compare, sorted } from "./order.ts";
import { isTheirs } from "./pins.ts";
import { PersonRecord } from "./records.ts";
import * as requests from "./requests.ts";
import { type ConversationState, ForPerson, type Leaf, greeted, users } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** How many people are asked about at once. */
export const QUESTIONS = 8;
/**
 * Of how many other keys of one person an alarm tells, before one of them is accepted. A server
 * that makes up keys without end is not to bury every other alarm.
 */
export const ALARMS = 8;

const UNKNOWN: Keys = {
  identity_key: EMPTY,
  former: new Set(),
  devices: new Map(),
  renewed: new Set(),
};
/** For what a refusal says nothing of the person. */
const BUSY: ReadonlySet<Code | null> = new Set([null, Code.TOO_MANY_REQUESTS, Code.OVERLOADED]);

/** Pin the keys of those who are new in a group, and notice those who changed. */
export function observe(step: Step, conversation: ConversationState): void {
  const held = new Map(
    conversation.roster.map(({ user, identity_key: key }) => [
      `${user}/${toHex(key)}`,
      { user, key },
    ]),
  );
  for (const { user, key } of held.values()) holds(step, user, key, conversation.record.id);
  askForNames(step);
}

/**
 * Pin a key, or say whether it is theirs; a new different one raises the alarm.
 *
 * A key that the pinned one has signed for in the key directory is pinned in its place.
 */
export function holds(
  step: Step,
  user: UserId,
  key: Bytes,
  conversation: ConversationId | null = null,
): boolean {
  let known = step.person(user) ?? PersonRecord.of({ id: user });
  const listed = step.desk.keys.directory.people.get(user) ?? UNKNOWN;
  if (known.identity_key.length === 0) {
    const identity_key = listed.identity_key.length > 0 ? listed.identity_key : key;
    known = { ...known, identity_key, former_keys: keysOf(listed.renewed) };
  } else if (listed.renewed.has(toHex(known.identity_key))) {
    known = renewed(step, known, listed);
  }
  const expected = [toHex(known.identity_key), toHex(known.changed_key), ...listed.former];
  if (!expected.includes(toHex(key))) {
    const news = !includes(known.alarmed, key) && known.alarmed.length < ALARMS;
    const alarmed = news ? [...known.alarmed, key] : known.alarmed;
    known = { ...known, changed_key: key, alarmed };
    step.putPerson(known);
    if (news) raiseAlarm(step, user, conversation);
  }
  step.putPerson(known);
  const before = listed.renewed.has(toHex(key)) && includes(known.former_keys, key);
  return equalBytes(known.identity_key, key) || before;
}

/**
 * Pin the key that follows from the pinned one; the number that was compared was another.
 *
 * Nothing stops: whoever has the key before could be taken for the person all the while.
 */
function renewed(step: Step, known: PersonRecord, listed: Keys): PersonRecord {
  const { identity_key: key } = listed;
  const former = new Set([...known.former_keys.map(toHex), ...listed.renewed]);
  if (known.verified) step.alarm("notice-key-renewed", [["who", known.id]]);
  for (const each of [...step.conversations()]) {
    if (!users(each).has(known.id)) continue;
    const { record } = each;
    const who = ["who", known.id] as const;
    step.putLine(each, system(record, record.seq, step.nowMs, "system-key-renewed", who));
    step.show(MembersChanged(record.id));
  }
  return {
    ...known,
    identity_key: key,
    changed_key: equalBytes(known.changed_key, key) ? EMPTY : known.changed_key,
    verified: false,
    former_keys: keysOf(former),
  };
}

/** A look at the key directory is over: what the server said of keys meanwhile is compared. */
export function judgeClaims(step: Step): void {
  const { claims } = step.desk;
  step.desk = { ...step.desk, claims: new Map() };
  const inOrder = [...claims].sort(([one], [other]) => compare(one, other));
  for (const [user, key] of inOrder) holds(step, user, key);
}

/**
 * The safety number was compared: the key seen last is the pinned one, and verified.
 *
 * Returns the key of an error, or nothing. If the key seen last is not the one that was compared,
 * somebody has changed it in between.
 */
export function accept(step: Step, user: UserId, compared: Bytes = EMPTY): string {
  const known = step.person(user);
  if (known === null || known.identity_key.length === 0) return "error-unknown-person";
  const key = known.changed_key.length > 0 ? known.changed_key : known.identity_key;
  if (compared.length > 0 && !equalBytes(compared, key)) return "error-number-changed";
  const former = new Set([...known.former_keys, known.identity_key].map(toHex));
  former.delete(toHex(key));
  step.putPerson({
    ...known,
    identity_key: key,
    changed_key: EMPTY,
    verified: true,
    former_keys: keysOf(former),
    alarmed: [],
  });
  tell(step, user);
  return "";
}

/**
 * Another key was only claimed: the pinned one stays.
 *
 * Not while a group holds another, nor if the key directory says that the other one counts.
 *
 * Returns the key of an error, or nothing.
 */
export function keep(step: Step, user: UserId): string {
  const known = step.person(user);
  if (known === null || known.identity_key.length === 0) return "error-unknown-person";
  const inUse = [...step.conversations()].some((each) => changed(step, each.roster).includes(user));
  if (inUse) return "error-key-in-use";
  const listed = step.desk.keys.directory.people.get(user);
  if (listed !== undefined && equalBytes(listed.identity_key, known.changed_key)) {
    return "error-key-listed";
  }
  step.putPerson({ ...known, changed_key: EMPTY });
  tell(step, user);
  return "";
}

function tell(step: Step, user: UserId): void {
  step.show(ConversationsChanged());
  for (const conversation of step.conversations()) {
    const { record } = conversation;
    if (!users(conversation).has(user) && !record.absent.includes(user)) continue;
    step.show(MembersChanged(record.id));
    step.touched.add(record.id);
  }
}

/** Return those who are in a group with a key that was not accepted as theirs. */
export function changed(step: Step, roster: Iterable<Leaf>): readonly UserId[] {
  const strange = [...roster].filter((leaf) => {
    return !isTheirs(step.person(leaf.user), leaf.identity_key);
  });
  return sorted(new Set(strange.map((leaf) => leaf.user)));
}

/**
 * Ask who the nameless are, a few at a time.
 *
 * Of whom nothing was said is asked again on the next connection, after everybody else: others
 * can have made them up, and they are not to stand before people there are.
 */
export function askForNames(step: Step): void {
  if (!greeted(step.session)) return;
  const purposes = [...step.desk.purposes.values()];
  const asked = new Set(
    purposes.filter((each) => each.type === "ForPerson").map((each) => each.user),
  );
  const inVain = step.desk.asked_in_vain;
  const places = new Map([...inVain.keys()].map((user, place) => [user, place + 1]));
  const nameless = [...step.people()]
    .filter(([user, known]) => {
      return known.user_name === "" && !asked.has(user) && inVain.get(user) !== true;
    })
    .map(([user]) => user)
    .sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  for (const user of nameless.slice(0, QUESTIONS - asked.size)) {
    step.ask(ForPerson(user), requests.person(user));
  }
}

/** Remember who somebody is. */
export function takePerson(step: Step, user: UserId, body: Body): void {
  if (!isAnswer(body, "UserWithDevices") || body.user.id !== user) {
    takeNoPerson(step, user, Code.INVALID);
    return;
  }
  step.desk = { ...step.desk, asked_in_vain: otherThan(step, user) };
  learn(step, body.user);
  step.show(ConversationsChanged());
  for (const conversation of step.conversations()) {
    if (users(conversation).has(user)) step.show(MembersChanged(conversation.record.id));
  }
  askForNames(step);
}

/** The server does not say who somebody is: the others come first, unless it is busy. */
export function takeNoPerson(step: Step, user: UserId, code: Code | null): void {
  if (BUSY.has(code)) return;
  step.desk = { ...step.desk, asked_in_vain: new Map([...otherThan(step, user), [user, true]]) };
  askForNames(step);
}

function otherThan(step: Step, user: UserId): ReadonlyMap<UserId, boolean> {
  return new Map([...step.desk.asked_in_vain].filter(([each]) => each !== user));
}

/** Return who is known by a user name. A server gives it once, and never to somebody else. */
export function ownerOf(
  people: ReadonlyMap<UserId, PersonRecord>,
  userName: string,
): PersonRecord | null {
  const folded = casefold(userName);
  if (folded === "") return null;
  for (const each of people.values()) if (casefold(each.user_name) === folded) return each;
  return null;
}

/** Raise the alarm, once for each of those known, that somebody else is given their name. */
export function claimed(step: Step, owner: UserId): void {
  const known = step.person(owner);
  const told = [
    ["who", owner],
    ["name", known?.user_name ?? ""],
  ] as const;
  if (!step.hasTold("alarm-name-claimed", ...told)) step.alarm("alarm-name-claimed", told);
}

/**
 * Keep what the server says of a person; of the key, only that it is another than before.
 *
 * Which key is the first is for the key directory to say. Who is given the user name of somebody
 * else is called by their id, so that they are not found by it.
 */
export function learn(step: Step, user: User): void {
  const known = step.person(user.id) ?? PersonRecord.of({ id: user.id });
  const owner = ownerOf(step.people(), user.user_name);
  const isTaken = owner !== null && owner.id !== user.id;
  if (isTaken) claimed(step, owner.id);
  step.putPerson({
    ...known,
    user_name: isTaken ? user.id : user.user_name,
    name: user.display_name,
    site: user.site.name,
    time_zone: user.site.time_zone,
    active: user.active,
  });
  learnKey(step, user, known.identity_key);
}

function learnKey(step: Step, { id, identity_key: key }: User, pinned: Bytes): void {
  const listed = step.desk.keys.directory.people.get(id);
  if (key.length === 0 || (pinned.length === 0 && listed === undefined)) return;
  if (listed === undefined || equalBytes(key, listed.identity_key) || equalBytes(key, pinned)) {
    holds(step, id, key);
    return;
  }
  step.desk = { ...step.desk, claims: new Map([...step.desk.claims, [id, key]]) };
  // The directory may say a moment later where the key comes from.
  if (greeted(step.session)) looking.lookAfresh(step);
  else judgeClaims(step);
}

function raiseAlarm(step: Step, user: UserId, conversation: ConversationId | null): void {
  const who = ["who", user] as const;
  // Of oneself, the key directory says more.
  if (user !== step.account.user) step.alarm("alarm-key-changed", [who], conversation);
  for (const found of [...step.conversations()]) {
    const { record } = found;
    const concerned = conversation === null ? users(found).has(user) : record.id === conversation;
    if (!concerned) continue;
    step.putLine(found, system(record, record.seq, step.nowMs, "system-key-changed", who));
  }
}

/** Return keys in their order. */
function keysOf(written: ReadonlySet<string>): readonly Bytes[] {
  return sorted(written).map(fromHex);
}

function includes(keys: readonly Bytes[], key: Bytes): boolean {
  return keys.some((each) => equalBytes(each, key));
}
