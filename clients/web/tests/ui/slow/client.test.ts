/** Every state of the client in every look, and what holds of all of them: in Chromium. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";

import { innocent, standing } from "./standing.ts";
import { DESK, LOOKS, PHONE, STATES } from "./states.ts";

const theStand = standing();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** How long a look at every state may take on a machine that is busy. */
const ALL_STATES_MS = 240_000;

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

/** What somebody is to reach that its pane cuts off. */
function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], input, textarea")]
      .filter((each) => each.checkVisibility() && !each.closest(".unseen"))
      .filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        const pane = each.closest("nav, main, aside, [role=dialog]") ?? document.documentElement;
        const edges = pane.getBoundingClientRect();
        return left < edges.left - 1 || right > edges.right + 1;
      })
      .map((each) => each.outerHTML.slice(0, 120)),
  );
}

/** Words of headings that a line ends within, other than where they say that it may. */
function broken(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const heading of document.querySelectorAll("h1, h2, h3")) {
      const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        for (const { index, 0: word } of (text.nodeValue ?? "").matchAll(/\p{Script=Latin}+/gu)) {
          const range = document.createRange();
          const lines = Array.from({ length: word.length }, (_, place) => {
            range.setStart(text, index + place);
            range.setEnd(text, index + place + 1);
            return [...range.getClientRects()].at(-1)?.top; // a hyphen before it is another one
          });
          if (new Set(lines).size > 1) found.push(word);
        }
      }
    }
    return found;
  });
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
  "nothing has to be scrolled sideways at 320 pixels, nor with text of twice the size, and no heading breaks within a word",
  async (context) => {
    const place = await theStand(context);
    const shown = await place.show("/", "open", { ...PHONE, width: 320 });
    const odd: string[] = [];
    for (const state of STATES) {
      await place.turn(shown.page, state.path, state.scene);
      await state.reach?.(shown.page);
      expect(await tooWide(shown.page), state.name).toEqual([]);
      odd.push(...(await broken(shown.page)).map((word) => `${state.name}: ${word}`));
    }
    expect(odd).toEqual([]);
    const cut: string[] = [];
    for (const width of [PHONE.width, DESK.width]) {
      await shown.page.setViewportSize({ width, height: 844 });
      for (const state of STATES.filter(({ reach }) => !reach)) {
        await place.turn(shown.page, state.path, state.scene);
        await shown.page.evaluate("document.documentElement.style.fontSize = '200%'");
        cut.push(...(await cutOff(shown.page)).map((each) => `${state.name}, ${width}: ${each}`));
      }
    }
    expect(cut).toEqual([]);
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

test(
  "read from right to left, with more room between signs, nothing has to be scrolled sideways",
  async (context) => {
    const place = await theStand(context);
    const shown = await place.show("/", "open", { ...PHONE, width: 360 });
    for (const state of STATES.filter(({ reach }) => !reach)) {
      await place.turn(shown.page, state.path, state.scene);
      await shown.page.evaluate(() => {
        const { style } = document.documentElement;
        document.documentElement.dir = "rtl";
        [style.letterSpacing, style.wordSpacing, style.lineHeight] = ["0.12em", "0.16em", "1.5"];
      });
      expect(await tooWide(shown.page), state.name).toEqual([]);
    }
    innocent(shown);
    await shown.page.context().close();
  },
  ALL_STATES_MS,
);

test("in the colours of the system alone everything that is pressed has an edge or words", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/werk", "open", DESK);
  const { page } = shown;
  await page.emulateMedia({ forcedColors: "active" });
  await page.locator("article").first().waitFor();
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll("a, button, textarea")]
      .filter((each) => each.checkVisibility())
      .filter(
        (each) =>
          !each.textContent.trim() && !each.querySelector("svg") && each.tagName !== "TEXTAREA",
      )
      .filter((each) => getComputedStyle(each).borderStyle === "none")
      .map((each) => each.outerHTML.slice(0, 80)),
  );
  expect(bare).toEqual([]);
  const own = await page
    .locator("article")
    .first()
    .evaluate((each) => getComputedStyle(each).color);
  expect(own).toBe(await page.evaluate("getComputedStyle(document.body).color"));
  innocent(shown);
  await page.context().close();
});

test("what one presses is large enough for a finger", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/", "open", PHONE);
  for (const [path, there] of [
    ["/", "nav a"],
    ["/c/werk", "article"],
    ["/settings", ".settings section"],
  ] as const) {
    await place.turn(page, path, "open");
    await page.locator(there).first().waitFor();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("a, button, textarea")]
        .filter((each) => each.checkVisibility())
        .map((each) => [each.outerHTML.slice(0, 60), each.getBoundingClientRect()] as const)
        .filter(([, { width, height }]) => width < 44 || height < 44)
        .map(([html]) => html),
    );
    expect(small, path).toEqual([]);
  }
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

test("language and theme change at once and are found again", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/settings", "open", DESK);
  await page.getByLabel("English").click();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  const ground = (): Promise<string> =>
    page.evaluate("getComputedStyle(document.body).backgroundColor");
  const light = await ground();
  await page.getByLabel("Dark").click();
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  expect(await ground()).toBe(dark);
  expect(await page.getAttribute("html", "lang")).toBe("en");
  await page.context().close();
});

const LACKS = [
  ["BroadcastChannel", "zu alt", "too old"],
  ["Worker", "zu alt", "too old"],
  ["locks", "zu alt", "too old"],
  ["indexedDB", "nichts aufbewahren", "Nothing can be kept"],
] as const;

test("a browser that lacks something is told what helps", async (context) => {
  const place = await theStand(context);
  for (const [lack, german, english] of LACKS) {
    for (const look of LOOKS) {
      const { page } = await place.browse(look);
      await page.addInitScript((name) => {
        const owner = name === "locks" ? Navigator.prototype : window;
        const get = (): never => {
          throw new DOMException("blocked", "SecurityError");
        };
        Object.defineProperty(owner, name, { configurable: true, get });
      }, lack);
      await place.turn(page, "/", "open");
      const words = look.language === "de" ? german : english;
      await page.getByRole("heading", { name: words }).waitFor();
      expect(await violations(page), lack).toEqual([]);
      await page.context().close();
    }
  }
});
