/**
 * `npm run pictures` draws the README's pictures of the web client anew (docs/images), where they
 * look otherwise than the ones that lie there: Chromium draws a rounded corner not always alike.
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { expect, test } from "vitest";

import { NOW } from "../stage/people.ts";
import { Stand, type Look } from "../stage/stand.ts";

const IMAGES = fileURLToPath(new URL("../../../../../docs/images/", import.meta.url));
/** What is asked of whoever comes here first was answered before. */
const ANSWERED = JSON.stringify({ lockDeclined: true, notify: "declined" });
/** So many pixels may be otherwise in a picture that looks the same. */
const ALIKE = 100;
const PICTURES: readonly (readonly [string, string, Look])[] = [
  ["web-desk", "/c/werk", { language: "en", theme: "light", width: 1280 }],
  ["web-phone", "/c/wei", { language: "de", theme: "dark", width: 390 }],
];

test("every picture is drawn, and the pages have done nothing wrong", async (context) => {
  const stand = await Stand.open(context);
  try {
    for (const [name, path, look] of PICTURES) {
      const { page, sins } = await stand.browse(look);
      await page.clock.install({ time: NOW });
      await page.addInitScript((answered) => {
        localStorage.setItem("teamchat-preferences", answered);
      }, ANSWERED);
      await stand.turn(page, path, "open");
      await page.locator("article").last().waitFor();
      await page.evaluate(() => document.fonts.ready);
      const drawn = await page.screenshot({ animations: "disabled" });
      const place = `${IMAGES}${name}.png`;
      const there = await readFile(place).catch(() => null);
      if (there === null || !(await alike(stand.browser, there, drawn))) {
        await writeFile(place, drawn);
      }
      expect(sins, name).toEqual({ errors: [], elsewhere: [] });
    }
  } finally {
    await stand.close();
  }
});

/** Tell whether two pictures look the same. */
async function alike(browser: Browser, one: Buffer, other: Buffer): Promise<boolean> {
  const page = await browser.newPage();
  const addresses = [one, other].map((png) => `data:image/png;base64,${png.toString("base64")}`);
  const differing = await page.evaluate(async (pictures) => {
    const seen = pictures.map(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas?.drawImage(image, 0, 0);
      const { data } = canvas?.getImageData(0, 0, image.width, image.height) ?? { data: [] };
      return { width: image.width, pixels: new Uint32Array(new Uint8Array(data).buffer) };
    });
    const [first, second] = await Promise.all(seen);
    if (!first || first.width !== second?.width) return Infinity;
    if (first.pixels.length !== second.pixels.length) return Infinity;
    return first.pixels.filter((pixel, place) => pixel !== second.pixels[place]).length;
  }, addresses);
  await page.close();
  return differing <= ALIKE;
}
