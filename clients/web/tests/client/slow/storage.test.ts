/** Storage that is full, or taken away, in Chromium at a real server: nothing is lost in silence. */

import type { CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice, type Office } from "./office.ts";
import { enter, SECONDS, signIn, write } from "./people.ts";

const here = theOffice();

interface Talk {
  readonly page: Page;
  readonly session: CDPSession;
  readonly conversation: string;
  readonly words: readonly string[];
}

async function talking(office: Office, name: string, colleague: string): Promise<Talk> {
  const { ask } = office;
  const { page } = await office.visitor();
  const session = await page.context().newCDPSession(page);
  const words = await enter(page, await ask("invite", name));
  await ask("join", colleague);
  const conversation = await ask("direct", colleague, name);
  await ask("send", colleague, conversation, "Hello");
  await page.getByRole("link", { name: /Hello/u }).click();
  await reads(page, "Hello");
  return { page, session, conversation, words };
}

function reads(page: Page, text: string): Promise<void> {
  return page.getByRole("article", { name: new RegExp(`${text}$`, "u") }).waitFor();
}

function leaves(page: Page, text: string): Promise<void> {
  const name = new RegExp(`, (?:sent|delivered): ${text}$`, "u");
  return page.getByRole("article", { name }).waitFor();
}

/** Let the core find no room for anything, or find some again; Chromium gives room to what is small. */
async function fill(page: Page, isFull: boolean): Promise<void> {
  const core = page.workers().find((each) => /\/worker-[^/]*\.js$/u.test(each.url()));
  await core?.evaluate(`{
    const { prototype } = IDBObjectStore;
    globalThis.unfilled ??= prototype.put;
    prototype.put = function (...given) {
      const request = unfilled.apply(this, given);
      if (${String(isFull)}) queueMicrotask(() => this.transaction.abort());
      return request;
    };
  }`);
}

async function removeAll(session: CDPSession, origin: string): Promise<void> {
  const storageTypes = "indexeddb,file_systems,cache_storage,service_workers";
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes });
}

test(
  "storage that the browser takes away is told as it is, and one comes back with the words",
  async (context) => {
    const office = await here(context);
    const { page, session, conversation, words } = await talking(office, "uta", "veit");
    const other = await page.context().newPage();
    await other.goto(page.url());
    await reads(other, "Hello");
    await removeAll(session, office.address);
    for (const each of [page, other]) {
      await each.getByText(/^This browser has removed/u).waitFor();
      await each.getByRole("button", { name: /device you have/u }).waitFor();
    }
    await page.reload();
    await page.getByText(/^This browser has removed/u).waitFor();
    await signIn(page, "uta");
    await page.getByLabel("Your recovery words").fill(words.join(" "));
    await page.getByRole("button", { name: "Continue" }).click();
    for (const each of [page, other]) {
      await each.getByRole("navigation", { name: "Conversations" }).waitFor();
    }
    await page.getByText("This device now reads along").first().waitFor();
    await office.ask("send", "veit", conversation, "Welcome back");
    await reads(page, "Welcome back");
    await page.context().close();
  },
  4 * SECONDS,
);

test(
  "storage that was taken away while nothing was open is told at the next start",
  async (context) => {
    const office = await here(context);
    const { page } = await talking(office, "xenia", "yannik");
    const away = await page.context().newPage();
    await page.close();
    const session = await away.context().newCDPSession(away);
    await removeAll(session, office.address);
    await away.goto(office.address);
    await away.getByText(/^This browser has removed/u).waitFor();
    await away.context().close();
  },
  4 * SECONDS,
);

test(
  "with storage that is full nothing typed and nothing received is lost, and it goes on by itself",
  async (context) => {
    const office = await here(context);
    const { ask } = office;
    const { page, conversation } = await talking(office, "wanda", "xaver");
    await fill(page, true);
    await write(page, "from a full browser");
    await page.getByText(/^The storage that this browser gives/u).waitFor();
    expect(await page.getByLabel(/^Message to/u).inputValue()).toBe("from a full browser");
    await ask("send", "xaver", conversation, "while it was full");
    await page.getByLabel(/^Message to/u).fill("typed while it was full");
    await page.getByLabel(/^Message to/u).blur();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.goBack();
    await expect
      .poll(() => page.getByLabel(/^Message to/u).inputValue())
      .toBe("typed while it was full");
    await fill(page, false);
    await reads(page, "while it was full");
    await page.getByText(/^The storage that this browser gives/u).waitFor({ state: "detached" });
    await write(page, "and on");
    await leaves(page, "and on");
    const texts = await ask<string[]>("texts", "xaver", conversation);
    expect(texts).toEqual(["Hello", "while it was full", "and on"]);
    await page.context().close();
  },
  4 * SECONDS,
);
