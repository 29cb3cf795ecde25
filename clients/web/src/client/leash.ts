/**
 * A leash on what the core of a tab may do: once it is cut, because another tab has the account
 * now, nothing that was begun here asks the server, opens a store, or is reminded of anything.
 */

import { NotStoredError } from "../store/errors.ts";
import type { OwnStore } from "./account.ts";
import type { Handle, Platform } from "./platform.ts";

export class Leash {
  readonly platform: Platform;
  readonly #timers = new Set<Handle>();
  readonly #free: Platform;
  #isCut = false;

  constructor(free: Platform) {
    this.#free = free;
    this.platform = {
      fetch: (url, request) =>
        this.#isCut ? Promise.reject(new TypeError("cut off")) : free.fetch(url, request),
      abort: () => free.abort(),
      socket: (url, protocols) => {
        if (this.#isCut) throw new NotStoredError(true);
        return free.socket(url, protocols);
      },
      after: (seconds, call) => this.#after(seconds, call),
      cancel: (handle) => {
        this.#timers.delete(handle);
        free.cancel(handle);
      },
    };
  }

  /** Cut it; there is no way back. */
  cut(): void {
    this.#isCut = true;
    for (const each of this.#timers) this.#free.cancel(each);
    this.#timers.clear();
  }

  /**
   * Open a store, unless it is cut, before or meanwhile.
   *
   * @throws NotStoredError - It is cut.
   */
  async opening<Opened extends OwnStore>(open: () => Promise<Opened>): Promise<Opened> {
    this.check();
    const store = await open();
    if (this.#isCut) await store.close();
    this.check();
    return store;
  }

  /**
   * Do not go on where it is cut.
   *
   * @throws NotStoredError - It is.
   */
  check(): void {
    if (this.#isCut) throw new NotStoredError(true);
  }

  #after(seconds: number, call: () => void): Handle {
    if (this.#isCut) return null;
    const handle: Handle = this.#free.after(seconds, () => {
      this.#timers.delete(handle);
      call();
    });
    this.#timers.add(handle);
    return handle;
  }
}
