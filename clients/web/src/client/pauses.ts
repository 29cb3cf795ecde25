/** Waits between two looks, until nobody waits any more. */

import { BrokenOffError } from "./attempt.ts";
import type { Handle, Platform } from "./platform.ts";

export class Pauses {
  readonly #platform: Platform;
  readonly #waiting = new Map<Handle, (error: BrokenOffError) => void>();
  #over = false;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Nobody waits any more. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Wait so many seconds.
   *
   * @throws BrokenOffError - Nobody waits any more.
   */
  pause(seconds: number): Promise<void> {
    if (this.#over) return Promise.reject(new BrokenOffError("nobody waits any more"));
    return new Promise((done, brokenOff) => {
      const handle = this.#platform.after(seconds, () => {
        this.#waiting.delete(handle);
        done();
      });
      this.#waiting.set(handle, brokenOff);
    });
  }

  /** Wake everybody who waits: there is nothing to wait for any more. */
  end(): void {
    this.#over = true;
    for (const [handle, brokenOff] of this.#waiting) {
      this.#platform.cancel(handle);
      brokenOff(new BrokenOffError("nobody waits any more"));
    }
    this.#waiting.clear();
  }
}
