/** The backup of a person's messages, as a page sees it: made, taken in, removed, and how far. */

import type { Said } from "../bridge/core.ts";
import type { BackupNews, BackupState } from "../bridge/further.ts";
import { AccountError } from "./errors.ts";
import type { OwnHistory } from "./history.ts";
import type { Tell } from "./history_parts.ts";
import { why } from "./showing.ts";

/** What goes on later, what the organisation keeps back, and that there is none, is no news. */
const SILENT: ReadonlySet<string> = new Set([
  ...["error-closed", "error-history-policy", "error-offline", "web-backup-goes-on"],
  ...["error-history-no-backup", "error-history-no-key"],
]);

export class OwnBackup {
  readonly #history: OwnHistory;
  readonly #changed: () => void;
  #news: BackupNews | null = null;
  #because: Said | null = null;
  /** How much a person has asked for that is not over. */
  #asked = 0;

  /** @param changed - Told when something else is to be shown. */
  constructor(history: OwnHistory, changed: () => void) {
    this.#history = history;
    this.#changed = changed;
  }

  /** What is on its way, or why it came to nothing; null if there is nothing to say. */
  get news(): BackupNews | null {
    return this.#news;
  }

  /** Return how things stand; what was refused has been seen with that. */
  async state(): Promise<BackupState> {
    const { key_known, ...status } = await this.#history.backup();
    if (this.#news?.type === "refused") this.#show(null);
    return { ...status, keyKnown: key_known, because: this.#because };
  }

  /** Make it, or add to it. */
  make(): Promise<void> {
    return this.#do("making", (tell) => this.#history.backUp(tell));
  }

  /** Take it in; return how many lines were in it. */
  restore(): Promise<number> {
    return this.#do("restoring", (tell) => this.#history.restore(tell));
  }

  /** Remove it from the server. */
  async forget(): Promise<void> {
    await this.#history.forgetBackup();
    this.#because = null;
  }

  /** Return what is told how far something comes that goes on by itself. */
  tell(type: "making" | "restoring"): Tell {
    return ({ lines, expected }) => {
      this.#show({ type, lines, expected });
    };
  }

  /** Nothing goes on by itself any more. */
  rests(): void {
    if (this.#asked === 0 && this.#news?.type !== "refused") this.#show(null);
  }

  /** What went on by itself came to nothing. */
  refused(error: AccountError): void {
    if (SILENT.has(error.key)) return;
    this.#because = why(error);
    this.#show({ type: "refused", because: this.#because });
  }

  async #do<T>(type: "making" | "restoring", work: (tell: Tell) => Promise<T>): Promise<T> {
    const tell = this.tell(type);
    this.#asked += 1;
    this.#because = null;
    tell({ lines: 0, expected: 0 });
    try {
      return await work(tell);
    } catch (error) {
      const isOffline = error instanceof AccountError && error.key === "error-offline";
      if (!isOffline || !(await this.#history.goesOn())) throw error;
      throw new AccountError("web-backup-goes-on", {}, { cause: error });
    } finally {
      this.#asked -= 1;
      this.rests();
    }
  }

  #show(news: BackupNews | null): void {
    if (this.#news === news) return;
    this.#news = news;
    this.#changed();
  }
}
