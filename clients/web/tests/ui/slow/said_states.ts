/** The states in which something is done with a message, and how one comes to them. */

import type { Locator, Page } from "playwright-core";

import type { State } from "./state.ts";

/** The message that says this, and does not only quote it. */
export function saying(page: Page, text: string): Locator {
  return page.locator("article").filter({ has: page.locator(".line", { hasText: text }) });
}

/** Press a key at the message that says this. */
export async function at(page: Page, text: string, key: string): Promise<void> {
  await saying(page, text).press(key);
}

async function opened(page: Page, key: string): Promise<void> {
  await at(page, "Kaffee", key);
  await page.getByRole("dialog").locator("button, p").first().waitFor();
}

function state(name: string, reach: (page: Page) => Promise<unknown>): State {
  return { name, path: "/c/halle", scene: "open", reach };
}

export const SAID_STATES: readonly State[] = [
  state("messages that something was done to", (page) => page.locator("article").first().waitFor()),
  state("what can be done with a message", (page) => opened(page, "Enter")),
  state("an emoji for a message", (page) => opened(page, "+")),
  state("no emoji of this name", async (page) => {
    await opened(page, "+");
    await page.getByRole("searchbox").fill("nothing is called that");
    await page.getByRole("status").last().waitFor();
  }),
  state("a message to be deleted", (page) => opened(page, "Delete")),
  state("what a message said before", async (page) => {
    await page.locator("article .edited").first().click();
    await page.getByRole("dialog").locator("li").first().waitFor();
  }),
  state("who has reacted", async (page) => {
    await opened(page, "Enter");
    await page.getByRole("button", { name: /^(?:Wer reagiert hat|Who reacted)$/u }).click();
    await page.getByRole("dialog").locator("li").first().waitFor();
  }),
  state("an answer that is written", async (page) => {
    await at(page, "Stapler", "r");
    await page.locator("form .quote").waitFor();
  }),
  state("a message that is changed", async (page) => {
    await at(page, "Kaffee", "e");
    await page.locator("form .aim").waitFor();
  }),
];
