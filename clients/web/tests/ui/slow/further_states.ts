/** The states of linking and of earlier messages, as they are looked at. */

import type { Page } from "playwright-core";

import { onStage } from "../stage/stand.ts";
import type { State } from "./state.ts";
import { press, type Way } from "./ways.ts";

async function way(page: Page, name: Way): Promise<void> {
  await press(page, name);
  await page.getByRole("dialog").locator("li, section").first().waitFor();
}

/** Go to the backup, the last of the ways to trust and recovery. */
async function backup(page: Page): Promise<void> {
  await page.locator(".settings .trust button").last().click();
  await page.getByRole("dialog").locator("footer").waitFor();
}

async function linkDevice(page: Page): Promise<void> {
  await way(page, "devices");
  await page.getByRole("dialog").locator("footer button").click();
  await page.locator("[name=linking-code]").waitFor();
}

async function meetDevice(page: Page): Promise<void> {
  await linkDevice(page);
  await page.locator("[name=linking-code]").fill("4H7KQ-9TMZ2");
  await page.getByRole("dialog").locator("[type=submit]").click();
  await page.getByRole("dialog").locator("ol").waitFor();
}

async function beLinked(page: Page): Promise<void> {
  await page.getByRole("button", { name: /Mit einem Ihrer|to a device/u }).click();
  await page.locator("svg[role=img]").waitFor();
}

export const FURTHER_STATES: readonly State[] = [
  { name: "no backup", path: "/settings", scene: "open", reach: backup },
  {
    name: "a backup that is being taken in",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.setBackup();
        stage.turnView({ backup: { type: "restoring", lines: 1200, expected: 4100 } });
      });
      await page.locator(".banner").waitFor();
      await backup(page);
      await page.locator("progress").waitFor();
    },
  },
  {
    name: "a backup that was changed",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.setBackup({ wanted: false });
        stage.refuse("restore", { key: "error-history-backup-changed", filling: {} });
      });
      await backup(page);
      await page.getByRole("dialog").locator("footer button").first().click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "a backup to be deleted",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.setBackup();
      });
      await backup(page);
      await page.getByRole("dialog").locator(".body button").click();
      await page.getByRole("dialog").nth(1).waitFor();
    },
  },
  {
    name: "a backup that did not come",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        const because = { key: "error-history-changed", filling: {} };
        stage.turnView({ backup: { type: "refused", because } });
      });
      await page.locator(".banner button").waitFor();
    },
  },
  { name: "a code to be linked by", path: "/", scene: "signed-out", reach: beLinked },
  {
    name: "what both devices show",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await beLinked(page);
      await onStage(page, (stage) => {
        stage.meet();
      });
      await page.locator("ol").waitFor();
    },
  },
  { name: "a device to be linked", path: "/settings", scene: "open", reach: linkDevice },
  { name: "a device that shows the same", path: "/settings", scene: "open", reach: meetDevice },
  {
    name: "a device that was linked",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await meetDevice(page);
      await page.getByRole("dialog").locator("footer button").last().click();
      await page.getByRole("dialog").getByRole("status").waitFor();
    },
  },
  {
    name: "earlier messages that a device wants",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.wish();
      });
      await page.locator(".banner").waitFor();
      await way(page, "history");
    },
  },
];
