/** Several tabs of one browser: one core among them, which the others speak with. */

import { expect, test } from "vitest";

import type { Core, View } from "../../src/bridge/core.ts";
import type { Port } from "../../src/bridge/messages.ts";
import { remoteCore } from "../../src/bridge/remote_core.ts";
import { Relay } from "../../src/client/relay.ts";
import type { Served } from "../../src/client/serving.ts";
import { ASK_SECONDS, LOOK_SECONDS, SILENCE_SECONDS, Tab } from "../../src/client/tabs.ts";
import { Origin } from "../support/storage.ts";
import { FakePlatform, settled } from "./edge.ts";

const LINK = "https://chat.example/";
const SIGNED_OUT: View = {
  ...{
    type: "signed-out",
    organisation: "x",
    because: null,
    held: false,
    helped: "",
    userName: "",
  },
};

/** A core that notes what it is asked, and shows what it is told to. */
class Noting {
  readonly asked: unknown[] = [];
  readonly arrived: string[] = [];
  answers = true;
  shows = new Set<(view: View) => void>();

  arrive(link: string): void {
    this.arrived.push(link);
  }

  watch(show: (view: View) => void): () => void {
    this.shows.add(show);
    show(SIGNED_OUT);
    return () => this.shows.delete(show);
  }

  send(...given: readonly string[]): Promise<unknown> {
    return this.#note(["send", ...given]);
  }

  newGroup(title: string): Promise<unknown> {
    return this.#note(["group", title]);
  }

  #note(asked: unknown): Promise<unknown> {
    this.asked.push(asked);
    const never = new Promise(() => undefined);
    return this.answers ? Promise.resolve({ done: true, value: "c1" }) : never;
  }
}

/** A tab, as its person sees it. */
interface Opened {
  readonly page: Core;
  readonly views: View[];
  /** Let seconds pass, as long as it is awake. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly time: FakePlatform;
  /** The core that it has made; null if another tab has one. */
  readonly core: () => Noting | null;
  /** Whether its core was made in the place of another, and whether it was given up. */
  readonly fate: { stole: boolean; abandoned: boolean };
  readonly die: () => void;
}

let made = 0;

function opened(origin: Origin, build = "one"): Opened {
  let die = (): void => undefined;
  const gone = new Promise<void>((done) => (die = done));
  const time = new FakePlatform();
  let core: Noting | null = null;
  const fate = { stole: false, abandoned: false };
  const [mine, its] = ends();
  const relay = new Relay(
    its,
    () => {
      tab.enter();
    },
    () => {
      tab.asked();
    },
  );
  const company = {
    storage: origin.tab(undefined, gone),
    timers: time,
    now: () => time.now * 1000,
    name: "alice",
    build,
    fresh: () => String((made += 1)),
    open: (steal: boolean) => {
      core = new Noting();
      fate.stole = steal;
      const abandon = (): void => {
        core = null;
        fate.abandoned = true;
      };
      return { core: core as unknown as Served, abandon };
    },
  };
  const tab = new Tab(company, relay);
  mine.post({ type: "start", link: LINK });
  const page = remoteCore(mine);
  const views: View[] = [];
  page.watch((view) => views.push(view));
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += ASK_SECONDS) {
      time.pass(ASK_SECONDS);
      await calm();
    }
  };
  return { page, views, pass, time, core: () => core, fate, die };
}

function ends(): readonly [Port, Port] {
  const heard: ((message: unknown) => void)[] = [];
  const [one, other] = [0, 1].map((end): Port => ({
    post: (message) => heard[1 - end]?.(structuredClone(message)),
    listen: (hear) => (heard[end] = hear),
  })) as [Port, Port];
  return [one, other];
}

async function calm(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await settled();
}

test("a second tab shows what the first shows, and asks it", async () => {
  const origin = new Origin();
  const first = opened(origin);
  await calm();
  const second = opened(origin);
  await calm();
  expect([first.core() !== null, second.core()]).toEqual([true, null]);
  expect(second.views).toEqual([SIGNED_OUT]);
  expect(await second.page.send("c1", "hello", "k1", null)).toMatchObject({ done: true });
  expect(first.core()?.asked).toEqual([["send", "c1", "hello", "k1", null]]);
  expect(first.core()?.arrived).toEqual([LINK, LINK]);
});

test("when the first is gone another goes on, and the third speaks with that", async () => {
  const origin = new Origin();
  const [first, second, third] = [opened(origin), opened(origin), opened(origin)];
  await calm();
  first.die();
  await calm();
  expect([second.core() !== null, third.core()]).toEqual([true, null]);
  expect([second.views, third.views]).toEqual([
    [SIGNED_OUT, SIGNED_OUT],
    [SIGNED_OUT, SIGNED_OUT],
  ]);
  expect(await third.page.send("c1", "hello", "k1", null)).toMatchObject({ done: true });
  expect(second.core()?.asked).toEqual([["send", "c1", "hello", "k1", null]]);
});

test("what was asked of a tab that is gone is asked again, with the same key", async () => {
  const origin = new Origin();
  const [first, second] = [opened(origin), opened(origin)];
  await calm();
  const gone = first.core();
  if (gone !== null) gone.answers = false;
  const sent = second.page.send("c1", "hello", "k1", null);
  const grouped = second.page.newGroup("Night shift", []);
  await calm();
  first.die();
  expect(await sent).toMatchObject({ done: true });
  expect(gone?.asked).toEqual([
    ["send", "c1", "hello", "k1", null],
    ["group", "Night shift"],
  ]);
  expect(second.core()?.asked).toEqual([["send", "c1", "hello", "k1", null]]);
  expect(await grouped).toEqual({
    done: false,
    why: { key: "web-error-tab-closed", filling: {} },
  });
});

test("what a tab watched is not watched any more when it is gone", async () => {
  const origin = new Origin();
  const [first, second] = [opened(origin), opened(origin)];
  await calm();
  expect(first.core()?.shows.size).toBe(2);
  second.die();
  await calm();
  expect(first.core()?.shows.size).toBe(1);
});

test("a tab of another build waits for one that is awake, and says so", async () => {
  const origin = new Origin();
  const first = opened(origin, "one");
  await calm();
  const second = opened(origin, "two");
  await calm();
  expect(second.views).toEqual([]);
  await second.pass(SILENCE_SECONDS);
  expect(second.views).toEqual([{ type: "elsewhere" }]);
  expect([first.fate.abandoned, second.core()]).toEqual([false, null]);
  first.die();
  await calm();
  expect(second.views).toEqual([{ type: "elsewhere" }, SIGNED_OUT]);
});

test("from a tab that sleeps another takes over, and it becomes a guest when it wakes", async () => {
  const origin = new Origin();
  const first = opened(origin);
  await calm();
  const second = opened(origin);
  await calm();
  origin.deaf = true;
  await second.pass(LOOK_SECONDS + SILENCE_SECONDS);
  expect(second.fate.stole).toBe(true);
  expect(second.views.at(-1)).toEqual(SIGNED_OUT);
  origin.deaf = false;
  await calm();
  expect(first.fate.abandoned).toBe(true);
  await first.pass(SILENCE_SECONDS);
  expect(await first.page.send("c1", "hello", "k1", null)).toMatchObject({ done: true });
  expect(second.core()?.asked).toEqual([["send", "c1", "hello", "k1", null]]);
  second.die();
  await calm();
  expect(first.core()).not.toBe(null);
  expect(first.fate.stole).toBe(false);
});

test("of several that wait for one that sleeps one takes over", async () => {
  const origin = new Origin();
  opened(origin);
  await calm();
  const [second, third] = [opened(origin), opened(origin)];
  await calm();
  origin.deaf = true;
  await Promise.all([
    second.pass(LOOK_SECONDS + SILENCE_SECONDS),
    third.pass(LOOK_SECONDS + SILENCE_SECONDS),
  ]);
  expect([second, third].filter(({ core }) => core() !== null)).toHaveLength(1);
});

test("who slept as well has heard nobody, and takes nothing from anybody", async () => {
  const origin = new Origin();
  opened(origin);
  await calm();
  const second = opened(origin);
  await calm();
  origin.deaf = true;
  await second.pass(LOOK_SECONDS);
  for (let woken = 0; woken < 3; woken += 1) {
    second.time.pass(3600);
    await calm();
  }
  expect(second.fate.stole).toBe(false);
});

test("what one asks of a tab that sleeps is asked of whoever takes over", async () => {
  const origin = new Origin();
  const first = opened(origin);
  await calm();
  const second = opened(origin);
  await calm();
  await second.pass(ASK_SECONDS * 2);
  origin.deaf = true;
  const sent = second.page.send("c1", "hello", "k1", null);
  await second.pass(SILENCE_SECONDS);
  expect(await sent).toMatchObject({ done: true });
  expect(second.core()?.asked).toEqual([["send", "c1", "hello", "k1", null]]);
  expect(first.core()).toBe(null);
});

test("from a tab that cannot be kept from writing nobody takes it", async () => {
  const origin = new Origin();
  const old = origin.tab();
  void old.locks.request("alice/owner", { ifAvailable: false }, () => new Promise(() => undefined));
  const second = opened(origin);
  await calm();
  await second.pass(SILENCE_SECONDS);
  expect(second.views).toEqual([{ type: "elsewhere" }]);
  expect(second.core()).toBe(null);
});
