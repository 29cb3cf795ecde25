/**
 * The service worker: the web client without a connection.
 *
 * A new build waits until the page says so (`take over`): what somebody is typing is theirs. Until
 * then the old one, of which every file is kept, goes on.
 */

import { type Build, fileFor, forgetOthers, keep, kept } from "./files.ts";

declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build. */
declare const TEAMCHAT_BUILD: Build;

/** What the page says when the person wants the new build. */
const TAKE_OVER = "take over";

self.addEventListener("install", (event) => {
  event.waitUntil(keep(TEAMCHAT_BUILD, self.caches));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers(TEAMCHAT_BUILD, self.caches).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const address = fileFor(event.request, self.location.origin, TEAMCHAT_BUILD);
  if (address === null) return;
  event.respondWith(
    kept(address, TEAMCHAT_BUILD, self.caches).then((file) => file ?? fetch(event.request)),
  );
});
