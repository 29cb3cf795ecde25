/**
 * What is typed in a conversation and could not be stored, because there is no room: the page holds
 * it as long as it lives, and tries again now and then.
 */

import type { ConversationId, Core, Draft, Outcome, Quote } from "./core.ts";

export const AGAIN_MS = 10_000;

/** What is being written: what is to be kept of it, and what it answers, to be shown again. */
export interface Held {
  readonly draft: Draft;
  readonly answering: Quote | null;
}

type Timers = Pick<typeof globalThis, "setTimeout" | "clearTimeout">;

export class Typed {
  readonly #core: Pick<Core, "keepDraft">;
  readonly #timers: Timers;
  readonly #held = new Map<ConversationId, Held>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Pick<Core, "keepDraft">, timers: Timers = globalThis) {
    this.#core = core;
    this.#timers = timers;
  }

  /** Whether all of it is stored. */
  get isKept(): boolean {
    return this.#held.size === 0;
  }

  /** What is held here of a conversation; null if it is stored. */
  of(id: ConversationId): Held | null {
    return this.#held.get(id) ?? null;
  }

  /** Store what is typed, or hold it. */
  async keep(id: ConversationId, typed: Held): Promise<Outcome> {
    const before = this.#held.get(id);
    const came = await this.#core.keepDraft(id, typed.draft);
    if (!came.done) this.#hold(id, typed);
    // What was typed on meanwhile is held still.
    else if (this.#held.get(id) === before) this.#held.delete(id);
    return came;
  }

  /** It is in a message by now. */
  sent(id: ConversationId): void {
    this.#held.delete(id);
  }

  #hold(id: ConversationId, typed: Held): void {
    this.#held.set(id, typed);
    this.#timers.clearTimeout(this.#timer);
    this.#timer = this.#timers.setTimeout(() => {
      for (const [each, held] of [...this.#held]) void this.keep(each, held);
    }, AGAIN_MS);
  }
}
