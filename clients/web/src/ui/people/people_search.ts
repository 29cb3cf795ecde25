/** Looking for people while somebody types: after a pause, and only the last question counts. */

import type { Answer, Colleague } from "../core.ts";
import type { Said } from "../texts/texts.ts";

/** How long nothing was typed before it is asked. */
const PAUSE_MS = 220;

export interface Found {
  readonly people: readonly Colleague[];
  /** Whether an answer is awaited; `people` are those of the question before. */
  readonly searching: boolean;
  /** Why there is no answer. */
  readonly why: Said | null;
}

export const NOBODY_YET: Found = { people: [], searching: true, why: null };

type Find = (query: string) => Promise<Answer<readonly Colleague[]>>;

export class PeopleSearch {
  readonly #find: Find;
  readonly #show: (found: Found) => void;
  #found = NOBODY_YET;
  #asked: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(find: Find, show: (found: Found) => void) {
    this.#find = find;
    this.#show = show;
  }

  /** Ask soon; at once where nothing is typed. */
  type(query: string): void {
    const wanted = query.trim();
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    clearTimeout(this.#timer);
    this.#tell({ ...this.#found, searching: true });
    this.#timer = setTimeout(() => void this.#ask(wanted), wanted === "" ? 0 : PAUSE_MS);
  }

  /** Ask the same again, after it was not answered. */
  again(): void {
    const query = this.#asked ?? "";
    this.#asked = null;
    this.type(query);
  }

  stop(): void {
    this.#asked = null;
    clearTimeout(this.#timer);
  }

  async #ask(query: string): Promise<void> {
    const came = await this.#find(query);
    if (query !== this.#asked) return;
    if (came.done) this.#tell({ people: came.value, searching: false, why: null });
    else this.#tell({ people: [], searching: false, why: came.why });
  }

  #tell(found: Found): void {
    this.#found = found;
    this.#show(found);
  }
}
