/** The core in Chromium, under the strictest policy a page can have. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { PRIMITIVES } from "../support/primitives.ts";
import { launch } from "./chromium.ts";
import type { Outcome } from "./page.ts";
import { addressOf, bundled, serve } from "./served.ts";

test("the core lives in a page that allows nothing but its own scripts", async (context) => {
  const browser = await launch(context);
  const server = await serve(await bundled("page.ts"), [
    ["/primitives.json", ["application/json", readFileSync(PRIMITIVES)]],
  ]);
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(addressOf(server));
    const outcome = await page.evaluate<Outcome>("outcome");
    expect(errors).toEqual([]);
    expect(outcome.evalRefused).toBe(true);
    expect(outcome.platform).toBe(true);
    expect(outcome.violations).toEqual(["require-trusted-types-for"]); // the eval, nothing else
    expect(outcome.done).toEqual([
      expect.stringMatching(/^\d+ signatures$/),
      "3 sealed messages",
      "a group of suite 1",
      "a group of suite 3",
      "a group of suite 61453",
    ]);
  } finally {
    await browser.close();
    server.close();
  }
}, 60_000);
