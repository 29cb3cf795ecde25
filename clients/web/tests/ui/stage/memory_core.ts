/** A core that keeps everything in the page and talks to nobody; tests steer it as `window.stage`. */

import type {
  Alarm,
  Answer,
  BackupState,
  Colleague,
  Conversation,
  ConversationId,
  Core,
  Draft,
  Histories,
  LetIn,
  Line,
  LineKey,
  Link,
  LockSet,
  LockWanted,
  Member,
  Message,
  MessageState,
  Met,
  Opened,
  Outcome,
  OwnDevices,
  Quote,
  Stop,
  Unlocking,
  Version,
  View,
} from "../../../src/ui/core.ts";
import type { Said } from "../../../src/ui/texts/texts.ts";
import { MemoryTrust } from "./memory_trust.ts";
import { BACKUP, CODES, COMPARING, HISTORIES, MET, NO_BACKUP, WISH } from "./further.ts";
import {
  ANNA,
  conversation,
  CONVERSATIONS,
  DEVICES,
  HELD,
  LINES,
  message,
  NOW,
  PEOPLE,
  WITH,
} from "./people.ts";

export type Scene = "open" | "locked" | "empty" | "loading" | "signed-out" | "invited" | "long";

const DONE: Outcome = { done: true };
const ORGANISATION = "Beispiel AG";
const NUMBER = "04711 38254 90163 27745 61890 12034 55872 39416 80027 14963 72508 46351";
const PAGE = 200;
const PASSKEYS = [{ credential: new Uint8Array([1]), salt: new Uint8Array(32) }];
const LONG = 50_000;

type Show = (opened: Opened | null) => void;

export class MemoryCore implements Core {
  readonly trust: MemoryTrust;
  /** What the page has asked for, in order. */
  readonly asked: string[] = [];
  readonly #scene: Scene;
  readonly #lines = new Map<ConversationId, readonly Line[]>(Object.entries(LINES));
  readonly #watched = new Map<Show, ConversationId>();
  readonly #members = new Map<ConversationId, readonly Member[]>(Object.entries(WITH));
  readonly #held = new Map<ConversationId, Partial<Opened>>(Object.entries(HELD));
  readonly #drafts = new Map<ConversationId, Draft>();
  readonly #unread = new Map<ConversationId, LineKey>([["werk", "m9"]]);
  #view: View;
  #devices = DEVICES.devices;
  #backup = NO_BACKUP;
  #conversations: readonly Conversation[];
  #shown = PAGE;
  #refusal: { readonly beginning: string; readonly why: Said } | null = null;
  #rest: Promise<void> = Promise.resolve();
  #watchers: ((view: View) => void)[] = [];
  /** What was open when it was locked. */
  #behind: Extract<View, { type: "open" }> | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#conversations = scene === "empty" ? [] : CONVERSATIONS;
    this.#view = this.#first(scene);
    this.trust = new MemoryTrust({
      answer: (asked, does) => this.#answer(asked, does),
      tell: (view) => {
        this.#tell(view);
      },
      turnView: (change) => {
        this.turnView(change);
      },
      setHistory: (id, historyDays) => {
        const see = historyDays === 0 ? "none" : historyDays < 0 ? "all" : "days";
        const history = { key: `trust-newcomers-${see}`, filling: { days: historyDays } };
        this.#held.set(id, { ...this.#held.get(id), historyDays, history });
        this.#refresh(id);
      },
    });
    if (scene === "long") this.#lines.set("wei", long());
  }

  /** Refuse once what begins like this. */
  refuse(beginning: string, why: Said): void {
    this.#refusal = { beginning, why };
  }

  setLink(link: Link, waiting = 0): void {
    if (this.#view.type === "open") this.#tell({ ...this.#view, link, waiting });
  }

  /** Let a conversation be in another way. */
  turnOpened(id: ConversationId, change: Partial<Opened>): void {
    this.#held.set(id, { ...this.#held.get(id), ...change });
    this.#refresh(id);
  }

  /** Answer nothing more until `goOn`. */
  hold(): void {
    this.#rest = new Promise((go) => (this.goOn = go));
  }

  goOn: () => void = () => undefined;

  /** Let what is open be in another way. */
  turnView(change: Partial<Extract<View, { type: "open" }>>): void {
    if (this.#view.type === "open") this.#tell({ ...this.#view, ...change });
  }

  /** The reader has to know something. */
  warn(...alarms: readonly Alarm[]): void {
    if (this.#view.type === "open") this.#tell({ ...this.#view, alarms });
  }

  /** Stand somewhere else, as when another tab has the account. */
  stand(view: View): void {
    this.#tell(view);
  }

  /** Somebody writes in a conversation. */
  receive(id: ConversationId, text: string): void {
    const sender = WITH[id]?.find((member) => !member.own) ?? ANNA;
    const line = message(sender, NOW, text);
    if (!this.#unread.has(id)) this.#unread.set(id, line.key);
    this.#add(id, line);
  }

  /** The list says that somebody has written. */
  announce(id: ConversationId, sender: string): void {
    const unread = 1 + (this.#conversations.find((each) => each.id === id)?.unread ?? 0);
    const last = { at: Date.now(), sender, own: false, text: "canary of a message" };
    this.#turnConversation(id, { unread, last });
  }

  watch(show: (view: View) => void): Stop {
    this.#watchers.push(show);
    show(this.#view);
    return () => (this.#watchers = this.#watchers.filter((each) => each !== show));
  }

  watchConversation(id: ConversationId, show: Show): Stop {
    this.#watched.set(show, id);
    this.#shown = PAGE;
    if (this.#scene !== "loading")
      setTimeout(() => {
        this.#showTo(show);
      });
    return () => this.#watched.delete(show);
  }

  signIn(userName: string): Promise<Outcome> {
    return this.#answer(`sign in ${userName}`, () => {
      this.#tell(this.#first("open"));
    });
  }

  redeem(): Promise<Outcome> {
    return this.#answer("redeem", () => {
      this.#tell(this.#first("empty"));
    });
  }

  giveRecoveryKey(words: string): Promise<Outcome> {
    return this.#answer(`recovery key ${words}`, () => {
      this.#tell(this.#first("open"));
    });
  }

  recoveryKeyKept(): Promise<Outcome> {
    return this.#answer("recovery key kept", () => {
      this.#tell(this.#first("empty"));
    });
  }

  leave(): Promise<Outcome> {
    return this.#answer("leave", () => {
      this.#tell(this.#first("signed-out"));
    });
  }

  signOut(unasked: boolean): Promise<Outcome> {
    return this.#answer(`sign out ${String(unasked)}`, () => {
      this.#tell(this.#first("signed-out"));
    });
  }

  newDirect(person: string): Promise<Answer<ConversationId>> {
    const name = PEOPLE.find((each) => each.id === person)?.name ?? person;
    return this.#give(`new direct ${person}`, person, () => {
      if (this.#conversations.every((each) => each.id !== person)) this.#begin(person, name, {});
    });
  }

  newGroup(title: string, people: readonly string[]): Promise<Answer<ConversationId>> {
    const id = `group-${people.join("-")}`;
    return this.#give(`new group ${title}: ${people.join(", ")}`, id, () => {
      this.#begin(id, title, { kind: "group" });
    });
  }

  addMembers(id: ConversationId, people: readonly string[]): Promise<Outcome> {
    return this.#answer(`add ${id} ${people.join(", ")}`, () => {
      const added = PEOPLE.filter((each) => people.includes(each.id));
      this.#turnMembers(id, (members) => [
        ...members,
        ...added.map((each) => ({ ...each, own: false, admin: false, devices: 1 })),
      ]);
    });
  }

  removeMember(id: ConversationId, person: string): Promise<Outcome> {
    return this.#answer(`remove ${id} ${person}`, () => {
      this.#turnMembers(id, (members) => members.filter((each) => each.id !== person));
    });
  }

  setAdmin(id: ConversationId, person: string, admin: boolean): Promise<Outcome> {
    return this.#answer(`admin ${id} ${person} ${String(admin)}`, () => {
      this.#turnMembers(id, (members) =>
        members.map((each) => (each.id === person ? { ...each, admin } : each)),
      );
    });
  }

  rename(id: ConversationId, title: string): Promise<Outcome> {
    return this.#answer(`rename ${id} ${title}`, () => {
      this.#turnConversation(id, { title });
    });
  }

  leaveConversation(id: ConversationId): Promise<Outcome> {
    return this.#answer(`leave ${id}`, () => {
      const notice = { key: "tui-not-joined-words", filling: {} };
      this.#held.set(id, { standing: "left", writable: false, members: [], notice });
      this.#refresh(id);
    });
  }

  acceptMembers(id: ConversationId, shown: readonly string[]): Promise<Outcome> {
    return this.#answer(`accept ${id} ${shown.join(", ")}`, () => {
      this.#release(id);
    });
  }

  rejoin(id: ConversationId): Promise<Outcome> {
    return this.#answer(`rejoin ${id}`, () => {
      this.#release(id);
    });
  }

  findPeople(query: string): Promise<Answer<readonly Colleague[]>> {
    const wanted = query.toLowerCase();
    const found = PEOPLE.filter(({ name }) => name.toLowerCase().includes(wanted));
    return this.#give(`find ${query}`, found);
  }

  safetyNumber(person: string): Promise<Answer<string>> {
    return this.#give(`safety number ${person}`, NUMBER);
  }

  markVerified(person: string): Promise<Outcome> {
    return this.#answer(`verified ${person}`, () => {
      for (const id of this.#members.keys()) {
        this.#turnMembers(id, (members) =>
          members.map((each) => (each.id === person ? { ...each, trust: "verified" } : each)),
        );
      }
      this.#release(person);
    });
  }

  keepKey(person: string): Promise<Outcome> {
    return this.#answer(`keep key ${person}`, () => {
      this.#release(person);
    });
  }

  devices(): Promise<Answer<OwnDevices>> {
    return this.#give("devices", { ...DEVICES, devices: this.#devices });
  }

  removeDevice(device: string): Promise<Outcome> {
    return this.#answer(`remove device ${device}`, () => {
      this.#devices = this.#devices.filter((each) => each.id !== device);
    });
  }

  link(): Promise<Outcome> {
    return this.#answer("link", () => {
      this.#tell({ type: "linking", organisation: ORGANISATION, linking: CODES });
    });
  }

  linkCompared(same: boolean): Promise<Outcome> {
    return this.#answer(`compared ${String(same)}`, () => {
      this.#tell(this.#first("open"));
    });
  }

  /** The other device has answered. */
  meet(): void {
    this.#tell({ type: "linking", organisation: ORGANISATION, linking: COMPARING });
  }

  meetDevice(code: string): Promise<Answer<Met>> {
    return this.#give(`meet ${code}`, MET);
  }

  letDeviceIn(): Promise<Answer<LetIn>> {
    return this.#give("let in", { device: WISH.device }, () => {
      this.wish();
    });
  }

  refuseDevice(different: boolean): Promise<Outcome> {
    return this.#answer(`refuse device ${String(different)}`);
  }

  /** A new device wants what was written before. */
  wish(): void {
    if (this.#view.type === "open") this.#tell({ ...this.#view, wishes: [WISH] });
  }

  histories(): Promise<Answer<Histories>> {
    return this.#give("histories", HISTORIES);
  }

  askHistory(): Promise<Outcome> {
    return this.#answer("ask history");
  }

  giveHistory(wish: string): Promise<Outcome> {
    return this.#answer(`give history ${wish}`, () => {
      const moving = { given: true, lines: 300, expected: 1000 };
      if (this.#view.type === "open") this.#tell({ ...this.#view, wishes: [], moving });
    });
  }

  cancelHistory(): Promise<Outcome> {
    return this.#answer("cancel history");
  }

  /** There is a backup, or it is in another way than usual. */
  setBackup(change: Partial<BackupState> = {}): void {
    this.#backup = { ...BACKUP, ...change };
  }

  backup(): Promise<Answer<BackupState>> {
    return this.#answer("backup").then((came) =>
      came.done ? { done: true, value: this.#backup } : came,
    );
  }

  backUp(): Promise<Outcome> {
    return this.#answer("back up", () => {
      this.setBackup({ changed: NOW / 1000 });
    });
  }

  restoreBackup(): Promise<Answer<number>> {
    return this.#give("restore backup", 412);
  }

  forgetBackup(): Promise<Outcome> {
    return this.#answer("forget backup", () => (this.#backup = NO_BACKUP));
  }

  passwordCharacters(): Promise<Answer<number>> {
    return this.#give("password characters", 12);
  }

  changePassword(): Promise<Outcome> {
    return this.#answer("change password");
  }

  /** A lock is set, as one that was set before. */
  setLocked(lock: LockSet | null): void {
    if (this.#view.type === "open") this.#tell({ ...this.#view, lock });
  }

  lock(): Promise<Outcome> {
    return this.#answer("lock", () => {
      if (this.#view.type === "open") this.#behind = this.#view;
      this.#tell({ type: "locking" });
    });
  }

  settled(): Promise<Outcome> {
    return this.#answer("settled", () => {
      const lock = this.#behind?.lock;
      if (lock)
        this.#tell({ type: "locked", passphrase: lock.passphrase, passkeys: lock.passkeys });
    });
  }

  unlock(given: Unlocking): Promise<Outcome> {
    return this.#answer(`unlock ${given.type}`, () => {
      this.#tell(this.#behind ?? this.#first("open"));
    });
  }

  proveLock(given: Unlocking): Promise<Outcome> {
    return this.#answer(`prove ${given.type}`);
  }

  setLock(proof: Unlocking | null, wanted: LockWanted | null): Promise<Outcome> {
    const ways = wanted && [wanted.passphrase && "passphrase", wanted.passkey && "passkey"];
    const said = ways?.filter(Boolean).join(" and ") ?? "none";
    return this.#answer(`set lock ${proof?.type ?? "new"} -> ${said}`, () => {
      if (this.#view.type !== "open") return;
      const minutes = this.#view.lock?.minutes ?? 15;
      const passkeys = wanted?.passkey ? [wanted.passkey] : [];
      this.setLocked(wanted && { passphrase: wanted.passphrase !== null, passkeys, minutes });
    });
  }

  setLockMinutes(minutes: number): Promise<Outcome> {
    return this.#answer(`lock after ${minutes}`, () => {
      if (this.#view.type === "open" && this.#view.lock)
        this.setLocked({ ...this.#view.lock, minutes });
    });
  }

  used(): Promise<Outcome> {
    return this.#answer("used");
  }

  /** The key with which the server calls; empty if it calls nobody. */
  serverKey = "";

  pushKey(): Promise<Answer<string>> {
    return Promise.resolve({ done: true, value: this.serverKey });
  }

  subscribePush(endpoint: string): Promise<Outcome> {
    return this.#answer(`wake at ${endpoint}`);
  }

  unsubscribePush(): Promise<Outcome> {
    return this.#answer("wake no more");
  }

  earlier(id: ConversationId): Promise<Outcome> {
    return this.#answer(`earlier ${id}`, () => {
      this.#shown += PAGE;
      this.#refresh(id);
    });
  }

  reach(id: ConversationId, line: LineKey): Promise<Outcome> {
    return this.#answer(`reach ${line}`, () => {
      const lines = this.#lines.get(id) ?? [];
      this.#shown = lines.length - lines.findIndex(({ key }) => key === line);
      this.#refresh(id);
    });
  }

  send(id: ConversationId, text: string, _key: string, answers: LineKey | null): Promise<Outcome> {
    return this.#answer(`send ${text}${answers === null ? "" : ` to ${answers}`}`, () => {
      const waits = this.#view.type === "open" && this.#view.link === "offline";
      const quote = answers === null ? null : this.#quote(id, answers);
      this.#add(id, message(ANNA, NOW, text, waits ? "queued" : "sent", { quote }));
      this.#drafts.set(id, { text: "", answers: null, change: null });
    });
  }

  keepDraft(id: ConversationId, draft: Draft): Promise<Outcome> {
    const { text, answers, change } = draft;
    const more = [answers && `to ${answers}`, change && `changing ${change.key}: ${change.text}`];
    return this.#answer(["draft", text, ...more].filter(Boolean).join(" "), () => {
      this.#drafts.set(id, draft);
      this.#turnConversation(id, { draft: text });
    });
  }

  edit(id: ConversationId, key: LineKey, text: string): Promise<Outcome> {
    return this.#answer(`edit ${key}: ${text}`, () => {
      this.#drafts.set(id, { ...this.#draft(id), change: null });
      this.amend(id, key, () => ({ text, edited: true }));
    });
  }

  versions(_id: ConversationId, key: LineKey): Promise<Answer<readonly Version[]>> {
    return this.#give(`versions ${key}`, [
      { at: NOW - 3_600_000, text: "Ich bringe Kafee mit.", failed: false },
      { at: NOW - 1_800_000, text: "Ich bringe Kaffee für alle mit.", failed: false },
    ]);
  }

  react(id: ConversationId, key: LineKey, emoji: string): Promise<Outcome> {
    return this.#answer(`react ${key} ${emoji}`, () => {
      this.#turnReaction(id, key, emoji, true);
    });
  }

  takeBack(id: ConversationId, key: LineKey, emoji: string): Promise<Outcome> {
    return this.#answer(`take back ${key} ${emoji}`, () => {
      this.#turnReaction(id, key, emoji, false);
    });
  }

  deleteForAll(id: ConversationId, key: LineKey): Promise<Outcome> {
    return this.#answer(`delete ${key} for all`, () => {
      this.amend(id, key, () => ({
        text: "",
        deleted: true,
        addressable: false,
        editableUntil: 0,
        reactions: [],
        quote: null,
      }));
    });
  }

  deleteHere(id: ConversationId, key: LineKey): Promise<Outcome> {
    return this.#answer(`delete ${key} here`, () => {
      this.#drop(id, key);
    });
  }

  /** The lines of a conversation. */
  keys(id: ConversationId): readonly LineKey[] {
    return (this.#lines.get(id) ?? []).map(({ key }) => key);
  }

  /** Something is done to a message. */
  amend(id: ConversationId, key: LineKey, become: (message: Message) => Partial<Message>): void {
    const lines = this.#lines.get(id) ?? [];
    this.#lines.set(
      id,
      lines.map((line) =>
        line.key === key && line.type === "message" ? { ...line, ...become(line) } : line,
      ),
    );
    this.#refresh(id);
  }

  markRead(id: ConversationId, upTo: LineKey): Promise<Outcome> {
    return this.#answer(`read ${upTo}`, () => {
      this.#unread.delete(id);
      this.#turnConversation(id, { unread: 0, mentioned: false });
    });
  }

  retry(id: ConversationId, key: LineKey): Promise<Outcome> {
    return this.#answer(`retry ${key}`, () => {
      this.#turn(id, key, "sent");
    });
  }

  discard(id: ConversationId, key: LineKey): Promise<Outcome> {
    return this.#answer(`discard ${key}`, () => {
      this.#drop(id, key);
    });
  }

  #first(scene: Scene): View {
    if (scene === "signed-out")
      return {
        type: "signed-out",
        organisation: ORGANISATION,
        because: null,
        held: false,
        helped: "",
        userName: "",
      };
    if (scene === "locked") return { type: "locked", passphrase: true, passkeys: PASSKEYS };
    if (scene === "invited") {
      return {
        type: "invited",
        name: "Anna Müller",
        userName: "anna.mueller",
        organisation: ORGANISATION,
        passwordCharacters: 12,
      };
    }
    const conversations = scene === "loading" ? null : scene === "empty" ? [] : this.#conversations;
    return {
      type: "open",
      own: ANNA,
      organisation: ORGANISATION,
      link: "online",
      userName: "anna",
      because: null,
      waiting: 0,
      conversations,
      alarms: [],
      danger: null,
      wordsOpened: false,
      doubted: false,
      lock: null,
      wishes: [],
      moving: null,
      backup: null,
    };
  }

  #turnMembers(
    id: ConversationId,
    become: (members: readonly Member[]) => readonly Member[],
  ): void {
    this.#members.set(id, become(this.#members.get(id) ?? []));
    this.#refresh(id);
  }

  #turnConversation(id: ConversationId, change: Partial<Conversation>): void {
    this.#conversations = this.#conversations.map((each) =>
      each.id === id ? { ...each, ...change } : each,
    );
    this.#listAnew();
    this.#refresh(id);
  }

  #release(id: ConversationId): void {
    this.#held.delete(id);
    this.#turnConversation(id, { held: null });
  }

  #begin(id: ConversationId, title: string, more: Partial<Conversation>): void {
    this.#conversations = [conversation(id, title, more), ...this.#conversations];
    this.#listAnew();
  }

  async #give<T>(asked: string, value: T, does?: () => void): Promise<Answer<T>> {
    const came = await this.#answer(asked, does);
    return came.done ? { done: true, value } : came;
  }

  async #answer(asked: string, does: () => void = () => undefined): Promise<Outcome> {
    this.asked.push(asked);
    const refusal = this.#refusal;
    await this.#rest;
    if (refusal && asked.startsWith(refusal.beginning)) {
      this.#refusal = null;
      return { done: false, why: refusal.why };
    }
    does();
    return DONE;
  }

  #tell(view: View): void {
    this.#view = view;
    for (const show of this.#watchers) show(view);
  }

  #listAnew(): void {
    if (this.#view.type === "open")
      this.#tell({ ...this.#view, conversations: this.#conversations });
  }

  #add(id: ConversationId, line: Line): void {
    this.#lines.set(id, [...(this.#lines.get(id) ?? []), line]);
    this.#shown += 1;
    this.#refresh(id);
  }

  #turn(id: ConversationId, key: LineKey, state: MessageState): void {
    this.amend(id, key, () => ({ state }));
  }

  #turnReaction(id: ConversationId, key: LineKey, emoji: string, own: boolean): void {
    this.amend(id, key, ({ reactions }) => {
      const found = reactions.find((each) => each.emoji === emoji);
      const turned = { emoji, names: found?.names ?? [], waiting: false, own };
      const others = reactions.map((each) => (each === found ? turned : each));
      const all = found ? others : [...reactions, turned];
      return { reactions: all.filter((each) => each.own || each.names.length > 0) };
    });
  }

  #drop(id: ConversationId, key: LineKey): void {
    const lines = this.#lines.get(id) ?? [];
    this.#lines.set(
      id,
      lines.filter((line) => line.key !== key),
    );
    this.#refresh(id);
  }

  #draft(id: ConversationId): Draft {
    const text = this.#conversations.find((each) => each.id === id)?.draft ?? "";
    return this.#drafts.get(id) ?? { text, answers: null, change: null };
  }

  #quote(id: ConversationId, key: LineKey): Quote | null {
    const line = this.#lines.get(id)?.find((each) => each.key === key);
    if (line?.type !== "message") return null;
    const { sender, state, text, deleted } = line;
    return { key, name: sender.name, own: state !== null, text, deleted };
  }

  #refresh(id: ConversationId): void {
    for (const [show, watched] of this.#watched) if (watched === id) this.#showTo(show);
  }

  #showTo(show: Show): void {
    const id = this.#watched.get(show);
    const conversation = this.#conversations.find((each) => each.id === id);
    if (id === undefined) return;
    if (!conversation) {
      show(null);
      return;
    }
    const all = this.#lines.get(id) ?? [];
    const { answers, change } = this.#draft(id);
    show({
      conversation,
      zone: id === "wei" ? "Asia/Shanghai" : null,
      members: this.#members.get(id) ?? [ANNA],
      lines: all.slice(-this.#shown),
      hasEarlier: all.length > this.#shown,
      lacksEarlier: false,
      unreadFrom: this.#unread.get(id) ?? null,
      answering: answers === null ? null : this.#quote(id, answers),
      change,
      notice: null,
      writable: true,
      standing: "member",
      manages: conversation.kind === "group",
      history:
        conversation.kind === "group"
          ? { key: "trust-newcomers-days", filling: { days: 30 } }
          : null,
      historyDays: conversation.kind === "group" ? 30 : 0,
      encryption: { key: "system-encryption", filling: { id: 61453, suite: "0xF00D" } },
      newcomers: [],
      changed: [],
      ...this.#held.get(id),
    });
  }
}

function long(): readonly Line[] {
  const people = WITH.wei ?? [];
  return Array.from({ length: LONG }, (_, place) => {
    const sender = people[Math.floor(place / 3) % 2] ?? ANNA;
    const words = "Nachricht ".repeat(1 + ((place * 7) % 23));
    return message(sender, NOW - (LONG - place) * 60_000, `${place + 1}: ${words}`);
  });
}
