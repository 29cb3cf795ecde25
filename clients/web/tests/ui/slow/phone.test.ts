/** On a phone nothing lies under the notch, the bar at the bottom, or the on-screen keyboard. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { standing } from "./standing.ts";
import { PHONE } from "./states.ts";

const theStand = standing();
const NOTCH = 47;
const BAR = 34;

/** Where something begins and ends, from above. */
async function place(page: Page, selector: string): Promise<readonly [number, number]> {
  const box = await page.locator(selector).first().boundingBox();
  return [box?.y ?? NaN, (box?.y ?? NaN) + (box?.height ?? NaN)];
}

test("the header is below the notch, and what one presses above the bar at the bottom", async (context) => {
  const stand = await theStand(context);
  const { page } = await stand.browse(PHONE);
  const session = await page.context().newCDPSession(page);
  const insets = { top: NOTCH, bottom: BAR, topMax: NOTCH, bottomMax: BAR };
  await session.send("Emulation.setSafeAreaInsetsOverride", { insets });
  const { height } = page.viewportSize() ?? { height: 0 };
  await stand.turn(page, "/c/werk", "open");
  await page.locator("textarea").waitFor();
  expect((await place(page, "main header"))[0]).toBeGreaterThanOrEqual(NOTCH);
  expect((await place(page, "textarea"))[1]).toBeLessThanOrEqual(height - BAR);
  await stand.turn(page, "/", "signed-out");
  expect((await place(page, ".product"))[0]).toBeGreaterThanOrEqual(NOTCH);
  await page.context().close();
});

test("a keyboard that lies over the page leaves header and composer in sight", async (context) => {
  const stand = await theStand(context);
  for (const width of [320, 390]) {
    const { page } = await stand.browse({ ...PHONE, width });
    const { height } = page.viewportSize() ?? { height: 0 };
    const left = height - 336;
    await stand.turn(page, "/c/werk", "open");
    await page.locator("textarea").waitFor();
    const cover = (seen: number): Promise<unknown> =>
      page.evaluate((now) => {
        const { visualViewport } = window;
        Object.defineProperty(visualViewport, "height", { configurable: true, get: () => now });
        visualViewport?.dispatchEvent(new Event("resize"));
      }, seen);
    await cover(left);
    await expect.poll(async () => (await place(page, "textarea"))[1]).toBeLessThanOrEqual(left);
    expect((await place(page, "main header"))[0]).toBeGreaterThanOrEqual(0);
    await page.locator("textarea").fill("eins\n".repeat(20));
    expect((await place(page, "form.composer"))[1]).toBeLessThanOrEqual(left + 1);
    expect((await place(page, "main header"))[0]).toBeGreaterThanOrEqual(0);
    await cover(height);
    await expect.poll(async () => (await place(page, "textarea"))[1]).toBeGreaterThan(left);
    await page.context().close();
  }
});
