/** `npm run pictures` draws the README's pictures of the web client anew (docs/images). */

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { Stand, type Look } from "../stage/stand.ts";

const IMAGES = fileURLToPath(new URL("../../../../../docs/images/", import.meta.url));
const PICTURES: readonly (readonly [string, string, Look])[] = [
  ["web-desk", "/c/werk", { language: "en", theme: "light", width: 1280 }],
  ["web-phone", "/c/wei", { language: "de", theme: "dark", width: 390 }],
];

test("every picture is drawn, and the pages have done nothing wrong", async (context) => {
  const stand = await Stand.open(context);
  try {
    for (const [name, path, look] of PICTURES) {
      const { page, sins } = await stand.show(path, "open", look);
      await page.locator("article").last().waitFor();
      await page.screenshot({ path: `${IMAGES}${name}.png` });
      expect(sins, name).toEqual({ errors: [], elsewhere: [] });
    }
  } finally {
    await stand.close();
  }
});
