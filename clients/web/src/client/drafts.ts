/**
 * What is being written, and what of it has just been sent (docs/spec/web-store.md).
 *
 * It is sealed like everything else and leaves this device never; the engine does not read it. A
 * message takes its draft along: the one is stored and the other dropped in one transaction. With
 * it goes the key that the page has chosen for it: what is asked for twice, because the tab that
 * was to write it has gone, is written once.
 */

import type { Draft, MessageChange } from "../bridge/core.ts";
import { Drop, Put, type Store, Table, type Write } from "../engine/store.ts";
import type { ConversationId } from "../ids.ts";
import { utf8Bytes, utf8Text } from "../utf8.ts";

/** Under what the keys of the last messages lie in the table of drafts. */
const SENT = "sent";
/** Beside the text of a conversation: what line it answers, and what a message is to say. */
const ANSWERS = "/answers";
const CHANGE = "/change";
/** How many are remembered: more than are ever asked for at once. */
const REMEMBERED = 32;
/** Half a character, as a browser may cut one off. */
const HALF = /\p{Surrogate}/gu;

/** What a person wrote on its way into the store. */
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

  /** What was begun in a conversation. */
  of(id: ConversationId): Draft {
    const answers = this.#kept(id + ANSWERS);
    return {
      text: this.#kept(id),
      answers: answers === "" ? null : answers,
      change: changeIn(this.#kept(id + CHANGE)),
    };
  }

  async keep(id: ConversationId, { text, answers, change }: Draft): Promise<void> {
    const wanted: readonly (readonly [key: string, value: string])[] = [
      [id, text],
      [id + ANSWERS, answers ?? ""],
      [id + CHANGE, change === null ? "" : `${change.key}\n${change.text}`],
    ];
    const other = wanted.filter(([key, value]) => value !== this.#kept(key));
    if (other.length === 0) return;
    await this.#store.commit(other.map(([key, value]) => written(key, value)));
    for (const [key, value] of other) this.#texts.set(key, value);
  }

  /** A message is to be written; null if that was done already. */
  send(id: ConversationId, key: string): Sending | null {
    if (this.#sent.includes(key)) return null;
    const taken = this.#taking([id, id + ANSWERS]);
    const and = (): readonly string[] => [...this.#sent, key].slice(-REMEMBERED);
    return {
      beside: () => [Put(Table.DRAFT, SENT, utf8Bytes(and().join("\n"))), ...taken.beside()],
      done: () => {
        this.#sent = and();
        taken.done();
      },
    };
  }

  /** Another text is to be put in the place of one's own message. */
  edit(id: ConversationId): Sending {
    return this.#taking([id + CHANGE]);
  }

  /** What takes these along, unless somebody writes on already. */
  #taking(keys: readonly string[]): Sending {
    const before = keys.map((key) => this.#kept(key));
    const isSame = (): boolean => keys.every((key, place) => this.#kept(key) === before[place]);
    return {
      beside: () =>
        isSame()
          ? keys.filter((key) => this.#kept(key) !== "").map((key) => Drop(Table.DRAFT, key))
          : [],
      done: () => {
        if (isSame()) for (const key of keys) this.#texts.delete(key);
      },
    };
  }

  #kept(key: string): string {
    return this.#texts.get(key) ?? "";
  }
}

function written(key: string, value: string): Write {
  if (value === "") return Drop(Table.DRAFT, key);
  return Put(Table.DRAFT, key, utf8Bytes(value.replace(HALF, "\ufffd")));
}

function changeIn(kept: string): MessageChange | null {
  const end = kept.indexOf("\n");
  return end < 0 ? null : { key: kept.slice(0, end), text: kept.slice(end + 1) };
}
