/**
 * The web client in Chromium at a real server: what loading, opening, scrolling and holding cost.
 *
 * `benchmarks/web` runs it and shows what it writes into the file that TEAMCHAT_FIGURES names.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { test } from "vitest";

import { WEB } from "../../../build/product.ts";
import { enter } from "../../client/slow/people.ts";
import { Office } from "../../client/slow/office.ts";
import { bytesOf, firstLoad } from "../../support/first_load.ts";
import { climbs, opens, scrolls } from "./watching.ts";

const SLOW = 6;
const [TEN, FIFTY] = [
  Number(process.env.TEAMCHAT_TEN ?? 10_000),
  Number(process.env.TEAMCHAT_FIFTY ?? 50_000),
];
const CLIMB_MS = Number(process.env.TEAMCHAT_CLIMB_MS ?? 120_000);
const FRAMES = Number(process.env.TEAMCHAT_FRAMES ?? 600);
const PIXELS = 120;
const FAST = 1_500;
const TRIES = Number(process.env.TEAMCHAT_TRIES ?? 3);
const figures: Record<string, unknown> = {};

/** What the processes of all pages have used so far, in CPU seconds. */
async function cpu(office: Office): Promise<number> {
  const session = await office.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return pages.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Do something; note the CPU that pages used for it. */
async function costing<T>(office: Office, name: string, work: () => Promise<T>): Promise<T> {
  const before = await cpu(office);
  const result = await work();
  figures[`${name}_cpu_s`] = (await cpu(office)) - before;
  return result;
}

async function throttled(page: Page, rate: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  return session;
}

/** Load a page and return when something is there, in milliseconds since it was asked for. */
async function loads(page: Page, address: string, selector: string): Promise<number> {
  await page.addInitScript((wanted) => {
    const look = (): void => {
      if (document.querySelector(wanted) === null) requestAnimationFrame(look);
      else performance.mark("there");
    };
    requestAnimationFrame(look);
  }, selector);
  await page.goto(address);
  const there = await page.waitForFunction(
    () => performance.getEntriesByName("there")[0]?.startTime,
  );
  return (await there.jsonValue()) ?? Number.NaN;
}

function least(found: readonly number[]): number {
  return Math.min(...found);
}

async function fresh(office: Office): Promise<BrowserContext> {
  // What a service worker answers, no benchmark can put in the place of a page.
  return office.browser.newContext({
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    serviceWorkers: "block",
    viewport: { width: 1280, height: 800 },
  });
}

async function cold(office: Office): Promise<void> {
  const spent: number[] = [];
  const taken: Record<string, number[]> = { 1: [], [SLOW]: [] };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    for (const rate of [1, SLOW]) {
      const context = await fresh(office);
      const page = await context.newPage();
      await throttled(page, rate);
      const before = await cpu(office);
      taken[rate]?.push(await loads(page, office.address, "form input"));
      if (rate === 1) spent.push((await cpu(office)) - before);
      await context.close();
    }
  }
  figures.load_cpu_s = least(spent);
  figures.interactive_ms = least(taken[1] ?? []);
  figures.interactive_slow_ms = least(taken[SLOW] ?? []);
}

/** Put lines into the store of a browser, while no page has it open. */
async function fill(page: Page, address: string, given: readonly [string, number]): Promise<void> {
  const made = await build({
    entryPoints: [join(WEB, "tests/ui/benchmarks/fill.ts")],
    bundle: true,
    write: false,
    format: "iife",
  });
  const script = made.outputFiles[0]?.text ?? "";
  await page.route(`${address}/fill.html`, (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>fill</title>" }),
  );
  await page.goto(`${address}/fill.html`);
  await page.evaluate(script);
  await page.evaluate((each) => window.fill(...each), given);
}

async function memory(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const measuring = performance as unknown as {
      measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
    };
    return (await measuring.measureUserAgentSpecificMemory?.())?.bytes ?? Number.NaN;
  });
}

async function opening(page: Page, office: Office, group: string): Promise<void> {
  const taken: Record<string, number[]> = { 1: [], [SLOW]: [] };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    for (const rate of [1, SLOW]) {
      await page.goto(office.address);
      await page.getByRole("link", { name: new RegExp(group, "u") }).waitFor();
      const session = await throttled(page, rate);
      const given = { link: group, row: "newest of ten" };
      taken[rate]?.push(await page.evaluate(opens, given));
      await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    }
  }
  figures.open_ms = least(taken[1] ?? []);
  figures.open_slow_ms = least(taken[SLOW] ?? []);
}

async function holding(page: Page, office: Office, id: string): Promise<void> {
  await page.goto(`${office.address}/c/${id}`);
  await page.getByRole("article", { name: /newest of fifty$/u }).waitFor();
  figures.memory_open_bytes = await memory(page);
  figures.scroll = await costing(office, "scroll", () =>
    page.evaluate(scrolls, { pixels: PIXELS, frames: FRAMES }),
  );
  figures.scroll_fast = await costing(office, "scroll_fast", () =>
    page.evaluate(scrolls, { pixels: FAST, frames: FRAMES }),
  );
  figures.climb = await costing(office, "climb", () => page.evaluate(climbs, CLIMB_MS));
  figures.memory_climbed_bytes = await memory(page);
  await page.evaluate(() => {
    const list = document.querySelector(".scroll");
    if (list) list.scrollTop = list.scrollHeight / 2;
  });
  figures.scroll_long = await costing(office, "scroll_long", () =>
    page.evaluate(scrolls, { pixels: PIXELS, frames: FRAMES }),
  );
}

async function receiving(page: Page, office: Office, id: string): Promise<void> {
  await page.getByRole("button", { name: /newest/iu }).click();
  await page.getByRole("article", { name: /newest of fifty$/u }).waitFor();
  const shown = page.getByRole("article", { name: /and one more$/u });
  await costing(office, "receive", async () => {
    await office.ask("send", "bo", id, "and one more");
    await shown.waitFor();
  });
}

test("measure", async (context) => {
  const office = await Office.open(context);
  try {
    figures.first_load_bytes = bytesOf(firstLoad(office.folder));
    await cold(office);
    const browser = await fresh(office);
    let page = await browser.newPage();
    await enter(page, await office.ask("invite", "anna"));
    await office.ask("join", "bo");
    const ten = await office.ask("group", "bo", "Group of ten", "anna");
    const fifty = await office.ask("group", "bo", "Group of fifty", "anna");
    await office.ask("send", "bo", ten, "newest of ten");
    await office.ask("send", "bo", fifty, "newest of fifty");
    for (const each of [/newest of ten/u, /newest of fifty/u]) {
      await page.getByRole("link", { name: each }).click();
      await page.getByRole("article", { name: each }).waitFor();
      await page.getByText("unread message").waitFor({ state: "detached" });
    }
    await page.close();
    page = await browser.newPage();
    await fill(page, office.address, [ten, TEN]);
    await fill(page, office.address, [fifty, FIFTY]);
    await page.close();

    page = await browser.newPage();
    await throttled(page, SLOW);
    figures.start_slow_ms = await loads(page, office.address, "nav a[href^='/c/']");
    await page.close();
    page = await browser.newPage();
    await opening(page, office, "Group of ten");
    await holding(page, office, fifty);
    await receiving(page, office, fifty);
    figures.lines = [TEN, FIFTY];
    figures.browser = office.browser.version();
    writeFileSync(process.env.TEAMCHAT_FIGURES ?? "/dev/stdout", JSON.stringify(figures));
  } finally {
    await office.close();
  }
});
