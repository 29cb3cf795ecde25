/**
 * The core behind the page, where it lives: which of the ways in somebody is on, and, once they are
 * in, their account. It decides nothing of the messenger; it says what a page is shown.
 */

import type {
  Answer,
  Colleague,
  Draft,
  LineKey,
  LockWanted,
  Opened,
  Outcome,
  OwnDevices,
  Stop,
  Unlocking,
  Version,
  View,
} from "../bridge/core.ts";
import type { BackupState, Histories, LetIn, Met } from "../bridge/further.ts";
import { hueOf } from "../bridge/hue.ts";
import { type Change, Link } from "../engine/model.ts";
import { type Store, Table } from "../engine/store.ts";
import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { DamagedError, LockedError, NotStoredError, StoreTakenError } from "../store/errors.ts";
import type { Opener } from "../store/index.ts";
import { Account } from "./account.ts";
import { AppLock, type Behind, type LockableStore } from "./app_lock.ts";
import { Entrance, isInvitation, type Outside, type Place } from "./entrance.ts";
import { AccountError, WipedError } from "./errors.ts";
import { forPeople, refused } from "./failures.ts";
import { keepReason } from "./kept_notes.ts";
import { LocalTrust } from "./local_trust.ts";
import { verdictOf } from "./trust_showing.ts";
import { FurtherDevices } from "./further_devices.ts";
import { HalfProfile } from "./linking_profile.ts";
import { alarmOf, colleagueOf, conversationOf, deviceOf, linkOf, said, why } from "./showing.ts";
import type { Served } from "./serving.ts";
import { Watched } from "./watched.ts";

/** How long changes are gathered before a page is told. */
const GATHER_SECONDS = 0.03;
/** How long another tab may have the store before that is said. */
const PATIENCE_SECONDS = 0.5;
const FOUND = 20;
const DONE: Outcome = { done: true };
const BROWSER: Opener = { type: "browser" };

export class LocalCore implements Served {
  readonly #place: Place;
  readonly #watchers = new Set<(view: View) => void>();
  readonly #watched = new Set<Watched>();
  readonly #entrance: Entrance;
  readonly #lock: AppLock;
  readonly trust: LocalTrust;
  #outside: Outside = null;
  #account: Account | null = null;
  #further: FurtherDevices | null = null;
  #detail = "";
  /** What is being typed could not be kept. */
  #isFull = false;
  #isAbandoned = false;
  #begun = false;
  /** Resolved once it is known whether somebody is in. */
  readonly #known: Promise<void>;
  #know: () => void = () => undefined;
  #gathering = false;
  #touched = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
    this.#known = new Promise((known) => (this.#know = known));
    const outside = (): Outside => this.#outside;
    const store = (): Store | null => this.#account?.store ?? null;
    this.#entrance = new Entrance(place, {
      get outside() {
        return outside();
      },
      stand: (where) => {
        this.#stand(where);
      },
      get store() {
        return store();
      },
      open: () => this.#start(""),
      close: () => this.#close(),
      entered: async () => {
        await this.#further?.arrived();
      },
      opened: (words) => {
        this.trust.opened(words);
      },
    });
    this.trust = new LocalTrust({
      entrance: this.#entrance,
      opened: () => this.#opened(),
      changed: () => {
        this.#gather(null);
      },
      draw: (below) => (place.crypto.random(1)[0] ?? 0) % below,
    });
    this.#lock = new AppLock(place, place.shelf, this.#behindLock());
  }

  /** The first page begins: it is looked what is stored here, and what it was opened with. */
  arrive(link: string): void {
    const begun = this.#begun;
    this.#begun = true;
    if (!begun) void this.#start(link);
    else if (isInvitation(link) && this.#entrance.isFree) void this.#entrance.arrive(link);
  }

  /** Another tab has the account: hold on to nothing, and do nothing more. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#watchers.clear();
    for (const each of this.#watched) each.stop();
    this.#watched.clear();
    const account = this.#account;
    this.#forget();
    this.#lock.erased();
    void account?.abandon();
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

  signIn(userName: string, password: string, language: string): Promise<Outcome> {
    return this.#entrance.signIn(userName, password, language);
  }

  redeem(password: string, language: string): Promise<Outcome> {
    return this.#entrance.redeem(password, language);
  }

  giveRecoveryKey(words: string): Promise<Outcome> {
    return this.#entrance.goOn(words);
  }

  recoveryKeyKept(): Promise<Outcome> {
    return this.#entrance.goOn("");
  }

  leave(): Promise<Outcome> {
    return this.#outcome(() => this.#entrance.leave());
  }

  signOut(unasked: boolean): Promise<Outcome> {
    return this.#outcome(async () => {
      const account = this.#account;
      if (account !== null) await account.signOut(unasked);
      else await this.#place.shelf.erase();
      this.#forget();
      this.#lock.erased();
      await this.#entrance.goOutside(null);
    });
  }

  // --- the app lock -----------------------------------------------------------------------

  lock(): Promise<Outcome> {
    return this.#outcome(() => this.#lock.lock());
  }

  settled(): Promise<Outcome> {
    this.#lock.settled();
    return Promise.resolve(DONE);
  }

  unlock(given: Unlocking): Promise<Outcome> {
    return this.#outcome(() => this.#lock.unlock(given));
  }

  proveLock(given: Unlocking): Promise<Outcome> {
    return this.#outcome(() => this.#lock.prove(given));
  }

  setLock(proof: Unlocking | null, wanted: LockWanted | null): Promise<Outcome> {
    return this.#outcome(() => this.#lock.change(proof, wanted));
  }

  setLockMinutes(minutes: number): Promise<Outcome> {
    return this.#outcome(() => this.#lock.setMinutes(minutes));
  }

  used(): Promise<Outcome> {
    this.#lock.used();
    return Promise.resolve(DONE);
  }

  // --- messages ---------------------------------------------------------------------------

  earlier(id: string): Promise<Outcome> {
    return this.#outcome(async () => {
      for (const each of this.#watched) if (each.id === id) await each.earlier();
    });
  }

  reach(id: string, line: LineKey): Promise<Outcome> {
    return this.#in(async (account) => {
      if ((await account.messages.quote(id as ConversationId, line)) === null) {
        throw new AccountError("error-message-not-here");
      }
      for (const each of this.#watched) if (each.id === id) await each.reach(line);
    });
  }

  send(id: string, text: string, key: string, answers: LineKey | null): Promise<Outcome> {
    return this.#inLater((account) =>
      account.messages.send(id as ConversationId, text, key, answers),
    );
  }

  keepDraft(id: string, draft: Draft): Promise<Outcome> {
    return this.#inLater(async (account) => {
      try {
        await account.setDraft(id as ConversationId, draft);
        this.#isFull = false;
      } catch (error) {
        this.#isFull = error instanceof NotStoredError && !error.gone;
        throw error;
      } finally {
        this.#gather(null);
      }
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

  edit(id: string, key: LineKey, text: string): Promise<Outcome> {
    return this.#inLater(async (account) => {
      await account.messages.edit(id as ConversationId, key, text);
      this.#gather(id); // what was written is no draft any more
    });
  }

  versions(id: string, key: LineKey): Promise<Answer<readonly Version[]>> {
    return this.#answer((account) => account.messages.versions(id as ConversationId, key));
  }

  react(id: string, key: LineKey, emoji: string): Promise<Outcome> {
    return this.#in((account) => account.messages.react(id as ConversationId, key, emoji));
  }

  takeBack(id: string, key: LineKey, emoji: string): Promise<Outcome> {
    return this.#in((account) => account.messages.takeBack(id as ConversationId, key, emoji));
  }

  deleteForAll(id: string, key: LineKey): Promise<Outcome> {
    return this.#in((account) => account.messages.withdraw(id as ConversationId, key));
  }

  deleteHere(id: string, key: LineKey): Promise<Outcome> {
    return this.#in(async (account) => {
      await account.messages.hide(id as ConversationId, key);
      this.#gather(id);
    });
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

  passwordCharacters(): Promise<Answer<number>> {
    return this.#answer((account) => account.passwordCharacters());
  }

  changePassword(old: string, wanted: string): Promise<Outcome> {
    return this.#in((account) => account.changePassword(old, wanted));
  }

  // --- further devices --------------------------------------------------------------------

  link(): Promise<Outcome> {
    return this.#entrance.link();
  }

  linkCompared(same: boolean): Promise<Outcome> {
    return Promise.resolve(this.#entrance.compared(same));
  }

  meetDevice(code: string): Promise<Answer<Met>> {
    return this.#ofFurther((further) => further.meet(code));
  }

  letDeviceIn(): Promise<Answer<LetIn>> {
    return this.#ofFurther((further) => further.letIn());
  }

  refuseDevice(different: boolean): Promise<Outcome> {
    return this.#ofFurther((further) => further.refuse(different));
  }

  histories(): Promise<Answer<Histories>> {
    return this.#ofFurther((further) => further.histories());
  }

  askHistory(): Promise<Outcome> {
    return this.#ofFurther((further) => further.ask());
  }

  giveHistory(wish: string): Promise<Outcome> {
    return this.#ofFurther((further) => further.give(wish));
  }

  cancelHistory(): Promise<Outcome> {
    return this.#ofFurther((further) => further.cancel());
  }

  backup(): Promise<Answer<BackupState>> {
    return this.#ofFurther(({ backup }) => backup.state());
  }

  backUp(): Promise<Outcome> {
    return this.#ofFurther(({ backup }) => backup.make());
  }

  restoreBackup(): Promise<Answer<number>> {
    return this.#ofFurther(({ backup }) => backup.restore());
  }

  forgetBackup(): Promise<Outcome> {
    return this.#ofFurther(({ backup }) => backup.forget());
  }

  // --- being woken ------------------------------------------------------------------------

  pushKey(): Promise<Answer<string>> {
    return this.#answer((account) => account.waking.key());
  }

  subscribePush(endpoint: string): Promise<Outcome> {
    return this.#in((account) => account.waking.subscribe(endpoint));
  }

  unsubscribePush(): Promise<Outcome> {
    return this.#in((account) => account.waking.unsubscribe());
  }

  // --- the account ------------------------------------------------------------------------

  async #start(link: string): Promise<void> {
    await this.#safely(async () => {
      const exists = await this.#place.shelf.exists().catch((error: unknown) => {
        if (!(error instanceof NotStoredError)) throw error;
        throw new AccountError("web-no-storage", {}, { cause: error });
      });
      if (exists) await this.#open(false);
      else await this.#entrance.arrive(link);
    });
  }

  async #open(wait: boolean, opener = BROWSER): Promise<void> {
    const store = await this.#store(wait, opener);
    if (store === null) return;
    const half = await HalfProfile.resumed(store);
    if (half !== null) {
      this.#entrance.resume(store, half);
      return;
    }
    if (await isEmpty(store)) {
      // It was begun and never filled, or another tab has erased it meanwhile.
      const wasLocked = this.#outside?.type === "locked";
      await store.wipe();
      if (wasLocked) await this.#tellEvicted();
      else await this.#entrance.goOutside(null);
      return;
    }
    this.#account = await Account.open(store, this.#place, {
      changed: (change) => {
        this.#changed(change);
      },
      erasing: (why) => keepReason(this.#place.notes, why),
      stored: (writes) => {
        this.#isFull = false;
        for (const each of this.#watched) each.heed(writes);
      },
      ended: () => {
        this.#ended();
      },
    });
    await this.#lock.inside(store);
    this.#further = new FurtherDevices(this.#account, () => {
      this.#gather("");
    });
    this.#outside = null;
    this.#know();
    this.#gather(null);
    for (const each of this.#watched) this.#refresh(each);
  }

  /** The browser has closed the store under the account. */
  #lost(): void {
    const account = this.#account;
    if (account === null || account.closed || this.#isAbandoned) return;
    void this.#safely(async () => {
      await account.abandon();
      this.#forget();
      // It closes it for other reasons, too: then everything is still there.
      if (await this.#place.shelf.exists()) await this.#open(false);
      else await this.#tellEvicted();
      for (const each of this.#watched) this.#refresh(each);
    });
  }

  /** Say that the browser has removed everything, until somebody comes in again. */
  async #tellEvicted(): Promise<void> {
    const why = new WipedError("web-evicted", "");
    this.#lock.erased();
    await keepReason(this.#place.notes, why);
    await this.#entrance.goOutside(said(why.key));
  }

  async #close(): Promise<void> {
    try {
      await this.#account?.close();
    } finally {
      this.#forget();
    }
  }

  /** Hold nothing of the account any more. */
  #forget(): void {
    this.#account = null;
    this.trust.forget();
    this.#further = null;
    this.#lock.outside();
    for (const each of this.#watched) each.forget();
  }

  #behindLock(): Behind {
    const pages = (): number => this.#watchers.size;
    return {
      get pages() {
        return pages();
      },
      stand: (view) => {
        this.#stand(view);
      },
      tell: () => {
        this.#tell();
      },
      open: (opener) => this.#open(false, opener),
      close: () => this.#close(),
    };
  }

  /**
   * The store; null if it is not to be had: it is locked, or another tab has it, and then it is
   * opened as soon as that lets go of it.
   */
  async #store(wait: boolean, opener: Opener): Promise<LockableStore | null> {
    try {
      return await this.#place.shelf.open(wait, opener, () => {
        this.#lost();
      });
    } catch (error) {
      if (error instanceof LockedError && !error.wrong) {
        if (error.door === "browser") return this.#store(wait, BROWSER); // the lock is taken away
        if (opener.type === "browser") {
          await this.#lock.before();
          return null;
        }
      }
      if (!(error instanceof StoreTakenError)) throw error;
      void this.#safely(() => this.#openLater());
      return null;
    }
  }

  /** A page that is loaded anew lets go of the store in a moment: of that nothing is said. */
  async #openLater(): Promise<void> {
    const { platform } = this.#place;
    const said = platform.after(PATIENCE_SECONDS, () => {
      this.#stand({ type: "elsewhere" });
    });
    try {
      await this.#open(true);
    } finally {
      platform.cancel(said);
    }
  }

  async #safely(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const found = forPeople(error);
      const damaged = error instanceof DamagedError || found.key === "error-store-damaged";
      if (damaged) this.#entrance.standBefore(why(found));
      else this.#stand({ type: "stopped", because: why(found) });
    }
  }

  #changed(change: Change): void {
    if (change.type === "LinkChanged") this.#detail = change.detail;
    this.trust.heard(change);
    this.#further?.heard(change);
    const conversation = "conversation" in change ? change.conversation : null;
    this.#gather(conversation);
  }

  #ended(): void {
    const wiped = this.#account?.wiped ?? null;
    if (wiped !== null) {
      this.#forget();
      void this.#entrance.goOutside(why(wiped));
      for (const each of this.#watched) this.#refresh(each);
    } else if (this.#account?.storeGone === true) {
      this.#lost();
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
      if (error instanceof NotStoredError && error.gone) this.#lost();
      else this.#stand({ type: "stopped", because: why(forPeople(error)) });
    });
  }

  #stand(outside: Outside): void {
    this.#outside = outside;
    if (outside !== null) this.#know();
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
    const detail = this.#isFull ? "link-not-stored" : this.#detail;
    if (account.link === Link.SIGNED_OUT && account.wiped === null) {
      return {
        type: "signed-out",
        organisation,
        because: said("link-revoked"),
        held: true,
        helped: "",
        userName: profile.user_name,
      };
    }
    return {
      type: "open",
      own: { id: profile.user, name: profile.name, hue: hueOf(profile.user) },
      userName: profile.user_name,
      organisation,
      link: linkOf(account.link),
      because: trouble !== null ? why(trouble) : detail === "" ? null : said(detail),
      waiting: account.queued,
      conversations: account
        .conversations()
        .map((each) =>
          conversationOf(
            each,
            account.draft(each.id).text,
            each.direct ? account.members(each.id) : [],
          ),
        ),
      alarms: account.alarms().map(alarmOf),
      lock: this.#lock.set,
      danger: this.trust.danger,
      wordsOpened: this.trust.wordsOpened,
      doubted: verdictOf(account.trust.log.status()) === "bad",
      wishes: this.#further?.wishes ?? [],
      moving: this.#further?.moving ?? null,
      backup: this.#further?.backup.news ?? null,
    };
  }

  async #in(work: (account: Account) => Promise<void>): Promise<Outcome> {
    return this.#outcome(async () => work(await this.#opened()));
  }

  /** The same; what comes too late, because it is locked by then, is done when it is opened. */
  async #inLater(work: (account: Account) => Promise<void>): Promise<Outcome> {
    return this.#outcome(async () => {
      await this.#known;
      await this.#lock.opened();
      await work(await this.#opened());
    });
  }

  async #answer<T>(work: (account: Account) => Promise<T> | T): Promise<Answer<T>> {
    try {
      return { done: true, value: await work(await this.#opened()) };
    } catch (error) {
      return { done: false, why: why(forPeople(error)) };
    }
  }

  #ofFurther<T>(work: (further: FurtherDevices) => Promise<T>): Promise<Answer<T>> {
    return this.#answer(() => {
      if (this.#further === null) throw new AccountError("error-closed");
      return work(this.#further);
    });
  }

  async #outcome(work: () => Promise<void>): Promise<Outcome> {
    try {
      await work();
      return DONE;
    } catch (error) {
      if (error instanceof NotStoredError && error.gone) this.#lost();
      return refused(forPeople(error));
    }
  }

  /** A page may ask before it is open: when another tab had it that is gone now. */
  async #opened(): Promise<Account> {
    await this.#known;
    if (this.#account === null) throw new AccountError("error-closed");
    return this.#account;
  }
}

/** Whether a store holds nothing at all. */
async function isEmpty(store: Store): Promise<boolean> {
  const tables = [Table.ACCOUNT, Table.PERSON, Table.CONVERSATION];
  for (const each of tables) if ((await store.table(each)).size > 0) return false;
  return (await store.count()) === 0;
}
