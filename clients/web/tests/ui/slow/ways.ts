/** The ways that the settings show to account and devices. */

import type { Page } from "playwright-core";

/** From the top. */
const WAYS = ["devices", "history", "password", "lock", "leave"] as const;

export type Way = (typeof WAYS)[number];

export async function press(page: Page, name: Way): Promise<void> {
  const ways = page.locator(".settings section").nth(1).getByRole("button");
  await ways.nth(WAYS.indexOf(name)).click();
}
