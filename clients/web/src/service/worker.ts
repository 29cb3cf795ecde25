/**
 * The service worker: the web client without a connection, and its notices without a page.
 *
 * A new build waits until the page says so (`take over`): what somebody is typing is theirs. Until
 * then the old one, of which every file is kept, goes on.
 */

import { type Build, fileFor, forgetOthers, keep, kept } from "./files.ts";
import { goTo, keepLanguage, pathIn, show, type Words, wordsOf } from "./notices.ts";

declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build. */
declare const TEAMCHAT_BUILD: Build;
declare const TEAMCHAT_WORDS: Words;

/** What the page says when the person wants the new build. */
const TAKE_OVER = "take over";

/** Not every browser has a place at the icon. */
type Badging = Partial<Pick<WorkerNavigator, "setAppBadge">>;

/** What else pages say. */
type Told =
  | { readonly type: "language"; readonly language: string }
  /** Something has come to a page that is not looked at; `key` is the same in all tabs. */
  | {
      readonly type: "notice";
      readonly title: string;
      readonly path: string;
      readonly key: string;
    };

const icon = Object.keys(TEAMCHAT_BUILD.files).find((each) => each.includes("/any-192")) ?? "";
let lastKey = "";

self.addEventListener("install", (event) => {
  event.waitUntil(keep(TEAMCHAT_BUILD, self.caches));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers(TEAMCHAT_BUILD, self.caches).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting());
  else event.waitUntil(hear(event.data as Told));
});

self.addEventListener("fetch", (event) => {
  const address = fileFor(event.request, self.location.origin, TEAMCHAT_BUILD);
  if (address === null) return;
  event.respondWith(
    kept(address, TEAMCHAT_BUILD, self.caches).then((file) => file ?? fetch(event.request)),
  );
});

self.addEventListener("push", (event) => {
  event.waitUntil(beCalled());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(pathIn(event.notification.data), self.clients));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  const { oldSubscription } = event as { readonly oldSubscription?: PushSubscription | null };
  if (oldSubscription) event.waitUntil(subscribeAnew(oldSubscription.options));
});

async function hear(told: Told): Promise<void> {
  if (told.type === "language") {
    await keepLanguage(told.language, self.caches);
  } else if (told.key !== lastKey) {
    lastKey = told.key;
    const { title, path } = told;
    await show({ title, path, icon }, self.clients, self.registration);
  }
}

/** The server has called: something has come, and that is all that is known. */
async function beCalled(): Promise<void> {
  const title = await wordsOf(TEAMCHAT_WORDS, self.caches, self.navigator.languages);
  const isShown = await show({ title, path: "/", icon }, self.clients, self.registration);
  const navigator: Badging = self.navigator;
  if (isShown) await navigator.setAppBadge?.().catch(() => undefined);
}

/** The page that is opened next tells the server. */
async function subscribeAnew(options: PushSubscriptionOptions): Promise<void> {
  await self.registration.pushManager.subscribe(options);
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const each of open) each.postMessage({ type: "subscribed anew" });
}
