/** The worker in which the core lives: the page beside it sees values only. */

import type { Port } from "../bridge/messages.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { DefaultCrypto } from "../mls/crypto/default.ts";
import { eraseStore, openStore, storeExists } from "../store/index.ts";
import { deviceName } from "./device_name.ts";
import type { Shelf } from "./entrance.ts";
import { LocalCore } from "./local_core.ts";
import { platformHere } from "./platform.ts";
import { serve } from "./serving.ts";

/** The one account of a browser, as the one profile of a computer. */
const NAME = "default";

interface Scope {
  readonly location: { readonly origin: string };
  readonly navigator: { readonly userAgent: string };
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  addEventListener(type: "online", listener: () => void): void;
}

const scope = globalThis as unknown as Scope;

const shelf: Shelf = {
  exists: () => storeExists(NAME),
  open: (wait) => openStore(NAME, { wait }),
  erase: () => eraseStore(NAME),
};

const port: Port = {
  post: (message) => {
    scope.postMessage(message);
  },
  listen: (hear) => {
    scope.onmessage = ({ data }) => {
      hear(data);
    };
  },
};

serve(port, (link) => {
  const core = new LocalCore({
    link,
    address: scope.location.origin,
    deviceName: deviceName(scope.navigator.userAgent),
    clock: SYSTEM_CLOCK,
    crypto: new DefaultCrypto(),
    platform: platformHere(),
    shelf,
  });
  scope.addEventListener("online", () => {
    core.reconnect();
  });
  void core.start();
  return core;
});
