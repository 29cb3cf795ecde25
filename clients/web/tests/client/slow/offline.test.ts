/** What is written without a connection goes out once, whatever happens to page and wire meanwhile. */

import type { Page } from "playwright-core";
import { expect, test, type TestContext } from "vitest";

import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";
import { Wire } from "./wire.ts";

const here = theOffice();

interface Talk {
  readonly page: Page;
  readonly wire: Wire;
  /** Another tab of the same browser at the same place, this one being closed. */
  readonly reopened: () => Promise<Page>;
  /** What the colleague has read. */
  readonly read: () => Promise<readonly string[]>;
  readonly end: () => Promise<void>;
}

/** Somebody at the end of a wire, in a conversation with a colleague. */
async function talking(context: TestContext, name: string, colleague: string): Promise<Talk> {
  const { visitor, ask, address } = await here(context);
  const wire = await Wire.to(address);
  const { page, context: browser } = await visitor();
  await enter(page, wire.through(await ask("invite", name)));
  await ask("join", colleague);
  const conversation = await ask("direct", colleague, name);
  await ask("send", colleague, conversation, "Hello");
  await page.getByRole("link", { name: /Hello/u }).click();
  await page.getByRole("article", { name: /Hello$/u }).waitFor();
  await page.waitForFunction("navigator.serviceWorker.controller !== null");
  const { href } = new URL(page.url());
  return {
    page,
    wire,
    read: () => ask<readonly string[]>("texts", colleague, conversation),
    reopened: async () => {
      const next = await browser.newPage();
      await page.close();
      await next.goto(href);
      return next;
    },
    end: async () => {
      await browser.close();
      await wire.cut();
    },
  };
}

function offline(page: Page): Promise<void> {
  return page.getByText(/^No connection/u).waitFor();
}

function waits(page: Page, text: string): Promise<void> {
  return page.getByRole("article", { name: new RegExp(`, waiting: ${text}$`, "u") }).waitFor();
}

function leaves(page: Page, text: string): Promise<void> {
  const name = new RegExp(`, (?:sent|delivered): ${text}$`, "u");
  return page.getByRole("article", { name }).waitFor();
}

test(
  "what is written offline is there after loading offline, and goes out once",
  async (context) => {
    const { page, wire, read, end } = await talking(context, "nina", "otto");
    await wire.cut();
    await offline(page);
    for (const text of ["first", "second"]) {
      await write(page, text);
      await waits(page, text);
    }
    await page.getByLabel(/^Message to/u).fill("not finished");
    await page.getByLabel(/^Message to/u).blur();
    await page.getByText(/Draft: .?not finished/u).waitFor();
    await page.reload();
    for (const text of ["first", "second"]) await waits(page, text);
    await expect.poll(() => page.getByLabel(/^Message to/u).inputValue()).toBe("not finished");
    await wire.mend();
    for (const text of ["first", "second"]) await leaves(page, text);
    await expect.poll(read).toEqual(["Hello", "first", "second"]);
    await end();
  },
  6 * SECONDS,
);

test(
  "what the server took without being heard is not sent twice",
  async (context) => {
    const { page, wire, read, end } = await talking(context, "petra", "quirin");
    wire.deafen();
    await write(page, "once");
    await expect.poll(read).toEqual(["Hello", "once"]);
    await wire.cut();
    await offline(page);
    await waits(page, "once");
    await wire.mend();
    await leaves(page, "once");
    await write(page, "and on");
    await leaves(page, "and on");
    await expect.poll(read).toEqual(["Hello", "once", "and on"]);
    await end();
  },
  6 * SECONDS,
);

test(
  "a tab that is closed while it sends loses nothing and sends nothing twice",
  async (context) => {
    const { page, wire, read, reopened, end } = await talking(context, "rosa", "sven");
    wire.deafen();
    await write(page, "taken");
    await expect.poll(read).toEqual(["Hello", "taken"]);
    await wire.cut();
    await write(page, "not taken");
    await waits(page, "not taken");
    const next = await reopened();
    await waits(next, "not taken");
    await wire.mend();
    for (const text of ["taken", "not taken"]) await leaves(next, text);
    await expect.poll(read).toEqual(["Hello", "taken", "not taken"]);
    await end();
  },
  6 * SECONDS,
);
