/** Devices linked at a real server: browsers by browsers, by the terminal, and the other way round. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { launchWithCamera } from "../../browser/chromium.ts";
import { writeFilm } from "./film.ts";
import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";

/** The files that a browser keeps for itself. */
const FILES = `navigator.storage.getDirectory()
  .then((root) => root.getDirectoryHandle("teamchat-default"))
  .then((folder) => Array.fromAsync(folder.keys()))`;

const here = theOffice();

/** Let a browser show its codes; return the one that is typed. */
async function showCode(page: Page, address: string): Promise<string> {
  await page.goto(address);
  await page.getByRole("button", { name: "Link to a device you have" }).click();
  await page.getByRole("img", { name: "Code to be scanned" }).waitFor();
  return (await page.locator(".code").textContent()) ?? "";
}

/** Go to where a code is typed or scanned. */
async function openLinking(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: /^Your devices/u }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Link a device" }).click();
  await page.getByLabel("Code that the new device shows").waitFor();
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel("Code that the new device shows").fill(code);
  await page.getByRole("button", { name: "Go on" }).click();
}

/** The names of the pictures that a page shows to be compared. */
async function pictures(page: Page): Promise<readonly string[]> {
  await page.getByRole("button", { name: "Yes, the same" }).waitFor();
  const names = await page.locator(".pictures li span:last-child").allTextContents();
  expect(names).toHaveLength(7);
  return names;
}

const yes = (page: Page): Promise<void> =>
  page.getByRole("button", { name: "Yes, the same" }).click();

const isIn = (page: Page): Promise<void> =>
  page.getByRole("navigation", { name: "Conversations" }).waitFor();

test(
  "a browser lets another one in by the typed code, and gives it what was written before",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const [old, fresh] = [await visitor(), await visitor()];
    await enter(old.page, await ask("invite", "nora"));
    await ask("join", "omar");
    const conversation = await ask("direct", "omar", "nora");
    await ask("send", "omar", conversation, "Before the other browser");
    await old.page.getByRole("link", { name: /Before the other/u }).click();
    await write(old.page, "Mine from before");
    expect(await ask("reads", "omar", "Mine from before")).toBe(conversation);

    const code = await showCode(fresh.page, address);
    await openLinking(old.page);
    await typeCode(old.page, `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`);
    await old.page.getByRole("alert").filter({ hasText: "it is mistyped" }).waitFor();
    await typeCode(old.page, code.toLowerCase());
    expect(await pictures(old.page)).toEqual(await pictures(fresh.page));
    await old.page.getByRole("button", { name: "Compare numbers" }).click();
    await fresh.page.getByRole("button", { name: "Compare numbers" }).click();
    const numbers = await old.page.locator(".numbers li").allTextContents();
    expect(numbers).toHaveLength(3);
    expect(await fresh.page.locator(".numbers li").allTextContents()).toEqual(numbers);
    await yes(old.page);
    await yes(fresh.page);
    await isIn(fresh.page);
    await old.page.getByText(/is yours now/u).waitFor();
    await old.page.getByRole("button", { name: "Give them" }).click();
    await old.page.getByText(/takes them in now/u).waitFor();
    await fresh.page.getByRole("link", { name: /Omar/u }).click();
    await fresh.page.getByRole("article", { name: /Before the other browser$/u }).waitFor();
    await fresh.page.getByRole("article", { name: /Mine from before$/u }).waitFor();
    await ask("send", "omar", conversation, "And now to both");
    await fresh.page.getByRole("article", { name: /And now to both$/u }).waitFor();
    await write(fresh.page, "From the new one");
    expect(await ask("reads", "omar", "From the new one")).toBe(conversation);

    await old.page.getByRole("button", { name: "Done" }).click();
    await old.page.getByRole("button", { name: /^Your devices/u }).click();
    await old.page.getByRole("dialog").getByRole("button", { name: "Link a device" }).click();
    await typeCode(old.page, code);
    await old.page
      .getByRole("alert")
      .filter({ hasText: /No device waits|used already/u })
      .waitFor();
    expect(await ask<readonly string[]>("devices", "nora")).toHaveLength(2);
    for (const { sins } of [old, fresh]) expect(sins.elsewhere).toEqual([]);
    expect(fresh.sins.errors).toEqual([]);
    await Promise.all([old.context.close(), fresh.context.close()]);
  },
  6 * SECONDS,
);

test(
  "a code is scanned; who sees other pictures says so, and nothing was changed",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const folder = mkdtempSync(join(tmpdir(), "teamchat-film-"));
    const film = join(folder, "code.y4m");
    const camera = await launchWithCamera(context, film);
    const [old, fresh] = [await visitor(camera), await visitor()];
    await enter(old.page, await ask("invite", "pia"));
    await openLinking(old.page);
    await showCode(fresh.page, address);
    const drawn = fresh.page.getByRole("img", { name: "Code to be scanned" });
    const path = (await drawn.locator("path").getAttribute("d")) ?? "";
    writeFilm(film, path, Number((await drawn.getAttribute("viewBox"))?.split(" ")[2]));
    await old.page.getByRole("button", { name: "Scan the code" }).click();
    expect(await pictures(old.page)).toEqual(await pictures(fresh.page));
    await old.page.getByRole("button", { name: "No, something else" }).click();
    await old.page.getByText(/was not let in, and nothing was changed/u).waitFor();
    await yes(fresh.page);
    await fresh.page.getByText(/did not show the same/u).waitFor();
    expect(await ask<readonly string[]>("devices", "pia")).toHaveLength(1);
    expect([...old.sins.errors, ...fresh.sins.errors]).toEqual([]);
    await Promise.all([camera.close(), fresh.context.close()]);
    rmSync(folder, { recursive: true });
  },
  4 * SECONDS,
);

test(
  "without a camera one is told to type; who leaves at the codes has made nothing",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const [old, fresh] = [await visitor(), await visitor()];
    await enter(old.page, await ask("invite", "quentin"));
    await openLinking(old.page);
    await old.page.getByRole("button", { name: "Scan the code" }).click();
    await old.page.getByText(/Type the code\.$|or type the code\.$/iu).waitFor();
    const code = await showCode(fresh.page, address);
    await fresh.page.getByRole("button", { name: "Break off" }).click();
    await fresh.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await expect
      .poll(async () => {
        await typeCode(old.page, code);
        return old.page
          .getByRole("alert")
          .filter({ hasText: /broken off|No device/u })
          .count();
      })
      .toBe(1);
    expect(await fresh.page.evaluate("indexedDB.databases().then((found) => found.length)")).toBe(
      0,
    );
    await Promise.all([old.context.close(), fresh.context.close()]);
  },
  4 * SECONDS,
);

test(
  "a device at the terminal lets a browser in, which goes on where its page was closed",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    await Promise.all([ask("join", "rosa"), ask("join", "sven")]);
    const conversation = await ask("direct", "sven", "rosa");
    await ask("send", "sven", conversation, "Long before");
    await ask("reads", "rosa", "Long before");
    const fresh = await visitor();
    const code = await showCode(fresh.page, address);
    expect(await ask<readonly string[]>("meet", "rosa", code)).toEqual(await pictures(fresh.page));
    await fresh.context.route("**/v1/linkings/redeem", (route) => route.abort());
    await yes(fresh.page);
    const letIn = ask("let_in", "rosa");
    await fresh.page.getByText(/^There is no connection to the server/u).waitFor();
    await fresh.page.reload();
    await fresh.page.getByRole("heading", { name: "One moment" }).waitFor();
    await fresh.context.unroute("**/v1/linkings/redeem");
    await isIn(fresh.page);
    expect(await letIn).toBe("Chrome · Linux");
    await fresh.page.getByRole("link", { name: /Sven/u }).click();
    await fresh.page.getByRole("article", { name: /Long before$/u }).waitFor();
    await fresh.page.reload();
    await fresh.page.getByRole("article", { name: /Long before$/u }).waitFor();
    await write(fresh.page, "Here I am");
    expect(await ask("reads", "sven", "Here I am")).toBe(conversation);
    expect(fresh.sins.elsewhere).toEqual([]);
    await fresh.context.close();
  },
  4 * SECONDS,
);

test(
  "a browser lets a device at the terminal in, and gives it what was written before",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "tara"));
    await ask("join", "udo");
    const conversation = await ask("direct", "udo", "tara");
    await ask("send", "udo", conversation, "Only the browser has this");
    await page.getByRole("link", { name: /Only the browser/u }).click();
    await page.getByRole("article", { name: /Only the browser has this$/u }).waitFor();
    const code = await ask("show_code", "tara");
    await openLinking(page);
    await typeCode(page, code);
    expect(await pictures(page)).toEqual(await ask<readonly string[]>("pictures", "tara"));
    await yes(page);
    await ask("say_same", "tara");
    await ask("come_in", "tara");
    await page.getByText(/is yours now/u).waitFor();
    await page.getByRole("button", { name: "Give them" }).click();
    await page.getByText(/takes them in now/u).waitFor();
    await ask("fetch_history", "tara");
    expect(await ask("reads", "tara", "Only the browser has this")).toBe(conversation);
    await page.getByRole("button", { name: "Done" }).click();
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "who is new in a group gets what was before: from a browser at the terminal, and back",
  async (context) => {
    const { visitor, ask } = await here(context);
    const [giver, taker] = [await visitor(), await visitor()];
    await Promise.all([ask("join", "vera"), ask("join", "xenia")]);
    await enter(giver.page, await ask("invite", "willi"));
    await enter(taker.page, await ask("invite", "yara"));
    const group = await ask("open_group", "vera", "Night shift", "willi");
    await ask("send", "vera", group, "The key is in the cabinet");
    await giver.page.getByRole("link", { name: /Night shift/u }).click();
    await giver.page.getByRole("article", { name: /in the cabinet$/u }).waitFor();
    await giver.page.locator("header [aria-expanded][title]").click();
    await giver.page.getByRole("button", { name: "Add people" }).click();
    await giver.page.getByRole("combobox", { name: "Name or user name" }).fill("xenia");
    await giver.page.getByRole("option", { name: /Xenia/u }).click();
    await giver.page.getByRole("button", { name: /^Add/u }).last().click();
    expect(await ask("reads", "xenia", "The key is in the cabinet")).toBe(group);

    await ask("add", "vera", group, "yara");
    await taker.page.getByRole("link", { name: /Night shift/u }).click();
    await taker.page.getByRole("article", { name: /in the cabinet$/u }).waitFor();
    await taker.page.reload();
    await taker.page.getByRole("article", { name: /in the cabinet$/u }).waitFor();
    expect(await taker.page.evaluate(FILES)).toEqual([]);
    for (const { sins } of [giver, taker]) expect(sins).toEqual({ errors: [], elsewhere: [] });
    await Promise.all([giver.context.close(), taker.context.close()]);
  },
  6 * SECONDS,
);
