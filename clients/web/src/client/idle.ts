/**
 * Idle: notices that nobody has used the client for a while.
 *
 * By two clocks: that of the day goes on while a laptop sleeps, that of the machine is moved by
 * nobody. A timer alone would not do: it rests with the laptop.
 */

import type { Clock } from "../clock.ts";
import type { Handle, Platform } from "./platform.ts";

/** How often it is looked, at least. */
const LOOK_SECONDS = 15;

/** Watches from now on, until it is over or stopped. */
export class Idle {
  readonly #clock: Clock;
  readonly #platform: Platform;
  readonly #seconds: number;
  readonly #over: () => void;
  #used: readonly [day: number, machine: number];
  #timer: Handle = null;
  #ended = false;

  /**
   * @param seconds - Without use for this long.
   * @param over - Called once then.
   */
  constructor(clock: Clock, platform: Platform, seconds: number, over: () => void) {
    this.#clock = clock;
    this.#platform = platform;
    this.#seconds = seconds;
    this.#over = over;
    this.#used = this.#now();
    this.#look();
  }

  /** Somebody uses it; if it was too long ago that somebody did, that comes first. */
  used(): void {
    if (this.#ended || this.#isOver()) return;
    this.#used = this.#now();
  }

  stop(): void {
    this.#ended = true;
    if (this.#timer !== null) this.#platform.cancel(this.#timer);
  }

  #look(): void {
    if (this.#isOver()) return;
    const left = this.#seconds - this.#idle();
    this.#timer = this.#platform.after(Math.min(left, LOOK_SECONDS), () => {
      if (!this.#ended) this.#look();
    });
  }

  #isOver(): boolean {
    if (this.#idle() < this.#seconds) return false;
    this.stop();
    this.#over();
    return true;
  }

  /** For how many seconds nobody has; a clock that was set back is not believed. */
  #idle(): number {
    const now = this.#now();
    return Math.max(now[0] - this.#used[0], now[1] - this.#used[1]);
  }

  #now(): readonly [day: number, machine: number] {
    return [this.#clock.nowMs() / 1000, this.#clock.monotonic()];
  }
}
