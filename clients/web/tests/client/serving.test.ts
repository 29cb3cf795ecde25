import { expect, test } from "vitest";

import type { Core, View } from "../../src/bridge/core.ts";
import type { Port } from "../../src/bridge/messages.ts";
import { remoteCore } from "../../src/bridge/remote_core.ts";
import { type Served, serve } from "../../src/client/serving.ts";
import { settled } from "./edge.ts";

const STOPPED: View = { type: "stopped", because: { key: "error-stopped", filling: {} } };

/** Two ends of one line; what crosses it is copied, as between a page and its worker. */
function line(): readonly [Port, Port, () => void] {
  const heard: ((message: unknown) => void)[] = [];
  const gone: (() => void)[] = [];
  const [one, other] = [0, 1].map((end): Port => ({
    post: (message) => {
      const copied: unknown = structuredClone(message);
      setTimeout(() => heard[1 - end]?.(copied), 0);
    },
    listen: (hear, lose) => {
      [heard[end], gone[end]] = [hear, lose];
    },
  }));
  if (one === undefined || other === undefined) throw new Error("a line has two ends");
  return [one, other, () => gone[0]?.()];
}

/** A core that notes what it is asked, and shows what it is told to. */
class Noting {
  readonly asked: unknown[] = [];

  arrive(link: string): void {
    this.asked.push(link);
  }

  shows: ((view: View) => void)[] = [];

  watch(show: (view: View) => void): () => void {
    this.shows.push(show);
    show({ type: "elsewhere" });
    return () => (this.shows = this.shows.filter((each) => each !== show));
  }

  watchConversation(id: string, show: (opened: null) => void): () => void {
    this.asked.push(id);
    show(null);
    return () => this.asked.push("stopped");
  }

  readonly trust = {
    custody: (...given: readonly unknown[]) => {
      this.asked.push(["custody", ...given]);
      return Promise.resolve({ done: true, value: "none" });
    },
  };

  async newGroup(title: string, people: readonly string[]): Promise<unknown> {
    await settled();
    this.asked.push([title, people]);
    return { done: true, value: "c1" };
  }
}

function served(): readonly [Core, Noting, () => void] {
  const [page, worker, lose] = line();
  const core = new Noting();
  serve(worker, core as unknown as Served);
  page.post({ type: "start", link: "https://chat.example/join#x" });
  return [remoteCore(page), core, lose];
}

test("a page asks, and is answered each by its own answer", async () => {
  const [page, core] = served();
  const answers = await Promise.all([page.newGroup("A", ["u1"]), page.newGroup("B", [])]);
  expect(answers).toEqual([1, 2].map(() => ({ done: true, value: "c1" })));
  expect(core.asked).toEqual(["https://chat.example/join#x", ["A", ["u1"]], ["B", []]]);
});

test("a part of the core is asked by its own names", async () => {
  const [page, core] = served();
  expect(await page.trust.custody()).toEqual({ done: true, value: "none" });
  expect(core.asked.at(-1)).toEqual(["custody"]);
});

test("what is watched comes until it is stopped", async () => {
  const [page, core] = served();
  const views: View[] = [];
  const stop = page.watch((view) => views.push(view));
  const stopOther = page.watchConversation("c1", (opened) => views.push(opened as never));
  await settled();
  await settled();
  core.shows.forEach((show) => {
    show(STOPPED);
  });
  await settled();
  expect(views).toEqual([{ type: "elsewhere" }, null, STOPPED]);
  stop();
  stopOther();
  await settled();
  expect(core.shows).toEqual([]);
  expect(core.asked.at(-1)).toBe("stopped");
});

test("where the worker never came the page says so", () => {
  const [mine, , lose] = line();
  const views: View[] = [];
  remoteCore(mine).watch((view) => views.push(view));
  lose();
  expect(views).toEqual([{ type: "stopped", because: { key: "web-not-come", filling: {} } }]);
});

test("where the worker is gone the page says so, and nothing waits for it", async () => {
  const [page, , lose] = served();
  await page.newGroup("before", []);
  const views: View[] = [];
  page.watch((view) => views.push(view));
  const asked = page.newGroup("A", []);
  lose();
  expect(await asked).toMatchObject({ done: false, why: { key: "error-stopped" } });
  expect(await page.rename("c1", "B")).toMatchObject({ done: false });
  expect(views.at(-1)).toEqual(STOPPED);
});

test("nothing else of a core is called across", async () => {
  const [page, worker] = line();
  const core = new Noting();
  serve(worker, core as unknown as Served);
  const heard: unknown[] = [];
  page.listen(
    (message) => heard.push(message),
    () => undefined,
  );
  page.post({ type: "start", link: "" });
  page.post({ type: "ask", id: 1, part: null, name: "constructor", given: [] });
  page.post({ type: "ask", id: 1, part: "trust", name: "constructor", given: [] });
  page.post({ type: "ask", id: 1, part: "constructor" as "trust", name: "name", given: [] });
  await settled();
  await settled();
  expect(heard).toEqual([]);
});
