/**
 * What the service worker shows when something has come and no page is to be seen: one notice, which
 * the next one replaces. It has no keys and reads nothing; a call of the server says nothing.
 */

/** What all notices are shown under: there is never more than one. */
export const TAG = "teamchat";
/** Where the language of the pages is kept; no build's files, so it stays when one is replaced. */
const SHELF = "language";
const PLACE = "/language";

/** The text of a call's notice by language. */
export type Words = Readonly<Record<string, string>>;

/** As much of an open page as is used. */
export interface Tab {
  readonly visibilityState: string;
  readonly focused: boolean;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

export interface Tabs {
  matchAll(which: { type: "window"; includeUncontrolled: true }): Promise<readonly Tab[]>;
  openWindow(address: string): Promise<unknown>;
}

export interface Shower {
  showNotification(title: string, how: Look): Promise<void>;
}

/** As much of `NotificationOptions` as is used; `renotify` is missing in the types of browsers. */
export interface Look {
  readonly tag: string;
  readonly renotify: boolean;
  readonly icon: string;
  readonly data: { readonly path: string };
}

/** What of the cache storage is used. */
export interface Shelves {
  open(name: string): Promise<{
    put(address: string, body: Response): Promise<void>;
    match(address: string): Promise<Response | undefined>;
  }>;
}

/** Where a notice leads, and what it looks like. */
export interface Notice {
  readonly title: string;
  readonly path: string;
  readonly icon: string;
}

/** Show a notice, unless a page can be seen; tell whether it was shown. */
export async function show(notice: Notice, tabs: Tabs, shower: Shower): Promise<boolean> {
  const open = await all(tabs);
  if (open.some(({ visibilityState }) => visibilityState === "visible")) return false;
  const { title, path, icon } = notice;
  await shower.showNotification(title, { tag: TAG, renotify: true, icon, data: { path } });
  return true;
}

/** A notice was pressed: go to where it leads, in a page that is open if there is one. */
export async function goTo(path: string, tabs: Tabs): Promise<void> {
  const open = await all(tabs);
  const tab =
    open.find(({ focused }) => focused) ??
    open.find(({ visibilityState }) => visibilityState === "visible") ??
    open[0];
  if (tab === undefined) {
    await tabs.openWindow(path);
    return;
  }
  await tab.focus();
  if (path !== "/") tab.postMessage({ type: "go", path });
}

/** Where a notice leads: a place of the client, whatever it carries. */
export function pathIn(data: unknown): string {
  const { path } = (data ?? {}) as { readonly path?: unknown };
  return typeof path === "string" && /^\/c\/[\w-]{1,64}$/u.test(path) ? path : "/";
}

/** Keep the language that the pages speak. */
export async function keepLanguage(language: string, shelves: Shelves): Promise<void> {
  await (await shelves.open(SHELF)).put(PLACE, new Response(language));
}

/** The text of a call's notice, in the language of the pages or of the browser. */
export async function wordsOf(
  words: Words,
  shelves: Shelves,
  asked: readonly string[],
): Promise<string> {
  const kept = await (await shelves.open(SHELF)).match(PLACE).catch(() => undefined);
  const languages = [await kept?.text(), ...asked.map((each) => each.split("-")[0]), "en"];
  const found = languages.find((each) => each !== undefined && Object.hasOwn(words, each));
  return words[found ?? "en"] ?? "teamchat";
}

function all(tabs: Tabs): Promise<readonly Tab[]> {
  return tabs.matchAll({ type: "window", includeUncontrolled: true });
}
