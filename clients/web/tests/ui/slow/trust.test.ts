/** Trust and recovery in Chromium, behind the real server, with the core of the stage. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { onStage, type Look } from "../stage/stand.ts";
import { standing } from "./standing.ts";
import { trustWay } from "./trust_states.ts";

const DESK: Look = { language: "en", theme: "light", width: 1280 };

const theStand = standing();

function asked(page: Page, beginning: string): Promise<readonly string[]> {
  return page.evaluate(
    (what) => window.stage.asked.filter((each) => each.startsWith(what)),
    beginning,
  );
}

test("a custodian gives their part by keyboard alone, to a code of thirty digits", async (context) => {
  const { page, sins } = await (await theStand(context)).show("/settings", "open", DESK);
  const dialog = page.getByRole("dialog");
  await page.locator(".trust").getByRole("button").nth(1).focus();
  await page.keyboard.press("Enter");
  const see = dialog.getByRole("button", { name: "Leyla Öztürk asks for your part" });
  await see.focus();
  await page.keyboard.press("Enter");
  await dialog.getByText("have them read out the code").waitFor();
  await dialog.getByRole("button", { name: "Type the code" }).press("Enter");
  await dialog.getByLabel("Code of the person").fill("04711");
  await page.keyboard.press("Enter");
  await dialog.getByText(/These are .?5.? digits/u).waitFor();
  expect(await asked(page, "approve")).toEqual([]);
  await dialog.getByLabel("Code of the person").fill("047113825490163277456189012034");
  await page.keyboard.press("Enter");
  await dialog.getByText("Until then you can take it back").waitFor();
  expect(await asked(page, "approve")).toEqual(["approve r1 047113825490163277456189012034"]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(sins).toEqual({ errors: [], elsewhere: [] });
  await page.context().close();
});

test("whom a custodian never met is asked for by name; whom the server calls otherwise gets nothing", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", DESK);
  const dialog = page.getByRole("dialog");
  await trustWay(page, 1);
  await dialog.getByRole("button", { name: /: 王伟/u }).click();
  await dialog.getByText("A voice is not enough").waitFor();
  await dialog.getByRole("button", { name: "Type the code" }).click();
  await dialog.getByLabel("User name of the person").fill("hans");
  await page.keyboard.press("Enter");
  await dialog.getByText("That is not their user name").waitFor();
  await dialog.getByLabel("User name of the person").fill("@Han");
  await page.keyboard.press("Enter");
  await dialog.getByLabel("Code of the person").waitFor();
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.getByRole("button", { name: /: Wei Zhang/u }).click();
  await dialog.getByText("Do not believe whoever reads you a code").waitFor();
  await expect.poll(() => dialog.getByRole("button", { name: "Type the code" }).count()).toBe(0);
  await page.context().close();
});

test("new words count once one of them was typed, and are dropped by who goes before", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", DESK);
  const dialog = page.getByRole("dialog");
  for (const stays of [false, true]) {
    await trustWay(page, 0);
    await dialog.getByRole("button", { name: "Next" }).click();
    await dialog.getByLabel("Your recovery words").fill("the old ones");
    await page.keyboard.press("Enter");
    await dialog.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    await dialog.getByRole("button", { name: "They are on paper" }).click();
    if (!stays) await page.keyboard.press("Escape");
    if (!stays) await dialog.waitFor({ state: "detached" });
  }
  expect(await asked(page, "drop new")).toEqual(["drop new words"]);
  await dialog.getByLabel(/^Word/u).fill("Dackel");
  await page.keyboard.press("Enter");
  await dialog.getByText("Destroy the old paper").waitFor();
  expect(await asked(page, "new words kept")).toEqual(["new words kept"]);
  await page.context().close();
});

test("what was not the person is prevented from wherever they are, and the password is next", async (context) => {
  const { page } = await (await theStand(context)).show("/c/wei", "open", DESK);
  await onStage(page, (stage) => {
    stage.turnView({ danger: { type: "reset", due: 1_795_340_000 } });
  });
  await page.getByText("Somebody wants to begin anew in your name").waitFor();
  await page.getByRole("button", { name: "See and decide" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "That was not me" }).click();
  await dialog.getByText("Your devices stay").waitFor();
  await page.getByText("Somebody wants to begin anew").waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Change password now" }).click();
  await dialog.getByLabel("Your new password").waitFor();
  await page.context().close();
});

test("a proof and the evidence are saved as files", async (context) => {
  const { page, sins } = await (await theStand(context)).show("/settings", "open", DESK);
  await onStage(page, (stage) => {
    stage.trust.spoilList();
  });
  const dialog = page.getByRole("dialog");
  await trustWay(page, 2);
  const proof = page.waitForEvent("download");
  await dialog.getByRole("button", { name: /^Keep a proof: .*this device/u }).click();
  expect((await proof).suggestedFilename()).toBe("teamchat.tlog-proof");
  await dialog.getByText("Look among your downloads").waitFor();
  const evidence = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save the evidence" }).click();
  expect((await evidence).suggestedFilename()).toMatch(/^1-/u);
  expect(sins.elsewhere).toEqual([]);
  await page.context().close();
});

test("who manages a group decides what newcomers see", async (context) => {
  const { page } = await (await theStand(context)).show("/c/werk", "open", DESK);
  await page.locator("header [aria-expanded][title]").click();
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Change what newcomers see" }).click();
  await dialog.getByRole("textbox", { name: "Days" }).fill("0");
  await dialog.getByRole("button", { name: "Set" }).click();
  await dialog.getByText("Type a number of days").waitFor();
  await dialog.getByRole("textbox", { name: "Days" }).fill("7");
  await dialog.getByRole("button", { name: "Set" }).click();
  await dialog.waitFor({ state: "detached" });
  await page
    .locator("aside")
    .getByText(/7.? days/u)
    .waitFor();
  expect(await asked(page, "history")).toEqual(["history werk 7"]);
  await page.context().close();
});

test("what the other side sees is typed and compared, and another number is said to be one", async (context) => {
  const { page } = await (await theStand(context)).show("/c/leyla", "open", DESK);
  await page.locator(".banner button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Enter number" }).click();
  const field = dialog.getByRole("textbox", { name: /^What does/u });
  await onStage(page, (stage) => {
    stage.refuse("compare", { key: "tui-verify-no-number", filling: {} });
  });
  await field.fill("12");
  await page.keyboard.press("Enter");
  await dialog.getByText("This is no safety number").waitFor();
  await field.fill("04711 38254");
  await page.keyboard.press("Enter");
  await dialog.getByText("It matches what you see here").waitFor();
  await field.fill("99999");
  await page.keyboard.press("Enter");
  await dialog.getByText("sees another safety number than you").waitFor();
  await page.context().close();
});

test("on the printed sheet stand the words, and nothing else of the page", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", DESK);
  await trustWay(page, 0);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Next" }).click();
  await dialog.getByLabel("Your recovery words").fill("the old ones");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Print" }).waitFor();
  await page.emulateMedia({ media: "print" });
  await page.getByRole("heading", { name: "Recovery words for teamchat" }).waitFor();
  await dialog.waitFor({ state: "hidden" });
  expect(await page.locator(".paper li").allTextContents()).toHaveLength(16);
  await page.emulateMedia({ media: "screen" });
  await dialog.getByRole("button", { name: "They are on paper" }).click();
  await page.locator(".paper").waitFor({ state: "detached" });
  await page.context().close();
});
