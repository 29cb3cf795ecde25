/** The core's end of a line: does for a page what it asks, and tells it what it watches. */

import type { Core, Stop } from "../bridge/core.ts";
import { ASKED, type FromPage, PARTS, type Port } from "../bridge/messages.ts";

type Answering = (...given: readonly unknown[]) => Promise<unknown>;

/** A core that pages come to. */
export interface Served extends Core {
  /** A page was opened at this address, with what stands behind `#`. */
  arrive(link: string): void;
}

/** Serve the page at the other end, until stopped. */
export function serve(port: Port, core: Served): Stop {
  const watching = new Map<number, Stop>();

  function hear(message: FromPage): void {
    switch (message.type) {
      case "start":
        core.arrive(message.link);
        return;
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
  return () => {
    for (const stop of watching.values()) stop();
    watching.clear();
  };
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
  { id, part, name, given }: Extract<FromPage, { type: "ask" }>,
): Promise<void> {
  if (part !== null && !Object.hasOwn(PARTS, part)) return;
  if (!Object.hasOwn(part === null ? ASKED : PARTS[part], name)) return;
  const whom = part === null ? core : core[part];
  const value = await (whom as unknown as Readonly<Record<string, Answering>>)[name]?.(...given);
  port.post({ type: "answered", id, value });
}
