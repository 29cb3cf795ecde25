/** The messages of an account: shown with what they answer, and what a person does with them. */

import type { Quote, Version } from "../bridge/core.ts";
import type { Engine } from "../engine/engine.ts";
import {
  EditAsked,
  type Event,
  HideAsked,
  ReactionAsked,
  TextWritten,
  WithdrawAsked,
} from "../engine/events.ts";
import type { Message } from "../engine/model.ts";
import type { Line } from "../engine/records.ts";
import type { Store } from "../engine/store.ts";
import { messageOf } from "../engine/view.ts";
import type { ConversationId } from "../ids.ts";
import { EMPTY } from "../mls/bytes.ts";
import type { Drafts } from "./drafts.ts";
import { AccountError } from "./errors.ts";
import type { Runner } from "./runner.ts";
import { quoteOf, versionOf } from "./showing.ts";

export class Messages {
  readonly #engine: Engine;
  readonly #runner: Runner;
  readonly #store: Store;
  readonly #drafts: Drafts;

  constructor(engine: Engine, runner: Runner, store: Store, drafts: Drafts) {
    this.#engine = engine;
    this.#runner = runner;
    this.#store = store;
    this.#drafts = drafts;
  }

  /** What a line says, as things stand now; `quoted` is the line that it answers. */
  show(line: Line, quoted: Line | null): Message {
    const state = this.#engine.conversations.get(line.conversation);
    if (state === undefined) throw new AccountError("error-no-such-conversation");
    const { desk, people } = this.#engine;
    return messageOf(line, desk.account, people, state.record, quoted);
  }

  /**
   * Queue a text; it is stored when this is done, and is sent when it can be.
   *
   * @param key - Chosen anew for each text: what is asked for twice is written once.
   * @param answers - The line that it answers; null for none.
   * @throws AccountError - This is not sendable here, or what it answers is not here.
   */
  async send(id: ConversationId, text: string, key: string, answers: string | null): Promise<void> {
    const named = answers === null ? EMPTY : (await this.#line(id, answers)).message;
    const sending = this.#drafts.send(id, key);
    if (sending === null) return;
    await this.#runner.call((call) => TextWritten(call, id, text, named), null, sending.beside);
    sending.done();
  }

  /**
   * Put another text in the place of one's own message.
   *
   * @throws AccountError - That is not to be done.
   */
  async edit(id: ConversationId, message: string, text: string): Promise<void> {
    const line = await this.#line(id, message);
    const sending = this.#drafts.edit(id);
    await this.#runner.call((call) => EditAsked(call, line, text), null, sending.beside);
    sending.done();
  }

  /**
   * Put an emoji at a message.
   *
   * @throws AccountError - That is not to be done.
   */
  async react(id: ConversationId, message: string, reaction: string): Promise<void> {
    await this.#do(id, message, (call, line) => ReactionAsked(call, line, reaction));
  }

  /**
   * Take one's own emoji back.
   *
   * @throws AccountError - That is not to be done.
   */
  async takeBack(id: ConversationId, message: string, reaction: string): Promise<void> {
    await this.#do(id, message, (call, line) => ReactionAsked(call, line, reaction, true));
  }

  /**
   * Delete one's own message for everybody.
   *
   * @throws AccountError - That is not to be done.
   */
  async withdraw(id: ConversationId, message: string): Promise<void> {
    await this.#do(id, message, WithdrawAsked);
  }

  /**
   * Delete a message on this device only.
   *
   * @throws AccountError - That is not to be done.
   */
  async hide(id: ConversationId, message: string): Promise<void> {
    await this.#do(id, message, HideAsked);
  }

  /**
   * What a message said and says, the first text first.
   *
   * @throws AccountError - It is not here.
   */
  async versions(id: ConversationId, message: string): Promise<readonly Version[]> {
    return this.show(await this.#line(id, message), null).versions.map(versionOf);
  }

  /** How a line is quoted; null if there is none of this id. */
  async quote(id: ConversationId, message: string): Promise<Quote | null> {
    const line = await this.#store.line(id, message);
    return line === null || line.hidden ? null : quoteOf(this.show(line, null));
  }

  async #do(
    id: ConversationId,
    message: string,
    make: (call: number, line: Line) => Event,
  ): Promise<void> {
    const line = await this.#line(id, message);
    await this.#runner.call((call) => make(call, line));
  }

  async #line(id: ConversationId, message: string): Promise<Line> {
    const line = await this.#store.line(id, message);
    if (line === null || line.hidden) throw new AccountError("error-message-not-here");
    return line;
  }
}
