/** Reading and writing: what is spoken, drafts, long conversations and where they open. */

import { expect, test } from "vitest";

import { onStage } from "../stage/stand.ts";
import { innocent, standing } from "./standing.ts";
import { DESK, PHONE } from "./states.ts";

const theStand = standing();

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

test("what comes before one's eyes was never unread", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/wei", "open", PHONE);
  await page.locator("article").getByText("Grüße nach Shanghai").waitFor();
  await onStage(page, (stage) => {
    stage.receive("wei", "gerade eben");
  });
  await page.locator("article").getByText("gerade eben").waitFor();
  expect(await page.getByText("Ungelesen", { exact: true }).count()).toBe(0);
  await page.context().close();
});

test("what one writes is in sight, wherever one was reading", async (context) => {
  const place = await theStand(context);
  const { page } = await place.show("/c/werk", "open", PHONE);
  await page.getByText("Ungelesen", { exact: true }).waitFor();
  await page.locator(".newest").waitFor();
  await page.getByLabel(/^Nachricht an/u).fill("Ich komme auch");
  await page.getByRole("button", { name: "Senden", exact: true }).click();
  await page.locator("article").getByText("Ich komme auch").waitFor();
  await page.locator(".newest").waitFor({ state: "detached" });
  await page.context().close();
});
