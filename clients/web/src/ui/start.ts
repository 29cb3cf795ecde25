/** Bringing a page to life: look whether the browser can, speak the right language, show it. */

import { mount, type Component } from "svelte";

import App from "./App.svelte";
import type { Core } from "./core.ts";
import { sayLate } from "./late.ts";
import { watchUse } from "./locking/use.ts";
import { Page } from "./page.svelte.ts";
import { readPreferences, shelfOf } from "./preferences.ts";
import { watchRoom } from "./room.ts";
import { lackOf } from "./support.ts";
import { languageHere } from "./texts/language.ts";
import { loadTexts, type Texts } from "./texts/texts.ts";
import { keepUpdated } from "./updates.ts";

/** Show the client in the page; its core is made where the browser has what it needs. */
export async function start(make: () => Core, window: Window): Promise<void> {
  const shelf = shelfOf(window);
  const preferences = readPreferences(shelf);
  const asked = window.navigator.languages;
  const lack = lackOf(window);
  const [texts, lacking] = await Promise.all([
    loadTexts(languageHere(window)).catch(() => null),
    lack && import("./entering/Lacking.svelte").catch(() => null),
  ]);
  if (texts === null || (lack !== null && lacking === null)) sayLate(window.document);
  else if (lack !== null && lacking !== null) show(lacking.default, texts, { texts, lack });
  else showApp(new Page({ core: make(), shelf, asked }, preferences, texts), window);
}

function showApp(page: Page, window: Window): void {
  const takeOver = keepUpdated(window, page);
  watchUse(window, page);
  watchRoom(window);
  const onupdate = (): void => {
    void takeOver.then((begin) => {
      begin();
    });
  };
  show(App, page.texts, { page, onupdate });
}

function show<Props extends Record<string, unknown>>(
  component: Component<Props>,
  texts: Texts,
  props: Props,
): void {
  document.documentElement.lang = texts.language;
  const target = document.getElementById("app");
  if (target) mount(component, { target, props });
}
