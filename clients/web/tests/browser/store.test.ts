/** The store in Chromium: what is left when a page dies, and what lies on the disk. */

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launchProfile } from "./chromium.ts";
import { addressOf, bundled, serve } from "./served.ts";
import type { Stage } from "./store_page.ts";

const ALL = 600;
const CANARY = "yellow-canary-in-the-mine";
const BARE = "brown-sparrow-on-the-roof";

let server: Server;
let folder: string;

beforeAll(async () => {
  server = await serve(await bundled("store_page.ts"));
  folder = mkdtempSync(join(tmpdir(), "teamchat-store-"));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pageOf(browser: BrowserContext): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(addressOf(server));
  await page.waitForFunction("globalThis.stage !== undefined");
  return page;
}

function call<Name extends keyof Stage>(
  page: Page,
  name: Name,
  ...given: Parameters<Stage[Name]>
): ReturnType<Stage[Name]> {
  const told = given.map((each) => JSON.stringify(each)).join(", ");
  return page.evaluate(`stage.${name}(${told})`) as ReturnType<Stage[Name]>;
}

/** Kill a page's process, as a crash does. */
async function kill(browser: BrowserContext, page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await browser.newCDPSession(page);
  session.send("Page.crash").catch(() => undefined); // nobody is left to answer
  await crashed;
  await page.close();
}

test("a page that dies leaves a commit whole or not at all, and the store to the next", async (context) => {
  const browser = await launchProfile(context, folder);
  try {
    let page = await pageOf(browser);
    expect(await call(page, "open", false)).toBe("");
    await call(page, "write", "r0");
    await call(page, "beginWriting", "held", true);
    const other = await pageOf(browser);
    expect(await call(other, "open", false)).toBe("StoreTakenError");
    await kill(browser, page);
    page = other;
    expect(await call(page, "open", true)).toBe("");
    expect(await call(page, "rounds")).toEqual([["r0"], ALL]);
    let known = "r0";
    for (const round of ["r1", "r2", "r3"]) {
      await call(page, "beginWriting", round, false);
      await kill(browser, page);
      page = await pageOf(browser);
      expect(await call(page, "open", true)).toBe("");
      const [rounds, count] = await call(page, "rounds");
      expect(count).toBe(ALL);
      expect(rounds).toHaveLength(1);
      expect([known, round]).toContain(rounds[0]);
      known = rounds[0] ?? "";
    }
  } finally {
    await browser.close();
  }
});

test("a page that dies while it sets a lock leaves the old door or the new one, and all behind it", async (context) => {
  const browser = await launchProfile(context, folder);
  try {
    let page = await pageOf(browser);
    expect(await call(page, "open", true)).toBe("");
    await call(page, "write", "kept");
    let passphrase: string | undefined;
    const doors: (string | undefined)[] = [];
    for (const [next, hold] of [
      ["first", true],
      ["second", false],
      ["third", false],
      ["fourth", true],
    ] as const) {
      await call(page, "beginLocking", next, hold);
      await kill(browser, page);
      page = await pageOf(browser);
      const isNew = (await call(page, "open", true, next)) === "";
      if (isNew) passphrase = next;
      else expect(await call(page, "open", true, ...known(passphrase))).toBe("");
      doors.push(passphrase);
      expect(await call(page, "rounds")).toEqual([["kept"], ALL]);
    }
    expect(doors[0]).toBeUndefined(); // what is held back never comes
    expect(doors[3]).toBe(doors[2]);
    await call(page, "lock", "last");
    await call(page, "close");
    expect(await call(page, "open", true)).toBe("LockedError");
    expect(await call(page, "open", true, ...known(passphrase))).toBe("LockedError");
    expect(await call(page, "open", true, "last")).toBe("");
    expect(await call(page, "rounds")).toEqual([["kept"], ALL]);
    await call(page, "wipe");
  } finally {
    await browser.close();
  }
});

function known(passphrase: string | undefined): readonly [string] | readonly [] {
  return passphrase === undefined ? [] : [passphrase];
}

test("nothing that is written lies open in the databases or on the disk", async (context) => {
  let browser = await launchProfile(context, folder);
  try {
    let page = await pageOf(browser);
    await call(page, "bare", BARE);
    await call(page, "open", true);
    await call(page, "write", CANARY);
    const raw = await call(page, "dump");
    expect(raw).toContain(BARE);
    expect(raw).toContain("room/7");
    expect(raw).not.toContain(CANARY);
    expect(raw).not.toContain("line 7");
    await browser.close();
    expect(isOnDisk(BARE)).toBe(true);
    expect(isOnDisk(CANARY)).toBe(false);

    browser = await launchProfile(context, folder);
    page = await pageOf(browser);
    await call(page, "open", true);
    expect(await call(page, "rounds")).toEqual([[CANARY], ALL]);
    await call(page, "wipe");
    expect(await call(page, "exists")).toBe(false);
    expect(await call(page, "dump")).not.toContain("room/7");
  } finally {
    await browser.close();
  }
});

/** Whether a text is in any file that the browser has written, in either of its encodings. */
function isOnDisk(text: string): boolean {
  const forms = [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .some((file) => {
      const content = readFileSync(file);
      return forms.some((form) => content.includes(form));
    });
}
