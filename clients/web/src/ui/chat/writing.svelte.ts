/**
 * What is being written in the conversation that is open: a text, what it answers, or another text
 * for a message. While a message is changed, what was begun before lies aside and comes back.
 */

import type { Draft, LineKey, Message, Opened, Quote } from "../core.ts";
import type { Held } from "../typed.ts";

export class Writing {
  /** What stands in the field. */
  text = $state("");
  answering = $state.raw<Quote | null>(null);
  /** The message that is changed; null if none is. */
  changing = $state.raw<LineKey | null>(null);
  /** Puts the keyboard where one writes. */
  focus: () => void = () => undefined;
  #aside = "";

  constructor(opened: Opened) {
    this.take(opened);
  }

  /** What of it is to be kept. */
  get draft(): Draft {
    const { answering, changing, text } = this;
    const answers = answering?.key ?? null;
    if (changing === null) return { text, answers, change: null };
    return { text: this.#aside, answers, change: { key: changing, text } };
  }

  /** Go on with what is kept. */
  take({ conversation, answering, change }: Opened): void {
    this.answering = answering;
    this.changing = change?.key ?? null;
    this.text = change?.text ?? conversation.draft;
    this.#aside = change === null ? "" : conversation.draft;
  }

  /** Go on with what could not be kept. */
  restore({ draft: { text, change }, answering }: Held): void {
    this.answering = answering;
    this.changing = change?.key ?? null;
    this.text = change?.text ?? text;
    this.#aside = change === null ? "" : text;
  }

  answer({ key, sender, state, text, deleted }: Message): void {
    this.#comeBack();
    this.answering = { key, name: sender.name, own: state !== null, text, deleted };
    this.focus();
  }

  change({ key, text }: Message): void {
    this.#comeBack();
    [this.#aside, this.text, this.changing] = [this.text, text, key];
    this.focus();
  }

  /** Change no message after all, or answer none. */
  leave(): void {
    if (this.changing === null) this.answering = null;
    else this.#comeBack();
  }

  /** It is sent. */
  sent(): void {
    if (this.changing !== null) this.#comeBack();
    else [this.text, this.answering] = ["", null];
  }

  #comeBack(): void {
    if (this.changing === null) return;
    [this.text, this.#aside, this.changing] = [this.#aside, "", null];
  }
}

/** What is kept of a conversation, to be compared with what is written. */
export function keptOf({ conversation, answering, change }: Opened): Draft {
  return { text: conversation.draft, answers: answering?.key ?? null, change };
}
