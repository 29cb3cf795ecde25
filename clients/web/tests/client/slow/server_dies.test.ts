/** A server that is killed while a message is on its way, and comes back: it arrives exactly once. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";

const here = theOffice("web_mortal");

function leaves(page: Page, text: string): Promise<void> {
  const name = new RegExp(`, (?:sent|delivered): ${text}$`, "u");
  return page.getByRole("article", { name }).waitFor({ timeout: 2 * SECONDS });
}

test(
  "killed before or after it has taken a message, it has it once when it is back",
  async (context) => {
    const office = await here(context);
    const { ask } = office;
    const { page } = await office.visitor();
    await enter(page, await ask("invite", "berta"));
    await ask("join", "carlo");
    const conversation = await ask("direct", "carlo", "berta");
    await ask("send", "carlo", conversation, "Hello");
    await page.getByRole("link", { name: /Hello/u }).click();
    await page.getByRole("article", { name: /Hello$/u }).waitFor();
    for (const point of ["before", "after"]) {
      await ask("doom", point);
      await write(page, `${point} it died`);
      await page.getByText(`${point} it died`).last().waitFor();
      await ask("revive");
      await leaves(page, `${point} it died`);
      await ask("reads", "carlo", `${point} it died`);
    }
    await write(page, "and on");
    await leaves(page, "and on");
    await ask("reads", "carlo", "and on");
    expect(await ask<string[]>("texts", "carlo", conversation)).toEqual([
      ...["Hello", "before it died", "after it died", "and on"],
    ]);
    await page.context().close();
  },
  6 * SECONDS,
);
