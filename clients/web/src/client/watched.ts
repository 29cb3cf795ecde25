/** One conversation that a page has open: as many of its lines as were asked for, read anew. */

import type { ConversationId as Shown, LineKey, Opened } from "../bridge/core.ts";
import type { Message } from "../engine/model.ts";
import type { ConversationId } from "../ids.ts";
import type { Account } from "./account.ts";
import { lineOf, openedOf, unreadFrom } from "./showing.ts";

/** How many lines are read at once. */
export const PAGE = 60;

export class Watched {
  readonly id: ConversationId;
  readonly #show: (opened: Opened | null) => void;
  readonly #account: () => Account | null;
  #count = PAGE;
  #lines: readonly Message[] = [];
  /** Where the first line stands that was shown. */
  #oldest: number | null = null;
  #unreadFrom: LineKey | null | undefined;
  #reading: Promise<void> | null = null;
  #wanted = 0;
  #stopped = false;

  constructor(id: Shown, show: (opened: Opened | null) => void, account: () => Account | null) {
    this.id = id as ConversationId;
    this.#show = show;
    this.#account = account;
  }

  /** Read it again and show it; what comes meanwhile is read right after. */
  refresh(): Promise<void> {
    this.#wanted += 1;
    this.#reading ??= this.#run().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Read what is older, too. */
  async earlier(): Promise<void> {
    await this.#reading;
    this.#count += PAGE;
    this.#oldest = null;
    await this.refresh();
  }

  /** Where a line stands; null if it is not here. */
  positionOf(key: LineKey): number | null {
    return this.#lines.find((each) => each.id === key)?.position ?? null;
  }

  stop(): void {
    this.#stopped = true;
    this.forget();
  }

  /** Hold nothing of it any more; what is read next begins anew. */
  forget(): void {
    this.#lines = [];
    this.#count = PAGE;
    this.#oldest = null;
  }

  async #run(): Promise<void> {
    for (let done = 0; done !== this.#wanted && !this.#stopped;) {
      done = this.#wanted;
      await this.#once(this.#account());
    }
  }

  async #once(account: Account | null): Promise<void> {
    const conversation = account?.conversation(this.id) ?? null;
    if (account === null || conversation === null) {
      this.#tell(null);
      return;
    }
    const hasEarlier = await this.#read(account);
    const now = account.conversation(this.id) ?? conversation;
    this.#unreadFrom ??= unreadFrom(this.#lines, now.unread);
    this.#tell({
      ...openedOf(now, account.draft(this.id), account.members(this.id)),
      lines: this.#lines.map(lineOf),
      hasEarlier,
      unreadFrom: this.#unreadFrom,
    });
  }

  /** Read the lines: what was shown once stays, however much comes behind it. */
  async #read(account: Account): Promise<boolean> {
    for (;;) {
      const found = await account.timeline(this.id, this.#count + 1);
      const hasEarlier = found.length > this.#count;
      const lines = hasEarlier ? found.slice(1) : found;
      const first = lines[0]?.position ?? null;
      if (hasEarlier && this.#oldest !== null && first !== null && first > this.#oldest) {
        this.#count += PAGE;
        continue;
      }
      this.#lines = lines;
      this.#oldest ??= first;
      return hasEarlier;
    }
  }

  #tell(opened: Opened | null): void {
    if (!this.#stopped) this.#show(opened);
  }
}
