/**
 * The newest lines of a conversation as they are stored: each is read once, and again when it, or
 * one before it that is loaded, was written since. So what a conversation costs is what changes in
 * it, however much of it somebody has looked at.
 */

import type { Line } from "../engine/records.ts";
import type { Store, Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { type Bytes, equalBytes } from "../mls/bytes.ts";

const AT_ONCE = 30;

export class NewestLines {
  readonly #store: Pick<Store, "lines">;
  readonly #conversation: ConversationId;
  #lines: readonly Line[] = [];
  /** Whether there is nothing before the first of them. */
  #whole = false;
  /** From where on they are not as they are stored any more. */
  #staleFrom = Number.POSITIVE_INFINITY;
  /** How often something was stored here. */
  #heeded = 0;

  constructor(store: Pick<Store, "lines">, conversation: ConversationId) {
    this.#store = store;
    this.#conversation = conversation;
  }

  /** The oldest first. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Whether there are older ones, as far as is known: who asks for them finds out. */
  get hasEarlier(): boolean {
    return !this.#whole;
  }

  /** This was stored. */
  heed(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.type === "PutLine" || write.type === "AddLine") {
        const { conversation, id, position } = write.line;
        if (conversation !== this.#conversation) continue;
        this.#heeded += 1;
        this.#forget(id);
        this.#stale(position);
      } else if (write.type === "DropLine" && write.conversation === this.#conversation) {
        this.#heeded += 1;
        this.#forget(write.id);
      } else if (write.type === "AmendLine" && write.conversation === this.#conversation) {
        this.#heeded += 1;
        this.#amended(write.message);
      }
    }
  }

  /** Read what was written since, and as many older ones as it takes to have so many. */
  async read(count: number): Promise<void> {
    while (this.#staleFrom !== Number.POSITIVE_INFINITY) await this.#readAnew();
    if (this.#lines.length < count && !this.#whole) await this.#readBefore(count);
  }

  /** A line that is not what it was: where it stood is read anew. */
  #forget(id: string): void {
    const known = this.#lines.findLast((each) => each.id === id);
    if (known !== undefined) this.#stale(known.position);
  }

  #amended(message: Bytes): void {
    const known = this.#lines.findLast((each) => equalBytes(each.message, message));
    if (known !== undefined) this.#stale(known.position);
  }

  #stale(position: number): void {
    const [first] = this.#lines;
    if (first === undefined || position < first.position) this.#whole = false;
    else this.#staleFrom = Math.min(this.#staleFrom, position);
  }

  /** Read everything from the first one on that was written. */
  async #readAnew(): Promise<void> {
    const from = this.#staleFrom;
    this.#staleFrom = Number.POSITIVE_INFINITY;
    const kept = this.#lines.filter((each) => each.position < from);
    let fresh: readonly Line[] = [];
    for (;;) {
      const some = await this.#before(fresh[0], AT_ONCE);
      fresh = [...some, ...fresh];
      if (some.length < AT_ONCE || (some[0]?.position ?? from) < from) break;
    }
    this.#lines = [...kept, ...fresh.filter((each) => each.position >= from)];
  }

  async #readBefore(count: number): Promise<void> {
    const missing = count - this.#lines.length;
    let [seen, found] = [-1, [] as readonly Line[]];
    while (seen !== this.#heeded) {
      seen = this.#heeded; // what is stored while it is read may be in it, or not
      found = await this.#before(this.#lines[0], missing + 1);
    }
    this.#whole = found.length <= missing;
    this.#lines = [...(this.#whole ? found : found.slice(1)), ...this.#lines];
  }

  #before(line: Line | undefined, limit: number): Promise<readonly Line[]> {
    const cut = line === undefined ? null : ([line.position, line.id] as const);
    return this.#store.lines(this.#conversation, cut, limit);
  }
}
