/** The states of the app lock, as they are looked at. */

import type { Page } from "playwright-core";

import { onStage } from "../stage/stand.ts";
import type { State } from "./state.ts";
import { press } from "./ways.ts";

/** Open the sheet of the lock: with none, with a passphrase, or with a passkey as well. */
export async function openLock(page: Page, set: "none" | "passphrase" | "both"): Promise<void> {
  await setLock(page, set);
  await press(page, "lock");
  await page.getByRole("dialog").locator("h2").waitFor();
}

export async function setLock(page: Page, set: "none" | "passphrase" | "both"): Promise<void> {
  if (set === "passphrase") {
    await onStage(page, (stage) => {
      stage.setLocked({ passphrase: true, passkeys: [], minutes: 15 });
    });
  } else if (set === "both") {
    await onStage(page, (stage) => {
      const passkeys = [{ credential: new Uint8Array([1]), salt: new Uint8Array(32) }];
      stage.setLocked({ passphrase: true, passkeys, minutes: 5 });
    });
  }
}

async function refuse(page: Page, beginning: "set lock" | "unlock"): Promise<void> {
  if (beginning === "unlock") {
    await onStage(page, (stage) => {
      stage.refuse("unlock", { key: "web-lock-wrong-pause", filling: { seconds: "8" } });
    });
  } else {
    await onStage(page, (stage) => {
      stage.refuse("set lock", { key: "web-lock-wrong", filling: {} });
    });
  }
}

/** Begin one of the changes, counted from the top. */
async function begin(page: Page, place: number): Promise<void> {
  await page.getByRole("dialog").locator("li button").nth(place).click();
  await page.getByRole("dialog").locator("form").waitFor();
}

export const LOCK_STATES: readonly State[] = [
  {
    name: "no lock",
    path: "/settings",
    scene: "open",
    reach: (page) => openLock(page, "none"),
  },
  {
    name: "a first passphrase, too short",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await openLock(page, "none");
      await page.getByRole("dialog").locator(".body button").first().click();
      await page.locator("[name=password]").first().fill("short");
      await page.locator("[type=submit]").last().click();
      await page.getByRole("dialog").locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "a lock that is set",
    path: "/settings",
    scene: "open",
    reach: (page) => openLock(page, "both"),
  },
  {
    name: "another passphrase, refused",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await openLock(page, "passphrase");
      await refuse(page, "set lock");
      await begin(page, 0);
      const fields = page.getByRole("dialog").locator("[name=password]");
      for (const place of [0, 1, 2]) await fields.nth(place).fill("under the old oak");
      await page.getByRole("dialog").locator("[type=submit]").click();
      await page.getByRole("dialog").locator(".refused").waitFor();
    },
  },
  {
    name: "taking the lock away",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await openLock(page, "both");
      await page.getByRole("dialog").locator("footer button").first().click();
      await page.getByRole("dialog").locator("form").waitFor();
    },
  },
  {
    name: "locked, and not opened",
    path: "/",
    scene: "locked",
    reach: async (page) => {
      await refuse(page, "unlock");
      await page.locator("[name=password]").fill("under the new oak");
      await page.locator("[type=submit]").click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "locked, and forgotten",
    path: "/c/wei",
    scene: "locked",
    reach: async (page) => {
      await page.locator("main > .quiet").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "a list with a lock",
    path: "/",
    scene: "open",
    reach: (page) => setLock(page, "both"),
  },
];
