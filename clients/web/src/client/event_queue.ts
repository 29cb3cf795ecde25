/** What happens, in its order: bounded, so that who brings more waits until there is room. */

import type { Event } from "../engine/events.ts";

/** How many events may wait; a socket that brings more is read more slowly. */
export const ROOM = 64;

export class EventQueue {
  readonly #waiting: Event[] = [];
  #unfinished = 0;
  readonly #takers: (() => void)[] = [];
  readonly #bringers: (() => void)[] = [];
  readonly #finishers: (() => void)[] = [];

  /** Bring an event, once there is room; not if it is not wanted any more by then. */
  async put(event: Event, wanted: () => boolean = () => true): Promise<void> {
    while (this.#waiting.length >= ROOM) {
      await new Promise<void>((room) => this.#bringers.push(room));
    }
    if (!wanted()) return;
    this.#waiting.push(event);
    this.#unfinished += 1;
    wake(this.#takers);
  }

  /** Take all that wait, once there is one. */
  async take(): Promise<readonly Event[]> {
    while (this.#waiting.length === 0) {
      await new Promise<void>((news) => this.#takers.push(news));
    }
    return this.takeWaiting();
  }

  /** Take all that wait now. */
  takeWaiting(): readonly Event[] {
    const taken = this.#waiting.splice(0);
    wake(this.#bringers);
    return taken;
  }

  /** So many of those that were taken are done with. */
  finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished === 0) wake(this.#finishers);
  }

  /** Wait until everything is done with. */
  async finished(): Promise<void> {
    while (this.#unfinished > 0) {
      await new Promise<void>((done) => this.#finishers.push(done));
    }
  }
}

function wake(sleepers: (() => void)[]): void {
  for (const each of sleepers.splice(0)) each();
}
