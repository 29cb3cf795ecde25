/** A part of the client that does not come: nowhere a blank place, and nothing unhandled. */

import { expect, test } from "vitest";

import { type Look, onStage, type Shown, type Stand } from "../stage/stand.ts";
import { standing } from "./standing.ts";
import { DESK } from "./states.ts";

const theStand = standing();
/** What the browser itself says of a file that did not come. */
const NOISE = /Failed to load resource|net::ERR|Service Worker registration blocked/u;

/** Open a page to which nothing comes whose name begins like this. */
async function lacking(place: Stand, name: string, path: string, look: Look): Promise<Shown> {
  const shown = await place.browse(look, { serviceWorkers: "block" }); // it would have it by then
  const { page } = shown;
  await page.route(new RegExp(`/assets/${name}-[^/]*$`, "u"), (route) => route.abort());
  await place.turn(page, path, "open");
  return shown;
}

test("what endangers an account is said, though its banner did not come", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await lacking(place, "TrustBanner", "/", DESK);
  await onStage(page, (stage) => {
    stage.turnView({ danger: { type: "custody" } });
  });
  await page.getByText("Jemand bittet die Treuhänder").waitFor();
  await Promise.all([
    page.waitForEvent("load"),
    page.getByRole("button", { name: "Neu laden" }).click(),
  ]);
  expect(sins.errors.filter((each) => !NOISE.test(each))).toEqual([]);
  await page.context().close();
});

test("a code is typed where the part that reads it did not come", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await lacking(place, "Scanner", "/settings", DESK);
  await page.getByRole("button", { name: /^Ihre Geräte/u }).click();
  await page.getByRole("button", { name: "Gerät verbinden" }).click();
  await page.getByRole("button", { name: "Code scannen" }).click();
  await page.getByRole("alert").filter({ hasText: "kam nicht vom Server" }).waitFor();
  await page.getByRole("button", { name: "Code eintippen" }).click();
  await page.getByRole("textbox").waitFor();
  expect(sins.errors.filter((each) => !NOISE.test(each))).toEqual([]);
  await page.context().close();
});

test("a language that does not come is not chosen, and that is said", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await lacking(place, "en", "/settings", DESK);
  await page.getByLabel("English").click();
  await page.getByText(/kam nicht vom Server/u).waitFor();
  await expect.poll(() => page.getByLabel("English").isChecked()).toBe(false);
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  expect(sins.errors.filter((each) => !NOISE.test(each))).toEqual([]);
  await page.context().close();
});

test("settings that do not come leave words, and the list", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await lacking(place, "Settings", "/", DESK);
  await page.getByRole("link", { name: "Einstellungen" }).click();
  await page.getByText(/kam nicht vom Server/u).waitFor();
  await page.getByRole("navigation").waitFor();
  expect(sins.errors.filter((each) => !NOISE.test(each))).toEqual([]);
  await page.context().close();
});
