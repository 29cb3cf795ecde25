/** The client without a connection, and a new build of it, in Chromium behind the real server. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";

import { onStage, type Look } from "../stage/stand.ts";
import { standing } from "./standing.ts";

const LOOK: Look = { language: "de", theme: "light", width: 390 };
const NOISE = /Failed to (load resource|fetch)|net::ERR/u;

async function installed(page: Page): Promise<void> {
  await page.evaluate("navigator.serviceWorker.ready");
  await page.waitForFunction("navigator.serviceWorker.controller !== null");
}

/** The same client with one more word in its style: another build. */
function rebuilt(folder: string): string {
  const other = mkdtempSync(join(tmpdir(), "teamchat-rebuilt-"));
  cpSync(folder, other, { recursive: true });
  const place = join(other, "sw.js");
  const version = /version:"([0-9a-f]{16})"/u;
  const code = readFileSync(place, "utf8").replace(version, 'version:"0123456789abcdef"');
  writeFileSync(place, code);
  rmSync(`${place}.gz`, { force: true });
  const listed = JSON.parse(readFileSync(join(other, "manifest.json"), "utf8")) as {
    files: { path: string; bytes: number; sha256: string }[];
  };
  for (const file of listed.files.filter(({ path }) => path === "sw.js")) {
    file.bytes = Buffer.byteLength(code);
    file.sha256 = createHash("sha256").update(code).digest("hex");
  }
  writeFileSync(join(other, "manifest.json"), JSON.stringify(listed));
  return other;
}

let other = "";

afterAll(() => {
  if (other !== "") rmSync(other, { recursive: true });
});

const theStand = standing(); // closed before that is removed: what comes last ends first

test("it opens without a connection, at every address", async (context) => {
  const before = await theStand(context);
  const { page, sins } = await before.browse(LOOK);
  await before.turn(page, "/", "open");
  await installed(page);
  await page.context().setOffline(true);
  await before.turn(page, "/c/werk", "open");
  await page.locator("article").first().waitFor();
  await before.turn(page, "/settings", "open");
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  expect(sins.elsewhere).toEqual([]);
  expect(sins.errors.filter((each) => !NOISE.test(each))).toEqual([]);
});

test("a new build waits until it is wanted, and what is being typed is kept first", async (context) => {
  const before = await theStand(context);
  const { page } = await before.browse(LOOK);
  await before.turn(page, "/c/werk", "open");
  await installed(page);
  other = rebuilt(before.folder);
  await before.replace(other);
  await page.evaluate("navigator.serviceWorker.ready.then((each) => each.update())");
  const load = page.getByRole("button", { name: "Jetzt laden" });
  await load.waitFor();
  await onStage(page, (stage) => {
    const keep = stage.keepDraft.bind(stage);
    stage.keepDraft = async (id, draft) => {
      const kept = await keep(id, draft);
      sessionStorage.setItem("kept", draft.text);
      return kept;
    };
  });
  await page.locator("textarea").fill("noch nicht fertig");
  await Promise.all([page.waitForEvent("load"), load.click()]);
  expect(await page.evaluate("sessionStorage.getItem('kept')")).toBe("noch nicht fertig");
  await page.locator("article").first().waitFor();
  const builds = async (): Promise<readonly string[]> => {
    const shelves = await page.evaluate<readonly string[]>("caches.keys()");
    return shelves.filter((each) => each.startsWith("teamchat-"));
  };
  await expect.poll(builds).toEqual(["teamchat-0123456789abcdef"]);
  await load.waitFor({ state: "detached" });
});
