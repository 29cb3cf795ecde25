/**
 * What is being written, and what of it has just been sent (docs/spec/web-store.md).
 *
 * It is sealed like everything else and leaves this device never; the engine does not read it. A
 * message takes its draft along: the one is stored and the other dropped in one transaction. With
 * it goes the key that the page has chosen for it: what is asked for twice, because the tab that
 * was to write it has gone, is written once.
 */

import { Drop, Put, type Store, Table, type Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { utf8Bytes, utf8Text } from "../utf8.ts";

/** Under what the keys of the last messages lie in the table of drafts. */
const SENT = "sent";
/** How many are remembered: more than are ever asked for at once. */
const REMEMBERED = 32;
/** Half a character, as a browser may cut one off. */
const HALF = /\p{Surrogate}/gu;

/** A message on its way into the store. */
export interface Sending {
  /** What is to be stored with it. */
  readonly beside: () => readonly Write[];
  /** It is stored. */
  readonly done: () => void;
}

export class Drafts {
  readonly #store: Store;
  readonly #texts: Map<string, string>;
  #sent: readonly string[];

  private constructor(store: Store, texts: Map<string, string>, sent: readonly string[]) {
    this.#store = store;
    this.#texts = texts;
    this.#sent = sent;
  }

  static async load(store: Store): Promise<Drafts> {
    const texts = new Map<string, string>();
    for (const [key, kept] of await store.table(Table.DRAFT)) texts.set(key, utf8Text(kept));
    const sent = texts.get(SENT)?.split("\n") ?? [];
    texts.delete(SENT);
    return new Drafts(store, texts, sent);
  }

  /** What was begun in a conversation; empty if nothing. */
  of(id: ConversationId): string {
    return this.#texts.get(id) ?? "";
  }

  async keep(id: ConversationId, text: string): Promise<void> {
    if (text === this.of(id)) return;
    const change =
      text === ""
        ? Drop(Table.DRAFT, id)
        : Put(Table.DRAFT, id, utf8Bytes(text.replace(HALF, "\ufffd")));
    await this.#store.commit([change]);
    this.#texts.set(id, text);
  }

  /** A message is to be written; null if that was done already. */
  send(id: ConversationId, key: string): Sending | null {
    if (this.#sent.includes(key)) return null;
    const draft = this.of(id);
    const and = (): readonly string[] => [...this.#sent, key].slice(-REMEMBERED);
    const isSame = (): boolean => this.of(id) === draft; // else somebody writes on already
    return {
      beside: () => [
        Put(Table.DRAFT, SENT, utf8Bytes(and().join("\n"))),
        ...(isSame() ? [Drop(Table.DRAFT, id)] : []),
      ],
      done: () => {
        this.#sent = and();
        if (isSame()) this.#texts.delete(id);
      },
    };
  }
}
