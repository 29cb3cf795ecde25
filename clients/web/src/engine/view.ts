/** From what is stored to what an interface sees; names are looked up when they are shown. */

import type { UserId } from "../ids.ts";
import type { Edited } from "./amendments.ts";
import * as fold from "./fold.ts";
import {
  Alarm,
  Conversation,
  Delivery,
  Member,
  Message,
  Person,
  Profile,
  Quote,
  type Reactions,
  Standing,
  Trust,
  type Version,
} from "./model.ts";
import { Acquaintances } from "./namesakes.ts";
import { casefold, compare, sorted } from "./order.ts";
import { isTheirs } from "./pins.ts";
import { historyOf } from "./policy.ts";
import {
  type AccountRecord,
  type AlarmRecord,
  type ConversationRecord,
  type Line,
  LineState,
  PersonRecord,
  Phase,
} from "./records.ts";
import { type ConversationState, joined, leaving, ofPerson, users, waiting } from "./state.ts";

/**
 * Arguments that hold ids of people, separated by commas; shown as names.
 *
 * If oneself is among them, `by-own` or `who-own` says so: `yes` if nobody else is, `too` if the
 * names are those of the others.
 */
export const NAMING: ReadonlySet<string> = new Set(["who", "by"]);

const DELIVERIES: Readonly<Record<LineState, Delivery>> = {
  [LineState.QUEUED]: Delivery.QUEUED,
  [LineState.SENT]: Delivery.SENT,
  [LineState.FAILED]: Delivery.FAILED,
  [LineState.RECEIVED]: Delivery.RECEIVED,
};

const NAMES = 8;
const STANDINGS: Readonly<Record<Phase, Standing>> = {
  [Phase.FOUNDING]: Standing.ENTERING,
  [Phase.JOINED]: Standing.MEMBER,
  [Phase.OUTSIDE]: Standing.ENTERING,
  [Phase.LEFT]: Standing.LEFT,
  [Phase.BROKEN]: Standing.BROKEN,
};

export type People = ReadonlyMap<UserId, PersonRecord>;
type Arguments = readonly (readonly [name: string, value: string])[];

/** Return somebody as an interface sees them, among the people they could be taken for. */
export function personOf(record: PersonRecord, people: People = new Map()): Person {
  const trust = record.verified ? Trust.VERIFIED : Trust.VOUCHED;
  return Person.of({
    id: record.id,
    user_name: record.user_name,
    name: met(people).name(record),
    site: record.site,
    time_zone: record.time_zone,
    trust: record.changed_key.length > 0 ? Trust.CHANGED : trust,
    active: record.active,
  });
}

/** Return a name to show. */
export function nameOf(user: UserId, people: People): string {
  const known = people.get(user);
  return known === undefined ? user : met(people).name(known);
}

/** Return a line as an interface sees it; `quoted` is what it answers, if that is here. */
export function messageOf(
  line: Line,
  account: AccountRecord,
  people: People,
  record: ConversationRecord,
  quoted: Line | null = null,
): Message {
  const isGone = line.withdrawn !== null;
  const isAnswer = line.answers.length > 0 && !isGone;
  return Message.of({
    id: line.id,
    conversation: line.conversation,
    position: line.position,
    kind: line.kind,
    sender: line.sender,
    sender_name: line.sender ? nameOf(line.sender, people) : "",
    own: line.sender === account.user,
    time_ms: line.time_ms,
    text: isGone ? "" : fold.textOf(line),
    delivery: deliveryOf(line, record),
    arguments: named(line.arguments, people, account.user),
    given_by: line.given_by || null,
    given_by_name: line.given_by ? nameOf(line.given_by, people) : "",
    given_by_own: line.given_by === account.user,
    given_device: line.given_device || null,
    quote: isAnswer ? quoteOf(quoted, account, people) : null,
    versions: isGone ? [] : versionsOf(line),
    reactions: isGone ? [] : reactionsOf(line, account, people),
    withdrawn: isGone,
    addressable: line.message.length > 0 && !isGone && isSent(line),
  });
}

function deliveryOf(line: Line, { delivered, undelivered }: ConversationRecord): Delivery {
  if (line.withdrawn?.waiting === true) return Delivery.QUEUED;
  const delivery = DELIVERIES[line.state];
  if (delivery !== Delivery.SENT || line.position > delivered) return delivery;
  const isMissed = undelivered.some(
    ([first, last]) => first <= line.position && line.position <= last,
  );
  return isMissed ? Delivery.SENT : Delivery.DELIVERED;
}

function isSent({ state }: Line): boolean {
  return state !== LineState.QUEUED && state !== LineState.FAILED;
}

function quoteOf(quoted: Line | null, account: AccountRecord, people: People): Quote {
  if (quoted === null || quoted.hidden) return Quote.of({ id: "" });
  const { id, sender, withdrawn } = quoted;
  return {
    id,
    sender_name: nameOf(sender, people),
    own: sender === account.user,
    text: withdrawn === null ? fold.textOf(quoted) : "",
    withdrawn: withdrawn !== null,
  };
}

function versionsOf(line: Line): readonly Version[] {
  if (line.edits.length === 0) return [];
  const delivery = DELIVERIES[line.state];
  const first = { id: "", time_ms: line.time_ms, text: line.text, delivery };
  return [first, ...line.edits.map((edit) => versionOf(edit, delivery))];
}

function versionOf({ id, time_ms, text, waiting, failed }: Edited, sent: Delivery): Version {
  if (failed) return { id, time_ms, text, delivery: Delivery.FAILED };
  return { id, time_ms, text, delivery: waiting ? Delivery.QUEUED : sent };
}

/** Return the emojis at a message, in the order in which they came. */
function reactionsOf(line: Line, account: AccountRecord, people: People): readonly Reactions[] {
  const shown = new Set(line.reactions.map((each) => each.reaction));
  return [...shown].map((reaction) => {
    const same = line.reactions.filter((each) => each.reaction === reaction);
    const own = same.filter((each) => each.by === account.user);
    const others = same.filter((each) => each.by !== account.user);
    return {
      reaction,
      names: others.map((each) => nameOf(each.by, people)),
      own: own.length > 0,
      waiting: own.some((each) => each.waiting),
    };
  });
}

/** Return a line of the conversation list. */
export function conversationOf(
  state: ConversationState,
  account: AccountRecord,
  people: People,
): Conversation {
  const { record, last, group } = state;
  return Conversation.of({
    id: record.id,
    title: record.direct ? nameOf(record.peer, people) : record.title,
    direct: record.direct,
    member_count: users(state).size,
    unread: record.unread,
    last: last && messageOf(last, account, people, record),
    joined: joined(state),
    own_admin: record.admins.includes(account.user),
    standing: standingOf(state),
    newcomers: record.newcomers.map((user) => knownAs(user, people)),
    changed: strange(state, people).map((user) => knownAs(user, people)),
    suite: group?.suite.id ?? null,
    history: historyOf(record),
    names: record.direct || record.title ? [] : namesOf(state, account, people),
  });
}

/** Return what stands in place of a title: names, as many as one reads in a line. */
function namesOf(
  state: ConversationState,
  account: AccountRecord,
  people: People,
): readonly string[] {
  const others = [...users(state)].filter((user) => user !== account.user);
  return others
    .map((user) => nameOf(user, people))
    .sort((one, other) => compare(casefold(one), casefold(other)))
    .slice(0, NAMES);
}

/** Return who is in a conversation with a key that was not accepted as theirs. */
function strange({ roster }: ConversationState, people: People): readonly UserId[] {
  const others = roster.filter((leaf) => {
    return !isTheirs(people.get(leaf.user) ?? null, leaf.identity_key);
  });
  return sorted(new Set(others.map((leaf) => leaf.user)));
}

function standingOf(state: ConversationState): Standing {
  if (leaving(state)) return Standing.LEAVING;
  if (state.record.unknown) return Standing.LEFT;
  return waiting(state) ? Standing.WAITING : STANDINGS[state.record.phase];
}

/**
 * Return who is in a conversation, by name; who is absent has no device in it.
 *
 * Between two people that is settled once for all, whichever devices are there.
 */
export function membersOf(
  state: ConversationState,
  account: AccountRecord,
  people: People,
): readonly Member[] {
  const { record } = state;
  const peer = record.direct && record.kind_known && record.peer ? [record.peer] : [];
  const members = [...new Set([...users(state), ...record.absent, ...peer])].map((user) =>
    Member.of({
      person: knownAs(user, people),
      admin: record.admins.includes(user),
      own: user === account.user,
      devices: ofPerson(state, user).length,
    }),
  );
  return members.sort((one, other) =>
    compare(casefold(one.person.name), casefold(other.person.name)),
  );
}

/** Return whose account this is. */
export function profileOf(account: AccountRecord): Profile {
  return Profile.of({
    user: account.user,
    device: account.device,
    user_name: account.user_name,
    name: account.name,
    organisation: account.organisation,
    site: account.site,
    server: account.server,
    language: account.language,
  });
}

/** Return an alarm as an interface sees it. */
export function alarmOf(record: AlarmRecord, people: People): Alarm {
  return Alarm.of({
    key: record.key,
    arguments: named(record.arguments, people),
    conversation: record.conversation || null,
    time_ms: record.time_ms,
  });
}

function knownAs(user: UserId, people: People): Person {
  return personOf(people.get(user) ?? PersonRecord.of({ id: user }), people);
}

function met(people: People): Acquaintances {
  return people instanceof Acquaintances ? people : new Acquaintances(people);
}

/** Return arguments of a text with names for the ids of people. */
export function named(texts: Arguments, people: People, own: UserId | null = null): Arguments {
  return texts.flatMap(([key, value]): Arguments => {
    if (!NAMING.has(key)) return [[key, value]];
    const ids = value.split(",").filter(Boolean) as UserId[];
    const others = ids.filter((user) => user !== own);
    const shown = others.length > 0 ? others : ids;
    const names = shown.map((user) => nameOf(user, people)).join(", ");
    const too = others.length > 0 ? "too" : "yes";
    return others.length < ids.length
      ? [
          [key, names],
          [`${key}-own`, too],
        ]
      : [[key, names]];
  });
}
