/**
 * Account: the one object that the page's core holds of an account that is open.
 *
 * Reads of the list come from memory, lines from what is stored. Writes are stored when they are
 * done; what needs the server says so when it is not there. Whoever watches is told what changed
 * and reads again what it shows.
 */

import type { Draft, Said } from "../bridge/core.ts";
import type { Clock } from "../clock.ts";
import { Engine } from "../engine/engine.ts";
import {
  AddAsked,
  DirectAsked,
  DiscardAsked,
  type Event,
  GroupAsked,
  LeaveAsked,
  LookAsked,
  MembersAccepted,
  ReadUpTo,
  RejoinAsked,
  RemoveAsked,
  RenameAsked,
  RetryAsked,
} from "../engine/events.ts";
import {
  type Alarm,
  type Change,
  type Conversation,
  Link,
  type Member,
  type Profile,
} from "../engine/model.ts";
import { LookupError } from "../engine/order.ts";
import type { Acquaintances } from "../engine/namesakes.ts";
import type { AccountRecord } from "../engine/records.ts";
import { type ConversationState, linkOf } from "../engine/state.ts";
import { queuedIn } from "../engine/step.ts";
import { StoredError } from "../engine/stored.ts";
import type { Store, Write } from "../engine/store.ts";
import { alarmOf, conversationOf, membersOf, profileOf } from "../engine/view.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import { MlsError } from "../mls/errors.ts";
import { Conversation as ConversationBody, MemberRole, SetMemberRole } from "../wire/bodies.ts";
import { BlobFiles } from "./blob_files.ts";
import { Colleagues } from "./colleagues.ts";
import { Drafts } from "./drafts.ts";
import { AccountError, type WipedError } from "./errors.ts";
import type { Folder } from "./folder.ts";
import { OwnHistory } from "./history.ts";
import { Http, json } from "./http.ts";
import { DeviceLinking } from "./linking.ts";
import { Messages } from "./messages.ts";
import { OwnDevices } from "./own_devices.ts";
import { OwnTrust } from "./own_trust.ts";
import { changePassword, passwordCharacters } from "./own_password.ts";
import { Pauses } from "./pauses.ts";
import type { Platform } from "./platform.ts";
import { errorsForPeople } from "./refusals.ts";
import { NewestLines } from "./newest_lines.ts";
import { Quotes } from "./quotes.ts";
import { RoomHistory } from "./room_history.ts";
import { RoomProgress } from "./room_progress.ts";
import { type OwnedStore, Runner } from "./runner.ts";
import { Waking } from "./waking.ts";

/** How long a change to a group is waited for; it goes on in the background. */
export const CHANGE_SECONDS = 60;

/** A store that is open here. */
export interface OwnStore extends OwnedStore {
  close(): Promise<void>;
  /** Erase everything and close. */
  wipe(): Promise<void>;
}

/** Told what happens to an account. */
export interface Watching {
  changed(change: Change): void;
  /** Everything that is stored is erased next. */
  erasing(why: WipedError): Promise<void>;
  /** This was stored. */
  stored(writes: readonly Write[]): void;
  /** It has ended by itself: it failed, or everything was erased. */
  ended(): void;
}

/** What an account needs of the worker. */
export interface Surroundings {
  readonly clock: Clock;
  readonly crypto: CryptoProvider;
  readonly platform: Platform;
  /** Files of this device's own. */
  readonly folder: Folder;
}

/** An open account; made by `Account.open`. */
export class Account {
  /** Trust and recovery. */
  readonly trust: OwnTrust;
  readonly #store: OwnStore;
  readonly #engine: Engine;
  readonly #http: Http;
  readonly #runner: Runner;
  readonly #colleagues: Colleagues;
  /** Where this device is woken. */
  readonly waking: Waking;
  readonly #devices: OwnDevices;
  readonly #history: OwnHistory;
  readonly #linking: DeviceLinking;
  readonly #progress = new RoomProgress();
  readonly #folder: Folder;
  readonly #pauses: Pauses;
  readonly #drafts: Drafts;
  readonly #messages: Messages;
  #closed = false;

  private constructor(
    store: OwnStore,
    engine: Engine,
    http: Http,
    drafts: Drafts,
    folder: Folder,
    watching: Watching,
  ) {
    this.#store = store;
    this.#folder = folder;
    this.#engine = engine;
    this.#http = http;
    this.#drafts = drafts;
    const pauses = new Pauses(http.platform);
    const show = (change: Change): void => {
      this.#progress.heard(change);
      watching.changed(change);
    };
    const audience = {
      show,
      stored: (writes: readonly Write[]) => {
        watching.stored(writes);
      },
      wipe: async (why: WipedError) => {
        this.#closed = true;
        await watching.erasing(why);
        await this.#erase();
        watching.ended();
      },
      ended: () => {
        watching.ended();
      },
    };
    const files = new BlobFiles(http, folder, pauses);
    const { crypto } = engine.surroundings;
    const porter = new RoomHistory(folder, store, files, crypto, show);
    this.#pauses = pauses;
    this.#runner = new Runner(engine, store, http, audience, porter);
    this.#messages = new Messages(engine, this.#runner, store, drafts);
    this.trust = new OwnTrust(engine, this.#runner, http, pauses);
    this.#colleagues = new Colleagues(engine, this.#runner, http);
    this.waking = new Waking(http);
    this.#linking = new DeviceLinking(engine, http);
    this.#history = new OwnHistory({ engine, runner: this.#runner, store, http, pauses });
    this.#devices = new OwnDevices(engine.desk.account, this.#runner, http);
  }

  /**
   * Open the account of a store, and run it.
   *
   * @throws AccountError - There is none, or it is damaged.
   */
  static async open(
    store: OwnStore,
    { clock, crypto, platform, folder }: Surroundings,
    watching: Watching,
  ): Promise<Account> {
    try {
      const engine = await Engine.load(store, { clock, crypto });
      const { server, token } = engine.desk.account;
      const http = new Http(server, token, platform);
      const drafts = await Drafts.load(store);
      const account = new Account(store, engine, http, drafts, folder, watching);
      account.#runner.start(true);
      return account;
    } catch (error) {
      await store.close();
      const damaged = [LookupError, StoredError, MlsError].some((kind) => error instanceof kind);
      if (!damaged) throw error;
      throw new AccountError("error-store-damaged", {}, { cause: error });
    }
  }

  /** Close the connection and the store; nothing is lost. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#pauses.end();
    await this.#runner.stop();
    this.#http.close();
    await this.#store.close();
  }

  /** Hold on to nothing: what it was stored in is gone, or is another's. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#pauses.end();
    this.#runner.abandon();
    this.#http.close();
    await this.#store.close();
  }

  /** There is a network again: connect now, if that was to be tried later. */
  reconnect(): void {
    this.#runner.reconnect();
  }

  // --- reads ----------------------------------------------------------------------------

  /** Whose account this is. */
  get profile(): Profile {
    return profileOf(this.#record);
  }

  /** What keeps it; only what the engine does not read is written past it. */
  get store(): Store {
    return this.#store;
  }

  /** How the account stands to its server. */
  get link(): Link {
    return linkOf(this.#engine.desk.session);
  }

  /** Why everything that was stored has been erased, once it has. */
  get wiped(): WipedError | null {
    return this.#runner.wiped;
  }

  /** Whether it is closed, or about to be. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it has ended because something failed. */
  get failed(): boolean {
    return this.#runner.failed;
  }

  /** Why there is no connection, if it is not that the server is not reached. */
  get trouble(): AccountError | null {
    if (this.#runner.outOfRoom && this.link !== Link.ONLINE) {
      return new AccountError("link-not-stored");
    }
    const isForeign = this.link === Link.OFFLINE && this.#http.isForeign;
    return this.wiped ?? (isForeign ? new AccountError("web-link-foreign") : null);
  }

  /** Whether it has ended because what it was stored in is gone. */
  get storeGone(): boolean {
    return this.#runner.storeGone;
  }

  /** How many messages wait to be sent. */
  get queued(): number {
    return queuedIn(this.#engine.conversations.values());
  }

  /** Every conversation, the one with the latest line first. */
  conversations(): readonly Conversation[] {
    const latest = (state: ConversationState): number => state.last?.time_ms ?? 0;
    return [...this.#engine.conversations.values()]
      .sort((one, other) => latest(other) - latest(one))
      .map((each) => conversationOf(each, this.#record, this.#engine.people));
  }

  /** One conversation; null if there is none. */
  conversation(id: ConversationId): Conversation | null {
    const state = this.#engine.conversations.get(id);
    return state === undefined ? null : conversationOf(state, this.#record, this.#engine.people);
  }

  /** The newest lines of a conversation; told of what is stored, they stay so. */
  lines(id: ConversationId): NewestLines {
    return new NewestLines(this.#store, id);
  }

  /** Everybody who is known; another value if anything about them is another. */
  get people(): Acquaintances {
    return this.#engine.people;
  }

  /** What those lines answer; told of what is stored, it stays so. */
  quotes(id: ConversationId): Quotes {
    return new Quotes(this.#store, id);
  }

  /** How far a history has come that is given or taken in a conversation; null if none is. */
  moving(id: ConversationId): Said | null {
    return this.#progress.of(this.#state(id));
  }

  /** Who is in a conversation, by name. */
  members(id: ConversationId): readonly Member[] {
    return membersOf(this.#state(id), this.#record, this.#engine.people);
  }

  /** Everything the person had to be told, the oldest first. */
  alarms(): readonly Alarm[] {
    return this.#engine.alarms.map((each) => alarmOf(each, this.#engine.people));
  }

  /** What was begun and not sent. */
  draft(id: ConversationId): Draft {
    return this.#drafts.of(id);
  }

  // --- messages -------------------------------------------------------------------------

  /** What is said, and done with it. */
  get messages(): Messages {
    return this.#messages;
  }

  /** Send a failed message again. */
  async retry(message: string): Promise<void> {
    await this.#runner.call((call) => RetryAsked(call, message));
  }

  /** Forget a message that was not sent. */
  async discard(message: string): Promise<void> {
    await this.#runner.call((call) => DiscardAsked(call, message));
  }

  /** Everything up to and including this position has been seen. */
  async markRead(id: ConversationId, position: number): Promise<void> {
    await this.#runner.call((call) => ReadUpTo(call, id, position));
  }

  /** Keep what was begun. */
  async setDraft(id: ConversationId, draft: Draft): Promise<void> {
    await this.#drafts.keep(id, draft);
  }

  // --- conversations --------------------------------------------------------------------

  /** The conversation with one person; it is made if there is none. */
  createDirect(user: UserId): Promise<ConversationId> {
    return this.#change((call) => DirectAsked(call, user));
  }

  /** Make a conversation of these people and oneself; the server does not learn its title. */
  createGroup(title: string, users: readonly UserId[]): Promise<ConversationId> {
    return this.#change((call) => GroupAsked(call, title, users));
  }

  /** Add people. */
  async add(id: ConversationId, users: readonly UserId[]): Promise<void> {
    await this.#change((call) => AddAsked(call, id, users));
  }

  /** Remove a person. */
  async remove(id: ConversationId, user: UserId): Promise<void> {
    await this.#change((call) => RemoveAsked(call, id, user));
  }

  /** Leave; the history stays on this device. */
  async leave(id: ConversationId): Promise<void> {
    await this.#change((call) => LeaveAsked(call, id));
  }

  /** Give a conversation another title; the server does not learn it. */
  async rename(id: ConversationId, title: string): Promise<void> {
    await this.#change((call) => RenameAsked(call, id, title));
  }

  /** Let a member manage the conversation, or no longer. */
  async setAdmin(id: ConversationId, user: UserId, admin: boolean): Promise<void> {
    const role = admin ? MemberRole.ADMIN : MemberRole.MEMBER;
    const path = `/conversations/${id}/members/${user}`;
    const wanted = json(SetMemberRole, { role });
    await errorsForPeople(() => this.#http.ask("PUT", path, ConversationBody, wanted));
    await this.#change(LookAsked);
  }

  /**
   * Those who were new when this device came back belong there; what waits is sent.
   *
   * @throws AccountError - Somebody else is there by now, whom the person was not shown.
   */
  async acceptMembers(id: ConversationId, shown: readonly UserId[]): Promise<void> {
    await this.#runner.call((call) => MembersAccepted(call, id, shown));
  }

  /** Join a conversation again that is broken here, or whose group went another way. */
  async rejoin(id: ConversationId): Promise<void> {
    await this.#change((call) => RejoinAsked(call, id));
  }

  // --- people and devices ---------------------------------------------------------------

  /** Other people. */
  get colleagues(): Colleagues {
    return this.#colleagues;
  }

  /** One's own devices. */
  get devices(): OwnDevices {
    return this.#devices;
  }

  /** End one of one's own other devices, and take it out of every conversation. */
  async removeDevice(device: DeviceId): Promise<void> {
    await this.#devices.remove(device, CHANGE_SECONDS);
  }

  /** How many characters a new password has at least; 0 if the server does not say. */
  async passwordCharacters(): Promise<number> {
    return passwordCharacters(this.#http);
  }

  /** Set another password; every other session of the person ends. */
  async changePassword(old: string, wanted: string): Promise<void> {
    await changePassword(this.#http, old, wanted);
  }

  /**
   * End this device at the server and erase what it holds.
   *
   * @param unasked - Erase without asking the server.
   * @throws AccountError - The server was not reached; nothing is erased.
   */
  async signOut(unasked: boolean): Promise<void> {
    if (!unasked && this.link !== Link.SIGNED_OUT) await this.#devices.removeThis();
    this.#closed = true;
    await this.#runner.stop();
    await this.#erase();
  }

  /** What was written before this device came, and what newer ones ask of it. */
  get history(): OwnHistory {
    return this.#history;
  }

  /** Lets further devices in. */
  get linking(): DeviceLinking {
    return this.#linking;
  }

  // --- inside ---------------------------------------------------------------------------

  async #erase(): Promise<void> {
    this.#pauses.end();
    this.#http.close();
    await this.#folder.erase();
    await this.#store.wipe();
  }

  get #record(): AccountRecord {
    return this.#engine.desk.account;
  }

  #state(id: ConversationId): ConversationState {
    const state = this.#engine.conversations.get(id);
    if (state === undefined) throw new AccountError("error-no-such-conversation");
    return state;
  }

  async #change(make: (call: number) => Event): Promise<ConversationId> {
    return (await this.#runner.call(make, CHANGE_SECONDS)) as ConversationId;
  }
}
