import { expect, test } from "vitest";

import {
  goTo,
  keepLanguage,
  type Look,
  pathIn,
  type Shelves,
  show,
  type Tab,
  TAG,
  type Tabs,
  wordsOf,
} from "../../src/service/notices.ts";

const NOTICE = { title: "New message in teamchat", path: "/", icon: "/icon.png" };
const WORDS = { de: "Neue Nachricht", en: "New message" };

/** Whether a page is to be seen, and has the focus. */
type State = readonly ["visible" | "hidden", boolean?];

/** The pages of a browser, and what was done with them. */
class Pages implements Tabs {
  readonly done: unknown[] = [];
  readonly #tabs: readonly Tab[];

  constructor(...states: readonly State[]) {
    this.#tabs = states.map(([visibilityState, focused = false], place) => ({
      visibilityState,
      focused,
      focus: () => Promise.resolve(this.done.push(["focus", place])),
      postMessage: (message) => this.done.push(["tell", place, message]),
    }));
  }

  matchAll(): Promise<readonly Tab[]> {
    return Promise.resolve(this.#tabs);
  }

  openWindow(address: string): Promise<unknown> {
    return Promise.resolve(this.done.push(["open", address]));
  }
}

class Drawer implements Shelves {
  readonly kept = new Map<string, Response>();
  fails = false;

  open(): ReturnType<Shelves["open"]> {
    return Promise.resolve({
      put: (address, body) => Promise.resolve(void this.kept.set(address, body)),
      match: (address) =>
        this.fails ? Promise.reject(new Error()) : Promise.resolve(this.kept.get(address)?.clone()),
    });
  }
}

async function shown(...states: readonly State[]): Promise<unknown[]> {
  const found: unknown[] = [];
  const shower = {
    showNotification: (title: string, how: Look) => Promise.resolve(void found.push([title, how])),
  };
  expect(await show(NOTICE, new Pages(...states), shower)).toBe(found.length > 0);
  return found;
}

test("a notice is shown where no page can be seen, in the place of the one before", async () => {
  const how = { tag: TAG, renotify: true, icon: "/icon.png", data: { path: "/" } };
  expect(await shown()).toEqual([["New message in teamchat", how]]);
  expect(await shown(["hidden"], ["hidden"])).toHaveLength(1);
  expect(await shown(["hidden"], ["visible"])).toEqual([]);
});

test("it leads to a page that is open, the one that is looked at first", async () => {
  const many = new Pages(["hidden"], ["visible"], ["visible", true]);
  await goTo("/c/abc", many);
  expect(many.done).toEqual([
    ["focus", 2],
    ["tell", 2, { type: "go", path: "/c/abc" }],
  ]);
  const hidden = new Pages(["hidden"]);
  await goTo("/", hidden);
  expect(hidden.done).toEqual([["focus", 0]]);
  const none = new Pages();
  await goTo("/c/abc", none);
  expect(none.done).toEqual([["open", "/c/abc"]]);
});

test.each([
  [{ path: "/c/abc-D_9" }, "/c/abc-D_9"],
  [{ path: "https://evil.example/" }, "/"],
  [{ path: "//evil.example" }, "/"],
  [{ path: "/c/a/../b" }, "/"],
  [{ path: `/c/${"a".repeat(65)}` }, "/"],
  [{ path: 7 }, "/"],
  [null, "/"],
])("what a notice carries leads nowhere else: %j", (data, path) => {
  expect(pathIn(data)).toBe(path);
});

test("it speaks the language of the pages, else that of the browser, else English", async () => {
  const drawer = new Drawer();
  expect(await wordsOf(WORDS, drawer, ["fr-FR", "de-AT"])).toBe("Neue Nachricht");
  expect(await wordsOf(WORDS, drawer, ["fr"])).toBe("New message");
  await keepLanguage("en", drawer);
  expect(await wordsOf(WORDS, drawer, ["de"])).toBe("New message");
  drawer.fails = true;
  expect(await wordsOf(WORDS, drawer, ["de"])).toBe("Neue Nachricht");
  await keepLanguage("toString", drawer);
  expect(await wordsOf(WORDS, drawer, [])).toBe("New message");
});
