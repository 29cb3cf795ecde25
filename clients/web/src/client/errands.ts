/** Histories on their way beside the loop: each is told what comes of it, and when that is stored. */

import type { FetchHistory, GatherHistory } from "../engine/commands.ts";
import type { Event } from "../engine/events.ts";
import { BrokenOffError } from "./attempt.ts";
import type { Life } from "./life.ts";

/** Carries histories to the server and back (`room_history.ts`). */
export interface Porter {
  /**
   * Do an errand; `tell` what comes of it, which returns once that is stored.
   *
   * @throws BrokenOffError - `tell` did: nobody waits for it any more.
   */
  carry(errand: GatherHistory | FetchHistory, tell: (event: Event) => Promise<void>): Promise<void>;
}

interface Told {
  readonly stored: () => void;
  readonly lost: (error: BrokenOffError) => void;
}

export class Errands {
  readonly #porter: Porter | null;
  readonly #told = new Map<Event, Told>();

  /** @param porter - Without one, no history is given or taken. */
  constructor(porter: Porter | null) {
    this.#porter = porter;
  }

  /** Begin an errand; it ends with the life in which it was begun. */
  begin(errand: GatherHistory | FetchHistory, life: Life): void {
    const porter = this.#porter;
    if (porter === null) return;
    life.beside(async () => {
      try {
        await porter.carry(errand, (event) => this.#tell(event, life));
      } catch (error) {
        if (!(error instanceof BrokenOffError)) throw error;
      }
    });
  }

  /** All that these events led to is stored. */
  stored(events: readonly Event[]): void {
    for (const event of events) {
      this.#told.get(event)?.stored();
      this.#told.delete(event);
    }
  }

  /** What was told and is not stored yet never will be. */
  end(): void {
    for (const { lost } of this.#told.values()) lost(over());
    this.#told.clear();
  }

  /** Bring an event, and return once all that it led to is stored. */
  async #tell(event: Event, life: Life): Promise<void> {
    const stored = new Promise<void>((done, lost) => this.#told.set(event, { stored: done, lost }));
    await Promise.race([stored, life.put(event)]);
    if (life.over) {
      this.#told.delete(event);
      throw over();
    }
    await stored;
  }
}

function over(): BrokenOffError {
  return new BrokenOffError("nobody waits for this history any more");
}
