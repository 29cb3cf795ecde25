/**
 * One event's worth of work: what changes, what is stored, and what is to be done.
 *
 * A machine asks the step for what it needs and tells it what is new. Whatever is sent or shown
 * is preceded by the writes that were gathered until then, so that nothing leaves the device, and
 * nothing is seen, that is not stored. If a machine throws, nothing has happened.
 */

import type { Clock } from "../clock.ts";
import type { ConversationId, UserId } from "../ids.ts";
import { type Bytes, toHex } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/index.ts";
import { utf8Bytes } from "../utf8.ts";
import type { ClientFrame } from "../wire/frames.ts";
import type { Amendment } from "./amendments.ts";
import {
  Ask,
  CancelTimer,
  type Command,
  Decline,
  Persist,
  type Query,
  Reply,
  SendFrame,
  SetTimer,
  Show,
} from "./commands.ts";
import type { Timer } from "./events.ts";
import * as fold from "./fold.ts";
import * as groups from "./groups.ts";
import {
  AlarmRaised,
  type Change,
  ConversationsChanged,
  LinkChanged,
  TimelineChanged,
} from "./model.ts";
import { Acquaintances } from "./namesakes.ts";
import { LookupError, same, sorted } from "./order.ts";
import {
  AccountRecord,
  AlarmRecord,
  ConversationRecord,
  KeyPackageRecord,
  type Line,
  LineState,
  Outgoing,
  PendingRecord,
  PersonRecord,
} from "./records.ts";
import { Certificates, rosterOf } from "./roster.ts";
import {
  type ConversationState,
  type Desk,
  type Purpose,
  type Session,
  linkOf,
  queued,
} from "./state.ts";
import { AmendLine, Clear, Drop, DropLine, Put, PutLine, Table, type Write } from "./store.ts";
import { alarmOf, messageOf, named } from "./view.ts";

/** Texts that fill a text of the catalogue, by name. */
export type Arguments = readonly (readonly [name: string, value: string])[];

/** What the engine holds between events; a step reads it and `Step.adopt` changes it. */
export interface Holdings {
  desk: Desk;
  readonly conversations: Map<ConversationId, ConversationState>;
  people: Acquaintances;
  readonly key_packages: Map<string, KeyPackageRecord>;
  alarms: ReadonlyMap<number, AlarmRecord>;
}

/** What is handed in: the time, and the one source of randomness and cryptography. */
export interface Surroundings {
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
}

/** What of a step grows while it works; what is in it are values, so shallow copies hold it. */
interface Growth {
  readonly conversations: Map<ConversationId, ConversationState>;
  readonly people: Map<UserId, PersonRecord>;
  readonly key_packages: Map<string, KeyPackageRecord | null>;
  readonly alarms: Map<number, AlarmRecord | null>;
  readonly forgotten: Set<ConversationId>;
  readonly commands: Command[];
  readonly touched: Set<ConversationId>;
  readonly writes: Write[];
  readonly shown: Change[];
  readonly later: Command[];
}

/** The work of one event. */
export class Step {
  readonly surroundings: Surroundings;
  desk: Desk;
  /** Why the connection is as it is, in a key of the catalogue. */
  detail = "";
  readonly #holdings: Holdings;
  #grown: Growth = grown();

  /**
   * @param holdings - What the engine holds; not touched before `adopt`.
   * @param surroundings - Time and cryptography.
   */
  constructor(holdings: Holdings, surroundings: Surroundings) {
    this.#holdings = holdings;
    this.desk = holdings.desk;
    this.surroundings = surroundings;
  }

  // --- what there is ------------------------------------------------------------------

  /** Whose device this is. */
  get account(): AccountRecord {
    return this.desk.account;
  }

  /** The connection. */
  get session(): Session {
    return this.desk.session;
  }

  set session(session: Session) {
    this.desk = { ...this.desk, session };
  }

  /** The one source of randomness and cryptography. */
  get crypto(): CryptoProvider {
    return this.surroundings.crypto;
  }

  /** What says whether a leaf is the device that it claims to be. */
  get authentication(): Certificates {
    return new Certificates(this.desk.keys.directory);
  }

  /** Seconds since 1970. */
  get now(): number {
    return this.surroundings.clock.now();
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return this.surroundings.clock.nowMs();
  }

  /** The conversations this event changed; they may have something to do. */
  get touched(): Set<ConversationId> {
    return this.#grown.touched;
  }

  /** Return a random number in [0, 1). */
  chance(): number {
    return this.crypto.random(6).reduce((drawn, byte) => drawn * 256 + byte, 0) / 2 ** 48;
  }

  /** Return a conversation as this step sees it. */
  conversation(conversation: ConversationId): ConversationState | null {
    if (this.#grown.forgotten.has(conversation)) return null;
    const changed = this.#grown.conversations.get(conversation);
    return changed ?? this.#holdings.conversations.get(conversation) ?? null;
  }

  /**
   * Return a conversation that is there.
   *
   * @throws LookupError - It is not.
   */
  known(conversation: ConversationId): ConversationState {
    const found = this.conversation(conversation);
    if (found === null) throw new LookupError(conversation);
    return found;
  }

  /** Go through every conversation, each as it is when its turn comes. */
  *conversations(): Generator<ConversationState> {
    const ids = [...this.#holdings.conversations.keys(), ...this.#grown.conversations.keys()];
    for (const each of new Set(ids)) {
      const found = this.conversation(each);
      if (found !== null) yield found;
    }
  }

  /** Return what is known of somebody. */
  person(user: UserId): PersonRecord | null {
    return this.#grown.people.get(user) ?? this.#holdings.people.get(user) ?? null;
  }

  /** Return everybody known. */
  people(): Acquaintances {
    const { people } = this.#holdings;
    if (this.#grown.people.size === 0) return people;
    return new Acquaintances(new Map([...people, ...this.#grown.people]));
  }

  /** Return the private keys of what is published, by reference in hexadecimal. */
  keyPackages(): ReadonlyMap<string, KeyPackageRecord> {
    return present(new Map([...this.#holdings.key_packages, ...this.#grown.key_packages]));
  }

  // --- what is tried --------------------------------------------------------------------

  /** Do something wholly or not at all: if it throws, nothing of it has happened. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    const { desk, detail } = this;
    const before = grown(this.#grown);
    try {
      return await work();
    } catch (error) {
      this.#grown = before;
      this.desk = desk;
      this.detail = detail;
      throw error;
    }
  }

  // --- what changes ---------------------------------------------------------------------

  /** Replace a conversation; what of it is a record is stored. */
  put(conversation: ConversationState): ConversationState {
    const { record } = conversation;
    const before = this.conversation(record.id);
    this.#grown.forgotten.delete(record.id);
    this.#grown.conversations.set(record.id, conversation);
    this.touched.add(record.id);
    if (before === null || !same(before.record, record)) {
      this.write(Put(Table.CONVERSATION, record.id, ConversationRecord.encode(record)));
    }
    return conversation;
  }

  /** Replace a conversation's record. */
  amend(conversation: ConversationState, record: ConversationRecord): ConversationState {
    return this.put({ ...conversation, record });
  }

  /** Drop a conversation that never was: the server has another one in its place. */
  forget(conversation: ConversationId): void {
    const last = this.conversation(conversation)?.last ?? null;
    if (last !== null) this.write(DropLine(conversation, last.id));
    this.#grown.forgotten.add(conversation);
    this.#grown.conversations.delete(conversation);
    this.touched.delete(conversation);
    this.write(Drop(Table.CONVERSATION, conversation), Drop(Table.PENDING, conversation));
    this.write(Clear(Table.GROUP, `${conversation}/`), Clear(Table.OUTGOING, `${conversation}/`));
  }

  /** Replace the group by what it has become; only the parts that changed are stored. */
  async putGroup(
    conversation: ConversationState,
    group: groups.GroupState,
  ): Promise<ConversationState> {
    const { group: before, record } = conversation;
    const changes = groups.changes(before, group);
    const key = record.id;
    if (before === null) this.write(Clear(Table.GROUP, `${key}/`));
    for (const [part, data] of changes.put) this.write(Put(Table.GROUP, `${key}/${part}`, data));
    for (const part of sorted(changes.delete)) this.write(Drop(Table.GROUP, `${key}/${part}`));
    if (before !== null && groups.epochIn(before) === groups.epochIn(group)) {
      return this.put({ ...conversation, group });
    }
    const roster = await rosterOf(group, this.authentication);
    return this.put({ ...conversation, group, roster, refused: new Map() });
  }

  /** Destroy every key of the group. */
  dropGroup(conversation: ConversationState): ConversationState {
    this.write(Clear(Table.GROUP, `${conversation.record.id}/`));
    return this.put({ ...conversation, group: null, roster: [], refused: new Map() });
  }

  /** Keep or forget the commit that is on its way. */
  putPending(conversation: ConversationState, pending: PendingRecord | null): ConversationState {
    const { id } = conversation.record;
    if (pending !== null) this.write(Put(Table.PENDING, id, PendingRecord.encode(pending)));
    else if (conversation.pending !== null) this.write(Drop(Table.PENDING, id));
    return this.put({ ...conversation, pending, accepted: false });
  }

  /** Keep something written; the older one with this client id is gone. */
  putOutgoing(conversation: ConversationState, item: Outgoing): ConversationState {
    const key = outgoingKey(conversation.record.id, item);
    this.write(Put(Table.OUTGOING, key, Outgoing.encode(item)));
    return this.put({
      ...conversation,
      outgoing: [...without(conversation.outgoing, item), item].sort(inTurn),
    });
  }

  /** Forget something written: it is in the log, or will never be. */
  dropOutgoing(conversation: ConversationState, item: Outgoing): ConversationState {
    this.write(Drop(Table.OUTGOING, outgoingKey(conversation.record.id, item)));
    return this.put({ ...conversation, outgoing: without(conversation.outgoing, item) });
  }

  /** Keep a line of the timeline and show it; `news` are told to those who wait for them. */
  putLine(
    conversation: ConversationState,
    line: Line,
    { news = true }: { readonly news?: boolean } = {},
  ): ConversationState {
    this.write(PutLine(line));
    const changed = this.put({ ...conversation, last: newest(conversation.last, line) });
    const foreign = line.state === LineState.RECEIVED && line.sender !== this.account.user;
    const shown = foreign && news;
    const arrived = shown
      ? [messageOf(line, this.account, this.people(), conversation.record)]
      : [];
    this.show(TimelineChanged(conversation.record.id, arrived));
    return changed;
  }

  /** Do something to a message, if it is here. */
  amendLine(conversation: ConversationState, message: Bytes, amendment: Amendment): void {
    const { id } = conversation.record;
    this.write(AmendLine(id, message, amendment));
    const { last } = conversation;
    if (last !== null && same(last.message, message)) {
      this.put({ ...conversation, last: fold.amended(last, amendment) });
      this.show(ConversationsChanged());
    }
    this.show(TimelineChanged(id));
  }

  /** Keep of a line only that it is not to come back. */
  hideLine(conversation: ConversationState, line: Line): void {
    this.write(PutLine(fold.hidden(line)));
    this.#loseLine(conversation, line.id);
  }

  /** Forget a line of the timeline. */
  dropLine(conversation: ConversationState, line: string): void {
    this.write(DropLine(conversation.record.id, line));
    this.#loseLine(conversation, line);
  }

  #loseLine(conversation: ConversationState, line: string): void {
    if (conversation.last?.id === line) {
      this.put({ ...conversation, last: null });
      this.show(ConversationsChanged());
    }
    this.show(TimelineChanged(conversation.record.id));
  }

  /** Keep what is known of somebody. */
  putPerson(person: PersonRecord): void {
    if (same(this.person(person.id), person)) return;
    this.#grown.people.set(person.id, person);
    this.write(Put(Table.PERSON, person.id, PersonRecord.encode(person)));
  }

  /** Keep the private keys of a key package; before it is published. */
  putKeyPackage(ref: string, record: KeyPackageRecord): void {
    this.#grown.key_packages.set(ref, record);
    this.write(Put(Table.KEY_PACKAGE, ref, KeyPackageRecord.encode(record)));
  }

  /** Destroy the private keys of a key package. */
  dropKeyPackage(ref: string): void {
    this.#grown.key_packages.set(ref, null);
    this.write(Drop(Table.KEY_PACKAGE, ref));
  }

  /** The person has another identity key from now on; the certificate stays as it is. */
  renewIdentity(key: Bytes): void {
    const account = { ...this.account, identity_key: key };
    this.desk = { ...this.desk, account };
    this.write(Put(Table.ACCOUNT, "profile", AccountRecord.encode(account)));
  }

  /** Move the cursor of the inbox. */
  advanceInbox(number: number): void {
    this.desk = { ...this.desk, inbox: number };
    this.write(Put(Table.ACCOUNT, "inbox", utf8Bytes(`${number}`)));
  }

  /** Gather writes for the next Persist. */
  write(...writes: readonly Write[]): void {
    this.#grown.writes.push(...writes);
  }

  // --- what is to be done ---------------------------------------------------------------

  /** Give commands; they follow what this transaction stores. */
  do(...commands: readonly Command[]): void {
    this.#grown.later.push(...commands);
  }

  /** End a transaction: what was gathered is stored together, then the rest is done. */
  store(): void {
    const { commands, writes, shown, later } = this.#grown;
    if (writes.length > 0) commands.push(Persist(lastOfEach(writes)));
    commands.push(...shown.map((change) => Show(change)), ...later);
    this.#grown = { ...this.#grown, writes: [], shown: [], later: [] };
  }

  /** Send a frame. */
  send(frame: ClientFrame): void {
    this.do(SendFrame(frame));
  }

  /** Make an HTTP request and return its number. */
  ask(purpose: Purpose, query: Query): number {
    const number = this.number();
    const purposes = new Map([...this.desk.purposes, [number, purpose]]);
    this.desk = { ...this.desk, purposes };
    this.do(Ask(number, query));
    return number;
  }

  /** Return a number for a request that no other has. */
  number(): number {
    const number = this.desk.next_request;
    this.desk = { ...this.desk, next_request: number + 1 };
    return number;
  }

  /** Start a timer. */
  setTimer(timer: Timer, seconds: number): void {
    this.do(SetTimer(timer, seconds));
  }

  /** Stop a timer. */
  cancelTimer(timer: Timer): void {
    this.do(CancelTimer(timer));
  }

  /** Tell every interface what changed, once it is stored. */
  show(change: Change): void {
    const { shown } = this.#grown;
    if (!shown.some((each) => same(each, change))) shown.push(change);
  }

  /** Keep and show something the person must know. */
  alarm(key: string, texts: Arguments, conversation: ConversationId | null = null): void {
    const record = AlarmRecord.of({
      key,
      arguments: texts,
      conversation: conversation ?? ("" as ConversationId),
      time_ms: this.nowMs,
    });
    const number = this.desk.alarms + 1;
    this.desk = { ...this.desk, alarms: number };
    this.#grown.alarms.set(number, record);
    this.write(Put(Table.ALARM, alarmKey(number), AlarmRecord.encode(record)));
    this.show(AlarmRaised(alarmOf(record, this.people())));
  }

  /** Whether there is this very alarm already. */
  hasTold(key: string, ...texts: Arguments): boolean {
    const told = [...this.#told().values()];
    return told.some((each) => each.key === key && same(each.arguments, texts));
  }

  /** Forget what the person need not know any more, as what they were asked for is settled. */
  endAlarms(ended: (record: AlarmRecord) => boolean): void {
    for (const [number, each] of this.#told()) {
      if (!ended(each)) continue;
      this.#grown.alarms.set(number, null);
      this.write(Drop(Table.ALARM, alarmKey(number)));
    }
  }

  /** Answer a call. */
  reply(call: number, result = ""): void {
    if (call !== 0) this.do(Reply(call, result));
  }

  /** Refuse a call. */
  decline(call: number, key: string, ...texts: Arguments): void {
    if (call !== 0) this.do(Decline(call, key, named(texts, this.people())));
  }

  // --- the end --------------------------------------------------------------------------

  /** Make it so: change the holdings and return the commands. */
  adopt(): readonly Command[] {
    const held = this.#holdings;
    const { conversations, forgotten, key_packages: keyPackages, alarms } = this.#grown;
    const touched = new Set([...conversations.keys(), ...forgotten]);
    const before = queuedOf(held.conversations, touched);
    for (const [id, conversation] of conversations) held.conversations.set(id, conversation);
    for (const gone of forgotten) held.conversations.delete(gone);
    held.people = this.people();
    for (const [ref, record] of keyPackages) {
      if (record === null) held.key_packages.delete(ref);
      else held.key_packages.set(ref, record);
    }
    if (alarms.size > 0) held.alarms = this.#told();
    this.#showLink(queuedOf(held.conversations, touched) - before);
    held.desk = this.desk;
    this.store();
    return this.#grown.commands;
  }

  /** Say so if the connection is another one, or more or less waits to be sent. */
  #showLink(more: number): void {
    const link = linkOf(this.session);
    if (more === 0 && link === linkOf(this.#holdings.desk.session)) return;
    const waiting = queuedIn(this.#holdings.conversations.values());
    this.show(LinkChanged(link, waiting, this.detail));
  }

  #told(): ReadonlyMap<number, AlarmRecord> {
    return present(new Map([...this.#holdings.alarms, ...this.#grown.alarms]));
  }
}

/** Order what is to be sent; what is sent again has order 0, and goes by its time. */
export function inTurn(one: Outgoing, other: Outgoing): number {
  return one.order - other.order || one.time_ms - other.time_ms;
}

/** Count the messages that wait to be sent. */
export function queuedIn(conversations: Iterable<ConversationState>): number {
  let found = 0;
  for (const each of conversations) found += queued(each);
  return found;
}

function queuedOf(
  conversations: ReadonlyMap<ConversationId, ConversationState>,
  among: ReadonlySet<ConversationId>,
): number {
  return queuedIn([...among].flatMap((id) => conversations.get(id) ?? []));
}

function grown(before?: Growth): Growth {
  return {
    conversations: new Map(before?.conversations),
    people: new Map(before?.people),
    key_packages: new Map(before?.key_packages),
    alarms: new Map(before?.alarms),
    forgotten: new Set(before?.forgotten),
    commands: [...(before?.commands ?? [])],
    touched: new Set(before?.touched),
    writes: [...(before?.writes ?? [])],
    shown: [...(before?.shown ?? [])],
    later: [...(before?.later ?? [])],
  };
}

/** Return what is not gone. */
function present<K, V>(entries: ReadonlyMap<K, V | null>): ReadonlyMap<K, V> {
  const found = new Map<K, V>();
  for (const [key, value] of entries) if (value !== null) found.set(key, value);
  return found;
}

function without(outgoing: readonly Outgoing[], item: Outgoing): readonly Outgoing[] {
  return outgoing.filter((each) => !same(each.client_id, item.client_id));
}

function outgoingKey(conversation: ConversationId, item: Outgoing): string {
  return `${conversation}/${toHex(item.client_id)}`;
}

function alarmKey(number: number): string {
  return `${number}`.padStart(8, "0");
}

/** Return the last line of a conversation after a line was put. */
function newest(last: Line | null, line: Line): Line | null {
  if (last?.id === line.id) return fold.after(last, PutLine(line));
  if (last === null) return line;
  return last.position <= line.position && fold.succeeds(line, last) ? line : last;
}

/**
 * Leave out what a later write of the same transaction replaces.
 *
 * What a message is amended by is done to the line as it was put before that.
 */
function lastOfEach(writes: readonly Write[]): readonly Write[] {
  const last = new Map<string, Write>();
  let amendments = 0;
  for (const write of writes) {
    if (write.type === "AmendLine") amendments += 1;
    const place = JSON.stringify([...placeOf(write), amendments]);
    last.delete(place);
    last.set(place, write);
  }
  return [...last.values()];
}

function placeOf(write: Write): readonly string[] {
  switch (write.type) {
    case "Put":
    case "Drop":
      return [write.table, write.key];
    case "Clear":
      return [write.table, write.prefix, "clear"];
    case "PutLine":
      return [write.line.conversation, write.line.id];
    case "AddLine":
      return [write.line.conversation, write.line.id, "add"];
    case "DropLine":
      return [write.conversation, write.id];
    case "AmendLine":
      return ["amend"]; // each is one of its own
  }
}
