/** What is open above the page; each sheet is loaded when it is wanted for the first time. */

import { getContext, setContext, type Component } from "svelte";

import type { Page } from "../page.svelte.ts";

const CONTEXT = Symbol("sheets");

export interface Shown {
  readonly component: Component<Record<string, unknown>>;
  readonly props: Record<string, unknown>;
}

export class Sheets {
  shown = $state.raw<Shown | null>(null);
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Show a sheet in place of the one that is open. */
  async open<Props extends object>(
    load: () => Promise<{ readonly default: Component<Props> }>,
    props: Props,
  ): Promise<void> {
    try {
      const later = import("virtual:texts/later/above");
      const component = (await load()).default as unknown as Shown["component"];
      this.#page.texts.more((await later).default);
      this.shown = { component, props: props as Shown["props"] };
    } catch {
      // Nothing was asked of the core: the file of the sheet did not come.
      const why = { key: "web-sheet-not-loaded", filling: {} };
      await this.#page.ask(Promise.resolve({ done: false, why }));
    }
  }

  close(): void {
    this.shown = null;
  }
}

export function provideSheets(sheets: Sheets): void {
  setContext(CONTEXT, sheets);
}

export function useSheets(): Sheets {
  return getContext<Sheets>(CONTEXT);
}
