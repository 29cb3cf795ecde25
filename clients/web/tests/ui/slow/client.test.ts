/** The client in Chromium, behind the real server, with the core of the stage. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test, type TestContext } from "vitest";

import { onStage, Stand, type Look, type Shown } from "../stage/stand.ts";
import { LOCK_STATES } from "./lock_states.ts";
import type { State } from "./state.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const DESK: Look = { language: "de", theme: "light", width: 1280 };
/** How long a look at every state may take on a machine that is busy. */
const ALL_STATES_MS = 240_000;
const PHONE: Look = { language: "de", theme: "light", width: 390 };
/** Each language with each theme, each width with both. */
const LOOKS: readonly Look[] = [
  DESK,
  { language: "en", theme: "dark", width: 1280 },
  { language: "de", theme: "dark", width: 390 },
  { language: "en", theme: "light", width: 390 },
];

async function beginNew(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /Neue Unterhaltung|New conversation/u })
    .first()
    .click();
  await page.getByRole("option").first().waitFor();
}

async function details(page: Page): Promise<void> {
  await page.locator("header [aria-expanded]").click();
  await page.locator("aside").waitFor();
}

async function help(page: Page): Promise<void> {
  await page.locator(".banner button").click();
  await page.getByRole("dialog").waitFor();
}

/** Go one of the ways to account and devices, counted from the top. */
async function way(page: Page, place: number): Promise<void> {
  await page.locator(".settings section").nth(1).getByRole("button").nth(place).click();
  await page.getByRole("dialog").locator("footer, li").first().waitFor();
}

async function warn(page: Page): Promise<void> {
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

async function compare(page: Page): Promise<void> {
  await help(page);
  await page.getByRole("dialog").locator("ol").waitFor();
}

const STATES: readonly State[] = [
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
  { name: "own devices", path: "/settings", scene: "open", reach: (page) => way(page, 0) },
  {
    name: "a device to be removed",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await way(page, 0);
      await page.getByRole("dialog").locator("li button").click();
      await page.getByRole("dialog").nth(1).waitFor();
    },
  },
  {
    name: "another password, and none typed",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await way(page, 1);
      await page.locator("footer [type=submit]").click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  { name: "signing out", path: "/settings", scene: "open", reach: (page) => way(page, 3) },
  ...LOCK_STATES,
  {
    name: "signing out without the server",
    path: "/settings",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.refuse("sign out", { key: "error-network", filling: {} });
      });
      await way(page, 3);
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

let stand: Promise<Stand> | undefined;

async function theStand(context: TestContext): Promise<Stand> {
  stand ??= Stand.open(context);
  try {
    return await stand;
  } catch (error) {
    stand = undefined; // whoever comes next says for themselves why they are left out
    throw error;
  }
}

afterAll(async () => {
  await (await stand)?.close();
});

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(CRITERIA)}, resultTypes: ["violations"] })`,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.any[0]?.message ?? ""}`),
  );
}

/** Whatever would have to be scrolled sideways. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((each) => !["hidden", "clip", "visible"].includes(getComputedStyle(each).overflowX))
      .concat(document.documentElement)
      .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
      .map((each) => `${each.outerHTML.slice(0, 80)}: ${each.scrollWidth} > ${each.clientWidth}`),
  );
}

function innocent({ sins }: Shown): void {
  expect(sins).toEqual({ errors: [], elsewhere: [] });
}

describe.each(LOOKS)("in $language, $theme, $width pixels wide", (look) => {
  test(
    "every state can be used by everybody",
    async (context) => {
      const place = await theStand(context);
      const shown = await place.show("/", "open", look);
      for (const state of STATES) {
        await place.turn(shown.page, state.path, state.scene);
        await state.reach?.(shown.page);
        expect(await violations(shown.page), state.name).toEqual([]);
        expect(await shown.page.getAttribute("html", "lang")).toBe(look.language);
      }
      innocent(shown);
      await shown.page.context().close();
    },
    ALL_STATES_MS,
  );
});

test(
  "nothing has to be scrolled sideways at 320 pixels, nor with text of twice the size",
  async (context) => {
    const place = await theStand(context);
    const shown = await place.show("/", "open", { ...PHONE, width: 320 });
    for (const state of STATES) {
      await place.turn(shown.page, state.path, state.scene);
      await state.reach?.(shown.page);
      expect(await tooWide(shown.page), state.name).toEqual([]);
    }
    await shown.page.setViewportSize({ width: 640, height: 800 });
    for (const state of STATES.filter(({ reach }) => !reach)) {
      await place.turn(shown.page, state.path, state.scene);
      await shown.page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await tooWide(shown.page), `${state.name}, large`).toEqual([]);
    }
    await shown.page.context().close();
  },
  ALL_STATES_MS,
);

test("what one presses is large enough for a finger", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/werk", "open", PHONE);
  await page.locator("article").first().waitFor();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("a, button, textarea")]
      .filter((each) => each.checkVisibility())
      .map((each) => [each.outerHTML.slice(0, 60), each.getBoundingClientRect()] as const)
      .filter(([, { width, height }]) => width < 40 || height < 40)
      .map(([html]) => html),
  );
  expect(small).toEqual([]);
  await page.context().close();
});

test("the policy holds: no eval, no other host, and the socket of this one", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/", "open", DESK);
  const tried = await page.evaluate(async () => {
    const stopped: string[] = [];
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
      stopped.push(`${effectiveDirective} ${blockedURI}`);
    });
    await new Promise((later) => setTimeout(later)); // what is evaluated at once may do more
    try {
      window.eval("1");
    } catch {
      stopped.push("eval refused");
    }
    try {
      document.createElement("p").innerHTML = "<b>markup</b>";
    } catch {
      stopped.push("markup refused");
    }
    await fetch("https://elsewhere.example/").catch(() => stopped.push("fetch refused"));
    const opened = new WebSocket(`ws://${location.host}/v1/socket`);
    await new Promise((done) => {
      opened.onopen = opened.onerror = done;
    });
    return { stopped, isolated: crossOriginIsolated, socket: opened.readyState };
  });
  expect(tried.isolated).toBe(true);
  expect(tried.socket).toBe(1);
  expect(tried.stopped).toEqual(
    expect.arrayContaining(["eval refused", "markup refused", "fetch refused"]),
  );
  expect(tried.stopped.filter((each) => each.startsWith("connect-src"))).toEqual([
    "connect-src https://elsewhere.example/",
  ]);
  await page.context().close();
});

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
  await reach("Tab", "Breite der Liste"); // the list is one stop
  await reach("Shift+Tab", "/c/werk");
  await press("Enter");
  await page.locator("article").first().waitFor();
  await page.waitForURL(/\/c\/werk$/u);
  await reach("F6", "TEXTAREA");
  await page.keyboard.type("Zeile 1");
  await press("Shift+Enter");
  await page.keyboard.type("Zeile 2");
  await press("Enter");
  await page.getByRole("article", { name: /gesendet: Zeile 1\sZeile 2$/u }).waitFor();
  await expect.poll(() => page.locator("textarea").inputValue()).toBe("");
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
  await page.locator("header [aria-expanded]").focus();
  await press("Enter");
  await page.locator("aside").waitFor();
  await press("Escape");
  await page.locator("aside").waitFor({ state: "detached" });
  await press("Alt+ArrowDown");
  await page.waitForURL(/\/c\/wei$/u);
  innocent(shown);
  await page.context().close();
});

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

test("who manages a group adds, lets manage, removes, renames and leaves", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/werk", "open", DESK);
  const { page } = shown;
  const changes = (): Promise<readonly string[]> =>
    onStage(page, (stage) =>
      stage.asked.filter((each) => /^(?:add|remove|admin|rename|leave) /u.test(each)),
    );
  await details(page);
  const aside = page.locator("aside");
  await aside.getByRole("button", { name: "Wei Zhang" }).click();
  await aside.getByRole("button", { name: "Verwalten lassen" }).click();
  await aside.getByRole("button", { name: "Verwaltung entziehen" }).waitFor();
  await aside.getByRole("button", { name: "Aus der Gruppe entfernen" }).click();
  await page.getByRole("dialog").getByText("kann nichts lesen, was ab jetzt").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Entfernen" }).click();
  await aside.getByText("Nur die \u{2068}5\u{2069} Personen").waitFor();
  await aside.getByRole("button", { name: "Personen hinzufügen" }).click();
  await page.getByRole("option", { name: "Leyla" }).getByText("ist schon dabei").waitFor();
  await page.getByRole("option", { name: "Leyla" }).click({ force: true }); // of no use
  await page.getByRole("option", { name: "Wei Zhang" }).click();
  await page.getByRole("dialog").locator("footer button").click();
  await aside.getByText("Nur die \u{2068}6\u{2069} Personen").waitFor();
  await aside.getByRole("button", { name: "Umbenennen" }).click();
  await page.getByLabel("Titel der Gruppe").fill("Schichtleitung");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Schichtleitung", exact: true }).waitFor();
  await aside.getByRole("button", { name: "Gruppe verlassen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Verlassen" }).click();
  await page.getByText("aber nicht mehr darin schreiben").waitFor();
  await page.locator("textarea").waitFor({ state: "detached" });
  expect(await changes()).toEqual([
    "admin werk wei true",
    "remove werk wei",
    "add werk wei",
    "rename werk Schichtleitung",
    "leave werk",
  ]);
  innocent(shown);
  await page.context().close();
});

test("what holds a conversation up is looked at and decided, and it goes on", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/leyla", "open", DESK);
  const { page } = shown;
  const asked = (): Promise<string | undefined> => onStage(page, (stage) => stage.asked.at(-1));
  const end = page.getByRole("dialog").locator("footer button").last();
  await compare(page);
  expect(await page.getByRole("dialog").locator("li").allTextContents()).toEqual(
    "04711 38254 90163 27745 61890 12034 55872 39416 80027 14963 72508 46351".split(" "),
  );
  await end.click();
  await page.getByText("Vermerkt.").waitFor();
  expect(await asked()).toBe("verified leyla");
  await page.keyboard.press("Escape");
  await page.locator(".banner").waitFor({ state: "detached" });
  await page.locator('a[href="/c/qs"]').click();
  await help(page);
  await end.click();
  await page.locator(".banner").waitFor({ state: "detached" });
  expect(await asked()).toBe("accept qs priya");
  await page.locator('a[href="/c/ohne"]').click();
  await help(page);
  await page.getByRole("dialog").getByRole("button", { name: "Wieder beitreten" }).click();
  await page.locator(".banner").waitFor({ state: "detached" });
  expect(await asked()).toBe("rejoin ohne");
  innocent(shown);
  await page.context().close();
});

test("alarms are new until one has looked, and lead to where they are about", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  await warn(page);
  await page.getByRole("button", { name: "Hinweise, 2 neue" }).click();
  const newest = page.getByRole("dialog").locator("li").first();
  await newest.getByText("hat sich geändert. Vergleichen Sie die Sicherheitsnummer").waitFor();
  await newest.getByRole("button", { name: "Leyla" }).click();
  await page.waitForURL(/\/c\/leyla$/u);
  await page.getByRole("button", { name: "Hinweise", exact: true }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("a device is removed, a password changed, and this device ended after two questions", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/settings", "open", PHONE);
  const { page } = shown;
  const dialog = page.getByRole("dialog");
  await way(page, 0);
  await dialog.getByText("zuletzt benutzt: \u{2068}heute\u{2069}").waitFor();
  await dialog.getByRole("button", { name: "Laptop entfernen" }).click();
  await dialog.last().getByRole("button", { name: "Gerät entfernen" }).click();
  await dialog.getByText("ist entfernt. War es verloren").waitFor();
  await expect.poll(() => dialog.locator("li").count()).toBe(1);
  await page.keyboard.press("Escape");
  await way(page, 1);
  await dialog.getByLabel("Ihr Passwort von bisher").fill("das alte");
  await dialog.getByLabel("Ihr neues Passwort").fill("das neue Passwort");
  await page.keyboard.press("Enter");
  await dialog.getByText("Ihre anderen Geräte behalten alles").waitFor();
  await dialog.getByRole("button", { name: "Fertig" }).click();
  await onStage(page, (stage) => {
    stage.refuse("sign out", { key: "error-network", filling: {} });
  });
  await way(page, 3);
  await dialog.getByRole("button", { name: "Weiter" }).click();
  await dialog.getByRole("button", { name: "Abmelden und löschen" }).click();
  await dialog.getByRole("button", { name: "Trotzdem hier löschen" }).click();
  await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  const asked = await onStage(page, (stage) =>
    stage.asked.filter((each) => /^(?:remove device|change password|sign out)/u.test(each)),
  );
  expect(asked).toEqual(["remove device d2", "change password", "sign out false", "sign out true"]);
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
  expect(await page.locator("textarea").inputValue()).toBe("Noch nicht fertig");
  expect(page.url()).toMatch(/\/c\/wei$/u);
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

test("going back leaves what stood above the page", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/", "open", PHONE);
  await page.locator('a[href="/c/leyla"]').click();
  await compare(page);
  await page.goBack();
  await page.getByRole("dialog").waitFor({ state: "detached" });
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
  await page.locator("header [aria-expanded]").focus();
  await page.keyboard.press("Enter");
  await expect.poll(label).toBe("Schließen");
  await page.keyboard.press("Enter");
  await expect.poll(label).toBe("Wer kann mitlesen?");
  await page.goBack();
  await expect.poll(label).toBe("/c/wei");
  await page.context().close();
});

test("what others write is spoken, and only in the open conversation", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/wei", "open", DESK);
  await page.locator("article").first().waitFor();
  expect(await page.locator("[data-spoken]").textContent()).toBe("");
  await onStage(page, (stage) => {
    stage.receive("werk", "woanders");
    stage.receive("wei", "Guten Morgen");
  });
  await page.locator("[data-spoken]:not(:empty)").waitFor({ state: "attached" });
  await expect
    .poll(() => page.locator("[data-spoken]").textContent())
    .toBe("Wei Zhang: Guten Morgen");
  await page.context().close();
});

test("nothing typed is lost: the draft is kept, and what was refused stays", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/wei", "open", DESK);
  const field = page.locator("textarea");
  await field.fill("Noch nicht fertig");
  await page.locator('a[href="/c/leyla"]').click();
  await page.locator('a[href="/c/wei"]').getByText("Noch nicht fertig").waitFor();
  await page.locator('a[href="/c/wei"]').click();
  await expect.poll(() => field.inputValue()).toBe("Noch nicht fertig");
  await onStage(page, (stage) => {
    stage.refuse("send", { key: "error-not-stored", filling: {} });
  });
  await field.press("Enter");
  await page.locator(".toast").getByText("Es lässt sich nichts speichern").waitFor();
  await expect.poll(() => field.inputValue()).toBe("Noch nicht fertig");
  await page.context().close();
});

test("50,000 messages are a few in the page; what is older comes without a jump", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/wei", "long", DESK);
  const { page } = shown;
  await page.getByText("50000: ").waitFor();
  await expect.poll(() => page.locator("article").count()).toBeLessThan(60);
  const asked = (beginning: string): Promise<number> =>
    page.evaluate(
      (what) => window.stage.asked.filter((each) => each.startsWith(what)).length,
      beginning,
    );
  await expect.poll(() => asked("read")).toBe(1);
  expect(await asked("earlier")).toBe(0); // it begins at the end
  const scroll = page.locator(".scroll").last();
  await scroll.evaluate((element) => {
    element.scrollTop = 500;
  });
  await expect.poll(() => asked("earlier")).toBe(1);
  await page.waitForFunction(() => (document.querySelector("main .scroll")?.scrollTop ?? 0) > 3000);
  await expect.poll(() => page.locator("article").count()).toBeLessThan(60);
  await onStage(page, (stage) => {
    stage.receive("wei", "ganz neu");
  });
  await page.getByRole("button", { name: /1\S? neue Nachricht/u }).click();
  await page.locator("article").getByText("ganz neu").waitFor();
  await expect.poll(() => asked("read")).toBe(2);
  innocent(shown);
  await page.context().close();
});

test("a conversation opens where one has not read, else at its end", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/werk", "open", PHONE);
  const reads = (): Promise<readonly string[]> =>
    onStage(page, (stage) => stage.asked.filter((each) => each.startsWith("read")));
  await expect.poll(async () => (await reads()).length).toBe(1);
  await page.getByText("Ungelesen", { exact: true }).waitFor();
  await page.locator(".newest").click();
  await page.getByText("Bin gleich da.").last().waitFor();
  await expect.poll(async () => (await reads()).length).toBe(2);
  await place.turn(page, "/c/wei", "open");
  await page.locator("article").getByText("Grüße nach Shanghai").waitFor();
  await expect.poll(async () => (await reads()).length).toBe(1);
  await page.locator(".newest").waitFor({ state: "detached" });
  await page.context().close();
});

test("language and theme change at once and are found again", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/settings", "open", DESK);
  await page.getByLabel("English").check();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  const ground = (): Promise<string> =>
    page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.getByLabel("Dark").check();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  expect(await ground()).toBe(dark);
  expect(await page.getAttribute("html", "lang")).toBe("en");
  await page.context().close();
});

test("a browser that lacks something is told what helps", async (context) => {
  const place = await theStand(context);
  const { page } = await place.browse(DESK);
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "BroadcastChannel");
  });
  await place.turn(page, "/", "open");
  await page.getByRole("heading", { name: "Dieser Browser ist zu alt" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});
