/** The backup of one's messages at a real server: by one browser for another, and the terminal. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, openWay, SECONDS, signIn, write } from "./people.ts";

const here = theOffice();

/** Come back with nothing but password and words. */
async function comeBack(page: Page, address: string, who: string, words: string): Promise<void> {
  await page.goto(address);
  await signIn(page, who);
  await page.getByLabel("Your recovery words").fill(words);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
}

const says = (page: Page, text: string): Promise<void> =>
  page.getByRole("article", { name: new RegExp(`${text}$`, "u") }).waitFor();

test(
  "what a browser backs up, a fresh one and the terminal get with the words",
  async (context) => {
    const { ask, visitor, address } = await here(context);
    const first = await visitor();
    const words = (await enter(first.page, await ask("invite", "vera"))).join(" ");
    await ask("join", "willi");
    const conversation = await ask("direct", "willi", "vera");
    await ask("send", "willi", conversation, "Before the backup");
    await first.page.getByRole("link", { name: /Before the backup/u }).click();
    await write(first.page, "Mine in the backup");
    expect(await ask("reads", "willi", "Mine in the backup")).toBe(conversation);
    await openWay(first.page, /^Backup on the server/u);
    const dialog = first.page.getByRole("dialog");
    await dialog.getByText("There is no backup yet").waitFor();
    await dialog.getByRole("button", { name: "Back up now" }).click();
    await dialog.getByText("Backed up. This browser adds to the backup every day.").waitFor();
    await dialog.getByText(/^Today, /u).waitFor();
    await dialog.getByText(/kB$/u).waitFor();

    const fresh = await visitor();
    await comeBack(fresh.page, address, "vera", words);
    await fresh.page.getByRole("link", { name: /Willi/u }).click();
    await says(fresh.page, "Before the backup");
    await says(fresh.page, "Mine in the backup");
    await write(fresh.page, "From the fresh one");
    expect(await ask("reads", "willi", "From the fresh one")).toBe(conversation);

    expect(await ask<number>("come_back", "vera", words)).toBeGreaterThan(1);
    const held = await ask<readonly string[]>("texts", "vera", conversation);
    expect(held).toEqual(expect.arrayContaining(["Before the backup", "Mine in the backup"]));

    await openWay(fresh.page, /^Backup on the server/u);
    const again = fresh.page.getByRole("dialog");
    await again.getByRole("button", { name: "Back up now" }).click();
    await again.getByText("Backed up. This browser adds to the backup every day.").waitFor();
    await again.getByRole("button", { name: "Delete the backup" }).click();
    await again.last().getByRole("button", { name: "Delete", exact: true }).click();
    await again.getByText("There is no backup yet").waitFor();
    await dialog.getByRole("button", { name: "Back up now" }).click();
    await dialog.getByRole("alert").filter({ hasText: "or none any more" }).waitFor();
    for (const { sins } of [first, fresh]) expect(sins).toEqual({ errors: [], elsewhere: [] });
    await Promise.all([first.context.close(), fresh.context.close()]);
  },
  6 * SECONDS,
);

test(
  "what the terminal backs up, a browser gets with the words, also when its page is closed meanwhile",
  async (context) => {
    const { ask, visitor, address } = await here(context);
    await Promise.all([ask("join", "xenia"), ask("join", "yara")]);
    const conversation = await ask("direct", "xenia", "yara");
    await ask("send", "xenia", conversation, "Kept by the terminal");
    expect(await ask("reads", "yara", "Kept by the terminal")).toBe(conversation);
    await ask("seed", "xenia", conversation, "5000");
    await ask("back_up", "xenia");
    const { page, sins, context: browser } = await visitor();
    await comeBack(page, address, "xenia", await ask("words", "xenia"));
    await page.reload();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await page.getByRole("link", { name: /Yara/u }).click();
    await says(page, "Kept by the terminal");
    await openWay(page, /^Backup on the server/u);
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This browser does not add to it").waitFor();
    const read = dialog.getByText(/nothing that is missing here|were read/u);
    const look = async (): Promise<number> => {
      const found = await read.count();
      if (found === 0) await dialog.getByRole("button", { name: "Read the backup" }).click();
      return found;
    };
    // It may just go on by itself: then the button waits for that.
    await expect.poll(look, { interval: 5000 }).toBe(1);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /Yara/u }).click();
    await says(page, "Kept by the terminal");
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);
