/**
 * The page and its service worker: the client opens without a connection, and a new build of it
 * waits until the person wants it. Nothing is loaded anew before what is being typed is kept.
 */

import { trustedScript } from "../bridge/trusted.ts";

const ADDRESS = "/sw.js";
const TAKE_OVER = "take over";
/** How often a page that stays open looks for a new build. */
const LOOK_MS = 60 * 60_000;

/** The page: it shows that a new build waits, and keeps what is typed. */
export interface Updated {
  updateReady: boolean;
  settle(): Promise<unknown>;
}

/** A new build, wanted: it takes over, and every page of it is loaded anew. */
export type TakeOver = () => void;

/**
 * Keep the client on this device; a browser that will not does without.
 *
 * Returns what to call when the person wants the new build.
 */
export async function keepUpdated(window: Window, page: Updated): Promise<TakeOver> {
  const container = (window.navigator as Partial<Navigator>).serviceWorker;
  const registration = await registered(container);
  if (container === undefined || registration === null) return () => undefined;
  let replaced = container.controller !== null;
  container.addEventListener("controllerchange", () => {
    // The first one takes a page over that came from the server just now: it is the same build.
    if (replaced)
      void page.settle().then(() => {
        window.location.reload();
      });
    replaced = true;
  });
  const tell = (): void => {
    if (registration.waiting !== null && container.controller !== null) page.updateReady = true;
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  tell();
  lookNowAndThen(window, registration);
  return () => registration.waiting?.postMessage(TAKE_OVER);
}

async function registered(
  container: ServiceWorkerContainer | undefined,
): Promise<ServiceWorkerRegistration | null> {
  try {
    return (await container?.register(trustedScript(ADDRESS), { scope: "/" })) ?? null;
  } catch {
    return null; // private windows refuse it, and so does a server without a built client
  }
}

function lookNowAndThen(window: Window, registration: ServiceWorkerRegistration): void {
  let looked = Date.now();
  const look = (): void => {
    if (window.document.hidden || Date.now() - looked < LOOK_MS) return;
    looked = Date.now();
    registration.update().catch(() => undefined); // without a connection: the next time
  };
  window.document.addEventListener("visibilitychange", look);
  window.setInterval(look, LOOK_MS);
}
