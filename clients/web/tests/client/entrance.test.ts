/** The ways in: what is kept over a page that is loaded anew, and what is not. */

import { expect, test } from "vitest";

import { keepReason } from "../../src/client/kept_notes.ts";
import { WipedError } from "../../src/client/errors.ts";
import type { Outside } from "../../src/client/entrance.ts";
import { KeyLogRecord } from "../../src/engine/key_records.ts";
import { Table } from "../../src/engine/store.ts";
import { listFor } from "../../src/identity/words/phrase.ts";
import type { UserId } from "../../src/ids.ts";
import { Code } from "../../src/wire/problems.ts";
import { ADDRESS, Company, PASSWORD } from "./company.ts";
import { Browser } from "./door.ts";

const ANNA = "aaaaaaaaaaaaaaaaaaaaaaaaaa" as UserId;
const [GERMAN, ENGLISH] = [listFor("de"), listFor("en")];
const SECRET = "A".repeat(43);
const ROOT = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const KEY = "ar992HpeMC4ayShTWyGOGHgcC_X4IqxLDPQF7HEquQM";
const LINK = `${ADDRESS}/join#${SECRET}.17.5.${ROOT}.${KEY}`;

function anna(): Browser {
  const company = new Company();
  company.hire(ANNA, "Anna");
  return new Browser(company);
}

async function promised({ store }: Browser): Promise<number | null> {
  const pin = (await store?.table(Table.KEY_LOG))?.get("pin");
  return pin === undefined ? null : (KeyLogRecord.decode(pin).promised?.[0] ?? null);
}

async function keepWords(entrance: Awaited<ReturnType<Browser["load"]>>): Promise<void> {
  expect(await entrance.goOn("")).toEqual({ done: true });
}

async function signedIn(browser: Browser): Promise<Awaited<ReturnType<Browser["load"]>>> {
  const entrance = await browser.load();
  expect(await entrance.signIn("anna", PASSWORD)).toEqual({ done: true });
  return entrance;
}

test("what an invitation promised holds, also if signing in failed and the page came anew", async () => {
  const browser = anna();
  const first = await browser.load(LINK);
  expect(browser.outside).toMatchObject({ type: "invited" });
  browser.company.silent.add("POST /login");
  expect(await first.redeem(PASSWORD)).toMatchObject({ done: false });
  expect(browser.outside).toMatchObject({ type: "signed-out" });
  expect(browser.store).toBe(null);

  browser.company.silent.clear();
  const second = await browser.load();
  expect(await second.signIn(" Anna", PASSWORD)).toEqual({ done: true });
  expect(browser.outside).toMatchObject({ type: "recovery-shown" });
  await keepWords(second);
  expect(browser.outside).toBe("in");
  expect(await promised(browser)).toBe(5);
  expect(browser.notes.kept.size).toBe(0);
});

test("whether an invitation was used is not always heard: then its promise is kept", async () => {
  const browser = anna();
  const first = await browser.load(LINK);
  browser.company.silent.add("POST /invitations/redeem");
  expect(await first.redeem(PASSWORD)).toMatchObject({ why: { key: "error-offline" } });
  expect(browser.notes.kept.has("invitation")).toBe(true);
});

test("an invitation that is refused, or somebody else's, promises nothing", async () => {
  const browser = anna();
  const first = await browser.load(LINK);
  browser.company.refusals.set("POST /invitations/redeem", { code: Code.INVITATION_USED });
  await first.redeem(PASSWORD);
  expect(browser.notes.kept.size).toBe(0);

  browser.company.refusals.clear();
  browser.company.hire("bbbbbbbbbbbbbbbbbbbbbbbbba" as UserId, "Bo");
  browser.company.silent.add("POST /login");
  await (await browser.load(LINK)).redeem(PASSWORD);
  browser.company.silent.clear();
  const bo = await browser.load();
  expect(await bo.signIn("bo", PASSWORD)).toEqual({ done: true });
  await keepWords(bo);
  expect(await promised(browser)).toBe(null);
});

test("why everything was erased is said until somebody comes in again", async () => {
  const browser = anna();
  await keepReason(browser.notes, new WipedError("error-wiped-by-company", "2026-11-22"));
  const because = { key: "error-wiped-by-company", filling: { day: "2026-11-22" } };
  await browser.load();
  expect(browser.outside).toMatchObject({ type: "signed-out", because });
  const entrance = await browser.load();
  expect(browser.outside).toMatchObject({ because });
  await entrance.signIn("anna", PASSWORD);
  await keepWords(entrance);
  await browser.load();
  expect(browser.outside).toMatchObject({ because: null });
});

test("a note that is not ours says nothing", async () => {
  const browser = anna();
  browser.notes.kept.set("erased", { key: "<b>", day: 5 });
  browser.notes.kept.set("invitation", { userName: "anna", key: "no key", size: 5n, root: "" });
  const entrance = await browser.load();
  expect(browser.outside).toMatchObject({ because: null });
  expect(await entrance.signIn("anna", PASSWORD)).toEqual({ done: true });
  await keepWords(entrance);
  expect(await promised(browser)).toBe(null);
});

test("whoever is asked for words may be linked by a device instead", async () => {
  const browser = anna();
  await keepWords(await signedIn(browser));
  browser.store = null; // another browser of hers

  const entrance = await signedIn(browser);
  expect(browser.outside).toMatchObject({ type: "recovery-asked" });
  browser.company.silent.add("POST /linkings");
  expect(await entrance.link()).toMatchObject({ why: { key: "error-offline" } });
  expect(browser.outside).toMatchObject({ type: "linking" });
  await entrance.leave();
  expect(browser.outside).toMatchObject({ type: "signed-out" });
});

test("who gave all their words is told why nothing came of it", async () => {
  const browser = anna();
  const entrance = await signedIn(browser);
  expect(browser.outside).toMatchObject({ type: "recovery-shown" });
  browser.full = true;
  const outcome = await entrance.goOn("");
  expect(outcome).toMatchObject({ done: false });
  const { why } = outcome as Extract<typeof outcome, { done: false }>;
  expect(browser.outside).toMatchObject({ type: "signed-out", because: why, held: false });
  expect(why.key).toBe("error-not-stored");
});

test("what is left of an account that nothing opens can be erased", async () => {
  const browser = anna();
  browser.ruins = true;
  const entrance = await browser.load();
  expect(await entrance.signIn("anna", PASSWORD)).toMatchObject({ done: false });
  expect(browser.outside).toMatchObject({
    type: "signed-out",
    because: { key: "error-store-damaged" },
    held: true,
  });
});

test("whose invitation was used is known to who comes back before the words are on paper", async () => {
  const browser = anna();
  const first = await browser.load(LINK);
  expect(browser.outside).toMatchObject({ type: "invited", userName: "anna" });
  await first.redeem(PASSWORD);
  const words = shown(browser.outside);

  const second = await browser.load();
  expect(browser.outside).toMatchObject({ type: "signed-out", userName: "anna" });
  await second.signIn("anna", PASSWORD);
  expect(await second.goOn(words.join(" "))).toEqual({ done: true });
  browser.store = null; // erased: nobody's name is left behind
  await browser.load();
  expect(browser.outside).toMatchObject({ type: "signed-out", userName: "" });
});

test.each([
  ["de", GERMAN],
  ["en", ENGLISH],
])("the words are of the language that the page speaks: %s", async (language, list) => {
  const browser = anna();
  const entrance = await browser.load();
  await entrance.signIn("anna", PASSWORD, language);
  expect(shown(browser.outside).filter((word) => !list.includes(word))).toEqual([]);
});

function shown(outside: Outside | "in"): readonly string[] {
  if (outside === null || outside === "in" || outside.type !== "recovery-shown") return ["nothing"];
  return outside.words;
}
