/**
 * The lines that others answer, as they are stored: each is read once, and again when it was
 * written since. They may lie far before everything that is shown.
 */

import type { Line } from "../engine/records.ts";
import type { Store, Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { type Bytes, toHex } from "../mls/bytes.ts";

export class Quotes {
  readonly #store: Pick<Store, "message">;
  readonly #conversation: ConversationId;
  /** By the MessageId that the answers name; null if it is not here. */
  readonly #lines = new Map<string, Line | null>();
  /** Those of them that may be another by now; until they are read again, they are as they were. */
  readonly #stale = new Set<string>();

  constructor(store: Pick<Store, "message">, conversation: ConversationId) {
    this.#store = store;
    this.#conversation = conversation;
  }

  /** This was stored. */
  heed(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === "PutLine" || write.type === "AddLine") {
        const { conversation, message, id } = write.line;
        if (conversation !== this.#conversation) continue;
        this.#forget(message);
        this.#drop(id);
      } else if (write.type === "AmendLine" && write.conversation === this.#conversation) {
        this.#forget(write.message);
      } else if (write.type === "DropLine" && write.conversation === this.#conversation) {
        this.#drop(write.id);
      }
    }
  }

  /** Read what lines answer, if it is not known. */
  async read(lines: readonly Line[]): Promise<void> {
    const answers = lines.map((line) => line.answers).filter(({ length }) => length > 0);
    for (const message of answers) {
      const key = toHex(message);
      if (!this.#lines.has(key)) {
        this.#lines.set(key, null); // what is written from now on is heeded
        this.#stale.add(key);
      }
      while (this.#stale.delete(key)) {
        this.#lines.set(key, await this.#store.message(this.#conversation, message));
      }
    }
  }

  /** What a line answers, as far as it was read; null if it is not here, or there is nothing. */
  of({ answers }: Line): Line | null {
    return answers.length === 0 ? null : (this.#lines.get(toHex(answers)) ?? null);
  }

  #forget(message: Bytes): void {
    const key = toHex(message);
    if (this.#lines.has(key)) this.#stale.add(key);
  }

  /** What was deleted here, or is another message now, is found under its old one. */
  #drop(id: string): void {
    for (const [key, line] of this.#lines) if (line?.id === id) this.#stale.add(key);
  }
}
