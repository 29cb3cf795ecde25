/** The states of being told of messages, as they are looked at. */

import type { Page } from "playwright-core";

import type { State } from "./state.ts";

/** Let the browser say that it may show notices, or not, or that nobody has asked it. */
async function permit(page: Page, permission: NotificationPermission): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(Notification, "permission", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, permission);
}

async function notifications(page: Page, permission: NotificationPermission): Promise<void> {
  await permit(page, permission);
  await page.getByRole("button", { name: /^(?:Notifications|Benachrichtigungen)/u }).click();
  await page.getByRole("dialog").locator("figure").waitFor();
}

/** The offer comes first: whoever has said something to it does not get it again. */
export const NOTICE_STATES: readonly State[] = [
  {
    name: "notifications are offered",
    path: "/c/wei",
    scene: "open",
    reach: async (page) => {
      await permit(page, "default");
      await page.locator("textarea").fill("Hallo");
      await page.locator("[type=submit]").click();
      await page.locator(".offer .main").waitFor({ state: "attached" });
      const list = page.getByRole("button", {
        name: /Zu den Unterhaltungen|To the conversations/u,
      });
      if (await list.isVisible()) await list.click(); // on a phone it stands there
      await page.locator(".offer .main").waitFor();
    },
  },
  {
    name: "notifications, not asked for yet",
    path: "/settings",
    scene: "open",
    reach: (page) => notifications(page, "default"),
  },
  {
    name: "notifications that the browser forbids",
    path: "/settings",
    scene: "open",
    reach: (page) => notifications(page, "denied"),
  },
  {
    name: "notifications that are on",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await notifications(page, "granted");
      await page.getByRole("dialog").locator("footer button").click();
      await page.getByRole("dialog").getByRole("radio").first().waitFor();
    },
  },
];
