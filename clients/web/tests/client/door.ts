/** A browser before the door of a company: what it keeps outlives its page. */

import { Entrance, type House, type Outside, type Place } from "../../src/client/entrance.ts";
import type { Store } from "../../src/engine/store.ts";
import { NotStoredError } from "../../src/store/index.ts";
import type { NoteName, Notes } from "../../src/store/notes.ts";
import { CRYPTO } from "../support/suite.ts";
import { MemoryFolder } from "../support/memory_folder.ts";
import { FakeClock, MemoryStore } from "../support/memory_store.ts";
import { ADDRESS, type Company } from "./company.ts";
import { FakePlatform } from "./edge.ts";

/** Notes that lie in memory. */
export class MemoryNotes implements Notes {
  readonly kept = new Map<NoteName, unknown>();

  read(name: NoteName): Promise<unknown> {
    return Promise.resolve(this.kept.get(name));
  }

  keep(name: NoteName, value: unknown): Promise<void> {
    this.kept.set(name, structuredClone(value));
    return Promise.resolve();
  }

  forget(name: NoteName): Promise<void> {
    this.kept.delete(name);
    return Promise.resolve();
  }
}

/** A store that nobody locks. */
const UNLOCKED = {
  door: () => Promise.resolve({ type: "browser" } as const),
  prove: () => Promise.resolve(),
  setDoor: () => Promise.resolve(),
  setMinutes: () => Promise.resolve(),
};

/** A browser; `load` opens the page anew. */
export class Browser {
  readonly company: Company;
  readonly notes = new MemoryNotes();
  readonly platform = new FakePlatform();
  /** The account that is stored here. */
  store: MemoryStore | null = null;
  /** Where one stands; "in" once the account is open. */
  outside: Outside | "in" = null;
  /** What is left of an account that nothing opens any more. */
  ruins = false;
  /** Nothing can be stored. */
  full = false;
  /** The words that custodians have opened for who has come in. */
  opened: readonly string[] = [];

  constructor(company: Company) {
    this.company = company;
    this.platform.answering = company.answer;
  }

  get place(): Place {
    const clock = new FakeClock();
    clock.seconds = this.company.now;
    return {
      address: ADDRESS,
      deviceName: "Browser",
      clock,
      crypto: CRYPTO,
      platform: this.platform,
      notes: this.notes,
      folder: new MemoryFolder(),
      shelf: {
        exists: () => Promise.resolve(this.ruins || this.store !== null),
        open: () => {
          if (this.full) return Promise.reject(new NotStoredError(true));
          const made = new MemoryStore();
          this.store = made;
          return Promise.resolve(
            Object.assign(made, {
              close: () => Promise.resolve(),
              wipe: () => {
                this.store = null;
                return Promise.resolve();
              },
              ...UNLOCKED,
            }),
          );
        },
        erase: () => Promise.resolve(),
        door: () => Promise.resolve(null),
        tries: () => Promise.resolve({ wrong: 0, at: 0 }),
        keepTries: () => Promise.resolve(),
        stretch: () => Promise.reject(new Error("nobody has a lock here")),
      },
    };
  }

  /** Load the page, and stand before the door. */
  async load(link = ADDRESS): Promise<Entrance> {
    const outside = (): Outside => (this.outside === "in" ? null : this.outside);
    const house: House = {
      get outside() {
        return outside();
      },
      store: null as Store | null,
      stand: (where) => {
        this.outside = where;
      },
      open: () => {
        this.outside = "in";
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
      opened: (words) => {
        this.opened = words;
      },
      entered: () => Promise.resolve(),
    };
    const entrance = new Entrance(this.place, house);
    await entrance.arrive(link);
    return entrance;
  }
}
