/** The states of the recovery words, as they are looked at. */

import type { Page } from "playwright-core";

import { onStage } from "../stage/stand.ts";
import type { State } from "./state.ts";

export async function showWords(page: Page): Promise<void> {
  await onStage(page, (stage) => {
    const words =
      "ABEND BESEN DACHS EIMER FALKE GABEL HAFEN INSEL KABEL LAMPE MANTEL NADEL OFEN PINSEL RABE SATTEL";
    const organisation = "Beispiel AG";
    stage.stand({ type: "recovery-shown", organisation, words: words.split(" "), asked: 12 });
  });
  await page.locator("main ol").waitFor();
}

export async function askWords(page: Page): Promise<void> {
  await onStage(page, (stage) => {
    stage.stand({ type: "recovery-asked", organisation: "Beispiel AG", words: 16, helped: false });
  });
  await page.locator("[name=recovery-words]").waitFor();
}

export const WORDS_STATES: readonly State[] = [
  { name: "new words", path: "/", scene: "signed-out", reach: showWords },
  {
    name: "one of the words, and another one is typed",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await showWords(page);
      await page.locator("main > .button.main").click();
      await page.locator("[name=word]").fill("Kabel");
      await page.locator("[type=submit]").click();
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "words that are asked for",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await askWords(page);
      await page
        .locator("[name=recovery-words]")
        .fill(
          "abend besen dachs eimer falke gabel hafen insel kabel lampe mantel nadel ofen pinsel rabe sattel",
        );
    },
  },
];
