/** The web client as it is served: the page here, its core in a worker. */

import { remoteCore } from "../bridge/remote_core.ts";
// The address of the worker, and nothing of what is in it.
// eslint-disable-next-line no-restricted-imports
import address from "../client/worker.ts?worker&url";
import type { Core } from "./core.ts";
import { trustedScript } from "../bridge/trusted.ts";
import { sayLate } from "./late.ts";
import { lackOf } from "./support.ts";
import { languageHere, loadPatterns } from "./texts/language.ts";

function open(): Core {
  const worker = new Worker(trustedScript(address), { type: "module", name: "teamchat" });
  worker.postMessage({ type: "start", link: location.href });
  return remoteCore({
    post: (message) => {
      worker.postMessage(message);
    },
    listen: (hear, gone) => {
      worker.onmessage = ({ data }) => {
        hear(data);
      };
      worker.onerror = gone;
      worker.onmessageerror = gone;
    },
  });
}

// The core takes longest to come: it is on its way before the page is, and so are the texts.
const core = lackOf(window) === null ? open() : null;
loadPatterns(languageHere(window)).catch(() => undefined); // whoever shows them asks again
// Not awaited here: what it brings may import from this file.
void import("./start.ts").then(
  ({ start }) => start(() => core ?? open(), window),
  () => {
    sayLate(document);
  },
);
