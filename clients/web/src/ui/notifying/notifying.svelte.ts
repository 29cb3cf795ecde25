/**
 * Telling somebody who does not look that something has come: what they want of it on this device,
 * what the browser allows, and whether the server calls it while it is closed.
 *
 * Nobody is asked by the browser before they have pressed a button that says what for; whoever said
 * no is not offered it again. When something is not to be told, `#mayTell` is the place to say so.
 */

import type { Conversation, Core, View } from "../core.ts";
import type { Preferences } from "../preferences.ts";
import type { Texts } from "../texts/texts.ts";
import type { Browser, Standing } from "./browser.ts";

/** Whether the server calls this device while it is closed: not known yet, it calls none, yes, no. */
export type Waking = "asking" | "none" | "awake" | "failed";

/** What of the page is used. */
export interface Place {
  readonly core: Core;
  readonly preferences: Preferences;
  readonly texts: Texts;
  prefer(change: Partial<Preferences>): Promise<void>;
}

export class Notifying {
  standing = $state.raw<Standing>("unsupported");
  waking = $state.raw<Waking>("asking");
  /** Whether it is offered just now. */
  isOffered = $state(false);
  /** Whether the server calls no device that is closed: whoever is asked is to know that. */
  isOnlyOpen = $state(false);
  readonly #place: Place;
  readonly #browser: Browser;
  /** When the last line of each conversation was; null before the first view. */
  #seen: ReadonlyMap<string, number> | null = null;
  #isIn = false;

  constructor(place: Place, browser: Browser) {
    this.#place = place;
    this.#browser = browser;
    this.standing = browser.standing();
  }

  get isOn(): boolean {
    return this.standing === "allowed" && this.#place.preferences.notify === "on";
  }

  /** Things stand like this now. */
  see(view: View): void {
    const isIn = view.type === "open";
    if (isIn && !this.#isIn) void this.#arrive();
    if (view.type === "signed-out" && !view.held) this.#leave();
    this.#isIn = isIn;
    if (!isIn || view.conversations === null) {
      this.#seen = null;
      return;
    }
    this.#browser.badge(view.conversations.filter((each) => each.unread > 0).length);
    this.#tellOf(view.conversations);
  }

  /** The page can be seen again. */
  look(): void {
    this.standing = this.#browser.standing();
    void this.#browser.clear();
  }

  /** The language of the page has changed. */
  speak(language: string): void {
    this.#browser.tell({ type: "language", language });
  }

  /** Something has been sent: a good time to offer it, once. */
  offer(): void {
    const isNew = this.#place.preferences.notify === "unasked";
    if (isNew && ["askable", "allowed"].includes(this.standing)) void this.#offer();
  }

  async #offer(): Promise<void> {
    const key = await this.#place.core.pushKey();
    this.isOnlyOpen = key.done && key.value === "";
    this.isOffered = true;
  }

  async decline(): Promise<void> {
    this.isOffered = false;
    await this.#place.prefer({ notify: "declined" });
  }

  /** The person wants it, and has pressed for it. */
  async turnOn(): Promise<void> {
    this.isOffered = false;
    this.standing = await this.#browser.ask();
    const isAllowed = this.standing === "allowed";
    await this.#place.prefer({ notify: isAllowed ? "on" : "declined" });
    if (isAllowed) await this.subscribe();
  }

  async turnOff(): Promise<void> {
    await this.#place.prefer({ notify: "off" });
    await this.#browser.unsubscribe();
    await this.#place.core.unsubscribePush();
    this.waking = "asking";
  }

  /** Let the server know where this device is called, as it is now. */
  async subscribe(): Promise<void> {
    if (!this.isOn) return;
    const key = await this.#place.core.pushKey();
    if (key.done && key.value === "") {
      this.waking = "none";
      return;
    }
    const endpoint = key.done ? await this.#browser.subscribe(key.value) : null;
    const told = endpoint === null ? null : await this.#place.core.subscribePush(endpoint);
    this.waking = told?.done === true ? "awake" : "failed";
  }

  async #arrive(): Promise<void> {
    this.speak(this.#place.texts.language);
    if (document.visibilityState === "visible") void this.#browser.clear();
    await this.subscribe();
  }

  #leave(): void {
    this.#browser.badge(0);
    if (this.isOn) void this.#browser.unsubscribe();
  }

  /** Tell of what others have written since the last view. */
  #tellOf(conversations: readonly Conversation[]): void {
    const before = this.#seen;
    this.#seen = new Map(conversations.map(({ id, last }) => [id, last?.at ?? 0]));
    if (before === null || !this.#mayTell()) return;
    const [newest] = conversations
      .filter(({ last, unread }) => last !== null && last.sender !== null && unread > 0)
      .filter(({ id, last }) => (last?.at ?? 0) > (before.get(id) ?? 0))
      .sort((one, other) => (other.last?.at ?? 0) - (one.last?.at ?? 0));
    if (newest === undefined) return;
    const { id, last } = newest;
    const title = this.#titleOf(last?.sender ?? "");
    this.#browser.tell({ type: "notice", title, path: `/c/${id}`, key: `${id} ${last?.at ?? 0}` });
  }

  #mayTell(): boolean {
    return this.isOn && document.visibilityState === "hidden";
  }

  #titleOf(name: string): string {
    const { preferences, texts } = this.#place;
    if (preferences.notice === "plain" || name === "") return texts.label("web-push-new");
    return texts.label("web-notice-from", { name });
  }
}
