/**
 * `await engine.handle(event)` gives commands: dispatch only; the rules are in the other files.
 *
 * An event is one step, and one event is handled at a time. When it is over, every conversation it
 * touched is asked whether it has something to do. If a step throws, the engine is as it was
 * before.
 */

import { TeamchatError } from "../errors.ts";
import type { KeyDirectory } from "../identity/key_directory.ts";
import type { ConversationId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { utf8Text } from "../utf8.ts";
import type { Nack, Sent, ServerFrame } from "../wire/frames.ts";
import type { Code } from "../wire/problems.ts";
import * as absence from "./absence.ts";
import * as amending from "./amending.ts";
import * as clearing from "./clearing.ts";
import type { Command } from "./commands.ts";
import * as commits from "./commits.ts";
import * as custody from "./custody.ts";
import * as departure from "./departure.ts";
import * as directory from "./directory.ts";
import {
  type Body,
  type DiscardAsked,
  type Event,
  type HistoryFailed,
  type LookAsked,
  type ReadUpTo,
  type RetryAsked,
  type TextWritten,
  type Timer,
  TimerKind,
} from "./events.ts";
import * as following from "./following.ts";
import * as gifts from "./gifts.ts";
import * as givingTurns from "./giving_turns.ts";
import * as governing from "./governing.ts";
import * as groups from "./groups.ts";
import * as taking from "./history/taking.ts";
import * as inbox from "./inbox.ts";
import * as joining from "./joining.ts";
import * as keyLog from "./key_log.ts";
import * as keyPackages from "./key_packages.ts";
import * as looking from "./looking.ts";
import * as membership from "./membership.ts";
import { Acquaintances } from "./namesakes.ts";
import { LookupError, compare } from "./order.ts";
import * as outbox from "./outbox.ts";
import * as ownAccount from "./own_account.ts";
import {
  AccountRecord,
  AlarmRecord,
  ConversationRecord,
  KeyPackageRecord,
  Outgoing,
  PendingRecord,
  PersonRecord,
} from "./records.ts";
import * as reporting from "./reporting.ts";
import { Certificates, rosterOf } from "./roster.ts";
import * as session from "./session.ts";
import * as sharing from "./sharing.ts";
import { ConversationState, Desk, type Purpose, SessionState } from "./state.ts";
import { type Holdings, Step, type Surroundings, inTurn } from "./step.ts";
import { type Store, Table } from "./store.ts";
import { StoredError } from "./stored.ts";
import * as sync from "./sync.ts";
import * as titleTurns from "./title_turns.ts";
import * as wiping from "./wiping.ts";
import * as wishes from "./wishes.ts";
import * as witnesses from "./witnesses.ts";

/** How often one event may make one conversation take another step. */
const ROUNDS = 64;

/** The engine was told of something before it was done with what came before. */
export class BusyError extends TeamchatError {
  override readonly name = "BusyError";
}

/** What of a store is read when an engine begins. */
export type StoreReading = Pick<Store, "table" | "lastLines">;

/** One account's mind. */
export class Engine {
  /** Time and cryptography. */
  readonly surroundings: Surroundings;
  #held: Holdings;
  #isBusy = false;

  private constructor(held: Holdings, surroundings: Surroundings) {
    this.#held = held;
    this.surroundings = surroundings;
  }

  /**
   * Return the mind that a store holds.
   *
   * @param store - Read once, here; from now on only commands change it.
   * @param surroundings - Time and cryptography.
   * @throws LookupError - The store holds no account.
   * @throws StoredError - It is damaged; so say MlsError and TransparencyError.
   */
  static async load(store: StoreReading, surroundings: Surroundings): Promise<Engine> {
    return new Engine(await load(store), surroundings);
  }

  /**
   * Be as the store says: what came after it was not stored, and so has not happened.
   *
   * The connection begins anew, with `events.Started`.
   *
   * @throws BusyError - An event is being handled.
   */
  setBack(store: StoreReading): Promise<void> {
    return this.#alone(async () => {
      this.#held = await load(store);
    });
  }

  /** The account and its connection. */
  get desk(): Desk {
    return this.#held.desk;
  }

  /** Every conversation. */
  get conversations(): ReadonlyMap<ConversationId, ConversationState> {
    return this.#held.conversations;
  }

  /** Everybody known. */
  get people(): Acquaintances {
    return this.#held.people;
  }

  /** Every alarm, the oldest first. */
  get alarms(): readonly AlarmRecord[] {
    return [...this.#held.alarms.values()];
  }

  /**
   * Return what is to be done because of an event, in this order.
   *
   * @throws BusyError - Another event is being handled.
   */
  handle(event: Event): Promise<readonly Command[]> {
    return this.#alone(async () => {
      const step = new Step(this.#held, this.surroundings);
      const before = step.session.state;
      await session.happen(step, event);
      await dispatch(step, event);
      joining.readNext(step); // a Welcome may have waited for what has just happened
      session.arrive(step);
      if (step.session.state === SessionState.ONLINE && before !== SessionState.ONLINE) {
        comeOnline(step);
      }
      await proceed(step);
      return step.adopt();
    });
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new BusyError("one event at a time");
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }
}

/** Ask what was touched what is to be done; whoever is never content has to wait. */
async function proceed(step: Step): Promise<void> {
  const rounds = new Map<ConversationId, number>();
  for (let next = first(step.touched); next !== undefined; next = first(step.touched)) {
    step.touched.delete(next);
    const found = step.conversation(next);
    const round = (rounds.get(next) ?? 0) + 1;
    rounds.set(next, round);
    if (found === null || round > ROUNDS) continue;
    if (round === ROUNDS) {
      outbox.hold(step, found, outbox.RETRY_SECONDS);
      continue;
    }
    await membership.proceed(step, found);
    titleTurns.proceed(step, step.conversation(next) ?? found);
    givingTurns.proceed(step, step.conversation(next) ?? found);
    sharing.proceed(step, step.conversation(next) ?? found);
    gifts.proceed(step, step.conversation(next) ?? found);
  }
}

function first(touched: ReadonlySet<ConversationId>): ConversationId | undefined {
  const [found] = touched;
  return found;
}

// --- loading --------------------------------------------------------------------------

/**
 * Read everything that was stored.
 *
 * @throws LookupError - There is no account.
 */
async function load(store: StoreReading): Promise<Holdings> {
  const account = await store.table(Table.ACCOUNT);
  const profile = account.get("profile");
  if (profile === undefined) throw new LookupError("the store holds no account");
  const inOrder = [...(await store.table(Table.ALARM))].sort(([one], [other]) => {
    return compare(one, other);
  });
  const alarms = inOrder.map(([key, data]) => [numbered(key), AlarmRecord.decode(data)] as const);
  const inboxed = account.get("inbox");
  const desk = Desk.of({
    account: AccountRecord.decode(profile),
    inbox: inboxed === undefined ? 0 : numbered(utf8Text(inboxed)),
    alarms: Math.max(0, ...alarms.map(([number]) => number)),
    keys: await keyLog.load(store),
  });
  const people = new Map<UserId, PersonRecord>();
  for (const [user, data] of await store.table(Table.PERSON)) {
    people.set(user as UserId, PersonRecord.decode(data));
  }
  const held = new Map<string, KeyPackageRecord>();
  for (const [ref, data] of await store.table(Table.KEY_PACKAGE)) {
    held.set(ref, KeyPackageRecord.decode(data));
  }
  return {
    desk,
    conversations: await loadConversations(store, desk.keys.directory),
    people: new Acquaintances(people),
    key_packages: held,
    alarms: new Map(alarms),
  };
}

async function loadConversations(
  store: StoreReading,
  listed: KeyDirectory,
): Promise<Map<ConversationId, ConversationState>> {
  const parts = byConversation(await store.table(Table.GROUP));
  const outgoing = byConversation(await store.table(Table.OUTGOING));
  const pending = await store.table(Table.PENDING);
  const last = await store.lastLines();
  const authentication = new Certificates(listed);
  const loaded = new Map<ConversationId, ConversationState>();
  for (const [key, data] of await store.table(Table.CONVERSATION)) {
    const record = withoutCalls(ConversationRecord.decode(data));
    const queue = [...(outgoing.get(key)?.values() ?? [])].map((each) => Outgoing.decode(each));
    const held = parts.get(key);
    const group = held === undefined ? null : groups.restored(held);
    const commit = pending.get(key);
    const state = ConversationState.of({
      record,
      group,
      roster: group === null ? [] : await rosterOf(group, authentication),
      pending: commit === undefined ? null : PendingRecord.decode(commit),
      outgoing: queue.sort(inTurn),
      last: last.get(record.id) ?? null,
    });
    loaded.set(record.id, state);
  }
  return loaded;
}

function byConversation(
  table: ReadonlyMap<string, Bytes>,
): ReadonlyMap<string, ReadonlyMap<string, Bytes>> {
  const found = new Map<string, Map<string, Bytes>>();
  for (const [key, data] of table) {
    const [conversation = "", ...rest] = key.split("/");
    const held = found.get(conversation) ?? new Map<string, Bytes>();
    found.set(conversation, held.set(rest.join("/"), data));
  }
  return found;
}

/** Nobody waits any more for what was asked before the restart. */
function withoutCalls(record: ConversationRecord): ConversationRecord {
  return { ...record, intents: record.intents.map((intent) => ({ ...intent, call: 0 })) };
}

function numbered(text: string): number {
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(number)) {
    throw new StoredError("a number is not what it was stored as");
  }
  return number;
}

// --- dispatch -------------------------------------------------------------------------

function comeOnline(step: Step): void {
  joining.lookSoon(step);
  keyPackages.schedule(step);
  directory.askForNames(step);
  for (const { record } of step.conversations()) step.touched.add(record.id);
}

async function dispatch(step: Step, event: Event): Promise<void> {
  switch (event.type) {
    case "Received":
      return takeFrame(step, event.frame, event.size);
    case "Recalled":
      sync.beginAnew(step, event.conversation, event.lines);
      return;
    case "TimerFired":
      sharing.tryAgain(step, event.timer);
      givingTurns.takeTurn(step, event.timer);
      return takeTimer(step, event.timer);
    case "Answered": {
      const purpose = purposeOf(step, event.request);
      if (purpose !== null) await takeAnswer(step, event.request, purpose, event.body);
      return;
    }
    case "Refused": {
      const { request, code, retry_after: retryAfter } = event;
      const purpose = purposeOf(step, request);
      if (purpose !== null) takeRefusal(step, request, purpose, code, retryAfter);
      return;
    }
    case "HistoryRead":
    case "HistoryKeyGiven":
    case "HistoryStopped":
      taking.take(step, event);
      return;
    case "HistoryGathered":
      sharing.takeGathered(step, event);
      return;
    case "HistoryOpened":
      gifts.takePart(step, event);
      return;
    case "HistoryFailed":
      takeHistoryFailure(step, event);
      return;
    case "Started":
    case "StopAsked":
    case "SocketOpened":
    case "SocketClosed":
      return; // the session's own
    case "TextWritten":
    case "RetryAsked":
    case "DiscardAsked":
    case "EditAsked":
    case "ReactionAsked":
    case "WithdrawAsked":
    case "HideAsked":
    case "ReadUpTo":
    case "LookAsked":
    case "DirectAsked":
    case "GroupAsked":
    case "AddAsked":
    case "RemoveAsked":
    case "LeaveAsked":
    case "RenameAsked":
    case "DeviceRevoked":
    case "HistoryGoverned":
    case "HistoryGiveAsked":
    case "PersonVerified":
    case "KeyKept":
    case "MembersAccepted":
    case "RejoinAsked":
    case "WitnessesRequired":
    case "NameClaimed":
      return takeWish(step, event);
    default:
      event satisfies never;
  }
}

function takeHistoryFailure(step: Step, event: HistoryFailed): void {
  if (event.blob === "") sharing.takeFailure(step, event);
  else gifts.takeFailure(step, event);
}

async function takeFrame(step: Step, frame: ServerFrame, size: number): Promise<void> {
  switch (frame.type) {
    case "Ready":
      sync.start(step);
      looking.look(step);
      reporting.report(step);
      ownAccount.heed(step);
      break;
    case "Batch":
      await sync.takeBatch(step, frame, size);
      break;
    case "CaughtUp":
      sync.takeCaughtUp(step, frame);
      break;
    case "InboxBatch":
      joining.takeInbox(step, frame);
      break;
    case "Lag":
      sync.takeLag(step, frame);
      break;
    case "Reset":
      sync.takeReset(step, frame);
      break;
    case "Delivered":
      sync.takeDelivered(step, frame);
      break;
    case "Sent":
    case "Nack":
      await takeLanding(step, frame);
      break;
    case "Keys":
      following.takeSize(step, frame.size);
      break;
    case "Own":
      ownAccount.heed(step, frame.kind);
      break;
    case "EphemeralEvent":
    case "Drain":
    case "Pong":
    case "Bye":
      break;
    default:
      frame satisfies never;
  }
}

/** A SEND is answered. */
async function takeLanding(step: Step, frame: Sent | Nack): Promise<void> {
  const flights = new Map(step.desk.flights);
  const flight = flights.get(frame.request);
  const found = flight === undefined ? null : step.conversation(flight.conversation);
  if (flight === undefined || found === null) return;
  flights.delete(frame.request);
  step.desk = { ...step.desk, flights };
  const landed = step.put({ ...found, flight: 0 });
  if (frame.type === "Sent") await commits.takeSent(step, landed, flight.client_id, frame);
  else commits.takeNack(step, landed, flight.client_id, frame);
}

async function takeTimer(step: Step, { kind, conversation }: Timer): Promise<void> {
  switch (kind) {
    case TimerKind.ACK:
      sync.acknowledge(step);
      break;
    case TimerKind.RETRY:
      clearing.goOn(step, conversation);
      break;
    case TimerKind.SETTLE:
      membership.settle(step, conversation);
      break;
    case TimerKind.STOCK_TAKE:
      keyPackages.takeStock(step);
      await witnesses.look(step);
      break;
    case TimerKind.INBOX:
      joining.takeEnd(step);
      break;
    case TimerKind.TITLE:
      titleTurns.takeTurn(step, conversation);
      break;
    case TimerKind.LOOK_AROUND:
      joining.look(step);
      break;
    case TimerKind.KEY_LOG:
      looking.look(step);
      break;
    case TimerKind.RECONNECT:
    case TimerKind.PING:
    case TimerKind.REMOVAL:
    case TimerKind.HISTORY:
    case TimerKind.GIVING:
      break; // the session's own, and those of histories
    default:
      kind satisfies never;
  }
}

function purposeOf(step: Step, number: number): Purpose | null {
  const purposes = new Map(step.desk.purposes);
  const found = purposes.get(number) ?? null;
  purposes.delete(number);
  step.desk = { ...step.desk, purposes };
  return found;
}

/** Return the conversation whose first intent waits for this very request. */
function asking(step: Step, id: ConversationId, number: number): ConversationState | null {
  const found = step.conversation(id);
  return found?.asking === number ? found : null;
}

async function takeAnswer(step: Step, number: number, purpose: Purpose, body: Body): Promise<void> {
  switch (purpose.type) {
    case "ForIntent": {
      const found = asking(step, purpose.conversation, number);
      if (found !== null) await membership.takeAnswer(step, found, body);
      return;
    }
    case "ForWelcome":
      return joining.takeTree(step, body);
    case "ForLook":
      joining.takeLook(step, purpose, body);
      return;
    case "ForOne":
      joining.takeOneAnswer(step, body);
      return;
    case "ForComparison":
      departure.compare(step, purpose, body);
      return;
    case "ForGroupOfPeople":
      return wishes.takePeople(step, purpose, body);
    case "ForPerson":
      directory.takePerson(step, purpose.user, body);
      return;
    case "ForStock":
      return keyPackages.takeCount(step, body);
    case "ForRemoval":
      return wiping.takeAnswer(step, body);
    case "ForCustody":
      custody.takeAnswer(step, body);
      return;
    case "ForRecall":
      absence.recall(step, purpose, body);
      return;
    case "ForOwnReset":
      ownAccount.takeReset(step, body);
      return;
    case "ForKeyLog":
    case "ForEntries":
    case "ForTile":
    case "ForReport":
    case "ForRefill":
      return following.takeAnswer(step, number, purpose, body);
    default:
      purpose satisfies never;
  }
}

function takeRefusal(
  step: Step,
  number: number,
  purpose: Purpose,
  code: Code | null,
  retryAfter: number,
): void {
  switch (purpose.type) {
    case "ForIntent": {
      const found = asking(step, purpose.conversation, number);
      if (found !== null) membership.takeRefusal(step, found, code, retryAfter);
      break;
    }
    case "ForWelcome":
      joining.takeNoTree(step, code);
      break;
    case "ForRemoval":
      wiping.takeRefusal(step, code);
      break;
    case "ForOne":
      governing.takeRefusal(step, step.conversation(purpose.conversation), number);
      break;
    case "ForKeyLog":
    case "ForEntries":
    case "ForTile":
      following.takeRefusal(step, purpose, code);
      break;
    case "ForComparison":
      departure.notCompared(step, purpose, retryAfter);
      break;
    case "ForLook":
    case "ForGroupOfPeople":
      step.decline(purpose.call, code === null ? "error-offline" : "error-not-possible");
      break;
    case "ForPerson":
      directory.takeNoPerson(step, purpose.user, code);
      break;
    case "ForStock":
    case "ForRefill":
    case "ForReport":
    case "ForCustody":
    case "ForRecall":
    case "ForOwnReset":
      break; // asked again on the next connection
    default:
      purpose satisfies never;
  }
}

/** What a person asks for. */
type Asked =
  | TextWritten
  | RetryAsked
  | DiscardAsked
  | amending.Wish
  | ReadUpTo
  | LookAsked
  | wishes.Wish
  | wishes.Decision;

async function takeWish(step: Step, event: Asked): Promise<void> {
  switch (event.type) {
    case "TextWritten":
    case "RetryAsked":
    case "DiscardAsked":
      outbox.take(step, event);
      return;
    case "EditAsked":
    case "ReactionAsked":
    case "WithdrawAsked":
    case "HideAsked":
      amending.wish(step, event);
      return;
    case "ReadUpTo":
      inbox.readUpTo(step, event.call, event.conversation, event.position);
      return;
    case "LookAsked":
      joining.look(step, event.call);
      return;
    case "DirectAsked":
    case "GroupAsked":
    case "AddAsked":
    case "RemoveAsked":
    case "LeaveAsked":
    case "RenameAsked":
    case "DeviceRevoked":
    case "HistoryGoverned":
    case "HistoryGiveAsked":
      wishes.take(step, event);
      return;
    case "PersonVerified":
    case "KeyKept":
    case "MembersAccepted":
    case "RejoinAsked":
    case "WitnessesRequired":
    case "NameClaimed":
      return wishes.decide(step, event);
    default:
      event satisfies never;
  }
}
