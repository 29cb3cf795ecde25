/** Where the focus goes: the client by keyboard alone, and back and forth on a phone. */

import type { Locator } from "playwright-core";
import { expect, test } from "vitest";

import { onStage } from "../stage/stand.ts";
import { innocent, standing } from "./standing.ts";
import { compare, details, DESK, PHONE } from "./states.ts";

const theStand = standing();

test("by keyboard alone: find a conversation, read, write, take it back, look who reads", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute("aria-label") ?? at?.getAttribute("href") ?? at?.tagName ?? "";
    });
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const reach = async (key: string, place: string | RegExp): Promise<void> => {
    await press(key);
    await expect.poll(focused).toMatch(place);
  };
  await reach("Tab", "Neue Unterhaltung");
  await reach("Tab", "Einstellungen");
  await reach("Tab", "/c/werk");
  await reach("ArrowDown", "/c/wei");
  await reach("End", "/c/ohne");
  await reach("Home", "/c/werk");
  await press("Tab", "Tab"); // the list is one stop; what is offered below it are two
  await reach("Tab", "Breite der Liste");
  await press("Shift+Tab", "Shift+Tab");
  await reach("Shift+Tab", "/c/werk");
  await press("Enter");
  await page.locator("article").first().waitFor();
  await page.waitForURL(/\/c\/werk$/u);
  await reach("F6", "TEXTAREA");
  await page.keyboard.type("Zeile 1");
  await press("Shift+Enter");
  await page.keyboard.type("Zeile 2");
  await press("Enter");
  const written = page.getByRole("article", { name: /gesendet: Zeile 1\sZeile 2$/u });
  await written.waitFor();
  await expect.poll(() => page.locator("textarea").inputValue()).toBe("");
  await atRest(written);
  await reach("Shift+Tab", /^Sie, 10:42, gesendet: Zeile 1\sZeile 2$/u);
  await reach("ArrowUp", /^Sie, 10:37, wartet/u);
  await reach("ArrowUp", /^Sie, 10:13, nicht gesendet/u);
  await press("Tab");
  await reach("Tab", "BUTTON");
  await press("Enter");
  await page.getByRole("dialog").waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect
    .poll(() => page.evaluate("document.activeElement.textContent.trim()"))
    .toBe("Verwerfen");
  await page.locator("header [aria-expanded][title]").focus();
  await press("Enter");
  await page.locator("aside").waitFor();
  await press("Escape");
  await page.locator("aside").waitFor({ state: "detached" });
  await press("Alt+ArrowDown");
  await page.waitForURL(/\/c\/wei$/u);
  innocent(shown);
  await page.context().close();
});

/** Wait until a message is drawn where it stays: it is in view, and nothing has moved for a while. */
async function atRest(message: Locator): Promise<void> {
  const place = (): Promise<string> =>
    message.evaluate((each) => {
      const { top, bottom } = each.getBoundingClientRect();
      return top >= 0 && bottom <= window.innerHeight ? `${top}` : "out of view";
    });
  let before = "out of view";
  await expect
    .poll(async () => {
      const [last, now] = [before, await place()];
      before = now;
      return now !== "out of view" && now === last;
    })
    .toBe(true);
}

test("by keyboard alone: begin a conversation with somebody, and with several", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  const begin = page.getByRole("button", { name: "Neue Unterhaltung" });
  await begin.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => begin.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("combobox").pressSequentially("wei");
  await page.getByRole("option", { name: "Leyla" }).waitFor({ state: "detached" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/c\/wei$/u);
  await begin.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Neue Gruppe" }).press("Enter");
  await page.getByLabel("Titel der Gruppe").fill("Messe");
  await page.getByRole("combobox").focus();
  for (const key of ["ArrowDown", "Enter", "ArrowDown", "Enter", "ArrowDown", "Enter", "Backspace"])
    await page.keyboard.press(key);
  await page.getByRole("button", { name: "Gruppe mit \u{2068}2\u{2069} Personen" }).press("Enter");
  await page.waitForURL(/\/c\/group-han-joerg$/u);
  await page.getByRole("heading", { name: "Messe" }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("by keyboard alone: a lock is set, changed, locked at once, opened and taken away", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/wei", "open", DESK);
  const { page } = shown;
  const asked = (): Promise<readonly string[]> =>
    onStage(page, (stage) => stage.asked.filter((each) => /lock|settled|draft/u.test(each)));
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Nicht jetzt" }).press("Enter");
  await page.getByRole("button", { name: "Nicht jetzt" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Einstellungen" }).press("Enter");
  await page.getByRole("button", { name: /^App-Sperre/u }).press("Enter");
  await dialog.getByRole("button", { name: /^Passphrase festlegen/u }).press("Enter");
  await page.locator("[name=password]:focus").waitFor();
  await page.keyboard.type("unter der alten Eiche");
  await page.keyboard.press("Tab"); // past the eye
  await page.keyboard.press("Tab");
  await page.keyboard.type("unter der alten Eich");
  await page.keyboard.press("Enter");
  await dialog.getByText("Das ist etwas anderes als darüber.").waitFor();
  await page.keyboard.type("e");
  await page.keyboard.press("Enter");
  await dialog.getByText("Die Sperre ist gesetzt.").waitFor();
  await dialog.getByRole("radio", { name: /15.? Minuten/u }).press("ArrowDown");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator('a[href="/c/wei"]').press("Enter");
  await page.locator("textarea").fill("Noch nicht fertig");
  await page.keyboard.press("Alt+Shift+KeyL");
  await page.getByRole("heading", { name: "teamchat ist gesperrt" }).waitFor();
  await page.locator("[name=password]:focus").waitFor();
  const left = await page.evaluate("document.documentElement.outerHTML");
  for (const word of ["Wei", "Grüße", "Noch nicht fertig", "Anna"])
    expect(left).not.toContain(word);
  await page.keyboard.type("unter der alten Eiche");
  await page.keyboard.press("Enter");
  await page.locator("article").getByText("Grüße nach Shanghai").waitFor();
  await expect.poll(() => page.locator("textarea").inputValue()).toBe("Noch nicht fertig");
  await page.waitForURL(/\/c\/wei$/u);
  expect(await asked()).toEqual([
    "set lock new -> passphrase",
    "lock after 60",
    "draft Noch nicht fertig",
    "lock",
    "settled",
    "unlock passphrase",
  ]);
  innocent(shown);
  await page.context().close();
});

test("going back leaves first what stands above the page or covers it, then the page", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/", "open", PHONE);
  const back = (): Promise<unknown> => page.evaluate("history.back()");
  await page.locator('a[href="/c/leyla"]').click();
  await details(page);
  await page.locator("aside button").first().waitFor();
  await back();
  await page.locator("aside").waitFor({ state: "detached" });
  await page.waitForURL(/\/c\/leyla$/u);
  await compare(page);
  await back();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForURL(/\/c\/leyla$/u);
  await back();
  await page.waitForURL((url) => url.pathname === "/");
  await expect
    .poll(() => page.evaluate("document.activeElement.getAttribute('href')"))
    .toBe("/c/leyla");
  await page.context().close();
});

test("on a phone the focus goes where one goes, and comes back", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/", "open", PHONE);
  const label = (): Promise<string | null> =>
    page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.getAttribute('href')",
    );
  await page.locator('a[href="/c/wei"]').focus();
  await page.keyboard.press("Enter");
  await expect.poll(label).toBe("Zu den Unterhaltungen");
  await page.locator("header [aria-expanded][title]").focus();
  await page.keyboard.press("Enter");
  await expect.poll(label).toBe("Schließen");
  await page.keyboard.press("Enter");
  await expect.poll(label).toBe("Wer kann mitlesen?");
  await page.goBack();
  await expect.poll(label).toBe("/c/wei");
  await page.context().close();
});
