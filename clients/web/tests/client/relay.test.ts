/** What a page is shown of a conversation, through a relay that sends only what is another. */

import { expect, test } from "vitest";

import type { Line, Opened, View } from "../../src/bridge/core.ts";
import type { FromCore, FromPage, Port } from "../../src/bridge/messages.ts";
import { remoteCore } from "../../src/bridge/remote_core.ts";
import { Relay } from "../../src/client/relay.ts";
import { NOTHING_DONE } from "../support/messages.ts";

const LOCKED = { type: "locked" } as unknown as View;

function opened(...texts: readonly string[]): Opened {
  const sender = { id: "anna", name: "Anna", hue: 1 };
  const lines = texts.map((text, at): Line => {
    return { type: "message", key: `${at}`, at, sender, text, state: null, ...NOTHING_DONE };
  });
  return { lines, hasEarlier: false } as unknown as Opened;
}

/** A page, and what its core and the page have been sent. */
function page(): {
  readonly shown: (readonly string[] | null)[];
  readonly crossed: FromCore[];
  readonly show: (value: Opened | View | null, id?: number) => void;
} {
  const crossed: FromCore[] = [];
  const shown: (readonly string[] | null)[] = [];
  type Hear = ((message: unknown) => void) | undefined;
  let [hearPage, hearWorker, hearRelay]: [Hear, Hear, Hear] = [undefined, undefined, undefined];
  const relay = new Relay(
    {
      post: (message) => {
        const copied = structuredClone(message) as FromCore;
        crossed.push(copied);
        hearPage?.(copied);
      },
      listen: (hear) => (hearWorker = hear),
    },
    () => undefined,
  );
  const core: Port = { post: () => undefined, listen: (hear) => (hearRelay = hear) };
  relay.attach(core);
  const remote = remoteCore({
    post: (message: FromPage | FromCore) => hearWorker?.(structuredClone(message)),
    listen: (hear) => (hearPage = hear),
  });
  remote.watch(() => undefined);
  remote.watchConversation("c", (value) => {
    shown.push(value === null ? null : value.lines.map((each) => each.key + textOf(each)));
  });
  return {
    shown,
    crossed,
    show: (value, id = 2) => {
      hearRelay?.({ type: "shown", id, value });
    },
  };
}

function textOf(line: Line): string {
  return typeof line.text === "string" ? line.text : "";
}

function between(message: FromCore | undefined): number {
  if (message?.type !== "changed") throw new Error("all of it has crossed");
  return message.value.opened.lines.length;
}

test("a conversation crosses once, and then what is another in it", () => {
  const { shown, crossed, show } = page();
  show(opened("a", "b"));
  show(opened("a", "b", "c"));
  expect(between(crossed.at(-1))).toBe(1);
  show(opened("a", "x", "c"));
  expect(between(crossed.at(-1))).toBe(1);
  expect(shown.at(-1)).toEqual(["0a", "1x", "2c"]);
  show(null);
  show(opened("a", "x", "c"));
  expect(crossed.at(-1)?.type).toBe("shown");
  expect(shown.slice(-2)).toEqual([null, ["0a", "1x", "2c"]]);
});

test("where nothing is read any more nothing is remembered, and it crosses whole again", () => {
  const { shown, crossed, show } = page();
  show(opened("a"));
  show(LOCKED, 1);
  show(opened("a", "b"));
  expect(crossed.at(-1)?.type).toBe("shown");
  expect(shown.at(-1)).toEqual(["0a", "1b"]);
});
