/** Several tabs of the web client: one connection, everything live in all, and no tab that matters. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";

const here = theOffice();

/** Kill a tab's process, as a crash does. */
async function kill(browser: BrowserContext, page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await browser.newCDPSession(page);
  session.send("Page.crash").catch(() => undefined); // nobody is left to answer
  await crashed;
}

/** Stop the process of one page, and not of the other, as a phone does; return which it is. */
async function stopped(browser: Browser, page: Page, other: Page): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  for (const { id } of processInfo.filter(({ type }) => type === "renderer")) {
    process.kill(id, "SIGSTOP");
    const answers = [page, other].map((each) =>
      each.evaluate("1").then(
        () => each,
        () => each,
      ),
    );
    const first = await Promise.race(answers);
    const later = new Promise<null>((done) => setTimeout(done, 2000, null));
    if (first === other && (await Promise.race([answers[0], later])) === null) return id;
    process.kill(id, "SIGCONT");
  }
  throw new Error("they have no processes of their own");
}

async function another(browser: BrowserContext, address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByLabel(/^Message to/u).waitFor();
  return page;
}

function reads(page: Page, text: string): Promise<void> {
  return page.getByRole("article", { name: new RegExp(`${text}$`, "u") }).waitFor();
}

/** Wait until this stands where one writes. */
async function holds(page: Page, text: string): Promise<void> {
  const field = page.getByLabel(/^Message to/u);
  await expect.poll(() => field.inputValue()).toBe(text);
}

/** Send, and wait until there is room for the next. */
async function send(page: Page, text: string): Promise<void> {
  await write(page, text);
  await holds(page, "");
}

test(
  "two tabs show the same, live, over one connection",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "carla"));
    await ask("join", "david");
    const conversation = await ask("direct", "david", "carla");
    await ask("send", "david", conversation, "Hello tabs");
    await page.getByRole("link", { name: /Hello tabs/u }).click();
    const second = await another(browser, page.url());
    await reads(second, "Hello tabs");
    await send(second, "from the second");
    await reads(page, "from the second");
    await send(page, "from the first");
    await reads(second, "from the first");
    await ask("reads", "david", "from the first");
    await second.getByLabel(/^Message to/u).fill("begun in the second");
    await second.getByLabel(/^Message to/u).blur();
    await holds(page, "begun in the second");
    expect(await ask<number>("sockets", "carla")).toBe(1);
    await page.close();
    await ask("send", "david", conversation, "Still there?");
    await reads(second, "Still there\\?");
    await holds(second, "begun in the second");
    expect(await ask<number>("sockets", "carla")).toBe(1);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "when the tab with the connection dies while others send, each message is written once",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, context: browser } = await visitor();
    await enter(page, await ask("invite", "edda"));
    await ask("join", "felix");
    const conversation = await ask("direct", "felix", "edda");
    await ask("send", "felix", conversation, "Hello three tabs");
    await page.getByRole("link", { name: /Hello three tabs/u }).click();
    const second = await another(browser, page.url());
    const third = await another(browser, page.url());
    const texts = [1, 2, 3, 4, 5, 6].map((number) => `number ${number}`);
    const sending = (async () => {
      for (const text of texts) await send(second, text);
    })();
    await reads(third, "number 2");
    await kill(browser, page);
    await sending;
    for (const text of texts) {
      await ask("reads", "felix", text);
      await reads(third, text);
    }
    await send(third, "from the third");
    await reads(second, "from the third");
    await ask("reads", "felix", "from the third");
    const written = await ask<string[]>("texts", "felix", conversation);
    expect(written).toEqual(["Hello three tabs", ...texts, "from the third"]);
    expect(await ask<number>("sockets", "edda")).toBe(1);
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "an invitation that is opened in a second tab is shown there, and entered in both",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await page.goto(address);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const second = await browser.newPage();
    await enter(second, await ask("invite", "gesa"));
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "a tab that is put to sleep is taken over from, and when it wakes it speaks with the other",
  async (context) => {
    const office = await here(context);
    const { visitor, ask } = office;
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "hanna"));
    await ask("join", "igor");
    const conversation = await ask("direct", "igor", "hanna");
    await ask("send", "igor", conversation, "Hello sleeper");
    await page.getByRole("link", { name: /Hello sleeper/u }).click();
    const second = await another(browser, page.url());
    await reads(second, "Hello sleeper");
    const sleeper = await stopped(office.browser, page, second);
    await send(second, "while it sleeps");
    await ask("reads", "igor", "while it sleeps");
    await ask("send", "igor", conversation, "Good night");
    await reads(second, "Good night");
    process.kill(sleeper, "SIGCONT");
    await reads(page, "Good night");
    await send(page, "good morning");
    await reads(second, "good morning");
    await ask("reads", "igor", "good morning");
    await send(second, "and on");
    await reads(page, "and on");
    await ask("reads", "igor", "and on");
    expect(await ask<string[]>("texts", "igor", conversation)).toEqual([
      ...["Hello sleeper", "while it sleeps", "Good night", "good morning", "and on"],
    ]);
    await expect.poll(() => ask<number>("sockets", "hanna")).toBe(1);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);
