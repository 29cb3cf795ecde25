/** The worker's end: does for a page what it asks, and tells it what it watches. */

import type { Core, Stop } from "../bridge/core.ts";
import { ASKED, type AskedName, type FromPage, type Port } from "../bridge/messages.ts";

type Answering = (...given: readonly unknown[]) => Promise<unknown>;

/** Serve a page; `start` makes the core, when the page has said where it is. */
export function serve(port: Port, start: (link: string) => Core): void {
  const watching = new Map<number, Stop>();
  let core: Core | null = null;

  function hear(message: FromPage): void {
    if (message.type === "start") {
      core ??= start(message.link);
      return;
    }
    if (core === null) return;
    switch (message.type) {
      case "watch":
        watching.set(message.id, watch(core, port, message));
        return;
      case "stop":
        watching.get(message.id)?.();
        watching.delete(message.id);
        return;
      case "ask":
        void answer(core, port, message);
    }
  }

  port.listen(
    (message) => {
      hear(message as FromPage);
    },
    () => undefined,
  );
}

function watch(
  core: Core,
  port: Port,
  { id, conversation }: Extract<FromPage, { type: "watch" }>,
): Stop {
  if (conversation === null) {
    return core.watch((value) => {
      port.post({ type: "shown", id, value });
    });
  }
  return core.watchConversation(conversation, (value) => {
    port.post({ type: "shown", id, value });
  });
}

async function answer(
  core: Core,
  port: Port,
  { id, name, given }: Extract<FromPage, { type: "ask" }>,
): Promise<void> {
  if (!Object.hasOwn(ASKED, name)) return;
  const asked = core as unknown as Readonly<Record<AskedName, Answering>>;
  port.post({ type: "answered", id, value: await asked[name](...given) });
}
