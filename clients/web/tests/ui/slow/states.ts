/** The states of the client that are looked at in every look, and how one comes to them. */

import type { Page } from "playwright-core";

import { onStage, type Look } from "../stage/stand.ts";
import { FURTHER_STATES } from "./further_states.ts";
import { LOCK_STATES } from "./lock_states.ts";
import { NOTICE_STATES } from "./notice_states.ts";
import { SAID_STATES } from "./said_states.ts";
import type { State } from "./state.ts";
import { STORAGE_STATES } from "./storage_states.ts";
import { TRUST_STATES } from "./trust_states.ts";
import { press, type Way } from "./ways.ts";
import { WORDS_STATES } from "./words_states.ts";

export const DESK: Look = { language: "de", theme: "light", width: 1280 };
export const PHONE: Look = { language: "de", theme: "light", width: 390 };
/** Each language, each theme, each width: what axe looks at differs by the theme and by the width. */
export const LOOKS: readonly Look[] = [DESK, { language: "en", theme: "dark", width: 390 }];

export async function beginNew(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /Neue Unterhaltung|New conversation/u })
    .first()
    .click();
  await page.getByRole("option").first().waitFor();
}

export async function details(page: Page): Promise<void> {
  await page.locator("header [aria-expanded][title]").click();
  await page.locator("aside").waitFor();
}

export async function help(page: Page): Promise<void> {
  await page.locator(".banner button").click();
  await page.getByRole("dialog").waitFor();
}

/** Go one of the ways to account and devices. */
export async function way(page: Page, name: Way): Promise<void> {
  await press(page, name);
  await page.getByRole("dialog").locator("footer, li").first().waitFor();
}

export async function warn(page: Page): Promise<void> {
  await onStage(page, (stage) => {
    const at = Date.now() - 3_600_000;
    stage.warn(
      { at, conversation: null, text: { key: "alarm-proposal-refused", filling: {} } },
      {
        at: at + 60_000,
        conversation: "leyla",
        text: { key: "alarm-key-changed", filling: { who: "Leyla Öztürk" } },
      },
    );
  });
}

export async function compare(page: Page): Promise<void> {
  await help(page);
  await page.getByRole("dialog").locator("ol").waitFor();
}

/** This device came when something had been written already. */
export async function before(page: Page): Promise<void> {
  await page.locator(".empty").waitFor();
  await onStage(page, (stage) => {
    const text = { key: "system-joined", filling: {} };
    const lines = [{ type: "event", key: "e", at: Date.now(), text }] as const;
    stage.turnOpened("leyla", { lacksEarlier: true, lines, notice: null, changed: [] });
  });
  await page.locator(".before").waitFor();
}

export const STATES: readonly State[] = [
  {
    name: "signed out, and refused",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.refuse("sign in", { key: "error-wrong-credentials", filling: {} });
      });
      await page.locator("[name=username]").fill("anna");
      await page.locator("[name=password]").fill("wrong");
      await page.locator("[type=submit]").click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  { name: "invited", path: "/", scene: "invited" },
  { name: "an invitation where somebody is in", path: "/join", scene: "open" },
  ...WORDS_STATES,
  { name: "nothing yet", path: "/", scene: "empty" },
  { name: "the list", path: "/", scene: "open" },
  {
    name: "a group, offline",
    path: "/c/werk",
    scene: "open",
    reach: async (page) => {
      await page.locator("article").first().waitFor();
      await onStage(page, (stage) => {
        stage.setLink("offline", 2);
      });
      await page.locator(".banner").waitFor();
    },
  },
  {
    name: "who can read it",
    path: "/c/werk",
    scene: "open",
    reach: async (page) => {
      await details(page);
      await page.locator("aside [aria-expanded]").first().click();
    },
  },
  {
    name: "a question",
    path: "/c/werk",
    scene: "open",
    reach: async (page) => {
      await page.locator("article .ways button").nth(1).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "a refusal",
    path: "/c/wei",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.refuse("send", { key: "error-not-stored", filling: {} });
      });
      await page.locator("textarea").fill("Hallo");
      await page.locator("[type=submit]").click();
      await page.locator(".toast").waitFor();
    },
  },
  { name: "an empty conversation", path: "/c/leyla", scene: "open" },
  { name: "a conversation that began before", path: "/c/leyla", scene: "open", reach: before },
  {
    name: "something else answers",
    path: "/c/wei",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.turnView({ link: "offline", because: { key: "web-link-foreign", filling: {} } });
      });
      await page.locator(".banner").waitFor();
    },
  },
  { name: "no such conversation", path: "/c/nobody", scene: "open" },
  { name: "settings", path: "/settings", scene: "open" },
  {
    name: "more people for a group",
    path: "/c/werk",
    scene: "open",
    reach: async (page) => {
      await details(page);
      await page.locator("aside section .button").first().click();
      await page.getByRole("option").first().waitFor();
    },
  },
  { name: "a safety number", path: "/c/leyla", scene: "open", reach: compare },
  {
    name: "a safety number that is another one",
    path: "/c/leyla",
    scene: "open",
    reach: async (page) => {
      await compare(page);
      await page.getByRole("dialog").locator("footer button").first().click();
    },
  },
  {
    name: "a safety number that is the same",
    path: "/c/leyla",
    scene: "open",
    reach: async (page) => {
      await compare(page);
      await page.getByRole("dialog").locator("footer button").last().click();
      await page.getByRole("dialog").getByRole("status").waitFor();
    },
  },
  { name: "who came in unseen", path: "/c/qs", scene: "open", reach: help },
  { name: "a broken conversation", path: "/c/ohne", scene: "open", reach: help },
  {
    name: "alarms",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await warn(page);
      await page.getByRole("button", { name: /^(?:Hinweise|Notices)/u }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "own devices", path: "/settings", scene: "open", reach: (page) => way(page, "devices") },
  {
    name: "a device to be removed",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await way(page, "devices");
      await page.getByRole("dialog").locator("li button").click();
      await page.getByRole("dialog").nth(1).waitFor();
    },
  },
  {
    name: "another password, and none typed",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await way(page, "password");
      await page.locator("footer [type=submit]").click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  { name: "signing out", path: "/settings", scene: "open", reach: (page) => way(page, "leave") },
  ...FURTHER_STATES,
  ...LOCK_STATES,
  ...NOTICE_STATES,
  ...SAID_STATES,
  ...STORAGE_STATES,
  ...TRUST_STATES,
  {
    name: "signing out without the server",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.refuse("sign out", { key: "error-network", filling: {} });
      });
      await way(page, "leave");
      const end = page.getByRole("dialog").locator("footer button").last();
      await end.click();
      await end.click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "open in another tab",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.stand({ type: "elsewhere" });
      });
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
  },
  {
    name: "stopped",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.stand({ type: "stopped", because: { key: "error-stopped", filling: {} } });
      });
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
  },
  { name: "a new conversation", path: "/", scene: "open", reach: beginNew },
  {
    name: "a new group",
    path: "/",
    scene: "empty",
    reach: async (page) => {
      await beginNew(page);
      await page.getByRole("button", { name: /Neue Gruppe|New group/u }).click();
      await page.getByRole("option").nth(1).click();
      await page.getByRole("dialog").getByRole("button").last().click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "nobody found",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await beginNew(page);
      await page.getByRole("combobox").fill("nobody of this name");
      await page.getByRole("option").first().waitFor({ state: "detached" });
    },
  },
  { name: "still loading", path: "/c/wei", scene: "loading" },
];
