/** A store in memory, and a clock that stands still: the twin of `tests/support/memory_store.py`. */

import type { Clock } from "../../src/clock.ts";
import { compare } from "../../src/engine/order.ts";
import * as fold from "../../src/engine/fold.ts";
import type { Line } from "../../src/engine/records.ts";
import { type Cut, type Store, Table, type Write } from "../../src/engine/store.ts";
import type { ConversationId } from "../../src/ids.ts";
import { type Bytes, equalBytes } from "../../src/mls/bytes.ts";

export const START = 1_790_000_000;

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  seconds = START;

  now(): number {
    return Math.floor(this.seconds);
  }

  nowMs(): number {
    return Math.floor(this.seconds * 1000);
  }

  monotonic(): number {
    return this.seconds;
  }
}

/** A store that forgets nothing until the test ends. */
export class MemoryStore implements Store {
  readonly tables = new Map<Table, Map<string, Bytes>>(
    Object.values(Table).map((table) => [table, new Map<string, Bytes>()]),
  );
  readonly kept = new Map<string, Line>();

  commit(writes: readonly Write[]): Promise<void> {
    for (const write of writes) this.#write(write);
    return Promise.resolve();
  }

  table(table: Table): Promise<ReadonlyMap<string, Bytes>> {
    return Promise.resolve(new Map(this.#of(table)));
  }

  lastLines(): Promise<ReadonlyMap<ConversationId, Line>> {
    const found = new Map<ConversationId, Line>();
    for (const line of this.#ordered()) {
      const last = found.get(line.conversation);
      if (last === undefined || fold.succeeds(line, last)) found.set(line.conversation, line);
    }
    return Promise.resolve(found);
  }

  lines(conversation: ConversationId, before: Cut | null, limit: number): Promise<readonly Line[]> {
    const isBefore = ({ position, id }: Line): boolean =>
      before === null ||
      position < before[0] ||
      (position === before[0] && compare(id, before[1]) < 0);
    const found = this.#ordered().filter((each) => each.conversation === conversation);
    return Promise.resolve(found.filter(isBefore).slice(-limit));
  }

  line(conversation: ConversationId, line: string): Promise<Line | null> {
    return Promise.resolve(this.kept.get(placeOf({ conversation, id: line })) ?? null);
  }

  message(conversation: ConversationId, message: Bytes): Promise<Line | null> {
    return Promise.resolve(this.#named(conversation, message));
  }

  count(): Promise<number> {
    return Promise.resolve(this.kept.size);
  }

  #write(write: Write): void {
    switch (write.type) {
      case "Put":
        this.#of(write.table).set(write.key, write.value);
        break;
      case "Drop":
        this.#of(write.table).delete(write.key);
        break;
      case "Clear":
        for (const key of [...this.#of(write.table).keys()]) {
          if (key.startsWith(write.prefix)) this.#of(write.table).delete(key);
        }
        break;
      case "PutLine":
      case "AddLine": {
        const { line } = write;
        const old = this.kept.get(placeOf(line)) ?? null;
        this.#keep(fold.after(old, write, this.#named(line.conversation, line.message)));
        break;
      }
      case "AmendLine":
        this.#keep(fold.after(this.#named(write.conversation, write.message), write));
        break;
      case "DropLine":
        this.kept.delete(placeOf(write));
    }
  }

  #keep(line: Line | null): void {
    if (line !== null) this.kept.set(placeOf(line), line);
  }

  #named(conversation: ConversationId, message: Bytes): Line | null {
    const isIt = (each: Line): boolean =>
      each.conversation === conversation && equalBytes(each.message, message);
    return message.length === 0 ? null : ([...this.kept.values()].find(isIt) ?? null);
  }

  #of(table: Table): Map<string, Bytes> {
    const found = this.tables.get(table);
    if (found === undefined) throw new Error(`no table ${table}`);
    return found;
  }

  #ordered(): readonly Line[] {
    const order = (one: Line, other: Line): number =>
      one.position - other.position || compare(one.id, other.id);
    return [...this.kept.values()].filter((each) => !each.hidden).sort(order);
  }
}

function placeOf({ conversation, id }: { conversation: ConversationId; id: string }): string {
  return `${conversation}/${id}`;
}
