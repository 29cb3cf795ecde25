/**
 * What a page watches and asks, given on to whoever has the account open: this worker, or that of
 * another tab. When that changes, it is watched and asked anew, and the page notices nothing; only
 * what must not be done twice, and may have been done already, is answered with that.
 */

import { changeOf, isElsewhere } from "../bridge/changed.ts";
import type { Opened, Outcome, TrustPart, View } from "../bridge/core.ts";
import type { AskedName, FromCore, FromPage, Port } from "../bridge/messages.ts";
import { said } from "./showing.ts";

/** What may be done twice: the second time it changes nothing, or it only looks. */
const AGAIN: Readonly<Partial<Record<AskedName, true>>> = {
  earlier: true,
  reach: true,
  send: true,
  edit: true,
  versions: true,
  react: true,
  takeBack: true,
  deleteHere: true,
  keepDraft: true,
  markRead: true,
  newDirect: true,
  addMembers: true,
  removeMember: true,
  setAdmin: true,
  rename: true,
  acceptMembers: true,
  findPeople: true,
  safetyNumber: true,
  markVerified: true,
  keepKey: true,
  devices: true,
  lock: true,
  settled: true,
  setLockMinutes: true,
  used: true,
  pushKey: true,
  subscribePush: true,
  unsubscribePush: true,
  backup: true,
  backUp: true,
  restoreBackup: true,
  forgetBackup: true,
};
/** What only looks, of trust and recovery. */
const READ: Readonly<Partial<Record<keyof TrustPart, true>>> = {
  custody: true,
  openedWords: true,
  deviceList: true,
  deviceProof: true,
  evidence: true,
  compareNumber: true,
};
const UNKNOWN: Outcome = { done: false, why: said("web-error-tab-closed") };
const ELSEWHERE: View = { type: "elsewhere" };

type Watch = Extract<FromPage, { type: "watch" }>;
type Ask = Extract<FromPage, { type: "ask" }>;

interface Watching {
  readonly watch: Watch;
  /** What was shown last; undefined if nothing was yet. */
  shown: View | Opened | null | undefined;
  /** What the page has of it, if it is a conversation. */
  given: Opened | null;
}

interface Asking {
  readonly ask: Ask;
  /** Whether somebody was asked: it may have been done. */
  isAsked: boolean;
}

export class Relay {
  readonly #page: Port;
  readonly #watching = new Map<number, Watching>();
  readonly #asking = new Map<number, Asking>();
  #link: string | null = null;
  #core: Port | null = null;
  #isSilent = false;
  readonly #asked: () => void;

  /**
   * @param started - Told when the page has said where it is.
   * @param asked - Told each time when the page asks for something.
   */
  constructor(page: Port, started: () => void, asked: () => void = () => undefined) {
    this.#page = page;
    this.#asked = asked;
    page.listen(
      (message) => {
        this.#fromPage(message as FromPage, started);
      },
      () => undefined,
    );
  }

  /** Whoever is at the other end has the account open from now on. */
  attach(core: Port): void {
    this.#core = core;
    this.#isSilent = false;
    core.listen(
      (message) => {
        if (this.#core === core) this.#fromCore(message as FromCore);
      },
      () => undefined,
    );
    if (this.#link !== null) core.post({ type: "start", link: this.#link });
    for (const { watch } of this.#watching.values()) core.post(watch);
    for (const each of [...this.#asking.values()]) this.#askAnew(each, core);
  }

  /** Whoever had it open has it no more: what is asked from now on waits for the next. */
  detach(): void {
    this.#core = null;
  }

  /** Nobody has it open that would answer. */
  fallSilent(): void {
    this.#isSilent = true;
    for (const { watch } of this.#watching.values()) {
      if (watch.conversation === null) this.#show(watch.id, ELSEWHERE);
    }
  }

  /** Whoever has it open answers again. */
  speakAgain(): void {
    if (!this.#isSilent) return;
    this.#isSilent = false;
    for (const { watch, shown } of this.#watching.values()) {
      if (shown !== undefined) this.#show(watch.id, shown);
    }
  }

  #fromPage(message: FromPage, started: () => void): void {
    switch (message.type) {
      case "start":
        this.#link = message.link;
        started();
        return;
      case "watch":
        this.#watching.set(message.id, { watch: message, shown: undefined, given: null });
        if (this.#isSilent && message.conversation === null) this.#show(message.id, ELSEWHERE);
        this.#core?.post(message);
        return;
      case "stop":
        this.#watching.delete(message.id);
        this.#core?.post(message);
        return;
      case "ask":
        this.#asking.set(message.id, { ask: message, isAsked: this.#core !== null });
        this.#core?.post(message);
        this.#asked();
    }
  }

  #fromCore(message: FromCore): void {
    if (message.type === "answered") {
      if (this.#asking.delete(message.id)) this.#page.post(message);
      return;
    }
    const watching = this.#watching.get(message.id);
    if (watching === undefined) return;
    if (message.type !== "shown") return;
    watching.shown = message.value;
    if (!this.#isSilent) this.#show(message.id, message.value);
  }

  #askAnew(asking: Asking, core: Port): void {
    const { id, part, name } = asking.ask;
    const again: Readonly<Record<string, true>> = part === null ? AGAIN : READ;
    if (asking.isAsked && again[name] !== true) {
      this.#asking.delete(id);
      this.#page.post({ type: "answered", id, value: UNKNOWN });
      return;
    }
    asking.isAsked = true;
    core.post(asking.ask);
  }

  /** Of a conversation that the page shows already, it is given what is another. */
  #show(id: number, value: View | Opened | null): void {
    const watching = this.#watching.get(id);
    const given = watching?.given ?? null;
    const opened = value !== null && "lines" in value ? value : null;
    if (value !== null && isElsewhere(value)) {
      for (const each of this.#watching.values()) each.given = null;
    }
    if (watching !== undefined) watching.given = opened;
    if (opened === null || given === null) this.#page.post({ type: "shown", id, value });
    else this.#page.post({ type: "changed", id, value: changeOf(given, opened) });
  }
}
