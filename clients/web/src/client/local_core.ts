/**
 * The core behind the page, where it lives: which of the ways in somebody is on, and, once they are
 * in, their account. It decides nothing of the messenger; it says what a page is shown.
 */

import type {
  Answer,
  Colleague,
  Core,
  LineKey,
  Opened,
  Outcome,
  OwnDevices,
  Said,
  Stop,
  View,
} from "../bridge/core.ts";
import { hueOf } from "../bridge/hue.ts";
import { type Change, Link } from "../engine/model.ts";
import type { Promised } from "../engine/key_log.ts";
import { WORDS } from "../identity/recovery.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import {
  DamagedError,
  LockedError,
  NewerStoreError,
  NotStoredError,
  StoreTakenError,
} from "../store/errors.ts";
import type { InvitationShown } from "../wire/bodies.ts";
import { Account, type OwnStore, type Surroundings } from "./account.ts";
import { Attempt, BrokenOffError } from "./attempt.ts";
import {
  askServer,
  comeBack,
  type Entry,
  login,
  type NewStore,
  redeemInvitation,
  showInvitation,
} from "./enrol.ts";
import { AccountError, notStored } from "./errors.ts";
import { Http } from "./http.ts";
import { type Invitation, readInvitation } from "./invitation.ts";
import { alarmOf, colleagueOf, conversationOf, deviceOf, linkOf, said, why } from "./showing.ts";
import { Watched } from "./watched.ts";

/** How long changes are gathered before a page is told. */
const GATHER_SECONDS = 0.03;
const FOUND = 20;
const AT_JOIN = /^https?:\/\/[^/?#]+\/join\b/;
const DONE: Outcome = { done: true };

/** Where accounts are kept (`store/index.ts`). */
export interface Shelf {
  exists(): Promise<boolean>;
  /** Open the store, or make it; `wait` until no other tab has it. */
  open(wait: boolean): Promise<OwnStore>;
  erase(): Promise<void>;
}

/** Where and for whom the core runs. */
export interface Place extends Surroundings {
  /** The address of the page, with what stands behind `#`. */
  readonly link: string;
  /** The server: where the page came from. */
  readonly address: string;
  /** What a device that is made here is called. */
  readonly deviceName: string;
  readonly shelf: Shelf;
}

/** Where somebody stands who has no account open here; null while it is looked up. */
type Outside = Exclude<View, { type: "open" }> | null;

export class LocalCore implements Core {
  readonly #place: Place;
  readonly #watchers = new Set<(view: View) => void>();
  readonly #watched = new Set<Watched>();
  #outside: Outside = null;
  #account: Account | null = null;
  #attempt: Attempt | null = null;
  #invited: { readonly invitation: Invitation; readonly shown: InvitationShown } | null = null;
  #promise: Promised | null = null;
  #organisation = "";
  #detail = "";
  #gathering = false;
  #touched = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** Look what is stored here, and what the page was opened with. */
  async start(): Promise<void> {
    try {
      if (await this.#place.shelf.exists()) await this.#open(false);
      else if (AT_JOIN.test(this.#place.link)) await this.#lookAtInvitation();
      else await this.#goOutside(null);
    } catch (error) {
      this.#stand({ type: "stopped", because: why(forPeople(error)) });
    }
  }

  /** There is a network again. */
  reconnect(): void {
    this.#account?.reconnect();
  }

  watch(show: (view: View) => void): Stop {
    this.#watchers.add(show);
    const now = this.#view();
    if (now !== null) show(now);
    return () => this.#watchers.delete(show);
  }

  watchConversation(id: string, show: (opened: Opened | null) => void): Stop {
    const watched = new Watched(id, show, () => this.#account);
    this.#watched.add(watched);
    if (this.#account !== null || this.#outside !== null) this.#refresh(watched);
    return () => {
      watched.stop();
      this.#watched.delete(watched);
    };
  }

  // --- coming in and going out ------------------------------------------------------------

  async signIn(userName: string, password: string): Promise<Outcome> {
    return this.#enter((questions) => this.#signIn(userName, password, questions));
  }

  async redeem(password: string): Promise<Outcome> {
    const invited = this.#invited;
    if (invited === null) return refused(new AccountError("error-invitation-used"));
    const { invitation, shown } = invited;
    return this.#enter(async (attempt) => {
      await redeemInvitation(this.#http(), invitation, password);
      this.#invited = null;
      this.#promise = invitation.promise;
      await this.#signIn(shown.user_name, password, attempt);
    });
  }

  giveRecoveryKey(words: string): Promise<Outcome> {
    return this.#goOn(words);
  }

  recoveryKeyKept(): Promise<Outcome> {
    return this.#goOn("");
  }

  async leave(): Promise<Outcome> {
    const attempt = this.#attempt;
    attempt?.breakOff();
    if (attempt === null && this.#account === null) {
      this.#invited = null;
      await this.#goOutside(null);
    }
    return DONE;
  }

  signOut(unasked: boolean): Promise<Outcome> {
    return this.#outcome(async () => {
      const account = this.#account;
      if (account !== null) await account.signOut(unasked);
      else await this.#place.shelf.erase();
      this.#account = null;
      await this.#goOutside(null);
    });
  }

  // --- messages ---------------------------------------------------------------------------

  earlier(id: string): Promise<Outcome> {
    return this.#outcome(async () => {
      for (const each of this.#watched) if (each.id === id) await each.earlier();
    });
  }

  send(id: string, text: string): Promise<Outcome> {
    return this.#in((account) => account.sendText(id as ConversationId, text));
  }

  keepDraft(id: string, text: string): Promise<Outcome> {
    return this.#in(async (account) => {
      await account.setDraft(id as ConversationId, text);
      this.#gather(null);
    });
  }

  markRead(id: string, upTo: LineKey): Promise<Outcome> {
    return this.#in(async (account) => {
      for (const each of this.#watched) {
        const position = each.id === id ? each.positionOf(upTo) : null;
        if (position !== null) await account.markRead(each.id, position);
      }
    });
  }

  retry(_id: string, key: LineKey): Promise<Outcome> {
    return this.#in((account) => account.retry(key));
  }

  discard(_id: string, key: LineKey): Promise<Outcome> {
    return this.#in((account) => account.discard(key));
  }

  // --- conversations ----------------------------------------------------------------------

  newDirect(person: string): Promise<Answer<string>> {
    return this.#answer((account) => account.createDirect(person as UserId));
  }

  newGroup(title: string, people: readonly string[]): Promise<Answer<string>> {
    return this.#answer((account) => account.createGroup(title, people as readonly UserId[]));
  }

  addMembers(id: string, people: readonly string[]): Promise<Outcome> {
    return this.#in((account) => account.add(id as ConversationId, people as readonly UserId[]));
  }

  removeMember(id: string, person: string): Promise<Outcome> {
    return this.#in((account) => account.remove(id as ConversationId, person as UserId));
  }

  setAdmin(id: string, person: string, admin: boolean): Promise<Outcome> {
    return this.#in((account) => account.setAdmin(id as ConversationId, person as UserId, admin));
  }

  rename(id: string, title: string): Promise<Outcome> {
    return this.#in((account) => account.rename(id as ConversationId, title));
  }

  leaveConversation(id: string): Promise<Outcome> {
    return this.#in((account) => account.leave(id as ConversationId));
  }

  acceptMembers(id: string, shown: readonly string[]): Promise<Outcome> {
    return this.#in((account) =>
      account.acceptMembers(id as ConversationId, shown as readonly UserId[]),
    );
  }

  rejoin(id: string): Promise<Outcome> {
    return this.#in((account) => account.rejoin(id as ConversationId));
  }

  // --- people and devices -----------------------------------------------------------------

  findPeople(query: string): Promise<Answer<readonly Colleague[]>> {
    return this.#answer(async (account) => {
      const own = account.profile.user;
      const found = await account.colleagues.find(query, FOUND);
      return found.filter(({ id }) => id !== own).map(colleagueOf);
    });
  }

  safetyNumber(person: string): Promise<Answer<string>> {
    return this.#answer((account) => account.colleagues.safetyNumber(person as UserId));
  }

  markVerified(person: string, number: string): Promise<Outcome> {
    return this.#in((account) => account.colleagues.markVerified(person as UserId, number));
  }

  keepKey(person: string): Promise<Outcome> {
    return this.#in((account) => account.colleagues.keepKey(person as UserId));
  }

  devices(): Promise<Answer<OwnDevices>> {
    return this.#answer(async (account) => {
      const devices = (await account.devices.list()).map(deviceOf);
      return { devices, most: await account.devices.most() };
    });
  }

  removeDevice(device: string): Promise<Outcome> {
    return this.#in((account) => account.removeDevice(device as DeviceId));
  }

  changePassword(old: string, wanted: string): Promise<Outcome> {
    return this.#in((account) => account.changePassword(old, wanted));
  }

  // --- entering ---------------------------------------------------------------------------

  async #lookAtInvitation(): Promise<void> {
    try {
      const invitation = readInvitation(this.#place.link);
      const shown = await showInvitation(this.#http(), invitation);
      const server = await askServer(this.#http(), this.#place.address);
      this.#organisation = shown.organisation;
      this.#invited = { invitation, shown };
      this.#stand({
        type: "invited",
        name: shown.display_name,
        organisation: shown.organisation,
        passwordCharacters: server.password_characters,
      });
    } catch (error) {
      const because = why(forPeople(error));
      this.#stand({ type: "not-invited", organisation: this.#organisation, because });
    }
  }

  async #goOutside(because: Said | null): Promise<void> {
    let told = because;
    if (this.#organisation === "") {
      try {
        const server = await askServer(this.#http(), this.#place.address);
        this.#organisation = server.organisation;
      } catch (error) {
        told ??= why(forPeople(error));
      }
    }
    const organisation = this.#organisation || this.#place.address.replace(/^https?:\/\//, "");
    this.#stand({ type: "signed-out", organisation, because: told, held: false });
  }

  /** Begin to enter; done when there is a question, or when one is in. */
  #enter(work: (attempt: Attempt) => Promise<void>): Promise<Outcome> {
    if (this.#attempt !== null) {
      return Promise.resolve(refused(new AccountError("error-still-working")));
    }
    const attempt = new Attempt();
    this.#attempt = attempt;
    const outside = this.#outside;
    const step = attempt.step();
    void this.#run(attempt, outside, work);
    return step;
  }

  async #run(
    attempt: Attempt,
    outside: Outside,
    work: (attempt: Attempt) => Promise<void>,
  ): Promise<void> {
    let came: Outcome = DONE;
    try {
      await work(attempt);
    } catch (error) {
      if (!(error instanceof BrokenOffError)) came = refused(forPeople(error));
      await this.#backTo(outside, came);
    }
    this.#attempt = null;
    attempt.end(came);
  }

  /** Where somebody stands after an attempt that came to nothing. */
  async #backTo(outside: Outside, came: Outcome): Promise<void> {
    const used = outside?.type === "invited" && this.#invited === null;
    if (used) await this.#goOutside(came.done ? null : came.why);
    else if (outside !== null) this.#stand(outside);
    else await this.start();
  }

  #goOn(given: string): Promise<Outcome> {
    const next = this.#attempt?.answer(given) ?? null;
    return next ?? Promise.resolve(refused(new AccountError("error-not-possible")));
  }

  async #signIn(userName: string, password: string, attempt: Attempt): Promise<void> {
    const { shelf, deviceName, address, clock, crypto } = this.#place;
    const entry: Entry = { userName, password, deviceName, promise: this.#promise };
    const surroundings = { address, clock, crypto };
    if (await shelf.exists()) {
      await this.#account?.close();
      this.#account = null;
      const store = await shelf.open(false);
      try {
        await comeBack(surroundings, this.#http(), entry, store);
      } finally {
        await store.close();
      }
    } else {
      const questions = {
        recoveryKey: (slip: AccountError | null) => this.#askForKey(attempt, slip),
        keepKey: (words: string) => this.#showKey(attempt, words),
      };
      await login(surroundings, this.#http(), entry, questions, () => this.#newStore());
    }
    this.#promise = null;
    await this.#open(false);
  }

  async #newStore(): Promise<NewStore> {
    const store = await this.#place.shelf.open(false);
    return {
      store,
      unmake: () => store.wipe(),
      close: () => store.close(),
    };
  }

  #askForKey(attempt: Attempt, slip: AccountError | null): Promise<string> {
    this.#stand({
      type: "recovery-asked",
      organisation: this.#organisation,
      words: WORDS,
    });
    return attempt.ask(slip === null ? DONE : refused(slip));
  }

  async #showKey(attempt: Attempt, words: string): Promise<void> {
    const shown = words.split(" ");
    const [random = 0] = this.#place.crypto.random(1);
    this.#stand({
      type: "recovery-shown",
      organisation: this.#organisation,
      words: shown,
      asked: 1 + (random % shown.length),
    });
    await attempt.ask(DONE);
  }

  // --- the account ------------------------------------------------------------------------

  async #open(wait: boolean): Promise<void> {
    let store: OwnStore;
    try {
      store = await this.#place.shelf.open(wait);
    } catch (error) {
      if (!(error instanceof StoreTakenError)) throw error;
      this.#stand({ type: "elsewhere" });
      void this.#openLater();
      return;
    }
    this.#account = await Account.open(store, this.#place, {
      changed: (change) => {
        this.#changed(change);
      },
      ended: () => {
        this.#ended();
      },
    });
    this.#outside = null;
    this.#gather(null);
    for (const each of this.#watched) this.#refresh(each);
  }

  /** Open the account as soon as the other tab has let go of it. */
  async #openLater(): Promise<void> {
    try {
      await this.#open(true);
    } catch (error) {
      this.#stand({ type: "stopped", because: why(forPeople(error)) });
    }
  }

  #changed(change: Change): void {
    if (change.type === "LinkChanged") this.#detail = change.detail;
    const conversation = "conversation" in change ? change.conversation : null;
    this.#gather(conversation);
  }

  #ended(): void {
    const wiped = this.#account?.wiped ?? null;
    if (wiped !== null) {
      this.#account = null;
      void this.#goOutside(why(wiped));
      for (const each of this.#watched) this.#refresh(each);
    } else {
      this.#stand({ type: "stopped", because: said("error-stopped") });
    }
  }

  /** Tell the page soon; changes that come one behind the other are told once. */
  #gather(conversation: string | null): void {
    if (conversation === null) for (const each of this.#watched) this.#touched.add(each.id);
    else this.#touched.add(conversation);
    if (this.#gathering) return;
    this.#gathering = true;
    this.#place.platform.after(GATHER_SECONDS, () => {
      this.#gathering = false;
      const touched = this.#touched;
      this.#touched = new Set();
      this.#tell();
      for (const each of this.#watched) if (touched.has(each.id)) this.#refresh(each);
    });
  }

  #refresh(watched: Watched): void {
    watched.refresh().catch((error: unknown) => {
      this.#stand({ type: "stopped", because: why(forPeople(error)) });
    });
  }

  #stand(outside: Outside): void {
    this.#outside = outside;
    this.#tell();
  }

  #tell(): void {
    const view = this.#view();
    if (view !== null) for (const show of this.#watchers) show(view);
  }

  #view(): View | null {
    const account = this.#account;
    if (this.#outside !== null || account === null) return this.#outside;
    const { profile, trouble } = account;
    const { organisation } = profile;
    if (account.link === Link.SIGNED_OUT && account.wiped === null) {
      return { type: "signed-out", organisation, because: said("link-revoked"), held: true };
    }
    return {
      type: "open",
      own: { id: profile.user, name: profile.name, hue: hueOf(profile.user) },
      userName: profile.user_name,
      organisation,
      link: linkOf(account.link),
      because: trouble !== null ? why(trouble) : this.#detail === "" ? null : said(this.#detail),
      waiting: account.queued,
      conversations: account
        .conversations()
        .map((each) =>
          conversationOf(each, account.draft(each.id), each.direct ? account.members(each.id) : []),
        ),
      alarms: account.alarms().map(alarmOf),
    };
  }

  #http(): Http {
    return new Http(this.#place.address, "", this.#place.platform);
  }

  async #in(work: (account: Account) => Promise<void>): Promise<Outcome> {
    return this.#outcome(() => work(this.#opened()));
  }

  async #answer<T>(work: (account: Account) => Promise<T> | T): Promise<Answer<T>> {
    try {
      return { done: true, value: await work(this.#opened()) };
    } catch (error) {
      return { done: false, why: why(forPeople(error)) };
    }
  }

  async #outcome(work: () => Promise<void>): Promise<Outcome> {
    try {
      await work();
      return DONE;
    } catch (error) {
      return error instanceof BrokenOffError ? DONE : refused(forPeople(error));
    }
  }

  #opened(): Account {
    if (this.#account === null) throw new AccountError("error-closed");
    return this.#account;
  }
}

function refused(error: AccountError): Outcome & { readonly done: false } {
  return { done: false, why: why(error) };
}

/** What to tell the person of any error; of one that nobody foresaw, only that it did not work. */
function forPeople(error: unknown): AccountError {
  if (error instanceof AccountError) return error;
  if (error instanceof NotStoredError) return notStored(error);
  if (error instanceof DamagedError) return new AccountError("error-store-damaged");
  if (error instanceof NewerStoreError) return new AccountError("error-store-version");
  if (error instanceof StoreTakenError) return new AccountError("web-error-elsewhere");
  if (error instanceof LockedError) return new AccountError("error-vault-locked");
  return new AccountError("error-not-possible", {}, { cause: error });
}
