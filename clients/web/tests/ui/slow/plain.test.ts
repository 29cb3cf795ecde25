/** What is said where somebody waits, lacks something, or is asked: in plain words, one at a time. */

import { expect, test } from "vitest";
import type { Page } from "playwright-core";

import { onStage } from "../stage/stand.ts";
import { innocent, standing } from "./standing.ts";
import { before, beginNew, DESK, PHONE } from "./states.ts";
import { askWords, showWords } from "./words_states.ts";

const theStand = standing();

/** Nothing is answered until `goOn`. */
async function hold(page: Page): Promise<void> {
  await onStage(page, (stage) => {
    stage.hold();
  });
}

test("who waits reads and hears what happens, and sees that something does", async (context) => {
  const place = await theStand(context);
  const { page } = await place.browse(PHONE, { reducedMotion: "no-preference" });
  await place.turn(page, "/", "invited");
  await page.locator("[name=password]").fill("unter der alten Eiche");
  await hold(page);
  const go = page.locator("[type=submit]");
  await go.click();
  await go.getByText("Ihr Schlüssel wird gemacht …").waitFor();
  await expect.poll(() => page.locator("[data-spoken]").innerText()).toContain("Ihr Schlüssel");
  const turning = go.locator(".turning");
  expect(await turning.evaluate((each) => getComputedStyle(each).animationName)).not.toBe("none");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await turning.waitFor({ state: "hidden" });
  await onStage(page, (stage) => {
    stage.goOn();
  });
  await page.getByText("Noch keine Unterhaltung").first().waitFor();
  expect(await page.locator("[data-spoken]").innerText()).toBe("");
  await page.context().close();
});

test("of several buttons that wait only the one that was pressed says so", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "signed-out", PHONE);
  const { page } = shown;
  await askWords(page);
  await page.locator("[name=recovery-words]").fill("abend besen");
  await hold(page);
  await page.locator("[name=recovery-words]").press("Enter");
  await page.getByRole("button", { name: "Ihre Wörter werden geprüft …" }).waitFor();
  await page.getByRole("button", { name: "Mit einem Ihrer Geräte verbinden" }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("all that is done with new words fits a phone, and what was wrong is so no more", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "signed-out", PHONE);
  const { page } = shown;
  await showWords(page);
  const heights = await page
    .locator("main button")
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().bottom));
  expect(Math.max(...heights)).toBeLessThanOrEqual(844);
  await page.getByRole("button", { name: "Steht auf Papier" }).click();
  const field = page.locator("[name=word]");
  await field.fill("Kabel");
  await field.press("Enter");
  const alarm = page.getByRole("alert").filter({ hasText: "Das ist nicht Wort" });
  await alarm.waitFor();
  await field.fill("Nad");
  await alarm.waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("a new group begins with its title, and its notice goes with what it says", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  await beginNew(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Neue Gruppe" }).click();
  await page.locator("input:focus").and(page.getByLabel("Titel der Gruppe")).waitFor();
  await dialog.locator("footer button").click();
  await dialog.getByText("Wählen Sie noch aus").waitFor();
  await dialog.getByRole("option", { name: "Priya" }).click();
  await dialog.getByText("Wählen Sie noch aus").waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("a group without a title is called by who is in it, for those who listen, too", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/ohne", "open", DESK);
  const { page } = shown;
  await page.getByRole("region", { name: "Nachrichten mit 王伟" }).waitFor();
  await page.getByRole("textbox", { name: "Nachricht an 王伟" }).waitFor();
  await page.getByRole("heading", { name: "王伟" }).waitFor();
  await page.locator("[aria-current=page]").filter({ hasText: "王伟" }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("that earlier messages are not here is said, with the way to them", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/leyla", "open", PHONE);
  const { page } = shown;
  await before(page);
  await page.getByText("bevor dieses Gerät dazukam").waitFor();
  await page.getByRole("button", { name: "Frühere Nachrichten holen" }).click();
  await page.getByRole("dialog", { name: "Frühere Nachrichten" }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("one thing is offered in one visit, below the list, with the yes behind the no", async (context) => {
  const place = await theStand(context);
  const { page } = await place.browse(DESK);
  await page.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "default" });
  });
  await place.turn(page, "/c/wei", "open");
  const offer = page.locator(".offer");
  await page.locator("article").first().waitFor();
  const top = (): Promise<number> =>
    page.locator("main header").evaluate((each) => each.getBoundingClientRect().top);
  const [first] = [await top()];
  await page.locator("textarea").fill("Hello");
  await page.locator("[type=submit]").click();
  await page.getByRole("region", { name: "Benachrichtigungen" }).waitFor();
  expect(await top()).toBe(first);
  expect(await offer.count()).toBe(1);
  expect(await offer.getByRole("button").allInnerTexts()).toEqual([
    "Nein, danke",
    "Ja, Bescheid sagen",
  ]);
  await offer.getByRole("button").first().click();
  await offer.waitFor({ state: "detached" });
  await place.turn(page, "/", "open"); // the next visit
  await page.getByRole("region", { name: "App-Sperre" }).waitFor();
  expect(await offer.getByRole("button").allInnerTexts()).toEqual([
    "Nicht jetzt",
    "Sperre einrichten",
  ]);
  await page.context().close();
});
