/** What is done with one message of a conversation, from wherever it is asked for. */

import type { ConversationId, LineKey, Message } from "../core.ts";
import type { Page } from "../page.svelte.ts";
import type { Sheets } from "../sheets/sheets.svelte.ts";
import { unisolated } from "../texts/texts.ts";
import type { Writing } from "./writing.svelte.ts";

export type Deed = "answer" | "react" | "edit" | "copy" | "versions" | "reactors" | "delete";

/** The keys that do it at a message that has the focus, as in the terminal. */
const KEYS: Readonly<Record<string, Deed>> = {
  r: "answer",
  "+": "react",
  e: "edit",
  Delete: "delete",
};

/** What can be done with a message now, in the order in which it is offered. */
export function offered(message: Message, now: number, writable: boolean): readonly Deed[] {
  const { addressable, deleted, edited, editableUntil, reactions, state } = message;
  const waits = !deleted && (state === "failed" || (state === "queued" && !addressable));
  const can: Readonly<Record<Deed, boolean>> = {
    answer: addressable && writable,
    react: addressable && writable,
    edit: writable && now < editableUntil,
    copy: !deleted,
    versions: edited,
    reactors: reactions.length > 0,
    delete: !waits,
  };
  return waits ? [] : (Object.keys(can) as Deed[]).filter((deed) => can[deed]);
}

/** What of this a key does. */
export function deedOf(key: string): Deed | "menu" | null {
  if (key === "Enter" || key === "ContextMenu") return "menu";
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

export class Deeds {
  readonly page: Page;
  readonly writing: Writing;
  readonly #id: ConversationId;
  readonly #sheets: Sheets;
  readonly #isWritable: () => boolean;
  /** Puts the keyboard back where the message is. */
  readonly back: () => void;

  constructor(
    page: Page,
    sheets: Sheets,
    writing: Writing,
    id: ConversationId,
    isWritable: () => boolean,
    back: () => void,
  ) {
    [this.page, this.#sheets, this.writing, this.#id] = [page, sheets, writing, id];
    [this.#isWritable, this.back] = [isWritable, back];
  }

  offered(message: Message): readonly Deed[] {
    return offered(message, this.page.now, this.#isWritable());
  }

  /** Everything that can be done, beside where the message stands. */
  menu(message: Message, beside: DOMRect | null): void {
    void this.#sheets.open(() => import("../said/Menu.svelte"), { message, beside, deeds: this });
  }

  /** Do it, or ask what it takes to. */
  do(deed: Deed, message: Message, beside: DOMRect | null = null): void {
    const props = { message, conversation: this.#id, deeds: this };
    switch (deed) {
      case "answer":
        this.#sheets.close();
        this.writing.answer(message);
        return;
      case "edit":
        this.#sheets.close();
        this.writing.change(message);
        return;
      case "copy":
        this.#sheets.close();
        void this.#copy(message);
        return;
      case "react":
        void this.#sheets.open(() => import("../said/React.svelte"), { ...props, beside });
        return;
      case "versions":
        void this.#sheets.open(() => import("../said/Versions.svelte"), props);
        return;
      case "reactors":
        void this.#sheets.open(() => import("../said/Reactors.svelte"), props);
        return;
      case "delete":
        void this.#sheets.open(() => import("../said/Delete.svelte"), props);
    }
  }

  /** Put an emoji at a message, or take one's own back. */
  async toggle({ key, reactions }: Message, emoji: string): Promise<void> {
    const { core, texts } = this.page;
    const isBack = reactions.some((each) => each.own && each.emoji === emoji);
    const asked = isBack ? core.takeBack(this.#id, key, emoji) : core.react(this.#id, key, emoji);
    if (!(await this.page.ask(asked))) return;
    const told = isBack
      ? texts.text("web-reaction-back", { emoji })
      : texts.text("web-reaction-put", { emoji });
    this.page.spoken = unisolated(told);
  }

  retry(key: LineKey): void {
    void this.page.ask(this.page.core.retry(this.#id, key));
  }

  async discard(key: LineKey): Promise<void> {
    await this.page.ask(this.page.core.discard(this.#id, key));
  }

  async #copy({ text }: Message): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.page.spoken = this.page.texts.text("tui-copied");
  }
}
