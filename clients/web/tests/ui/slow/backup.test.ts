/** The backup as one uses it on the stage: made, taken in, removed, and what is said if it fails. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { onStage } from "../stage/stand.ts";
import { innocent, standing } from "./standing.ts";
import { DESK } from "./states.ts";

const theStand = standing();
const LOOK = { ...DESK, language: "en" } as const;

async function openBackup(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Backup on the server/u }).click();
  await page.getByRole("dialog").locator("footer").waitFor();
}

function asked(page: Page): Promise<readonly string[]> {
  return onStage(page, (stage) =>
    stage.asked.filter((each) => each.includes("back") && each !== "backup"),
  );
}

test("a backup is made, taken in and removed, and each says what came of it", async (context) => {
  const shown = await (await theStand(context)).show("/settings", "open", LOOK);
  const { page } = shown;
  const dialog = page.getByRole("dialog");
  await openBackup(page);
  await dialog.getByText("There is no backup yet").waitFor();
  await dialog.getByRole("button", { name: "Back up now" }).click();
  await dialog.getByText("Backed up. This browser adds to the backup every day.").waitFor();
  await dialog.getByText("4.6 MB").waitFor();
  await dialog.getByText(/^Today, /u).waitFor();
  await dialog.getByRole("button", { name: "Read the backup" }).click();
  await dialog.getByText(/412.? messages of the backup were read/u).waitFor();
  await dialog.getByRole("button", { name: "Delete the backup" }).click();
  await dialog.last().getByRole("button", { name: "Cancel" }).click();
  expect(await asked(page)).toEqual(["back up", "restore backup"]);
  await dialog.getByRole("button", { name: "Delete the backup" }).click();
  await dialog.last().getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByText("There is no backup yet").waitFor();
  expect(await asked(page)).toEqual(["back up", "restore backup", "forget backup"]);
  innocent(shown);
  await page.context().close();
});

test("how far it is stands there, and meanwhile nothing else is begun", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", LOOK);
  const dialog = page.getByRole("dialog");
  await onStage(page, (stage) => {
    stage.setBackup();
    stage.turnView({ backup: { type: "making", lines: 0, expected: 0 } });
  });
  await openBackup(page);
  await dialog.getByText(/^Backed up so far: .?0/u).waitFor();
  await dialog.getByRole("button", { name: "Back up now" }).click({ force: true });
  expect(await asked(page)).toEqual([]);
  await onStage(page, (stage) => {
    stage.setBackup({ size: 900 });
    stage.turnView({ backup: { type: "making", lines: 700, expected: 1000 } });
  });
  await dialog.getByText(/^Backed up so far: .?700.? of about .?1,000/u).waitFor();
  await onStage(page, (stage) => {
    stage.turnView({ backup: null });
  });
  await dialog.getByText("1 kB").waitFor(); // it is looked at anew once it has come
  await page.context().close();
});

test("what is not as it was made, or gone, says so and can be removed", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", LOOK);
  const dialog = page.getByRole("dialog");
  await onStage(page, (stage) => {
    stage.refuse("back up", { key: "error-history-backup-older", filling: {} });
  });
  await openBackup(page);
  await expect
    .poll(() => dialog.getByRole("button", { name: "Delete the backup" }).count())
    .toBe(0);
  await dialog.getByRole("button", { name: "Back up now" }).click();
  await dialog.getByRole("alert").filter({ hasText: "an older backup" }).waitFor();
  await dialog.getByRole("button", { name: "Delete the backup" }).waitFor();
  await page.context().close();
});

test("who may have no backup, or cannot open it, reads what helps", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", LOOK);
  const dialog = page.getByRole("dialog");
  await onStage(page, (stage) => {
    stage.setBackup({ keyKnown: false });
  });
  await openBackup(page);
  await dialog.getByText(/does not have the key of your backup/u).waitFor();
  const offered = await dialog.locator(".body button").allTextContents();
  expect(offered.map((each) => each.trim())).toEqual(["Delete the backup"]);
  expect(await dialog.locator("footer button").allTextContents()).toEqual([]);
  await dialog.getByRole("button", { name: "Close" }).click();
  await onStage(page, (stage) => {
    stage.setBackup({ allowed: false, exists: false, wanted: false });
  });
  await openBackup(page);
  await dialog.getByText("Your organisation keeps no backups").waitFor();
  expect(await dialog.locator("footer button").allTextContents()).toEqual([]);
  await page.context().close();
});

test("what came to nothing by itself is told wherever one is, and why where it can be mended", async (context) => {
  const { page } = await (await theStand(context)).show("/c/wei", "open", LOOK);
  const because = { key: "error-history-changed", filling: {} };
  await page.evaluate((told) => {
    window.stage.setBackup({ because: told });
    window.stage.turnView({ backup: { type: "refused", because: told } });
  }, because);
  await page.getByText("Your backup could not be read completely").waitFor();
  await page.getByRole("button", { name: "See", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByText(/A part of the messages is not as it was/u)
    .waitFor();
  await page.context().close();
});

test("who changes the language beside it reads all of it in the other one", async (context) => {
  const { page } = await (await theStand(context)).show("/settings", "open", DESK);
  await onStage(page, (stage) => {
    stage.turnView({ backup: { type: "restoring", lines: 1, expected: 2 } });
  });
  await page.getByText("Ihre früheren Nachrichten kommen gerade aus der Sicherung").waitFor();
  await page.getByRole("button", { name: /^Sicherung auf dem Server/u }).waitFor();
  await page.getByRole("radio", { name: "English" }).click();
  await page.getByText("Your earlier messages are coming from the backup").waitFor();
  await page.getByRole("button", { name: /^Backup on the server.*encrypted/u }).waitFor();
  await page.context().close();
});
