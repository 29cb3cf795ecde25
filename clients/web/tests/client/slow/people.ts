/** What people do in the web client, as their fingers do it. */

import type { Page } from "playwright-core";
import { expect } from "vitest";

export const PASSWORD = "correct horse battery";
export const SECONDS = 60_000;

/** Follow an invitation, choose a password, write the words down; return them. */
export async function enter(page: Page, link: string): Promise<readonly string[]> {
  await page.goto(link);
  await page.getByLabel("Your new password").fill(PASSWORD);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/"); // the secret is not in the address any more
  const words = await writeDown(page, { mistake: true });
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  return words;
}

/** Write the words down that are shown, and type the one that is asked for; return them. */
export async function writeDown(
  page: Page,
  { mistake = false }: { readonly mistake?: boolean } = {},
): Promise<readonly string[]> {
  const words = await page.getByRole("listitem").allTextContents();
  await page.getByRole("button", { name: "They are on paper" }).click();
  const asked = await page.getByRole("heading", { name: /^Which one is word/u }).textContent();
  const place = Number(/\d+/u.exec(asked ?? "")?.[0]);
  if (mistake) {
    await page.getByLabel(/^Word/u).fill("wrong");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText(/^That is not word/u).waitFor();
  }
  await page.getByLabel(/^Word/u).fill(words[place - 1] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  return words;
}

/** Open one of the ways of the settings. */
export async function openWay(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name }).click();
  await page.getByRole("dialog").waitFor();
}

export async function signIn(page: Page, userName: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel(/^Message to/u).fill(text);
  await page.keyboard.press("Enter");
}
