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

/** How long nobody need answer until the page says so. */
export const SILENCE_SECONDS = 8;
/** How often a tab asks whether there is still somebody. */
export const LOOK_SECONDS = 20;

/** What is said in the hall. */
type Told =
  /** A tab is there, and wants to be answered. */
  | { readonly type: "hello"; readonly tab: string }
  /** The tab is served, on the channel of these two. */
  | { readonly type: "welcome"; readonly tab: string; readonly owner: string }
  /** Somebody has the account open now. */
  | { readonly type: "here" };

/** What tabs need of the browser. */
export interface Company {
  readonly storage: Pick<Storage, "locks" | "channel">;
  readonly timers: Pick<Platform, "after" | "cancel">;
  /** The account's name here. */
  readonly name: string;
  /** Which build this is: another one may speak in other words. */
  readonly build: string;
  /** Return another name each time. */
  readonly fresh: () => string;
  /** Make the core: this tab has the account open from now on. */
  readonly open: () => Served;
}

/** One of the tabs. */
export class Tab {
  readonly #company: Company;
  readonly #relay: Relay;
  readonly #id: string;
  readonly #hall: Channel;
  readonly #guests = new Set<string>();
  #core: Served | null = null;
  /** Who has the account open. */
  #owner = "";
  #line: Channel | null = null;
  /** Runs until somebody must have answered, or until it is time to ask again. */
  #timer: Handle = null;

  constructor(company: Company, relay: Relay) {
    this.#company = company;
    this.#relay = relay;
    this.#id = company.fresh();
    this.#hall = company.storage.channel(`${company.name}/tabs ${company.build}`);
    this.#hall.onmessage = ({ data }) => {
      this.#hear(data as Told);
    };
  }

  /** Come in: have the account open as soon as nobody else has, and until then speak with them. */
  enter(): void {
    const { locks } = this.#company.storage;
    const forever = new Promise<void>(() => undefined);
    void locks.request(this.#lockOf(this.#id), { ifAvailable: false }, () => {
      void locks.request(`${this.#company.name}/owner`, { ifAvailable: false }, () => {
        this.#own();
        return forever;
      });
      this.#ask();
      return forever;
    });
  }

  #own(): void {
    const [mine, its] = line();
    this.#quiet();
    this.#line?.close();
    this.#owner = this.#company.fresh();
    this.#core = this.#company.open();
    serve(its, this.#core);
    this.#relay.attach(mine);
    this.#tell({ type: "here" });
  }

  #hear(told: Told): void {
    if (this.#core !== null) {
      if (told.type === "hello") this.#serve(this.#core, told.tab);
    } else if (told.type === "here") this.#ask();
    else if (told.type === "welcome" && told.tab === this.#id) this.#speakWith(told.owner);
  }

  /** Ask whoever has it open, now and then again: a browser may have put that tab to sleep. */
  #ask(): void {
    this.#quiet();
    this.#timer = this.#company.timers.after(SILENCE_SECONDS, () => {
      this.#relay.fallSilent();
      this.#ask();
    });
    this.#tell({ type: "hello", tab: this.#id });
  }

  #speakWith(owner: string): void {
    this.#quiet();
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

  #quiet(): void {
    this.#company.timers.cancel(this.#timer);
  }

  /** Serve another tab until that is gone. */
  #serve(core: Served, tab: string): void {
    if (!this.#guests.has(tab)) {
      this.#guests.add(tab);
      const channel = this.#company.storage.channel(this.#between(this.#owner, tab));
      const stop = serve(portOf(channel), core);
      this.#whenGone(tab, () => {
        stop();
        channel.close();
        this.#guests.delete(tab);
      });
    }
    this.#tell({ type: "welcome", tab, owner: this.#owner });
  }

  #whenGone(tab: string, then: Stop): void {
    void this.#company.storage.locks.request(this.#lockOf(tab), { ifAvailable: false }, () => {
      then();
      return Promise.resolve();
    });
  }

  #tell(told: Told): void {
    this.#hall.postMessage(told);
  }

  #lockOf(tab: string): string {
    return `${this.#company.name}/tab ${tab}`;
  }

  #between(owner: string, tab: string): string {
    return `${this.#company.name}/${owner} ${tab}`;
  }
}

function portOf(channel: Channel): Port {
  return {
    post: (message) => {
      channel.postMessage(message);
    },
    listen: (hear) => {
      channel.onmessage = ({ data }) => {
        hear(data);
      };
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
