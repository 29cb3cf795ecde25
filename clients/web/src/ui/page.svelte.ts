/** The state of the page: what the core has told, where one is, and what one has chosen here. */

import { getContext, setContext } from "svelte";

import { doneTo } from "./chat/spoken.ts";
import type {
  Conversation,
  ConversationId,
  Core,
  LineKey,
  Opened,
  Outcome,
  Stop,
  View,
} from "./core.ts";
import { Installing } from "./installing.svelte.ts";
import { Keeping, type Memory } from "./keeping.ts";
import { takeBackNotices } from "./locking/notices.ts";
import { browserOf, type FromService } from "./notifying/browser.ts";
import { Notifying } from "./notifying/notifying.svelte.ts";
import { keepPreferences, type Preferences, type Shelf, withoutPerson } from "./preferences.ts";
import { pathOf, routeOf, type Route } from "./route.ts";
import { languageFor } from "./texts/language.ts";
import { loadTexts, unisolated, type Said, type Texts } from "./texts/texts.ts";
import { localeFor, Times } from "./texts/times.ts";
import { type Held, Typed } from "./typed.ts";

const TOAST_MS = 8_000;
const INVITATION = "/join";
const CONTEXT = Symbol("page");
/** Where the details stand in place of the conversation (`Shell`). */
const COVERED = "(max-width: 59.99em)";

export interface Toast {
  readonly id: number;
  readonly text: Said;
}

/** What the page needs of the browser. */
export interface Surroundings {
  readonly core: Core;
  readonly shelf: Memory | null;
  readonly asked: readonly string[];
}

export class Page {
  readonly core: Core;
  view = $state.raw<View | null>(null);
  route = $state.raw<Route>(routeOf(location.pathname));
  /** The open conversation; "loading" before it is there, null if there is none of this id. */
  opened = $state.raw<Opened | "loading" | null>("loading");
  detailsShown = $state(false);
  preferences: Preferences;
  texts: Texts;
  toasts = $state.raw<readonly Toast[]>([]);
  /** What a screen reader is told, as it happens. */
  spoken = $state("");
  now = $state(Date.now());
  /** Whether one came with an invitation to where somebody is in already. */
  invitedBeside = $state(false);
  /** Whether a new build of the client waits until the person wants it. */
  updateReady = $state(false);
  /** Whether something was offered and answered: one question is enough for one visit. */
  answered = $state(false);
  /** What keeps the things that are being typed; each tells whether they are stored. */
  readonly keepers = new Set<() => Promise<boolean>>();
  readonly notifying: Notifying;
  readonly keeping: Keeping;
  readonly typed: Typed;
  /** The browser has removed what was stored here. */
  evicted = $state(false);
  readonly installing = new Installing(window);
  readonly times = $derived.by(() => new Times(localeFor(this.texts.language, this.#asked)));
  readonly #shelf: Shelf | null;
  readonly #asked: readonly string[];
  /** How many addresses of the client lie before this one. */
  #place = placeOf(history.state);
  #isInvited = false;
  #stop: Stop = () => undefined;
  #toasts = 0;
  #spokenUpTo: LineKey | null = null;

  constructor({ core, shelf, asked }: Surroundings, preferences: Preferences, texts: Texts) {
    this.core = core;
    this.#shelf = shelf;
    this.#asked = asked;
    this.keeping = new Keeping((navigator as Partial<Navigator>).storage, shelf);
    this.typed = new Typed(core);
    this.preferences = $state.raw(preferences);
    this.texts = $state.raw(texts);
    const browser = browserOf(window);
    this.notifying = new Notifying(this, browser);
    core.watch((view) => {
      this.#see(view);
      this.#dropInvitation(view);
      this.notifying.see(view);
      if (view.type === "signed-out" && !view.held) this.#forgetPerson();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.notifying.look();
    });
    browser.listen((told) => {
      this.#hear(told);
    });
    addEventListener("popstate", () => {
      this.#travelled();
    });
    addEventListener("hashchange", () => {
      // Another invitation in the same place: a browser does not load that by itself.
      if (location.pathname === INVITATION) location.reload();
    });
    setInterval(() => (this.now = Date.now()), 30_000);
    this.#arrive(this.route);
  }

  /** Go somewhere, as a link does. */
  go(route: Route): void {
    if (pathOf(route) === location.pathname) return;
    this.#place += 1;
    history.pushState(this.#place, "", pathOf(route));
    this.#arrive(route);
  }

  /** Choose something, and keep it. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const chosen = { ...this.preferences, ...change };
    const language = languageFor(chosen.language, this.#asked);
    if (language !== this.texts.language) {
      const texts = await loadTexts(language).catch(() => null);
      if (texts === null) {
        this.#toast({ key: "web-sheet-not-loaded", filling: {} });
        return;
      }
      this.texts = texts;
      this.notifying.speak(language);
    }
    this.preferences = chosen;
    keepPreferences(this.#shelf, chosen);
  }

  /** What a conversation is called: by its title, or by who is in it. */
  titleOf({ title, names }: Conversation): string {
    return title || names.join(", ") || this.texts.text("tui-untitled");
  }

  /** Wait for what was asked for; say why if it is not done. */
  async ask(outcome: Promise<Outcome>): Promise<boolean> {
    const came = await outcome;
    if (!came.done) this.#toast(came.why);
    return came.done;
  }

  /** Keep what is being typed in a conversation; if that fails, it is said once. */
  async keepTyped(id: ConversationId, typed: Held): Promise<boolean> {
    const knew = this.typed.of(id) !== null;
    const came = await this.typed.keep(id, typed);
    if (!came.done && !knew) this.#toast(came.why);
    return came.done;
  }

  /** Keep everything that is being typed; tell whether all of it is. */
  async settle(): Promise<boolean> {
    const kept = await Promise.all([...this.keepers].map((keep) => keep()));
    return kept.every((each) => each) && this.typed.isKept;
  }

  /** Load the page anew; what is being typed is kept first, as far as it can be. */
  async loadAnew(): Promise<void> {
    await this.settle();
    location.reload();
  }

  /** End this device and erase what it holds; `unasked` without reaching the server. */
  async signOut(unasked: boolean): Promise<Outcome> {
    const remember = this.keeping.leave();
    const came = await this.core.signOut(unasked);
    if (!came.done) remember();
    return came;
  }

  /** Lock now; not, if something that is being typed would be lost: then it is said why. */
  async lock(): Promise<void> {
    if (await this.settle()) await this.ask(this.core.lock());
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  /** The service worker speaks: a notice was pressed, or the browser has another address. */
  #hear(told: FromService): void {
    if (told.type === "go") this.go(routeOf(told.path));
    else void this.notifying.subscribe();
  }

  #toast(text: Said): void {
    this.#toasts += 1;
    const id = this.#toasts;
    this.toasts = [...this.toasts.slice(-2), { id, text }];
    setTimeout(() => {
      this.dismiss(id);
    }, TOAST_MS);
  }

  #see(view: View): void {
    const was = this.view;
    if (view.type === "locking" && was?.type !== "locking")
      void this.settle().then(() => this.core.settled());
    this.evicted = this.keeping.see(view);
    this.view = view;
    if (isShut(view) && !isShut(was)) this.#forget();
    else if (!isShut(view) && isShut(was)) this.#arrive(this.route);
  }

  /** The link of an invitation stays in the address for as long as it is of use: it is a secret. */
  #dropInvitation({ type }: View): void {
    if (location.pathname !== INVITATION) return;
    if (type === "invited" || type === "not-invited") {
      this.#isInvited = true;
      return;
    }
    if (!this.#isInvited) this.invitedBeside = true;
    history.replaceState(null, "", "/");
  }

  /** What somebody answered here is not the answer of who comes next. */
  #forgetPerson(): void {
    this.invitedBeside = false;
    this.preferences = withoutPerson(this.preferences);
    keepPreferences(this.#shelf, this.preferences);
  }

  /** Hold nothing any more that somebody wrote. */
  #forget(): void {
    this.#arrive(this.route);
    this.spoken = "";
    this.toasts = [];
    void takeBackNotices((navigator as Partial<Navigator>).serviceWorker);
  }

  /** Go where the browser went; who goes back leaves first what stands above the page. */
  #travelled(): void {
    const route = routeOf(location.pathname);
    const place = placeOf(history.state);
    if (pathOf(route) === pathOf(this.route)) {
      this.#place = place;
    } else if (place < this.#place && this.#leaveAbove()) {
      history.go(this.#place - place);
    } else {
      this.#place = place;
      this.#arrive(route);
    }
  }

  /** Close what stands above the page, or the details where they cover it; tell whether any did. */
  #leaveAbove(): boolean {
    if (document.querySelector('[role="dialog"]')) {
      document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      return true;
    }
    if (!this.detailsShown || !matchMedia(COVERED).matches) return false;
    this.detailsShown = false;
    return true;
  }

  #arrive(route: Route): void {
    this.route = route;
    this.detailsShown = false;
    this.#stop();
    this.#stop = () => undefined;
    this.opened = "loading";
    this.#spokenUpTo = null;
    if (route.page !== "conversation" || isShut(this.view)) return;
    this.#stop = this.core.watchConversation(route.id, (opened) => {
      this.#speak(opened);
      this.opened = opened;
    });
  }

  /** Speak what others write while one looks on; not what was there before. */
  #speak(opened: Opened | null): void {
    if (opened !== null && this.opened !== null && this.opened !== "loading") {
      const done = doneTo(this.texts, this.opened.lines, opened.lines);
      if (done !== "") this.spoken = done;
    }
    const last = opened?.lines.at(-1);
    const known = this.#spokenUpTo;
    this.#spokenUpTo = last?.key ?? null;
    if (!last || known === null || known === last.key) return;
    if (last.type === "event") this.spoken = unisolated(this.texts.said(last.text));
    else if (last.state === null) this.spoken = `${last.sender.name}: ${last.text}`;
  }
}

/** What `go` has noted of an address in the history of the browser. */
function placeOf(state: unknown): number {
  return typeof state === "number" ? state : 0;
}

function isShut(view: View | null): boolean {
  return view?.type === "locking" || view?.type === "locked";
}

export function providePage(page: Page): void {
  setContext(CONTEXT, page);
}

export function usePage(): Page {
  return getContext<Page>(CONTEXT);
}
