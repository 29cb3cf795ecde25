/** The worker in which the core lives, or which speaks with it: the page beside it sees values only. */

import type { Port } from "../bridge/messages.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { toHex } from "../mls/bytes.ts";
import { DefaultCrypto } from "../mls/crypto/default.ts";
import {
  doorOf,
  eraseStore,
  keepTries,
  type Opener,
  openStore,
  storeExists,
  triesOf,
} from "../store/index.ts";
import { notesHere } from "../store/notes.ts";
import { here } from "../store/platform.ts";
import { deviceName } from "./device_name.ts";
import type { Shelf } from "./entrance.ts";
import { folderHere } from "./folder.ts";
import { Leash } from "./leash.ts";
import { LocalCore } from "./local_core.ts";
import { platformHere } from "./platform.ts";
import { Relay } from "./relay.ts";
import { stretch } from "./stretch.ts";
import { type Owned, Tab } from "./tabs.ts";

/** The one account of a browser, as the one profile of a computer. */
const NAME = "default";
const TAB_BYTES = 16;

interface Scope {
  readonly location: { readonly origin: string; readonly pathname: string };
  readonly navigator: { readonly userAgent: string };
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  addEventListener(type: "online", listener: () => void): void;
}

const scope = globalThis as unknown as Scope;
const crypto = new DefaultCrypto();
const platform = platformHere();
const folder = folderHere(NAME);

/** Where accounts are kept, for one core; `steal` if it has the account in place of another tab's. */
function shelf(leash: Leash, steal: boolean): Shelf {
  return {
    exists: () => storeExists(NAME),
    open: (wait, opener: Opener = { type: "browser" }, lost = () => undefined) =>
      leash.opening(() => openStore(NAME, { wait, opener, steal, lost })),
    erase: async () => {
      leash.check();
      await eraseStore(NAME);
      await folder.erase().catch(() => undefined); // what is left there, nothing opens any more
    },
    door: () => doorOf(NAME),
    tries: () => triesOf(NAME),
    keepTries: (tries) => keepTries(NAME, tries),
    stretch,
  };
}

const page: Port = {
  post: (message) => {
    scope.postMessage(message);
  },
  listen: (hear) => {
    scope.onmessage = ({ data }) => {
      hear(data);
    };
  },
};

/** Make the core of this tab; it ends when another tab has taken the account. */
function open(steal: boolean): Owned {
  const leash = new Leash(platform);
  const core = new LocalCore({
    address: scope.location.origin,
    deviceName: deviceName(scope.navigator.userAgent),
    clock: SYSTEM_CLOCK,
    crypto,
    platform: leash.platform,
    folder,
    shelf: shelf(leash, steal),
    notes: notesHere(),
  });
  scope.addEventListener("online", () => {
    core.reconnect();
  });
  return {
    core,
    abandon: () => {
      leash.cut();
      core.abandon();
    },
  };
}

const relay = new Relay(
  page,
  () => {
    tab.enter();
  },
  () => {
    tab.asked();
  },
);
const tab = new Tab(
  {
    storage: here(),
    timers: platform,
    now: () => Date.now(),
    name: `teamchat/${NAME}`,
    build: scope.location.pathname, // it bears the hash of what is in it
    fresh: () => toHex(crypto.random(TAB_BYTES)),
    open,
  },
  relay,
);
