/**
 * Keeping: only a page may ask the browser not to take away what its core has stored. It is asked
 * once somebody means it: they have written something, or have come back to an account that is
 * here. And the page remembers that one was here: if it is gone, the browser has removed it.
 */

import type { View } from "./core.ts";

const PLACE = "teamchat-account";

/** What a page remembers things in; it may be refused. */
export type Memory = Pick<Storage, "getItem" | "setItem" | "removeItem">;
type Room = Partial<Pick<StorageManager, "persist" | "persisted">>;

export class Keeping {
  readonly #room: Room | undefined;
  readonly #memory: Memory | null;
  /** Whether an account was open here before this page. */
  readonly #cameBack: boolean;
  #isAsked = false;

  constructor(room: Room | undefined, memory: Memory | null) {
    this.#room = room;
    this.#memory = memory;
    this.#cameBack = this.#remembers();
  }

  /**
   * Heed where somebody stands; tell whether the browser has removed what was here.
   *
   * Who was signed out for a reason is told that, and it is forgotten that they were here.
   */
  see(view: View): boolean {
    if (view.type === "open") {
      this.#note(true);
      if (this.#cameBack) this.#ask();
    }
    if (view.type !== "signed-out" || view.held) return false;
    if (view.because !== null) this.#note(false);
    return this.#remembers();
  }

  /** Somebody has written something. */
  wrote(): void {
    this.#ask();
  }

  /** Whether the browser has promised to keep what is stored; some say nothing of it. */
  async isPromised(): Promise<boolean> {
    try {
      return (await this.#room?.persisted?.()) ?? false;
    } catch {
      return false;
    }
  }

  /** Somebody leaves, and nothing is to be missed; returns what remembers it again. */
  leave(): () => void {
    const was = this.#remembers();
    this.#note(false);
    return () => {
      this.#note(was);
    };
  }

  /** Once in a page; some browsers ask the person then. */
  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#room?.persist?.().catch(() => false); // a browser may refuse even to be asked
  }

  #remembers(): boolean {
    try {
      return this.#memory?.getItem(PLACE) === "here";
    } catch {
      return false;
    }
  }

  #note(isHere: boolean): void {
    try {
      if (isHere) this.#memory?.setItem(PLACE, "here");
      else this.#memory?.removeItem(PLACE);
    } catch {
      // Full or refused: then it is not noticed when it is gone.
    }
  }
}
