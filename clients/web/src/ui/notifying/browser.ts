/** What of the browser shows notices and is called by its maker's service. */

/** Whether this browser shows notices: not here, once installed, not allowed, if asked, or yes. */
export type Standing = "unsupported" | "install" | "blocked" | "askable" | "allowed";

/** What the page tells its service worker. */
export type Told =
  | { readonly type: "language"; readonly language: string }
  | {
      readonly type: "notice";
      readonly title: string;
      readonly path: string;
      /** The same in all tabs, so that one of them is shown. */
      readonly key: string;
    };

/** What the service worker tells its pages (`service/worker.ts`). */
export type FromService =
  /** A notice was pressed. */
  | { readonly type: "go"; readonly path: string }
  /** The browser is called at another address by now. */
  | { readonly type: "subscribed anew" };

export interface Browser {
  standing(): Standing;
  /** Let the browser ask the person. */
  ask(): Promise<Standing>;
  /** Where the browser is called by whoever has this key; null if it gives out no address. */
  subscribe(key: string): Promise<string | null>;
  unsubscribe(): Promise<void>;
  /** Tell the service worker, once there is one. */
  tell(told: Told): void;
  listen(hear: (told: FromService) => void): void;
  /** Take back what was shown. */
  clear(): Promise<void>;
  /** Show a number at the app's icon; 0 for none. */
  badge(count: number): void;
}

/** A browser that does not reach its maker does not always say so. */
const PATIENCE_MS = 15_000;
const TAG = "teamchat";

type Maybe<T> = { readonly [Name in keyof T]?: T[Name] };

/** Return the browser of a window. */
export function browserOf(window: Window): Browser {
  const navigator = window.navigator as Maybe<Navigator> & { readonly standalone?: boolean };
  const { Notification } = window as Window & {
    readonly Notification?: typeof globalThis.Notification;
  };

  function standing(): Standing {
    if (Notification === undefined || navigator.serviceWorker === undefined) {
      return navigator.standalone === false ? "install" : "unsupported";
    }
    const { permission } = Notification;
    if (permission === "default") return "askable";
    return permission === "granted" ? "allowed" : "blocked";
  }

  async function registration(): Promise<ServiceWorkerRegistration | undefined> {
    return navigator.serviceWorker?.getRegistration("/").catch(() => undefined);
  }

  return {
    standing,
    ask: async () => {
      await Notification?.requestPermission();
      return standing();
    },
    subscribe: async (key) => {
      const found = await registration();
      const push = found?.pushManager;
      if (push === undefined) return null;
      const gaveUp = new Promise<null>((done) => {
        setTimeout(() => {
          done(null);
        }, PATIENCE_MS);
      });
      return Promise.race([subscribed(push, bytesOf(key)).catch(() => null), gaveUp]);
    },
    unsubscribe: async () => {
      const push = (await registration())?.pushManager;
      await (await push?.getSubscription())?.unsubscribe().catch(() => false);
    },
    tell: (told) => {
      void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage(told));
    },
    listen: (hear) => {
      navigator.serviceWorker?.addEventListener("message", ({ data }) => {
        hear(data as FromService);
      });
    },
    clear: async () => {
      const shown = await (await registration())?.getNotifications({ tag: TAG });
      for (const each of shown ?? []) each.close();
    },
    badge: (count) => {
      const done = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
      done?.catch(() => undefined);
    },
  };
}

/** The subscription of this browser under this key; one under another key is of no use. */
async function subscribed(push: PushManager, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const before = await push.getSubscription();
  const had = before?.options.applicationServerKey;
  if (before && had && isSame(new Uint8Array(had), key)) return before.endpoint;
  await before?.unsubscribe();
  const how = { userVisibleOnly: true, applicationServerKey: key };
  return (await push.subscribe(how)).endpoint;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}
