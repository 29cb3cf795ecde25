/**
 * The tabs of one browser: one of their workers has the account open, the others speak with that.
 *
 * Who is it is a Web Lock, which the browser hands on when its holder dies. They meet in a hall, a
 * channel of all tabs that run the same build, and speak on a channel of two. A tab holds a lock of
 * its own for as long as it lives: that is how it is known that it has gone.
 */

import type { Stop } from "../bridge/core.ts";
import type { Port } from "../bridge/messages.ts";
import type { Channel, Platform as Storage } from "../store/platform.ts";
import type { Handle, Platform } from "./platform.ts";
import type { Relay } from "./relay.ts";
import { type Served, serve } from "./serving.ts";

/** How often a tab asks whether there is somebody, as long as nobody answers. */
export const ASK_SECONDS = 2;
/** After how long without an answer it takes the account over, or says that it cannot. */
export const SILENCE_SECONDS = 8;
/** How often it asks whether there is still somebody. */
export const LOOK_SECONDS = 20;
/** How long nobody else takes over, when one has begun to. */
const TAKING_SECONDS = 5;
/** What is said at the door, to whichever build. */
const ANYBODY = "anybody";
const SOMEBODY = "somebody";

/** What is said in the hall. */
type Told =
  /** A tab is there, and wants to be answered. */
  | { readonly type: "hello"; readonly tab: string }
  /** The tab is served, on the channel of these two. */
  | { readonly type: "welcome"; readonly tab: string; readonly owner: string }
  /** Somebody has the account open now. */
  | { readonly type: "here" };

/** A core, and what ends it when another tab has taken the account. */
export interface Owned {
  readonly core: Served;
  /** Nothing of it asks the server, or writes, from now on. */
  abandon(): void;
}

/** What tabs need of the browser. */
export interface Company {
  readonly storage: Pick<Storage, "locks" | "channel">;
  readonly timers: Pick<Platform, "after" | "cancel">;
  /** Milliseconds that pass while the machine sleeps, too. */
  readonly now: () => number;
  /** The account's name here. */
  readonly name: string;
  /** Which build this is: another one may speak in other words. */
  readonly build: string;
  /** Return another name each time. */
  readonly fresh: () => string;
  /** Make the core: this tab has the account open from now on; `steal`: another one sleeps on it. */
  readonly open: (steal: boolean) => Owned;
}

/** One of the tabs. */
export class Tab {
  readonly #company: Company;
  readonly #relay: Relay;
  readonly #id: string;
  readonly #hall: Channel;
  /** Where tabs of every build hear whether there is somebody. */
  readonly #door: Channel;
  readonly #guests = new Map<string, Stop>();
  #mine: Owned | null = null;
  /** Who has the account open. */
  #owner = "";
  #line: Channel | null = null;
  /** Runs until somebody must have answered, or until it is time to ask again. */
  #timer: Handle = null;
  /** How often nobody has answered. */
  #missed = 0;
  /** Somebody has it open, of another build. */
  #isStrange = false;
  #answered = 0;
  #isQueued = false;
  #release: Stop = () => undefined;

  constructor(company: Company, relay: Relay) {
    this.#company = company;
    this.#relay = relay;
    this.#id = company.fresh();
    this.#hall = company.storage.channel(`${company.name}/tabs ${company.build}`);
    this.#hall.onmessage = ({ data }) => {
      this.#hear(data as Told);
    };
    this.#door = company.storage.channel(`${company.name}/door`);
    this.#door.onmessage = ({ data }) => {
      if (data === SOMEBODY) this.#isStrange = true;
      else if (this.#mine !== null) this.#door.postMessage(SOMEBODY);
    };
  }

  /** Come in: have the account open as soon as nobody else has, and until then speak with them. */
  enter(): void {
    void this.#hold(this.#lockOf(this.#id), () => {
      this.#queue();
      this.#ask();
      return forever();
    });
  }

  /** The page asks for something: whoever has not been heard for a while is asked whether they are. */
  asked(): void {
    if (this.#mine !== null || this.#owner === "" || this.#missed > 0) return;
    if (this.#company.now() - this.#answered > ASK_SECONDS * 1000) this.#ask();
  }

  // --- having it open -------------------------------------------------------------------

  /** Wait until nobody else has it. */
  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.#keep({ ifAvailable: false }, () => (this.#isQueued = false));
  }

  /** Hold the lock of the owner, until it is taken away. */
  #keep(how: Parameters<Storage["locks"]["request"]>[1], got: () => void = () => undefined): void {
    const { locks } = this.#company.storage;
    const steal = "steal" in how;
    locks
      .request(this.#ownerLock, how, () => {
        got();
        if (this.#mine === null) this.#own(steal);
        return new Promise((release) => (this.#release = release));
      })
      .catch(() => {
        this.#lose();
      });
  }

  #own(steal: boolean): void {
    const [mine, its] = line();
    this.#quiet();
    this.#line?.close();
    this.#owner = this.#company.fresh();
    const owned = this.#company.open(steal);
    this.#mine = owned;
    const over = new Promise<void>((end) => {
      this.#guests.set("", () => {
        owned.abandon();
        end();
      });
    });
    // Its store tells its owners apart: from a tab of which that is not known, nobody takes it.
    void this.#hold(`${this.#company.name}/fenced ${this.#owner}`, () => over);
    serve(its, owned.core);
    this.#relay.attach(mine);
    this.#tell({ type: "here" });
  }

  /** Another tab has taken it, because this one slept. */
  #lose(): void {
    if (this.#mine === null) return;
    this.#mine = null;
    this.#relay.detach();
    for (const stop of this.#guests.values()) stop();
    this.#guests.clear();
    this.#owner = "";
    this.#release();
    this.#queue();
    this.#ask();
  }

  // --- being a guest --------------------------------------------------------------------

  #hear(told: Told): void {
    if (this.#mine !== null) {
      if (told.type === "hello") this.#serve(this.#mine.core, told.tab);
    } else if (told.type === "here") this.#ask();
    else if (told.type === "welcome" && told.tab === this.#id) this.#speakWith(told.owner);
  }

  /** Ask whoever has it open, now and then again: a browser may have put that tab to sleep. */
  #ask(): void {
    this.#missed = 0;
    this.#isStrange = false;
    this.#call();
  }

  #call(): void {
    this.#quiet();
    const asked = this.#company.now();
    this.#timer = this.#company.timers.after(ASK_SECONDS, () => {
      const slept = this.#company.now() - asked > 2 * ASK_SECONDS * 1000;
      this.#missed = slept ? 0 : this.#missed + 1; // who slept has heard nobody either
      if (this.#missed * ASK_SECONDS < SILENCE_SECONDS) this.#call();
      else void this.#miss();
    });
    this.#tell({ type: "hello", tab: this.#id });
    this.#door.postMessage(ANYBODY);
  }

  /** Nobody has answered: take it over, or say that somebody has it who does not answer. */
  async #miss(): Promise<void> {
    const { locks } = this.#company.storage;
    const missed = this.#answered;
    const isSafe = !this.#isStrange && (await this.#isFenced());
    const isTaking =
      isSafe &&
      (await new Promise<boolean>((taking) => {
        void locks.request(`${this.#company.name}/taking`, { ifAvailable: true }, (lock) => {
          taking(lock !== null);
          return lock === null ? Promise.resolve() : this.#pause(TAKING_SECONDS);
        });
      }));
    if (this.#mine !== null || this.#answered !== missed) return;
    if (isTaking) {
      this.#keep({ steal: true });
      return;
    }
    if (!isSafe) this.#relay.fallSilent();
    this.#ask();
  }

  /** Whether whoever has it open can be kept from writing when they wake. */
  async #isFenced(): Promise<boolean> {
    const { held = [] } = await this.#company.storage.locks.query();
    const owner = held.find(({ name }) => name === this.#ownerLock)?.clientId;
    const fenced = `${this.#company.name}/fenced `;
    return held.some(({ name, clientId }) => name?.startsWith(fenced) && clientId === owner);
  }

  #speakWith(owner: string): void {
    this.#quiet();
    this.#missed = 0;
    this.#answered = this.#company.now();
    this.#timer = this.#company.timers.after(LOOK_SECONDS, () => {
      this.#ask();
    });
    if (this.#owner === owner) {
      this.#relay.speakAgain();
      return;
    }
    this.#line?.close();
    this.#owner = owner;
    this.#line = this.#company.storage.channel(this.#between(owner, this.#id));
    this.#relay.attach(portOf(this.#line));
  }

  // --- serving guests -------------------------------------------------------------------

  /** Serve another tab until that is gone. */
  #serve(core: Served, tab: string): void {
    const owner = this.#owner;
    if (!this.#guests.has(tab)) {
      const channel = this.#company.storage.channel(this.#between(owner, tab));
      const port = portOf(channel);
      const stop = serve(port, core);
      const end = (): void => {
        stop();
        port.close();
      };
      this.#guests.set(tab, end);
      this.#whenGone(tab, () => {
        if (this.#guests.get(tab) === end) this.#guests.delete(tab);
        end();
      });
    }
    this.#tell({ type: "welcome", tab, owner });
  }

  #whenGone(tab: string, then: Stop): void {
    void this.#hold(this.#lockOf(tab), () => {
      then();
      return Promise.resolve();
    });
  }

  // --- inside ---------------------------------------------------------------------------

  #quiet(): void {
    this.#company.timers.cancel(this.#timer);
  }

  #hold(name: string, held: () => Promise<void>): Promise<void> {
    return this.#company.storage.locks.request(name, { ifAvailable: false }, held);
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((done) => {
      this.#company.timers.after(seconds, done);
    });
  }

  #tell(told: Told): void {
    this.#hall.postMessage(told);
  }

  get #ownerLock(): string {
    return `${this.#company.name}/owner`;
  }

  #lockOf(tab: string): string {
    return `${this.#company.name}/tab ${tab}`;
  }

  #between(owner: string, tab: string): string {
    return `${this.#company.name}/${owner} ${tab}`;
  }
}

function forever(): Promise<void> {
  return new Promise(() => undefined);
}

/** The end of a channel; what is still said when it is closed, nobody hears. */
function portOf(channel: Channel): Port & { close(): void } {
  let isClosed = false;
  return {
    post: (message) => {
      if (!isClosed) channel.postMessage(message);
    },
    listen: (hear) => {
      channel.onmessage = ({ data }) => {
        hear(data);
      };
    },
    close: () => {
      isClosed = true;
      channel.close();
    },
  };
}

/** Two ends of a line within this worker. */
function line(): readonly [Port, Port] {
  const hearers: [Hear, Hear] = [() => undefined, () => undefined];
  const end = (own: 0 | 1, other: 0 | 1): Port => ({
    post: (message) => {
      hearers[other](message);
    },
    listen: (hear) => {
      hearers[own] = hear;
    },
  });
  return [end(0, 1), end(1, 0)];
}

type Hear = (message: unknown) => void;
