/** Trust and recovery as people use them: in Chromium, at a real server, with terminal clients. */

import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, openWay, SECONDS, signIn, writeDown } from "./people.ts";

const here = theOffice();

/** Sign in without the words. */
async function lose(page: Page, address: string, userName: string): Promise<void> {
  await page.goto(address);
  await signIn(page, userName);
  await page.getByRole("button", { name: "I have no words any more" }).click();
}

async function code(page: Page): Promise<string> {
  const groups = await page
    .getByRole("list", { name: "Your code" })
    .locator("li")
    .allTextContents();
  expect(groups.length).toBe(6);
  return groups.join(" ");
}

test(
  "custodians at the terminal give somebody back who they are, and other words follow",
  async (context) => {
    const { ask, visitor, address } = await here(context);
    const first = await visitor();
    const words = await enter(first.page, await ask("invite", "anna"));
    await Promise.all([ask("join", "bo"), ask("join", "carla")]);
    await ask("appoint", "2", "bo", "carla");
    await openWay(first.page, /^Custodians/u);
    const dialog = first.page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Entrust my words" }).click();
    await dialog.getByRole("button", { name: "Next" }).click();
    await dialog.getByLabel("Your recovery words").fill(words.join(" "));
    await dialog.getByRole("button", { name: "Entrust my words" }).click();
    await dialog.getByText("Keep your own copy all the same").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.getByText("You have entrusted your recovery words to them").waitFor();
    await first.page.keyboard.press("Escape");

    const { page, sins, context: browser } = await visitor();
    await lose(page, address, "anna");
    await page.getByRole("button", { name: "Ask them for help" }).click();
    await page.getByRole("heading", { name: "You ask the custodians" }).waitFor();
    const said = await code(page);
    await first.page.getByText("Somebody asks the custodians for your recovery words").waitFor();
    await page.reload(); // nothing is lost: the request goes on with the password alone
    await page.getByText(/The custodians are helping .?anna/u).waitFor();
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "The custodians are helping me" }).click();
    await page.getByRole("heading", { name: "You ask the custodians" }).waitFor();
    expect(await code(page)).toBe(said);
    await ask("approve", "bo", said);
    await page.getByText(/One custodian has agreed/u).waitFor();
    await ask("approve", "carla", said);

    await page.getByRole("heading", { name: "You are back" }).waitFor();
    await page.getByRole("button", { name: "Other words" }).last().click();
    await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    const made = await writeDown(page);
    await page.getByText("Nothing is entrusted to the custodians any more").waitFor();
    expect(made).not.toEqual(words);
    await page.keyboard.press("Escape");
    await page
      .getByText("Custodians have opened your recovery words")
      .waitFor({ state: "detached" });
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await Promise.all([browser.close(), first.context.close()]);
  },
  8 * SECONDS,
);

test(
  "a custodian in the browser gives their part to a colleague who lost their terminal",
  async (context) => {
    const { ask, visitor } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "dora"));
    await Promise.all([ask("join", "emil"), ask("join", "finn")]);
    await ask("appoint", "2", "dora", "finn");
    await openWay(page, /^Custodians/u);
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Accept" }).click();
    await page.getByRole("dialog").last().getByRole("button", { name: "Accept" }).click();
    await dialog.getByText("Nobody asks you for anything").waitFor();
    await page.keyboard.press("Escape");
    await ask("entrust", "emil");
    const said = await ask("ask_custodians", "emil");
    // Who the custodians are is the other one, and may come before or after.
    await page.getByRole("button", { name: /^Notices, .?2.? new/u }).waitFor();
    await page.getByRole("button", { name: /^Custodians/u }).click();
    await dialog.getByRole("button", { name: "Emil asks for your part" }).click();
    await dialog.getByText("A voice is not enough").waitFor();
    await dialog.getByRole("button", { name: "Type the code" }).click();
    await dialog.getByLabel("User name of the person").fill("emil");
    await page.keyboard.press("Enter");
    await dialog
      .getByLabel("Code of the person")
      .fill(said.replace(/^\d/u, (digit) => `${9 - Number(digit)}`));
    await page.keyboard.press("Enter");
    await dialog.getByText("That is not the code of this request").waitFor();
    await dialog.getByLabel("Code of the person").fill(said);
    await page.keyboard.press("Enter");
    await dialog.getByText("Until then you can take it back").waitFor();
    await ask("approve", "finn", said);
    expect(await ask<boolean>("opened", "emil")).toBe(true);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  8 * SECONDS,
);

test(
  "a new beginning can be prevented by a device, and is loud where none is left",
  async (context) => {
    const { ask, visitor, address } = await here(context);
    const first = await visitor();
    await enter(first.page, await ask("invite", "greta"));
    await ask("join", "hans");
    const conversation = await ask("direct", "hans", "greta");
    await ask("send", "hans", conversation, "Before it");
    await first.page.getByRole("link", { name: /Before it/u }).click();
    await first.page.getByRole("article", { name: /Before it$/u }).waitFor();
    const { page, context: browser } = await visitor();
    await lose(page, address, "greta");
    await page.getByRole("heading", { name: "Really begin anew?" }).waitFor();
    await page.getByRole("button", { name: "Begin anew" }).click();
    await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    await writeDown(page);
    await page.getByRole("heading", { name: "Your devices are asked first" }).waitFor();
    await first.page.getByText("Somebody wants to begin anew in your name").waitFor();
    await first.page.getByRole("button", { name: "See and decide" }).click();
    await first.page.getByRole("button", { name: "That was not me" }).click();
    await first.page.getByText("Your devices stay").waitFor();
    await page.getByRole("button", { name: "Close" }).click();

    await ask("dismiss", "greta");
    await first.page.getByText(/your company removed this device/u).waitFor();
    await first.page.reload();
    await first.page.getByText(/your company removed this device/u).waitFor();
    await lose(page, address, "greta");
    await page.getByRole("button", { name: "Begin anew" }).click();
    await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    const made = await writeDown(page); // who had a device until just now waits as well
    await page.getByRole("heading", { name: "Your devices are asked first" }).waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await ask("waited");
    await signIn(page, "greta");
    await page.getByLabel("Your recovery words").fill(made.join(" "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await expect
      .poll(() => ask<readonly string[]>("alarms", "hans"))
      .toContain("alarm-key-changed");
    await Promise.all([browser.close(), first.context.close()]);
  },
  8 * SECONDS,
);

test(
  "the list of devices is right, its proof holds for anybody, and newcomers see what is decided",
  async (context) => {
    const { ask, visitor } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "ida"));
    await ask("join", "jan");
    await openWay(page, /^List of devices/u);
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Everything fits/u).waitFor();
    await dialog.getByText("You require no witnesses").waitFor();
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: /^Keep a proof: .*this device/u }).click();
    const proof = readFileSync(await (await download).path(), "utf8");
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/u);
    expect(await ask<boolean>("checked", proof)).toBe(true);
    await dialog.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "New conversation" }).first().click();
    await page.getByRole("button", { name: /^New group/u }).click();
    await page.getByLabel("Title of the group").fill("Hall 4");
    await page.getByRole("combobox", { name: "Name or user name" }).fill("jan");
    await page.getByRole("option", { name: /Jan/u }).click();
    await page.getByRole("button", { name: /^Begin group/u }).click();
    await page.getByRole("heading", { name: "Hall 4" }).waitFor();
    await page.locator("header [aria-expanded][title]").click();
    await page
      .getByText(/New members see nothing/u)
      .first()
      .waitFor();
    await page.getByText("made to withstand quantum computers").waitFor();
    await page.getByRole("button", { name: "Change what newcomers see" }).click();
    await dialog.getByLabel("How many days?").click();
    await dialog.getByRole("textbox", { name: "Days" }).fill("7");
    await dialog.getByRole("button", { name: "Set" }).click();
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => ask("newcomers_see", "jan", "Hall 4")).toBe("days");
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);

test("who was promised another list of devices is told so above everything", async (context) => {
  const { ask, visitor } = await here(context);
  const { page, context: browser } = await visitor();
  const link = await ask("invite", "gina");
  const key = link.lastIndexOf(".") + 1;
  const other = link[key] === "A" ? "B" : "A";
  await enter(page, link.slice(0, key) + other + link.slice(key + 1));
  const told = page.getByText("Something is wrong with the list of devices");
  await told.waitFor();
  await page.reload();
  await told.waitFor();
  await page.getByRole("button", { name: "See what" }).click();
  await page.getByRole("dialog").getByText("Something is wrong here").waitFor();
  await browser.close();
});
